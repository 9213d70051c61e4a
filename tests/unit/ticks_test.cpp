// Axis ticks: round, inside the range, no more than there is room for.
#include "widgets/ticks.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace myelin::web;

TEST_SUITE_BEGIN("ticks");

TEST_CASE("ticks are multiples of 1, 2 or 5 times a power of ten") {
  std::array<double, 16> at{};
  REQUIRE(ticks(0, 1, 5, at.data(), 16) == 6);
  CHECK(at[1] == doctest::Approx(0.2));
  REQUIRE(ticks(-6, 6, 5, at.data(), 16) == 3);
  CHECK(at[0] == -5);
  CHECK(at[1] == 0);
  CHECK_FALSE(std::signbit(at[1]));
  REQUIRE(ticks(0, 128, 4, at.data(), 16) == 3);
  CHECK(at[1] == 50);
}

TEST_CASE("on any range ticks rise by one step, stay inside and are no more than wanted plus one") {
  uint64_t state = 99;
  auto draw = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  };
  for (int i = 0; i < 3000; ++i) {
    const double size = std::pow(10.0, draw() * 16 - 8), low = (draw() - 0.5) * 4 * size, high = low + size * (0.1 + draw());
    const int wanted = 2 + static_cast<int>(draw() * 8);
    std::array<double, 32> at{};
    const int count = ticks(low, high, wanted, at.data(), 32);
    CAPTURE(low);
    CAPTURE(high);
    CAPTURE(wanted);
    CHECK(count <= wanted + 1);
    if (count == 0) continue;
    const double grain = (high - low) * 1e-6;
    CHECK(at[0] >= low - grain);
    CHECK(at[static_cast<size_t>(count - 1)] <= high + grain);
    for (size_t k = 2; k < static_cast<size_t>(count); ++k) CHECK(at[k] - at[k - 1] == doctest::Approx(at[1] - at[0]).epsilon(1e-6));
    if (count > 1) {
      const double step = at[1] - at[0], lead = step / std::pow(10.0, std::floor(std::log10(step) + 1e-6));
      CHECK((std::fabs(lead - 1) < 1e-5 || std::fabs(lead - 2) < 1e-5 || std::fabs(lead - 5) < 1e-5));
    }
  }
}

TEST_CASE("ranges without ticks give none") {
  std::array<double, 8> at{};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(ticks(1, 1, 5, at.data(), 8) == 0);
  CHECK(ticks(2, 1, 5, at.data(), 8) == 0);
  CHECK(ticks(nan, 1, 5, at.data(), 8) == 0);
  CHECK(ticks(0, std::numeric_limits<double>::infinity(), 5, at.data(), 8) == 0);
  CHECK(ticks(0, 1, 5, at.data(), 0) == 0);
  CHECK(log_ticks(0, 1, 5, at.data(), 8) == 0);
  CHECK(log_ticks(-1, 1, 5, at.data(), 8) == 0);
}

TEST_CASE("logarithmic ticks are powers of ten, with 2 and 5 on short ranges, and thinned on long ones") {
  std::array<double, 24> at{};
  REQUIRE(log_ticks(0.01, 10, 4, at.data(), 24) == 4);
  CHECK(at[0] == doctest::Approx(0.01));
  CHECK(at[3] == doctest::Approx(10));
  REQUIRE(log_ticks(0.1, 1, 4, at.data(), 24) == 4);
  CHECK(at[1] == doctest::Approx(0.2));
  CHECK(at[2] == doctest::Approx(0.5));
  CHECK(log_ticks(1e-12, 1, 4, at.data(), 24) <= 5);
}

TEST_CASE("tick labels have just enough decimals to differ") {
  const std::array<double, 3> fifths = {0, 0.2, 0.4}, fine = {0.25, 0.26, 0.27}, whole = {0, 50, 100};
  CHECK(tick_decimals(fifths.data(), 3) == 1);
  CHECK(tick_decimals(fine.data(), 3) == 2);
  CHECK(tick_decimals(whole.data(), 3) == 0);
  CHECK(tick_decimals(whole.data(), 1) == 0);
  const double alone = 0.8, fine_alone = 0.025, nothing = 0;
  CHECK(tick_decimals(&alone, 1) == 1);
  CHECK(tick_decimals(&fine_alone, 1) == 3);
  CHECK(tick_decimals(&nothing, 1) == 0);
}

TEST_SUITE_END();
