// The values of a field table: bounds, text form, defaults. Knows no table itself, and never stores a value that its field
// does not allow.
#include "myelin/settings.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "base/number.h"

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
