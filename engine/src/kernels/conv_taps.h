// One kernel position sliding over one channel: which outputs it touches and which inputs they read. Shared by the
// convolution kernels only.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/conv.h"

namespace myelin {

// The first output whose window element `offset` = index * dilation reaches input position `limit`.
inline int first_output_at(const WindowAxis& axis, int offset, int limit) {
  const int ahead = limit + axis.begin - offset;
  return ahead <= 0 ? 0 : std::min(axis.out, (ahead + axis.stride - 1) / axis.stride);
}

// Calls use(at, from, count) for stretches of neighbouring output positions [at, at + count) within [first, last) whose tap
// (index in kernel rows x kernel columns) falls on the input: they read the plane at from, from + column stride, ...
template <class Use>
void for_tap(const Conv& conv, int tap, int first, int last, Use&& use) {
  const WindowAxis& rows = conv.rows;
  const WindowAxis& columns = conv.columns;
  const int row_offset = tap / columns.size * rows.dilation;
  const int column_offset = tap % columns.size * columns.dilation;
  const int left = first_output_at(columns, column_offset, 0);
  const int right = first_output_at(columns, column_offset, columns.in);
  const int top = std::max(first / columns.out, first_output_at(rows, row_offset, 0));
  const int bottom = std::min((last + columns.out - 1) / columns.out, first_output_at(rows, row_offset, rows.in));
  for (int row = top; row < bottom; ++row) {
    const int begin = std::max(left, first - row * columns.out);
    const int end = std::min(right, last - row * columns.out);
    if (begin >= end) continue;
    const int in_row = row * rows.stride - rows.begin + row_offset;
    const int in_column = begin * columns.stride - columns.begin + column_offset;
    use(row * columns.out + begin, static_cast<ptrdiff_t>(in_row) * columns.in + in_column, end - begin);
  }
}

}  // namespace myelin
