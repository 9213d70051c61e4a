// The matrix product's inner part, once for each kind of processor: one program runs everywhere and uses what it finds. All
// targets give the same bits in exact arithmetic; in fused arithmetic all that have the instruction do.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/gemm.h"

namespace myelin {

// A share of C: rows [row, row + rows), columns [column, column + columns). Continues: the same scratch was last used for the tile
// to the left, of the same rows and at least as many columns, so what was packed of A is still there.
struct GemmTile {
  int row, rows, column, columns;
  bool continues = false;
};

template <class Real>
struct GemmTarget {
  const char* name;
  int rows, columns;  // of the largest register block
  int row_unit;       // a multiple of so many rows is blocks without gaps
  int depth;          // of k per block, where A is read in place
  int most_work;      // multiply-adds per tile
  bool (*available)();
  bool (*suits)();    // if available: whether another of the same width would not be faster
  void (*run)(const Gemm<Real>& product, const GemmTile& tile, Real* scratch);
};

// The largest number of rows of a tile: a multiple of every target's rows.
inline constexpr int kGemmTileRows = 192;
// Of k per block where a tile's rows of A are packed: they stay in the L2 cache.
template <class Real>
inline constexpr int kGemmPackedDepth = static_cast<int>(1024 / sizeof(Real));

extern const GemmTarget<float> kGemmPortableFloat, kGemmAvx2Float, kGemmAvx512Float, kGemmAvx512HalvedFloat;
extern const GemmTarget<double> kGemmPortableDouble, kGemmAvx2Double, kGemmAvx512Double;

// What this machine can run, the narrowest first; at least one.
template <class Real>
std::span<const GemmTarget<Real>* const> gemm_targets();

// What few neurons ask for, in exact arithmetic: gemm_tiny.h's loops, which spare the set-up of blocks. They write some results
// twice: fine, unless a result adds to what is there.
inline constexpr int kTinyColumns = 8, kTinyDepth = 16;
inline bool is_tiny(const Gemm<float>& product) {
  return product.n <= kTinyColumns && product.k <= kTinyDepth && (product.n >= 4 || product.m >= 4) && !product.accumulate &&
         product.arithmetic == Arithmetic::exact;
}
void gemm_tiny(const Gemm<float>& product);

// As gemm(), on a target of choice: for tests and measurements.
template <class Real>
void gemm_on(const GemmTarget<Real>& target, const Gemm<Real>& product, Real* scratch, Executor& executor);

}  // namespace myelin
