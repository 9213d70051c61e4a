// The geometry of convolution passes, padded copies of planes, and transposition in blocks. Computes no sums.
#include "kernels/conv_plan.h"

#include <algorithm>
#include <numeric>

#include "kernels/conv_target.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

constexpr int kLongestRow = 512;
constexpr int kSourceElements = 1 << 16;  // of a tile's copy: 256 KB of floats, about an L2 cache
constexpr int kFewPlanes = 8;
constexpr int kAliasing = 256;            // elements
constexpr int kFewestRows = 4;            // of a tile: below, rows around them are copied too often
constexpr int64_t kMostWork = 1 << 22;    // multiply-adds of a tile, where there are rows to cut between

int divide_up(int value, int by) { return (value + by - 1) / by; }

ConvAxis forward_axis(const WindowAxis& axis) {
  return {.in = axis.in, .count = axis.out, .step = axis.stride, .taps = axis.size, .offset = -axis.begin, .offset_step = axis.dilation};
}

ConvAxis backward_axis(const WindowAxis& axis, int phase) {
  const int divisor = std::gcd(axis.stride, axis.dilation);
  ConvAxis back{.in = axis.out, .count = divide_up(axis.in - phase, axis.stride), .out_first = phase, .out_step = axis.stride, .taps = 0};
  back.tap_step = axis.stride / divisor;
  back.offset_step = -axis.dilation / divisor;
  for (int tap = 0; tap < std::min(axis.size, back.tap_step); ++tap) {
    const int ahead = phase + axis.begin - tap * axis.dilation;
    if (ahead % axis.stride != 0) continue;
    back.first_tap = tap;
    back.offset = ahead / axis.stride;
    back.taps = divide_up(axis.size - tap, back.tap_step);
    break;
  }
  return back;
}

bool inside(const ConvAxis& axis) { return axis.low() >= 0 && axis.low() + axis.span(axis.count) <= axis.in; }

}  // namespace

ConvAxis::Range ConvAxis::taps_inside(int result) const {
  if (offset_step == 1 || offset_step == -1) {  // as most are: no search
    const int start = result * step + offset, before = offset_step == 1 ? -start : start - (in - 1);
    const Range range{std::max(before, 0), std::min(before + in, taps)};
    return range.first < range.last ? range : Range{0, 0};
  }
  Range range{taps, 0};
  for (int i = 0; i < taps; ++i) {
    const int at = result * step + offset + i * offset_step;
    if (at < 0 || at >= in) continue;
    range.first = std::min(range.first, i);
    range.last = i + 1;
  }
  return range.last > 0 ? range : Range{0, 0};
}

Conv with_long_rows(const Conv& conv) {
  const auto plain = [](const WindowAxis& axis) { return axis.size == 1 && axis.stride == 1 && axis.begin == 0 && axis.in == axis.out; };
  if (!plain(conv.rows) || !plain(conv.columns)) return conv;
  Conv longer = conv;
  for (int rows = 1; rows < conv.rows.in; ++rows) {
    if (conv.in_plane() % rows != 0 || conv.in_plane() / rows > kLongestRow) continue;
    longer.rows.in = longer.rows.out = rows;
    longer.columns.in = longer.columns.out = conv.in_plane() / rows;
    break;
  }
  return longer;
}

ConvPass forward_pass(const Conv& conv) {
  ConvPass pass;
  pass.groups = conv.groups;
  pass.channels = conv.group_channels();
  pass.filters = conv.group_filters();
  pass.rows = forward_axis(conv.rows);
  pass.columns = forward_axis(conv.columns);
  pass.out_columns = conv.columns.out;
  pass.out_plane = conv.out_plane();
  pass.kernel_columns = conv.columns.size;
  pass.filter_weights = conv.depth();
  pass.channel_weights = conv.taps();
  pass.group_weights = pass.filter_weights * conv.group_filters();
  return pass;
}

ConvPass backward_pass(const Conv& conv, int row_phase, int column_phase) {
  ConvPass pass;
  pass.groups = conv.groups;
  pass.channels = conv.group_filters();
  pass.filters = conv.group_channels();
  pass.rows = backward_axis(conv.rows, row_phase);
  pass.columns = backward_axis(conv.columns, column_phase);
  pass.out_columns = conv.columns.in;
  pass.out_plane = conv.in_plane();
  pass.kernel_columns = conv.columns.size;
  pass.filter_weights = conv.taps();
  pass.channel_weights = conv.depth();
  pass.group_weights = pass.channel_weights * conv.group_filters();
  return pass;
}

size_t ConvSource::copied(const ConvPass& pass) const {
  return in_place ? 0 : static_cast<size_t>(plane) * static_cast<size_t>(pass.channels) + kConvSlack;
}

ConvSource source_of(const ConvPass& pass, int width, int64_t row_work) {
  ConvSource source;
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  source.tile_rows = static_cast<int>(std::clamp<int64_t>(kMostWork / std::max<int64_t>(1, row_work), 1, rows.count));
  // Planes a power of two apart would push each other out of the fast memory.
  const bool apart = pass.channels < kFewPlanes || pass.in_plane() % kAliasing != 0;
  source.in_place = columns.step == 1 && columns.count >= width && inside(rows) && inside(columns) && apart;
  if (source.in_place) {
    source.pitch = columns.in;
    source.plane = pass.in_plane();
  } else {
    source.rest_pitch = divide_up(columns.span(columns.count), columns.step);
    source.pitch = source.rest_pitch * columns.step;
    const int fit = (kSourceElements / (source.pitch * pass.channels) - (rows.high() - rows.low())) / rows.step;
    source.tile_rows = std::min(source.tile_rows, std::max(kFewestRows, fit));
    source.plane = static_cast<ptrdiff_t>(rows.span(source.tile_rows)) * source.pitch;
    if (source.plane % kAliasing == 0) source.plane += kConvSlack;
  }
  source.row_step = source.pitch * rows.step;
  return source;
}

