// Forward and input gradient with neighbouring samples along the lanes: each result meets exactly the kernel positions that lie on
// the source, so small images with wide borders lose nothing to them. Planes are transposed on their way in and out; sums keep
// the order of the other ways.
#include <algorithm>
#include <limits>

#include "kernels/conv_parts.h"
#include "kernels/conv_plan.h"

namespace myelin {
namespace {

constexpr int kSampleElements = 1 << 16;  // of a worker's copies, unless vectors are wide: 256 KB of floats, about an L2 cache
constexpr int kFewTiles = 4;

// Scratch: for each stretch of columns that meet the same kernel columns, the offsets and weights of those positions.
template <class Real>
struct SamplesPlan {
  const ConvTarget<Real>& target;
  const ConvPass& pass;
  int positions, filters;  // results of a plane; filters with those that nobody asked for
  size_t depths = 0;       // of all stretches
  int* steps;
  Real *weights, *starts, *workers;
  size_t shared, results, per_worker;

  SamplesPlan(const ConvTarget<Real>& on, const ConvPass& what, Real* scratch) : target(on), pass(what) {
    positions = pass.rows.count * pass.columns.count;
    filters = round_up(pass.filters, target.rows);
    for_stretches([&](int, int, ConvAxis::Range met) { depths += depth_of(met); });
    Parts<Real> parts{scratch};
    steps = parts.take_ints(depths);
    weights = parts.take(depths * area(pass.groups, filters));
    starts = parts.take(area(pass.groups, filters));
    shared = parts.used;
    workers = scratch == nullptr ? nullptr : scratch + shared;
    parts.take(area(pass.channels * pass.in_plane(), target.width));
    results = parts.used - shared;
    parts.take(area(filters * positions, target.width));
    per_worker = parts.used - shared;
  }
  int row_depth(ConvAxis::Range met) const { return pass.channels * (met.last - met.first); }
  size_t depth_of(ConvAxis::Range met) const { return area(pass.rows.taps, row_depth(met)); }

