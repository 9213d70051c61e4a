// The engine checks wiring and shapes without data or memory: an edit must cost nothing and need no files.
#include "myelin/edits.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/own.h"

namespace myelin {
namespace {

constexpr int kMaxHiddenLayers = 24;

std::optional<DatasetFacts> facts_of(const Experiment& experiment) {
  const Result<DatasetFacts> facts = dataset_facts(experiment.data);
  if (!facts) return std::nullopt;
  return facts.value();
}

bool is_sized(const NodeSpec& node) { return node.settings.has("units"); }
bool sums_widths(const NodeSpec& node) { return node.kind == "concat"; }

size_t at(int index) { return static_cast<size_t>(index); }

bool is_sound(const Experiment& experiment) { return !check_network(experiment).has_value(); }

// Nodes whose width must stay equal to this node's, because they are added or only pass it on.
std::vector<bool> same_width(const Experiment& experiment, int node) {
  std::vector<bool> member(experiment.nodes.size(), false);
  member[at(node)] = true;
  for (bool grew = true; grew;) {
    grew = false;
    for (size_t i = 1; i < experiment.nodes.size(); ++i) {
      const NodeSpec& other = experiment.nodes[i];
      if (is_sized(other) || sums_widths(other)) continue;
      bool any = member[i];
      for (int input : other.inputs) any = any || member[at(input)];
      if (!any) continue;
      grew = grew || !member[i];
      member[i] = true;
      for (int input : other.inputs) {
        grew = grew || !member[at(input)];
        member[at(input)] = true;
      }
    }
  }
  return member;
}

void resize(Experiment& experiment, int node, int units) {
  const std::vector<bool> member = same_width(experiment, node);
  for (size_t i = 0; i < member.size(); ++i)
    if (member[i] && is_sized(experiment.nodes[i])) experiment.nodes[i].settings.set("units", units);
}

// The last node that has units of its own, from which the output takes its width: the output itself, or what it passes on.
int output_source(const Experiment& experiment) {
  int node = static_cast<int>(experiment.nodes.size()) - 1;
  while (node > 0 && !is_sized(experiment.nodes[at(node)])) {
    const NodeSpec& spec = experiment.nodes[at(node)];
    if (spec.inputs.empty() || sums_widths(spec)) return -1;
    node = spec.inputs.front();
  }
  return node > 0 ? node : -1;
}

void set_output_activation(Experiment& experiment, std::string_view key) {
  Settings& settings = experiment.nodes.back().settings;
  if (settings.has("activation")) settings.set_choice("activation", key);
}

const char* usual_loss(Task task) {
  return task == Task::regression ? "mse" : task == Task::binary ? "binary_cross_entropy" : "cross_entropy";
}

void fit_output(Experiment& experiment, const DatasetFacts& facts, bool reset_activation) {
  const LossFacts loss = loss_facts(experiment.loss.kind);
  int units = loss.rebuilds ? input_width(facts, experiment.features) : facts.outputs;
  if (loss.contains == "softmax") units = std::max(2, units);
  if (const int source = output_source(experiment); source >= 0) {
    const bool differs = experiment.nodes[at(source)].settings.integer("units") != units;
    if (differs) {
      experiment.weights.clear();
      resize(experiment, source, units);
    }
  }
  if (!loss.contains.empty()) {
    set_output_activation(experiment, loss.contains);
  } else if (reset_activation && loss.rebuilds) {
    set_output_activation(experiment, facts.input_shape.rank == 3 ? "sigmoid" : "linear");  // pixels lie between 0 and 1
  } else if (reset_activation) {
    set_output_activation(experiment, facts.task == Task::regression ? "linear" : facts.task == Task::binary ? "tanh" : "sigmoid");
  }
}

Experiment fit_to_data(Experiment next, const Experiment& before) {
  const std::optional<DatasetFacts> facts = facts_of(next), old_facts = facts_of(before);
  if (!facts) return next;
  const bool other_task = !old_facts || old_facts->task != facts->task;
  const bool other_outputs = !old_facts || old_facts->outputs != facts->outputs;
  const bool other_inputs = !old_facts || input_width(*old_facts, before.features) != input_width(*facts, next.features);
  if (other_inputs) next.weights.clear();
  const LossFacts loss = loss_facts(next.loss.kind);
  const bool wrong_loss = !loss.serves(facts->task);
  // A half-way network (a loss made for many classes, kept for two) would only puzzle: each task starts with its usual loss.
  const bool other_loss = wrong_loss || (other_task && !loss.rebuilds && next.loss.kind != usual_loss(facts->task));
  if (other_loss) next.loss = make_part(Kind::loss, usual_loss(facts->task));
  if (other_task || other_outputs || wrong_loss || loss.rebuilds) fit_output(next, *facts, other_task || wrong_loss || loss.rebuilds);
  if (is_sound(next)) return next;
  fit_output(next, *facts, false);
  if (is_sound(next)) return next;
  // Layers made for images or sequences have no place on this data: a small dense network has one everywhere.
  next.nodes.resize(1);
  append_node(next, "dense").set("units", 8);
  append_node(next, "dense");
  next.weights.clear();
  fit_output(next, *facts, true);
  return is_sound(next) ? next : before;
}

}  // namespace

Experiment change_data(Experiment experiment, std::string_view key) {
  if (experiment.data.kind == key || find_row(Kind::dataset, key) == nullptr) return experiment;
  Experiment next = experiment;
  next.data = make_part(Kind::dataset, key);
  for (int field = 0; field < static_cast<int>(next.data.settings.fields().size()); ++field) {
    // Noise and seed go along: whoever set 20 % noise wants to see it on the next picture too.
    const std::string_view name = next.data.settings.fields()[at(field)].key;
    if ((name == "noise" || name == "seed") && experiment.data.settings.has(name))
      next.data.settings.set(name, experiment.data.settings[name]);
  }
  return fit_to_data(std::move(next), experiment);
}

Experiment use_own_data(const Experiment& experiment, const Dataset& samples) {
  Experiment next = experiment;
  if (next.data.kind != kOwnData) next.data = make_part(Kind::dataset, kOwnData);
  data::describe_own(samples, next.data.settings);
  return fit_to_data(std::move(next), experiment);
}

Experiment change_data_settings(Experiment experiment, const Settings& settings) {
  Experiment next = experiment;
  next.data.settings = settings;
  return fit_to_data(std::move(next), experiment);
}

Experiment set_feature(Experiment experiment, int field, bool on) {
  Experiment next = experiment;
  const std::span<const Field> fields = next.features.fields();
  if (field < 0 || at(field) >= fields.size()) return experiment;
  next.features.set(fields[at(field)].key, on ? 1 : 0);
  bool any = false;
  for (int i = 0; i < static_cast<int>(fields.size()); ++i) any = any || next.features.value(i) != 0;
  if (!any || next.features == experiment.features) return experiment;
  next.weights.clear();
  const std::optional<DatasetFacts> facts = facts_of(next);
  if (facts && loss_facts(next.loss.kind).rebuilds) fit_output(next, *facts, false);
  return is_sound(next) ? next : experiment;
}

Experiment set_split(Experiment experiment, int validation, int test) {
  constexpr int kLeastTraining = 5;
  test = std::clamp(test, 0, 90);
  validation = std::clamp(validation, 0, std::min(90, 100 - kLeastTraining - test));
  experiment.preparation.set("test", test);
  experiment.preparation.set("validation", validation);
  return experiment;
}

Experiment set_preparation(Experiment experiment, const Settings& settings) {
  experiment.preparation = settings;
  return experiment;
}

int hidden_layers(const Experiment& experiment) {
  int layers = 0;
  for (size_t i = 1; i + 1 < experiment.nodes.size(); ++i) layers += is_sized(experiment.nodes[i]);
  return layers;
}

bool can_remove(const Experiment& experiment, int node) { return remove_node(experiment, node) != experiment; }

bool can_set_units(const Experiment& experiment, int node) {
  if (node <= 0 || at(node) + 1 >= experiment.nodes.size() || !is_sized(experiment.nodes[at(node)])) return false;
  const std::vector<bool> member = same_width(experiment, node);
  if (member.front() || member.back()) return false;  // bound to the inputs or to the task
  for (size_t i = 0; i < member.size(); ++i)
    if (member[i] && sums_widths(experiment.nodes[i])) return false;
  return true;
}

Experiment add_layer(Experiment experiment) {
  if (hidden_layers(experiment) >= kMaxHiddenLayers) return experiment;
  // Like the last hidden layer, so that a click never changes the character of the network.
  const NodeSpec* model = nullptr;
  for (size_t i = 1; i + 1 < experiment.nodes.size(); ++i)
    if (is_sized(experiment.nodes[i])) model = &experiment.nodes[i];
  const size_t output = experiment.nodes.size() - 1;
  NodeSpec layer;
  if (model != nullptr) {
    layer = *model;
    layer.settings.set("units", std::min(4, model->settings.integer("units")));
  } else {
    layer.kind = "dense";
    layer.settings = make_part(Kind::layer, "dense").settings;
    layer.settings.set("units", 4);
    layer.settings.set_choice("activation", "tanh");
  }
  Experiment next = experiment;
  NodeSpec& last = next.nodes[output];
  if (last.inputs.size() != 1 || !is_sized(last)) return experiment;  // an output that only joins has no place before it
  layer.inputs = last.inputs;
  last.inputs = {static_cast<int>(output)};
  next.nodes.insert(next.nodes.begin() + static_cast<std::ptrdiff_t>(output), std::move(layer));
  next.weights.clear();
  return is_sound(next) ? next : experiment;
}

Experiment remove_node(Experiment experiment, int node) {
  const int output = static_cast<int>(experiment.nodes.size()) - 1;
  if (node <= 0 || node >= output) return experiment;
  Experiment next = experiment;
  const std::vector<int> inputs = next.nodes[at(node)].inputs;
  if (inputs.empty()) return experiment;
  for (NodeSpec& user : next.nodes)
    for (int& input : user.inputs)
      if (input == node) input = inputs.front();
  next.nodes.erase(next.nodes.begin() + node);
  for (NodeSpec& user : next.nodes)
    for (int& input : user.inputs)
      if (input > node) --input;
  next.weights.clear();
  return is_sound(next) ? next : experiment;
}

Experiment remove_layer(Experiment experiment) {
  for (int node = static_cast<int>(experiment.nodes.size()) - 2; node > 0; --node) {
    if (!is_sized(experiment.nodes[at(node)])) continue;
    Experiment next = remove_node(experiment, node);
    if (next != experiment) return next;
  }
  return experiment;
}

Experiment set_units(Experiment experiment, int node, int units) {
  if (!can_set_units(experiment, node)) return experiment;
  Experiment next = experiment;
  resize(next, node, units);
  if (next == experiment) return experiment;
  next.weights.clear();
  return is_sound(next) ? next : experiment;
}

Experiment set_activation(Experiment experiment, int node, std::string_view key) {
  if (node > 0 && at(node) < experiment.nodes.size()) {
    Settings& settings = experiment.nodes[at(node)].settings;
    if (settings.has("activation")) settings.set_choice("activation", key);
  }
  return experiment;
}

Experiment set_loss(Experiment experiment, std::string_view key) {
  const std::optional<DatasetFacts> facts = facts_of(experiment);
  if (experiment.loss.kind == key || find_row(Kind::loss, key) == nullptr) return experiment;
  if (facts && !loss_facts(key).serves(facts->task)) return experiment;
  Experiment next = experiment;
  next.loss = make_part(Kind::loss, key);
  if (facts) fit_output(next, *facts, true);
  return is_sound(next) ? next : experiment;
}

Experiment set_optimizer(Experiment experiment, std::string_view key) {
  if (experiment.optimizer.kind == key || find_row(Kind::optimizer, key) == nullptr) return experiment;
  const Settings before = experiment.optimizer.settings;
  experiment.optimizer = make_part(Kind::optimizer, key);
  for (int field = 0; field < static_cast<int>(before.fields().size()); ++field)
    if (!before.is_default(field)) experiment.optimizer.settings.set(before.fields()[at(field)].key, before.value(field));
  return experiment;
}

Experiment new_seed(Experiment experiment, uint64_t random) {
  const double old = experiment.training["seed"];
  double seed = static_cast<double>(random % 9999) + 1;  // short enough to be read out in class
  if (seed == old) seed += 1;
  experiment.training.set("seed", seed);
  experiment.weights.clear();
  return experiment;
}

Experiment new_data_seed(Experiment experiment, uint64_t random) {
  if (!experiment.data.settings.has("seed")) return experiment;
  double seed = static_cast<double>(random % 9999) + 1;
  if (seed == experiment.data.settings["seed"]) seed += 1;
  experiment.data.settings.set("seed", seed);
  return experiment;
}

Experiment set_start_weight(Experiment experiment, const std::vector<double>& parameters, int index, double value) {
  if (index < 0 || at(index) >= parameters.size() || !std::isfinite(value)) return experiment;
  experiment.weights = parameters;
  experiment.weights[at(index)] = value;
  return experiment;
}

}  // namespace myelin
