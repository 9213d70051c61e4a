// The formulas behind fmath.h, for a number or for a vector of numbers (simd.h), lane by lane the same bits: + - * /, selects
// and bit operations only, float work in float only, no branch, no table, never a call of a library. All is always inlined,
// because a copy compiled for a newer processor must never serve an older one.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/simd.h"

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

// T is a number or a vector of numbers: the number, and the unsigned integers of the same size.
template <class T>
struct Kind {
  using Real = std::remove_cvref_t<decltype(T{}[0])>;
  typedef typename Format<Real>::Bits Bits __attribute__((vector_size(sizeof(T))));
};
template <>
struct Kind<float> {
  using Real = float;
  using Bits = uint32_t;
};
template <>
struct Kind<double> {
  using Real = double;
  using Bits = uint64_t;
};
template <class T>
using FormatOf = Format<typename Kind<T>::Real>;

// The number in every lane; x - 0 is x, with its sign, for every x.
template <class T>
constexpr MYELIN_INLINE T all(typename Kind<T>::Real value) {
  return value - T{};
}

template <class T>
constexpr MYELIN_INLINE typename Kind<T>::Bits bits_of(T x) {
  return __builtin_bit_cast(typename Kind<T>::Bits, x);
}
template <class T>
constexpr MYELIN_INLINE T from_bits(typename Kind<T>::Bits bits) {
  return __builtin_bit_cast(T, bits);
}

template <class T>
constexpr MYELIN_INLINE T absolute(T x) {
  using Bits = typename FormatOf<T>::Bits;
  return from_bits<T>(bits_of(x) & (~Bits(0) >> 1));
}

template <class T>
constexpr MYELIN_INLINE T at_most(T x, typename Kind<T>::Real bound) {
  return x > all<T>(bound) ? all<T>(bound) : x;
}
template <class T>
constexpr MYELIN_INLINE T at_least(T x, typename Kind<T>::Real bound) {
  return x < all<T>(bound) ? all<T>(bound) : x;
}

template <class Real, int Count>
struct Series {
  Real terms[Count];
};

// 1/2!, 1/3!, ...
template <class Real, int Count>
constexpr Series<Real, Count> inverse_factorials() {
  Series<Real, Count> series{};
  double factorial = 1;
  for (int i = 0; i < Count; ++i) {
    factorial *= i + 2;
    series.terms[i] = static_cast<Real>(1 / factorial);
  }
  return series;
}

// 2/3, 2/5, 2/7, ...
template <class Real, int Count>
constexpr Series<Real, Count> odd_inverses() {
  Series<Real, Count> series{};
  for (int i = 0; i < Count; ++i) series.terms[i] = static_cast<Real>(2.0 / (2 * i + 3));
  return series;
}

// Horner's rule, unrolled at compile time: x is a lane of a vectorised loop.
template <int At = 0, class T, class Real, int Count>
constexpr MYELIN_INLINE T horner(const Series<Real, Count>& series, T x) {
  if constexpr (At + 1 == Count) return all<T>(series.terms[At]);
  else return series.terms[At] + x * horner<At + 1>(series, x);
}

// 2^n, n a whole number that was rounded into the low bits by adding kRound.
template <class T>
constexpr MYELIN_INLINE T power_of_two(T rounded) {
  return from_bits<T>((bits_of(rounded) << FormatOf<T>::kMantissa) + FormatOf<T>::kOne);
}

// x = n ln2 + r, |r| <= ln2 / 2; returns e^r - 1 by Taylor's series and n.
template <class T>
constexpr MYELIN_INLINE T reduced_expm1(T x, T& n) {
  using F = FormatOf<T>;
  n = (x * F::kLog2e + F::kRound) - F::kRound;
  const T r = (x - n * F::kLn2High) - n * F::kLn2Low;
  constexpr auto kSeries = inverse_factorials<typename Kind<T>::Real, F::kExpTerms>();
  return r + r * r * horner(kSeries, r);
}

template <class T>
constexpr MYELIN_INLINE T exp(T x) {
  using F = FormatOf<T>;
  using Real = typename Kind<T>::Real;
  T n{};
  const T p = reduced_expm1(at_least(at_most(x, F::kExpMax), F::kExpMin), n);
  // 2^n in two factors: n leaves the exponent range where the result is denormal or infinite.
  const T half_rounded = n * Real(0.5) + F::kRound;
  const T half = half_rounded - F::kRound;
  return ((Real(1) + p) * power_of_two<T>(half_rounded)) * power_of_two<T>((n - half) + F::kRound);
}

