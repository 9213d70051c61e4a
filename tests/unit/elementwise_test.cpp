// The loops over flat arrays: every target gives the bits of the formulas for one number, whatever the length, and touches nothing else.
#include "kernels/elementwise.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/rng.h"
#include "kernels/fmath.h"
#include "support/guarded.h"

namespace myelin {
namespace {

using test::Guarded;

// Numbers of all sizes, zeros, and what is no number.
template <class Real>
Guarded<Real> numbers(size_t count, uint64_t seed) {
  const Rng random(seed, Stream::data);
  Guarded<Real> values(count);
  constexpr Real kOdd[] = {0, Real(-0.0), std::numeric_limits<Real>::infinity(), -std::numeric_limits<Real>::infinity(),
                           std::numeric_limits<Real>::quiet_NaN(), 200, -200, std::numeric_limits<Real>::denorm_min()};
  for (size_t i = 0; i < count; ++i) {
    const bool odd = random.below(3 * i, 10) == 0;
    values[i] = odd ? kOdd[random.below(3 * i + 1, 8)] : static_cast<Real>(random.normal(3 * i + 2) * (i % 3 == 0 ? 10 : 1));
  }
  return values;
}

template <class Real>
bool same(const Guarded<Real>& got, const Guarded<Real>& expected) {
  bool all = got.intact();
  for (size_t i = 0; i < got.size(); ++i) {
    // Which bits a "not a number" has is the processor's affair.
    const bool equal = got[i] == expected[i] ? std::signbit(got[i]) == std::signbit(expected[i]) : std::isnan(got[i]) && std::isnan(expected[i]);
    all = all && equal;
  }
  return all;
}

template <class Real>
void check_values() {
  Real (*const formulas[kCurves])(Real) = {
      [](Real z) { return fmath::sigmoid(z); },
      [](Real z) { return fmath::tanh(z); },
      [](Real z) { return z < 0 ? Real(0) : z; },
      [](Real z) { return z < 0 ? Real(0.25) * z : z; },
      nullptr,  // ELU has no scalar form of its own; compared between targets below
      [](Real z) { return z * fmath::sigmoid(z); },
      [](Real z) { return z != z ? z : z == 0 ? Real(0.25) : z > 0 ? Real(1) : Real(0); },
      [](Real z) { return fmath::exp(z); },
      [](Real z) { return fmath::exp(Real(0.25) * fmath::log(z)); },
  };
  for (size_t count = 0; count < 70; ++count) {
    const Guarded<Real> given = numbers<Real>(count, count);
    for (int curve = 0; curve < kCurves; ++curve) {
      Guarded<Real> expected = given;
      if (formulas[curve] == nullptr) elementwise_targets<Real>().front()->value[curve](Real(0.25), expected.data(), count);
      else for (size_t i = 0; i < count; ++i) expected[i] = formulas[curve](given[i]);
      for (const ElementwiseTarget<Real>* target : elementwise_targets<Real>()) {
        Guarded<Real> got = given;
        target->value[curve](Real(0.25), got.data(), count);
        INFO(target->name << ", curve " << curve << ", " << count << " values");
        CHECK(same(got, expected));
      }
    }
  }
}

template <class Real>
void check_rest() {
  for (size_t count = 0; count < 70; ++count) {
    const Guarded<Real> z = numbers<Real>(count, count), a = numbers<Real>(count, count + 100), d = numbers<Real>(count, count + 200);
    // An array of one element at a time: whatever the vectors' width, its bits are those of one lane.
    const auto compare = [&](auto&& run) {
      Guarded<Real> expected = d;
      for (size_t i = 0; i < count; ++i) run(*elementwise_targets<Real>().front(), expected.data() + i, i, size_t{1});
      for (const ElementwiseTarget<Real>* target : elementwise_targets<Real>()) {
        Guarded<Real> got = d;
        run(*target, got.data(), size_t{0}, count);
        CHECK(same(got, expected));
      }
    };
    for (int curve = 0; curve < kCurvesWithSlope; ++curve) {
      CAPTURE(curve);
      compare([&](const ElementwiseTarget<Real>& target, Real* to, size_t first, size_t length) {
        target.slope[curve](Real(0.25), z.data() + first, a.data() + first, to, length);
      });
    }
    compare([&](const ElementwiseTarget<Real>& target, Real* to, size_t first, size_t length) {
      target.scaled_difference(Real(0.3), z.data() + first, a.data() + first, to, length);
    });
    compare([&](const ElementwiseTarget<Real>& target, Real* to, size_t, size_t length) { target.scale(Real(0.3), to, length); });
    compare([&](const ElementwiseTarget<Real>& target, Real* to, size_t first, size_t length) {
      target.add_penalty(Real(0.3), Real(0.01), a.data() + first, to, length);
    });
    for (int rule = 0; rule < kUpdateRules; ++rule) {
      CAPTURE(rule);
      Guarded<Real> s(count), t(count);
      compare([&](const ElementwiseTarget<Real>& target, Real* to, size_t first, size_t length) {
        for (size_t i = first; i < first + length; ++i) s[i] = t[i] = static_cast<Real>(i % 7);
        target.update[rule]({{Real(0.1), Real(1e-6), Real(0.9), Real(0.1), Real(0.99), Real(0.01), Real(1.5), Real(2)}, to, a.data() + first,
                             {s.data() + first, t.data() + first}, length});
      });
      CHECK(s.intact());
      CHECK(t.intact());
    }
  }
}

template <class Real>
void check_rows() {
  for (int width = 1; width < 70; ++width) {
    for (int rows : {0, 1, 3, 10}) {
      const Guarded<Real> values = numbers<Real>(static_cast<size_t>(rows * width), static_cast<uint64_t>(width));
      Guarded<Real> sums(static_cast<size_t>(width)), shares = values;
      for (int i = 0; i < width; ++i) {
        sums[static_cast<size_t>(i)] = 0;
        for (int row = 0; row < rows; ++row) sums[static_cast<size_t>(i)] += values[static_cast<size_t>(row * width + i)];
      }
      for (int row = 0; row < rows; ++row) {
        Real* z = shares.data() + row * width;
        Real largest = z[0], sum = 0;
        for (int i = 0; i < width; ++i) largest = z[i] > largest ? z[i] : largest;
        for (int i = 0; i < width; ++i) sum += z[i] = fmath::exp(z[i] - largest);
        for (int i = 0; i < width; ++i) z[i] /= sum;
      }
      for (const ElementwiseTarget<Real>* target : elementwise_targets<Real>()) {
        INFO(target->name << ", " << rows << " rows of " << width);
        Guarded<Real> got(static_cast<size_t>(width)), probabilities = values;
        target->sum_rows(values.data(), rows, width, got.data());
        CHECK(same(got, sums));
        target->softmax(probabilities.data(), rows, width);
        CHECK(same(probabilities, shares));
      }
    }
  }
}

}  // namespace

TEST_SUITE("elementwise") {
  TEST_CASE("functions of one number have the bits of the scalar formulas on every target, for every length") {
    check_values<float>();
    check_values<double>();
  }
  TEST_CASE("slopes and optimisers have the bits of single elements on every target, for every length") {
    check_rest<float>();
    check_rest<double>();
  }
  TEST_CASE("sums of rows and softmax have the bits of the plain loops on every target") {
    check_rows<float>();
    check_rows<double>();
  }
}

}  // namespace myelin
