// The rules of tolerance and their sentences. Never fails on a value it can do without.
#include "io/reader.h"

#include <algorithm>

#include "base/number.h"
#include "myelin/goal.h"

namespace myelin {
namespace {

constexpr size_t kMostShown = 40;        // characters of a foreign text
constexpr size_t kMostWarnings = 20;     // a hostile text could cause thousands

// Length of the valid UTF-8 sequence at the front, 0 when there is none.
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool outside = (lead == 0xED && byte(1) >= 0xA0) || (lead == 0xF4 && byte(1) >= 0x90);
  return overlong || outside ? 0 : length;
}

// Control characters, also those that turn the reading direction or hide: nobody should be fooled by a warning.
bool is_control(std::string_view sequence) {
  if (sequence.size() == 1) return static_cast<unsigned char>(sequence[0]) < 0x20 || sequence[0] == 0x7F;
  if (sequence.size() == 2) return sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
  if (sequence.size() != 3 || sequence[0] != '\xE2') return sequence == "\xEF\xBB\xBF";
  const unsigned char second = static_cast<unsigned char>(sequence[1]), third = static_cast<unsigned char>(sequence[2]);
  return (second == 0x80 && (third >= 0x8B && third <= 0x8F)) || (second == 0x80 && third >= 0xA8 && third <= 0xAE) ||
         (second == 0x81 && third >= 0xA0 && third <= 0xAF);
}

// What the field allows, as the end of a sentence.
Message bounds(const Field& field) {
  if (field.control == Control::toggle) return {"it is 0 or 1", "il vaut 0 ou 1"};
  if (field.control == Control::choice) {
    std::string options;
    for (const Choice& choice : field.choices) options += (options.empty() ? "" : ", ") + std::string(choice.key);
    return {"it is one of " + options, "il vaut l’un de " + options};
  }
  const std::string low = number_text(field.min), high = number_text(field.max);
  if (field.control == Control::stepper) {
    return {"it is a whole number from " + low + " to " + high, "c’est un nombre entier de " + low + " à " + high};
  }
  return {"it goes from " + low + " to " + high, "il va de " + low + " à " + high};
}

std::string quoted_fr(const std::string& text) { return "« " + text + " »"; }

}  // namespace

std::string shown(std::string_view foreign) {
  std::string text;
  size_t count = 0;
  while (!foreign.empty()) {
    const size_t length = utf8_length(foreign);
    const std::string_view sequence = foreign.substr(0, std::max<size_t>(length, 1));
    foreign.remove_prefix(sequence.size());
    if (length == 0 || is_control(sequence)) continue;
    if (count++ == kMostShown) return text + "…";
    text += sequence;
  }
  return text;
}

Status check_version(std::string_view version) {
  double number = 0;
  if (parse_number(version, number) && number == kFormatVersion) return {};
  const std::string name = shown(version);
  return Error{{"This experiment has format version '" + name + "'; this program reads version 1. A newer Myelin can open it.",
                "Cette expérience est au format de version " + quoted_fr(name) +
                    " ; ce programme lit la version 1. Un Myelin plus récent peut l’ouvrir."}};
}

ExperimentReader::ExperimentReader() : experiment_(base_experiment()) {}

Status ExperimentReader::start_from_preset(std::string_view key) {
  Result<Experiment> preset = preset_experiment(key);
  if (!preset) return preset.error();
  experiment_ = std::move(preset.value());
  return {};
}

void ExperimentReader::choose(Part& part, Kind kind, std::string_view where, std::string_view key) {
  if (find_row(kind, key) != nullptr) {
    part = make_part(kind, key);
    return;
  }
  warn_bad_value(where, key, {"it stays " + part.kind, "la valeur reste " + part.kind});
}

void ExperimentReader::set(Settings& settings, std::string_view where, std::string_view key, std::string_view text) {
  const std::string name = std::string(where) + std::string(key);
  const Settings::Parsed parsed = settings.set_text(key, text);
  if (parsed == Settings::Parsed::ok) return;
  if (parsed == Settings::Parsed::unknown_key) return warn_unknown_key(name);
  const int index = settings.index_of(key);
  const Message allowed = bounds(settings.fields()[static_cast<size_t>(index)]);
  const std::string now = settings.text(index);
  if (parsed == Settings::Parsed::bad_value) {
    return warn_bad_value(name, text, {"it stays " + now + "; " + allowed.en, "la valeur reste " + now + " ; " + allowed.fr});
  }
  warn({name + " = " + shown(text) + " was brought to " + now + ": " + allowed.en + ".",
        name + " = " + shown(text) + " a été ramené à " + now + " : " + allowed.fr + "."});
}

