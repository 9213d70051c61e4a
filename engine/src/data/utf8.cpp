#include "data/utf8.h"

#include <cstdint>
#include <iterator>

namespace myelin::data {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Windows-1252 from 0x80 to 0x9F; the rest is Latin-1. 0: not in use.
constexpr uint16_t kWindows[] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

struct Range {
  char32_t first, last;
};

// What is no word in the blocks above Latin-1: signs, arrows, mathematics, punctuation of East Asia, pictures.
constexpr Range kNoLetters[] = {{0x02B9, 0x02FF}, {0x0375, 0x037E}, {0x0387, 0x0387}, {0x055A, 0x055F}, {0x0589, 0x058F}, {0x05BE, 0x05CF},
                                {0x05F3, 0x060F}, {0x061B, 0x061F}, {0x066A, 0x066D}, {0x0964, 0x0965}, {0x2000, 0x209F}, {0x20A0, 0x20CF},
                                {0x2100, 0x2BFF}, {0x2E00, 0x2E7F}, {0x2FF0, 0x3004}, {0x3008, 0x3020}, {0x30FB, 0x30FB}, {0xD800, 0xF8FF},
                                {0xFE10, 0xFE6F}, {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0x10FFF},
                                {0x1D000, 0x1D3FF}, {0x1F000, 0x1FBEF}, {0xE0000, 0x10FFFF}};

}  // namespace

char32_t next_code_point(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < more) return kReplacement;
  char32_t code = lead & (0x3Fu >> more);
  for (size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0u) != 0x80u) return kReplacement;
    code = (code << 6) | (byte(at + i) & 0x3Fu);
  }
  constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (code < kLeast[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return kReplacement;
  at += more;
  return code;
}

void append_utf8(std::string& text, char32_t code) {
  const auto push = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<uint8_t>(byte))); };
  if (code < 0x80) return push(code);
  if (code < 0x800) {
    push(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      push(0xE0 | (code >> 12));
    } else {
      push(0xF0 | (code >> 18));
      push(0x80 | ((code >> 12) & 0x3F));
    }
    push(0x80 | ((code >> 6) & 0x3F));
  }
  push(0x80 | (code & 0x3F));
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t before = at;
    // A written U+FFFD is three bytes long; a broken byte counts as one.
    if (next_code_point(text, at) == kReplacement && at == before + 1) return false;
  }
  return true;
}

std::string from_windows(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const uint8_t byte = static_cast<uint8_t>(c);
    if (byte >= 0x80 && byte < 0xA0) {
      const char32_t code = kWindows[byte - 0x80];
      append_utf8(out, code == 0 ? kReplacement : code);
    } else {
      append_utf8(out, byte);
    }
  }
  return out;
}

bool is_word_letter(char32_t code) {
  if (code < 0x80) return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  if (code < 0xC0) return code == 0xAA || code == 0xB5 || code == 0xBA;
  if (code == 0xD7 || code == 0xF7) return false;
  for (const Range& range : kNoLetters) {
    if (code >= range.first && code <= range.last) return false;
  }
  return true;
}

char32_t lower_case(char32_t code) {
  if (code >= 'A' && code <= 'Z') return code + 32;
  if (code < 0xC0) return code;
  if (code <= 0xDE) return code == 0xD7 ? code : code + 32;
  if (code == 0x178) return 0xFF;    // Ÿ
  if (code == 0x130) return 'i';     // the dotted I of Turkish
  if (code == 0x1E9E) return 0xDF;   // ẞ
  // Pairs of capital and small letter: the capital is even, between Ĺ and ň and between Ź and ž odd.
  const bool odd_first = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);
  const bool in_pairs = (code >= 0x100 && code <= 0x177 && code != 0x138 && code != 0x149) || odd_first ||
                        (code >= 0x460 && code <= 0x481) || (code >= 0x1E00 && code <= 0x1E95) || (code >= 0x1EA0 && code <= 0x1EFF);
  if (in_pairs) return (code % 2 == 1) == odd_first ? code + 1 : code;
  if (code >= 0x391 && code <= 0x3AB && code != 0x3A2) return code + 32;
  if (code >= 0x410 && code <= 0x42F) return code + 32;
  if (code >= 0x400 && code <= 0x40F) return code + 80;
  return code;
}

}  // namespace myelin::data
