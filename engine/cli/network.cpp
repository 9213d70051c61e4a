// Opens networks for the commands that ask instead of train.
#include "network.h"

#include "input.h"
#include "weights.h"

namespace myelin::cli {

std::unique_ptr<Network> open(const Terminal& terminal, const NetworkOptions& options, bool f64) {
  Result<Opened> opened = open_experiment(terminal, options.experiment, options.own);
  const auto refuse = [&](const Error& error) {
    terminal.refuse(error.text);
    return nullptr;
  };
  if (!opened) return refuse(opened.error());
  if (f64) opened->experiment.training.set_choice("arithmetic", "f64");
  Result<std::unique_ptr<Network>> network = open_network(opened->experiment, load_asset, options.threads, opened->own.get());
  if (!network) return refuse(explained(network.error()));
  if (!options.weights.empty()) {
    std::vector<double> parameters = network.value()->parameters();
    if (Status wrong = read_weights(terminal, options.weights, options.partial, network.value()->problem().nodes, parameters)) return refuse(*wrong);
    network.value()->set_parameters(parameters);
  }
  return std::move(network.value());
}

}  // namespace myelin::cli