void ExperimentReader::set_features(std::string_view where, std::span<const std::string> keys) {
  Settings& features = experiment_.features;
  for (const Field& field : features.fields()) features.set(field.key, 0);
  for (const std::string& key : keys) {
    if (!features.set(key, 1)) warn_unknown_key(std::string(where) + key);
  }
}

void ExperimentReader::begin_network() {
  experiment_.nodes.clear();
  drop_weights();
}

ExperimentReader::AddedNode ExperimentReader::add_node(std::string_view kind, std::span<const int> inputs) {
  std::vector<NodeSpec>& nodes = experiment_.nodes;
  if (nodes.empty() && kind != "input") append_node(experiment_, "input");
  const int index = static_cast<int>(nodes.size());
  const std::string at = std::to_string(index);
  if (nodes.size() >= kMostNodes) {
    return {Error{{"The network has more than " + std::to_string(kMostNodes) + " nodes, the most that are read.",
                   "Le réseau a plus de " + std::to_string(kMostNodes) + " nœuds, le maximum accepté."}}};
  }
  if (find_row(Kind::layer, kind) == nullptr || (kind == "input" && index > 0)) {
    const std::string name = shown(kind);
    const Message why = kind == "input" ? Message{"only node 0 can be the input", "seul le nœud 0 peut être l’entrée"}
                                        : Message{"there is no such layer", "cette couche n’existe pas"};
    return {Error{{"Node " + at + " of the network is '" + name + "': " + why.en + ".",
                   "Le nœud " + at + " du réseau est " + quoted_fr(name) + " : " + why.fr + "."}, index}};
  }
  for (int input : inputs) {
    if (input >= 0 && input < index) continue;
    return {Error{{"Node " + at + " of the network reads node " + std::to_string(input) + ": only earlier nodes can be read.",
                   "Le nœud " + at + " du réseau lit le nœud " + std::to_string(input) +
                       " : seuls les nœuds précédents peuvent être lus."}, index}};
  }
  if (inputs.size() > kMostNodes || (index == 0 && !inputs.empty())) {
    return {Error{{"Node " + at + " of the network has too many inputs.", "Le nœud " + at + " du réseau a trop d’entrées."}, index}};
  }
  append_node(experiment_, kind);
  if (!inputs.empty()) nodes.back().inputs.assign(inputs.begin(), inputs.end());
  return {{}, &nodes.back().settings};
}

Status ExperimentReader::end_network() {
  if (experiment_.nodes.size() > 1) return {};
  return Error{{"The network has no layer.", "Le réseau n’a aucune couche."}};
}

void ExperimentReader::set_goal(std::string_view text) {
  if (text.empty()) return experiment_.goal.clear();
  const Result<Goal> goal = parse_goal(text);
  if (goal) experiment_.goal = text;
  else warn({goal.error().text.en + " It was left out.", goal.error().text.fr + " Il a été ignoré."});
}

void ExperimentReader::set_weights(std::vector<double> weights) { experiment_.weights = std::move(weights); }

void ExperimentReader::warn(Message warning) {
  if (warnings_.size() < kMostWarnings) warnings_.push_back(std::move(warning));
  else ++unlisted_warnings_;
}

void ExperimentReader::warn_unknown_key(std::string_view key) {
  const std::string name = shown(key);
  warn({"'" + name + "' is not known and was left out.", quoted_fr(name) + " est inconnu et a été ignoré."});
}

void ExperimentReader::warn_bad_value(std::string_view key, std::string_view value, const Message& consequence) {
  const std::string name = shown(key), text = shown(value);
  warn({"'" + text + "' is not a value of " + name + "; " + consequence.en + ".",
        quoted_fr(text) + " n’est pas une valeur de " + name + " ; " + consequence.fr + "."});
}

ParsedExperiment ExperimentReader::finish() {
  if (unlisted_warnings_ > 0) {
    const std::string count = std::to_string(unlisted_warnings_);
    warnings_.push_back({"And " + count + " more warnings.", "Et " + count + " autres avertissements."});
  }
  return {std::move(experiment_), std::move(warnings_)};
}

}  // namespace myelin
