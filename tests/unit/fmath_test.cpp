// Our own exp, log, tanh ... against the C library in long double: largest error in ulp, special values, array = scalar.
#include "kernels/fmath.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

using namespace myelin;

namespace {

// SplitMix64: enough for test points, and the same on every platform.
struct Points {
  uint64_t state;
  uint64_t bits() {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double uniform(double low, double high) { return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53); }
};

// The error in units of the last place that `Real` has at the true value, denormals included.
template <class Real>
double ulps(Real got, long double want) {
  using Limits = std::numeric_limits<Real>;
  if (std::isnan(got) || std::isnan(want)) return std::isnan(got) && std::isnan(want) ? 0 : 1e30;
  if (std::fabs(want) > static_cast<long double>(Limits::max())) return std::isinf(got) ? 0 : 1e30;
  if (std::isinf(got)) return 1e30;
  int exponent = want == 0 ? Limits::min_exponent : std::ilogb(want) + 1;
  if (exponent < Limits::min_exponent) exponent = Limits::min_exponent;
  const long double unit = std::ldexp(1.0L, exponent - Limits::digits);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - want) / unit);
}

// Some C libraries (musl) compute long double functions in double: then the reference itself may be off by 2 ulp of a double,
// and the golden bits below say that our results are those that a better reference has judged.
template <class Real>
double reference_slack() {
  volatile long double x = 0.3L;
  const long double y = std::tanh(x);
  const bool better_than_double = y != static_cast<long double>(static_cast<double>(y));
  return sizeof(Real) == 4 || better_than_double ? 0 : 2;
}

// Largest error over a dense grid, random points in the range and random points near zero of every magnitude.
template <class Real, class Function, class Truth>
double worst(double low, double high, bool tiny_too, Function function, Truth truth) {
  double largest = 0;
  const auto look = [&](double at) {
    const Real x = static_cast<Real>(at);
    const double error = ulps<Real>(function(x), truth(static_cast<long double>(x)));
    if (error > largest) largest = error;
  };
  constexpr int kPoints = 40000;
  Points points{20240607};
  for (int i = 0; i <= kPoints; ++i) look(low + (high - low) * i / kPoints);
  for (int i = 0; i < kPoints; ++i) look(points.uniform(low, high));
  if (tiny_too) {
    for (int i = 0; i < kPoints; ++i) {
      const double magnitude = std::ldexp(points.uniform(1, 2), -static_cast<int>(points.bits() % (sizeof(Real) == 4 ? 140 : 1060)));
      if (magnitude <= high) look(magnitude);
      if (-magnitude >= low) look(-magnitude);
    }
  }
  return largest - reference_slack<Real>();
}

