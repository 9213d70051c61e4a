// One tile of the matrix product, for the processor that the including file is compiled for: a register block of rows x vectors,
// k in blocks that go on from what C holds. Every element of C is summed as gemm_reference() does it. All names are local to
// the including file, and nothing of the standard library is called: code for a newer processor must not leak into other files.
#pragma once

#include <cstddef>

#include "kernels/gemm_target.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

// Bytes of a vector, rows and vectors of the register block.
template <class RealType, int Bytes, int Rows, int Vectors>
struct Block {
  using Real = RealType;
  using Lanes = simd::Simd<Real, Bytes>;
  static constexpr int kRows = Rows;
  static constexpr int kVectors = Vectors;
  static constexpr int kColumns = Vectors * Lanes::kLanes;
  // A panel of B is 8 KB for the narrowest vectors, half of a small L1; wider ones stream from L2 as fast.
  static constexpr int kDepth = static_cast<int>(1024 / sizeof(Real));
};

MYELIN_INLINE int lesser(int a, int b) { return a < b ? a : b; }

template <class Real>
MYELIN_INLINE void copy(const Real* from, int count, Real* to) {
  for (int i = 0; i < count; ++i) to[i] = from[i];
}

// Where the register block reads its rows of A and its columns of B: element p of row r is rows[r][p * a_step].
template <class B>
struct Strips {
  const typename B::Real* rows[B::kRows];
  ptrdiff_t a_step;
  const typename B::Real* b;
  ptrdiff_t b_step;
  int depth;
};

