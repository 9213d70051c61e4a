// Convolutions (cross-correlations, as all deep-learning libraries compute them) of images and, with one row, of sequences.
// Layouts: values sample x channel x row x column, weights filters x channels per group x kernel rows x kernel columns.
#pragma once

#include <cstddef>

#include "base/executor.h"
#include "base/function_ref.h"
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

template <class Real>
struct ConvTarget;

// What the three passes have in common. Scratch: conv_scratch() elements, for any batch.
template <class Real>
struct ConvCall {
  const Conv& conv;
  int batch;
  Real* scratch;
  Executor& executor;
  Arithmetic arithmetic = Arithmetic::exact;
  const ConvTarget<Real>* target = nullptr;  // null: what suits this machine. For tests and measurements
};

template <class Real>
size_t conv_scratch(const Conv& conv, int workers);

// Called with stretches of output elements [first, first + count) as soon as they are final and still in fast memory; each
// element once, in any order, on any worker.
using ConvFinish = FunctionRef<void(size_t first, size_t count)>;

// output (+)= weights * input + bias (null: none). Each output sums over kernel rows, channels and kernel columns in ascending
// order, starting from what it holds (accumulate; then without bias), the bias or 0: its bits equal conv_direct_forward()'s.
template <class Real>
void conv_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, const Real* bias, Real* output, bool accumulate,
                  const ConvFinish* finish = nullptr);

// d_input (+)= weights^T * d_output: also what a transposed convolution does forward. Each sums over kernel rows, filters and
// kernel columns in ascending order, starting from what it holds or 0: the bits of conv_direct_backward_input().
template <class Real>
void conv_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate);

// d_weights = d_output * input^T. The batch is cut into chunks by its size and the weights' number; each chunk sums over
// samples and output positions in order, starting from 0; then the chunks are added in order (products with padding, 0 for finite
// values, may be left out). Where a group has up to four
// filters, each chunk keeps 8 sums by the output column's rest, which are joined in order at last; where it has five or six, so does
// the last position of a kernel of 9, 25, 49... positions, in 4 sums.
template <class Real>
void conv_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights);

// d_bias: the sum of each plane of d_output over the batch, in 8 sums by the position's rest, which are joined in order.
template <class Real>
void conv_backward_bias(Executor& executor, int batch, int filters, int plane, const Real* d_output, Real* d_bias);

// The first three as plain loops over kernel positions, without scratch: what the others are compared with. Multiplies, then
// adds, always.
template <class Real>
void conv_direct_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, Real* output, bool accumulate);
template <class Real>
void conv_direct_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate);
template <class Real>
void conv_direct_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights);

}  // namespace myelin
