// Products of a few neurons with a few samples, as tiny networks are made of, where setting up gemm_tile.h's blocks would take as
// long as the product. Nothing is padded: what does not fill a vector or a block is covered by one more that overlaps. The sums
// are gemm_reference()'s. All names are local to the including file.
#pragma once

#include <cstddef>
#include <type_traits>

#include "kernels/gemm_target.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

// to[p * to_stride + j] = from[j * from_stride + p] for a square block as wide as a 128-bit vector.
template <class Real>
MYELIN_INLINE void transpose_block(const Real* from, ptrdiff_t from_stride, Real* to, ptrdiff_t to_stride) {
  using S = simd::Simd<Real, 16>;
  using Vector = typename S::Vector;
  if constexpr (S::kLanes == 4) {
    const Vector a = S::load(from), b = S::load(from + from_stride);
    const Vector c = S::load(from + 2 * from_stride), d = S::load(from + 3 * from_stride);
    const Vector ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Vector cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    S::store(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
    S::store(to + to_stride, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
    S::store(to + 2 * to_stride, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
    S::store(to + 3 * to_stride, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
  } else {
    const Vector a = S::load(from), b = S::load(from + from_stride);
    S::store(to, __builtin_shufflevector(a, b, 0, 2));
    S::store(to + to_stride, __builtin_shufflevector(a, b, 1, 3));
  }
}

template <class S>
struct Tiny {
  using Real = std::remove_cvref_t<decltype(typename S::Vector{}[0])>;
  using Vector = typename S::Vector;
  static constexpr int kLanes = S::kLanes;

  static void run(const Gemm<Real>& product) {
    if (product.n < kLanes) return narrow(product);
    Real panel[kTinyDepth * 2 * kLanes];
    const Real* b = product.b;
    ptrdiff_t b_step = product.b_stride, second = product.n - kLanes;
    if (product.b_op == Transpose::transposed) {
      pack(product, panel);
      b = panel;
      b_step = 2 * kLanes;
      second = kLanes;
    }
    const bool by_columns = product.a_op == Transpose::transposed;
    if (product.n > kLanes) by_columns ? all_rows<2, true>(product, b, b_step, second) : all_rows<2, false>(product, b, b_step, second);
    else by_columns ? all_rows<1, true>(product, b, b_step, second) : all_rows<1, false>(product, b, b_step, second);
  }

 private:
  static MYELIN_INLINE int lower(int a, int b) { return a < b ? a : b; }

  // from[0][p], from[1][p], ...: a column of a block of kLanes rows.
  static MYELIN_INLINE Vector column(const Real* from, ptrdiff_t stride) {
    Vector lanes{};
#pragma GCC unroll 4
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] = from[lane * stride];
    return lanes;
  }

  // A transposed B: k rows of two vectors, of the first and the last columns.
  static void pack(const Gemm<Real>& product, Real* panel) {
    const ptrdiff_t stride = product.b_stride;
    for (int half = 0; half < 2; ++half, panel += kLanes) {
      const Real* from = product.b + (half == 0 ? 0 : (product.n - kLanes) * stride);
      if (product.k < kLanes) {
        for (int p = 0; p < product.k; ++p) S::store(panel + p * 2 * kLanes, column(from + p, stride));
        continue;
      }
      for (int p = 0; p < product.k; p += kLanes) {
        const int at = lower(p, product.k - kLanes);
        transpose_block<Real>(from + at, stride, panel + at * 2 * kLanes, 2 * kLanes);
      }
    }
  }

  template <int Vectors, bool ByColumns>
  static MYELIN_INLINE void all_rows(const Gemm<Real>& product, const Real* b, ptrdiff_t b_step, ptrdiff_t second) {
    constexpr int kRows = 4;
    if (product.m < kRows) {
      for (int row = 0; row < product.m; ++row) block<1, Vectors, ByColumns>(product, row, b, b_step, second);
      return;
    }
    for (int row = 0; row < product.m; row += kRows) {
      block<kRows, Vectors, ByColumns>(product, lower(row, product.m - kRows), b, b_step, second);
    }
  }

  // ByColumns: A is transposed, and its rows are constants beyond one pointer; to find addresses takes as long as to multiply.
  template <int Rows, int Vectors, bool ByColumns>
  static MYELIN_INLINE void block(const Gemm<Real>& product, int first, const Real* b, ptrdiff_t b_step, ptrdiff_t second) {
    const ptrdiff_t a_stride = product.a_stride, c_stride = product.c_stride, last = product.n - kLanes;
    const ptrdiff_t a_row = ByColumns ? 1 : a_stride, a_step = ByColumns ? a_stride : 1;
    const Real* a = product.a + first * a_row;
    Vector sums[Rows][Vectors] = {};
    if (product.start != nullptr) {
      const Vector start = S::load(product.start), end = S::load(product.start + last);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) {
        sums[r][0] = start;
        if constexpr (Vectors > 1) sums[r][1] = end;
      }
    }
    const int k = product.k;
    for (int p = 0; p < k; ++p, a += a_step, b += b_step) {
      const Vector left = S::load(b), right = S::load(b + (Vectors > 1 ? second : 0));
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) {
        const Vector value = S::splat(a[r * a_row]);
        sums[r][0] = sums[r][0] + value * left;
        if constexpr (Vectors > 1) sums[r][1] = sums[r][1] + value * right;
      }
    }
    Real* to = product.c + first * c_stride;
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r, to += c_stride) {
      S::store(to, sums[r][0]);
      if constexpr (Vectors > 1) S::store(to + last, sums[r][1]);
    }
  }

  // Fewer columns than lanes: rows lie along the lanes.
  static void narrow(const Gemm<Real>& product) {
    if (product.n == 1) narrow_columns<1>(product);
    else if (product.n == 2) narrow_columns<2>(product);
    else narrow_columns<3>(product);
  }

  template <int Columns>
  static void narrow_columns(const Gemm<Real>& product) {
    const bool by_columns = product.a_op == Transpose::transposed, b_transposed = product.b_op == Transpose::transposed;
    const ptrdiff_t a_stride = product.a_stride, c_stride = product.c_stride;
    const ptrdiff_t b_column = b_transposed ? product.b_stride : 1, b_step = b_transposed ? 1 : product.b_stride;
    const int m = product.m, k = product.k;
    for (int row = 0; row < m; row += kLanes) {
      const int first = lower(row, m - kLanes);
      const Real* b = product.b;
      Vector sums[Columns];
#pragma GCC unroll 4
      for (int j = 0; j < Columns; ++j) sums[j] = S::splat(product.start != nullptr ? product.start[j] : Real(0));
      const auto add = [&](Vector rows) __attribute__((always_inline)) {
#pragma GCC unroll 4
        for (int j = 0; j < Columns; ++j) sums[j] = sums[j] + rows * S::splat(b[j * b_column]);
        b += b_step;
      };
      if (by_columns) {
        const Real* a = product.a + first;
        for (int p = 0; p < k; ++p, a += a_stride) add(S::load(a));
      } else {
        const Real* a = product.a + first * a_stride;
        int p = 0;
        for (; p + kLanes <= k; p += kLanes, a += kLanes) {
          Real square[kLanes * kLanes];
          transpose_block<Real>(a, a_stride, square, kLanes);
#pragma GCC unroll 4
          for (int step = 0; step < kLanes; ++step) add(S::load(square + step * kLanes));
        }
        for (; p < k; ++p, ++a) add(column(a, a_stride));
      }
      Real* to = product.c + first * c_stride;
#pragma GCC unroll 4
      for (int lane = 0; lane < kLanes; ++lane, to += c_stride) {
#pragma GCC unroll 4
        for (int j = 0; j < Columns; ++j) to[j] = sums[j][lane];
      }
    }
  }
};

}  // namespace
}  // namespace myelin
