// `myelin summary EXPERIMENT`: what the network is made of, without training it.
#include <nlohmann/json.hpp>

#include "commands.h"
#include "input.h"
#include "myelin/session.h"

namespace myelin::cli {
namespace {

using Json = nlohmann::ordered_json;

Json shape_json(const Shape& shape) {
  Json json = Json::array();
  for (int axis = 0; axis < shape.rank; ++axis) json.push_back(shape[axis]);
  return json;
}

std::string to_text(const Terminal& terminal, const Problem& problem) {
  std::vector<std::vector<std::string>> rows = {{terminal.word({"node", "nœud"}), terminal.word({"kind", "type"}),
                                                 terminal.word({"inputs", "entrées"}), terminal.word({"output shape", "sortie"}),
                                                 terminal.word({"parameters", "paramètres"}),
                                                 terminal.word({"multiply-adds", "multiplications-additions"})}};
  // Of a network larger than a link can hold only the layers that compute are shown: a page instead of ten.
  constexpr size_t kWholeTable = 64;
  size_t left_out = 0;
  for (size_t node = 0; node < problem.nodes.size(); ++node) {
    const NodeInfo& info = problem.nodes[node];
    if (problem.nodes.size() > kWholeTable && node > 0 && info.multiply_adds == 0) {
      ++left_out;
      continue;
    }
    std::string inputs;
    for (int input : info.inputs) {
      if (!inputs.empty()) inputs += ',';
      inputs += std::to_string(input);
    }
    rows.push_back({std::to_string(node), info.kind, inputs, info.shape.to_string(), std::to_string(info.parameters),
                    std::to_string(info.multiply_adds)});
  }
  rows.push_back({terminal.word({"total", "total"}), "", "", "", std::to_string(problem.parameters), std::to_string(problem.multiply_adds)});
  std::string text = table(rows);
  if (left_out > 0) {
    const std::string count = std::to_string(left_out);
    text += count + terminal.word({" nodes without multiplications are left out; --json lists them all.\n",
                                  " nœuds sans multiplication sont omis ; --json les donne tous.\n"});
  }
  if (problem.output_in_loss) {
    text += terminal.word({"The output activation is computed with the loss, exactly, from the values of the last node.\n",
                           "L’activation de sortie est calculée avec le coût, exactement, à partir des valeurs du dernier nœud.\n"});
  }
  return text;
}

Json to_json(const Problem& problem) {
  Json json;
  Json& layers = json["layers"] = Json::array();
  for (size_t node = 0; node < problem.nodes.size(); ++node) {
    const NodeInfo& info = problem.nodes[node];
    layers.push_back({{"node", node},
                      {"kind", info.kind},
                      {"inputs", info.inputs},
                      {"output_shape", shape_json(info.shape)},
                      {"parameters", info.parameters},
                      {"multiply_adds", info.multiply_adds}});
  }
  json["totals"] = {{"parameters", problem.parameters}, {"multiply_adds", problem.multiply_adds}};
  json["samples"] = {{"train", problem.samples[0]}, {"validation", problem.samples[1]}, {"test", problem.samples[2]}};
  return json;
}

}  // namespace

int summary(const Terminal& terminal, const std::string& argument, const OwnDataOptions& own, bool json) {
  const Result<Opened> opened = open_experiment(terminal, argument, own);
  if (!opened) return terminal.refuse(opened.error().text);
  const Result<Problem> problem = describe(opened->experiment, load_asset, opened->own.get());
  if (!problem) return terminal.refuse(explained(problem.error()).text);
  terminal.print(json ? to_json(problem.value()).dump(2) + "\n" : to_text(terminal, problem.value()));
  return kGood;
}

}  // namespace myelin::cli
