// What the inner loops of convolutions share: steps in bytes, rows that are no whole number of vectors, and blocks of results that
// stick out of their plane. All names are
// local to the including file, and nothing of the standard library is called, as in gemm_tile.h.
#pragma once

#include <type_traits>

#include "kernels/conv_target.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

// Steps are bytes: the inner loops need not multiply them.
template <class Real>
MYELIN_INLINE const Real* further(const Real* from, ptrdiff_t bytes) {
  return reinterpret_cast<const Real*>(reinterpret_cast<const char*>(from) + bytes);
}

// GCC would rather load a value again for each product than hold it.
template <class Vector>
MYELIN_INLINE void keep_in_register([[maybe_unused]] Vector& value) {
#if defined(__x86_64__)
  __asm__("" : "+v"(value));
#endif
}

// Rows [first, first + rows) of c, columns [column, column + kWidth); the first `skip` columns and rows from `rows` on and
// columns from `columns` on are computed, but not stored.
struct StripPart {
  int first, rows, column, skip, columns;
};

template <class Real>
struct Edge {
  Real* at;
  ptrdiff_t row;
  int step;
};

// `columns` values of a row, more than all vectors but the last hold.
template <class S, int Vectors, class Real>
MYELIN_INLINE void load_row(const Real* from, int columns, typename S::Vector* values) {
#pragma GCC unroll 4
  for (int v = 0; v < Vectors - 1; ++v) values[v] = S::load(from + v * S::kLanes);
  constexpr int kRest = (Vectors - 1) * S::kLanes;
  if constexpr (S::kMasks) values[Vectors - 1] = S::load_some(from + kRest, columns - kRest);
  else values[Vectors - 1] = S::load(from + kRest);
}
template <class S, int Vectors, class Real>
MYELIN_INLINE void store_row(Real* to, int columns, const typename S::Vector* values) {
#pragma GCC unroll 4
  for (int v = 0; v < Vectors - 1; ++v) S::store(to + v * S::kLanes, values[v]);
  constexpr int kRest = (Vectors - 1) * S::kLanes;
  if constexpr (S::kMasks) S::store_some(to + kRest, values[Vectors - 1], columns - kRest);
  else S::store(to + kRest, values[Vectors - 1]);
}

// Rows are short, and a call for each would cost more than its copy.
template <class Lanes, class Real>
void run_copy_rows(const ConvRows<Real>& part) {
  using S = std::conditional_t<Lanes::kMasks, Lanes, simd::Simd<Real, 16>>;
  const int columns = part.columns, last = (columns - 1) / S::kLanes * S::kLanes;  // column of the last vector, where there are masks
  const Real* from = part.from;
  Real* to = part.to;
  for (int row = 0; row < part.rows; ++row, from += part.from_step, to += part.to_step) {
    if constexpr (S::kMasks) {
      for (int i = 0; i < last; i += S::kLanes) S::store(to + i, S::load(from + i));
      S::store_some(to + last, S::load_some(from + last, columns - last), columns - last);
    } else if (columns < S::kLanes) {
      for (int i = 0; i < columns; ++i) to[i] = from[i];
    } else {
      int i = 0;
      for (; i + S::kLanes <= columns; i += S::kLanes) S::store(to + i, S::load(from + i));
      S::store(to + columns - S::kLanes, S::load(from + columns - S::kLanes));
    }
  }
}

// What is stored of a part. One copy of the code for all kernels.
template <class Real>
__attribute__((noinline)) void move_edge(const Edge<Real>& from, const Edge<Real>& to, const StripPart& part) {
  using S = simd::Simd<Real, 16>;
  const int last = part.columns - S::kLanes;
  for (int r = 0; r < part.rows; ++r) {
    const Real* source = from.at + r * from.row;
    Real* target = to.at + r * to.row;
    if (from.step == 1 && to.step == 1 && last >= part.skip) {
      for (int i = part.skip; i < last; i += S::kLanes) S::store(target + i, S::load(source + i));
      S::store(target + last, S::load(source + last));
    } else {
      for (int i = part.skip; i < part.columns; ++i) target[static_cast<ptrdiff_t>(i) * to.step] = source[static_cast<ptrdiff_t>(i) * from.step];
    }
  }
}

}  // namespace
}  // namespace myelin
