// Decimal text of doubles by the C library's correctly rounded conversions. They are kept away from the decimal sign, the
// only thing a locale changes. std::to_chars would do, but brings 90 KB of tables into the page (26 KB compressed, measured).
#include "base/number.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace myelin {
namespace {

constexpr int kMostDigits = 17;  // always enough for a double

// Significant decimal digits without leading or trailing zeros, and the power of ten of the first one.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

Decimal rounded(double value, int digits) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.*e", digits - 1, value);
  Decimal decimal;
  const char* at = text.data();
  if (*at == '-') {
    decimal.negative = true;
    ++at;
  }
  for (; *at != 'e'; ++at) {
    if (*at >= '0' && *at <= '9') decimal.digits += *at;  // skips the decimal sign, whatever the locale calls it
  }
  decimal.exponent = std::atoi(at + 1);
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0') decimal.digits.pop_back();
  return decimal;
}

// 0.digits x 10^point, written without a decimal sign, which strtod reads alike under every locale.
double value_of(bool negative, const std::string& digits, long point) {
  const std::string text = digits + 'e' + std::to_string(point - static_cast<long>(digits.size()));
  const double value = std::strtod(text.c_str(), nullptr);
  return negative ? -value : value;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string number_text(double value) {
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  Decimal decimal;
  for (int digits = 15; digits <= kMostDigits; ++digits) {
    // Any decimal of up to 15 digits survives a double, so trimmed zeros make this the shortest.
    decimal = rounded(value, digits);
    if (value_of(decimal.negative, decimal.digits, decimal.exponent + 1L) == value) break;
  }
  const int count = static_cast<int>(decimal.digits.size());
  std::string text = decimal.negative ? "-" : "";
  if (decimal.exponent < -4 || decimal.exponent > 16) {
    text += decimal.digits[0];
    if (count > 1) text += '.' + decimal.digits.substr(1);
    return text + 'e' + std::to_string(decimal.exponent);
  }
  if (decimal.exponent < 0) return text + "0." + std::string(static_cast<size_t>(-decimal.exponent - 1), '0') + decimal.digits;
  const int whole = decimal.exponent + 1;  // digits before the point
  if (count <= whole) return text + decimal.digits + std::string(static_cast<size_t>(whole - count), '0');
  return text + decimal.digits.substr(0, static_cast<size_t>(whole)) + '.' + decimal.digits.substr(static_cast<size_t>(whole));
}

bool parse_number(std::string_view text, double& value) {
  constexpr size_t kLongest = 400;  // the exact decimal of a small double, which people do paste, has about 330 digits
  if (text.size() > kLongest) return false;
  size_t at = 0;
  bool negative = false;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
  std::string digits;
  size_t read = 0;
  long point = 0;  // digits before the decimal sign
  for (; at < text.size() && is_digit(text[at]); ++at, ++read, ++point) digits += text[at];
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at, ++read) digits += text[at];
  }
  if (read == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    bool down = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) down = text[at++] == '-';
    if (at == text.size()) return false;
    long exponent = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (exponent < 100'000) exponent = exponent * 10 + (text[at] - '0');  // beyond that it is 0 or too large anyway
    }
    point += down ? -exponent : exponent;
  }
  if (at != text.size()) return false;
  const double parsed = value_of(negative, digits, point);
  if (!std::isfinite(parsed)) return false;
  value = parsed;
  return true;
}

}  // namespace myelin
