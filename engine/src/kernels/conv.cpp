// Forward and input gradient of a convolution: which tiles there are, what each reads, and which inner loop suits. Source values
// are read where they lie or from a padded copy, through a table of offsets; there is no matrix of columns.
#include "kernels/conv.h"

#include <algorithm>
#include <cstdlib>

#include "kernels/conv_parts.h"
#include "kernels/conv_plan.h"

namespace myelin {
namespace {

constexpr int64_t kTileWork = 1 << 19;     // multiply-adds worth handing out as a tile
constexpr int kStripDepth = 512;           // products at a time where columns lie along the lanes
constexpr int kDepth = 192;                // products at a time, so that what they read stays in fast memory
constexpr int kBlockPositions = 96;        // results at a time that wait for their transposition: a multiple of every target's rows

// What lies along the lanes: filters, or neighbouring columns of one row: for a block of filters, for a block of rows of one
// filter, or for the rows of one filter that a source row belongs to.
enum class Along { filters, columns, columns_of_one, columns_sliding };

struct Way {
  Along along;
  double work;  // per source value and kernel position
};

bool can_slide(const ConvPass& pass) {
  return pass.rows.step == 1 && std::abs(pass.rows.offset_step) == 1 && (pass.rows.taps == 3 || pass.rows.taps == 5);
}

template <class Real>
Way best_way(const ConvTarget<Real>& target, const ConvPass& pass) {
  constexpr double kTransposition = 8;  // of a result, in multiply-adds
  const double positions = pass.rows.count * pass.columns.count, filters = pass.filters;
  const double row = lanes_of(target, pass.columns.count);
  const double by_filters = round_up(pass.rows.count * pass.columns.count, target.rows) * lanes_of(target, pass.filters) +
                            positions * filters * kTransposition / pass.depth();
  double kernel_rows = 0;  // that lie on the input
  for (int i = 0; i < pass.rows.count; ++i) kernel_rows += pass.rows.taps_inside(i).last - pass.rows.taps_inside(i).first;
  const double by_columns = 1.08 * round_up(pass.filters, target.rows) * row * kernel_rows / pass.rows.taps;
  // Sliding loads each value once, not once a kernel row. Where there are registers enough, 5 rows gain more by it than 3.
  const bool slides = can_slide(pass);
  const double slide = is_wide(target) && pass.rows.taps == 5 ? 1.1 : 1.2;
  const double by_one = filters * row * (slides ? slide * kernel_rows / pass.rows.taps : 1.3 * round_up(pass.rows.count, target.rows));
  if (by_one < by_columns && by_one < by_filters) return {slides ? Along::columns_sliding : Along::columns_of_one, by_one};
  return by_columns <= by_filters ? Way{Along::columns, by_columns} : Way{Along::filters, by_filters};
}

// A pass on a target, with its scratch.
template <class Real>
struct Plan {
  const ConvTarget<Real>& target;
  ConvPass pass;
  Along along;
  ConvSource source;
  size_t packed;           // weights of a group
  int *steps, *positions;
  Real *weights, *starts;  // starts: of all groups' filters, lanes_of() each
  Real* workers;
  size_t per_worker = 0;

