// One tile of the matrix product, for the processor that the including file is compiled for: a register block of rows x vectors,
// k in blocks that go on from what C holds. Every element of C is summed as gemm_reference() does it. All names are local to
// the including file, and nothing of the standard library is called: code for a newer processor must not leak into other files.
#pragma once

#include <cstddef>
#include <cstring>

#include "kernels/gemm_target.h"
#include "kernels/gemm_tiny.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

// Where an address is one register and a constant, rows that lie apart cost a sum each, and what calls the inner loop must not
// take registers from it.
#if defined(__wasm__)
constexpr bool kConstantAddresses = true;
#define MYELIN_INNER_LOOP __attribute__((noinline))
#else
constexpr bool kConstantAddresses = false;
#define MYELIN_INNER_LOOP
#endif

// Bytes of a vector, rows and vectors of the register block.
template <class RealType, int Bytes, int Rows, int Vectors, class LanesType = simd::Simd<RealType, Bytes>>
struct Block {
  using Real = RealType;
  using Lanes = LanesType;
  static constexpr int kRows = Rows;
  static constexpr int kFewer = Rows == 6 ? 4 : Rows;  // of a lower block: 32 rows are 4 x 6 and 2 x 4, not 5 x 6 and a third of 6
  static constexpr int kVectors = Vectors;
  static constexpr int kColumns = Vectors * Lanes::kLanes;
  static constexpr bool kTiny = Bytes == 16 && sizeof(Real) == 4;  // wider vectors would be emptier, and double is for checks
  // Exact products there run into the number of instructions; fused ones wait for one another first.
  static constexpr bool kPacksRows = kConstantAddresses && sizeof(Real) == 4;
  // Multiply-adds per tile, at most: what it packs or reads stays in the L2 cache, and packing each tile's rows is worth larger ones.
  static constexpr int kMostWork = kPacksRows ? 1 << 23 : 1 << 22;
  // A panel of B is 16 KB for the narrowest vectors, half of a small L1; wider ones stream from L2 as fast.
  static constexpr int kDepth = kGemmPackedDepth<Real> * (Bytes == 16 ? 2 : 1);
};

// Where the register block reads its rows of A, or its columns of a transposed A, and its columns of B.
template <class Real>
struct Strips {
  const Real* a;
  ptrdiff_t a_stride;
  const Real* b;
  ptrdiff_t b_stride;
  int depth;
};

// The part of C that a register block computes, and what its sums start from: C's own values (`from_c`), else a row of
// values that all rows start from, else (null) 0.
template <class Real>
struct Corner {
  Real* c;
  ptrdiff_t stride;
  int rows, columns;
  bool from_c;
  const Real* start;
};

// C block = start + sum over p. All `Vectors` columns of b are read; only rows x columns of C are touched. Beside: rows of A lie
// side by side, element p of row r is a[p * a_stride + r], and all `Rows` are read. Else it is a[r * a_stride + p], and rows beyond
// the edge repeat the last one; nobody stores them. Each loop takes as few registers and sums of addresses as it can: V8 has few.
template <class B, int Rows, int Vectors, bool Fused, bool Beside>
MYELIN_INNER_LOOP void micro_kernel(const Strips<typename B::Real>& strips, const Corner<typename B::Real>& corner) {
  using Real = typename B::Real;
  using S = typename B::Lanes;
  using Vector = typename S::Vector;
  const int last = corner.columns - (Vectors - 1) * S::kLanes;  // lanes of the last vector that C has
  Vector sums[Rows][Vectors];
  if (corner.from_c || corner.start != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      const Real* from = corner.from_c ? corner.c + lesser(r, corner.rows - 1) * corner.stride : corner.start;
#pragma GCC unroll 4
      for (int v = 0; v < Vectors - 1; ++v) sums[r][v] = S::load(from + v * S::kLanes);
      const Real* end = from + (Vectors - 1) * S::kLanes;
      sums[r][Vectors - 1] = last == S::kLanes ? S::load(end) : S::load_some(end, last);
    }
  } else {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = Vector{};
    }
  }
  const ptrdiff_t a_stride = strips.a_stride, b_stride = strips.b_stride;
  const Real* b = strips.b;
  const Real* const b_end = b + strips.depth * b_stride;
  const Real* beside = strips.a;
  const Real* row_end[Rows] = {beside + strips.depth};
