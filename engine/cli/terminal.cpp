// Standard output for results, standard error for the rest; the words come from the callers in both languages.
#include "terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace myelin::cli {
namespace {

// Code points, which is what a terminal shows of our labels: no wide or combining characters among them.
size_t width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void Terminal::print(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), stdout); }

void Terminal::warn(const Message& sentence) const {
  progress("");
  std::fprintf(stderr, "myelin: %s: %s\n", word({"warning", "avertissement"}), sentence.in(language_).c_str());
}

int Terminal::refuse(const Message& sentence) const {
  progress("");
  std::fprintf(stderr, "myelin: %s\n", sentence.in(language_).c_str());
  return kBadInput;
}

bool Terminal::interactive() const { return isatty(STDERR_FILENO) != 0; }

void Terminal::progress(const std::string& line) const {
  if (!interactive()) return;
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

std::string Terminal::number(double value, int decimals) const {
  if (!std::isfinite(value)) return "-";
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  std::string result(text.data());
  if (language_ == Language::french) std::replace(result.begin(), result.end(), '.', ',');
  return result;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t column = 0; column < row.size(); ++column) widths[column] = std::max(widths[column], width(row[column]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string padding(widths[column] - width(row[column]), ' ');
      if (column > 0) line += "  ";
      line += column < 2 ? row[column] + padding : padding + row[column];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

Language choose_language(int count, const char* const* arguments) {
  std::string_view chosen;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      chosen = value;
      break;
    }
  }
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--lang" && i + 1 < count) chosen = arguments[i + 1];
    if (argument.substr(0, 7) == "--lang=") chosen = argument.substr(7);
  }
  return chosen.substr(0, 2) == "fr" ? Language::french : Language::english;
}

}  // namespace myelin::cli
