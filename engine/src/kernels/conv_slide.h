// The inner loop for few filters: a kernel of 3 or 5 rows slides down an image, and each vector of the source serves all its rows,
// so that values are loaded once instead of once a kernel row. The sums of as many result rows are in registers; from one source
// row to the next they move on by a place. Each result meets kernel rows in ascending order, as everywhere.
#pragma once

#include "kernels/conv_edge.h"

namespace myelin {
namespace {

template <class S, class Real, int KernelRows, int Vectors, bool Fused>
void slide_kernel(const ConvSlide<Real>& slide, const StripPart& part) {
  using Vector = typename S::Vector;
  constexpr int kWidth = Vectors * S::kLanes;
  // Copies: a store might change what a reference leads to.
  const ptrdiff_t c_row = slide.c_row, source_row = slide.source_row;
  const int row_count = slide.row_count, last = slide.last;
  const bool from_c = slide.from_c;
  // Without masks, what sticks out of a row goes through an edge.
  const bool direct = (S::kMasks || part.columns == kWidth) && slide.c_step == 1 && (part.skip == 0 || !from_c);
  const int stored = direct ? part.columns : kWidth;
  const Vector start = S::splat(slide.start);
  Real* const c = slide.c + static_cast<ptrdiff_t>(part.column) * slide.c_step;
  Real edge[kWidth];
  Vector sums[KernelRows][Vectors];  // [r]: of the result row that stands r rows above the source row
  const auto begin = [&](Vector* row_sums, int row) __attribute__((always_inline)) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) row_sums[v] = start;
    if (!from_c || row < 0 || row >= row_count) return;
    const Real* from = c + row * c_row;
    if (!direct) {
      for (int i = 0; i < kWidth; ++i) edge[i] = Real(0);
      move_edge<Real>({c + row * c_row, 0, slide.c_step}, {edge, 0, 1}, part);
      from = edge;
    }
    load_row<S, Vectors>(from, stored, row_sums);
  };
  const auto end = [&](const Vector* row_sums, int row) __attribute__((always_inline)) {
    if (row < 0 || row >= row_count) return;
    store_row<S, Vectors>(direct ? c + row * c_row : edge, stored, row_sums);
    if (!direct) move_edge<Real>({edge, 0, 1}, {c + row * c_row, 0, slide.c_step}, part);
  };
#pragma GCC unroll 8
  for (int r = 0; r < KernelRows; ++r) begin(sums[r], slide.first - r);
  const Real* source = slide.source + slide.first * source_row + part.column;
  const Real* const all_weights = slide.weights;
  const int* const first_step = slide.steps;
  const int* const last_step = first_step + slide.depth;
  for (int y = slide.first; y < last; ++y, source += source_row) {
    const Real* weights = all_weights;
    for (const int* step = first_step; step != last_step; ++step, weights += KernelRows) {
      const Real* from = further(source, *step);
      Vector values[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) values[v] = S::load(from + v * S::kLanes);
#pragma GCC unroll 8
      for (int r = 0; r < KernelRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
          if constexpr (Fused) sums[r][v] = S::fused(sums[r][v], S::splat(weights[r]), values[v]);
          else sums[r][v] = sums[r][v] + S::scaled(weights + r, values[v]);
        }
      }
    }
    end(sums[KernelRows - 1], y - (KernelRows - 1));
#pragma GCC unroll 8
    for (int r = KernelRows - 1; r > 0; --r) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = sums[r - 1][v];
    }
    begin(sums[0], y + 1);
  }
#pragma GCC unroll 8
  for (int r = KernelRows - 1; r > 0; --r) end(sums[r], last - r);
}

template <class S, class Real, int KernelRows, bool Fused>
void run_slide(const ConvSlide<Real>& slide) {
  // Sums that fill the time of a product: 9 or 10.
  constexpr int kMost = KernelRows < 5 ? kSlideVectors : 2, kLanes = S::kLanes;
  int vectors = (slide.columns + kLanes - 1) / kLanes, strips = (vectors + kMost - 1) / kMost;
  for (int column = 0; strips > 0; --strips) {
    const int wide = (vectors + strips - 1) / strips, width = wide * kLanes;
    // The last strip ends where the row ends, and computes some columns again.
    const int from = slide.columns - column >= width || slide.columns < width ? column : slide.columns - width;
    const StripPart part{0, 1, from, column - from, lesser(width, slide.columns - from)};
    if (wide == 1) slide_kernel<S, Real, KernelRows, 1, Fused>(slide, part);
    else if (wide == 2) slide_kernel<S, Real, KernelRows, 2, Fused>(slide, part);
    else if constexpr (kMost > 2) slide_kernel<S, Real, KernelRows, 3, Fused>(slide, part);
    column += width;
    vectors -= wide;
  }
}

template <class S, class Real>
void run_any_slide(const ConvSlide<Real>& slide, Arithmetic arithmetic) {
  const bool fused = arithmetic == Arithmetic::fused;
  if (slide.kernel_rows == 3) fused ? run_slide<S, Real, 3, kFuses>(slide) : run_slide<S, Real, 3, false>(slide);
  else fused ? run_slide<S, Real, 5, kFuses>(slide) : run_slide<S, Real, 5, false>(slide);
}

}  // namespace
}  // namespace myelin
