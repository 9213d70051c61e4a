#include "support/random_experiment.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "support/dice.h"

namespace myelin::test {
namespace {

void scramble(Settings& settings, Dice& dice) {
  for (const Field& field : settings.fields()) {
    if (dice.one_in(3)) continue;  // stays at its default
    if (field.control == Control::choice) {
      settings.set_choice(field.key, field.choices[static_cast<size_t>(dice.below(field.choices.size()))].key);
    } else if (dice.one_in(6)) {
      settings.set(field.key, dice.one_in(2) ? field.min : field.max);
    } else if (dice.one_in(3)) {
      // Many digits near the lower bound, where a plain number would be mostly zeros.
      settings.set(field.key, field.min + (field.max - field.min) * std::exp2(-dice.uniform(0, 40)));
    } else {
      settings.set(field.key, dice.uniform(field.min, field.max));
    }
  }
}

Part random_part(Kind kind, Dice& dice) {
  const std::span<const Row* const> choices = rows(kind);
  Part part = make_part(kind, choices[static_cast<size_t>(dice.below(choices.size()))]->key);
  scramble(part.settings, dice);
  return part;
}

void add_nodes(Experiment& experiment, Dice& dice) {
  const std::span<const Row* const> layers = rows(Kind::layer);
  scramble(append_node(experiment, "input"), dice);
  const int count = dice.one_in(20) ? 63 : 1 + dice.below(8);
  while (static_cast<int>(experiment.nodes.size()) <= count) {
    const std::string_view kind = layers[static_cast<size_t>(dice.below(layers.size()))]->key;
    if (kind == "input") continue;
    const size_t earlier = experiment.nodes.size();
    scramble(append_node(experiment, kind), dice);
    if (dice.one_in(2)) continue;
    std::vector<int>& inputs = experiment.nodes.back().inputs;
    inputs.clear();
    for (int i = 0, wanted = 1 + dice.below(4); i < wanted; ++i) inputs.push_back(dice.below(earlier));
  }
}

double random_weight(Dice& dice) {
  constexpr double kOdd[] = {0.0, -0.0, 1.0, 0.1, 1e22, 1e23, 123456789012345678.0, std::numeric_limits<double>::min(),
                             std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
                             -std::numeric_limits<double>::max()};
  if (dice.one_in(10)) return kOdd[dice.below(std::size(kOdd))];
  const double value = dice.uniform(-1, 1) * std::exp2(dice.uniform(-30, 10));
  return dice.one_in(2) ? static_cast<double>(static_cast<float>(value)) : value;
}

}  // namespace

Experiment random_experiment(uint64_t seed) {
  Dice dice(seed);
  Experiment experiment = base_experiment();
  experiment.nodes.clear();
  experiment.data = random_part(Kind::dataset, dice);
  scramble(experiment.preparation, dice);
  scramble(experiment.augmentation, dice);
  scramble(experiment.features, dice);
  add_nodes(experiment, dice);
  experiment.loss = random_part(Kind::loss, dice);
  experiment.optimizer = random_part(Kind::optimizer, dice);
  experiment.schedule = random_part(Kind::schedule, dice);
  scramble(experiment.training, dice);
  scramble(experiment.stop, dice);
  constexpr const char* kGoals[] = {"", "test.accuracy>=95%", "train.loss < 1e-3 and parameters<=500",
                                    "(epoch != 3 || validation.top3>=0.9) && seconds<60", " test.auc==1 or step > -2.5 "};
  experiment.goal = kGoals[dice.below(std::size(kGoals))];
  if (dice.one_in(2)) {
    const int count = dice.one_in(20) ? 2000 : dice.below(60);
    for (int i = 0; i < count; ++i) experiment.weights.push_back(random_weight(dice));
  }
  return experiment;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace myelin::test
