// Opens networks for the commands that ask instead of train.
#include "network.h"

#include "input.h"
#include "weights.h"

namespace myelin::cli {

std::unique_ptr<Network> open(const Terminal& terminal, const NetworkOptions& options, bool f64) {
  Result<ParsedExperiment> parsed = read_experiment(options.experiment);
  const auto refuse = [&](const Error& error) {
    terminal.refuse(error.text);
    return nullptr;
  };
  if (!parsed) return refuse(parsed.error());
  for (const Message& warning : parsed->warnings) terminal.warn(warning);
  if (f64) parsed->experiment.training.set_choice("arithmetic", "f64");
  Result<std::unique_ptr<Network>> network = open_network(parsed->experiment, load_asset, options.threads);
  if (!network) return refuse(explained(network.error()));
  if (!options.weights.empty()) {
    std::vector<double> parameters = network.value()->parameters();
    if (Status wrong = read_weights(terminal, options.weights, options.partial, network.value()->problem().nodes, parameters)) return refuse(*wrong);
    network.value()->set_parameters(parameters);
  }
  return std::move(network.value());
}

}  // namespace myelin::cli
