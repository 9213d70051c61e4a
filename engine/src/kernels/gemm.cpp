// The fast matrix product: a register block of 4 rows x 2 vectors, tiles over C fixed by the shape, k in blocks that go on from
// what C holds. Every element of C is summed as gemm_reference() does it. Must never allocate.
#include "kernels/gemm.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/simd.h"

namespace myelin {
namespace {

using simd::Simd;

constexpr int kRows = 4;           // of the register block: 8 sums, 2 of B, 1 of A fit the 16 registers of SSE2
constexpr int kVectors = 2;        // columns of the register block, in vectors
constexpr int kLargestTileRows = 96;
constexpr int kTileWork = 1 << 18;  // multiply-adds per tile: about 30 us, well above the cost of handing a tile out
template <class Real>
constexpr int kColumns = kVectors * Simd<Real>::kLanes;
template <class Real>
constexpr int kDepth = static_cast<int>(1024 / sizeof(Real));  // k per block: a panel of B is 8 KB, half of a small L1

constexpr int round_up(int value, int unit) { return (value + unit - 1) / unit * unit; }
constexpr int divide_up(int value, int by) { return (value + by - 1) / by; }

// Where the register block reads its four rows of A and its columns of B: element p of row r is rows[r][p * a_step].
template <class Real>
struct Strips {
  const Real* rows[kRows];
  ptrdiff_t a_step;
  const Real* b;
  ptrdiff_t b_step;
  int depth;
};

// C block = (C block or 0) + sum over p. All `Vectors` columns of b are read; only rows x columns of C are touched.
template <class Real, int Vectors, bool Fused>
void micro_kernel(const Strips<Real>& strips, Real* c, ptrdiff_t c_stride, int rows, int columns, bool from_c) {
  using S = Simd<Real>;
  using Vector = typename S::Vector;
  constexpr int kWidth = Vectors * S::kLanes;
  const bool whole = rows == kRows && columns == kWidth;
  Real edge[kRows * kWidth] = {};
  Real* block = c;
  ptrdiff_t block_stride = c_stride;
  if (!whole) {
    block = edge;
    block_stride = kWidth;
    if (from_c) {
      for (int r = 0; r < rows; ++r) std::copy(c + r * c_stride, c + r * c_stride + columns, edge + r * kWidth);
    }
  }
  Vector sums[kRows][Vectors];
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < Vectors; ++v) {
      sums[r][v] = from_c ? S::load(block + r * block_stride + v * S::kLanes) : Vector{};
    }
  }
  const Real* row0 = strips.rows[0];
  const Real* row1 = strips.rows[1];
  const Real* row2 = strips.rows[2];
  const Real* row3 = strips.rows[3];
  const Real* b = strips.b;
  ptrdiff_t at = 0;
  for (int p = 0; p < strips.depth; ++p, at += strips.a_step, b += strips.b_step) {
    Vector columns_of_b[Vectors];
    for (int v = 0; v < Vectors; ++v) columns_of_b[v] = S::load(b + v * S::kLanes);
    const Vector a[kRows] = {S::splat(row0[at]), S::splat(row1[at]), S::splat(row2[at]), S::splat(row3[at])};
    for (int r = 0; r < kRows; ++r) {
      for (int v = 0; v < Vectors; ++v) {
        if constexpr (Fused) sums[r][v] = simd::fused(sums[r][v], a[r], columns_of_b[v]);
        else sums[r][v] = sums[r][v] + a[r] * columns_of_b[v];
      }
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < Vectors; ++v) S::store(block + r * block_stride + v * S::kLanes, sums[r][v]);
  }
  if (!whole) {
    for (int r = 0; r < rows; ++r) std::copy(edge + r * kWidth, edge + r * kWidth + columns, c + r * c_stride);
  }
}

// A share of C: rows [row, row + rows), columns [column, column + columns).
struct Tile {
  int row, rows, column, columns;
};

// How C is cut. A function of the shape alone.
struct Tiling {
  int row_tiles, column_tiles, tile_rows, tile_columns;
};

template <class Real>
Tiling tiling_of(int m, int n, int k) {
  Tiling tiling{};
  tiling.row_tiles = divide_up(m, kLargestTileRows);
  tiling.tile_rows = round_up(divide_up(m, tiling.row_tiles), kRows);
  tiling.row_tiles = divide_up(m, tiling.tile_rows);
  const int64_t column_work = static_cast<int64_t>(std::min(tiling.tile_rows, m)) * k;
  const int64_t wanted = std::max<int64_t>(kTileWork / std::max<int64_t>(1, column_work), 2 * kColumns<Real>);
  const int columns = static_cast<int>(std::min<int64_t>(n, wanted));
  tiling.column_tiles = divide_up(n, columns);
  tiling.tile_columns = round_up(divide_up(n, tiling.column_tiles), kColumns<Real>);
  tiling.column_tiles = divide_up(n, tiling.tile_columns);
  return tiling;
}

// The scratch of one worker: a panel of B, then the rows of A of one tile.
template <class Real>
size_t scratch_per_worker(int m, int k) {
  constexpr int kLine = 64 / static_cast<int>(sizeof(Real));
  const int depth = std::min(k, kDepth<Real>);
  const int rows = round_up(std::min(m, kLargestTileRows), kRows);
  return static_cast<size_t>(round_up(depth * (kColumns<Real> + rows), kLine));
}

