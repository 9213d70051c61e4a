// Numbers as text, with the same characters in every build and under every locale: links and files stand on it.
#pragma once

#include <string>
#include <string_view>

namespace myelin {

// The shortest decimal that reads back as the same double: 0.03, 1e-8, 250. The value must be finite. (Numbers below
// 1e-307 may get a few digits more than they need.)
std::string number_text(double value);

// Decimal numbers only: no spaces, no "inf", no hexadecimal. False, and nothing stored, when the text is anything else or
// too large for a double.
bool parse_number(std::string_view text, double& value);

}  // namespace myelin
