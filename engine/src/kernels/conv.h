// Convolutions (cross-correlations, as all deep-learning libraries compute them) of images and, with one row, of sequences.
// Layouts: values sample x channel x row x column, weights filters x channels per group x kernel rows x kernel columns.
#pragma once

#include <cstddef>

#include "base/executor.h"
#include "kernels/gemm.h"
#include "kernels/windows.h"

namespace myelin {

struct Conv {
  int channels = 1, filters = 1;
  int groups = 1;  // filters of a group see the channels of that group only
  WindowAxis rows, columns;

  int group_channels() const { return channels / groups; }
  int group_filters() const { return filters / groups; }
  int taps() const { return rows.size * columns.size; }
  int depth() const { return group_channels() * taps(); }  // weights of one filter
  int in_plane() const { return rows.in * columns.in; }
  int out_plane() const { return rows.out * columns.out; }
  size_t in_size() const { return static_cast<size_t>(channels) * static_cast<size_t>(in_plane()); }
  size_t out_size() const { return static_cast<size_t>(filters) * static_cast<size_t>(out_plane()); }
};

// What the three passes have in common. Scratch: conv_scratch() elements, for any batch.
template <class Real>
struct ConvCall {
  const Conv& conv;
  int batch;
  Real* scratch;
  Executor& executor;
  Arithmetic arithmetic = Arithmetic::exact;
};

template <class Real>
size_t conv_scratch(const Conv& conv, int workers);

// output (+)= weights * input. Each output sums over channels, kernel rows and kernel columns in ascending order, starting
// from what it holds (accumulate) or 0: its bits equal those of conv_direct_forward().
template <class Real>
void conv_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, Real* output, bool accumulate);

// d_input (+)= weights^T * d_output: also what a transposed convolution does forward.
template <class Real>
void conv_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate);

// d_weights = d_output * input^T, summed over the batch in order.
template <class Real>
void conv_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights);

// The same three as plain loops over kernel positions, without scratch: what the others are compared with, and the faster way
// where a filter sees one channel. Multiplies, then adds, always.
template <class Real>
void conv_direct_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, Real* output, bool accumulate);
template <class Real>
void conv_direct_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate);
template <class Real>
void conv_direct_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights);

}  // namespace myelin
