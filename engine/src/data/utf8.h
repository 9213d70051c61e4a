// Letters of texts that people write: reading UTF-8, old Windows files, small letters. Never reads outside a text, however broken.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace myelin::data {

// The code point at `at`, which moves behind it. A byte that is not UTF-8 gives U+FFFD and counts as one.
char32_t next_code_point(std::string_view text, size_t& at);
void append_utf8(std::string& text, char32_t code);

bool is_utf8(std::string_view text);
// Of a text that is not UTF-8, read as Windows-1252, which older spreadsheets write.
std::string from_windows(std::string_view text);

// Letters and digits of all alphabets, and marks that belong to the letter before.
bool is_word_letter(char32_t code);
// Latin, Greek and Cyrillic; all others stay.
char32_t lower_case(char32_t code);

}  // namespace myelin::data
