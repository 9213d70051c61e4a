// Number formatting for both languages. snprintf always runs in the "C" locale here; marks are changed afterwards.
#include "widgets/numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace myelin::web {
namespace {

constexpr const char* kNarrowSpace = "\u202F";
constexpr const char* kMinus = "\u2212";
constexpr const char* kNothing = "–";

std::string print(double value, int decimals) {
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, "%.*f", std::clamp(decimals, 0, 15), value);
  return buffer;
}

// "-1234.50" -> "−1 234,50": groups of three from five digits on (SI style), own minus sign, the language's decimal mark.
std::string with_marks(std::string_view digits, Language language) {
  std::string out;
  if (!digits.empty() && digits.front() == '-') {
    digits.remove_prefix(1);
    if (digits.find_first_not_of("0.") != std::string_view::npos) out += kMinus;  // no minus zero
  }
  const size_t point = std::min(digits.find('.'), digits.size());
  for (size_t i = 0; i < point; ++i) {
    out += digits[i];
    const size_t left = point - i - 1;
    if (left > 0 && left % 3 == 0) out += kNarrowSpace;
  }
  if (point < digits.size()) {
    out += language == Language::french ? ',' : '.';
    out += digits.substr(point + 1);
  }
  return out;
}

std::string not_finite(double value) {
  if (std::isnan(value)) return kNothing;
  return value > 0 ? "∞" : std::string(kMinus) + "∞";
}

std::string superscript(int value) {
  constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = value < 0 ? "⁻" : "";
  for (char digit : std::to_string(std::abs(value))) out += kDigits[digit - '0'];
  return out;
}

// Powers of ten only where plain digits would be unreadable.
std::string scientific(double value, Language language, int digits, bool trim) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.*e", std::max(0, digits - 1), value);
  char* mark = std::strchr(buffer, 'e');
  const int exponent = std::atoi(mark + 1);
  *mark = 0;
  std::string mantissa = buffer;
  if (trim && mantissa.find('.') != std::string::npos) {
    mantissa.erase(mantissa.find_last_not_of('0') + 1);
    if (mantissa.back() == '.') mantissa.pop_back();
  }
  return with_marks(mantissa, language) + "×" + power_of_ten(exponent);
}

bool wants_power(double value) { return value != 0 && (std::fabs(value) < 9.995e-5 || std::fabs(value) >= 1e7); }

}  // namespace

std::string power_of_ten(int exponent) { return "10" + superscript(exponent); }

std::string fixed(double value, Language language, int decimals) {
  if (!std::isfinite(value)) return not_finite(value);
  return with_marks(print(value, decimals), language);
}

std::string number(double value, Language language, int digits) {
  if (!std::isfinite(value)) return not_finite(value);
  if (wants_power(value)) return scientific(value, language, digits, false);
  int decimals = digits - 1;
  if (value != 0) {
    decimals = digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(value))));
    // 9.996 with three digits is 10.0, not 10.00.
    const double rounded = std::strtod(print(value, decimals).c_str(), nullptr);
    if (rounded != 0) decimals = digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(rounded)) + 1e-12));
  }
  return fixed(value, language, std::max(0, decimals));
}

std::string percent(double share, Language language, int decimals) {
  if (!std::isfinite(share)) return kNothing;
  return fixed(share * 100, language, decimals) + kNarrowSpace + "%";
}

std::string count(long long value, Language language) { return with_marks(std::to_string(value), language); }

std::string plain(double value, Language language) {
  if (!std::isfinite(value)) return not_finite(value);
  if (wants_power(value)) return scientific(value, language, 4, true);
  std::string digits = print(value, value == 0 ? 0 : std::max(0, 4 - static_cast<int>(std::ceil(std::log10(std::fabs(value))))));
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return with_marks(digits, language);
}

bool parse_number(const char* text, double* value) {
  std::string clean;
  for (const char* at = text; *at != 0;) {
    const std::string_view rest(at);
    if (rest.starts_with(kMinus)) {
      clean += '-';
      at += std::strlen(kMinus);
    } else if (rest.starts_with(kNarrowSpace) || rest.starts_with("\u00A0")) {
      at += rest.starts_with(kNarrowSpace) ? std::strlen(kNarrowSpace) : 2;
    } else if (rest.starts_with("×10^")) {
      clean += 'e';
      at += std::strlen("×10^");
    } else {
      if (*at == ',') {
        clean += '.';
      } else if (*at != ' ') {
        clean += *at;
      }
      ++at;
    }
  }
  const bool share = !clean.empty() && clean.back() == '%';
  if (share) clean.pop_back();
  if (clean.empty() || clean.find_first_not_of("0123456789.eE+-") != std::string::npos) return false;
  char* end = nullptr;
  const double parsed = std::strtod(clean.c_str(), &end);
  if (*end != 0 || !std::isfinite(parsed)) return false;
  *value = share ? parsed / 100 : parsed;
  return true;
}

}  // namespace myelin::web
