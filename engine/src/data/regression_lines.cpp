// Curriculum N11: made-up measures for a single neuron, one input (age, blood pressure) and two (volume and weight, CO2). Sizes
// are those of adults and of small petrol cars; the laws are ours and stand in `formula`, so that a fit can be compared with them.
// The scatter is a sum of three uniform draws: its deviation is what the setting says, and it never exceeds three times that.
#include <cmath>

#include "data/fields.h"
#include "data/files.h"
#include "data/plane.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

using Files = std::span<const std::span<const std::byte>>;

constexpr Field scatter_field(Text label, Text help, double fallback) {
  return {.key = "scatter", .label = label, .help = help, .control = Control::slider, .min = 0, .max = 20, .step = 1, .fallback = fallback};
}

constexpr Field kFewSamples = samples_field(10, 20000, 100);

// Of mean 0 and deviation 1; takes three draws from `first` on.
double scatter(const Draws& draws, int sample, int first) {
  double sum = 0;
  for (int draw = first; draw < first + 3; ++draw) sum += draws.uniform(sample, draw, -1, 1);
  return sum;
}

Dataset begin(const Settings& settings, std::vector<Message> inputs) {
  Dataset data;
  data.task = Task::regression;
  data.input_shape = Shape{static_cast<int>(inputs.size())};
  data.input_names = std::move(inputs);
  data.count = settings.integer("samples");
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  return data;
}

constexpr Field kPressureFields[] = {
    scatter_field({"Scatter (mmHg)", "Dispersion (mmHg)"},
                  {"How much people of the same age differ: the standard deviation of their pressure.",
                   "La différence entre personnes du même âge : l’écart type de leur tension."},
                  8),
    kFewSamples,
    kSeed,
};

Result<Dataset> make_blood_pressure(const Settings& settings, Files) {
  Dataset data = begin(settings, {{"age (years)", "âge (ans)"}});
  data.plane = {.dimensions = 1, .x_input = 0, .y_input = 0, .x_min = 15, .x_max = 85, .y_min = 40, .y_max = 220};
  const Draws draws(seed_of(settings));
  for (int i = 0; i < data.count; ++i) {
    const double age = std::floor(draws.uniform(i, 0, 20, 81));
    data.values.push_back(age);
    data.targets.push_back(100 + 0.6 * age + settings["scatter"] * scatter(draws, i, 1));
  }
  return data;
}

constexpr Field kCarFields[] = {
    scatter_field({"Scatter (g/km)", "Dispersion (g/km)"},
                  {"How much cars of the same volume and weight differ: the standard deviation of their CO₂.",
                   "La différence entre voitures de même cylindrée et de même masse : l’écart type de leur CO₂."},
                  6),
    kFewSamples,
    kSeed,
};

// Larger engines drive heavier cars: the two inputs are correlated (0.9), as in catalogues.
Result<Dataset> make_car_co2(const Settings& settings, Files) {
  Dataset data = begin(settings, {{"volume (cm³)", "cylindrée (cm³)"}, {"weight (kg)", "masse (kg)"}});
  const Draws draws(seed_of(settings));
  for (int i = 0; i < data.count; ++i) {
    const double volume = 100 * std::floor(draws.uniform(i, 0, 9, 25));
    const double weight = 10 * std::floor(55 + 0.04 * volume + draws.uniform(i, 1, -15, 16));
    data.values.push_back(volume);
    data.values.push_back(weight);
    data.targets.push_back(20 + 0.03 * volume + 0.06 * weight + settings["scatter"] * scatter(draws, i, 2));
  }
  span_plane(data, 0, 1);
  return data;
}

}  // namespace

constinit const DatasetRow kBloodPressure = {
    .row = {.key = "blood_pressure",
            .label = {"Blood pressure", "Tension artérielle"},
            .help = {"Invented adults: from the age in years, predict the systolic blood pressure in mmHg.",
                     "Des adultes inventés : de l’âge en années, prédire la tension systolique en mmHg."},
            .formula = "p = 100 + 0.6·age",
            .fields = kPressureFields},
    .make = make_blood_pressure,
};

constinit const DatasetRow kCarCo2 = {
    .row = {.key = "car_co2",
            .label = {"CO₂ of cars", "CO₂ des voitures"},
            .help = {"Invented cars: from the engine’s volume in cm³ and the weight in kg, predict the CO₂ in g/km.",
                     "Des voitures inventées : de la cylindrée en cm³ et de la masse en kg, prédire le CO₂ en g/km."},
            .formula = "CO₂ = 20 + 0.03·volume + 0.06·weight",
            .fields = kCarFields},
    .make = make_car_co2,
};

}  // namespace myelin::data
