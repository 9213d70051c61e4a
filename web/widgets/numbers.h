// Numbers as a student reads them, in the language's own marks: 0.0312, 96.4 %, 1 797. Std only, so that tests reach it.
#pragma once

#include <string>

#include "myelin/text.h"

namespace myelin::web {

std::string number(double value, Language language, int digits = 3);     // significant digits, no jumping width
std::string fixed(double value, Language language, int decimals);
std::string percent(double share, Language language, int decimals = 1);
std::string count(long long value, Language language);
// As few digits as say it (the value of a control): 0.03, 10, 1×10⁻⁵.
std::string plain(double value, Language language);
std::string power_of_ten(int exponent);  // 10⁻⁴
// What a person typed: decimal point or comma, any kind of minus sign, an optional %; false when it is no number.
bool parse_number(const char* text, double* value);

}  // namespace myelin::web
