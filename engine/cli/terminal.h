// What the commands share: the language of their sentences and where these go. Results go to standard output, everything else to
// standard error. Nothing here knows about networks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myelin/text.h"

namespace myelin::cli {

// Exit codes: what a script may rely on.
inline constexpr int kGood = 0;
inline constexpr int kDiverged = 1;
inline constexpr int kMissed = 1;  // a goal, or a check
inline constexpr int kBadInput = 2;

class Terminal {
 public:
  explicit Terminal(Language language) : language_(language) {}

  Language language() const { return language_; }
  const char* word(Text text) const { return text.in(language_); }

  void print(std::string_view text) const;     // to standard output, as it is
  void warn(const Message& sentence) const;
  int refuse(const Message& sentence) const;  // says why; returns kBadInput

  // A line that replaces itself, on a terminal only. An empty text removes it.
  void progress(const std::string& line) const;
  bool interactive() const;

  // 0.0312 or 96.4, with a decimal comma in French; "-" for NaN.
  std::string number(double value, int decimals) const;

 private:
  Language language_;
};

// Columns as wide as their widest cell; all but the first two are aligned to the right.
std::string table(const std::vector<std::vector<std::string>>& rows);

// --lang, or what the environment says. Looks ahead in the arguments, because --help needs it before they are parsed.
Language choose_language(int count, const char* const* arguments);

}  // namespace myelin::cli
