// All samples as the network reads them, and single rows or batches of them. Images that the data hold as bytes stay bytes and are
// scaled row by row: as floats, the 60,000 of Fashion-MNIST would take most of the memory that a page has.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "data/prepare.h"
#include "myelin/dataset.h"
#include "tensor/buffer.h"

namespace myelin {

// to[row] = from[which[row]]. Rows are often two or eight numbers: a call of memcpy for each would take longer than they do.
template <class Real>
void copy_rows(const Real* from, const int* which, int rows, size_t width, Real* to) {
  constexpr size_t kShort = 16;
  if (width > kShort) {
    for (int row = 0; row < rows; ++row, to += width) std::memcpy(to, from + static_cast<size_t>(which[row]) * width, width * sizeof(Real));
    return;
  }
  for (size_t column = 0; column < width; ++column) {
    Real* at = to + column;
    for (int row = 0; row < rows; ++row, at += width) *at = from[static_cast<size_t>(which[row]) * width + column];
  }
}

template <class Real>
class NetworkInputs {
 public:
  // Both must outlive this.
  NetworkInputs(const Dataset& data, const InputTransform& transform);

  // What it keeps for itself, beside the data.
  static int64_t kept_bytes(const Dataset& data, const InputTransform& transform) {
    return data.bytes.empty() ? int64_t{data.count} * transform.shape().size() * static_cast<int64_t>(sizeof(Real)) : 0;
  }

  // to: rows x transform.shape().size(). Any number of threads may ask at the same time.
  void gather(const int* which, int rows, Real* to) const {
    if (bytes_.empty()) copy_rows(rows_.data(), which, rows, width_, to);
    else scale_rows(which, rows, to);
  }
  void row(int sample, Real* to) const { gather(&sample, 1, to); }

 private:
  void scale_rows(const int* which, int rows, Real* to) const;

  size_t width_ = 0;
  Buffer<Real> rows_;               // count x width; empty where the data hold bytes
  SharedBytes bytes_;               // count x width
  double byte_scale_ = 1;
  const InputTransform* transform_;
  std::array<Real, 256> shades_{};  // the input of each byte where nothing is fitted to the data
};

}  // namespace myelin
