// Values to predict over the plane, all in [-1, 1]. Noise moves the point after its value was read, so values keep that range.
#include <algorithm>
#include <cmath>

#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

using Files = std::span<const std::span<const std::byte>>;

constexpr Field kFields[] = {
    noise_field({"Moves each point at random after its value was read; 50 % by up to a quarter of the picture in each direction.",
                 "Déplace chaque point au hasard une fois sa valeur lue ; 50 % : jusqu’au quart de l’image dans chaque direction."}),
    kSamples,
    kSeed,
};

Result<Dataset> make_value_map(const Settings& settings, double (*value)(Point)) {
  const double reach = kEdge * settings["noise"] / 100;
  return make_on_plane(settings, Task::regression, 0, [&](int sample, const Draws& draws) {
    const Point point{draws.uniform(sample, 0, -kEdge, kEdge), draws.uniform(sample, 1, -kEdge, kEdge)};
    return PlaneSample{fold_into_picture(draws.jitter(sample, point, reach)), value(point)};
  });
}

Result<Dataset> make_plane(const Settings& settings, Files) {
  return make_value_map(settings, [](Point point) { return (point.x1 + point.x2) / (2 * kEdge); });
}

struct Hill {
  Point centre;
  double height;
};

constexpr Hill kHills[] = {{{-4, 2.5}, 1}, {{0, 2.5}, -1}, {{4, 2.5}, 1}, {{-4, -2.5}, -1}, {{0, -2.5}, 1}, {{4, -2.5}, -1}};
constexpr double kHillRadius = 2;

Result<Dataset> make_multi_gauss(const Settings& settings, Files) {
  return make_value_map(settings, [](Point point) {
    double sum = 0;  // of one term: the hills touch and do not overlap
    for (const Hill& hill : kHills) {
      const double d1 = point.x1 - hill.centre.x1;
      const double d2 = point.x2 - hill.centre.x2;
      sum += hill.height * std::max(0.0, 1 - std::sqrt(d1 * d1 + d2 * d2) / kHillRadius);
    }
    return sum;
  });
}

}  // namespace

constinit const DatasetRow kPlane = {
    .row = {.key = "plane",
            .label = {"Plane", "Plan"},
            .help = {"A value that rises evenly along the diagonal: one linear neuron predicts it exactly.",
                     "Une valeur qui croît régulièrement le long de la diagonale : un seul neurone linéaire la prédit exactement."},
            .formula = "y = (x₁ + x₂) / 12",
            .fields = kFields},
    .make = make_plane,
};

constinit const DatasetRow kMultiGauss = {
    .row = {.key = "multi_gauss",
            .label = {"Hills and hollows", "Bosses et creux"},
            .help = {"Three hills and three hollows that alternate: the value falls to 0 at distance 2 from each centre.",
                     "Trois bosses et trois creux en alternance : la valeur s’annule à la distance 2 de chaque centre."},
            .formula = "y = ±max(0, 1 − d/2), d: distance to the nearest centre",
            .fields = kFields},
    .make = make_multi_gauss,
};

}  // namespace myelin::data
