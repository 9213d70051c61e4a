// The formulas behind fmath.h, inline so that loops of layers and losses vectorise around them: + - * /, selects and bit
// operations only, float work in float only, no branch, no table, never a call of the C library.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace myelin::fmath::inlined {

// What the formulas need to know of a binary format. ln2 and pi/2 are split so that n * high is exact for every n that
// occurs; `terms` are the numbers of series terms after which the rest is below a tenth of an ulp.
template <class Real>
struct Format;

template <>
struct Format<float> {
  using Bits = uint32_t;
  static constexpr int kMantissa = 23;
  static constexpr Bits kOne = 0x3f800000u;       // bits of 1
  static constexpr Bits kRootHalf = 0x3f3504f3u;  // bits of sqrt(1/2): where the mantissas of log start
  static constexpr float kRound = 12582912.0f;    // 1.5 * 2^23: adding it rounds to a whole number in the low bits
  static constexpr float kLog2e = 1.44269504f;
  static constexpr float kLn2High = 0.693359375f;  // 355 / 512
  static constexpr float kLn2Low = -2.12194440e-4f;
  static constexpr float kExpMin = -110.0f, kExpMax = 100.0f;  // 0 and infinity are reached before
  static constexpr float kTanhMax = 10.0f;                     // tanh is 1 from 9.02 on
  static constexpr float kTiny = 33554432.0f;                  // 2^25 lifts denormals into the normal range
  static constexpr float kTinyExponent = 25.0f;
  static constexpr int kExpTerms = 6;                          // r^2/2! ... r^7/7!: the rest is r^8/8! <= 5.2e-9
  static constexpr int kLogTerms = 5;                          // s^2 ... s^10
};

template <>
struct Format<double> {
  using Bits = uint64_t;
  static constexpr int kMantissa = 52;
  static constexpr Bits kOne = 0x3ff0000000000000u;
  static constexpr Bits kRootHalf = 0x3fe6a09e667f3bcdu;
  static constexpr double kRound = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr double kLog2e = 1.4426950408889634074;
  static constexpr double kLn2High = 6.93147180369123816490e-01;  // 32 bits
  static constexpr double kLn2Low = 1.90821492927058770002e-10;
  static constexpr double kExpMin = -760.0, kExpMax = 720.0;
  static constexpr double kTanhMax = 20.0;  // tanh is 1 from 19.07 on
  static constexpr double kTiny = 18014398509481984.0;  // 2^54
  static constexpr double kTinyExponent = 54.0;
  static constexpr int kExpTerms = 12;  // r^2/2! ... r^13/13!: the rest is r^14/14! <= 4.2e-18
  static constexpr int kLogTerms = 10;  // s^2 ... s^20
};

template <class Real>
constexpr auto bits_of(Real x) {
  return std::bit_cast<typename Format<Real>::Bits>(x);
}
template <class Real>
constexpr Real from_bits(typename Format<Real>::Bits bits) {
  return std::bit_cast<Real>(bits);
}

template <class Real>
constexpr Real absolute(Real x) {
  using Bits = typename Format<Real>::Bits;
  return from_bits<Real>(bits_of(x) & (~Bits(0) >> 1));
}

// 1/2!, 1/3!, ...
template <class Real, int Count>
constexpr std::array<Real, Count> inverse_factorials() {
  std::array<Real, Count> values{};
  double factorial = 1;
  for (int i = 0; i < Count; ++i) {
    factorial *= i + 2;
    values[static_cast<size_t>(i)] = static_cast<Real>(1 / factorial);
  }
  return values;
}

// 2/3, 2/5, 2/7, ...
template <class Real, int Count>
constexpr std::array<Real, Count> odd_inverses() {
  std::array<Real, Count> values{};
  for (int i = 0; i < Count; ++i) values[static_cast<size_t>(i)] = static_cast<Real>(2.0 / (2 * i + 3));
  return values;
}

// Horner's rule, unrolled at compile time: x is a lane of a vectorised loop.
template <size_t At = 0, class Real, size_t Count>
constexpr Real horner(const std::array<Real, Count>& coefficients, Real x) {
  if constexpr (At + 1 == Count) return coefficients[At];
  else return coefficients[At] + x * horner<At + 1>(coefficients, x);
}

// 2^n, n a whole number that was rounded into the low bits by adding kRound.
template <class Real>
constexpr Real power_of_two(Real rounded) {
  return from_bits<Real>((bits_of(rounded) << Format<Real>::kMantissa) + Format<Real>::kOne);
}

// x = n ln2 + r, |r| <= ln2 / 2; returns e^r - 1 by Taylor's series and n.
template <class Real>
constexpr Real reduced_expm1(Real x, Real& n) {
  using F = Format<Real>;
  n = (x * F::kLog2e + F::kRound) - F::kRound;
  const Real r = (x - n * F::kLn2High) - n * F::kLn2Low;
  constexpr auto kSeries = inverse_factorials<Real, F::kExpTerms>();
  return r + r * r * horner(kSeries, r);
}

