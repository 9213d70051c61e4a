// The loops of batch and layer normalisation over the values of some channels, once for each kind of processor (elementwise.h). All targets give
// the same bits: sums are taken in double, because a channel of an image batch has ten thousands of values, by eight lanes each.
#pragma once

#include <cstddef>

namespace myelin {

inline constexpr int kNormChannels = 16;  // of a block at most; arrays of constants have as many elements

// Value p of channel c of sample r stands at [r * stride + c * positions + p].
struct ChannelBlock {
  int rows, channels, positions;
  ptrdiff_t stride;
};

// Per channel: mean and 1 / deviation, what scales, and the means of d_y and of d_y z with z = (x - mean) / deviation.
template <class Real>
struct NormGradient {
  const Real *mean, *inverse, *scale, *mean_d, *mean_dz;
};

template <class Real>
struct NormKernels {
  // sums[c] = sum of x.
  void (*sum)(const ChannelBlock&, const Real* x, double* sums);
  // sums[c] = sum of (x - mean[c])^2.
  void (*squares)(const ChannelBlock&, const Real* x, const double* mean, double* sums);
  // y = (x - mean) * scale + bias.
  void (*apply)(const ChannelBlock&, const Real* x, const Real* mean, const Real* scale, const Real* bias, Real* y);
  // d_bias[c] = sum of d_y, d_weight[c] = sum of d_y (x - mean) * inverse.
  void (*param_gradients)(const ChannelBlock&, const Real* x, const Real* d_y, const double* mean, const double* inverse, double* d_bias,
                          double* d_weight);
  // d_x = [d_x +] scale * (d_y - mean_d - (x - mean) * inverse * mean_dz).
  void (*gradient)(const ChannelBlock&, const Real* x, const Real* d_y, const NormGradient<Real>&, bool adds, Real* d_x);
};

}  // namespace myelin
