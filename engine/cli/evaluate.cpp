// `myelin evaluate EXPERIMENT --weights FILE`: everything that can be said of the answers, for each part of the data.
#include <array>
#include <cstdio>

#include "json.h"
#include "network.h"
#include "weights.h"

namespace myelin::cli {
namespace {

constexpr const char* kPartKeys[] = {"train", "validation", "test"};
constexpr Text kParts[] = {{"training", "apprentissage"}, {"validation", "validation"}, {"test", "test"}};

std::vector<std::vector<std::string>> score_rows(const Terminal& terminal, const std::array<Scores, kSplitParts>& parts) {
  struct Line {
    Text label;
    double (*value)(const Scores&);
  };
  constexpr Line kLines[] = {
      {{"loss", "coût"}, [](const Scores& s) { return s.loss; }},
      {{"accuracy", "exactitude"}, [](const Scores& s) { return s.accuracy; }},
      {{"error", "erreur"}, [](const Scores& s) { return s.error; }},
      {{"top 3", "top 3"}, [](const Scores& s) { return s.top[3]; }},
      {{"top 5", "top 5"}, [](const Scores& s) { return s.top[5]; }},
      {{"precision", "précision"}, [](const Scores& s) { return s.precision; }},
      {{"recall", "rappel"}, [](const Scores& s) { return s.recall; }},
      {{"F1", "F1"}, [](const Scores& s) { return s.f1; }},
      {{"AUC", "AUC"}, [](const Scores& s) { return s.auc; }},
      {{"R²", "R²"}, [](const Scores& s) { return s.r2; }},
      {{"RMSE", "RMSE"}, [](const Scores& s) { return s.rmse; }},
  };
  std::vector<std::vector<std::string>> rows = {{"", ""}};
  for (const Text& part : kParts) rows[0].push_back(terminal.word(part));
  for (const Line& line : kLines) {
    std::vector<std::string> row = {terminal.word(line.label), ""};
    bool any = false;
    for (const Scores& scores : parts) {
      const double value = line.value(scores);
      any = any || std::isfinite(value);
      row.push_back(terminal.number(value, 4));
    }
    if (any) rows.push_back(std::move(row));
  }
  return rows;
}

// Rows are true classes, columns answers.
std::string confusion_text(const Terminal& terminal, const Dataset& data, const Scores& scores, Text part) {
  const size_t classes = scores.per_class.size();
  if (classes == 0 || scores.confusion.size() != classes * classes) return "";
  const auto name = [&](size_t index) {
    return index < data.class_names.size() ? data.class_names[index].in(terminal.language()) : std::to_string(index);
  };
  std::vector<std::vector<std::string>> rows = {{std::string(terminal.word(part)), ""}};
  for (size_t column = 0; column < classes; ++column) rows[0].push_back(name(column));
  for (size_t row = 0; row < classes; ++row) {
    rows.push_back({name(row), ""});
    for (size_t column = 0; column < classes; ++column) rows.back().push_back(std::to_string(scores.confusion[row * classes + column]));
  }
  return "\n" + table(rows);
}

// The curves of all parts and classes as a table that any program can draw. The first threshold of a curve is inf.
std::string roc_table(Network& network) {
  std::string text = "part,class,false_positive_rate,true_positive_rate,threshold\n";
  for (size_t part = 0; part < kSplitParts; ++part) {
    const Answers answers = network.answers(static_cast<SplitPart>(part));
    for (int one = 0; one < answers.classes; ++one) {
      for (const RocPoint& point : roc_curve(answers, one)) {
        std::array<char, 128> line{};
        std::snprintf(line.data(), line.size(), "%s,%d,%.9g,%.9g,%.9g\n", kPartKeys[part], one, point.false_positive_rate, point.true_positive_rate,
                      point.threshold);
        text += line.data();
      }
    }
  }
  return text;
}

}  // namespace

int evaluate(const Terminal& terminal, const NetworkOptions& options, const std::string& roc) {
  const std::unique_ptr<Network> network = open(terminal, options);
  if (!network) return kBadInput;
  if (!roc.empty()) {
    if (network->answers(SplitPart::train).task == Task::regression) {
      return terminal.refuse({"This network predicts numbers: only classes have ROC curves.",
                              "Ce réseau prédit des nombres : seules des classes ont des courbes ROC."});
    }
    if (!write_file(roc, bytes_of(roc_table(*network)))) {
      return terminal.refuse({"The file " + roc + " cannot be written.", "Impossible d’écrire le fichier " + roc + "."});
    }
  }
  std::array<Scores, kSplitParts> parts;
  for (size_t part = 0; part < parts.size(); ++part) parts[part] = network->evaluate(static_cast<SplitPart>(part));
  const Problem& problem = network->problem();
  if (options.json) {
    Json json;
    for (size_t part = 0; part < parts.size(); ++part) json[kPartKeys[part]] = scores_json(parts[part]);
    json["samples"] = {{"train", problem.samples[0]}, {"validation", problem.samples[1]}, {"test", problem.samples[2]}};
    json["parameters"] = problem.parameters;
    terminal.print(json.dump(2) + "\n");
    return kGood;
  }
  std::string text = table(score_rows(terminal, parts));
  for (size_t part = 0; part < parts.size(); ++part) text += confusion_text(terminal, problem.data, parts[part], kParts[part]);
  terminal.print(text);
  return kGood;
}

}  // namespace myelin::cli
