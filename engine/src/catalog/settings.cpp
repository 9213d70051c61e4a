// The values of a field table: bounds, text form, defaults. Knows no table itself, and never stores a value that its field
// does not allow.
#include "myelin/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/assert.h"

namespace myelin {
namespace {

// The nearest value the field allows. `value` is finite.
double nearest_legal(const Field& field, double value) {
  switch (field.control) {
    case Control::toggle: return value >= 0.5 ? 1 : 0;
    case Control::choice: {
      const double last = static_cast<double>(field.choices.size()) - 1;
      return std::clamp(std::floor(value + 0.5), 0.0, last);
    }
    case Control::stepper: return std::clamp(std::floor(value + 0.5), field.min, field.max) + 0.0;
    case Control::slider:
    case Control::log_slider: break;
  }
  return std::clamp(value, field.min, field.max) + 0.0;  // + 0.0 turns -0 into 0: one text for one value
}

// Decimal numbers only: no spaces, no "inf", no hexadecimal, whatever the C library would accept.
bool looks_like_number(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - first;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

bool parse_number(std::string_view text, double& value) {
  constexpr size_t kLongest = 400;  // the longest exact decimal of a double that people would paste has about 330 digits
  if (text.size() > kLongest || !looks_like_number(text)) return false;
  if (text.front() == '+') text.remove_prefix(1);
#if defined(__cpp_lib_to_chars)
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    // The C++ library leaves the value alone; what is too small is 0, what is too large is no number for us.
    std::array<char, kLongest + 1> copy{};
    std::copy(text.begin(), text.end(), copy.begin());
    value = std::strtod(copy.data(), nullptr);
  }
#else
  // libc++ lacks from_chars for double. Its strtod rounds correctly, and programs that use it here never set a locale.
  std::array<char, kLongest + 1> copy{};
  std::copy(text.begin(), text.end(), copy.begin());
  value = std::strtod(copy.data(), nullptr);
#endif
  return std::isfinite(value);
}

// The shortest text that reads back as the same double: 0.03, 1e-8, 250.
std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string text(buffer.data(), result.ptr);
  // "1e-05" -> "1e-5", "1e+20" -> "1e20": links are read by people.
  const size_t e = text.find('e');
  if (e != std::string::npos) {
    size_t at = e + 1;
    if (text[at] == '+') text.erase(at, 1);
    else ++at;
    while (text[at] == '0' && at + 1 < text.size()) text.erase(at, 1);
  }
  return text;
}

}  // namespace

Settings::Settings(std::span<const Field> fields) : fields_(fields) {
  values_.reserve(fields.size());
  for (const Field& field : fields) values_.push_back(nearest_legal(field, field.fallback));
}

int Settings::index_of(std::string_view key) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (key == fields_[i].key) return static_cast<int>(i);
  }
  return -1;
}

double Settings::operator[](std::string_view key) const {
  const int index = index_of(key);
  MYELIN_ASSERT(index >= 0);
  return value(index);
}

std::string_view Settings::choice(std::string_view key) const {
  const int index = index_of(key);
  MYELIN_ASSERT(index >= 0);
  const Field& field = fields_[static_cast<size_t>(index)];
  MYELIN_ASSERT(field.control == Control::choice);
  return field.choices[static_cast<size_t>(value(index))].key;
}

bool Settings::set(std::string_view key, double value) {
  const int index = index_of(key);
  if (index < 0 || !std::isfinite(value)) return false;
  values_[static_cast<size_t>(index)] = nearest_legal(fields_[static_cast<size_t>(index)], value);
  return true;
}

bool Settings::set_choice(std::string_view key, std::string_view option) {
  const int index = index_of(key);
  if (index < 0) return false;
  const Field& field = fields_[static_cast<size_t>(index)];
  if (field.control != Control::choice) return false;
  for (size_t i = 0; i < field.choices.size(); ++i) {
    if (option != field.choices[i].key) continue;
    values_[static_cast<size_t>(index)] = static_cast<double>(i);
    return true;
  }
  return false;
}

std::string Settings::text(int field) const {
  const Field& description = fields_[static_cast<size_t>(field)];
  if (description.control == Control::choice) return description.choices[static_cast<size_t>(value(field))].key;
  return number_text(value(field));
}

Settings::Parsed Settings::set_text(std::string_view key, std::string_view text) {
  const int index = index_of(key);
  if (index < 0) return Parsed::unknown_key;
  const Field& field = fields_[static_cast<size_t>(index)];
  if (field.control == Control::choice) return set_choice(key, text) ? Parsed::ok : Parsed::bad_value;
  double given = 0;
  if (field.control == Control::toggle && text == "true") given = 1;
  else if (field.control == Control::toggle && text == "false") given = 0;
  else if (!parse_number(text, given)) return Parsed::bad_value;
  const double legal = nearest_legal(field, given);
  values_[static_cast<size_t>(index)] = legal;
  return legal == given ? Parsed::ok : Parsed::clamped;
}

bool Settings::is_default(int field) const {
  const Field& description = fields_[static_cast<size_t>(field)];
  return value(field) == nearest_legal(description, description.fallback);
}

bool operator==(const Settings& a, const Settings& b) {
  return a.fields_.data() == b.fields_.data() && a.fields_.size() == b.fields_.size() && a.values_ == b.values_;
}

}  // namespace myelin
