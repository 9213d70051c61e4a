// Field tables and the values they describe. One table drives bounds, defaults, links, files, controls and help.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/text.h"

namespace myelin {

enum class Control { slider, log_slider, stepper, toggle, choice };

// One option of a `choice` field. Its key is frozen once published: it stands in links.
struct Choice {
  const char* key;
  Text label;
};

// One setting: how it is named in links and files, shown, bounded and explained. Every value is a double: steppers hold
// whole numbers, toggles 0 or 1, choices the index of the option.
struct Field {
  const char* key;
  Text label;
  Text help;
  Control control = Control::slider;
  double min = 0;
  double max = 1;
  double step = 0;  // of the control; values between steps are legal, except for steppers
  double fallback = 0;
  std::span<const Choice> choices = {};
  bool live = false;  // may change during a run without starting over
};

// The values of one field table, in its order. Always within bounds.
class Settings {
 public:
  Settings() = default;
  explicit Settings(std::span<const Field> fields);  // every field at its default; the table must outlive the settings

  std::span<const Field> fields() const { return fields_; }
  bool has(std::string_view key) const { return index_of(key) >= 0; }

  // Reading a key the table does not have is a bug and aborts.
  double operator[](std::string_view key) const;
  int integer(std::string_view key) const { return static_cast<int>((*this)[key]); }
  bool on(std::string_view key) const { return (*this)[key] != 0; }
  std::string_view choice(std::string_view key) const;  // the option's key

  // Stores the nearest legal value. False when the key is unknown or the value is not finite; nothing changes then.
  bool set(std::string_view key, double value);
  bool set_choice(std::string_view key, std::string_view option);

  // The text form used by links and files: numbers round-trip exactly, choices by key, toggles 0 or 1.
  std::string text(int field) const;
  enum class Parsed { ok, clamped, unknown_key, bad_value };
  Parsed set_text(std::string_view key, std::string_view text);

  double value(int field) const { return values_[static_cast<size_t>(field)]; }
  bool is_default(int field) const;
  int index_of(std::string_view key) const;  // -1 when absent

  // Same table and same values.
  friend bool operator==(const Settings& a, const Settings& b);

 private:
  std::span<const Field> fields_;
  std::vector<double> values_;
};

}  // namespace myelin