long double exact_sigmoid(long double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
long double exact_log1p_exp(long double x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }

template <class Real>
void check_bounds() {
  constexpr bool kFloat = sizeof(Real) == 4;
  const double lowest = kFloat ? -104 : -746;
  const double highest = kFloat ? 89 : 710;
  const double normal_low = kFloat ? -87.3 : -708.3;
  const auto exact_exp = [](long double x) { return std::exp(x); };
  const auto own_exp = [](Real x) { return fmath::exp(x); };
  CHECK(worst<Real>(normal_low, highest, true, own_exp, exact_exp) <= 1.0);
  CHECK(worst<Real>(lowest, normal_low, false, own_exp, exact_exp) <= 1.5);
  CHECK(worst<Real>(-1, 1, false, own_exp, exact_exp) <= 1.0);

  const auto exact_log = [](long double x) { return std::log(x); };
  const auto own_log = [](Real x) { return fmath::log(x); };
  CHECK(worst<Real>(0.5, 2, false, own_log, exact_log) <= 1.0);
  CHECK(worst<Real>(1e-30, 10, true, own_log, exact_log) <= 1.0);
  CHECK(worst<Real>(1, kFloat ? 3e38 : 1e308, false, own_log, exact_log) <= 1.0);

  const auto exact_tanh = [](long double x) { return std::tanh(x); };
  const auto own_tanh = [](Real x) { return fmath::tanh(x); };
  CHECK(worst<Real>(-2, 2, true, own_tanh, exact_tanh) <= 3.0);
  CHECK(worst<Real>(-25, 25, false, own_tanh, exact_tanh) <= 3.0);

  const auto own_sigmoid = [](Real x) { return fmath::sigmoid(x); };
  CHECK(worst<Real>(-10, 10, true, own_sigmoid, exact_sigmoid) <= 2.5);
  CHECK(worst<Real>(normal_low, 50, false, own_sigmoid, exact_sigmoid) <= 2.5);

  const auto own_softplus = [](Real x) { return fmath::log1p_exp(x); };
  CHECK(worst<Real>(-30, 30, true, own_softplus, exact_log1p_exp) <= 2.0);
  CHECK(worst<Real>(normal_low, 1000, false, own_softplus, exact_log1p_exp) <= 2.0);
}

template <class Real>
void check_specials() {
  using Limits = std::numeric_limits<Real>;
  const Real inf = Limits::infinity(), nan = Limits::quiet_NaN(), denormal = Limits::denorm_min(), big = Limits::max();
  const Real zero = 0, one = 1;
  CHECK(fmath::exp(zero) == one);
  CHECK(fmath::exp(-zero) == one);
  CHECK(fmath::exp(denormal) == one);
  CHECK(fmath::exp(inf) == inf);
  CHECK(fmath::exp(big) == inf);
  CHECK(fmath::exp(-inf) == zero);
  CHECK(fmath::exp(-big) == zero);
  CHECK(std::isnan(fmath::exp(nan)));

  CHECK(fmath::log(one) == zero);
  CHECK(fmath::log(zero) == -inf);
  CHECK(fmath::log(-zero) == -inf);
  CHECK(fmath::log(inf) == inf);
  CHECK(std::isnan(fmath::log(-one)));
  CHECK(std::isnan(fmath::log(-inf)));
  CHECK(std::isnan(fmath::log(nan)));
  CHECK(ulps<Real>(fmath::log(denormal), std::log(static_cast<long double>(denormal))) - reference_slack<Real>() <= 1.0);

  CHECK(fmath::tanh(zero) == zero);
  CHECK(std::signbit(fmath::tanh(-zero)));
  CHECK(fmath::tanh(inf) == one);
  CHECK(fmath::tanh(-inf) == -one);
  CHECK(fmath::tanh(big) == one);
  CHECK(fmath::tanh(denormal) == denormal);
  CHECK(std::isnan(fmath::tanh(nan)));

  CHECK(fmath::sigmoid(zero) == one / 2);
  CHECK(fmath::sigmoid(inf) == one);
  CHECK(fmath::sigmoid(-inf) == zero);
  CHECK(fmath::sigmoid(-big) == zero);
  CHECK(std::isnan(fmath::sigmoid(nan)));

  CHECK(fmath::log1p_exp(inf) == inf);
  CHECK(fmath::log1p_exp(-inf) == zero);
  CHECK(fmath::log1p_exp(big) == big);
  CHECK(std::isnan(fmath::log1p_exp(nan)));
}

// Bits, so that -0 and 0 differ; every not-a-number counts as the same one.
template <class Real>
bool same_bits(Real a, Real b) {
  using Bits = std::conditional_t<sizeof(Real) == 4, uint32_t, uint64_t>;
  if (std::isnan(a) && std::isnan(b)) return true;
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b);
}

template <class Real>
void check_arrays() {
  using Limits = std::numeric_limits<Real>;
  std::vector<Real> points = {Real(0), -Real(0), Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(),
                              Limits::denorm_min(), -Limits::denorm_min(), Limits::max(), Limits::lowest()};
  Points random{7};
  for (int i = 0; i < 5000; ++i) points.push_back(static_cast<Real>(random.uniform(-30, 30)));
  for (int i = 0; i < 2000; ++i) points.push_back(static_cast<Real>(random.uniform(-800, 800)));
  for (int i = 0; i < 2000; ++i) points.push_back(static_cast<Real>(std::ldexp(random.uniform(-1, 1), -static_cast<int>(random.bits() % 140))));
  // Every length from 0 to 40 from the front (so that every remainder of a vector loop occurs), then all of them.
  for (size_t count = 0; count <= 41; ++count) {
    const size_t used = count == 41 ? points.size() : count;
    std::vector<Real> exps(points), tanhs(points), sigmoids(points);
    fmath::exp(exps.data(), used);
    fmath::tanh(tanhs.data(), used);
    fmath::sigmoid(sigmoids.data(), used);
    int different = 0;
    for (size_t i = 0; i < points.size(); ++i) {
      const bool done = i < used;
      if (!same_bits(exps[i], done ? fmath::exp(points[i]) : points[i])) ++different;
      if (!same_bits(tanhs[i], done ? fmath::tanh(points[i]) : points[i])) ++different;
      if (!same_bits(sigmoids[i], done ? fmath::sigmoid(points[i]) : points[i])) ++different;
    }
    CHECK(different == 0);
  }
}

