// Loops over flat arrays (activation functions, their slopes, optimisers, penalties, sums of rows), once for each kind of processor
// as the matrix product has them. All targets give the same bits. Must never allocate or know a layer.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/norm.h"

namespace myelin {

// A function of one number; `parameter` is leaky ReLU's slope, ELU's alpha, the Heaviside step's value at 0, a power's exponent (of
// positive numbers).
enum Curve : int { kSigmoidCurve, kTanhCurve, kReluCurve, kLeakyReluCurve, kEluCurve, kSiluCurve, kHeavisideCurve, kExpCurve, kPowerCurve, kCurves };
inline constexpr int kCurvesWithSlope = kSiluCurve + 1;

// The step of an optimiser for flat arrays; what `constants` mean, each rule says in elementwise_tile.h.
enum UpdateRule : int { kSgdRule, kMomentumRule, kNesterovRule, kAdagradRule, kRmspropRule, kAdadeltaRule, kAdamRule, kUpdateRules };

template <class Real>
struct Update {
  Real constants[8];
  Real* params;
  const Real* grads;
  Real* state[2];  // null where the rule has none
  size_t count;
};

template <class Real>
struct ElementwiseTarget {
  const char* name;
  bool (*available)();
  // In place.
  void (*value[kCurves])(Real parameter, Real* values, size_t count);
  // d = d * slope, from the value a; only SiLU reads the argument z.
  void (*slope[kCurvesWithSlope])(Real parameter, const Real* z, const Real* a, Real* d, size_t count);
  void (*update[kUpdateRules])(const Update<Real>& update);
  // Each row to probabilities.
  void (*softmax)(Real* values, int rows, int width);
  // to = factor * (a - b).
  void (*scaled_difference)(Real factor, const Real* a, const Real* b, Real* to, size_t count);
  // values = factor * values.
  void (*scale)(Real factor, Real* values, size_t count);
  // gradient = gradient + (l2 * weight + l1 * sign of the weight).
  void (*add_penalty)(Real l1, Real l2, const Real* weights, Real* gradient, size_t count);
  // sums[i] = 0 + row 0 + row 1 + ...
  void (*sum_rows)(const Real* values, int rows, int width, Real* sums);
  NormKernels<Real> norm;
};

extern const ElementwiseTarget<float> kElementwisePortableFloat, kElementwiseAvx2Float, kElementwiseAvx512Float;
extern const ElementwiseTarget<double> kElementwisePortableDouble, kElementwiseAvx2Double, kElementwiseAvx512Double;

// What this machine can run, the narrowest first; at least one.
template <class Real>
std::span<const ElementwiseTarget<Real>* const> elementwise_targets();

// The widest of them.
#if defined(__x86_64__)
template <class Real>
const ElementwiseTarget<Real>& elementwise();
#else
template <class Real>
inline const ElementwiseTarget<Real>& elementwise() {
  if constexpr (sizeof(Real) == sizeof(float)) return kElementwisePortableFloat;
  else return kElementwisePortableDouble;
}
#endif

}  // namespace myelin
