// What the convolution passes share: the choice of a target, the cutting of scratch, some arithmetic of sizes.
#pragma once

#include "base/function_ref.h"
#include "kernels/conv.h"
#include "kernels/conv_target.h"

namespace myelin {

struct ConvPass;

inline int divide_up(int value, int by) { return (value + by - 1) / by; }
inline int round_up(int value, int unit) { return divide_up(value, unit) * unit; }
inline size_t area(int rows, int columns) { return static_cast<size_t>(rows) * static_cast<size_t>(columns); }

// Hands out parts of scratch; without any it only counts.
template <class Real>
struct Parts {
  Real* base;
  size_t used = 0;
  Real* take(size_t count) {
    constexpr size_t kLine = 64 / sizeof(Real);
    Real* part = base == nullptr ? nullptr : base + used;
    used += (count + kLine - 1) / kLine * kLine;
    return part;
  }
  int* take_ints(size_t count) { return reinterpret_cast<int*>(take((count * sizeof(int) + sizeof(Real) - 1) / sizeof(Real))); }
};

// Lanes that `count` values take when the last vectors are as few as needed.
template <class Real>
int lanes_of(const ConvTarget<Real>& target, int count) {
  const int rest = count % target.width;
  return count - rest + (rest == 0 ? 0 : rest <= target.lanes ? target.lanes : target.width);
}

// Elements that an L2 cache holds where vectors are wide.
inline constexpr int kWideElements = 1 << 17;

// Vectors of 512 bits, and so 32 registers. (Doubles are for checks: what suits narrower ones does for them.)
template <class Real>
bool is_wide(const ConvTarget<Real>& target) {
  return target.lanes >= 16;
}

// What suits this machine and shape, or what the call says. `work`: multiply-adds that a target computes, with those that nobody
// asked for.
template <class Real>
const ConvTarget<Real>& conv_target_of(const ConvCall<Real>& call, FunctionRef<double(const ConvTarget<Real>&)> work);

// A pass with samples along the lanes: its work for each source value and kernel position, infinite where it cannot be (batch 0: as
// little as it can be), its scratch, and the pass itself.
template <class Real>
double samples_work(const ConvTarget<Real>& target, const ConvPass& pass, int batch);
template <class Real>
size_t samples_scratch(const ConvTarget<Real>& target, const ConvPass& pass, int workers);
template <class Real>
void run_samples(const ConvCall<Real>& call, const ConvTarget<Real>& target, const ConvPass& pass, const Real* from, const Real* weights, const Real* bias,
                 Real* to, bool accumulate, const ConvFinish* finish);

// A weight gradient with the batch's chunks along the lanes: its work per output position, infinite where it cannot be; its scratch; and
// itself. Lone: the last tap of a kernel is summed by column rests.
template <class Real>
double chunks_work(const ConvTarget<Real>& target, const ConvPass& pass, int chunks);
template <class Real>
size_t chunks_scratch(const ConvTarget<Real>& target, const ConvPass& pass, int workers);
template <class Real>
void run_chunks(const ConvCall<Real>& call, const ConvTarget<Real>& target, const ConvPass& pass, int chunk_samples, bool lone, const Real* input,
                const Real* d_output, Real* d_weights);

// Scratch of conv_backward_weights() on a target.
template <class Real>
size_t conv_gradient_scratch(const ConvTarget<Real>& target, const Conv& conv, int workers);

}  // namespace myelin