// Every bit counts: FNV-1a over results at fixed points.
template <class Real, class Function>
uint64_t hash_of(double low, double high, Function function) {
  using Bits = std::conditional_t<sizeof(Real) == 4, uint32_t, uint64_t>;
  uint64_t hash = 14695981039346656037u;
  Points points{99};
  for (int i = 0; i < 20000; ++i) {
    hash ^= std::bit_cast<Bits>(static_cast<Real>(function(static_cast<Real>(points.uniform(low, high)))));
    hash *= 1099511628211u;
  }
  return hash;
}

}  // namespace

TEST_SUITE("fmath") {
  TEST_CASE("float functions stay within their stated error bounds") { check_bounds<float>(); }
  TEST_CASE("double functions stay within their stated error bounds") { check_bounds<double>(); }

  TEST_CASE("sine and cosine stay within their stated error bound up to 1e5") {
    const auto exact_sin = [](long double x) { return std::sin(x); };
    const auto exact_cos = [](long double x) { return std::cos(x); };
    const auto own_sin = [](double x) { return fmath::sin(x); };
    const auto own_cos = [](double x) { return fmath::cos(x); };
    for (double range : {0.8, 10.0, 1000.0, 1e5}) {
      CAPTURE(range);
      CHECK(worst<double>(-range, range, range < 1, own_sin, exact_sin) <= 1.0);
      CHECK(worst<double>(-range, range, range < 1, own_cos, exact_cos) <= 1.0);
    }
    // Next to multiples of pi/2 the result is all cancellation.
    double largest = 0;
    for (int n = -60000; n <= 60000; n += 7) {
      const double x = n * 1.5707963267948966;
      largest = std::max(largest, ulps<double>(fmath::sin(x), std::sin(static_cast<long double>(x))));
      largest = std::max(largest, ulps<double>(fmath::cos(x), std::cos(static_cast<long double>(x))));
    }
    // The reference itself is rounded to 64 bits before it cancels, hence not 1.
    CHECK(largest - reference_slack<double>() <= 1.1);
    CHECK(std::signbit(fmath::sin(-0.0)));
    for (double x : {1e5 + 1, 1e9, -1e15, 1e30, -1e300, std::numeric_limits<double>::max()}) {
      CAPTURE(x);
      CHECK(std::fabs(fmath::sin(x)) <= 1);
      CHECK(std::fabs(fmath::cos(x)) <= 1);
    }
    CHECK(std::isnan(fmath::sin(std::numeric_limits<double>::infinity())));
    CHECK(std::isnan(fmath::cos(std::numeric_limits<double>::quiet_NaN())));
  }

  TEST_CASE("special values: zeros, denormals, infinities, not a number") {
    check_specials<float>();
    check_specials<double>();
  }

  TEST_CASE("array forms give the bits of the scalar forms, whatever the length") {
    check_arrays<float>();
    check_arrays<double>();
  }

  TEST_CASE("results have the same bits on every machine") {
    CHECK(hash_of<float>(-100, 100, [](float x) { return fmath::exp(x); }) == 6473631329341469751u);
    CHECK(hash_of<double>(-100, 100, [](double x) { return fmath::exp(x); }) == 10028279692046462327u);
    CHECK(hash_of<float>(0, 100, [](float x) { return fmath::log(x); }) == 13050435084399006998u);
    CHECK(hash_of<double>(0, 100, [](double x) { return fmath::log(x); }) == 7259497285621775661u);
    CHECK(hash_of<float>(-10, 10, [](float x) { return fmath::tanh(x); }) == 15041051909989875103u);
    CHECK(hash_of<double>(-10, 10, [](double x) { return fmath::tanh(x); }) == 6081714691622336634u);
    CHECK(hash_of<float>(-40, 40, [](float x) { return fmath::sigmoid(x); }) == 14163299270834732131u);
    CHECK(hash_of<double>(-40, 40, [](double x) { return fmath::sigmoid(x); }) == 12602530067640410781u);
    CHECK(hash_of<float>(-40, 40, [](float x) { return fmath::log1p_exp(x); }) == 11630110936913850727u);
    CHECK(hash_of<double>(-40, 40, [](double x) { return fmath::log1p_exp(x); }) == 5567228459185647800u);
    CHECK(hash_of<double>(-1e5, 1e5, [](double x) { return fmath::sin(x); }) == 6831257065423169842u);
    CHECK(hash_of<double>(-1e5, 1e5, [](double x) { return fmath::cos(x); }) == 15870848835190793710u);
  }
}
