// Words in the two languages of the product. The engine writes every sentence a user can meet in both.
#pragma once

#include <string>

namespace myelin {

enum class Language { english, french };

// A sentence known at compile time: labels, help, names of choices.
struct Text {
  const char* en = "";
  const char* fr = "";
  constexpr const char* in(Language language) const { return language == Language::french ? fr : en; }
};

// A sentence made at run time: errors and warnings that name values.
struct Message {
  std::string en;
  std::string fr;
  const std::string& in(Language language) const { return language == Language::french ? fr : en; }
  bool empty() const { return en.empty(); }
  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace myelin