// C block = (C block or 0) + sum over p. All `Vectors` columns of b are read; only rows x columns of C are touched.
template <class B, int Vectors, bool Fused>
void micro_kernel(const Strips<B>& strips, typename B::Real* c, ptrdiff_t c_stride, int rows, int columns, bool from_c) {
  using Real = typename B::Real;
  using S = typename B::Lanes;
  using Vector = typename S::Vector;
  constexpr int kWidth = Vectors * S::kLanes;
  const bool whole = rows == B::kRows && columns == kWidth;
  Real edge[B::kRows * kWidth];
  Real* block = c;
  ptrdiff_t block_stride = c_stride;
  if (!whole) {
    block = edge;
    block_stride = kWidth;
    for (int i = 0; i < B::kRows * kWidth; ++i) edge[i] = Real(0);
    if (from_c) {
      for (int r = 0; r < rows; ++r) copy(c + r * c_stride, columns, edge + r * kWidth);
    }
  }
  Vector sums[B::kRows][Vectors];
  const Real* row[B::kRows];
#pragma GCC unroll 16
  for (int r = 0; r < B::kRows; ++r) {
    row[r] = strips.rows[r];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sums[r][v] = from_c ? S::load(block + r * block_stride + v * S::kLanes) : Vector{};
  }
  const Real* b = strips.b;
  ptrdiff_t at = 0;
  for (int p = 0; p < strips.depth; ++p, at += strips.a_step, b += strips.b_step) {
    Vector columns_of_b[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) columns_of_b[v] = S::load(b + v * S::kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < B::kRows; ++r) {
      const Vector a = S::splat(row[r][at]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        if constexpr (Fused) sums[r][v] = S::fused(sums[r][v], a, columns_of_b[v]);
        else sums[r][v] = sums[r][v] + a * columns_of_b[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < B::kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) S::store(block + r * block_stride + v * S::kLanes, sums[r][v]);
  }
  if (!whole) {
    for (int r = 0; r < rows; ++r) copy(edge + r * kWidth, columns, c + r * c_stride);
  }
}

// B's columns [column, column + columns) for p in [first, first + depth): depth x kColumns, missing columns are 0.
template <class B>
void pack_b(const Gemm<typename B::Real>& product, int first, int depth, int column, int columns, typename B::Real* panel) {
  using Real = typename B::Real;
  constexpr int kWidth = B::kColumns;
  if (product.b_op == Transpose::none) {
    const Real* from = product.b + static_cast<ptrdiff_t>(first) * product.b_stride + column;
    for (int p = 0; p < depth; ++p, from += product.b_stride, panel += kWidth) {
      copy(from, columns, panel);
      for (int j = columns; j < kWidth; ++j) panel[j] = Real(0);
    }
    return;
  }
  if (columns < kWidth) {
    for (int i = 0; i < depth * kWidth; ++i) panel[i] = Real(0);
  }
  for (int j = 0; j < columns; ++j) {
    const Real* from = product.b + static_cast<ptrdiff_t>(column + j) * product.b_stride + first;
    for (int p = 0; p < depth; ++p) panel[p * kWidth + j] = from[p];
  }
}

// Rows of a transposed A for p in [first, first + depth): groups of kRows, each depth x kRows, missing rows repeat the last.
template <class B>
void pack_a(const Gemm<typename B::Real>& product, int first, int depth, const GemmTile& tile, typename B::Real* packed) {
  using Real = typename B::Real;
  for (int row = 0; row < tile.rows; row += B::kRows) {
    const int rows = lesser(B::kRows, tile.rows - row);
    const Real* from = product.a + static_cast<ptrdiff_t>(first) * product.a_stride + tile.row + row;
    for (int p = 0; p < depth; ++p, from += product.a_stride, packed += B::kRows) {
      for (int r = 0; r < B::kRows; ++r) packed[r] = from[lesser(r, rows - 1)];
    }
  }
}

template <class B, bool Fused>
void run_tile(const Gemm<typename B::Real>& product, const GemmTile& tile, typename B::Real* scratch) {
  using Real = typename B::Real;
  constexpr int kWidth = B::kColumns;
  constexpr int kFewSteps = 64;  // so many cache lines of a strided matrix stay in the L1 cache without packing
  Real* panel = scratch;
  const bool a_transposed = product.a_op == Transpose::transposed;
  for (int first = 0; first == 0 || first < product.k; first += B::kDepth) {
    const int depth = lesser(B::kDepth, product.k - first);
    Real* packed_a = panel + static_cast<ptrdiff_t>(depth) * kWidth;
    const bool pack_rows = a_transposed && depth > kFewSteps && tile.columns > 2 * kWidth;
    if (pack_rows) pack_a<B>(product, first, depth, tile, packed_a);
    const bool pack_columns = product.b_op == Transpose::transposed || (depth > kFewSteps && tile.rows > 2 * B::kRows);
    const bool from_c = product.accumulate || first > 0;
    for (int j = 0; j < tile.columns; j += kWidth) {
      const int columns = lesser(kWidth, tile.columns - j);
      const int column = tile.column + j;
      Strips<B> strips;
      strips.depth = depth;
      if (pack_columns || columns < kWidth) {
        pack_b<B>(product, first, depth, column, columns, panel);
        strips.b = panel;
        strips.b_step = kWidth;
      } else {
        strips.b = product.b + static_cast<ptrdiff_t>(first) * product.b_stride + column;
        strips.b_step = product.b_stride;
      }
      for (int i = 0; i < tile.rows; i += B::kRows) {
        const int rows = lesser(B::kRows, tile.rows - i);
        const int row = tile.row + i;
        for (int r = 0; r < B::kRows; ++r) {
          const int valid = lesser(r, rows - 1);  // rows beyond the edge repeat the last one; nobody stores them
          if (pack_rows) strips.rows[r] = packed_a + static_cast<ptrdiff_t>(i) * depth + r;
          else if (a_transposed) strips.rows[r] = product.a + static_cast<ptrdiff_t>(first) * product.a_stride + row + valid;
          else strips.rows[r] = product.a + static_cast<ptrdiff_t>(row + valid) * product.a_stride + first;
        }
        strips.a_step = pack_rows ? B::kRows : a_transposed ? product.a_stride : 1;
        Real* c = product.c + static_cast<ptrdiff_t>(row) * product.c_stride + column;
        if (columns > B::Lanes::kLanes) micro_kernel<B, B::kVectors, Fused>(strips, c, product.c_stride, rows, columns, from_c);
        else micro_kernel<B, 1, Fused>(strips, c, product.c_stride, rows, columns, from_c);
      }
    }
  }
}

template <class B>
void run_any(const Gemm<typename B::Real>& product, const GemmTile& tile, typename B::Real* scratch) {
  if (product.arithmetic == Arithmetic::fused) run_tile<B, true>(product, tile, scratch);
  else run_tile<B, false>(product, tile, scratch);
}

template <class B>
constexpr GemmTarget<typename B::Real> make_target(const char* name, bool (*available)(), bool (*pays_exact)()) {
  return {name, B::kRows, B::kColumns, B::kDepth, available, pays_exact, run_any<B>};
}

}  // namespace
}  // namespace myelin
