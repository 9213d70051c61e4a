#include "support/links.h"

#include <doctest/doctest.h>

#include <utility>

namespace myelin::test {
namespace {

std::string english(const Message& message) {
  CHECK_FALSE(message.fr.empty());
  CHECK(message.fr != message.en);
  return message.en;
}

}  // namespace

ParsedExperiment parsed(std::string_view text, Parser parse) {
  INFO("text: " << std::string(text.substr(0, 200)));
  Result<ParsedExperiment> result = parse(text);
  if (!result) FAIL(result.error().text.en);
  return std::move(result.value());
}

Experiment without_warnings(std::string_view text, Parser parse) {
  ParsedExperiment result = parsed(text, parse);
  INFO("text: " << std::string(text.substr(0, 200)));
  for (const Message& warning : result.warnings) FAIL_CHECK(warning.en);
  return std::move(result.experiment);
}

std::string warning_of(std::string_view text, Parser parse) {
  const ParsedExperiment result = parsed(text, parse);
  INFO("text: " << std::string(text.substr(0, 200)));
  REQUIRE(result.warnings.size() == 1);
  return english(result.warnings[0]);
}

std::string error_of(std::string_view text, Parser parse) {
  const Result<ParsedExperiment> result = parse(text);
  INFO("text: " << std::string(text.substr(0, 200)));
  REQUIRE_FALSE(static_cast<bool>(result));
  return english(result.error().text);
}

}  // namespace myelin::test