#pragma GCC unroll 16
  for (int r = 1; r < (Beside ? 1 : Rows); ++r) row_end[r] = row_end[r - 1] + (r < corner.rows ? a_stride : 0);
  ptrdiff_t left = -static_cast<ptrdiff_t>(strips.depth);
  for (; Beside ? b != b_end : left != 0; b += b_stride) {
    Vector columns_of_b[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) columns_of_b[v] = S::load(b + v * S::kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      const Real* a = Beside ? beside + r : row_end[r] + left;
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        if constexpr (Fused) sums[r][v] = S::fused(sums[r][v], S::splat(*a), columns_of_b[v]);
        else sums[r][v] = sums[r][v] + S::scaled(a, columns_of_b[v]);
      }
    }
    if (Beside) beside += a_stride;
    else ++left;
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
    if (r >= corner.rows) break;
    Real* to = corner.c + r * corner.stride;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors - 1; ++v) S::store(to + v * S::kLanes, sums[r][v]);
    Real* end = to + (Vectors - 1) * S::kLanes;
    if (last == S::kLanes) S::store(end, sums[r][Vectors - 1]);
    else S::store_some(end, sums[r][Vectors - 1], last);
  }
}

// The rows of the smallest register block that has so many: what is repeated costs as much as what counts.
template <class B>
constexpr int rows_for(int rows) {
  return rows <= B::kRows / 2 ? B::kRows / 2 : rows <= B::kFewer ? B::kFewer : B::kRows;
}

template <class B, int Vectors, bool Fused, bool Beside>
MYELIN_INLINE void run_block(const Strips<typename B::Real>& strips, const Corner<typename B::Real>& corner) {
  constexpr int kRows = B::kRows, kHalf = kRows / 2;
  if (corner.rows <= kHalf) return micro_kernel<B, kHalf, Vectors, Fused, Beside>(strips, corner);
  if constexpr (B::kFewer < kRows) {
    if (corner.rows <= B::kFewer) return micro_kernel<B, B::kFewer, Vectors, Fused, Beside>(strips, corner);
  }
  micro_kernel<B, kRows, Vectors, Fused, Beside>(strips, corner);
}

// B's columns [column, column + columns) for p in [first, first + depth): depth x width, a whole number of vectors; missing
// columns are 0.
template <class B>
void pack_b(const Gemm<typename B::Real>& product, int first, int depth, int column, int columns, int width, typename B::Real* panel) {
  using Real = typename B::Real;
  using S = typename B::Lanes;
  if (product.b_op == Transpose::none) {
    const ptrdiff_t stride = product.b_stride;
    const Real* from = product.b + first * stride + column;
    const int last = columns - (width - S::kLanes);
    for (int p = 0; p < depth; ++p, from += stride, panel += width) {
      if (width > S::kLanes) {
#pragma GCC unroll 4
        for (int v = 0; v < B::kVectors - 1; ++v) S::store(panel + v * S::kLanes, S::load(from + v * S::kLanes));
      }
      const int end = width - S::kLanes;
      S::store(panel + end, last == S::kLanes ? S::load(from + end) : S::load_some(from + end, last));
    }
    return;
  }
  constexpr int kSquare = simd::Simd<Real, 16>::kLanes;
  const ptrdiff_t stride = product.b_stride;
  const Real* from = product.b + column * stride + first;
  const int squares = columns / kSquare * kSquare, steps = depth / kSquare * kSquare;
  if (columns < width) {
    for (int i = 0; i < depth * width; i += S::kLanes) S::store(panel + i, typename S::Vector{});
  }
  for (int j = 0; j < squares; j += kSquare) {
    const Real* block = from + j * stride;
    for (int p = 0; p < steps; p += kSquare) transpose_block<Real>(block + p, stride, panel + p * width + j, width);
    for (int i = j; i < j + kSquare; ++i, block += stride) {
      for (int p = steps; p < depth; ++p) panel[p * width + i] = block[p];
    }
  }
  for (int j = squares; j < columns; ++j) {
    for (int p = 0; p < depth; ++p) panel[p * width + j] = from[j * stride + p];
  }
}

