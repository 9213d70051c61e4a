// The inner loops of convolutions, for the processor that the including file is compiled for. Every sum goes over k in
// ascending order, one product after the other, so the bits are those of the plain loops on every target. All names are local
// to the including file, and nothing of the standard library is called, as in gemm_tile.h.
#pragma once

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
  const bool whole = part.rows == Rows && part.columns == kWidth && strips.c_step == 1 && (part.skip == 0 || !strips.from_c);
  Real edge[Rows * kWidth];
  Real* c = strips.c + part.first * strips.c_row + static_cast<ptrdiff_t>(part.column) * strips.c_step;
  Real* block = whole ? c : edge;
  const ptrdiff_t block_row = whole ? strips.c_row : kWidth;
  if (!whole && strips.from_c) {
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
    const Real start = strips.start != nullptr ? strips.start[OneFilter ? 0 : part.first + valid] : Real(0);
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sums[r][v] = strips.from_c ? S::load(block + r * block_row + v * S::kLanes) : S::splat(start);
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
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) S::store(block + r * block_row + v * S::kLanes, sums[r][v]);
  }
  if (!whole) move_edge<Real>({edge, kWidth, 1}, {c, strips.c_row, strips.c_step}, part);
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

// GCC would rather load a value again for each product than hold it.
template <class Vector>
MYELIN_INLINE void keep_in_register([[maybe_unused]] Vector& value) {
#if defined(__x86_64__)
  __asm__("" : "+v"(value));
#endif
}

// As many sums as the register block has, of kFilters filters and neighbouring steps. Filters and steps beyond the last repeat
// it; nobody stores them.
template <class B, int Filters, bool Fused>
void lane_sums(const ConvLanes<typename B::Real>& lanes) {
  using Real = typename B::Real;
  constexpr int kWhole = kConvLanes * static_cast<int>(sizeof(Real)), kVector = static_cast<int>(sizeof(typename B::Lanes::Vector));
  using S = simd::Simd<Real, (kWhole < kVector ? kWhole : kVector)>;
  using Vector = typename S::Vector;
  constexpr int kParts = kConvLanes / S::kLanes, kSums = B::kRows * B::kVectors < 12 ? B::kRows * B::kVectors : 12;
  constexpr int kTaps = kSums / Filters / kParts;
  for (int first = 0; first < lanes.count; first += kTaps) {
    Vector sums[Filters][kTaps][kParts];
    const Real* row[kTaps];
    const Real* d[Filters];
#pragma GCC unroll 4
    for (int f = 0; f < Filters; ++f) d[f] = lanes.d + lesser(f, lanes.filters - 1) * lanes.d_filter;
#pragma GCC unroll 16
    for (int k = 0; k < kTaps; ++k) {
      row[k] = further(lanes.source, lanes.steps[lesser(first + k, lanes.count - 1)]);
#pragma GCC unroll 4
      for (int f = 0; f < Filters; ++f) {
        const Real* from = lanes.sums + (lesser(f, lanes.filters - 1) * lanes.count + lesser(first + k, lanes.count - 1)) * kConvLanes;
#pragma GCC unroll 4
        for (int i = 0; i < kParts; ++i) sums[f][k][i] = S::load(from + i * S::kLanes);
      }
    }
    ptrdiff_t column = 0;
    const int* const end = lanes.blocks + lanes.block_count;
    for (const int* block = lanes.blocks; block != end; ++block, column += kConvLanes) {
      const ptrdiff_t at = *block;
#pragma GCC unroll 4
      for (int i = 0; i < kParts; ++i) {
        Vector slopes[Filters];
#pragma GCC unroll 4
        for (int f = 0; f < Filters; ++f) slopes[f] = S::load(d[f] + column + i * S::kLanes);
#pragma GCC unroll 16
        for (int k = 0; k < kTaps; ++k) {
          Vector value = S::load(further(row[k], at) + i * S::kLanes);
          keep_in_register(value);
#pragma GCC unroll 4
          for (int f = 0; f < Filters; ++f) {
            if constexpr (Fused) sums[f][k][i] = S::fused(sums[f][k][i], slopes[f], value);
            else sums[f][k][i] = sums[f][k][i] + slopes[f] * value;
          }
        }
      }
    }
#pragma GCC unroll 4
    for (int f = 0; f < Filters; ++f) {
#pragma GCC unroll 16
      for (int k = 0; k < kTaps; ++k) {
        if (f >= lanes.filters || first + k >= lanes.count) continue;
        Real* to = lanes.sums + (f * lanes.count + first + k) * kConvLanes;
#pragma GCC unroll 4
        for (int i = 0; i < kParts; ++i) S::store(to + i * S::kLanes, sums[f][k][i]);
      }
    }
  }
}

// 1 filter uses all registers for its steps.
template <class B>
constexpr int kLaneFilters = B::kRows * B::kVectors < 12 ? 2 : 3;

template <class B>
void run_lanes(const ConvLanes<typename B::Real>& lanes, Arithmetic arithmetic) {
  const bool fused = arithmetic == Arithmetic::fused;
  const auto kernel = lanes.filters == 1 ? (fused ? lane_sums<B, 1, kFuses> : lane_sums<B, 1, false>)
                                         : (fused ? lane_sums<B, kLaneFilters<B>, kFuses> : lane_sums<B, kLaneFilters<B>, false>);
  kernel(lanes);
}

// The last vector of a row may write beyond it, and what follows writes over that again.
template <class B>
void run_expand(const ConvExpansion<typename B::Real>& part) {
  using Real = typename B::Real;
  constexpr int kVector = static_cast<int>(sizeof(typename B::Lanes::Vector));
  using S = simd::Simd<Real, (kVector < 32 ? kVector : 32)>;
  static_assert(S::kLanes <= kConvExpandSlack);
  // Copies: a store might change what a reference leads to.
  const int rows = part.rows, columns = part.columns, taps = part.taps;
  const ptrdiff_t pitch = part.pitch, to_step = part.to_step;
  const Real* from = part.source;
  Real* to = part.to;
  for (int column = 0; column < columns; ++column, ++from, to += to_step) {
    for (int i = (taps - 1) / S::kLanes * S::kLanes; i >= 0; i -= S::kLanes) {
      const Real* source = from + i;
      Real* at = to + i;
      for (int row = 0; row < rows; ++row, at += taps, source += pitch) S::store(at, S::load(source));
    }
  }
}

template <class B>
constexpr ConvTarget<typename B::Real> make_conv_target(const GemmTarget<typename B::Real>* gemm, double speed) {
  return {gemm, speed, B::kRows, B::Lanes::kLanes, B::kColumns, kLaneFilters<B>, run_panel<B>, run_any_strips<B>, run_any_slide<typename B::Lanes, typename B::Real>, run_lanes<B>, run_expand<B>};
}

}  // namespace
}  // namespace myelin
