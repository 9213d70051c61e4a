// The bias gradient of a convolution: the sums of its planes, held in registers over the whole batch.
#include <algorithm>
#include <cstring>

#include "kernels/conv_parts.h"
#include "kernels/simd.h"

namespace myelin {

template <class Real>
void conv_backward_bias(Executor& executor, int batch, int filters, int plane, const Real* d_output, Real* d_bias) {
  using S = simd::Simd<Real, 16>;
  constexpr int kSums = 8, kVectors = kSums / S::kLanes;
  constexpr int kTogether = 3;  // filters, because an addition waits for the one before
  executor.run(divide_up(filters, kTogether), [&](int tile, int) {
    const int first = tile * kTogether, count = std::min(kTogether, filters - first);
    typename S::Vector sums[kTogether][kVectors] = {};
    const size_t size = area(filters, plane);
    const Real* d[kTogether];
    for (int f = 0; f < kTogether; ++f) d[f] = d_output + area(first + std::min(f, count - 1), plane);
    const int whole = plane / kSums * kSums;
    for (int sample = 0; sample < batch; ++sample) {
      for (int i = 0; i < whole; i += kSums) {
#pragma GCC unroll 3
        for (int f = 0; f < kTogether; ++f) {
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; ++v) sums[f][v] = sums[f][v] + S::load(d[f] + i + v * S::kLanes);
        }
      }
#pragma GCC unroll 3
      for (int f = 0; f < kTogether; ++f) {
        if (whole < plane) {
          Real lanes[kSums] = {};
          for (int i = whole; i < plane; ++i) lanes[i - whole] = d[f][i];
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; ++v) sums[f][v] = sums[f][v] + S::load(lanes + v * S::kLanes);
        }
        d[f] += size;
      }
    }
    for (int f = 0; f < count; ++f) {
      Real lanes[kSums], sum = 0;
      std::memcpy(lanes, sums[f], sizeof(lanes));
      for (const Real lane : lanes) sum += lane;
      d_bias[first + f] = sum;
    }
  });
}

template void conv_backward_bias<float>(Executor&, int, int, int, const float*, float*);
template void conv_backward_bias<double>(Executor&, int, int, int, const double*, double*);

}  // namespace myelin