// Rows of A for p in [first, first + depth): groups of kRows, each depth x kRows, missing rows repeat the last.
template <class B>
void pack_rows_of_a(const Gemm<typename B::Real>& product, int first, int depth, const GemmTile& tile, typename B::Real* packed) {
  using Real = typename B::Real;
  constexpr int kRows = B::kRows, kSquare = simd::Simd<Real, 16>::kLanes;
  static_assert(kRows >= kSquare);
  const ptrdiff_t stride = product.a_stride;
  const Real* from = product.a + tile.row * stride + first;
  const int steps = depth / kSquare * kSquare;
  for (int row = 0; row < tile.rows; row += kRows, from += kRows * stride, packed += static_cast<ptrdiff_t>(depth) * kRows) {
    const int rows = lesser(kRows, tile.rows - row);
    for (int p = 0; p < (rows < kSquare ? 0 : steps); p += kSquare) transpose_block<Real>(from + p, stride, packed + p * kRows, kRows);
    for (int r = 0; r < kRows; ++r) {
      const Real* values = from + lesser(r, rows - 1) * stride;
      for (int p = r < kSquare && rows >= kSquare ? steps : 0; p < depth; ++p) packed[p * kRows + r] = values[p];
    }
  }
}

// The same of a transposed A. A few steps of all groups at a time: the lines of A that they share may have one place in the cache.
template <class B>
void pack_a(const Gemm<typename B::Real>& product, int first, int depth, const GemmTile& tile, typename B::Real* packed) {
  using Real = typename B::Real;
  constexpr int kSteps = 8;
  const ptrdiff_t stride = product.a_stride;
  const Real* a = product.a + first * stride + tile.row;
  const int all_rows = tile.rows;
  for (int p = 0; p < depth; p += kSteps) {
    const int steps = lesser(kSteps, depth - p);
    const Real* line = a + p * stride;
    for (int row = 0; row < all_rows; row += B::kRows) {
      const int rows = lesser(B::kRows, all_rows - row);
      const Real* from = line + row;
      Real* to = packed + static_cast<ptrdiff_t>(row) * depth + p * B::kRows;
      for (int step = 0; step < steps; ++step, from += stride, to += B::kRows) {
        if (rows == B::kRows) {
          std::memcpy(to, from, B::kRows * sizeof(Real));
        } else {
          for (int r = 0; r < B::kRows; ++r) to[r] = from[lesser(r, rows - 1)];
        }
      }
    }
  }
}

