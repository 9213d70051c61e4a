// The spreads of the initialisers (O8), their distributions, and that a start value belongs to its index.
#include "nn/initializer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace myelin {
namespace {

double spread(const char* key, int fan_in, int fan_out, double scale = 1) {
  const InitializerRow* row = find_initializer(key);
  REQUIRE(row != nullptr);
  return row->spread(scale, fan_in, fan_out);
}

template <class Real>
std::vector<Real> drawn(const InitializerRow& row, size_t count, double scale = 1, double constant = 0, uint64_t seed = 3) {
  std::vector<Real> values(count);
  initialize<Real>(row, scale, constant, 784, 128, Rng(seed, Stream::weights), values);
  return values;
}

}  // namespace

TEST_SUITE("initializers") {
  TEST_CASE("O8, T8: the deviations of He and both conventions of Xavier") {
    CHECK(std::fabs(spread("he", 784, 128) - .050508) < 5e-7);
    CHECK(std::fabs(spread("xavier_in", 784, 128) - .035714) < 5e-7);
    CHECK(std::fabs(spread("xavier", 784, 128) - .046829) < 5e-7);
    // Even distributions of the same variance: half width = sqrt(3) deviations.
    CHECK(std::fabs(spread("xavier_uniform", 784, 128) - std::sqrt(3.0) * spread("xavier", 784, 128)) < 1e-15);
    CHECK(std::fabs(spread("he_uniform", 784, 128) - std::sqrt(3.0) * spread("he", 784, 128)) < 1e-15);
    CHECK(spread("normal", 784, 128, 0.01) == 0.01);
    CHECK(spread("uniform", 784, 128, 0.5) == 0.5);
    CHECK(spread("he", 784, 128, 2) == 2 * spread("he", 784, 128));
  }

  TEST_CASE("drawn values have the mean, the deviation and the range their row promises") {
    constexpr size_t kCount = 40000;
    for (const InitializerRow* row : initializer_rows()) {
      INFO(std::string(row->row.key));
      const std::vector<double> values = drawn<double>(*row, kCount);
      const double width = row->spread(1, 784, 128);
      const double expected = row->uniform ? width / std::sqrt(3.0) : width;
      double sum = 0, squares = 0, largest = 0;
      for (double value : values) {
        sum += value;
        squares += value * value;
        largest = std::max(largest, std::fabs(value));
      }
      // Five standard errors: the seed is fixed, so this never fails by chance alone.
      CHECK(std::fabs(sum / kCount) <= 5 * expected / std::sqrt(1.0 * kCount));
      CHECK(std::fabs(std::sqrt(squares / kCount) - expected) <= 5 * expected / std::sqrt(2.0 * kCount));
      if (row->uniform) CHECK(largest <= width);
      if (!row->uniform && width > 0) CHECK(largest > 3.5 * width);
    }
  }

  TEST_CASE("a value depends on its own index, not on how many are drawn; float is the rounded double") {
    for (const InitializerRow* row : initializer_rows()) {
      INFO(std::string(row->row.key));
      const std::vector<double> few = drawn<double>(*row, 10, 0.7, 0.25), many = drawn<double>(*row, 100, 0.7, 0.25);
      const std::vector<float> rounded = drawn<float>(*row, 10, 0.7, 0.25);
      for (size_t i = 0; i < few.size(); ++i) {
        CHECK(few[i] == many[i]);
        CHECK(rounded[i] == static_cast<float>(few[i]));
      }
      const bool random = row->spread(1, 784, 128) > 0;
      CHECK((drawn<double>(*row, 10, 0.7, 0.25, 4) != few) == random);
    }
  }

  TEST_CASE("zeros and an empty fan give the constant") {
    for (double value : drawn<double>(*find_initializer("zeros"), 5, 1, 0.5)) CHECK(value == 0.5);
    CHECK(spread("he", 0, 3) == 0);
    CHECK(spread("xavier", 0, 0) == 0);
  }
}

}  // namespace myelin
