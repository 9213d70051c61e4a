// The matrix product as its definition says it: what the fast one is compared with, bit for bit.
#include "kernels/gemm.h"

#include <cstddef>

namespace myelin {

template <class Real>
void gemm_reference(const Gemm<Real>& product) {
  const auto element = [](const Real* matrix, int stride, Transpose op, int row, int column) {
    const int stored_row = op == Transpose::none ? row : column;
    const int stored_column = op == Transpose::none ? column : row;
    return matrix[static_cast<ptrdiff_t>(stored_row) * stride + stored_column];
  };
  for (int i = 0; i < product.m; ++i) {
    for (int j = 0; j < product.n; ++j) {
      Real& c = product.c[static_cast<ptrdiff_t>(i) * product.c_stride + j];
      Real sum = product.accumulate ? c : product.start != nullptr ? product.start[j] : Real(0);
      for (int p = 0; p < product.k; ++p) {
        sum += element(product.a, product.a_stride, product.a_op, i, p) * element(product.b, product.b_stride, product.b_op, p, j);
      }
      c = sum;
    }
  }
}

template void gemm_reference<float>(const Gemm<float>&);
template void gemm_reference<double>(const Gemm<double>&);

}  // namespace myelin
