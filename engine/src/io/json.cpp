// The experiment as a JSON file: every field is written, so that a file says all about itself, and read with the rules of
// tolerance of links. The order of keys never matters.
#include <algorithm>

#include "base/number.h"
#include "io/json_value.h"
#include "io/reader.h"
#include "myelin/goal.h"

namespace myelin {
namespace {

using Type = JsonValue::Type;

// Values reach the settings in their text form, the same as in links. Null when the value is an array or an object.
bool text_form(const JsonValue& value, std::string& text) {
  switch (value.type) {
    case Type::number: text = number_text(value.number); return true;
    case Type::boolean: text = value.number != 0 ? '1' : '0'; return true;
    case Type::string: text = value.string; return true;
    default: return false;
  }
}

std::string type_name(const JsonValue& value) {
  switch (value.type) {
    case Type::array: return "[...]";
    case Type::object: return "{...}";
    case Type::null: return "null";
    default: break;
  }
  std::string text;
  text_form(value, text);
  return text;
}

void warn_ignored(ExperimentReader& reader, std::string_view key, const JsonValue& value) {
  reader.warn_bad_value(key, type_name(value), {"it was left out", "elle a été ignorée"});
}

void read_settings(ExperimentReader& reader, Settings& settings, const std::string& where, const JsonValue& object,
                   std::initializer_list<std::string_view> known = {}) {
  for (size_t i = 0; i < object.keys.size(); ++i) {
    const std::string& key = object.keys[i];
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string text;
    if (text_form(object.items[i], text)) reader.set(settings, where, key, text);
    else if (settings.has(key)) warn_ignored(reader, where + key, object.items[i]);
    else reader.warn_unknown_key(where + key);
  }
}

void read_part(ExperimentReader& reader, Part& part, Kind kind, const std::string& name, const JsonValue& value) {
  if (value.type == Type::string) return reader.choose(part, kind, name, value.string);  // only the kind
  if (value.type != Type::object) return warn_ignored(reader, name, value);
  if (const JsonValue* chosen = value.find("kind")) {
    if (chosen->type == Type::string) reader.choose(part, kind, name + ".kind", chosen->string);
    else warn_ignored(reader, name + ".kind", *chosen);
  }
  read_settings(reader, part.settings, name + ".", value, {"kind"});
}

void read_section(ExperimentReader& reader, Settings& settings, const std::string& name, const JsonValue& value) {
  if (value.type == Type::object) read_settings(reader, settings, name + ".", value);
  else warn_ignored(reader, name, value);
}

void read_features(ExperimentReader& reader, const JsonValue& value) {
  if (value.type != Type::array || !value.numbers.empty()) return warn_ignored(reader, "features", value);
  std::vector<std::string> keys;
  for (const JsonValue& item : value.items) keys.push_back(item.type == Type::string ? item.string : type_name(item));
  reader.set_features("features ", keys);
}

// One node: {"kind": "dense", "inputs": [0], "units": 8}.
Status read_node(ExperimentReader& reader, const JsonValue& item) {
  const std::vector<NodeSpec>& nodes = reader.experiment().nodes;
  const JsonValue* kind = item.find("kind");
  const bool input_first = !nodes.empty() || (kind != nullptr && kind->string == "input");
  const size_t number = input_first ? nodes.size() : 1;
  const std::string name = std::to_string(number);
  if (kind == nullptr || kind->type != Type::string) {
    return Error{{"Node " + name + " of the network has no \"kind\".", "Le nœud " + name + " du réseau n’a pas de « kind »."},
                 static_cast<int>(number)};
  }
  std::vector<int> inputs;
  const JsonValue* given = item.find("inputs");
  if (given != nullptr) {
    bool good = given->type == Type::array && given->items.empty() && given->numbers.size() <= kMostNodes;
    for (double input : given->numbers) {
      if (!(input >= 0 && input < static_cast<double>(kMostNodes) && input == static_cast<int>(input))) good = false;
      if (good) inputs.push_back(static_cast<int>(input));
    }
    if (!good) {
      return Error{{"The inputs of node " + name + " are not a list of numbers of earlier nodes.",
                    "Les entrées du nœud " + name + " ne sont pas une liste de numéros de nœuds précédents."},
                   static_cast<int>(number)};
    }
  }
  ExperimentReader::AddedNode added = reader.add_node(kind->string, inputs);
  if (added.error) return added.error;
  read_settings(reader, *added.settings, "network " + name + " " + kind->string + ".", item, {"kind", "inputs"});
  return {};
}

Status read_network(ExperimentReader& reader, const JsonValue& value) {
  reader.begin_network();
  if (value.type != Type::array || !value.numbers.empty()) {
    return Error{{"The network is not a list of nodes.", "Le réseau n’est pas une liste de nœuds."}};
  }
  for (const JsonValue& item : value.items) {
    if (Status bad = read_node(reader, item)) return bad;
  }
  return reader.end_network();
}

void read_weights(ExperimentReader& reader, const JsonValue& value) {
  reader.drop_weights();
  const bool numbers = value.type == Type::array && value.items.empty();
  if (numbers && value.numbers.size() <= kMostJsonWeights) return reader.set_weights(value.numbers);
  const Message consequence{"the start weights are drawn at random", "les poids de départ sont tirés au hasard"};
  if (!numbers) return reader.warn_bad_value("weights", type_name(value), consequence);
  const std::string most = std::to_string(kMostJsonWeights);
  reader.warn({"A file holds at most " + most + " start weights; " + consequence.en + ".",
               "Un fichier contient au plus " + most + " poids de départ ; " + consequence.fr + "."});
}

constexpr std::string_view kSections[] = {"version", "preset",   "data",     "preparation", "augmentation", "features", "network",
                                          "loss",    "optimizer", "schedule", "training",    "stop",         "goal",     "weights"};

Result<ParsedExperiment> read_root(const JsonValue& root) {
  if (root.type != Type::object) {
    return Error{{"An experiment file holds an object: {\"version\": 1, ...}.",
                  "Un fichier d’expérience contient un objet : {\"version\": 1, ...}."}};
  }
  if (const JsonValue* version = root.find("version")) {
    if (Status bad = check_version(type_name(*version))) return *bad;
  }
  ExperimentReader reader;
  Experiment& experiment = reader.experiment();
  if (const JsonValue* preset = root.find("preset")) {
    if (Status bad = reader.start_from_preset(type_name(*preset))) return *bad;
  }
  if (const JsonValue* data = root.find("data")) {
    const std::string before = experiment.data.kind;
    read_part(reader, experiment.data, Kind::dataset, "data", *data);
    if (experiment.data.kind != before) reader.drop_weights();
  }
  if (const JsonValue* value = root.find("preparation")) read_section(reader, experiment.preparation, "preparation", *value);
  if (const JsonValue* value = root.find("augmentation")) read_section(reader, experiment.augmentation, "augmentation", *value);
  if (const JsonValue* features = root.find("features")) {
    read_features(reader, *features);
    reader.drop_weights();
  }
  if (const JsonValue* network = root.find("network")) {
    if (Status bad = read_network(reader, *network)) return *bad;
  }
  if (const JsonValue* value = root.find("loss")) read_part(reader, experiment.loss, Kind::loss, "loss", *value);
  if (const JsonValue* value = root.find("optimizer")) {
    read_part(reader, experiment.optimizer, Kind::optimizer, "optimizer", *value);
  }
  if (const JsonValue* value = root.find("schedule")) {
    read_part(reader, experiment.schedule, Kind::schedule, "schedule", *value);
  }
  if (const JsonValue* value = root.find("training")) read_section(reader, experiment.training, "training", *value);
  if (const JsonValue* value = root.find("stop")) read_section(reader, experiment.stop, "stop", *value);
  if (const JsonValue* goal = root.find("goal")) {
    if (goal->type == Type::string) reader.set_goal(goal->string);
    else warn_ignored(reader, "goal", *goal);
  }
  if (const JsonValue* weights = root.find("weights")) read_weights(reader, *weights);
  for (const std::string& key : root.keys) {
    if (std::find(std::begin(kSections), std::end(kSections), key) == std::end(kSections)) reader.warn_unknown_key(key);
  }
  return reader.finish();
}

// --- Writing ----------------------------------------------------------------------------------------------------------

// All keys and options are ours: letters, digits, '_' and '-', so nothing needs an escape.
std::string quoted(std::string_view key) { return '"' + std::string(key) + '"'; }

std::string fields_text(const Settings& settings) {
  std::string text;
  for (int i = 0; i < static_cast<int>(settings.fields().size()); ++i) {
    const Field& field = settings.fields()[static_cast<size_t>(i)];
    if (i > 0) text += ", ";
    text += quoted(field.key) + ": ";
    if (field.control == Control::toggle) text += settings.value(i) != 0 ? "true" : "false";
    else text += field.control == Control::choice ? quoted(settings.text(i)) : settings.text(i);
  }
  return text;
}

std::string part_text(const Part& part) {
  const std::string fields = fields_text(part.settings);
  return "{\"kind\": " + quoted(part.kind) + (fields.empty() ? "" : ", ") + fields + "}";
}

std::string node_text(const NodeSpec& node) {
  std::string text = "{\"kind\": " + quoted(node.kind);
  if (!node.inputs.empty()) {
    text += ", \"inputs\": [";
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (i > 0) text += ", ";
      text += std::to_string(node.inputs[i]);
    }
    text += ']';
  }
  const std::string fields = fields_text(node.settings);
  return text + (fields.empty() ? "" : ", ") + fields + "}";
}

std::string weights_text(const std::vector<double>& weights) {
  constexpr size_t kPerLine = 8;
  std::string text = "[";
  for (size_t i = 0; i < weights.size(); ++i) {
    text += i % kPerLine == 0 ? "\n    " : " ";
    text += number_text(weights[i]);
    if (i + 1 < weights.size()) text += ',';
  }
  return text + "\n  ]";
}

}  // namespace

