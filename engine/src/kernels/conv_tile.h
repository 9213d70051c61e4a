// The inner loops of convolutions, for the processor that the including file is compiled for. Every sum goes over k in
// ascending order, one product after the other, so the bits are those of the plain loops on every target. All names are local
// to the including file, and nothing of the standard library is called, as in gemm_tile.h.
#pragma once

#include "kernels/conv_gradient_tile.h"
#include "kernels/conv_slide.h"
#include "kernels/conv_target.h"
#include "kernels/gemm_tile.h"

namespace myelin {
namespace {

template <class B, int Rows, int Vectors, bool Fused>
void panel_kernel(const ConvPanel<typename B::Real>& part, int first) {
  using Real = typename B::Real;
  using S = typename B::Lanes;
  using Vector = typename S::Vector;
  constexpr int kWidth = Vectors * S::kLanes;
  Vector sums[Rows][Vectors];
  const Real* row[Rows];
  Real* c = part.c + static_cast<ptrdiff_t>(first) * kWidth;
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
    row[r] = further(part.source, part.rows[lesser(first + r, part.row_count - 1)]);
    const Real* start = part.start != nullptr ? part.start : c + r * kWidth;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sums[r][v] = S::load(start + v * S::kLanes);
  }
  const Real* panel = part.panel;
  const int* step = part.steps;
  for (int run = 0; run < part.runs; ++run, panel += part.run_step) {
    const Real* b = panel;
    for (const int* const end = step + part.depth; step != end; ++step, b += part.panel_step) {
      const ptrdiff_t at = *step;
      Vector columns[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) columns[v] = S::load(b + v * S::kLanes);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        const Real* a = further(row[r], at);
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
          if constexpr (Fused) sums[r][v] = S::fused(sums[r][v], S::splat(*a), columns[v]);
          else sums[r][v] = sums[r][v] + S::scaled(a, columns[v]);
        }
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) S::store(c + r * kWidth + v * S::kLanes, sums[r][v]);
  }
}

// A single vector has few sums, too few to fill the time that each product takes: so where there are more rows, twice as many.
template <class B>
void run_panel(const ConvPanel<typename B::Real>& part, Arithmetic arithmetic) {
  const bool fused = arithmetic == Arithmetic::fused;
  constexpr int kRows = B::kRows;
  if (part.columns != B::Lanes::kLanes) {
    const auto kernel = fused ? panel_kernel<B, kRows, B::kVectors, kFuses> : panel_kernel<B, kRows, B::kVectors, false>;
    for (int first = 0; first < part.row_count; first += kRows) kernel(part, first);
    return;
  }
  int first = 0;
  for (; part.row_count - first > kRows; first += 2 * kRows) fused ? panel_kernel<B, 2 * kRows, 1, kFuses>(part, first) : panel_kernel<B, 2 * kRows, 1, false>(part, first);
  if (first < part.row_count) fused ? panel_kernel<B, kRows, 1, kFuses>(part, first) : panel_kernel<B, kRows, 1, false>(part, first);
}

// Rows: of the register block, or twice as many.
template <class B, int Rows, int Vectors, bool OneFilter, bool Fused>
void strip_kernel(const ConvStrips<typename B::Real>& strips, const StripPart& part) {
  using Real = typename B::Real;
  using S = typename B::Lanes;
  using Vector = typename S::Vector;
  constexpr int kWidth = Vectors * S::kLanes;
  // Without masks, what sticks out of c goes through an edge.
  const bool direct = (S::kMasks || (part.rows == Rows && part.columns == kWidth)) && strips.c_step == 1 && (part.skip == 0 || !strips.from_c);
  Real edge[Rows * kWidth];
  Real* c = strips.c + part.first * strips.c_row + static_cast<ptrdiff_t>(part.column) * strips.c_step;
  Real* block = direct ? c : edge;
  const ptrdiff_t block_row = direct ? strips.c_row : kWidth;
  const int block_rows = direct ? part.rows : Rows, block_columns = direct ? part.columns : kWidth;
  if (!direct && strips.from_c) {
    for (int i = 0; i < Rows * kWidth; ++i) edge[i] = Real(0);
    move_edge<Real>({c, strips.c_row, strips.c_step}, {edge, kWidth, 1}, part);
  }
  Vector sums[Rows][Vectors];
  const Real* row[Rows];
  const Real* source = strips.source + part.column;
  const Real* weights = strips.weights;
  if constexpr (!OneFilter) weights += part.first / B::kRows * strips.group_weights;
  const Real* more_weights = weights + strips.group_weights;
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
    const int valid = lesser(r, part.rows - 1);
    row[r] = source + (part.first + valid) * strips.source_row;
    if (strips.from_c) {
      load_row<S, Vectors>(block + lesser(r, block_rows - 1) * block_row, block_columns, sums[r]);
    } else {
      const Real start = strips.start != nullptr ? strips.start[OneFilter ? 0 : part.first + valid] : Real(0);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = S::splat(start);
    }
  }
  const int* const end = strips.steps + strips.depth;
  for (const int* step = strips.steps; step != end; ++step) {
    const ptrdiff_t at = *step;
    Vector values[Vectors];
    if constexpr (!OneFilter) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) values[v] = S::load(further(source, at) + v * S::kLanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      const Real* weight = OneFilter ? weights : r < B::kRows ? weights + r : more_weights + (r - B::kRows);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) {
        if constexpr (OneFilter) values[v] = S::load(further(row[r], at) + v * S::kLanes);
        if constexpr (Fused) sums[r][v] = S::fused(sums[r][v], S::splat(*weight), values[v]);
        else sums[r][v] = sums[r][v] + S::scaled(weight, values[v]);
      }
    }
    weights += OneFilter ? 1 : B::kRows;
    if constexpr (Rows > B::kRows) more_weights += B::kRows;
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) {
    if (S::kMasks && r >= block_rows) break;
    store_row<S, Vectors>(block + r * block_row, block_columns, sums[r]);
  }
  if (!direct) move_edge<Real>({edge, kWidth, 1}, {c, strips.c_row, strips.c_step}, part);
}

