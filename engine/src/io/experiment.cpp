// The experiment as a value: its parts, its starting point, and what replacing one by another asks of a run.
#include "myelin/experiment.h"

#include "base/assert.h"
#include "nn/loss.h"

namespace myelin {
namespace {

// Within one section: same table, and every field that differs may change during a run.
Change settings_change(const Settings& from, const Settings& to) {
  if (from == to) return Change::none;
  const std::span<const Field> fields = from.fields();
  if (fields.data() != to.fields().data()) return Change::restart;
  for (size_t i = 0; i < fields.size(); ++i) {
    const int index = static_cast<int>(i);
    if (from.value(index) != to.value(index) && !fields[i].live) return Change::restart;
  }
  return Change::live;
}

Change part_change(const Part& from, const Part& to) {
  return from.kind == to.kind ? settings_change(from.settings, to.settings) : Change::restart;
}

// A loss decides how classes are coded, and what the network's last node has to compute: with other answers the same weights
// would mean something else.
Change loss_change(const Part& from, const Part& to) {
  if (from == to) return Change::none;
  const LossRow* a = find_loss(from.kind);
  const LossRow* b = find_loss(to.kind);
  if (a == nullptr || b == nullptr) return Change::restart;
  const bool same_role = a->regression == b->regression && a->binary == b->binary && a->classes == b->classes &&
                         a->rebuilds == b->rebuilds && a->signed_targets == b->signed_targets &&
                         std::string_view(a->contains) == b->contains;
  return same_role ? Change::live : Change::restart;
}

Change nodes_change(const std::vector<NodeSpec>& from, const std::vector<NodeSpec>& to) {
  if (from.size() != to.size()) return Change::restart;
  Change change = Change::none;
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i].kind != to[i].kind || from[i].inputs != to[i].inputs) return Change::restart;
    const Change here = settings_change(from[i].settings, to[i].settings);
    if (here > change) change = here;
  }
  return change;
}

}  // namespace

Settings& append_node(Experiment& experiment, std::string_view kind) {
  const Row* row = find_row(Kind::layer, kind);
  MYELIN_ASSERT(row != nullptr);
  NodeSpec node{row->key, {}, Settings(row->fields)};
  if (!experiment.nodes.empty()) node.inputs = {static_cast<int>(experiment.nodes.size()) - 1};
  experiment.nodes.push_back(std::move(node));
  return experiment.nodes.back().settings;
}

// Every section's fields stand at their table's defaults: a link writes only what differs from those.
Experiment base_experiment() {
  Experiment experiment;
  experiment.data = make_part(Kind::dataset, "circle");
  experiment.preparation = Settings(preparation_fields());
  experiment.augmentation = Settings(augmentation_fields());
  experiment.features = Settings(feature_fields());
  append_node(experiment, "input");
  Settings& hidden = append_node(experiment, "dense");
  hidden.set("units", 4);
  hidden.set_choice("activation", "tanh");
  Settings& output = append_node(experiment, "dense");
  output.set("units", 1);
  output.set_choice("activation", "tanh");
  experiment.loss = make_part(Kind::loss, "mse");
  experiment.optimizer = make_part(Kind::optimizer, "sgd");
  experiment.schedule = make_part(Kind::schedule, "constant");
  experiment.training = Settings(training_fields());
  experiment.stop = Settings(stop_fields());
  return experiment;
}

Change change_between(const Experiment& from, const Experiment& to) {
  Change change = Change::none;
  const auto consider = [&](Change here) {
    if (here > change) change = here;
  };
  consider(part_change(from.data, to.data));
  consider(settings_change(from.preparation, to.preparation));
  consider(settings_change(from.augmentation, to.augmentation));
  consider(settings_change(from.features, to.features));
  consider(nodes_change(from.nodes, to.nodes));
  consider(loss_change(from.loss, to.loss));
  // The weights go on; the optimiser's own state starts anew.
  consider(from.optimizer == to.optimizer ? Change::none : Change::live);
  consider(from.schedule == to.schedule && from.goal == to.goal ? Change::none : Change::live);
  consider(settings_change(from.training, to.training));
  consider(settings_change(from.stop, to.stop));
  consider(from.weights == to.weights ? Change::none : Change::restart);
  return change;
}

}  // namespace myelin
