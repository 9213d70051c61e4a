// Whatever a person hands over: a preset's name, an experiment file's text, or a link.
#include "base/assert.h"
#include "io/reader.h"

namespace myelin {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Error no_such_preset(std::string_view key) {
  std::string names;
  for (const PresetRow* preset : preset_rows()) names += (names.empty() ? "" : ", ") + std::string(preset->row.key);
  const std::string name = shown(key);
  return {{"There is no preset called '" + name + "'; the presets are " + names + ".",
           "Il n’y a pas de préréglage « " + name + " » ; les préréglages sont " + names + "."}};
}

}  // namespace

Result<Experiment> preset_experiment(std::string_view key) {
  const PresetRow* preset = find_preset(key);
  if (preset == nullptr) return no_such_preset(key);
  if (preset->link == nullptr) return preset->make();
  Result<ParsedExperiment> parsed = parse_link(preset->link);
  MYELIN_ASSERT(parsed && parsed->warnings.empty());  // a test reads them all
  return std::move(parsed->experiment);
}

Result<ParsedExperiment> parse_experiment(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // some editors put a mark there
  text = trimmed(text);
  if (text.substr(0, 1) == "{") return parse_json(text);
  // A preset's name has neither sign; a link has at least one.
  if (text.find_first_of("=#") != std::string_view::npos) return parse_link(text);
  Result<Experiment> preset = preset_experiment(text);
  if (!preset) return preset.error();
  return ParsedExperiment{std::move(preset.value()), {}};
}

}  // namespace myelin
