// `myelin list KIND`: the rows of the catalog, for people and (with every bound) for programs.
#include <nlohmann/json.hpp>

#include "commands.h"
#include "myelin/catalog.h"

namespace myelin::cli {
namespace {

using Json = nlohmann::ordered_json;

Json words(const Text& text) { return {{"en", text.en}, {"fr", text.fr}}; }

const char* control_name(Control control) {
  switch (control) {
    case Control::slider: return "slider";
    case Control::log_slider: return "log_slider";
    case Control::stepper: return "stepper";
    case Control::toggle: return "toggle";
    case Control::choice: return "choice";
  }
  return "";
}

Json field_json(const Field& field) {
  Json json = {{"key", field.key}, {"label", words(field.label)}, {"help", words(field.help)}, {"control", control_name(field.control)}};
  if (field.control == Control::choice) {
    json["default"] = field.choices[static_cast<size_t>(field.fallback)].key;
    Json& choices = json["choices"] = Json::array();
    for (const Choice& choice : field.choices) choices.push_back({{"key", choice.key}, {"label", words(choice.label)}});
  } else if (field.control == Control::toggle) {
    json["default"] = field.fallback != 0;
  } else {
    json["min"] = field.min;
    json["max"] = field.max;
    json["step"] = field.step;
    json["default"] = field.fallback;
  }
  json["live"] = field.live;
  return json;
}

Json row_json(const Row& row) {
  Json json = {{"key", row.key}, {"label", words(row.label)}, {"help", words(row.help)}, {"formula", row.formula}};
  Json& fields = json["fields"] = Json::array();
  for (const Field& field : row.fields) fields.push_back(field_json(field));
  return json;
}

}  // namespace

int list(const Terminal& terminal, const std::string& kind, bool json) {
  std::string names;
  for (const Kind candidate : all_kinds()) {
    names += (names.empty() ? "" : ", ") + std::string(kind_name(candidate));
    if (kind != kind_name(candidate)) continue;
    if (json) {
      Json all = Json::array();
      for (const Row* row : rows(candidate)) all.push_back(row_json(*row));
      terminal.print(all.dump(2) + "\n");
      return kGood;
    }
    std::vector<std::vector<std::string>> lines;
    for (const Row* row : rows(candidate)) lines.push_back({row->key, std::string(terminal.word(row->label)) + " - " + terminal.word(row->help)});
    terminal.print(table(lines));
    return kGood;
  }
  if (kind.empty()) return terminal.refuse({"Say what to list: " + names + ".", "Dites quoi énumérer : " + names + "."});
  return terminal.refuse({"There is no list called '" + kind + "'; there are " + names + ".",
                          "Il n’y a pas de liste « " + kind + " » ; il y a " + names + "."});
}

}  // namespace myelin::cli
