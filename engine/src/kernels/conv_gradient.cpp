// The weight gradient of a convolution: chunks of the batch are summed side by side, from padded copies of the input and
// transposed output gradients. Must never let the cut depend on the machine: it decides the order of summation.
#include <algorithm>
#include <limits>

#include "kernels/conv_parts.h"
#include "kernels/conv_plan.h"

namespace myelin {
namespace {

constexpr int kGradientPositions = 256;    // output positions at a time of a weight gradient
constexpr int kFewTiles = 4;
constexpr int kMostChunks = 16;            // of the batch
constexpr size_t kChunkElements = 1 << 18; // their sums
constexpr int kFewFilters = 4;             // so few leave most lanes of a vector of filters empty
constexpr int kFewPositions = 256;         // of a kernel: with more, what is expanded is no longer in fast memory

// What lies along the lanes: filters; kernel positions of one channel; or, for few filters, neighbouring output positions, which
// is another order of summation and therefore decided by the shape alone.
enum class Along { filters, taps, positions };

struct Way {
  Along along;
  double work;  // per output position
};

// An odd square is one more than vectors hold: 9, 25, 49. The last kernel position would take as long as a whole vector, for 6
// filters of 5 x 5 a sixth to a quarter of the time. Where filters are few it is summed on its own, by output columns. Another
// order of summation, so decided by the shape alone.
bool has_lone_tap(const ConvPass& pass) {
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  return pass.filters > kFewFilters && pass.filters <= kLoneFilters && pass.taps() > 1 && pass.taps() % 8 == 1 && rows.offset_step == 1 &&
         columns.offset_step == 1 && columns.step == 1 && pass.depth() <= kFewPositions;
}

template <class Real>
Way best_way(const ConvTarget<Real>& target, const ConvPass& pass) {
  if (pass.filters <= kFewFilters) return {Along::positions, static_cast<double>(round_up(pass.depth(), target.rows))};
  constexpr double kTransposition = 8, kExpansion = 2;  // of a value, in multiply-adds
  const double by_filters = round_up(pass.depth(), target.rows) * lanes_of(target, pass.filters) + kTransposition * pass.filters;
  const int in_panels = pass.taps() - has_lone_tap(pass);
  const double by_taps = round_up(pass.filters, target.rows) * lanes_of(target, in_panels) * pass.channels + kExpansion * pass.depth();
  if (has_lone_tap(pass)) return {Along::taps, by_taps};
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  const bool expands = rows.offset_step == 1 && columns.offset_step == 1 && columns.step == 1 && pass.depth() <= kFewPositions;
  return expands && by_taps < by_filters ? Way{Along::taps, by_taps} : Way{Along::filters, by_filters};
}

// Chunks of the batch, and samples of each but the last. The shape alone decides.
int most_chunks(const ConvPass& pass) {
  const size_t sums = area(pass.groups * pass.filters, pass.depth()) * (pass.filters <= kFewFilters ? kConvLanes : 1);
  return static_cast<int>(std::clamp<size_t>(kChunkElements / sums, 1, kMostChunks));
}
int chunk_samples_of(const ConvPass& pass, int batch) { return divide_up(batch, most_chunks(pass)); }

int chunk_tiles(const ConvPass& pass) { return pass.groups * divide_up(pass.filters, kChunkFilters); }

// With so many chunks along the lanes, unless workers would have nothing to do. (Few filters are summed by lanes of positions, which
// is another order.)
template <class Real>
double work_by_chunks(const ConvTarget<Real>& target, const ConvPass& pass, int chunks, int workers) {
  const bool suits = pass.filters > kFewFilters && chunks > 0 && chunks <= target.lanes && workers <= chunk_tiles(pass);
  return suits ? chunks_work(target, pass, chunks) : std::numeric_limits<double>::infinity();
}
template <class Real>
bool by_chunks(const ConvTarget<Real>& target, const ConvPass& pass, int chunks, int workers) {
  return work_by_chunks(target, pass, chunks, workers) < best_way(target, pass).work;
}

// A weight gradient on a target, with its scratch. The batch is cut into chunks of samples; each chunk sums its samples and
// their positions in order, then the chunks are added in order.
template <class Real>
struct GradientPlan {
  const ConvTarget<Real>& target;
  ConvPass pass;
  Along along;
  ConvSource source;
  int chunks, chunk_samples;
  int padded_rows, lanes;  // of a group's sums
  int lone_taps;           // 1 or 0
  int *steps, *positions;
  Real *zeros, *sums, *workers;
  size_t shared, per_worker, slopes;

