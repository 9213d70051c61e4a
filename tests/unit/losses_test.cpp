// The curriculum's numbers of the losses (B1, B3, B4, B7), and every gradient against finite differences.
#include "nn/loss.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "kernels/fmath.h"

namespace myelin {
namespace {

std::vector<double> losses(const char* key, const std::vector<double>& outputs, const std::vector<double>& targets, int rows,
                           LossOptions options = {}) {
  const LossRow* row = find_loss(key);
  REQUIRE(row != nullptr);
  std::vector<double> result(static_cast<size_t>(rows));
  const int width = static_cast<int>(outputs.size()) / rows;
  row->kernels<double>().losses(options, {outputs.data(), rows, Shape{width}}, targets.data(), result.data());
  return result;
}

template <class Real>
std::vector<Real> gradient(const LossRow& row, const std::vector<Real>& outputs, const std::vector<Real>& targets, int rows,
                           Real scale, LossOptions options = {}) {
  std::vector<Real> result(outputs.size());
  const int width = static_cast<int>(outputs.size()) / rows;
  row.kernels<Real>().gradient(options, {outputs.data(), rows, Shape{width}}, targets.data(), scale, result.data());
  return result;
}

std::vector<double> logits_of(std::vector<double> probabilities) {
  for (double& p : probabilities) p = fmath::log(p);
  return probabilities;
}

Settings settings_of(const char* key) { return Settings(find_loss(key)->row.fields); }

}  // namespace

TEST_SUITE("losses") {
  TEST_CASE("B1: squared error with and without the half, as a sum over outputs") {
    CHECK(losses("mse", {3, 1, 0, 0}, {1, 0, 0, 2}, 2) == std::vector<double>{5, 4});
    CHECK(losses("mse", {3, 1, 0, 0}, {1, 0, 0, 2}, 2, {.factor = 0.5}) == std::vector<double>{2.5, 2});
    const LossRow& mse = *find_loss("mse");
    CHECK(gradient<double>(mse, {3, 1}, {1, 0}, 1, 1) == std::vector<double>{4, 2});
    CHECK(gradient<double>(mse, {3, 1}, {1, 0}, 1, 1, {.factor = 0.5}) == std::vector<double>{2, 1});
    CHECK(gradient<double>(mse, {3, 1}, {1, 0}, 1, 0.25) == std::vector<double>{1, 0.5});
  }

  TEST_CASE("B1, T8: the conventions come from the loss's own settings") {
    Settings settings = settings_of("mse");
    CHECK(loss_options(settings).factor == 1);
    CHECK_FALSE(loss_options(settings).sum);
    REQUIRE(settings.set("half", 1));
    REQUIRE(settings.set_choice("reduction", "sum"));
    CHECK(loss_options(settings).factor == 0.5);
    CHECK(loss_options(settings).sum);
    for (const LossRow* row : loss_rows()) {
      Settings own(row->row.fields);
      CHECK_FALSE(loss_options(own).sum);
      REQUIRE(own.set_choice("reduction", "sum"));
      CHECK(loss_options(own).sum);
    }
  }

  TEST_CASE("B3: binary cross-entropy of y = 1, p = .4 is .916291") {
    const double logit = fmath::log(0.4 / 0.6);
    CHECK(std::fabs(losses("binary_cross_entropy", {logit}, {1}, 1)[0] - .916290731874155) < 1e-14);
    CHECK(std::fabs(losses("binary_cross_entropy", {logit}, {0}, 1)[0] - .510825623765991) < 1e-14);
  }

  TEST_CASE("B4: the five animals, before and after training") {
    const std::vector<double> target = {1, 0, 0, 0, 0};
    CHECK(std::fabs(losses("cross_entropy", logits_of({.4, .3, .05, .05, .2}), target, 1)[0] - .9162907) < 5e-8);
    // Two of the classes have probability 0: 0 log 0 = 0.
    CHECK(std::fabs(losses("cross_entropy", logits_of({.98, .01, 0, 0, .01}), target, 1)[0] - .0202027) < 5e-8);
  }

  TEST_CASE("B7: softmax and cross-entropy together have the gradient p - y") {
    const std::vector<double> d =
        gradient<double>(*find_loss("cross_entropy"), logits_of({.4, .3, .05, .05, .2}), {1, 0, 0, 0, 0}, 1, 1);
    const std::vector<double> expected = {-.6, .3, .05, .05, .2};
    for (size_t i = 0; i < 5; ++i) CHECK(std::fabs(d[i] - expected[i]) < 1e-15);
  }

  TEST_CASE("losses stay exact where probabilities round to 0 or 1") {
    CHECK(std::fabs(losses("binary_cross_entropy", {-800}, {1}, 1)[0] - 800) < 1e-12);
    CHECK(losses("binary_cross_entropy", {-800}, {0}, 1)[0] < 1e-300);
    CHECK(std::fabs(losses("cross_entropy", {-800, 0, 3}, {1, 0, 0}, 1)[0] - 803.0485873515737) < 1e-10);
    CHECK(losses("cross_entropy", {800, 0}, {1, 0}, 1)[0] == 0);
  }

  TEST_CASE("every gradient agrees with central differences") {
    const Rng random(31, Stream::data);
    constexpr int kRows = 3, kWidth = 4;
    for (const LossRow* row : loss_rows()) {
      if (row->is_rule) continue;  // no derivative of anything
      INFO(std::string(row->row.key));
      std::vector<double> outputs, targets;
      for (uint64_t i = 0; i < kRows * kWidth; ++i) {
        outputs.push_back(random.uniform(i, -3, 3));
        const uint64_t sample = i / kWidth, unit = i % kWidth;
        targets.push_back(unit == sample ? 1 : 0);
      }
      const LossOptions options{.factor = 0.5};
      const double scale = 1.0 / kRows;
      const auto mean = [&](const std::vector<double>& at) {
        double sum = 0;
        for (double loss : losses(row->row.key, at, targets, kRows, options)) sum += loss;
        return sum * scale;
      };
      const std::vector<double> d = gradient<double>(*row, outputs, targets, kRows, scale, options);
      double difference = 0, size = 0;
      for (size_t i = 0; i < outputs.size(); ++i) {
        constexpr double kStep = 1e-5;
        std::vector<double> up = outputs, down = outputs;
        up[i] += kStep;
        down[i] -= kStep;
        const double numeric = (mean(up) - mean(down)) / (2 * kStep);
        difference += (numeric - d[i]) * (numeric - d[i]);
        size += numeric * numeric + d[i] * d[i];
      }
      CHECK(std::sqrt(difference / size) < 1e-7);
    }
  }

  TEST_CASE("predictions are what the loss means by its outputs") {
    for (const LossRow* row : loss_rows()) {
      INFO(std::string(row->row.key));
      std::vector<double> values = {-1, 0, 2};
      row->kernels<double>().predict(values.data(), 1, 3);
      const std::string_view contains = row->contains;
      if (contains.empty()) CHECK(values == std::vector<double>{-1, 0, 2});
      if (contains == "sigmoid") CHECK(values[1] == 0.5);
      if (contains == "softmax") CHECK(std::fabs(values[0] + values[1] + values[2] - 1) < 1e-15);
      // The gradient with respect to a logit is the prediction less the target, for both losses that contain an activation.
      if (!contains.empty()) {
        const std::vector<double> d = gradient<double>(*row, {-1, 0, 2}, {0, 1, 0}, 1, 1);
        for (size_t i = 0; i < 3; ++i) CHECK(std::fabs(d[i] - (values[i] - (i == 1 ? 1 : 0))) < 1e-15);
      }
    }
  }

  TEST_CASE("float and double agree, and divergence shows in the loss") {
    for (const LossRow* row : loss_rows()) {
      INFO(std::string(row->row.key));
      const std::vector<float> outputs = {0.5f, -1.25f, 2.0f}, targets = {0, 1, 0};
      double in_float = 0;
      row->kernels<float>().losses({}, {outputs.data(), 1, Shape{3}}, targets.data(), &in_float);
      CHECK(std::fabs(in_float - losses(row->row.key, {0.5, -1.25, 2.0}, {0, 1, 0}, 1)[0]) < 1e-6);
      const std::vector<float> d = gradient<float>(*row, outputs, targets, 1, 1);
      const std::vector<double> exact = gradient<double>(*row, {0.5, -1.25, 2.0}, {0, 1, 0}, 1, 1);
      for (size_t i = 0; i < 3; ++i) CHECK(std::fabs(static_cast<double>(d[i]) - exact[i]) < 1e-6);
      const double nan = std::numeric_limits<double>::quiet_NaN();
      CHECK(std::isnan(losses(row->row.key, {0, nan, 0}, {0, 1, 0}, 1)[0]));
      CHECK(std::isnan(losses(row->row.key, {0, nan, 0}, {1, 0, 0}, 1)[0]));
    }
  }
}

}  // namespace myelin