// B's columns [column, column + columns) for p in [first, first + depth): depth x kColumns, missing columns are 0.
template <class Real>
void pack_b(const Gemm<Real>& product, int first, int depth, int column, int columns, Real* panel) {
  constexpr int kWidth = kColumns<Real>;
  if (product.b_op == Transpose::none) {
    const Real* from = product.b + static_cast<ptrdiff_t>(first) * product.b_stride + column;
    for (int p = 0; p < depth; ++p, from += product.b_stride, panel += kWidth) {
      std::copy(from, from + columns, panel);
      std::fill(panel + columns, panel + kWidth, Real(0));
    }
    return;
  }
  if (columns < kWidth) std::fill(panel, panel + static_cast<ptrdiff_t>(depth) * kWidth, Real(0));
  for (int j = 0; j < columns; ++j) {
    const Real* from = product.b + static_cast<ptrdiff_t>(column + j) * product.b_stride + first;
    for (int p = 0; p < depth; ++p) panel[p * kWidth + j] = from[p];
  }
}

// Rows of a transposed A for p in [first, first + depth): groups of kRows, each depth x kRows, missing rows repeat the last.
template <class Real>
void pack_a(const Gemm<Real>& product, int first, int depth, const Tile& tile, Real* packed) {
  for (int row = 0; row < tile.rows; row += kRows) {
    const int rows = std::min(kRows, tile.rows - row);
    const Real* from = product.a + static_cast<ptrdiff_t>(first) * product.a_stride + tile.row + row;
    for (int p = 0; p < depth; ++p, from += product.a_stride, packed += kRows) {
      for (int r = 0; r < kRows; ++r) packed[r] = from[std::min(r, rows - 1)];
    }
  }
}

template <class Real, bool Fused>
void run_tile(const Gemm<Real>& product, const Tile& tile, Real* scratch) {
  constexpr int kWidth = kColumns<Real>;
  constexpr int kFewSteps = 64;  // so many cache lines of a strided matrix stay in the L1 cache without packing
  Real* panel = scratch;
  const bool a_transposed = product.a_op == Transpose::transposed;
  for (int first = 0; first == 0 || first < product.k; first += kDepth<Real>) {
    const int depth = std::min(kDepth<Real>, product.k - first);
    Real* packed_a = panel + static_cast<ptrdiff_t>(depth) * kWidth;
    const bool pack_rows = a_transposed && depth > kFewSteps && tile.columns > 2 * kWidth;
    if (pack_rows) pack_a(product, first, depth, tile, packed_a);
    const bool pack_columns = product.b_op == Transpose::transposed || (depth > kFewSteps && tile.rows > 2 * kRows);
    const bool from_c = product.accumulate || first > 0;
    for (int j = 0; j < tile.columns; j += kWidth) {
      const int columns = std::min(kWidth, tile.columns - j);
      const int column = tile.column + j;
      Strips<Real> strips{};
      strips.depth = depth;
      if (pack_columns || columns < kWidth) {
        pack_b(product, first, depth, column, columns, panel);
        strips.b = panel;
        strips.b_step = kWidth;
      } else {
        strips.b = product.b + static_cast<ptrdiff_t>(first) * product.b_stride + column;
        strips.b_step = product.b_stride;
      }
      for (int i = 0; i < tile.rows; i += kRows) {
        const int rows = std::min(kRows, tile.rows - i);
        const int row = tile.row + i;
        for (int r = 0; r < kRows; ++r) {
          const int valid = std::min(r, rows - 1);  // rows beyond the edge repeat the last one; nobody stores them
          if (pack_rows) strips.rows[r] = packed_a + static_cast<ptrdiff_t>(i) * depth + r;
          else if (a_transposed) strips.rows[r] = product.a + static_cast<ptrdiff_t>(first) * product.a_stride + row + valid;
          else strips.rows[r] = product.a + static_cast<ptrdiff_t>(row + valid) * product.a_stride + first;
        }
        strips.a_step = pack_rows ? kRows : a_transposed ? product.a_stride : 1;
        Real* c = product.c + static_cast<ptrdiff_t>(row) * product.c_stride + column;
        if (columns > Simd<Real>::kLanes) {
          micro_kernel<Real, kVectors, Fused>(strips, c, product.c_stride, rows, columns, from_c);
        } else {
          micro_kernel<Real, 1, Fused>(strips, c, product.c_stride, rows, columns, from_c);
        }
      }
    }
  }
}

template <class Real>
void run_tile(const Gemm<Real>& product, const Tile& tile, Real* scratch) {
  if (product.arithmetic == Arithmetic::fused) run_tile<Real, true>(product, tile, scratch);
  else run_tile<Real, false>(product, tile, scratch);
}

}  // namespace

template <class Real>
size_t gemm_scratch(int m, int, int k, int workers) {
  return scratch_per_worker<Real>(m, k) * static_cast<size_t>(workers);
}

template <class Real>
void gemm(const Gemm<Real>& product, Real* scratch, Executor& executor) {
  if (product.m <= 0 || product.n <= 0) return;
  const Tiling tiling = tiling_of<Real>(product.m, product.n, product.k);
  const size_t per_worker = scratch_per_worker<Real>(product.m, product.k);
  const auto work = [&](int index, int worker) {
    const int row = index / tiling.column_tiles * tiling.tile_rows;
    const int column = index % tiling.column_tiles * tiling.tile_columns;
    const Tile tile{row, std::min(tiling.tile_rows, product.m - row), column, std::min(tiling.tile_columns, product.n - column)};
    run_tile(product, tile, scratch + per_worker * static_cast<size_t>(worker));
  };
  const int tiles = tiling.row_tiles * tiling.column_tiles;
  if (tiles == 1) work(0, 0);
  else executor.run(tiles, work);
}

template size_t gemm_scratch<float>(int, int, int, int);
template size_t gemm_scratch<double>(int, int, int, int);
template void gemm<float>(const Gemm<float>&, float*, Executor&);
template void gemm<double>(const Gemm<double>&, double*, Executor&);

}  // namespace myelin