  Plan(const ConvTarget<Real>& on, const ConvPass& what, Real* scratch) : target(on), pass(what), along(best_way(on, what).along) {
    const int64_t row_work = static_cast<int64_t>(pass.groups) * pass.filters * pass.depth() * pass.columns.count;
    // The widest vectors that read along a row: where it is shorter, a copy has room for what they read beyond it.
    const int width = along == Along::filters ? 1 : along == Along::columns_sliding ? kSlideVectors * target.lanes : target.width;
    source = source_of(pass, width, row_work);
    const int filters = along == Along::filters ? lanes_of(target, pass.filters) : along == Along::columns ? round_up(pass.filters, target.rows) : pass.filters;
    packed = area(filters, pass.depth());
    Parts<Real> parts{scratch};
    steps = parts.take_ints(static_cast<size_t>(pass.depth()));
    positions = parts.take_ints(along == Along::filters ? area(source.tile_rows, pass.columns.count) : 0);
    weights = parts.take(packed * static_cast<size_t>(pass.groups));
    starts = parts.take(area(pass.groups, lanes_of(target, pass.filters)));
    const size_t shared = parts.used;
    workers = scratch == nullptr ? nullptr : scratch + shared;
    parts.take(source.copied(pass));
    if (along == Along::filters) parts.take(area(kBlockPositions, target.width));
    per_worker = parts.used - shared;
    total_shared = shared;
  }
  size_t total_shared;
  size_t total(int count) const { return total_shared + per_worker * static_cast<size_t>(count); }
  Real* copy_of(int worker) const { return workers + per_worker * static_cast<size_t>(worker); }
  Real* block_of(int worker) const {
    constexpr size_t kLine = 64 / sizeof(Real);
    return copy_of(worker) + (source.copied(pass) + kLine - 1) / kLine * kLine;
  }
};

// The weights in the order in which the inner loops read them, and the tables.
template <class Real>
void prepare(const Plan<Real>& plan, const Real* weights, const Real* bias) {
  const ConvPass& pass = plan.pass;
  const ConvTarget<Real>& target = plan.target;
  write_steps(pass, plan.source, true, sizeof(Real), plan.steps);
  if (plan.along == Along::filters) write_positions(pass, plan.source, 1, sizeof(Real), plan.positions);
  const int depth = pass.depth();
  for (int group = 0; group < pass.groups; ++group) {
    Real* to = plan.weights + plan.packed * static_cast<size_t>(group);
    const Real* from = weights + group * pass.group_weights;
    for (int first = 0; first < pass.filters;) {
      int width = 1;  // filters that lie next to each other
      if (plan.along == Along::columns) width = target.rows;
      if (plan.along == Along::filters) width = pass.filters - first > target.lanes ? target.width : target.lanes;
      const int step = plan.along == Along::columns_sliding ? pass.rows.taps : width;
      for (int f = 0; f < width; ++f) {
        Real* lane = to + f;
        if (first + f >= pass.filters) {
          for (int k = 0; k < depth; ++k) lane[static_cast<ptrdiff_t>(k) * width] = Real(0);
          continue;
        }
        for (int i = 0; i < pass.rows.taps; ++i) {
          if (plan.along == Along::columns_sliding) lane = to + i;
          const int tap = (pass.rows.first_tap + i * pass.rows.tap_step) * pass.kernel_columns + pass.columns.first_tap;
          const Real* row = from + (first + f) * pass.filter_weights + tap;
          for (int channel = 0; channel < pass.channels; ++channel, row += pass.channel_weights) {
            for (int j = 0; j < pass.columns.taps; ++j, lane += step) *lane = row[j * pass.columns.tap_step];
          }
        }
      }
      to += static_cast<ptrdiff_t>(width) * depth;
      first += width;
    }
    const int lanes = lanes_of(target, pass.filters);
    Real* start = plan.starts + static_cast<ptrdiff_t>(group) * lanes;
    for (int f = 0; f < lanes; ++f) start[f] = bias != nullptr && f < pass.filters ? bias[group * pass.filters + f] : Real(0);
  }
}

// Result rows [first, last) of one sample and group: `to` is the group's first output plane.
template <class Real>
struct Piece {
  const Plan<Real>& plan;
  Arithmetic arithmetic;
  const Real* source;
  int group, first, last;
  Real* to;
  bool accumulate;
};

template <class Real>
void along_columns(const Piece<Real>& piece) {
  const ConvPass& pass = piece.plan.pass;
  const ConvSource& source = piece.plan.source;
  const bool one = piece.plan.along == Along::columns_of_one;
  const int depth = pass.depth(), rows = piece.last - piece.first;
  const ptrdiff_t row_in_output = static_cast<ptrdiff_t>(pass.rows.out_step) * pass.out_columns;
  const Real* starts_of_filters = piece.plan.starts + static_cast<ptrdiff_t>(piece.group) * lanes_of(piece.plan.target, pass.filters);
  Real* to = piece.to + static_cast<ptrdiff_t>(pass.rows.out_first + piece.first * pass.rows.out_step) * pass.out_columns + pass.columns.out_first;
  ConvStrips<Real> strips{.one_filter = one,
                          .source = piece.source,
                          .source_row = one ? source.row_step : 0,
                          .steps = nullptr,
                          .depth = 0,
                          .weights = nullptr,
                          .group_weights = static_cast<ptrdiff_t>(depth) * piece.plan.target.rows,
                          .row_count = one ? rows : pass.filters,
                          .start = nullptr,
                          .from_c = false,
                          .c = to,
                          .c_row = one ? row_in_output : pass.out_plane,
                          .c_step = pass.columns.out_step,
                          .columns = pass.columns.count};
  const Real* weights = piece.plan.weights + piece.plan.packed * static_cast<size_t>(piece.group);
  const int row_depth = pass.channels * pass.columns.taps, calls = one ? pass.filters : rows;
  for (int k = 0; k < depth; k += kStripDepth) {
    for (int i = 0; i < calls; ++i) {
      // Kernel rows beside the input would add zeros.
      const ConvAxis::Range met = one ? ConvAxis::Range{0, pass.rows.taps} : pass.rows.taps_inside(piece.first + i);
      const int begin = std::max(k, met.first * row_depth), end = std::min({k + kStripDepth, depth, met.last * row_depth});
      const bool starts = begin >= end || begin == met.first * row_depth;
      if (begin >= end && !(k == 0 && met.first >= met.last)) continue;
      strips.steps = piece.plan.steps + begin;
      strips.depth = std::max(0, end - begin);
      strips.from_c = piece.accumulate || !starts;
      strips.weights = weights + (one ? static_cast<ptrdiff_t>(i) * depth + begin : static_cast<ptrdiff_t>(begin) * piece.plan.target.rows);
      strips.start = starts_of_filters + (one ? i : 0);
      strips.source = piece.source + (one ? 0 : static_cast<ptrdiff_t>(i) * source.row_step);
      strips.c = to + (one ? static_cast<ptrdiff_t>(i) * pass.out_plane : i * row_in_output);
      piece.plan.target.strips(strips, piece.arithmetic);
    }
  }
}

template <class Real>
void along_sliding(const Piece<Real>& piece) {
  const Plan<Real>& plan = piece.plan;
  const ConvPass& pass = plan.pass;
  const ConvAxis& axis = pass.rows;
  const int rows = piece.last - piece.first, down = axis.offset_step, top = down > 0 ? 0 : rows - 1;
  // The source row that the first result meets first; those beside the input would add zeros.
  const int start = piece.first + top + axis.offset, before = down > 0 ? -start : start - (axis.in - 1);
  const int first = std::clamp(before, 0, axis.taps - 1), last = std::clamp(before + axis.in, rows, rows + axis.taps - 1);
  const ptrdiff_t row_in_output = static_cast<ptrdiff_t>(axis.out_step) * pass.out_columns;
  Real* to = piece.to + axis.out_first * static_cast<ptrdiff_t>(pass.out_columns) + (piece.first + top) * row_in_output + pass.columns.out_first;
  const Real* weights = plan.weights + plan.packed * static_cast<size_t>(piece.group);
  const Real* starts = plan.starts + static_cast<ptrdiff_t>(piece.group) * lanes_of(plan.target, pass.filters);
  for (int filter = 0; filter < pass.filters; ++filter, to += pass.out_plane, weights += pass.depth()) {
    plan.target.slide({.kernel_rows = axis.taps,
                       .source = piece.source + static_cast<ptrdiff_t>(top) * plan.source.row_step,
                       .source_row = static_cast<ptrdiff_t>(down) * plan.source.pitch,
                       .first = first,
                       .last = last,
                       .steps = plan.steps,
                       .depth = pass.channels * pass.columns.taps,
                       .weights = weights,
                       .row_count = rows,
                       .start = starts[filter],
                       .from_c = piece.accumulate,
                       .c = to,
                       .c_row = down * row_in_output,
                       .c_step = pass.columns.out_step,
                       .columns = pass.columns.count},
                      piece.arithmetic);
  }
}

// Results [first, first + count) of the piece between their planes and a block of count x columns.
template <class Real>
void move_block(const Piece<Real>& piece, Real* to, int first, int count, int filters, Real* block, int columns, bool store) {
  const ConvPass& pass = piece.plan.pass;
  const int width = pass.columns.count;
  if (pass.plain_output()) {
    Real* planes = to + static_cast<ptrdiff_t>(piece.first) * width + first;
    if (store) transpose<Real>(block, columns, count, filters, planes, pass.out_plane);
    else transpose<Real>(planes, pass.out_plane, filters, count, block, columns);
    return;
  }
  for (int i = 0; i < count; ++i, block += columns) {
    const int row = pass.rows.out_first + (piece.first + (first + i) / width) * pass.rows.out_step;
    Real* at = to + static_cast<ptrdiff_t>(row) * pass.out_columns + pass.columns.out_first + static_cast<ptrdiff_t>((first + i) % width) * pass.columns.out_step;
    for (int f = 0; f < filters; ++f, at += pass.out_plane) {
      if (store) *at = block[f];
      else block[f] = *at;
    }
  }
}

template <class Real>
void along_filters(const Piece<Real>& piece, Real* block) {
  const Plan<Real>& plan = piece.plan;
  const ConvPass& pass = plan.pass;
  const int depth = pass.depth(), positions = (piece.last - piece.first) * pass.columns.count;
  const Real* starts = plan.starts + static_cast<ptrdiff_t>(piece.group) * lanes_of(plan.target, pass.filters);
  for (int first = 0; first < positions; first += kBlockPositions) {
    const int count = std::min(kBlockPositions, positions - first);
    const Real* panel = plan.weights + plan.packed * static_cast<size_t>(piece.group);
    for (int filter = 0; filter < pass.filters;) {
      const int left = pass.filters - filter, columns = left > plan.target.lanes ? plan.target.width : plan.target.lanes;
      const int filters = std::min(left, columns);
      Real* to = piece.to + static_cast<ptrdiff_t>(filter) * pass.out_plane;
      if (piece.accumulate) move_block(piece, to, first, count, filters, block, columns, false);
      for (int k = 0; k < depth; k += kDepth) {
        const Real* start = piece.accumulate || k > 0 ? nullptr : starts + filter;
        plan.target.panel({.source = piece.source,
                           .rows = plan.positions + first,
                           .row_count = count,
                           .steps = plan.steps + k,
                           .depth = std::min(kDepth, depth - k),
                           .panel = panel + static_cast<ptrdiff_t>(k) * columns,
                           .panel_step = columns,
                           .runs = 1,
                           .run_step = 0,
                           .start = start,
                           .c = block,
                           .columns = columns},
                          piece.arithmetic);
      }
      move_block(piece, to, first, count, filters, block, columns, true);
      panel += static_cast<ptrdiff_t>(columns) * depth;
      filter += columns;
    }
  }
}

// One pass over the batch. Tiles: some samples, or some rows of one.
template <class Real>
void run_pass(const ConvCall<Real>& call, const ConvPass& pass, const Real* from, const Real* weights, const Real* bias, Real* to, bool accumulate,
              const ConvFinish* finish) {
  const ConvTarget<Real>& target = conv_target_of<Real>(
      call, [&](const ConvTarget<Real>& on) { return std::min(best_way(on, pass).work, samples_work(on, pass, call.batch)); });
  if (samples_work(target, pass, call.batch) < best_way(target, pass).work) {
    return run_samples(call, target, pass, from, weights, bias, to, accumulate, finish);
  }
  const Plan<Real> plan(target, pass, call.scratch);
  prepare(plan, weights, bias);
  const int rows = pass.rows.count, tile_rows = plan.source.tile_rows, pieces = divide_up(rows, tile_rows);
  const int64_t work = static_cast<int64_t>(pass.groups) * pass.filters * pass.depth() * tile_rows * pass.columns.count;
  const int samples = pieces > 1 ? 1 : static_cast<int>(std::clamp<int64_t>(kTileWork / std::max<int64_t>(1, work), 1, call.batch));
  const size_t in_group = area(pass.channels, pass.in_plane()), out_group = area(pass.filters, pass.out_plane);
  call.executor.run(divide_up(call.batch, samples) * pieces, [&](int tile, int worker) {
    const int first_sample = tile / pieces * samples, last_sample = std::min(call.batch, first_sample + samples);
    const int first = tile % pieces * tile_rows, last = std::min(rows, first + tile_rows);
    bool fresh = true;
    for (int sample = first_sample; sample < last_sample; ++sample) {
      for (int group = 0; group < pass.groups; ++group) {
        const size_t at = area(sample, pass.groups) + static_cast<size_t>(group);
        const Real* source = read_source(target, pass, plan.source, from + at * in_group, first, last, fresh,
                                         plan.copy_of(worker));
        fresh = false;
        const Piece<Real> piece{plan, call.arithmetic, source, group, first, last, to + at * out_group, accumulate};
        if (plan.along == Along::filters) along_filters(piece, plan.block_of(worker));
        else if (plan.along == Along::columns_sliding) along_sliding(piece);
        else along_columns(piece);
      }
      if (finish == nullptr) continue;
      const size_t planes = area(sample, pass.groups) * static_cast<size_t>(pass.filters);
      if (pieces == 1) {
        (*finish)(area(sample, pass.groups) * out_group, out_group * static_cast<size_t>(pass.groups));
        continue;
      }
      const size_t start = area(first, pass.out_columns), count = area(last - first, pass.out_columns);
      for (int filter = 0; filter < pass.groups * pass.filters; ++filter) {
        (*finish)((planes + static_cast<size_t>(filter)) * static_cast<size_t>(pass.out_plane) + start, count);
      }
    }
  });
}

// Calls use(pass) for the inputs that meet the same kernel positions; their passes write disjoint values.
template <class Use>
void for_phases(const Conv& conv, Use&& use) {
  for (int row = 0; row < std::min(conv.rows.stride, conv.rows.in); ++row) {
    for (int column = 0; column < std::min(conv.columns.stride, conv.columns.in); ++column) {
      const ConvPass pass = backward_pass(conv, row, column);
      if (pass.taps() > 0) use(pass);
    }
  }
}

bool reaches_all(const Conv& conv) {
  bool all = true;
  for (const WindowAxis* axis : {&conv.rows, &conv.columns}) {
    for (int phase = 0; phase < std::min(axis->stride, axis->in); ++phase) {
      bool met = false;
      for (int tap = 0; tap < axis->size && !met; ++tap) met = (phase + axis->begin - tap * axis->dilation) % axis->stride == 0;
      all = all && met;
    }
  }
  return all;
}

}  // namespace

template <class Real>
size_t conv_scratch(const Conv& given, int workers) {
  const Conv conv = with_long_rows(given);
  size_t most = 0;
  for (const ConvTarget<Real>* target : conv_targets<Real>()) {
    const auto add = [&](const ConvPass& pass) {
      most = std::max(most, Plan<Real>(*target, pass, nullptr).total(workers));
      if (samples_work(*target, pass, 0) < best_way(*target, pass).work) most = std::max(most, samples_scratch(*target, pass, workers));
    };
    add(forward_pass(conv));
    for_phases(conv, add);
    most = std::max(most, conv_gradient_scratch(*target, conv, workers));
  }
  return most;
}

template <class Real>
void conv_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, const Real* bias, Real* output, bool accumulate,
                  const ConvFinish* finish) {
  run_pass(call, forward_pass(with_long_rows(call.conv)), input, weights, bias, output, accumulate, finish);
}

template <class Real>
void conv_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate) {
  const Conv conv = with_long_rows(call.conv);
  if (!accumulate && !reaches_all(conv)) std::fill(d_input, d_input + static_cast<size_t>(call.batch) * conv.in_size(), Real(0));
  for_phases(conv, [&](const ConvPass& pass) { run_pass<Real>(call, pass, d_output, weights, nullptr, d_input, accumulate, nullptr); });
}

template size_t conv_scratch<float>(const Conv&, int);
template size_t conv_scratch<double>(const Conv&, int);
template void conv_forward<float>(const ConvCall<float>&, const float*, const float*, const float*, float*, bool, const ConvFinish*);
template void conv_forward<double>(const ConvCall<double>&, const double*, const double*, const double*, double*, bool, const ConvFinish*);
template void conv_backward_input<float>(const ConvCall<float>&, const float*, const float*, float*, bool);
template void conv_backward_input<double>(const ConvCall<double>&, const double*, const double*, double*, bool);

}  // namespace myelin
