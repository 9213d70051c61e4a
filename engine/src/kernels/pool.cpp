#include "kernels/pool.h"

#include <algorithm>

namespace myelin {
namespace {

// A window's part of the input: rows [top, bottom), columns [left, right), and how many values an average divides by.
struct Window {
  int top, bottom, left, right;
  int divisor;
};

struct Range {
  int first, last;
};
Range range_of(const WindowAxis& axis, int output, int from, int to) {
  const int start = output * axis.stride - axis.begin;
  return {std::max(start, from), std::min(start + axis.size, to)};
}

Window window_of(const Pool& pool, int output) {
  const int row = output / pool.columns.out, column = output % pool.columns.out;
  const Range rows = range_of(pool.rows, row, 0, pool.rows.in);
  const Range columns = range_of(pool.columns, column, 0, pool.columns.in);
  Window window{rows.first, rows.last, columns.first, columns.last, 1};
  if (pool.kind != PoolKind::average) return window;
  if (pool.count_padding) {
    const Range all_rows = range_of(pool.rows, row, -pool.rows.begin, pool.padded_rows);
    const Range all_columns = range_of(pool.columns, column, -pool.columns.begin, pool.padded_columns);
    window.divisor = (all_rows.last - all_rows.first) * (all_columns.last - all_columns.first);
  } else {
    window.divisor = (rows.last - rows.first) * (columns.last - columns.first);
  }
  return window;
}

// Calls use(position in the plane, position within the window's part).
template <class Use>
void for_window(const Pool& pool, const Window& window, Use&& use) {
  int inside = 0;
  for (int row = window.top; row < window.bottom; ++row) {
    for (int column = window.left; column < window.right; ++column, ++inside) use(row * pool.columns.in + column, inside);
  }
}

int place_of(const Pool& pool, const Window& window, int inside) {
  const int width = window.right - window.left;
  return (window.top + inside / width) * pool.columns.in + window.left + inside % width;
}

// Where the largest (sign 1) or smallest (sign -1) value stands within the window.
template <class Real>
int extreme_of(const Pool& pool, const Window& window, const Real* plane, Real sign) {
  int best = 0;
  Real value = sign * plane[place_of(pool, window, 0)];
  for_window(pool, window, [&](int at, int inside) {
    const Real candidate = sign * plane[at];
    if (!(candidate > value || candidate != candidate) || value != value) return;
    value = candidate;
    best = inside;
  });
  return best;
}

}  // namespace

template <class Real>
void pool_forward(const Pool& pool, const Real* plane, Real* output, Real* saved) {
  const int each = pool.saved_per_output();
  for (int out = 0; out < pool.out_plane(); ++out) {
    const Window window = window_of(pool, out);
    Real value = 0;
    if (each > 0) {
      for (int i = 0; i < each; ++i) {
        const Real sign = i == 0 ? Real(1) : Real(-1);
        const int inside = extreme_of(pool, window, plane, sign);
        value += sign * plane[place_of(pool, window, inside)];
        if (saved != nullptr) saved[out * each + i] = static_cast<Real>(inside);
      }
    } else {
      for_window(pool, window, [&](int at, int) { value += plane[at]; });
      value /= static_cast<Real>(window.divisor);
    }
    output[out] = value;
  }
}

template <class Real>
void pool_backward(const Pool& pool, const Real* d_output, const Real* saved, Real* d_plane) {
  const int each = pool.saved_per_output();
  for (int out = 0; out < pool.out_plane(); ++out) {
    const Window window = window_of(pool, out);
    for (int i = 0; i < each; ++i) {
      const int inside = static_cast<int>(saved[out * each + i]);
      d_plane[place_of(pool, window, inside)] += i == 0 ? d_output[out] : -d_output[out];
    }
    if (each > 0) continue;
    const Real d = d_output[out] / static_cast<Real>(window.divisor);
    for_window(pool, window, [&](int at, int) { d_plane[at] += d; });
  }
}

template void pool_forward<float>(const Pool&, const float*, float*, float*);
template void pool_forward<double>(const Pool&, const double*, double*, double*);
template void pool_backward<float>(const Pool&, const float*, const float*, float*);
template void pool_backward<double>(const Pool&, const double*, const double*, double*);

}  // namespace myelin