void write_steps(const ConvPass& pass, const ConvSource& source, bool by_rows, int bytes, int* steps) {
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  const int low_row = source.in_place ? 0 : rows.low(), low_column = source.in_place ? 0 : columns.low();
  for (int n = 0; n < pass.channels * rows.taps; ++n) {
    const int channel = by_rows ? n % pass.channels : n / rows.taps, i = by_rows ? n / pass.channels : n % rows.taps;
    const ptrdiff_t row = channel * source.plane + static_cast<ptrdiff_t>(rows.offset + i * rows.offset_step - low_row) * source.pitch;
    for (int j = 0; j < columns.taps; ++j) {
      const int at = columns.offset + j * columns.offset_step - low_column;
      *steps++ = static_cast<int>(row + at % columns.step * source.rest_pitch + at / columns.step) * bytes;
    }
  }
}

void write_positions(const ConvPass& pass, const ConvSource& source, int each, int bytes, int* positions) {
  for (int row = 0; row < source.tile_rows; ++row) {
    for (int column = 0; column < pass.columns.count; column += each) *positions++ = (row * source.row_step + column) * bytes;
  }
}

template <class Real>
const Real* read_source(const ConvTarget<Real>& target, const ConvPass& pass, const ConvSource& source, const Real* planes, int first, int last, bool fresh,
                        Real* scratch) {
  const ConvAxis &rows = pass.rows, &columns = pass.columns;
  if (source.in_place) return planes + static_cast<ptrdiff_t>(first) * source.row_step;
  if (fresh) std::fill(scratch, scratch + source.copied(pass), Real(0));
  const int top = first * rows.step + rows.low(), begin_row = std::max(top, 0), end_row = std::min(top + rows.span(last - first), rows.in);
  for (int rest = 0; rest < columns.step; ++rest) {
    // Element i of this rest is column i * step + low.
    const int low = columns.low() + rest, step = columns.step;
    const int begin = low >= 0 ? 0 : (step - 1 - low) / step;
    const int count = std::min(low >= columns.in ? 0 : (columns.in - low + step - 1) / step, source.rest_pitch) - begin;
    for (int channel = 0; channel < pass.channels && count > 0; ++channel) {
      const Real* from = planes + static_cast<ptrdiff_t>(channel) * pass.in_plane() + static_cast<ptrdiff_t>(begin_row) * columns.in + begin * step + low;
      Real* to = scratch + channel * source.plane + static_cast<ptrdiff_t>(begin_row - top) * source.pitch + rest * source.rest_pitch + begin;
      if (step == 1) {
        target.copy_rows({from, columns.in, end_row - begin_row, count, to, source.pitch});
        continue;
      }
      for (int row = begin_row; row < end_row; ++row, from += columns.in, to += source.pitch) {
        for (int i = 0; i < count; ++i) to[i] = from[static_cast<ptrdiff_t>(i) * step];
      }
    }
  }
  return scratch;
}

template <class Real>
void transpose(const Real* from, ptrdiff_t from_stride, int rows, int columns, Real* to, ptrdiff_t to_stride) {
  int whole_rows = 0, whole_columns = 0;
  if constexpr (sizeof(Real) == sizeof(float)) {
    using S = simd::Simd<Real, 16>;
    whole_rows = rows / 4 * 4;
    whole_columns = columns / 4 * 4;
    const auto move = [&](int r, int c) {
      const Real* at = from + r * from_stride + c;
      const auto a = S::load(at), b = S::load(at + from_stride), d = S::load(at + 2 * from_stride), e = S::load(at + 3 * from_stride);
      const auto ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
      const auto de = __builtin_shufflevector(d, e, 0, 4, 1, 5), de2 = __builtin_shufflevector(d, e, 2, 6, 3, 7);
      Real* out = to + c * to_stride + r;
      S::store(out, __builtin_shufflevector(ab, de, 0, 1, 4, 5));
      S::store(out + to_stride, __builtin_shufflevector(ab, de, 2, 3, 6, 7));
      S::store(out + 2 * to_stride, __builtin_shufflevector(ab2, de2, 0, 1, 4, 5));
      S::store(out + 3 * to_stride, __builtin_shufflevector(ab2, de2, 2, 3, 6, 7));
    };
    // Along the longer stride 4 lines at a time: more might push each other out.
    if (to_stride > from_stride) {
      for (int c = 0; c < whole_columns; c += 4) {
        for (int r = 0; r < whole_rows; r += 4) move(r, c);
      }
    } else {
      for (int r = 0; r < whole_rows; r += 4) {
        for (int c = 0; c < whole_columns; c += 4) move(r, c);
      }
    }
  }
  for (int c = 0; c < columns; ++c) {
    for (int r = c < whole_columns ? whole_rows : 0; r < rows; ++r) to[c * to_stride + r] = from[r * from_stride + c];
  }
}

template const float* read_source<float>(const ConvTarget<float>&, const ConvPass&, const ConvSource&, const float*, int, int, bool, float*);
template const double* read_source<double>(const ConvTarget<double>&, const ConvPass&, const ConvSource&, const double*, int, int, bool, double*);
template void transpose<float>(const float*, ptrdiff_t, int, int, float*, ptrdiff_t);
template void transpose<double>(const double*, ptrdiff_t, int, int, double*, ptrdiff_t);

}  // namespace myelin
