// `myelin predict EXPERIMENT --weights FILE --input SAMPLES`: the network's answer for each sample of a file.
#include "json.h"
#include "network.h"
#include "samples.h"

namespace myelin::cli {
namespace {

std::string class_name(const Terminal& terminal, const Dataset& data, int index) {
  const auto at = static_cast<size_t>(index);
  return at < data.class_names.size() ? data.class_names[at].in(terminal.language()) : std::to_string(index);
}

}  // namespace

int predict(const Terminal& terminal, const NetworkOptions& options, const std::string& input) {
  const std::unique_ptr<Network> network = open(terminal, options);
  if (!network) return kBadInput;
  const Problem& problem = network->problem();
  const Result<std::vector<double>> samples = read_samples(input, problem);
  if (!samples) return terminal.refuse(samples.error().text);
  const Result<std::vector<double>> answers = network->predict(samples.value());
  if (!answers) return terminal.refuse(answers.error().text);
  const auto outputs = static_cast<size_t>(problem.nodes.back().shape.size());
  const bool classes = network->classifies();
  Json json = {{"outputs", outputs}};
  if (classes) {
    Json& names = json["classes"] = Json::array();
    for (size_t i = 0; i < problem.data.class_names.size(); ++i) names.push_back(class_name(terminal, problem.data, static_cast<int>(i)));
  }
  Json& list = json["predictions"] = Json::array();
  std::vector<std::vector<std::string>> lines;
  for (size_t first = 0; first < answers->size(); first += outputs) {
    const std::span<const double> row = std::span<const double>(answers.value()).subspan(first, outputs);
    const int answer = classes ? predicted_class(row, network->threshold()) : -1;
    if (options.json) {
      Json one;
      if (classes) one["class"] = answer;
      Json& values = one["values"] = Json::array();
      for (double value : row) values.push_back(number_json(value));
      list.push_back(std::move(one));
      continue;
    }
    lines.push_back({std::to_string(first / outputs), classes ? class_name(terminal, problem.data, answer) : ""});
    for (double value : row) lines.back().push_back(terminal.number(value, 4));
  }
  terminal.print(options.json ? json.dump(2) + "\n" : table(lines));
  return kGood;
}

}  // namespace myelin::cli
