// The loops of batch normalisation on every target: against plain formulas, and the same bits everywhere.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/rng.h"
#include "kernels/elementwise.h"
#include "support/guarded.h"

namespace myelin {
namespace {

template <class Real>
test::Guarded<Real> random_values(size_t count, uint64_t seed) {
  test::Guarded<Real> all(count);
  const Rng random(seed, Stream::data);
  for (size_t i = 0; i < count; ++i) all[i] = static_cast<Real>(random.uniform(i, -2, 5));
  return all;
}

template <class Real>
bool same(const test::Guarded<Real>& a, const std::vector<Real>& b) {
  return a.intact() && std::memcmp(a.data(), b.data(), b.size() * sizeof(Real)) == 0;
}

// A block of `count` channels out of 19, from the third on.
template <class Real>
void check_block(int rows, int positions, int count) {
  constexpr int kAll = 19, kFirst = 2;
  using Constants = std::array<Real, kNormChannels>;
  using Sums = std::array<double, kNormChannels>;
  const ChannelBlock block{rows, count, positions, static_cast<ptrdiff_t>(kAll) * positions};
  const auto offset = static_cast<size_t>(kFirst * positions);
  const size_t size = static_cast<size_t>((rows - 1) * kAll * positions + count * positions);  // nothing follows the last value
  const test::Guarded<Real> x = random_values<Real>(offset + size, 1), d_y = random_values<Real>(offset + size, 2), before = random_values<Real>(size, 3);
  Constants mean{}, inverse{}, scale{}, bias{}, mean_d{}, mean_dz{};
  Sums centers{}, factors{};
  const Rng random(4, Stream::data);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    const auto draw = [&](uint64_t which) { return static_cast<Real>(random.child(which).uniform(i, -1, 2)); };
    mean[i] = draw(1), inverse[i] = draw(2), scale[i] = draw(3), bias[i] = draw(4), mean_d[i] = draw(5), mean_dz[i] = draw(6);
    centers[i] = static_cast<double>(mean[i]), factors[i] = static_cast<double>(inverse[i]);
  }

  Sums sum{}, square{}, d_bias{}, d_weight{};
  std::vector<Real> y(before.data(), before.data() + size), d_x = y, added = y;
  for (int row = 0; row < rows; ++row) {
    for (int channel = 0; channel < count; ++channel) {
      const auto c = static_cast<size_t>(channel);
      for (int position = 0; position < positions; ++position) {
        const auto at = static_cast<size_t>((row * kAll + channel) * positions + position);
        const Real value = x[offset + at], d = d_y[offset + at];
        const double apart = static_cast<double>(value) - centers[c];
        sum[c] += static_cast<double>(value);
        square[c] += apart * apart;
        d_bias[c] += static_cast<double>(d);
        d_weight[c] += static_cast<double>(d) * (apart * factors[c]);
        y[at] = (value - mean[c]) * scale[c] + bias[c];
        const Real gradient = scale[c] * (d - mean_d[c] - (value - mean[c]) * inverse[c] * mean_dz[c]);
        d_x[at] = gradient;
        added[at] = before[at] + gradient;
      }
    }
  }

  const auto check_sums = [&](const Sums& got, const Sums& expected, const Sums& first) {
    CHECK(got == first);
    for (size_t c = 0; c < static_cast<size_t>(count); ++c) CHECK(std::fabs(got[c] - expected[c]) <= 1e-13 * 7 * 7 * rows * positions);
  };
  Sums first[4]{};
  for (const ElementwiseTarget<Real>* target : elementwise_targets<Real>()) {
    INFO(target->name << ": " << rows << " samples, " << count << " channels of " << positions);
    const Real* from = x.data() + offset;
    const Real* d_from = d_y.data() + offset;
    Sums got[4]{};
    target->norm.sum(block, from, got[0].data());
    target->norm.squares(block, from, centers.data(), got[1].data());
    target->norm.param_gradients(block, from, d_from, centers.data(), factors.data(), got[2].data(), got[3].data());
    if (target == elementwise_targets<Real>().front()) std::copy(got, got + 4, first);
    check_sums(got[0], sum, first[0]);
    check_sums(got[1], square, first[1]);
    check_sums(got[2], d_bias, first[2]);
    check_sums(got[3], d_weight, first[3]);
    test::Guarded<Real> to = before;
    target->norm.apply(block, from, mean.data(), scale.data(), bias.data(), to.data());
    CHECK(same(to, y));
    for (const bool adds : {false, true}) {
      to = before;
      target->norm.gradient(block, from, d_from, {mean.data(), inverse.data(), scale.data(), mean_d.data(), mean_dz.data()}, adds, to.data());
      CHECK(same(to, adds ? added : d_x));
    }
  }
}

template <class Real>
void check_all() {
  for (int rows : {1, 3, 10}) {
    for (int positions : {1, 2, 4, 7, 8, 9, 16, 25, 33}) {
      for (int count = 1; count <= kNormChannels; ++count) check_block<Real>(rows, positions, count);
    }
  }
}

}  // namespace

TEST_SUITE("elementwise") {
  TEST_CASE("batch normalisation: sums, values and gradients of any block of channels, the same bits on every target") {
    check_all<float>();
    check_all<double>();
  }
}

}  // namespace myelin