  // Calls use(begin, end, kernel columns) for stretches of result columns.
  template <class Use>
  void for_stretches(Use&& use) const {
    for (int begin = 0, end; begin < pass.columns.count; begin = end) {
      const ConvAxis::Range met = pass.columns.taps_inside(begin);
      for (end = begin + 1; end < pass.columns.count; ++end) {
        const ConvAxis::Range next = pass.columns.taps_inside(end);
        if (next.first != met.first || next.last != met.last) break;
      }
      use(begin, end, met);
    }
  }
};

template <class Real>
void prepare(const SamplesPlan<Real>& plan, const Real* weights, const Real* bias) {
  const ConvPass& pass = plan.pass;
  const int rows = plan.target.rows;
  Real* to = plan.weights;
  for (int group = 0; group < pass.groups; ++group) {
    int* step = plan.steps;
    plan.for_stretches([&](int, int, ConvAxis::Range met) {
      for (int first = 0; first < plan.filters; first += rows) {
        for (int i = 0; i < pass.rows.taps; ++i) {
          for (int channel = 0; channel < pass.channels; ++channel) {
            for (int j = met.first; j < met.last; ++j) {
              const ptrdiff_t row = static_cast<ptrdiff_t>(pass.rows.offset + i * pass.rows.offset_step) * pass.columns.in;
              const ptrdiff_t at = channel * static_cast<ptrdiff_t>(pass.in_plane()) + row + pass.columns.offset + j * pass.columns.offset_step;
              if (first == 0) *step++ = static_cast<int>(at * plan.target.width * static_cast<ptrdiff_t>(sizeof(Real)));
              const int tap = (pass.rows.first_tap + i * pass.rows.tap_step) * pass.kernel_columns + pass.columns.first_tap + j * pass.columns.tap_step;
              const Real* from = weights + group * pass.group_weights + channel * pass.channel_weights + tap;
              for (int f = first; f < first + rows; ++f) *to++ = f < pass.filters ? from[f * pass.filter_weights] : Real(0);
            }
          }
        }
      }
    });
    Real* start = plan.starts + static_cast<ptrdiff_t>(group) * plan.filters;
    for (int f = 0; f < plan.filters; ++f) start[f] = bias != nullptr && f < pass.filters ? bias[group * pass.filters + f] : Real(0);
  }
}

// Result rows [first, last) of `columns` lanes of samples.
template <class Real>
void sum_rows(const SamplesPlan<Real>& plan, Arithmetic arithmetic, int group, int first, int last, const Real* source, Real* results, int columns,
              bool accumulate) {
  const ConvPass& pass = plan.pass;
  const int width = plan.target.width;
  const int* steps = plan.steps;
  const Real* weights = plan.weights + plan.depths * area(group, plan.filters);
  plan.for_stretches([&](int begin, int end, ConvAxis::Range met) {
    const int row_depth = plan.row_depth(met);
    const size_t depth = plan.depth_of(met);
    for (int column = begin; column < end; ++column) {
      for (int row = first; row < last; ++row) {
        const ConvAxis::Range met_rows = pass.rows.taps_inside(row);
        const ptrdiff_t skip = static_cast<ptrdiff_t>(met_rows.first) * row_depth;
        const ptrdiff_t at = static_cast<ptrdiff_t>(row * pass.rows.step) * pass.columns.in + column * pass.columns.step;
        plan.target.strips({.one_filter = false,
                            .source = source + at * width,
                            .source_row = 0,
                            .steps = steps + skip,
                            .depth = (met_rows.last - met_rows.first) * row_depth,
                            .weights = weights + skip * plan.target.rows,
                            .group_weights = static_cast<ptrdiff_t>(depth) * plan.target.rows,
                            .row_count = plan.filters,
                            .start = plan.starts + static_cast<ptrdiff_t>(group) * plan.filters,
                            .from_c = accumulate,
                            .c = results + static_cast<ptrdiff_t>(row * pass.columns.count + column) * width,
                            .c_row = static_cast<ptrdiff_t>(plan.positions) * width,
                            .c_step = 1,
                            .columns = columns},
                           arithmetic);
      }
    }
    steps += depth;
    weights += depth * static_cast<size_t>(plan.filters);
  });
}

}  // namespace

template <class Real>
double samples_work(const ConvTarget<Real>& target, const ConvPass& pass, int batch) {
  constexpr double kNever = std::numeric_limits<double>::infinity(), kTransposition = 8;  // of a value, in multiply-adds
  const int read = pass.channels * pass.in_plane(), filters = round_up(pass.filters, target.rows), positions = pass.rows.count * pass.columns.count;
  const int64_t most = is_wide(target) ? kWideElements : kSampleElements;
  if (!pass.plain_output() || (static_cast<int64_t>(read) + filters * positions) * target.width > most) return kNever;
  const auto met = [](const ConvAxis& axis) {
    double taps = 0;
    for (int i = 0; i < axis.count; ++i) taps += axis.taps_inside(i).last - axis.taps_inside(i).first;
    return taps / axis.taps;
  };
  const double lanes = batch == 0 ? 1 : static_cast<double>(lanes_of(target, batch)) / batch;
  return lanes * filters * met(pass.rows) * met(pass.columns) + kTransposition * (read + pass.filters * positions) / pass.depth();
}

template <class Real>
size_t samples_scratch(const ConvTarget<Real>& target, const ConvPass& pass, int workers) {
  const SamplesPlan<Real> plan(target, pass, nullptr);
  return plan.shared + plan.per_worker * static_cast<size_t>(workers);
}

template <class Real>
void run_samples(const ConvCall<Real>& call, const ConvTarget<Real>& target, const ConvPass& pass, const Real* from, const Real* weights, const Real* bias,
                 Real* to, bool accumulate, const ConvFinish* finish) {
  const SamplesPlan<Real> plan(target, pass, call.scratch);
  prepare(plan, weights, bias);
  const int width = target.width, tiles = divide_up(call.batch, width), pieces = std::min(pass.rows.count, divide_up(kFewTiles, tiles));
  const size_t in_group = area(pass.channels, pass.in_plane()), out_group = area(pass.filters, pass.out_plane);
  const auto in_sample = static_cast<ptrdiff_t>(in_group) * pass.groups, out_sample = static_cast<ptrdiff_t>(out_group) * pass.groups;
  call.executor.run(tiles * pieces, [&](int tile, int worker) {
    const int piece = tile % pieces, sample = tile / pieces * width, count = std::min(width, call.batch - sample);
    const int first = pass.rows.count * piece / pieces, last = pass.rows.count * (piece + 1) / pieces;
    const int begin = first * pass.columns.count, some = (last - first) * pass.columns.count;
    Real* source = plan.workers + plan.per_worker * static_cast<size_t>(worker);
    Real* results = source + plan.results;
    if (count < width) std::fill(source, source + plan.per_worker, Real(0));
    for (int group = 0; group < pass.groups; ++group) {
      const size_t at = area(sample, pass.groups) + static_cast<size_t>(group);
      transpose<Real>(from + at * in_group, in_sample, count, static_cast<int>(in_group), source, width);
      Real* out = to + at * out_group + begin;
      Real* block = results + static_cast<ptrdiff_t>(begin) * width;
      const ptrdiff_t plane = static_cast<ptrdiff_t>(plan.positions) * width;
      for (int f = 0; f < pass.filters && accumulate; ++f) {
        transpose<Real>(out + static_cast<ptrdiff_t>(f) * pass.out_plane, out_sample, count, some, block + f * plane, width);
      }
      sum_rows<Real>(plan, call.arithmetic, group, first, last, source, results, lanes_of(target, count), accumulate);
      for (int f = 0; f < pass.filters; ++f) {
        transpose<Real>(block + f * plane, width, some, count, out + static_cast<ptrdiff_t>(f) * pass.out_plane, out_sample);
      }
    }
    if (finish == nullptr) return;
    for (int s = sample; s < sample + count; ++s) {
      for (int f = 0; f < pass.groups * pass.filters; ++f) {
        (*finish)((area(s, pass.groups * pass.filters) + static_cast<size_t>(f)) * static_cast<size_t>(pass.out_plane) + static_cast<size_t>(begin),
                  static_cast<size_t>(some));
      }
    }
  });
}

template double samples_work<float>(const ConvTarget<float>&, const ConvPass&, int);
template double samples_work<double>(const ConvTarget<double>&, const ConvPass&, int);
template size_t samples_scratch<float>(const ConvTarget<float>&, const ConvPass&, int);
template size_t samples_scratch<double>(const ConvTarget<double>&, const ConvPass&, int);
template void run_samples<float>(const ConvCall<float>&, const ConvTarget<float>&, const ConvPass&, const float*, const float*, const float*, float*, bool,
                                 const ConvFinish*);
template void run_samples<double>(const ConvCall<double>&, const ConvTarget<double>&, const ConvPass&, const double*, const double*, const double*, double*,
                                  bool, const ConvFinish*);

}  // namespace myelin
