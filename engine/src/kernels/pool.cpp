// Pooling of one plane, window by window. Knows no batch and no threads.
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

// Calls use(output, window) for all outputs.
template <class Use>
void for_windows(const Pool& pool, Use&& use) {
  int output = 0;
  for (int row = 0; row < pool.rows.out; ++row) {
    const Range rows = range_of(pool.rows, row, 0, pool.rows.in);
    const Range all_rows = range_of(pool.rows, row, -pool.rows.begin, pool.padded_rows);
    for (int column = 0; column < pool.columns.out; ++column, ++output) {
      const Range columns = range_of(pool.columns, column, 0, pool.columns.in);
      Window window{rows.first, rows.last, columns.first, columns.last, 1};
      if (pool.kind == PoolKind::average && pool.count_padding) {
        const Range all_columns = range_of(pool.columns, column, -pool.columns.begin, pool.padded_columns);
        window.divisor = (all_rows.last - all_rows.first) * (all_columns.last - all_columns.first);
      } else if (pool.kind == PoolKind::average) {
        window.divisor = (rows.last - rows.first) * (columns.last - columns.first);
      }
      use(output, window);
    }
  }
}

int place_of(const Pool& pool, const Window& window, int inside) {
  const int width = window.right - window.left;
  return (window.top + inside / width) * pool.columns.in + window.left + inside % width;
}

template <class Real>
struct Extreme {
  Real value;
  int inside;  // where it stands within the window's part
};

// The largest value times sign: 1 for the maximum, -1 for the minimum.
template <class Real>
Extreme<Real> extreme_of(const Pool& pool, const Window& window, const Real* plane, Real sign) {
  Extreme<Real> best{sign * plane[window.top * pool.columns.in + window.left], 0};
  int inside = 0;
  for (int row = window.top; row < window.bottom; ++row) {
    const Real* values = plane + row * pool.columns.in;
    for (int column = window.left; column < window.right; ++column, ++inside) {
      const Real candidate = sign * values[column];
      if (candidate > best.value || (candidate != candidate && best.value == best.value)) best = {candidate, inside};
    }
  }
  return best;
}

}  // namespace

template <class Real>
void pool_forward(const Pool& pool, const Real* plane, Real* output, Real* saved) {
  const int each = pool.saved_per_output();
  for_windows(pool, [&](int out, const Window& window) {
    Real value = 0;
    for (int i = 0; i < each; ++i) {
      const Extreme<Real> extreme = extreme_of(pool, window, plane, i == 0 ? Real(1) : Real(-1));
      value += extreme.value;  // maximum + (-minimum)
      if (saved != nullptr) saved[out * each + i] = static_cast<Real>(extreme.inside);
    }
    if (each == 0) {
      for (int row = window.top; row < window.bottom; ++row) {
        const Real* values = plane + row * pool.columns.in;
        for (int column = window.left; column < window.right; ++column) value += values[column];
      }
      value /= static_cast<Real>(window.divisor);
    }
    output[out] = value;
  });
}

template <class Real>
void pool_backward(const Pool& pool, const Real* d_output, const Real* saved, Real* d_plane) {
  const int each = pool.saved_per_output();
  for_windows(pool, [&](int out, const Window& window) {
    for (int i = 0; i < each; ++i) {
      const int inside = static_cast<int>(saved[out * each + i]);
      d_plane[place_of(pool, window, inside)] += i == 0 ? d_output[out] : -d_output[out];
    }
    if (each > 0) return;
    const Real d = d_output[out] / static_cast<Real>(window.divisor);
    for (int row = window.top; row < window.bottom; ++row) {
      Real* values = d_plane + row * pool.columns.in;
      for (int column = window.left; column < window.right; ++column) values[column] += d;
    }
  });
}

template void pool_forward<float>(const Pool&, const float*, float*, float*);
template void pool_forward<double>(const Pool&, const double*, double*, double*);
template void pool_backward<float>(const Pool&, const float*, const float*, float*);
template void pool_backward<double>(const Pool&, const double*, const double*, double*);

}  // namespace myelin
