// The 60 points of the seven-parameter network (curriculum item Q1). Without noise their values and order decide every digit
// of the lesson's published losses: never reorder them, never compute them in another way.
#include "base/rng.h"
#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

constexpr int kPerGroup = 20;
constexpr double kBlue = 0.2;
constexpr double kRed = 1;

struct Group {
  double start;
  double target;
};

// Blue on the left, blue on the right, red between them.
constexpr Group kGroups[] = {{0, kBlue}, {6, kBlue}, {3, kRed}};

constexpr Field kFields[] = {
    noise_field({"Moves each point at random along x; 50 % by up to half a unit.",
                 "Déplace chaque point au hasard le long de x ; 50 % : jusqu’à une demi-unité."}),
    kSeed,
};

Result<Dataset> make_seven_parameters(const Settings& settings, std::span<const std::span<const std::byte>>) {
  Dataset data;
  data.task = Task::regression;
  data.input_shape = Shape{1};
  data.input_names = {{"x", "x"}};
  data.plane = {.dimensions = 1, .x_input = 0, .y_input = 0, .x_min = -3, .x_max = 12, .y_min = 0, .y_max = 1.2};
  const Rng noise(seed_of(settings), Stream::noise);
  const double reach = settings["noise"] / 100;
  for (const Group& group : kGroups) {
    for (int i = 0; i < kPerGroup; ++i) {
      const double x = group.start + i / 10.0;
      const double moved = noise.uniform(static_cast<uint64_t>(data.count), -reach, reach);
      data.values.push_back(reach > 0 ? x + moved : x);
      data.targets.push_back(group.target);
      ++data.count;
    }
  }
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  return data;
}

}  // namespace

constinit const DatasetRow kSevenParameters = {
    .row = {.key = "seven_parameters",
            .label = {"Blue, red, blue", "Bleu, rouge, bleu"},
            .help = {"Sixty points on a line: two blue groups with the value 0.2 and a red one between them with the value 1.",
                     "Soixante points sur une droite : deux groupes bleus de valeur 0,2 et, entre eux, un rouge de valeur 1."},
            .formula = "blue: x = i/10 and 6 + i/10, y = 0.2; red: x = 3 + i/10, y = 1; i = 0 … 19",
            .fields = kFields},
    .make = make_seven_parameters,
};

}  // namespace myelin::data
