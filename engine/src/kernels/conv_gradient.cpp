// The weight gradient of a convolution: chunks of the batch are summed side by side, from padded copies of the input and
// transposed output gradients. Must never let the cut depend on the machine: it decides the order of summation.
#include <algorithm>

#include "kernels/conv_parts.h"
#include "kernels/conv_plan.h"

namespace myelin {
namespace {

constexpr int kGradientPositions = 256;    // output positions at a time of a weight gradient
constexpr int kFewTiles = 4;
constexpr int kMostChunks = 16;            // of the batch
constexpr size_t kChunkElements = 1 << 18; // their sums
constexpr int kFewFilters = 4;             // so few leave most lanes of a vector of filters empty

// A weight gradient on a target, with its scratch. The batch is cut into chunks of samples; each chunk sums its samples and
// their positions in order, then the chunks are added in order.
template <class Real>
struct GradientPlan {
  const ConvTarget<Real>& target;
  ConvPass pass;
  bool by_lanes;  // few filters: positions lie along the lanes
  ConvSource source;
  int chunks, chunk_samples;
  int padded_depth, lanes;
  int *steps, *positions;
  Real *zeros, *sums, *workers;
  size_t shared, per_worker, slopes;

  GradientPlan(const ConvTarget<Real>& on, const Conv& conv, int batch, Real* scratch) : target(on), pass(forward_pass(conv)) {
    by_lanes = pass.filters <= kFewFilters;
    const int width = pass.columns.count, along_rows = width % kConvLanes == 0 ? kConvLanes : width + 1;
    source = source_of(pass, by_lanes ? along_rows : 1, 0);
    const size_t weights = area(pass.groups * pass.filters, pass.depth()) * (by_lanes ? kConvLanes : 1);
    const int most = static_cast<int>(std::clamp<size_t>(kChunkElements / weights, 1, kMostChunks));
    chunk_samples = divide_up(batch, most);
    chunks = batch > 0 ? divide_up(batch, chunk_samples) : most;  // 0: for any batch
    padded_depth = by_lanes ? pass.depth() : round_up(pass.depth(), target.rows);
    lanes = by_lanes ? pass.filters * kConvLanes : lanes_of(target, pass.filters);
    Parts<Real> parts{scratch};
    steps = parts.take_ints(static_cast<size_t>(pass.depth()));
    positions = parts.take_ints(area(source.tile_rows, by_lanes ? divide_up(width, kConvLanes) : width));
    zeros = parts.take(static_cast<size_t>(target.width));
    sums = parts.take(per_chunk() * static_cast<size_t>(chunks));
    shared = parts.used;
    workers = scratch == nullptr ? nullptr : scratch + shared;
    parts.take(source.copied(pass));
    slopes = parts.used - shared;
    parts.take(by_lanes ? area(source.tile_rows * target.lane_filters, round_up(width, kConvLanes)) : area(kGradientPositions, target.width));
    per_worker = parts.used - shared;
  }
  size_t per_group() const { return area(padded_depth, lanes); }
  size_t per_chunk() const { return per_group() * static_cast<size_t>(pass.groups); }
  size_t total(int count) const { return shared + per_worker * static_cast<size_t>(count); }
};

struct Range {
  int first, last;
};

// Some filters of a group: a vector's, or all vectors' of the register block.
struct FilterPanel {
  int first, filters, columns;
};
template <class Real>
FilterPanel panel_at(const GradientPlan<Real>& plan, int index) {
  const int first = index * plan.target.width, left = plan.pass.filters - first;
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
      use(sample == samples.first && first == 0, last - first, read_source(pass, plan.source, planes, first, last, fresh, scratch),
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
      const FilterPanel panel = panel_at(plan, index);
      for (int from = 0; from < positions; from += kGradientPositions) {
        const int count = std::min(kGradientPositions, positions - from);
        transpose<Real>(d + static_cast<ptrdiff_t>(panel.first) * pass.out_plane + from, pass.out_plane, panel.filters, count, slopes, panel.columns);
        plan.target.panel({.source = source,
                           .rows = plan.steps,
                           .row_count = pass.depth(),
                           .steps = plan.positions + from,
                           .depth = count,
                           .panel = slopes,
                           .start = start && from == 0 ? plan.zeros : nullptr,
                           .c = sums + area(panel.first, plan.padded_depth),
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
          copy_padded(gradients + static_cast<ptrdiff_t>(f) * pass.out_plane, width, rows, slopes + static_cast<ptrdiff_t>(f) * rows * padded, padded);
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

// A group's sums, of all chunks, to its weights: filters [panel.first, ...).
template <class Real>
void join_sums(const GradientPlan<Real>& plan, int group, const FilterPanel& panel, Real* d_weights) {
  const int depth = plan.pass.depth();
  Real* sums = plan.sums + plan.per_group() * static_cast<size_t>(group) + area(panel.first, plan.padded_depth) * (plan.by_lanes ? kConvLanes : 1);
  const size_t count = plan.by_lanes ? area(panel.filters, depth) * kConvLanes : area(depth, panel.columns);
  for (int chunk = 1; chunk < plan.chunks; ++chunk) {
    const Real* more = sums + plan.per_chunk() * static_cast<size_t>(chunk);
    for (size_t i = 0; i < count; ++i) sums[i] += more[i];
  }
  Real* to = d_weights + area(group * plan.pass.filters + panel.first, depth);
  if (!plan.by_lanes) return transpose<Real>(sums, panel.columns, depth, panel.filters, to, depth);
  for (size_t i = 0; i < count; i += kConvLanes) {
    Real sum = 0;
    for (size_t lane = 0; lane < kConvLanes; ++lane) sum += sums[i + lane];
    to[i / kConvLanes] = sum;
  }
}

}  // namespace

template <class Real>
size_t conv_gradient_scratch(const ConvTarget<Real>& target, const Conv& conv, int workers) {
  return GradientPlan<Real>(target, conv, 0, nullptr).total(workers);
}

template <class Real>
void conv_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights) {
  const Conv conv = with_long_rows(call.conv);
  const ConvTarget<Real>& target = conv_target_of<Real>(call, [&conv](const ConvTarget<Real>& on) {
    return static_cast<double>(round_up(conv.depth(), on.rows)) * (conv.group_filters() <= kFewFilters ? 1 : lanes_of(on, conv.group_filters()));
  });
  const GradientPlan<Real> plan(target, conv, call.batch, call.scratch);
  const ConvPass& pass = plan.pass;
  write_steps(pass, plan.source, false, sizeof(Real), plan.steps);
  write_positions(pass, plan.source, plan.by_lanes ? kConvLanes : 1, sizeof(Real), plan.positions);
  std::fill(plan.zeros, plan.zeros + plan.target.width, Real(0));
  // Few chunks: each panel is a tile, though then each copies the source for itself.
  const int panels = divide_up(pass.filters, plan.target.width), shares = !plan.by_lanes && plan.chunks * pass.groups < kFewTiles ? panels : 1;
  call.executor.run(plan.chunks * pass.groups * shares, [&](int tile, int worker) {
    const int share = tile % shares, group = tile / shares % pass.groups, chunk = tile / shares / pass.groups;
    const int first = chunk * plan.chunk_samples;
    const Range samples{first, std::min(call.batch, first + plan.chunk_samples)};
    const Range some = shares == 1 ? Range{0, panels} : Range{share, share + 1};
    Real* sums = plan.sums + plan.per_chunk() * static_cast<size_t>(chunk) + plan.per_group() * static_cast<size_t>(group);
    Real* own = plan.workers + plan.per_worker * static_cast<size_t>(worker);
    if (plan.by_lanes) sum_lanes(plan, call.arithmetic, input, d_output, group, samples, sums, own);
    else sum_panels(plan, call.arithmetic, input, d_output, group, samples, some, sums, own);
  });
  call.executor.run(pass.groups * panels, [&](int tile, int) { join_sums(plan, tile / panels, panel_at(plan, tile % panels), d_weights); });
}

template size_t conv_gradient_scratch<float>(const ConvTarget<float>&, const Conv&, int);
template size_t conv_gradient_scratch<double>(const ConvTarget<double>&, const Conv&, int);
template void conv_backward_weights<float>(const ConvCall<float>&, const float*, const float*, float*);
template void conv_backward_weights<double>(const ConvCall<double>&, const double*, const double*, double*);

}  // namespace myelin