template <class B, bool Fused>
void run_tile(const Gemm<typename B::Real>& product, const GemmTile& tile, typename B::Real* scratch) {
  using Real = typename B::Real;
  if constexpr (B::kTiny && !Fused) {
    if (tile.rows == product.m && tile.columns == product.n && is_tiny(product)) return gemm_tiny(product);
  }
  constexpr int kWidth = B::kColumns, kLanes = B::Lanes::kLanes;
  constexpr int kFewSteps = 64;  // so many cache lines of a strided matrix stay in the L1 cache without packing
  Real* panel = scratch;
  const bool a_transposed = product.a_op == Transpose::transposed;
  const bool may_pack_rows = (a_transposed || (B::kPacksRows && !Fused)) && tile.columns > 2 * kWidth;
  const int most = may_pack_rows ? kGemmPackedDepth<Real> : B::kDepth;
  for (int first = 0; first == 0 || first < product.k; first += most) {
    const int depth = lesser(most, product.k - first);
    Real* packed_a = panel + static_cast<ptrdiff_t>(depth) * kWidth;
    const bool pack_columns = product.b_op == Transpose::transposed || (depth > kFewSteps && tile.rows > 2 * B::kRows);
    bool pack_rows = may_pack_rows && a_transposed && depth > kFewSteps;
    const bool is_packed = tile.continues && depth == product.k;
    if (pack_rows && !is_packed) pack_a<B>(product, first, depth, tile, packed_a);
    if constexpr (B::kPacksRows && !Fused) {
      if (may_pack_rows && !a_transposed && pack_columns) {
        pack_rows = true;
        if (!is_packed) pack_rows_of_a<B>(product, first, depth, tile, packed_a);
      }
    }
    // A processor fetches ahead what follows rows at a steady stride. Behind the last row of C's upper half come rows that another
    // core is writing, and it would lose them, so the upper half is walked upwards. (In WebAssembly other products became 2 % slower.)
    const bool upwards = !kConstantAddresses && a_transposed && !pack_rows && 2 * tile.row + tile.rows < product.m;
    const bool beside = pack_rows || a_transposed;
    const ptrdiff_t a_stride = product.a_stride, a_row = pack_rows ? depth : a_transposed ? 1 : a_stride;
    const Real* rows_of_a = pack_rows ? packed_a : product.a + (a_transposed ? first * a_stride + tile.row : tile.row * a_stride + first);
    for (int j = 0; j < tile.columns; j += kWidth) {
      const int columns = lesser(kWidth, tile.columns - j);
      const int width = columns > kLanes ? kWidth : kLanes;
      const int column = tile.column + j;
      Strips<Real> strips;
      strips.depth = depth;
      if (pack_columns || columns < width) {
        pack_b<B>(product, first, depth, column, columns, width, panel);
        strips.b = panel;
        strips.b_stride = width;
      } else {
        strips.b = product.b + static_cast<ptrdiff_t>(first) * product.b_stride + column;
        strips.b_stride = product.b_stride;
      }
      Corner<Real> corner;
      corner.stride = product.c_stride;
      corner.columns = columns;
      corner.from_c = product.accumulate || first > 0;
      corner.start = product.start == nullptr ? nullptr : product.start + column;
      for (int done = 0; done < tile.rows; done += corner.rows) {
        const int left = tile.rows - done;
        const bool fewer = !pack_rows && left > B::kRows && left <= 2 * B::kFewer;
        corner.rows = lesser(fewer ? B::kFewer : B::kRows, left);
        const int i = upwards ? left - corner.rows : done;
        const int row = tile.row + i;
        strips.a = rows_of_a + i * a_row;
        strips.a_stride = pack_rows ? B::kRows : a_stride;
        if (a_transposed && !pack_rows && corner.rows < rows_for<B>(corner.rows)) {
          pack_a<B>(product, first, depth, {row, corner.rows, 0, 0}, packed_a);  // what lies beside the edge is not A's
          strips.a = packed_a;
          strips.a_stride = B::kRows;
        }
        corner.c = product.c + static_cast<ptrdiff_t>(row) * product.c_stride + column;
        if (width > kLanes) beside ? run_block<B, B::kVectors, Fused, true>(strips, corner) : run_block<B, B::kVectors, Fused, false>(strips, corner);
        else beside ? run_block<B, 1, Fused, true>(strips, corner) : run_block<B, 1, Fused, false>(strips, corner);
      }
    }
  }
}

// The register block of exact products, and that of fused ones.
template <class Exact, class Fused>
void run_either(const Gemm<typename Exact::Real>& product, const GemmTile& tile, typename Exact::Real* scratch) {
  if constexpr (kFuses) {
    if (product.arithmetic == Arithmetic::fused) return run_tile<Fused, true>(product, tile, scratch);
  }
  run_tile<Exact, false>(product, tile, scratch);
}

template <class Exact, class Fused = Exact>
constexpr GemmTarget<typename Exact::Real> make_target(const char* name, bool (*available)(), bool (*suits)()) {
  static_assert(Exact::kRows <= Fused::kRows && Exact::kColumns == Fused::kColumns);
  constexpr int kUnit = Exact::kRows == Exact::kFewer ? Exact::kRows : Exact::kRows - Exact::kFewer;
  return {name, kFuses ? Fused::kRows : Exact::kRows, Exact::kColumns, kUnit, Fused::kDepth, Exact::kMostWork, available, suits, run_either<Exact, Fused>};
}

}  // namespace
}  // namespace myelin
