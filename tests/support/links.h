// Reads experiments from texts. A text that should be read and is not, or the other way round, fails the test.
#pragma once

#include <string>
#include <string_view>

#include "myelin/experiment.h"

namespace myelin::test {

using Parser = Result<ParsedExperiment> (*)(std::string_view text);

ParsedExperiment parsed(std::string_view text, Parser parse = parse_link);
Experiment without_warnings(std::string_view text, Parser parse = parse_link);

// The English sentence of the only warning, of the error; there is a French one too.
std::string warning_of(std::string_view text, Parser parse = parse_link);
std::string error_of(std::string_view text, Parser parse = parse_link);

}  // namespace myelin::test