Result<ParsedExperiment> parse_json(std::string_view json) {
  if (json.size() > kMostJsonBytes) {
    return Error{{"This file is larger than 16 MB, the most that an experiment may take.",
                  "Ce fichier dépasse 16 Mo, le maximum pour une expérience."}};
  }
  const Result<JsonValue> root = parse_json_value(json);
  if (!root) return root.error();
  return read_root(root.value());
}

std::string to_json(const Experiment& experiment) {
  std::string text = "{\n  \"version\": " + std::to_string(kFormatVersion);
  text += ",\n  \"data\": " + part_text(experiment.data);
  text += ",\n  \"preparation\": {" + fields_text(experiment.preparation) + "}";
  text += ",\n  \"augmentation\": {" + fields_text(experiment.augmentation) + "}";
  text += ",\n  \"features\": [";
  bool first = true;
  for (const Field& field : experiment.features.fields()) {
    if (!experiment.features.on(field.key)) continue;
    if (!first) text += ", ";
    text += quoted(field.key);
    first = false;
  }
  text += "],\n  \"network\": [";
  for (size_t i = 0; i < experiment.nodes.size(); ++i) {
    text += i == 0 ? "\n    " : ",\n    ";
    text += node_text(experiment.nodes[i]);
  }
  text += "\n  ],\n  \"loss\": " + part_text(experiment.loss);
  text += ",\n  \"optimizer\": " + part_text(experiment.optimizer);
  text += ",\n  \"schedule\": " + part_text(experiment.schedule);
  text += ",\n  \"training\": {" + fields_text(experiment.training) + "}";
  text += ",\n  \"stop\": {" + fields_text(experiment.stop) + "}";
  // What a goal may consist of needs no escape either; a text that is none, set by a program, is left out.
  if (!experiment.goal.empty() && parse_goal(experiment.goal)) text += ",\n  \"goal\": \"" + experiment.goal + '"';
  if (!experiment.weights.empty()) text += ",\n  \"weights\": " + weights_text(experiment.weights);
  return text + "\n}\n";
}

}  // namespace myelin