  GradientPlan(const ConvTarget<Real>& on, const Conv& conv, int batch, Real* scratch) : target(on), pass(forward_pass(conv)) {
    along = best_way(on, pass).along;
    const bool by_lanes = along == Along::positions, by_taps = along == Along::taps;
    lone_taps = has_lone_tap(pass);
    const int width = pass.columns.count, along_rows = width % kConvLanes == 0 ? kConvLanes : width + 1;
    source = source_of(pass, by_lanes ? along_rows : by_taps ? width + 1 : 1, 0);
    chunk_samples = chunk_samples_of(pass, batch);
    chunks = batch > 0 ? divide_up(batch, chunk_samples) : most_chunks(pass);  // 0: for any batch
    padded_rows = by_lanes ? pass.depth() : by_taps ? round_up(pass.filters, target.rows) : round_up(pass.depth(), target.rows);
    lanes = by_lanes ? pass.filters * kConvLanes : by_taps ? pass.channels * lanes_of(target, panel_taps()) : lanes_of(target, pass.filters);
    Parts<Real> parts{scratch};
    steps = parts.take_ints(static_cast<size_t>(by_taps ? pass.filters : pass.depth()));
    positions = parts.take_ints(area(source.tile_rows, by_lanes ? divide_up(width, kConvLanes) : width));
    zeros = parts.take(static_cast<size_t>(target.width));
    sums = parts.take(per_chunk() * static_cast<size_t>(chunks));
    shared = parts.used;
    workers = scratch == nullptr ? nullptr : scratch + shared;
    parts.take(source.copied(pass));
    slopes = parts.used - shared;
    if (by_taps) parts.take(static_cast<size_t>(width) * expanded_column() + kConvSlack);
    else parts.take(by_lanes ? area(source.tile_rows * target.lane_filters, round_up(width, kConvLanes)) : area(kGradientPositions, target.width));
    per_worker = parts.used - shared;
  }
  // Along taps: what the outputs of one column read of a channel, row by row.
  size_t expanded_column() const { return area(pass.rows.span(source.tile_rows), pass.columns.taps) + kConvExpandSlack; }
  int panel_taps() const { return pass.taps() - lone_taps; }
  size_t panel_sums() const { return area(padded_rows, lanes); }
  // The lone taps' sums follow those of the panels.
  size_t per_group() const { return panel_sums() + area(lone_taps * pass.channels, kLoneFilters * kLoneLanes); }
  size_t per_chunk() const { return per_group() * static_cast<size_t>(pass.groups); }
  size_t total(int count) const { return shared + per_worker * static_cast<size_t>(count); }
};

struct Range {
  int first, last;
};

// Some filters of a group, or kernel positions of a channel: a vector's, or all vectors' of the register block.
struct LanePanel {
  int first, count, columns;
};
template <class Real>
LanePanel panel_at(const GradientPlan<Real>& plan, int index, int all) {
  const int first = index * plan.target.width, left = all - first;
  const int columns = left > plan.target.lanes ? plan.target.width : plan.target.lanes;
  return {first, std::min(left, columns), columns};
}

// Calls use(sample, first, last, source, d) for all pieces of some samples: what result rows [first, last) of a group read, and
// the gradients of the group's first filter there.
template <class Real, class Use>
void for_pieces(const GradientPlan<Real>& plan, const Real* input, const Real* d_output, int group, Range samples, Real* scratch, Use&& use) {
  const ConvPass& pass = plan.pass;
  const int rows = pass.rows.count;
  for (int sample = samples.first; sample < samples.last; ++sample) {
    const size_t at = area(sample, pass.groups) + static_cast<size_t>(group);
    const Real* planes = input + at * area(pass.channels, pass.in_plane());
    const Real* d = d_output + at * area(pass.filters, pass.out_plane);
    for (int first = 0; first < rows; first += plan.source.tile_rows) {
      const int last = std::min(rows, first + plan.source.tile_rows);
      const bool fresh = sample == samples.first || plan.source.tile_rows < rows;
      use(sample == samples.first && first == 0, last - first, read_source(plan.target, pass, plan.source, planes, first, last, fresh, scratch),
          d + static_cast<ptrdiff_t>(first) * pass.columns.count);
    }
  }
}

// The samples' sums of a group's panels, kernel positions x filters.
template <class Real>
void sum_panels(const GradientPlan<Real>& plan, Arithmetic arithmetic, const Real* input, const Real* d_output, int group, Range samples,
                Range panels, Real* sums, Real* scratch) {
  const ConvPass& pass = plan.pass;
  Real* slopes = scratch + plan.slopes;
  std::fill(slopes, slopes + area(kGradientPositions, plan.target.width), Real(0));
  for_pieces(plan, input, d_output, group, samples, scratch, [&](bool start, int rows, const Real* source, const Real* d) {
    const int positions = rows * pass.columns.count;
    for (int index = panels.first; index < panels.last; ++index) {
      const LanePanel panel = panel_at(plan, index, pass.filters);
      for (int from = 0; from < positions; from += kGradientPositions) {
        const int count = std::min(kGradientPositions, positions - from);
        transpose<Real>(d + static_cast<ptrdiff_t>(panel.first) * pass.out_plane + from, pass.out_plane, panel.count, count, slopes, panel.columns);
        plan.target.panel({.source = source,
                           .rows = plan.steps,
                           .row_count = pass.depth(),
                           .steps = plan.positions + from,
                           .depth = count,
                           .panel = slopes,
                           .panel_step = panel.columns,
                           .runs = 1,
                           .run_step = 0,
                           .start = start && from == 0 ? plan.zeros : nullptr,
                           .c = sums + area(panel.first, plan.padded_rows),
                           .columns = panel.columns},
                          arithmetic);
      }
    }
  });
}

// The samples' sums of a group: for each channel, panels of filters x kernel positions.
template <class Real>
void sum_taps(const GradientPlan<Real>& plan, Arithmetic arithmetic, const Real* input, const Real* d_output, int group, Range samples, Real* sums,
              Real* scratch) {
  const ConvPass& pass = plan.pass;
  const int taps = plan.panel_taps(), lanes = lanes_of(plan.target, taps), panels = divide_up(taps, plan.target.width);
  const ptrdiff_t last_tap = static_cast<ptrdiff_t>(pass.rows.taps - 1) * plan.source.pitch + pass.columns.taps - 1;
  Real* expanded = scratch + plan.slopes;
  for_pieces(plan, input, d_output, group, samples, scratch, [&](bool start, int rows, const Real* source, const Real* d) {
    for (int channel = 0; channel < pass.channels; ++channel) {
      plan.target.expand({.source = source + channel * plan.source.plane,
                          .pitch = plan.source.pitch,
                          .rows = pass.rows.span(rows),
                          .columns = pass.columns.count,
                          .taps = pass.columns.taps,
                          .to = expanded,
                          .to_step = static_cast<ptrdiff_t>(plan.expanded_column())});
      if (plan.lone_taps != 0) {
        plan.target.lone_tap({.source = source + channel * plan.source.plane + last_tap,
                              .source_row = static_cast<ptrdiff_t>(pass.rows.step) * plan.source.pitch,
                              .d = d,
                              .d_filter = pass.out_plane,
                              .filters = pass.filters,
                              .rows = rows,
                              .columns = pass.columns.count,
                              .fresh = start,
                              .sums = sums + plan.panel_sums() + area(channel, kLoneFilters * kLoneLanes)});
      }
      for (int index = 0; index < panels; ++index) {
        const LanePanel panel = panel_at(plan, index, taps);
        plan.target.panel({.source = d,
                           .rows = plan.steps,
                           .row_count = pass.filters,
                           .steps = plan.positions,
                           .depth = pass.columns.count,
                           .panel = expanded + panel.first,
                           .panel_step = static_cast<ptrdiff_t>(plan.expanded_column()),
                           .runs = rows,
                           .run_step = static_cast<ptrdiff_t>(pass.rows.step) * pass.columns.taps,
                           .start = start ? plan.zeros : nullptr,
                           .c = sums + area(channel * lanes + panel.first, plan.padded_rows),
                           .columns = panel.columns},
                          arithmetic);
      }
    }
  });
}

// The samples' sums of a group, filters x kernel positions x lanes.
template <class Real>
void sum_lanes(const GradientPlan<Real>& plan, Arithmetic arithmetic, const Real* input, const Real* d_output, int group, Range samples, Real* sums,
               Real* scratch) {
  const ConvPass& pass = plan.pass;
  const int width = pass.columns.count, padded = round_up(width, kConvLanes);
  Real* slopes = scratch + plan.slopes;
  const size_t weights = area(pass.depth(), kConvLanes);
  std::fill(sums, sums + weights * static_cast<size_t>(pass.filters), Real(0));
  for_pieces(plan, input, d_output, group, samples, scratch, [&](bool, int rows, const Real* source, const Real* d) {
    const int blocks = rows * padded / kConvLanes;
    for (int filter = 0; filter < pass.filters; filter += plan.target.lane_filters) {
      const int filters = std::min(plan.target.lane_filters, pass.filters - filter);
      const Real* gradients = d + static_cast<ptrdiff_t>(filter) * pass.out_plane;
      if (padded != width) {
        for (int f = 0; f < filters; ++f) {
          Real* to = slopes + static_cast<ptrdiff_t>(f) * rows * padded;
          plan.target.copy_rows({gradients + static_cast<ptrdiff_t>(f) * pass.out_plane, width, rows, width, to, padded});
          for (int row = 0; row < rows; ++row, to += padded) std::fill(to + width, to + padded, Real(0));
        }
        gradients = slopes;
      }
      plan.target.lane_sums({.source = source,
                             .steps = plan.steps,
                             .count = pass.depth(),
                             .blocks = plan.positions,
                             .block_count = blocks,
                             .d = gradients,
                             .d_filter = padded == width ? pass.out_plane : static_cast<ptrdiff_t>(rows) * padded,
                             .filters = filters,
                             .sums = sums + weights * static_cast<size_t>(filter)},
                            arithmetic);
    }
  });
}

// All chunks' sums to the first's.
template <class Real>
Real* add_chunks(const GradientPlan<Real>& plan, int group, size_t first, size_t count) {
  Real* sums = plan.sums + plan.per_group() * static_cast<size_t>(group) + first;
  for (int chunk = 1; chunk < plan.chunks; ++chunk) {
    const Real* more = sums + plan.per_chunk() * static_cast<size_t>(chunk);
    for (size_t i = 0; i < count; ++i) sums[i] += more[i];
  }
  return sums;
}

template <class Real>
Real sum_of(const Real* lanes, int count) {
  Real sum = 0;
  for (int i = 0; i < count; ++i) sum += lanes[i];
  return sum;
}

// A group's sums to its weights: those of a panel of filters, or of a channel.
template <class Real>
void join_sums(const GradientPlan<Real>& plan, int group, int index, Real* d_weights) {
  const ConvPass& pass = plan.pass;
  const int depth = pass.depth();
  Real* to = d_weights + area(group * pass.filters, depth);
  if (plan.along == Along::taps) {
    const int taps = plan.panel_taps(), lanes = lanes_of(plan.target, taps);
    to += index * pass.taps();
    const Real* sums = add_chunks(plan, group, area(index * lanes, plan.padded_rows), area(lanes, plan.padded_rows));
    for (int tap = 0; tap < taps; tap += plan.target.width, sums += area(plan.padded_rows, plan.target.width)) {
      const LanePanel panel = panel_at(plan, tap / plan.target.width, taps);
      for (int filter = 0; filter < pass.filters; ++filter) {
        const Real* from = sums + area(filter, panel.columns);
        std::copy(from, from + panel.count, to + area(filter, depth) + tap);
      }
    }
    if (plan.lone_taps == 0) return;
    sums = add_chunks(plan, group, plan.panel_sums() + area(index, kLoneFilters * kLoneLanes), kLoneFilters * kLoneLanes);
    for (int filter = 0; filter < pass.filters; ++filter, sums += kLoneLanes) to[area(filter, depth) + static_cast<size_t>(taps)] = sum_of(sums, kLoneLanes);
    return;
  }
  const LanePanel panel = panel_at(plan, index, pass.filters);
  to += area(panel.first, depth);
  if (plan.along == Along::filters) {
    const Real* sums = add_chunks(plan, group, area(panel.first, plan.padded_rows), area(depth, panel.columns));
    return transpose<Real>(sums, panel.columns, depth, panel.count, to, depth);
  }
  const size_t count = area(panel.count, depth) * kConvLanes;
  const Real* sums = add_chunks(plan, group, area(panel.first, depth) * kConvLanes, count);
  for (size_t i = 0; i < count; i += kConvLanes) to[i / kConvLanes] = sum_of(sums + i, kConvLanes);
}

}  // namespace

template <class Real>
size_t conv_gradient_scratch(const ConvTarget<Real>& target, const Conv& conv, int workers) {
  const size_t scratch = GradientPlan<Real>(target, conv, 0, nullptr).total(workers);
  const ConvPass pass = forward_pass(conv);
  // Fewer chunks are more work, and with more workers than tiles nobody comes here: this covers every call.
  const bool may = by_chunks(target, pass, most_chunks(pass), 1);
  return may ? std::max(scratch, chunks_scratch(target, pass, std::min(workers, chunk_tiles(pass)))) : scratch;
}

template <class Real>
void conv_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights) {
  const Conv conv = with_long_rows(call.conv);
  const ConvPass pass = forward_pass(conv);
  const int chunk_samples = chunk_samples_of(pass, call.batch), chunks = divide_up(call.batch, std::max(1, chunk_samples)), workers = call.executor.workers();
  // Never by the number of workers: not all targets fuse.
  const ConvTarget<Real>& target =
      conv_target_of<Real>(call, [&](const ConvTarget<Real>& on) { return std::min(best_way(on, pass).work, work_by_chunks(on, pass, chunks, 1)); });
  if (by_chunks(target, pass, chunks, workers)) return run_chunks(call, target, pass, chunk_samples, has_lone_tap(pass), input, d_output, d_weights);
  const GradientPlan<Real> plan(target, conv, call.batch, call.scratch);
  if (plan.along == Along::taps) {
    for (int filter = 0; filter < pass.filters; ++filter) plan.steps[filter] = filter * pass.out_plane * static_cast<int>(sizeof(Real));
    for (int i = 0; i < plan.source.tile_rows * pass.columns.count; ++i) plan.positions[i] = i * static_cast<int>(sizeof(Real));
  } else {
    write_steps(pass, plan.source, false, sizeof(Real), plan.steps);
    write_positions(pass, plan.source, plan.along == Along::positions ? kConvLanes : 1, sizeof(Real), plan.positions);
  }
  std::fill(plan.zeros, plan.zeros + plan.target.width, Real(0));
  // Few chunks: each panel of filters is a tile, though then each copies the source for itself.
  const int panels = plan.along == Along::taps ? pass.channels : divide_up(pass.filters, plan.target.width);
  const int shares = plan.along == Along::filters && plan.chunks * pass.groups < kFewTiles ? panels : 1;
  call.executor.run(plan.chunks * pass.groups * shares, [&](int tile, int worker) {
    const int share = tile % shares, group = tile / shares % pass.groups, chunk = tile / shares / pass.groups;
    const int first = chunk * plan.chunk_samples;
    const Range samples{first, std::min(call.batch, first + plan.chunk_samples)};
    const Range some = shares == 1 ? Range{0, panels} : Range{share, share + 1};
    Real* sums = plan.sums + plan.per_chunk() * static_cast<size_t>(chunk) + plan.per_group() * static_cast<size_t>(group);
    Real* own = plan.workers + plan.per_worker * static_cast<size_t>(worker);
    if (plan.along == Along::positions) sum_lanes(plan, call.arithmetic, input, d_output, group, samples, sums, own);
    else if (plan.along == Along::taps) sum_taps(plan, call.arithmetic, input, d_output, group, samples, sums, own);
    else sum_panels(plan, call.arithmetic, input, d_output, group, samples, some, sums, own);
  });
  call.executor.run(pass.groups * panels, [&](int tile, int) { join_sums(plan, tile / panels, tile % panels, d_weights); });
}

template size_t conv_gradient_scratch<float>(const ConvTarget<float>&, const Conv&, int);
template size_t conv_gradient_scratch<double>(const ConvTarget<double>&, const Conv&, int);
template void conv_backward_weights<float>(const ConvCall<float>&, const float*, const float*, float*);
template void conv_backward_weights<double>(const ConvCall<double>&, const double*, const double*, double*);

}  // namespace myelin