// e^x - 1 for |x| <= 2 kTanhMax, accurate near 0.
template <class T>
constexpr MYELIN_INLINE T expm1_bounded(T x) {
  T n{};
  const T p = reduced_expm1(x, n);
  const T scale = power_of_two<T>(n + FormatOf<T>::kRound);
  return p * scale + (scale - typename Kind<T>::Real(1));
}

// e^x - 1 for x <= 0, as ELU needs it.
template <class T>
constexpr MYELIN_INLINE T expm1_negative(T x) {
  return expm1_bounded<T>(at_least(x, -2 * FormatOf<T>::kTanhMax));  // e^-20 and e^-40 no longer change -1
}

// With f = m - 1 and s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + 2s^2/3 + 2s^4/5 + ...), whose first terms are exact.
template <class T>
constexpr MYELIN_INLINE T log(T x) {
  using F = FormatOf<T>;
  using Real = typename Kind<T>::Real;
  using Bits = typename F::Bits;
  constexpr Real kInfinity = std::numeric_limits<Real>::infinity(), kNan = std::numeric_limits<Real>::quiet_NaN();
  constexpr Real kSmallestNormal = std::numeric_limits<Real>::min();
  const auto tiny = x < all<T>(kSmallestNormal);
  const T lifted = tiny ? x * F::kTiny : x;
  // Shifts the mantissa's range from [1, 2) to [sqrt(1/2), sqrt(2)) before exponent and mantissa are taken apart.
  const auto shifted = bits_of(lifted) + (F::kOne - F::kRootHalf);
  const auto exponent = shifted >> F::kMantissa;
  // A small whole number to Real without a conversion: it is the low bits of kRound's sum.
  const T raw = from_bits<T>(bits_of(F::kRound) + exponent) - F::kRound;
  const T k = (raw - Real(F::kOne >> F::kMantissa)) - (tiny ? all<T>(F::kTinyExponent) : T{});
  constexpr Bits kMantissaMask = (Bits(1) << F::kMantissa) - 1;
  const T f = from_bits<T>((shifted & kMantissaMask) + F::kRootHalf) - Real(1);
  const T s = f / (Real(2) + f);
  const T z = s * s;
  constexpr auto kSeries = odd_inverses<Real, F::kLogTerms>();
  const T rest = z * horner(kSeries, z);
  const T half_square = Real(0.5) * f * f;
  T result = k * F::kLn2High - ((half_square - (s * (half_square + rest) + k * F::kLn2Low)) - f);
  result = x == T{} ? all<T>(-kInfinity) : result;
  result = x < T{} ? all<T>(kNan) : result;
  result = x == all<T>(kInfinity) ? x : result;
  return x != x ? x : result;
}

// (e^2a - 1) / (e^2a + 1), a = |x|.
template <class T>
constexpr MYELIN_INLINE T tanh(T x) {
  using F = FormatOf<T>;
  using Real = typename Kind<T>::Real;
  using Bits = typename F::Bits;
  constexpr Bits kSign = ~(~Bits(0) >> 1);
  const T e = expm1_bounded<T>(Real(2) * at_most(absolute(x), F::kTanhMax));
  return from_bits<T>(bits_of(e / (e + Real(2))) | (bits_of(x) & kSign));
}

// Both sides from e^-|x|, so that neither overflows and small values keep all their digits.
template <class T>
constexpr MYELIN_INLINE T sigmoid(T x) {
  using Real = typename Kind<T>::Real;
  const T e = exp<T>(-absolute(x));
  const T numerator = x < T{} ? e : all<T>(Real(1));
  return numerator / (Real(1) + e);
}

// log(1 + u) for u in [0, 1]; what the sum 1 + u lost comes back as a first-order term.
template <class T>
constexpr MYELIN_INLINE T log1p_unit(T u) {
  using Real = typename Kind<T>::Real;
  const T w = Real(1) + u;
  return log<T>(w) + (u - (w - Real(1))) / w;
}

template <class T>
constexpr MYELIN_INLINE T log1p_exp(T x) {
  return at_least(x, 0) + log1p_unit<T>(exp<T>(-absolute(x)));
}

}  // namespace myelin::fmath::inlined
