// `myelin gradients` writes what backpropagation finds for a user's samples; `myelin check-gradients` compares it with finite
// differences and says what to think of the result.
#include <algorithm>
#include <array>
#include <cstdio>

#include "json.h"
#include "network.h"
#include "samples.h"
#include "weights.h"

namespace myelin::cli {
namespace {

// 3.2e-11: a number of which the size matters.
std::string scientific(const Terminal& terminal, double value) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.1e", value);
  std::string result(text.data());
  if (terminal.language() == Language::french) std::replace(result.begin(), result.end(), '.', ',');
  return result;
}

Json report_json(const GradientReport& report) {
  Json json = {{"good", report.good},
               {"loss", number_json(report.loss)},
               {"step", report.options.step},
               {"limit", report.options.limit},
               {"worst", number_json(report.worst)},
               {"rounding", report.rounding},
               {"checked", report.checked},
               {"kinks", report.kinks},
               {"unclear", report.unclear}};
  Json& tensors = json["tensors"] = Json::array();
  for (const TensorCheck& check : report.tensors) {
    tensors.push_back({{"name", std::to_string(check.node) + "." + check.name},
                       {"parameters", check.count},
                       {"checked", check.checked},
                       {"kinks", check.kinks},
                       {"unclear", check.unclear},
                       {"relative", number_json(check.relative)},
                       {"absolute", number_json(check.absolute)},
                       {"too_small", check.too_small},
                       {"worst_index", check.worst},
                       {"analytic", number_json(check.analytic)},
                       {"numeric", number_json(check.numeric)},
                       {"good", check.good}});
  }
  return json;
}

std::string report_text(const Terminal& terminal, const GradientReport& report) {
  std::vector<std::vector<std::string>> rows = {{terminal.word({"tensor", "tenseur"}), "", terminal.word({"checked", "vérifiés"}),
                                                 terminal.word({"kinks", "coudes"}), terminal.word({"unclear", "indécis"}),
                                                 terminal.word({"relative error", "erreur relative"})}};
  bool any_small = false;
  for (const TensorCheck& check : report.tensors) {
    any_small = any_small || check.too_small;
    rows.push_back({std::to_string(check.node) + "." + check.name,
                    check.good ? (check.too_small ? terminal.word({"too small", "trop petit"}) : "") : terminal.word({"WRONG", "FAUX"}),
                    std::to_string(check.checked) + "/" + std::to_string(check.count), std::to_string(check.kinks), std::to_string(check.unclear),
                    scientific(terminal, check.relative)});
  }
  std::string text = table(rows);
  const std::string step = scientific(terminal, report.options.step), rounding = scientific(terminal, report.rounding);
  text += terminal.word({"Step ", "Pas "}) + step +
          terminal.word({": a smaller one loses digits in the difference of two losses (rounding alone: ",
                         "\u202F: plus petit, la différence de deux coûts perd des chiffres (arrondis seuls\u202F: "}) +
          rounding + terminal.word({"), a larger one measures the curvature.\n", "), plus grand, il mesure la courbure.\n"});
  if (report.kinks > 0) {
    text += terminal.word({"Kinks are corners of the loss (ReLU, maximum): the slopes on both sides differ, so they are left out.\n",
                           "Les coudes sont des angles du coût (ReLU, maximum) : les pentes diffèrent de chaque côté, ils sont exclus.\n"});
  }
  if (report.unclear > 0) {
    text += terminal.word({"Unclear: too small beside curvature or a corner nearby; the differences settle at no step, so they are left out.\n",
                           "Indécis : trop petits à côté de la courbure ou d’un angle voisin ; les différences ne se fixent à aucun pas, ils sont exclus.\n"});
  }
  if (any_small) {
    text += terminal.word({"Too small: the differences show nothing but rounding.\n", "Trop petit : les différences ne montrent que des arrondis.\n"});
  }
  const std::string limit = scientific(terminal, report.options.limit);
  text += report.good ? terminal.word({"All are below ", "Tous sont inférieurs à "}) : terminal.word({"Not all are below ", "Tous ne sont pas inférieurs à "});
  return text + limit + ".\n";
}

}  // namespace

int gradients(const Terminal& terminal, const NetworkOptions& options, const GradientOptions& files) {
  const std::unique_ptr<Network> network = open(terminal, options, files.f64);
  if (!network) return kBadInput;
  const Problem& problem = network->problem();
  const Result<std::vector<double>> samples = read_samples(files.input, problem);
  if (!samples) return terminal.refuse(samples.error().text);
  std::vector<double> targets;
  if (!files.target.empty()) {
    Result<std::vector<double>> read = read_targets(files.target, problem);
    if (!read) return terminal.refuse(read.error().text);
    targets = std::move(read.value());
  }
  const Result<Gradients> found = network->gradients(samples.value(), targets);
  if (!found) return terminal.refuse(found.error().text);
  if (!files.out.empty()) {
    const std::vector<Tensor> tensors = tensors_of(problem.nodes, found->values, weights_type(problem.experiment), true);
    if (!write_file(files.out, write_safetensors(tensors))) {
      return terminal.refuse({"The file " + files.out + " cannot be written.", "Impossible d’écrire le fichier " + files.out + "."});
    }
  }
  double squares = 0;
  for (double value : found->values) squares += value * value;
  const auto count = samples->size() / static_cast<size_t>(problem.data.input_shape.size());
  if (options.json) {
    const Json json = {{"loss", number_json(found->loss)}, {"samples", count}, {"norm", number_json(std::sqrt(squares))}};
    terminal.print(json.dump(2) + "\n");
  } else {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.17g\n", found->loss);
    terminal.print(std::string(terminal.word({"loss ", "coût "})) + text.data());
  }
  return kGood;
}

int check_gradients(const Terminal& terminal, const NetworkOptions& options, const CheckOptions& check) {
  const std::unique_ptr<Network> network = open(terminal, options, true);
  if (!network) return kBadInput;
  GradientCheckOptions chosen;
  if (check.step > 0) chosen.step = check.step;
  if (check.samples > 0) chosen.samples = static_cast<int>(check.samples);
  if (check.parameters > 0) chosen.most_parameters = static_cast<int>(check.parameters);
  const Result<GradientReport> report = network->check_gradients(chosen);
  if (!report) return terminal.refuse(report.error().text);
  terminal.print(options.json ? report_json(report.value()).dump(2) + "\n" : report_text(terminal, report.value()));
  return report->good ? kGood : kMissed;
}

}  // namespace myelin::cli
