// The inner loops of weight gradients beside panels, for the processor that the including file is compiled for. All names are
// local to the including file, and nothing of the standard library is called, as in gemm_tile.h.
#pragma once

#include "kernels/conv_edge.h"

namespace myelin {
namespace {

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

// Filters beyond the last repeat it.
template <class Real>
void run_lone_tap(const ConvLoneTap<Real>& part) {
  using S = simd::Simd<Real, 16>;
  using Vector = typename S::Vector;
  constexpr int kVectors = kLoneLanes / S::kLanes;
  const auto load_up_to = [](const Real* from, int left) { return left >= S::kLanes ? S::load(from) : left > 0 ? S::load_some(from, left) : Vector{}; };
  const int rows = part.rows, columns = part.columns, whole = columns / kLoneLanes * kLoneLanes;
  const Real* source = part.source;
  const Real* slopes[kLoneFilters];
  Vector totals[kLoneFilters][kVectors];
#pragma GCC unroll 8
  for (int f = 0; f < kLoneFilters; ++f) {
    slopes[f] = part.d + lesser(f, part.filters - 1) * part.d_filter;
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) totals[f][v] = part.fresh ? Vector{} : S::load(part.sums + f * kLoneLanes + v * S::kLanes);
  }
  for (int row = 0; row < rows; ++row, source += part.source_row) {
    int column = 0;
    for (; column < whole; column += kLoneLanes) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const Vector values = S::load(source + column + v * S::kLanes);
#pragma GCC unroll 8
        for (int f = 0; f < kLoneFilters; ++f) totals[f][v] = totals[f][v] + S::load(slopes[f] + column + v * S::kLanes) * values;
      }
    }
#pragma GCC unroll 2
    for (int v = 0; column < columns && v < kVectors; ++v) {
      const int at = column + v * S::kLanes;
      const Vector values = load_up_to(source + at, columns - at);
#pragma GCC unroll 8
      for (int f = 0; f < kLoneFilters; ++f) totals[f][v] = totals[f][v] + load_up_to(slopes[f] + at, columns - at) * values;
    }
#pragma GCC unroll 8
    for (int f = 0; f < kLoneFilters; ++f) slopes[f] += columns;
  }
#pragma GCC unroll 8
  for (int f = 0; f < kLoneFilters; ++f) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) S::store(part.sums + f * kLoneLanes + v * S::kLanes, totals[f][v]);
  }
}

// Of each pair of rows `Apart`, the off-diagonal blocks of so many columns change places.
template <int Apart, class Vector, class Even, class Odd>
MYELIN_INLINE void swap_blocks(Vector (&rows)[16], Even even, Odd odd) {
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) {
    if ((i & Apart) != 0) continue;
    const Vector a = rows[i], b = rows[i + Apart];
    rows[i] = even(a, b);
    rows[i + Apart] = odd(a, b);
  }
}

template <class S>
void run_to_lanes(const ConvToLanes<float>& part) {
  using Vector = typename S::Vector;
  constexpr int kLanes = 16;
  float* to = part.to;
  for (int first = 0; first < part.values; first += kLanes, to += kLanes * kLanes) {
    const int values = lesser(kLanes, part.values - first);
    Vector rows[kLanes];
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) rows[i] = i < part.samples ? S::load_some(part.from + i * part.sample + first, values) : Vector{};
    swap_blocks<8>(rows, [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23); },
                   [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31); });
    swap_blocks<4>(rows, [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27); },
                   [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31); });
    swap_blocks<2>(rows, [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29); },
                   [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31); });
    swap_blocks<1>(rows, [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30); },
                   [](Vector a, Vector b) { return __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31); });
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      if (i >= values) break;
      S::store(to + i * kLanes, rows[i]);
    }
  }
}

