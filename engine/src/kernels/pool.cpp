// Pooling of one plane, window by window. Knows no batch and no threads.
#include "kernels/pool.h"

#include <algorithm>

#include "kernels/simd.h"

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

// Outputs of a row whose windows lie wholly on the input: these have the same form and are computed side by side.
Range whole_columns(const Pool& pool) {
  const WindowAxis& axis = pool.columns;
  const int first = std::min(axis.out, (axis.begin + axis.stride - 1) / axis.stride);
  const int room = axis.in + axis.begin - axis.size;
  return {first, std::max(first, std::min(axis.out, room < 0 ? 0 : room / axis.stride + 1))};
}

// Calls use(output, window) for the outputs of a row, [first, last).
template <class Use>
void for_windows(const Pool& pool, int row, int first, int last, Use&& use) {
  const Range rows = range_of(pool.rows, row, 0, pool.rows.in);
  const Range all_rows = range_of(pool.rows, row, -pool.rows.begin, pool.padded_rows);
  for (int column = first, output = row * pool.columns.out + first; column < last; ++column, ++output) {
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

constexpr int kSide = 64;  // outputs that are computed side by side
constexpr int kFew = 4;    // so few are computed alone

template <class Real>
using Lanes = simd::Simd<Real, 16>;

// A stretch of whole windows of one row: the first's values begin at `values`.
template <class Real>
struct Stretch {
  const Real* values;
  int row_step, rows, size, stride, count;
};

// line[i] = values[i * stride], up to the next whole vector.
template <class Real>
void gather(const Real* values, int stride, int count, Real* line) {
  using S = Lanes<Real>;
  int i = 0;
  if (stride == 1) {
    for (; i + S::kLanes <= count; i += S::kLanes) S::store(line + i, S::load(values + i));
  }
  if constexpr (S::kLanes == 4) {
    // The odd lanes of the last vector need not lie on the input.
    if (stride == 2) {
      for (; i + S::kLanes < count; i += S::kLanes) {
        S::store(line + i, __builtin_shufflevector(S::load(values + 2 * i), S::load(values + 2 * i + 4), 0, 2, 4, 6));
      }
    }
  }
  for (; i < count; ++i) line[i] = values[static_cast<ptrdiff_t>(i) * stride];
  for (; i % S::kLanes != 0; ++i) line[i] = 0;
}

// Calls use(number, line) for the values at each place of the windows, from left to right and down.
template <class Real, class Use>
void for_places(const Stretch<Real>& stretch, Use&& use) {
  Real line[kSide];
  for (int row = 0, number = 0; row < stretch.rows; ++row) {
    for (int column = 0; column < stretch.size; ++column, ++number) {
      gather(stretch.values + static_cast<ptrdiff_t>(row) * stretch.row_step + column, stretch.stride, stretch.count, line);
      use(number, line);
    }
  }
}

// The largest values times sign and where they stand, as extreme_of() finds them.
template <class Real>
void extremes_of(const Stretch<Real>& stretch, Real sign, Real* best, Real* inside) {
  using S = Lanes<Real>;
  for_places(stretch, [&](int number, const Real* line) {
    const auto signs = S::splat(sign), place = S::splat(static_cast<Real>(number));
    for (int i = 0; i < stretch.count; i += S::kLanes) {
      const auto candidate = signs * S::load(line + i);
      if (number == 0) {
        S::store(best + i, candidate);
        S::store(inside + i, place);
        continue;
      }
      const auto held = S::load(best + i);
      const auto take = ~(candidate <= held) & (held == held);
      S::store(best + i, take ? candidate : held);
      S::store(inside + i, take ? place : S::load(inside + i));
    }
  });
}

// Calls alone(output, window) for windows that hang over an edge and side_by_side(output, window of the first, stretch) for others.
template <class Real, class Alone, class Side>
void for_all(const Pool& pool, const Real* plane, Alone&& alone, Side&& side_by_side) {
  const Range whole = whole_columns(pool);
  for (int row = 0; row < pool.rows.out; ++row) {
    if (whole.last - whole.first <= kFew) {
      for_windows(pool, row, 0, pool.columns.out, alone);
      continue;
    }
    for_windows(pool, row, 0, whole.first, alone);
    for (int first = whole.first; first < whole.last; first += kSide) {
      const int count = std::min(kSide, whole.last - first);
      for_windows(pool, row, first, first + 1, [&](int output, const Window& window) {
        const Real* values = plane + window.top * pool.columns.in + window.left;
        side_by_side(output, window, Stretch<Real>{values, pool.columns.in, window.bottom - window.top, pool.columns.size, pool.columns.stride, count});
      });
    }
    for_windows(pool, row, whole.last, pool.columns.out, alone);
  }
}

}  // namespace

template <class Real>
void pool_forward(const Pool& pool, const Real* plane, Real* output, Real* saved) {
  const int each = pool.saved_per_output();
  const auto alone = [&](int out, const Window& window) {
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
  };
  for_all(pool, plane, alone, [&](int out, const Window& window, const Stretch<Real>& stretch) {
    Real values[kSide], inside[kSide];
    if (each == 0) {
      std::fill(values, values + stretch.count, Real(0));
      for_places(stretch, [&](int, const Real* line) {
        for (int i = 0; i < stretch.count; ++i) values[i] += line[i];
      });
      const Real divisor = static_cast<Real>(window.divisor);
      for (int i = 0; i < stretch.count; ++i) output[out + i] = values[i] / divisor;
      return;
    }
    for (int n = 0; n < each; ++n) {
      extremes_of(stretch, n == 0 ? Real(1) : Real(-1), values, inside);
      for (int i = 0; i < stretch.count; ++i) output[out + i] = n == 0 ? values[i] : output[out + i] + values[i];
      if (saved == nullptr) continue;
      for (int i = 0; i < stretch.count; ++i) saved[(out + i) * each + n] = inside[i];
    }
  });
}

template <class Real>
void pool_backward(const Pool& pool, const Real* d_output, const Real* saved, Real* d_plane) {
  const int each = pool.saved_per_output();
  const auto alone = [&](int out, const Window& window) {
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
  };
  for_all<Real>(pool, d_plane, alone, [&](int out, const Window& window, const Stretch<Real>& stretch) {
    Real* first = d_plane + (stretch.values - d_plane);
    for (int i = 0; i < stretch.count; ++i, first += stretch.stride) {
      for (int n = 0; n < each; ++n) {
        const int inside = static_cast<int>(saved[(out + i) * each + n]), row = stretch.size == 1 ? inside : inside / stretch.size;
        first[row * stretch.row_step + inside - row * stretch.size] += n == 0 ? d_output[out + i] : -d_output[out + i];
      }
      if (each > 0) continue;
      const Real d = d_output[out + i] / static_cast<Real>(window.divisor);
      for (int row = 0; row < stretch.rows; ++row) {
        for (int column = 0; column < stretch.size; ++column) first[row * stretch.row_step + column] += d;
      }
    }
  });
}

template void pool_forward<float>(const Pool&, const float*, float*, float*);
template void pool_forward<double>(const Pool&, const double*, double*, double*);
template void pool_backward<float>(const Pool&, const float*, const float*, float*);
template void pool_backward<double>(const Pool&, const double*, const double*, double*);

}  // namespace myelin
