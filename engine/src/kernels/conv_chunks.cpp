// The weight gradient with the batch's chunks along the lanes: each lane sums the samples of a chunk in order, so every product of a
// full vector counts, whatever the number of filters and kernel positions. A tile is some filters: it brings one sample of each chunk
// at a time to the lanes, and shares nothing with other tiles.
#include <algorithm>
#include <limits>

#include "kernels/conv_parts.h"
#include "kernels/conv_plan.h"

namespace myelin {
namespace {

// What a tile needs: a group's source planes with padded rows, its filters' planes of gradients, and their sums, lanes for each value.
template <class Real>
struct ChunksPlan {
  const ConvTarget<Real>& target;
  const ConvPass& pass;
  int lanes, pitch, before;  // of a padded source row: values, and how many of them lie before the row
  size_t source_plane, slope_plane, slopes, sums, lone_sums, total;

  ChunksPlan(const ConvTarget<Real>& on, const ConvPass& what)
      : target(on), pass(what), lanes(target.lanes), pitch(pass.columns.span(pass.columns.count)), before(-pass.columns.low()) {
    source_plane = area(pass.rows.in * pitch, lanes);
    slope_plane = area(pass.out_plane, lanes);
    Parts<Real> parts{nullptr};
    parts.take(source_plane * static_cast<size_t>(pass.channels));
    slopes = parts.used;
    parts.take(slope_plane * kChunkFilters);
    sums = parts.used;
    parts.take(area(kChunkFilters * pass.depth(), lanes));
    lone_sums = parts.used;
    parts.take(area(kChunkFilters * pass.channels * kLoneLanes, lanes));
    total = parts.used;
  }
};

// Result rows that meet kernel row i on the source.
ConvAxis::Range rows_meeting(const ConvAxis& axis, int i) {
  ConvAxis::Range rows{0, axis.count};
  const auto at = [&](int row) { return row * axis.step + axis.offset + i; };
  while (rows.first < rows.last && at(rows.first) < 0) ++rows.first;
  while (rows.last > rows.first && at(rows.last - 1) >= axis.in) --rows.last;
  return rows;
}

template <class Real>
void sum_kernel_row(const ChunksPlan<Real>& plan, Arithmetic arithmetic, int filters, int channel, int i, bool lone, Real* scratch) {
  const ConvPass& pass = plan.pass;
  const int taps = pass.columns.taps, last = taps - 1;
  const bool ends = lone && i == pass.rows.taps - 1;
  const ConvAxis::Range rows = rows_meeting(pass.rows, i);
  if (rows.first == rows.last) return;
  const ptrdiff_t row = rows.first * static_cast<ptrdiff_t>(pass.rows.step) + pass.rows.offset + i, lanes = plan.lanes;
  ConvChunks<Real> part{.source = scratch + static_cast<size_t>(channel) * plan.source_plane + row * plan.pitch * lanes,
                        .source_row = static_cast<ptrdiff_t>(pass.rows.step) * plan.pitch * lanes,
                        .d = scratch + plan.slopes + rows.first * static_cast<ptrdiff_t>(pass.columns.count) * lanes,
                        .d_filter = static_cast<ptrdiff_t>(plan.slope_plane),
                        .rows = rows.last - rows.first,
                        .columns = pass.columns.count,
                        .filters = filters,
                        .taps = ends ? last : taps,
                        .sums = scratch + plan.sums + area(channel * pass.taps() + i * taps, plan.lanes),
                        .sums_filter = pass.depth() * lanes};
  plan.target.chunks(part, arithmetic);
  if (!ends) return;
  part.source += last * lanes;
  part.sums = scratch + plan.lone_sums + area(channel * kLoneLanes, plan.lanes);
  part.sums_filter = pass.channels * kLoneLanes * lanes;
  plan.target.chunks_of_lone(part);
}

// The chunks in order; of a lone tap each rest first.
template <class Real>
void join_chunks(const ChunksPlan<Real>& plan, int chunks, int filters, bool lone, const Real* scratch, Real* to) {
  const int taps = plan.pass.taps();
  const auto joined = [chunks](const Real* lanes) {
    Real sum = lanes[0];
    for (int chunk = 1; chunk < chunks; ++chunk) sum += lanes[chunk];
    return sum;
  };
  for (int k = 0; k < filters * plan.pass.depth(); ++k) {
    if (!lone || k % taps != taps - 1) {
      to[k] = joined(scratch + plan.sums + area(k, plan.lanes));
      continue;
    }
    to[k] = 0;
    for (int rest = 0; rest < kLoneLanes; ++rest) to[k] += joined(scratch + plan.lone_sums + area(k / taps * kLoneLanes + rest, plan.lanes));
  }
}

}  // namespace

template <class Real>
double chunks_work(const ConvTarget<Real>& target, const ConvPass& pass, int chunks) {
  constexpr double kTransposition = 6;  // of a value, in multiply-adds
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  const bool suits = target.chunks != nullptr && rows.offset_step == 1 && columns.offset_step == 1 && columns.step == 1 && columns.low() <= 0 &&
                     columns.taps > 1 && columns.taps <= kChunkTaps;
  if (!suits || ChunksPlan<Real>(target, pass).total > kWideElements) return std::numeric_limits<double>::infinity();
  const int tiles = divide_up(pass.filters, kChunkFilters);
  const double values = pass.filters + tiles * static_cast<double>(pass.channels) * pass.in_plane() / pass.out_plane;
  return (static_cast<double>(tiles * kChunkFilters) * pass.depth() + kTransposition * values) * target.lanes / chunks;
}

template <class Real>
size_t chunks_scratch(const ConvTarget<Real>& target, const ConvPass& pass, int workers) {
  return ChunksPlan<Real>(target, pass).total * static_cast<size_t>(workers);
}

template <class Real>
void run_chunks(const ConvCall<Real>& call, const ConvTarget<Real>& target, const ConvPass& pass, int chunk_samples, bool lone, const Real* input,
                const Real* d_output, Real* d_weights) {
  const ChunksPlan<Real> plan(target, pass);
  const int tiles = divide_up(pass.filters, kChunkFilters), chunks = divide_up(call.batch, chunk_samples);
  const size_t in_plane = area(1, pass.in_plane()), out_plane = area(1, pass.out_plane);
  const size_t in_sample = area(pass.groups, pass.channels) * in_plane, out_sample = area(pass.groups, pass.filters) * out_plane;
  const auto in_chunk = static_cast<ptrdiff_t>(in_sample) * chunk_samples, out_chunk = static_cast<ptrdiff_t>(out_sample) * chunk_samples;
  const int columns = std::min(pass.columns.in, plan.pitch - plan.before);
  call.executor.run(pass.groups * tiles, [&](int tile, int worker) {
    const int group = tile / tiles, filter = tile % tiles * kChunkFilters, filters = std::min(kChunkFilters, pass.filters - filter);
    Real* scratch = call.scratch + plan.total * static_cast<size_t>(worker);
    std::fill(scratch, scratch + plan.slopes, Real(0));
    std::fill(scratch + plan.sums, scratch + plan.total, Real(0));
    for (int step = 0; step < chunk_samples; ++step) {
      const int samples = divide_up(call.batch - step, chunk_samples);  // chunks that have so many
      const Real* source = input + static_cast<size_t>(step) * in_sample + area(group, pass.channels) * in_plane;
      for (int channel = 0; channel < pass.channels; ++channel) {
        Real* to = scratch + static_cast<size_t>(channel) * plan.source_plane + area(plan.before, plan.lanes);
        for (int row = 0; row < pass.rows.in; ++row, source += pass.columns.in, to += area(plan.pitch, plan.lanes)) {
          target.to_lanes({source, in_chunk, samples, columns, to});
        }
      }
      const Real* d = d_output + static_cast<size_t>(step) * out_sample + (area(group, pass.filters) + static_cast<size_t>(filter)) * out_plane;
      for (int f = 0; f < filters; ++f, d += out_plane) {
        target.to_lanes({d, out_chunk, samples, pass.out_plane, scratch + plan.slopes + static_cast<size_t>(f) * plan.slope_plane});
      }
      for (int channel = 0; channel < pass.channels; ++channel) {
        for (int i = 0; i < pass.rows.taps; ++i) sum_kernel_row(plan, call.arithmetic, filters, channel, i, lone, scratch);
      }
    }
    join_chunks(plan, chunks, filters, lone, scratch, d_weights + area(group * pass.filters + filter, pass.depth()));
  });
}

template double chunks_work<float>(const ConvTarget<float>&, const ConvPass&, int);
template double chunks_work<double>(const ConvTarget<double>&, const ConvPass&, int);
template size_t chunks_scratch<float>(const ConvTarget<float>&, const ConvPass&, int);
template size_t chunks_scratch<double>(const ConvTarget<double>&, const ConvPass&, int);
template void run_chunks<float>(const ConvCall<float>&, const ConvTarget<float>&, const ConvPass&, int, bool, const float*, const float*, float*);
template void run_chunks<double>(const ConvCall<double>&, const ConvTarget<double>&, const ConvPass&, int, bool, const double*, const double*, double*);

}  // namespace myelin