template <class B, bool OneFilter, bool Fused>
void run_strips(const ConvStrips<typename B::Real>& strips) {
  constexpr int kLanes = B::Lanes::kLanes, kRows = B::kRows;
  int column = 0;
  for (; strips.columns - column > kLanes; column += B::kColumns) {
    // The last strip ends where the row ends, and computes some columns again.
    const int left = strips.columns - column;
    const int from = left >= B::kColumns ? column : lesser(column, strips.columns < B::kColumns ? 0 : strips.columns - B::kColumns);
    for (int first = 0; first < strips.row_count; first += kRows) {
      strip_kernel<B, kRows, B::kVectors, OneFilter, Fused>(strips, {first, lesser(kRows, strips.row_count - first), from, column - from, lesser(B::kColumns, strips.columns - from)});
    }
  }
  if (column >= strips.columns) return;
  const int from = lesser(column, strips.columns < kLanes ? 0 : strips.columns - kLanes), columns = lesser(kLanes, strips.columns - from);
  for (int first = 0; first < strips.row_count;) {
    const int left = strips.row_count - first;
    const StripPart part{first, lesser(left, left > kRows ? 2 * kRows : kRows), from, column - from, columns};
    // As in run_panel.
    if (left > kRows) strip_kernel<B, 2 * kRows, 1, OneFilter, Fused>(strips, part);
    else strip_kernel<B, kRows, 1, OneFilter, Fused>(strips, part);
    first += part.rows;
  }
}

template <class B>
void run_any_strips(const ConvStrips<typename B::Real>& strips, Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::fused) strips.one_filter ? run_strips<B, true, kFuses>(strips) : run_strips<B, false, kFuses>(strips);
  else strips.one_filter ? run_strips<B, true, false>(strips) : run_strips<B, false, false>(strips);
}

template <class B>
constexpr ConvTarget<typename B::Real> make_conv_target(const GemmTarget<typename B::Real>* gemm, double speed) {
  using Real = typename B::Real;
  using Lanes = typename B::Lanes;
  ConvTarget<Real> target = {.gemm = gemm,
                             .speed = speed,
                             .rows = B::kRows,
                             .lanes = Lanes::kLanes,
                             .width = B::kColumns,
                             .lane_filters = kLaneFilters<B>,
                             .panel = run_panel<B>,
                             .strips = run_any_strips<B>,
                             .slide = run_any_slide<Lanes, Real>,
                             .lane_sums = run_lanes<B>,
                             .lone_tap = run_lone_tap<Real>,
                             .expand = run_expand<B>,
                             .chunks = nullptr,
                             .chunks_of_lone = nullptr,
                             .to_lanes = nullptr,
                             .copy_rows = run_copy_rows<Lanes, Real>};
  if constexpr (Lanes::kLanes == 16) {
    target.chunks = run_chunk_sums<Lanes>;
    target.chunks_of_lone = run_chunks_of_lone<Lanes>;
    target.to_lanes = run_to_lanes<Lanes>;
  }
  return target;
}

}  // namespace
}  // namespace myelin
