// Edits of experiments: whatever is clicked in whatever order, the result compiles, and undo's value semantics hold.
#include "myelin/edits.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "catalog/catalog.h"
#include "myelin/session.h"
#include "support/dice.h"
#include "support/support.h"

using namespace myelin;
using myelin::test::experiment_from;

namespace {

Result<Problem> compiled(const Experiment& experiment) {
  return describe(experiment, [](const std::string& name) { return test::read_asset(name); });
}

void check_sound(const Experiment& experiment) {
  const Result<Problem> problem = compiled(experiment);
  INFO(to_link(experiment));
  if (!problem) FAIL_CHECK(problem.error().text.en);
  else CHECK(loss_facts(experiment.loss.kind).serves(problem->data.task));
}

const NodeSpec& output(const Experiment& experiment) { return experiment.nodes.back(); }

// Nodes a and b are added to each other behind them, and the output reads the sum.
void add_sum(Experiment& experiment, int a, int b) {
  NodeSpec sum;
  sum.kind = "add";
  sum.settings = make_part(Kind::layer, "add").settings;
  sum.inputs = {a, b};
  experiment.nodes.insert(experiment.nodes.end() - 1, sum);
  experiment.nodes.back().inputs = {static_cast<int>(experiment.nodes.size()) - 2};
}

Experiment residual() {
  Experiment experiment = experiment_from("data=circle&net=dense(units:6)dense(units:6)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
  add_sum(experiment, 1, 2);
  return experiment;
}

}  // namespace

TEST_SUITE_BEGIN("edits");

TEST_CASE("any sequence of edits from any preset leaves an experiment that compiles and serves its task") {
  for (const PresetRow* preset : preset_rows()) {
    const Result<Experiment> start = preset_experiment(preset->row.key);
    REQUIRE(start);
    Experiment experiment = start.value();
    test::Dice dice(static_cast<uint64_t>(preset->row.key[0]));
    for (int click = 0; click < 60; ++click) {
      const Experiment before = experiment;
      const auto datasets = rows(Kind::dataset), losses = rows(Kind::loss), optimizers = rows(Kind::optimizer);
      const int node = dice.below(experiment.nodes.size() + 1);
      const int kind = dice.below(10);
      CAPTURE(preset->row.key);
      CAPTURE(click);
      CAPTURE(kind);
      switch (kind) {
        case 0: experiment = change_data(experiment, datasets[static_cast<size_t>(dice.below(datasets.size()))]->key); break;
        case 1: experiment = set_feature(experiment, dice.below(8), dice.below(2) == 1); break;
        case 2: experiment = add_layer(experiment); break;
        case 3: experiment = remove_layer(experiment); break;
        case 4: experiment = remove_node(experiment, node); break;
        case 5: experiment = set_units(experiment, node, 1 + dice.below(9)); break;
        case 6: experiment = set_loss(experiment, losses[static_cast<size_t>(dice.below(losses.size()))]->key); break;
        case 7: experiment = set_optimizer(experiment, optimizers[static_cast<size_t>(dice.below(optimizers.size()))]->key); break;
        case 8: experiment = new_data_seed(new_seed(experiment, static_cast<uint64_t>(dice.below(1000))), static_cast<uint64_t>(dice.below(1000))); break;
        default: experiment = set_split(experiment, dice.below(120), dice.below(120)); break;
      }
      check_sound(experiment);
      if (experiment.weights != before.weights) CHECK(experiment.weights.empty());
    }
  }
}

TEST_CASE("another task brings its own output, loss and output activation") {
  const Experiment circle = experiment_from("data=circle&net=dense(units:4,activation:tanh)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
  const Experiment digits = change_data(circle, "digits");
  CHECK(digits.loss.kind == "cross_entropy");
  CHECK(output(digits).settings.integer("units") == 10);
  CHECK(output(digits).settings.choice("activation") == "softmax");
  CHECK(digits.nodes[1] == circle.nodes[1]);  // the hidden part stays
  const Experiment plane = change_data(digits, "plane");
  CHECK(plane.loss.kind == "mse");
  CHECK(output(plane).settings.integer("units") == 1);
  CHECK(output(plane).settings.choice("activation") == "linear");
  const Experiment back = change_data(plane, "xor");
  CHECK(back.loss.kind == "binary_cross_entropy");
  CHECK(output(back).settings.choice("activation") == "sigmoid");
}

TEST_CASE("the same task keeps the loss, the output and the noise") {
  const Experiment circle = experiment_from("data=circle&data.noise=20&net=dense(units:4,activation:tanh)dense(units:1,activation:tanh)&loss=mse");
  const Experiment xor_data = change_data(circle, "xor");
  CHECK(xor_data.loss == circle.loss);
  CHECK(xor_data.nodes == circle.nodes);
  CHECK(xor_data.data.settings["noise"] == 20);
}

TEST_CASE("more arms of the spiral give more outputs, and two arms one again") {
  const Experiment two = experiment_from("data=spiral&net=dense(units:8,activation:tanh)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
  Settings settings = two.data.settings;
  settings.set("arms", 5);
  const Experiment five = change_data_settings(two, settings);
  CHECK(output(five).settings.integer("units") == 5);
  CHECK(five.loss.kind == "cross_entropy");
  check_sound(five);
  settings.set("arms", 2);
  const Experiment again = change_data_settings(five, settings);
  CHECK(output(again).settings.integer("units") == 1);
  CHECK(again.loss.kind == "binary_cross_entropy");
  check_sound(again);
}

TEST_CASE("a loss that does not serve the task is refused; one that does fits the output") {
  const Experiment circle = experiment_from("data=circle&net=dense(units:4)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
  CHECK(set_loss(circle, "cross_entropy") == circle);
  const Experiment squared = set_loss(circle, "mse");
  CHECK(output(squared).settings.choice("activation") == "tanh");
  const Experiment back = set_loss(squared, "binary_cross_entropy");
  CHECK(output(back).settings.choice("activation") == "sigmoid");
}

TEST_CASE("the last feature cannot be switched off") {
  Experiment experiment = experiment_from("data=circle");
  experiment = set_feature(experiment, 0, false);
  CHECK(experiment.features["x1"] == 0);
  const Experiment same = set_feature(experiment, 1, false);
  CHECK(same == experiment);
  CHECK(set_feature(experiment, 99, true) == experiment);
}

TEST_CASE("start weights go when shapes change and stay when they do not") {
  const Experiment by_hand = preset_experiment("xor-by-hand").value();
  REQUIRE_FALSE(by_hand.weights.empty());
  CHECK(set_units(by_hand, 1, 3).weights.empty());
  CHECK(add_layer(by_hand).weights.empty());
  CHECK(remove_layer(by_hand).weights.empty());
  CHECK(change_data(by_hand, "iris").weights.empty());
  CHECK(new_seed(by_hand, 5).weights.empty());
  CHECK(set_activation(by_hand, 1, "tanh").weights == by_hand.weights);
  CHECK(change_data(by_hand, "and_table").weights == by_hand.weights);
  CHECK(set_optimizer(by_hand, "adam").weights == by_hand.weights);
}

TEST_CASE("layers that are added to each other keep the same width") {
  const Experiment experiment = residual();
  check_sound(experiment);
  CHECK(can_set_units(experiment, 1));
  const Experiment wider = set_units(experiment, 1, 9);
  CHECK(wider.nodes[1].settings.integer("units") == 9);
  CHECK(wider.nodes[2].settings.integer("units") == 9);
  check_sound(wider);
  check_sound(remove_node(experiment, 2));
  check_sound(remove_node(experiment, 3));
  check_sound(remove_layer(experiment));
}

TEST_CASE("an autoencoder stays one: its outputs follow its inputs") {
  const auto outputs = [](const Experiment& experiment) { return output(experiment).settings.integer("units"); };
  const Experiment digits = preset_experiment("autoencoder").value();
  CHECK(outputs(digits) == 64);
  const Experiment iris = change_data(digits, "iris");
  CHECK(iris.loss.kind == "reconstruction");
  CHECK(outputs(iris) == 4);
  CHECK(output(iris).settings.choice("activation") == "linear");
  const Experiment spiral = change_data(iris, "spiral");
  CHECK(outputs(spiral) == 2);
  CHECK(outputs(set_feature(spiral, 2, true)) == 3);
  for (const Experiment& experiment : {iris, spiral, set_feature(spiral, 2, true)}) check_sound(experiment);

  const Experiment chosen = set_loss(experiment_from("data=iris"), "reconstruction");
  CHECK(outputs(chosen) == 4);
  const Experiment back = set_loss(chosen, "cross_entropy");
  CHECK(outputs(back) == 3);
  CHECK(output(back).settings.choice("activation") == "softmax");
  check_sound(back);
}

TEST_CASE("a width that is bound to the inputs or to the task is not offered") {
  Experiment experiment = experiment_from("data=circle&net=dense(units:2)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
  add_sum(experiment, 0, 1);
  check_sound(experiment);
  CHECK_FALSE(can_set_units(experiment, 1));
  CHECK_FALSE(can_set_units(experiment, 3));
  CHECK(set_units(experiment, 1, 5) == experiment);
  CHECK(set_feature(experiment, 2, true) == experiment);  // the sum would no longer fit
}

TEST_CASE("a new layer is like the last hidden one, and removing it gives the network back") {
  const Experiment experiment = experiment_from("data=circle&net=dense(units:3,activation:relu)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
  const Experiment deeper = add_layer(experiment);
  CHECK(hidden_layers(deeper) == 2);
  CHECK(deeper.nodes[2].settings.choice("activation") == "relu");
  CHECK(remove_layer(deeper) == experiment);
  const Experiment none = remove_layer(experiment);
  CHECK(hidden_layers(none) == 0);
  CHECK(remove_layer(none) == none);
  check_sound(none);
  CHECK(hidden_layers(add_layer(none)) == 1);
}

TEST_CASE("the split always leaves something to learn from") {
  const Experiment experiment = experiment_from("data=circle");
  for (int validation = -10; validation <= 120; validation += 13)
    for (int test = -10; test <= 120; test += 13) {
      const Experiment next = set_split(experiment, validation, test);
      CHECK(next.preparation["validation"] + next.preparation["test"] <= 95);
      CHECK(next.preparation["test"] >= 0);
      CHECK(next.preparation["validation"] >= 0);
    }
}

TEST_CASE("a new seed is always another seed") {
  Experiment experiment = experiment_from("data=circle");
  for (uint64_t random = 0; random < 50; ++random) {
    const Experiment next = new_seed(experiment, random / 2);
    CHECK(next.training["seed"] != experiment.training["seed"]);
    const Experiment data = new_data_seed(next, random / 2);
    CHECK(data.data.settings["seed"] != next.data.settings["seed"]);
    experiment = data;
  }
}

TEST_CASE("an optimiser keeps the learning rate that was chosen, not one that was a default") {
  Experiment experiment = experiment_from("data=circle&opt=sgd");
  const double adam = make_part(Kind::optimizer, "adam").settings["rate"];
  CHECK(set_optimizer(experiment, "adam").optimizer.settings["rate"] == adam);
  experiment.optimizer.settings.set("rate", 0.0123);
  CHECK(set_optimizer(experiment, "adam").optimizer.settings["rate"] == 0.0123);
}

TEST_CASE("a start weight is written among the present ones, and nonsense is refused") {
  const Experiment experiment = preset_experiment("xor-by-hand").value();
  const Experiment next = set_start_weight(experiment, experiment.weights, 2, 7.5);
  CHECK(next.weights[2] == 7.5);
  CHECK(next.weights.size() == experiment.weights.size());
  CHECK(change_between(experiment, next) == Change::restart);
  CHECK(set_start_weight(experiment, experiment.weights, -1, 1) == experiment);
  CHECK(set_start_weight(experiment, experiment.weights, 9, 1) == experiment);
  CHECK(set_start_weight(experiment, experiment.weights, 0, std::numeric_limits<double>::infinity()) == experiment);
}

TEST_SUITE_END();
