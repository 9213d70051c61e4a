// The curriculum's numbers of the activation functions (A1 to A8), and every slope against finite differences.
#include "nn/activation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "base/rng.h"

namespace myelin {
namespace {

std::vector<double> apply(const char* key, std::vector<double> values, ActivationOptions options = {}) {
  const ActivationRow* row = find_activation(key);
  REQUIRE(row != nullptr);
  row->kernels<double>().forward(options, values.data(), 1, static_cast<int>(values.size()));
  return values;
}

// The table of the curriculum: z = -2, -1, 0, 1, 2, given to six digits.
void check_table(const char* key, std::initializer_list<double> expected, ActivationOptions options = {}) {
  CAPTURE(key);
  const std::vector<double> got = apply(key, {-2, -1, 0, 1, 2}, options);
  size_t i = 0;
  for (double want : expected) CHECK(std::fabs(got[i++] - want) < 5e-7);
}

// dL/dz of L = sum w_i a_i by the row's backward, for one row of values.
template <class Real>
std::vector<Real> gradient(const ActivationRow& row, const ActivationOptions& options, const std::vector<Real>& z,
                           const std::vector<Real>& weights) {
  const int width = static_cast<int>(z.size());
  std::vector<Real> a = z, d = weights;
  row.kernels<Real>().forward(options, a.data(), 1, width);
  row.kernels<Real>().backward(options, row.needs_input ? z.data() : nullptr, row.reads_output ? a.data() : nullptr, d.data(), 1,
                               width);
  return d;
}

}  // namespace

TEST_SUITE("activations") {
  TEST_CASE("A1, A2, A4, A5, A6, A8: values at -2, -1, 0, 1, 2") {
    check_table("sigmoid", {.119203, .268941, .5, .731059, .880797});
    check_table("tanh", {-.964028, -.761594, 0, .761594, .964028});
    check_table("relu", {0, 0, 0, 1, 2});
    check_table("leaky_relu", {-.02, -.01, 0, 1, 2});
    check_table("leaky_relu", {-.2, -.1, 0, 1, 2}, {.leaky_slope = .1});
    check_table("elu", {-.864665, -.632121, 0, 1, 2});
    check_table("silu", {-.238406, -.268941, 0, .731059, 1.761594});
    check_table("linear", {-2, -1, 0, 1, 2});
  }

  TEST_CASE("A1: the slope of the sigmoid is at most 1/4, at 0; A10: ten layers keep 9.537e-7 of a gradient") {
    const ActivationRow& sigmoid = *find_activation("sigmoid");
    CHECK(gradient<double>(sigmoid, {}, {0}, {1})[0] == 0.25);
    for (double z = -8; z <= 8; z += 0.01) CHECK(gradient<double>(sigmoid, {}, {z}, {1})[0] <= 0.25);
    std::vector<double> d = {1};
    for (int layer = 0; layer < 10; ++layer) d = gradient<double>(sigmoid, {}, {0}, d);
    CHECK(std::fabs(d[0] - 9.5367431640625e-7) < 1e-20);
  }

  TEST_CASE("A2: tanh(z) = 2 s(2z) - 1") {
    for (double z = -6; z <= 6; z += 0.37) CHECK(std::fabs(apply("tanh", {z})[0] - (2 * apply("sigmoid", {2 * z})[0] - 1)) < 1e-15);
  }

  TEST_CASE("A3: ReLU on the course's matrix") {
    const std::vector<double> in = {15, 20, -10, 35, 18, -110, 25, 100, 20, -15, 25, -10, 101, 75, 18, 23};
    const std::vector<double> out = {15, 20, 0, 35, 18, 0, 25, 100, 20, 0, 25, 0, 101, 75, 18, 23};
    CHECK(apply("relu", in) == out);
  }

  TEST_CASE("A7: softmax of 1, 2, 3 sums to 1 and survives huge logits") {
    const std::vector<double> p = apply("softmax", {1, 2, 3});
    CHECK(std::fabs(p[0] - .0900306) < 5e-8);
    CHECK(std::fabs(p[1] - .2447285) < 5e-8);
    CHECK(std::fabs(p[2] - .6652410) < 5e-8);
    CHECK(std::fabs(p[0] + p[1] + p[2] - 1) < 1e-15);
    const std::vector<double> shifted = apply("softmax", {1001, 1002, 1003});
    for (size_t i = 0; i < 3; ++i) CHECK(shifted[i] == p[i]);
    const std::vector<double> extreme = apply("softmax", {-1e300, 0, 1e300});
    CHECK(extreme[0] == 0);
    CHECK(extreme[2] == 1);
  }

  TEST_CASE("N2, T4: the step at 0 is what the setting says") {
    CHECK(apply("heaviside", {-1, 0, 1}) == std::vector<double>{0, 1, 1});
    CHECK(apply("heaviside", {-1, 0, 1}, {.heaviside_at_zero = 0}) == std::vector<double>{0, 0, 1});
    CHECK(apply("heaviside", {-1, -0.0, 1}, {.heaviside_at_zero = 0.5}) == std::vector<double>{0, 0.5, 1});
  }

  TEST_CASE("every slope agrees with central differences away from kinks") {
    const Rng random(21, Stream::data);
    const std::vector<ActivationOptions> variants = {{}, {.leaky_slope = .1, .elu_alpha = 1.7}};
    for (const ActivationRow* row : activation_rows()) {
      for (const ActivationOptions& options : variants) {
        for (int width : {1, 3, 8}) {
          INFO(std::string(row->row.key) << " width " << width);
          std::vector<double> z, weights;
          for (int i = 0; i < width; ++i) {
            double at = random.uniform(static_cast<uint64_t>(i), -3, 3);
            if (std::fabs(at) < 0.01) at = 0.5;
            z.push_back(at);
            weights.push_back(random.uniform(static_cast<uint64_t>(100 + i), -1, 1));
          }
          const auto loss = [&](std::vector<double> at) {
            row->kernels<double>().forward(options, at.data(), 1, width);
            double sum = 0;
            for (size_t i = 0; i < at.size(); ++i) sum += weights[i] * at[i];
            return sum;
          };
          const std::vector<double> d = gradient<double>(*row, options, z, weights);
          for (size_t i = 0; i < z.size(); ++i) {
            constexpr double kStep = 1e-5;
            std::vector<double> up = z, down = z;
            up[i] += kStep;
            down[i] -= kStep;
            CHECK(std::fabs(d[i] - (loss(up) - loss(down)) / (2 * kStep)) < 1e-9);
          }
        }
      }
    }
  }

  TEST_CASE("what is not a number stays so") {
    for (const ActivationRow* row : activation_rows()) {
      INFO(std::string(row->row.key));
      float values[3] = {1, std::numeric_limits<float>::quiet_NaN(), -1};
      row->kernels<float>().forward({}, values, 1, 3);
      CHECK(std::isnan(values[1]));
      CHECK(std::isnan(values[0]) == !row->elementwise);
    }
  }

  TEST_CASE("float and double agree, and rows are independent of each other") {
    const Rng random(22, Stream::data);
    for (const ActivationRow* row : activation_rows()) {
      INFO(std::string(row->row.key));
      constexpr int kRows = 5, kWidth = 7;
      std::vector<double> z;
      std::vector<float> f;
      for (uint64_t i = 0; i < kRows * kWidth; ++i) {
        z.push_back(static_cast<double>(static_cast<float>(random.uniform(i, -4, 4))));
        f.push_back(static_cast<float>(z.back()));
      }
      std::vector<float> alone(f.begin() + 2 * kWidth, f.begin() + 3 * kWidth);
      row->kernels<double>().forward({}, z.data(), kRows, kWidth);
      row->kernels<float>().forward({}, f.data(), kRows, kWidth);
      row->kernels<float>().forward({}, alone.data(), 1, kWidth);
      for (size_t i = 0; i < z.size(); ++i) CHECK(std::fabs(z[i] - static_cast<double>(f[i])) < 1e-6);
      for (size_t i = 0; i < kWidth; ++i) CHECK(alone[i] == f[2 * kWidth + i]);
    }
  }
}

}  // namespace myelin