// Filters beyond the last repeat it; nobody stores them.
template <class S, int Count>
MYELIN_INLINE void begin_chunks(const ConvChunks<float>& part, const float** d, typename S::Vector (&sums)[kChunkFilters][Count]) {
#pragma GCC unroll 4
  for (int f = 0; f < kChunkFilters; ++f) {
    const int filter = lesser(f, part.filters - 1);
    d[f] = part.d + filter * part.d_filter;
#pragma GCC unroll 8
    for (int i = 0; i < Count; ++i) sums[f][i] = S::load(part.sums + filter * part.sums_filter + i * S::kLanes);
  }
}
template <class S, int Count>
MYELIN_INLINE void end_chunks(const ConvChunks<float>& part, const typename S::Vector (&sums)[kChunkFilters][Count]) {
#pragma GCC unroll 4
  for (int f = 0; f < kChunkFilters; ++f) {
    if (f >= part.filters) break;
#pragma GCC unroll 8
    for (int i = 0; i < Count; ++i) S::store(part.sums + f * part.sums_filter + i * S::kLanes, sums[f][i]);
  }
}

// All loads are whole vectors at their place: no value is spread.
template <class S, int Taps, bool Fused>
void chunk_sums(const ConvChunks<float>& part) {
  using Vector = typename S::Vector;
  constexpr int kLanes = S::kLanes;
  const float* d[kChunkFilters];
  Vector sums[kChunkFilters][Taps];
  begin_chunks<S>(part, d, sums);
  const ptrdiff_t columns = part.columns;
  const float* row = part.source;
  for (int left = part.rows; left > 0; --left, row += part.source_row) {
    const float* source = row;
    for (const float* const end = d[0] + columns * kLanes; d[0] != end; source += kLanes) {
      Vector slopes[kChunkFilters];
#pragma GCC unroll 4
      for (int f = 0; f < kChunkFilters; ++f) {
        slopes[f] = S::load(d[f]);
        d[f] += kLanes;
      }
#pragma GCC unroll 8
      for (int j = 0; j < Taps; ++j) {
        Vector value = S::load(source + j * kLanes);
        keep_in_register(value);
#pragma GCC unroll 4
        for (int f = 0; f < kChunkFilters; ++f) {
          if constexpr (Fused) sums[f][j] = S::fused(sums[f][j], slopes[f], value);
          else sums[f][j] = sums[f][j] + slopes[f] * value;
        }
      }
    }
  }
  end_chunks<S>(part, sums);
}

template <class S>
void run_chunks_of_lone(const ConvChunks<float>& part) {
  using Vector = typename S::Vector;
  constexpr int kLanes = S::kLanes;
  const float* d[kChunkFilters];
  Vector sums[kChunkFilters][kLoneLanes];
  begin_chunks<S>(part, d, sums);
  const float* row = part.source;
  for (int left = part.rows; left > 0; --left, row += part.source_row) {
    for (int column = 0; column < part.columns; column += kLoneLanes) {
#pragma GCC unroll 4
      for (int rest = 0; rest < kLoneLanes; ++rest) {
        if (column + rest >= part.columns) break;
        Vector value = S::load(row + static_cast<ptrdiff_t>(column + rest) * kLanes);
        keep_in_register(value);
#pragma GCC unroll 4
        for (int f = 0; f < kChunkFilters; ++f) sums[f][rest] = sums[f][rest] + S::load(d[f] + static_cast<ptrdiff_t>(column + rest) * kLanes) * value;
      }
    }
#pragma GCC unroll 4
    for (int f = 0; f < kChunkFilters; ++f) d[f] += static_cast<ptrdiff_t>(part.columns) * kLanes;
  }
  end_chunks<S>(part, sums);
}

template <class S, bool Fused>
void run_chunk_taps(const ConvChunks<float>& part) {
  switch (part.taps) {
    case 1: return chunk_sums<S, 1, Fused>(part);
    case 2: return chunk_sums<S, 2, Fused>(part);
    case 3: return chunk_sums<S, 3, Fused>(part);
    case 4: return chunk_sums<S, 4, Fused>(part);
    default: return chunk_sums<S, 5, Fused>(part);
  }
}

template <class S>
void run_chunk_sums(const ConvChunks<float>& part, Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::fused) run_chunk_taps<S, kFuses>(part);
  else run_chunk_taps<S, false>(part);
}

}  // namespace
}  // namespace myelin
