// fmath.h, from the formulas of fmath_inline.h. Largest errors, measured against long double over dense and random
// ranges (tests/unit/fmath_test.cpp holds them): see the table below. Never calls the C library's functions.
#include "kernels/fmath.h"

#include "kernels/elementwise.h"
#include "kernels/fmath_inline.h"

// Bound, in units in the last place:   float   double
//   exp                                  1.0      1.0     (denormal results: half a unit more)
//   log                                  1.0      1.0
//   tanh                                 3.0      3.0
//   sigmoid                              2.5      2.5
//   log1p_exp                            2.0      2.0
//   sin, cos                              -       1.0     (|x| <= 1e5)

namespace myelin::fmath {
namespace {

constexpr double kTwoOverPi = 0.63661977236758134308;
// pi/2 in pieces of 33 bits: n * piece is exact for n below 2^20.
constexpr double kHalfPi1 = 1.57079632673412561417;
constexpr double kHalfPi2 = 6.07710050630396597660e-11;
constexpr double kHalfPi3 = 2.02226624879595063154e-21;

// r + low = x - n pi/2, |r| <= pi/4; returns n modulo 4.
unsigned reduce(double x, double& r, double& low) {
  constexpr double kLargest = 1e5;
  if (inlined::absolute(x) > kLargest) {
    // Beyond the promise: the remainder is as good as x's own last digit, and the result stays within [-1, 1].
    constexpr double kTwoPi = 6.28318530717958647693;
    constexpr double kRound = inlined::Format<double>::kRound;
    const double turns = x / kTwoPi;
    const double whole = inlined::absolute(turns) < 2e15 ? (turns + kRound) - kRound : turns;
    x = x - whole * kTwoPi;
    if (x > kTwoPi) x = kTwoPi;
    if (x < -kTwoPi) x = -kTwoPi;
  }
  const double rounded = x * kTwoOverPi + inlined::Format<double>::kRound;
  const double n = rounded - inlined::Format<double>::kRound;
  const double first = x - n * kHalfPi1;
  const double second = n * kHalfPi2;
  r = first - second;
  low = ((first - r) - second) - n * kHalfPi3;
  const double sum = r + low;
  low = low - (sum - r);
  r = sum;
  return static_cast<unsigned>(inlined::bits_of(rounded) & 3u);
}

// sin(r + low), |r| <= pi/4: Taylor's series to r^17.
double sin_kernel(double r, double low) {
  constexpr inlined::Series<double, 8> kSeries = {{-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800,
                                                   -1.0 / 1307674368000, 1.0 / 355687428096000}};
  const double z = r * r;
  return r + (r * z * inlined::horner(kSeries, z) + low * (1 - 0.5 * z));
}

// cos(r + low), |r| <= pi/4: Taylor's series to r^16.
double cos_kernel(double r, double low) {
  constexpr inlined::Series<double, 7> kSeries = {{1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200,
                                                   1.0 / 20922789888000}};
  const double z = r * r;
  const double half = 0.5 * z;
  const double w = 1 - half;
  return w + (((1 - w) - half) + (z * z * inlined::horner(kSeries, z) - r * low));
}

double quadrant(unsigned n, double r, double low) {
  const double value = (n & 1u) ? cos_kernel(r, low) : sin_kernel(r, low);
  return (n & 2u) ? -value : value;
}

}  // namespace

double exp(double x) { return inlined::exp(x); }
float exp(float x) { return inlined::exp(x); }
double log(double x) { return inlined::log(x); }
float log(float x) { return inlined::log(x); }
double tanh(double x) { return inlined::tanh(x); }
float tanh(float x) { return inlined::tanh(x); }
double sigmoid(double x) { return inlined::sigmoid(x); }
float sigmoid(float x) { return inlined::sigmoid(x); }
double log1p_exp(double x) { return inlined::log1p_exp(x); }
float log1p_exp(float x) { return inlined::log1p_exp(x); }

double sin(double x) {
  double r = 0, low = 0;
  const unsigned n = reduce(x, r, low);
  if (x == 0) return x;  // keeps the sign of zero
  return quadrant(n, r, low);
}

double cos(double x) {
  double r = 0, low = 0;
  const unsigned n = reduce(x, r, low);
  return quadrant(n + 1, r, low);
}

template <class Real>
void exp(Real* values, size_t count) { elementwise<Real>().value[kExpCurve](0, values, count); }

template <class Real>
void tanh(Real* values, size_t count) { elementwise<Real>().value[kTanhCurve](0, values, count); }

template <class Real>
void sigmoid(Real* values, size_t count) { elementwise<Real>().value[kSigmoidCurve](0, values, count); }

template void exp<float>(float*, size_t);
template void exp<double>(double*, size_t);
template void tanh<float>(float*, size_t);
template void tanh<double>(double*, size_t);
template void sigmoid<float>(float*, size_t);
template void sigmoid<double>(double*, size_t);

}  // namespace myelin::fmath
