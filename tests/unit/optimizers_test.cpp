// The curriculum's numbers of the optimisers (O3, O5) and what every row keeps.
#include "nn/optimizer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace myelin {
namespace {

// Runs one parameter from 0 through these gradients; what it is after each step.
std::vector<double> path(const char* key, const OptimizerOptions& options, const std::vector<double>& gradients) {
  const OptimizerRow* row = find_optimizer(key);
  REQUIRE(row != nullptr);
  double w = 0, state[2] = {0, 0};
  std::vector<double> points;
  for (size_t i = 0; i < gradients.size(); ++i) {
    row->step<double>({options, static_cast<int64_t>(i) + 1, &w, &gradients[i], {&state[0], &state[1]}, 1});
    points.push_back(w);
  }
  return points;
}

}  // namespace

TEST_SUITE("optimizers") {
  TEST_CASE("plain gradient descent goes straight down") {
    const std::vector<double> w = path("sgd", {.rate = 0.1}, {1, 1, -2});
    CHECK(std::fabs(w[1] + 0.2) < 1e-15);
    CHECK(std::fabs(w[2]) < 1e-15);
  }

  TEST_CASE("O3, T8: momentum, classic and averaged, after three steps of gradient 1") {
    CHECK(std::fabs(path("momentum", {.rate = 0.1, .momentum = 0.9}, {1, 1, 1})[2] - -.561) < 1e-15);
    CHECK(std::fabs(path("momentum", {.rate = 0.1, .momentum = 0.9, .averaged_momentum = true}, {1, 1, 1})[2] - -.0561) < 1e-15);
    CHECK(path("momentum", {.rate = 0.1, .momentum = 0}, {1, 1, 1}) == path("sgd", {.rate = 0.1}, {1, 1, 1}));
  }

  TEST_CASE("O5: Adam, with gradients 1, -2, .5") {
    // The table lists the parameter after each step, from 0.
    const std::vector<double> w = path("adam", {.rate = 0.001}, {1, -2, .5});
    CHECK(std::fabs(w[0] - -.00099999999) < 1e-14);
    CHECK(std::fabs(w[1] - -.000633896465) < 1e-12);
    CHECK(std::fabs(w[2] - -.000497205803) < 1e-12);
  }

  TEST_CASE("defaults are the ones of the courses") {
    const auto defaults = [](const char* key) { return optimizer_options(Settings(find_optimizer(key)->row.fields)); };
    CHECK(defaults("sgd").rate == 0.03);
    CHECK(defaults("momentum").momentum == 0.9);
    CHECK_FALSE(defaults("momentum").averaged_momentum);
    CHECK(defaults("adam").rate == 0.001);
    CHECK(defaults("adam").beta1 == 0.9);
    CHECK(defaults("adam").beta2 == 0.999);
    CHECK(defaults("adam").epsilon == 1e-8);
  }

  TEST_CASE("settings reach the step, and may change during a run") {
    for (const OptimizerRow* row : optimizer_rows()) {
      INFO(std::string(row->row.key));
      Settings settings(row->row.fields);
      for (const Field& field : settings.fields()) CHECK(field.live);
      REQUIRE(settings.set("rate", 0.125));
      CHECK(optimizer_options(settings).rate == 0.125);
      if (settings.has("averaged")) {
        REQUIRE(settings.set("averaged", 1));
        CHECK(optimizer_options(settings).averaged_momentum);
      }
    }
  }

  TEST_CASE("each parameter moves by its own gradient alone, in float as in double") {
    const Rng random(41, Stream::data);
    constexpr size_t kCount = 37;
    for (const OptimizerRow* row : optimizer_rows()) {
      INFO(std::string(row->row.key));
      const OptimizerOptions options{.rate = 0.01, .momentum = 0.8};
      std::vector<float> w(kCount), m(kCount), v(kCount), g(kCount);
      std::vector<double> w2(kCount), m2(kCount), v2(kCount), g2(kCount);
      for (int64_t step = 1; step <= 50; ++step) {
        for (size_t i = 0; i < kCount; ++i) {
          g[i] = static_cast<float>(random.uniform(static_cast<uint64_t>(step) * kCount + i, -1, 1));
          g2[i] = static_cast<double>(g[i]);
        }
        row->step<float>({options, step, w.data(), g.data(), {m.data(), v.data()}, kCount});
        // Double one by one: a loop that mixed neighbours up would differ.
        for (size_t i = 0; i < kCount; ++i) row->step<double>({options, step, &w2[i], &g2[i], {&m2[i], &v2[i]}, 1});
      }
      for (size_t i = 0; i < kCount; ++i) CHECK(std::fabs(static_cast<double>(w[i]) - w2[i]) < 1e-5);
    }
  }
}

}  // namespace myelin
