// A link cut into its entries, and the links of another program in our entries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myelin/text.h"

namespace myelin {

struct Entry {
  std::string key;
  std::string value;  // unescaped
};

// Of several the last; null when there is none.
const Entry* last_entry(const std::vector<Entry>& entries, std::string_view key);

// Of a link to TensorFlow Playground: the same experiment in our entries, whose values are still to be judged. The note says what
// cannot be the same. Not to be inlined: the page would download it with the reader of its own links.
__attribute__((noinline)) std::vector<Entry> from_playground(const std::vector<Entry>& theirs, Message& note);

}  // namespace myelin
