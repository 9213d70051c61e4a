// The four-point tables of the logic lessons, in the order 00, 01, 10, 11 that the perceptron's numbers assume.
#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

constexpr Field kFields[] = {
    noise_field({"Moves each point at random; 50 % by up to half a unit in each direction, where the corners begin to mix.",
                 "Déplace chaque point au hasard ; 50 % : jusqu’à une demi-unité dans chaque direction, limite où les coins se mêlent."}),
    samples_field(4, 1000, 4),
    kSeed,
};

// Bit (2 * x1 + x2) of `Truth` is the class of the point (x1, x2).
template <unsigned Truth>
Result<Dataset> make_table(const Settings& settings, std::span<const std::span<const std::byte>>) {
  const double reach = settings["noise"] / 100;
  Dataset data = make_on_plane(settings, Task::binary, 2, [&](int sample, const Draws& draws) {
    const int corner = sample % 4;
    const Point point{corner >= 2 ? 1.0 : 0.0, corner % 2 == 1 ? 1.0 : 0.0};
    return PlaneSample{draws.jitter(sample, point, reach), (Truth >> corner) & 1u ? 1.0 : 0.0};
  });
  data.plane.x_min = data.plane.y_min = -0.5;
  data.plane.x_max = data.plane.y_max = 1.5;
  return data;
}

}  // namespace

constinit const DatasetRow kAndTable = {
    .row = {.key = "and_table",
            .label = {"AND table", "Table ET"},
            .help = {"The truth table of AND: 1 only when both inputs are 1. One neuron can learn it.",
                     "La table de vérité de ET : 1 seulement si les deux entrées valent 1. Un seul neurone peut l’apprendre."},
            .formula = "00 → 0, 01 → 0, 10 → 0, 11 → 1",
            .fields = kFields},
    .make = make_table<0b1000>,
};

constinit const DatasetRow kOrTable = {
    .row = {.key = "or_table",
            .label = {"OR table", "Table OU"},
            .help = {"The truth table of OR: 0 only when both inputs are 0. One neuron can learn it.",
                     "La table de vérité de OU : 0 seulement si les deux entrées valent 0. Un seul neurone peut l’apprendre."},
            .formula = "00 → 0, 01 → 1, 10 → 1, 11 → 1",
            .fields = kFields},
    .make = make_table<0b1110>,
};

constinit const DatasetRow kXorTable = {
    .row = {.key = "xor_table",
            .label = {"XOR table", "Table XOR"},
            .help = {"The truth table of exclusive or: 1 when the inputs differ. One neuron alone cannot learn it.",
                     "La table de vérité du ou exclusif : 1 si les entrées diffèrent. Un neurone seul ne peut pas l’apprendre."},
            .formula = "00 → 0, 01 → 1, 10 → 1, 11 → 0",
            .fields = kFields},
    .make = make_table<0b0110>,
};

constinit const DatasetRow kNandTable = {
    .row = {.key = "nand_table",
            .label = {"NAND table", "Table NON-ET"},
            .help = {"The truth table of NAND: 0 only when both inputs are 1. One neuron can learn it.",
                     "La table de vérité de NON-ET : 0 seulement si les deux entrées valent 1. Un seul neurone peut l’apprendre."},
            .formula = "00 → 1, 01 → 1, 10 → 1, 11 → 0",
            .fields = kFields},
    .make = make_table<0b0111>,
};

}  // namespace myelin::data
