// Numbers as a student reads them, in both languages, and as a student types them.
#include "widgets/numbers.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

using namespace myelin;
using namespace myelin::web;

namespace {
constexpr Language en = Language::english, fr = Language::french;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();
}  // namespace

TEST_SUITE_BEGIN("numbers");

TEST_CASE("numbers have as many digits as asked for, and keep their width when a digit is zero") {
  CHECK(number(0.03124, en) == "0.0312");
  CHECK(number(0.03, en) == "0.0300");
  CHECK(number(0.03, fr) == "0,0300");
  CHECK(number(1.5, en) == "1.50");
  CHECK(number(9.996, en) == "10.0");
  CHECK(number(0.09996, en) == "0.100");
  CHECK(number(99.96, en) == "100");
  CHECK(number(123.4, en) == "123");
  CHECK(number(0, en) == "0.00");
  CHECK(number(1234.4, fr) == "1\u202F234");
}

TEST_CASE("the minus sign is a real one, and there is no minus zero") {
  CHECK(number(-2.5, en) == "\u22122.50");
  CHECK(fixed(-0.001, en, 1) == "0.0");
  CHECK(fixed(-0.0, fr, 2) == "0,00");
  CHECK(count(-1797, en) == "\u22121\u202F797");
}

TEST_CASE("very small and very large numbers are powers of ten") {
  CHECK(number(3.1234e-7, en) == "3.12×10⁻⁷");
  CHECK(number(3.1234e-7, fr) == "3,12×10⁻⁷");
  CHECK(number(2e12, en) == "2.00×10¹²");
  CHECK(number(0.0005, en) == "0.000500");
  CHECK(plain(1e-5, en) == "1×10⁻⁵");
  CHECK(power_of_ten(-12) == "10⁻¹²");
  CHECK(power_of_ten(0) == "10⁰");
}

TEST_CASE("plain numbers say it as briefly as possible") {
  CHECK(plain(0.03, en) == "0.03");
  CHECK(plain(10, en) == "10");
  CHECK(plain(0, en) == "0");
  CHECK(plain(0.0005, fr) == "0,0005");
  CHECK(plain(-1.25, fr) == "\u22121,25");
  CHECK(plain(0.1 + 0.2, en) == "0.3");
}

TEST_CASE("shares are percentages with a narrow no-break space in both languages") {
  CHECK(percent(0.9641, en) == "96.4\u202F%");
  CHECK(percent(0.9641, fr) == "96,4\u202F%");
  CHECK(percent(1, fr, 0) == "100\u202F%");
}

TEST_CASE("what is not measured is a dash, what exploded is infinity") {
  CHECK(number(kNan, en) == "–");
  CHECK(percent(kNan, fr) == "–");
  CHECK(number(-kInfinity, en) == "\u2212∞");
  CHECK(plain(kInfinity, en) == "∞");
}

TEST_CASE("counts are grouped by three") {
  CHECK(count(999, en) == "999");
  CHECK(count(1797, fr) == "1\u202F797");
  CHECK(count(1234567, en) == "1\u202F234\u202F567");
}

TEST_CASE("typed numbers are understood with point or comma, powers and percent") {
  double value = 0;
  CHECK((parse_number("0,03", &value) && value == 0.03));
  CHECK((parse_number(" 1e-3 ", &value) && value == 1e-3));
  CHECK((parse_number("\u22122.5", &value) && value == -2.5));
  CHECK((parse_number("1\u202F797", &value) && value == 1797));
  CHECK((parse_number("50 %", &value) && value == 0.5));
  CHECK((parse_number("2×10^-4", &value) && value == 2e-4));
}

TEST_CASE("what is no number changes nothing") {
  double value = 7;
  for (const char* text : {"", " ", "abc", "1.2.3", "nan", "inf", "0x10", "1e999", "--1", "%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text, &value));
    CHECK(value == 7);
  }
}

TEST_CASE("every shown number reads back as itself to the digits shown") {
  uint64_t state = 12345;
  for (int i = 0; i < 2000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const double value = (static_cast<double>(state >> 11) / 9007199254740992.0 - 0.5) * std::pow(10.0, static_cast<int>(state % 9) - 4);
    const Language language = i % 2 == 0 ? en : fr;
    if (std::fabs(value) < 1e-4) continue;
    double back = 0;
    REQUIRE(parse_number(number(value, language, 5).c_str(), &back));
    CHECK(std::fabs(back - value) <= std::fabs(value) * 1e-4);
    REQUIRE(parse_number(plain(value, language).c_str(), &back));
    CHECK(std::fabs(back - value) <= std::fabs(value) * 1e-3);
  }
}

TEST_SUITE_END();
