// The one seam for matrix products. Row-major, own register-blocked kernel.
#pragma once

#include "base/executor.h"

namespace myelin {

enum class Transpose { none, transposed };
// exact: multiply, then add, the same bits on every machine. fused: one rounding where the target has it, same bits only
// on one machine.
enum class Arithmetic { exact, fused };

// C (m x n) = [C +] op(A) (m x k) * op(B) (k x n). Strides are of the stored matrices, in elements. Every element of C sums
// over k in ascending order, one product after the other, starting from C (accumulate), from its column's `start` or from 0: so
// its bits depend neither on blocking nor on threads, and equal those of gemm_reference().
template <class Real>
struct Gemm {
  int m = 0, n = 0, k = 0;
  const Real* a = nullptr;
  int a_stride = 0;
  Transpose a_op = Transpose::none;
  const Real* b = nullptr;
  int b_stride = 0;
  Transpose b_op = Transpose::none;
  Real* c = nullptr;
  int c_stride = 0;
  bool accumulate = false;
  const Real* start = nullptr;  // n values, a layer's bias; null: 0. Not read when accumulating
  Arithmetic arithmetic = Arithmetic::exact;
};

// Scratch the calls below need, in elements: packed panels, one set per worker. No allocation happens inside. Never shrinks
// when a size grows: what is planned for a full batch serves a smaller one.
template <class Real>
size_t gemm_scratch(int m, int n, int k, int workers);

template <class Real>
void gemm(const Gemm<Real>& product, Real* scratch, Executor& executor);

// Two products that do not depend on each other, shared out as one operation; scratch is what the more demanding one needs.
template <class Real>
void gemm_both(const Gemm<Real>& first, const Gemm<Real>& second, Real* scratch, Executor& executor);

// Three loops. What the fast one is compared with.
template <class Real>
void gemm_reference(const Gemm<Real>& product);

}  // namespace myelin
