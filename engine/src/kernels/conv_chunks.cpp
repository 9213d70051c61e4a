// The weight gradient with the batch's chunks along the lanes: each lane sums the samples of a chunk in order, so every product of a
// full vector counts, whatever the number of filters and kernel positions. One sample of each chunk at a time is transposed.
#include <algorithm>
#include <limits>

#include "kernels/conv_parts.h"
#include "kernels/conv_plan.h"

namespace myelin {
namespace {

// What a group needs: its planes of one sample of each chunk, rows of the source padded, and the sums.
template <class Real>
struct ChunksPlan {
  const ConvPass& pass;
  int lanes, pitch, before;  // of a source row with its padding, elements; how many of them lie before the row
  Real *source, *slopes, *sums, *lone_sums;
  size_t source_plane, slope_plane, total;

  ChunksPlan(const ConvTarget<Real>& target, const ConvPass& what, Real* scratch)
      : pass(what), lanes(target.lanes), pitch(pass.columns.span(pass.columns.count)), before(-pass.columns.low()) {
    source_plane = area(pass.rows.in * pitch, lanes);
    slope_plane = area(pass.out_plane, lanes);
    Parts<Real> parts{scratch};
    source = parts.take(source_plane * static_cast<size_t>(pass.channels));
    slopes = parts.take(slope_plane * static_cast<size_t>(pass.filters));
    sums = parts.take(area(pass.filters * pass.depth(), lanes));
    lone_sums = parts.take(area(pass.filters * pass.channels * kLoneLanes, lanes));
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

// Some filters, a channel and a kernel row: those of one tile.
template <class Real>
void sum_kernel_row(const ChunksPlan<Real>& plan, const ConvTarget<Real>& target, Arithmetic arithmetic, int filter, int channel, int i, bool lone) {
  const ConvPass& pass = plan.pass;
  const int taps = pass.columns.taps, last = taps - 1;
  const bool ends = lone && i == pass.rows.taps - 1;
  const ConvAxis::Range rows = rows_meeting(pass.rows, i);
  const ptrdiff_t row = rows.first * static_cast<ptrdiff_t>(pass.rows.step) + pass.rows.offset + i, lanes = plan.lanes;
  ConvChunks<Real> part{.source = plan.source + static_cast<size_t>(channel) * plan.source_plane + row * plan.pitch * lanes,
                        .source_row = static_cast<ptrdiff_t>(pass.rows.step) * plan.pitch * lanes,
                        .d = plan.slopes + static_cast<size_t>(filter) * plan.slope_plane + rows.first * static_cast<ptrdiff_t>(pass.columns.count) * lanes,
                        .d_filter = static_cast<ptrdiff_t>(plan.slope_plane),
                        .rows = rows.last - rows.first,
                        .columns = pass.columns.count,
                        .filters = std::min(kChunkFilters, pass.filters - filter),
                        .taps = ends ? last : taps,
                        .sums = plan.sums + area(filter * pass.depth() + channel * pass.taps() + i * taps, plan.lanes),
                        .sums_filter = pass.depth() * lanes};
  target.chunks(part, arithmetic);
  if (!ends) return;
  part.source += last * lanes;
  part.sums = plan.lone_sums + area((filter * pass.channels + channel) * kLoneLanes, plan.lanes);
  part.sums_filter = pass.channels * kLoneLanes * lanes;
  target.chunks_of_lone(part);
}

}  // namespace

template <class Real>
double chunks_work(const ConvTarget<Real>& target, const ConvPass& pass, int chunks) {
  constexpr double kTransposition = 6;  // of a value, in multiply-adds
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  const bool suits = target.chunks != nullptr && rows.offset_step == 1 && columns.offset_step == 1 && columns.step == 1 && columns.low() <= 0 &&
                     columns.taps > 1 && columns.taps <= kChunkTaps;
  if (!suits || ChunksPlan<Real>(target, pass, nullptr).total > kWideElements) return std::numeric_limits<double>::infinity();
  const double values = pass.filters + static_cast<double>(pass.channels) * pass.in_plane() / pass.out_plane;
  return (static_cast<double>(round_up(pass.filters, kChunkFilters)) * pass.depth() + kTransposition * values) * target.lanes / chunks;
}

template <class Real>
size_t chunks_scratch(const ConvTarget<Real>& target, const ConvPass& pass) {
  return ChunksPlan<Real>(target, pass, nullptr).total;
}

template <class Real>
void run_chunks(const ConvCall<Real>& call, const ConvTarget<Real>& target, const ConvPass& pass, int chunk_samples, bool lone, const Real* input,
                const Real* d_output, Real* d_weights) {
  const ChunksPlan<Real> plan(target, pass, call.scratch);
  const int lanes = plan.lanes, kernel_rows = pass.rows.taps, filter_groups = divide_up(pass.filters, kChunkFilters);
  const size_t in_sample = area(pass.groups * pass.channels, pass.in_plane()), out_sample = area(pass.groups * pass.filters, pass.out_plane);
  for (int group = 0; group < pass.groups; ++group) {
    std::fill(plan.source, plan.source + plan.total, Real(0));
    for (int step = 0; step < chunk_samples; ++step) {
      const int count = divide_up(call.batch - step, chunk_samples);  // chunks that have so many samples
      call.executor.run(pass.channels + pass.filters, [&](int tile, int) {
        const bool of_source = tile < pass.channels;
        const size_t index = static_cast<size_t>(of_source ? tile : tile - pass.channels), first = static_cast<size_t>(step);
        Real* to = of_source ? plan.source + index * plan.source_plane : plan.slopes + index * plan.slope_plane;
        if (of_source) {
          const Real* from = input + first * in_sample + (static_cast<size_t>(group) * static_cast<size_t>(pass.channels) + index) * area(1, pass.in_plane());
          const int columns = std::min(pass.columns.in, plan.pitch - plan.before);
          for (int row = 0; row < pass.rows.in; ++row) {
            target.to_lanes({from + row * pass.columns.in, static_cast<ptrdiff_t>(in_sample) * chunk_samples, count, columns,
                             to + (static_cast<ptrdiff_t>(row) * plan.pitch + plan.before) * lanes});
          }
        } else {
          const Real* from = d_output + first * out_sample + (static_cast<size_t>(group) * static_cast<size_t>(pass.filters) + index) * area(1, pass.out_plane);
          target.to_lanes({from, static_cast<ptrdiff_t>(out_sample) * chunk_samples, count, pass.out_plane, to});
        }
      });
      call.executor.run(filter_groups * pass.channels * kernel_rows, [&](int tile, int) {
        const int i = tile % kernel_rows, channel = tile / kernel_rows % pass.channels, filter = tile / kernel_rows / pass.channels * kChunkFilters;
        sum_kernel_row(plan, target, call.arithmetic, filter, channel, i, lone);
      });
    }
    // The chunks in order; of the lone tap each rest first.
    const int chunks = divide_up(call.batch, chunk_samples), taps = pass.taps();
    const auto joined = [chunks](const Real* sums) {
      Real sum = sums[0];
      for (int chunk = 1; chunk < chunks; ++chunk) sum += sums[chunk];
      return sum;
    };
    Real* to = d_weights + area(group * pass.filters, pass.depth());
    for (int k = 0; k < pass.filters * pass.depth(); ++k) {
      if (!lone || k % taps != taps - 1) {
        to[k] = joined(plan.sums + area(k, lanes));
        continue;
      }
      Real sum = 0;
      for (int rest = 0; rest < kLoneLanes; ++rest) sum += joined(plan.lone_sums + area(k / taps * kLoneLanes + rest, lanes));
      to[k] = sum;
    }
  }
}

template double chunks_work<float>(const ConvTarget<float>&, const ConvPass&, int);
template double chunks_work<double>(const ConvTarget<double>&, const ConvPass&, int);
template size_t chunks_scratch<float>(const ConvTarget<float>&, const ConvPass&);
template size_t chunks_scratch<double>(const ConvTarget<double>&, const ConvPass&);
template void run_chunks<float>(const ConvCall<float>&, const ConvTarget<float>&, const ConvPass&, int, bool, const float*, const float*, float*);
template void run_chunks<double>(const ConvCall<double>&, const ConvTarget<double>&, const ConvPass&, int, bool, const double*, const double*, double*);

}  // namespace myelin
