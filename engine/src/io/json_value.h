// A small reader of JSON text (RFC 8259) for experiment files: bounded in depth and count, and it says where a text is wrong.
// A general library costs the page 46 KB more (measured) and, without exceptions, cannot tell the place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myelin/result.h"

namespace myelin {

struct JsonValue {
  enum class Type { null, boolean, number, string, array, object };
  Type type = Type::null;
  double number = 0;                // of a boolean: 0 or 1
  std::string string;
  std::vector<std::string> keys;    // of an object, parallel to `items`, in the order of the text, repeated ones too
  std::vector<JsonValue> items;     // of an object, or of an array that holds anything but numbers
  std::vector<double> numbers;      // of an array that holds numbers only
  const JsonValue* find(std::string_view key) const;  // the last of that name; null when there is none
};

struct JsonLimits {
  int depth = 16;           // of arrays and objects in each other
  int values = 50'000;      // not counting numbers that follow each other in an array
};

Result<JsonValue> parse_json_value(std::string_view text, const JsonLimits& limits = {});

}  // namespace myelin