template <class Real>
constexpr Real exp(Real x) {
  using F = Format<Real>;
  x = x > F::kExpMax ? F::kExpMax : x;
  x = x < F::kExpMin ? F::kExpMin : x;
  Real n = 0;
  const Real p = reduced_expm1(x, n);
  // 2^n in two factors: n leaves the exponent range where the result is denormal or infinite.
  const Real half_rounded = n * Real(0.5) + F::kRound;
  const Real half = half_rounded - F::kRound;
  return ((Real(1) + p) * power_of_two<Real>(half_rounded)) * power_of_two<Real>((n - half) + F::kRound);
}

// e^x - 1 for |x| <= 2 kTanhMax, accurate near 0.
template <class Real>
constexpr Real expm1_bounded(Real x) {
  Real n = 0;
  const Real p = reduced_expm1(x, n);
  const Real scale = power_of_two<Real>(n + Format<Real>::kRound);
  return p * scale + (scale - Real(1));
}

// e^x - 1 for x <= 0, as ELU needs it.
template <class Real>
constexpr Real expm1_negative(Real x) {
  constexpr Real kLowest = -Real(2) * Format<Real>::kTanhMax;  // e^-20 and e^-40 no longer change -1
  return expm1_bounded<Real>(x < kLowest ? kLowest : x);
}

// With f = m - 1 and s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + 2s^2/3 + 2s^4/5 + ...), whose first terms are exact.
template <class Real>
constexpr Real log(Real x) {
  using F = Format<Real>;
  using Bits = typename F::Bits;
  constexpr Real kInfinity = std::numeric_limits<Real>::infinity();
  const bool tiny = x < std::numeric_limits<Real>::min();
  const Real lifted = tiny ? x * F::kTiny : x;
  // Shifts the mantissa's range from [1, 2) to [sqrt(1/2), sqrt(2)) before exponent and mantissa are taken apart.
  const Bits shifted = bits_of(lifted) + (F::kOne - F::kRootHalf);
  const Bits exponent = shifted >> F::kMantissa;
  // A small whole number to Real without a conversion: it is the low bits of kRound's sum.
  const Real raw = from_bits<Real>(bits_of(F::kRound) + exponent) - F::kRound;
  const Real k = (raw - Real(F::kOne >> F::kMantissa)) - (tiny ? F::kTinyExponent : Real(0));
  constexpr Bits kMantissaMask = (Bits(1) << F::kMantissa) - 1;
  const Real f = from_bits<Real>((shifted & kMantissaMask) + F::kRootHalf) - Real(1);
  const Real s = f / (Real(2) + f);
  const Real z = s * s;
  constexpr auto kSeries = odd_inverses<Real, F::kLogTerms>();
  const Real rest = z * horner(kSeries, z);
  const Real half_square = Real(0.5) * f * f;
  Real result = k * F::kLn2High - ((half_square - (s * (half_square + rest) + k * F::kLn2Low)) - f);
  result = x == Real(0) ? -kInfinity : result;
  result = x < Real(0) ? std::numeric_limits<Real>::quiet_NaN() : result;
  result = x == kInfinity ? kInfinity : result;
  return x != x ? x : result;
}

// (e^2a - 1) / (e^2a + 1), a = |x|.
template <class Real>
constexpr Real tanh(Real x) {
  using F = Format<Real>;
  using Bits = typename F::Bits;
  constexpr Bits kSign = ~(~Bits(0) >> 1);
  Real a = absolute(x);
  a = a > F::kTanhMax ? F::kTanhMax : a;
  const Real e = expm1_bounded<Real>(Real(2) * a);
  return from_bits<Real>(bits_of(e / (e + Real(2))) | (bits_of(x) & kSign));
}

// Both sides from e^-|x|, so that neither overflows and small values keep all their digits.
template <class Real>
constexpr Real sigmoid(Real x) {
  const Real e = exp<Real>(-absolute(x));
  const Real numerator = x < Real(0) ? e : Real(1);
  return numerator / (Real(1) + e);
}

// log(1 + u) for u in [0, 1]; what the sum 1 + u lost comes back as a first-order term.
template <class Real>
constexpr Real log1p_unit(Real u) {
  const Real w = Real(1) + u;
  return log<Real>(w) + (u - (w - Real(1))) / w;
}

template <class Real>
constexpr Real log1p_exp(Real x) {
  const Real positive = x < Real(0) ? Real(0) : x;
  return positive + log1p_unit<Real>(exp<Real>(-absolute(x)));
}

}  // namespace myelin::fmath::inlined
