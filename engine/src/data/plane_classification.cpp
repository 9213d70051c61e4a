// Points of two or more classes on the plane. Sizes and spreads follow TensorFlow Playground where it has the same set; sample i
// belongs to class i modulo the number of classes, so that any count is balanced.
#include <cmath>

#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"
#include "kernels/fmath.h"

namespace myelin::data {
namespace {

using Files = std::span<const std::span<const std::byte>>;

Point on_circle(double radius, double angle) { return {radius * fmath::cos(angle), radius * fmath::sin(angle)}; }

double noise_of(const Settings& settings) { return settings["noise"] / 100; }

// --- circle ---------------------------------------------------------------------------------------------------------

constexpr double kCircleRadius = 5;
constexpr double kInnerRadius = 0.5 * kCircleRadius;
constexpr double kRingRadius = 0.7 * kCircleRadius;

constexpr Field kCircleFields[] = {
    noise_field({"Moves each point at random; 50 % by up to half the radius of the ring in each direction.",
                 "Déplace chaque point au hasard ; 50 % : jusqu’à la moitié du rayon de l’anneau dans chaque direction."}),
    kSamples,
    kSeed,
};

Result<Dataset> make_circle(const Settings& settings, Files) {
  const double reach = kCircleRadius * noise_of(settings);
  return make_on_plane(settings, Task::binary, 2, [&](int sample, const Draws& draws) {
    const int target = sample % 2;
    const double radius = target == 1 ? draws.uniform(sample, 0, 0, kInnerRadius)
                                      : draws.uniform(sample, 0, kRingRadius, kCircleRadius);
    const Point point = on_circle(radius, draws.uniform(sample, 1, 0, kTwoPi));
    return PlaneSample{fold_into_picture(draws.jitter(sample, point, reach)), static_cast<double>(target)};
  });
}

// --- XOR ------------------------------------------------------------------------------------------------------------

constexpr double kXorReach = 5;
constexpr double kXorGap = 0.3;  // between a point and the axes

constexpr Field kXorFields[] = {
    noise_field({"Moves each point at random; 50 % by up to half the width of a square in each direction.",
                 "Déplace chaque point au hasard ; 50 % : jusqu’à la moitié d’un carré dans chaque direction."}),
    kSamples,
    kSeed,
};

Result<Dataset> make_xor(const Settings& settings, Files) {
  const double reach = kXorReach * noise_of(settings);
  return make_on_plane(settings, Task::binary, 2, [&](int sample, const Draws& draws) {
    const int target = sample % 2;
    const double x1 = kXorGap + draws.uniform(sample, 0, 0, kXorReach);
    const double x2 = kXorGap + draws.uniform(sample, 1, 0, kXorReach);
    const bool right = draws.below(sample, 2, 2) == 1;
    const bool upper = right != (target == 1);  // class 1: one coordinate positive, the other negative
    const Point point{right ? x1 : -x1, upper ? x2 : -x2};
    return PlaneSample{fold_into_picture(draws.jitter(sample, point, reach)), static_cast<double>(target)};
  });
}

// --- two Gaussians --------------------------------------------------------------------------------------------------

constexpr double kGaussCentre = 2;
constexpr double kLeastVariance = 0.5;
constexpr double kMostVariance = 4;

constexpr Field kGaussFields[] = {
    noise_field({"Widens both clouds: their variance grows from 0.5 (0 %) to 4 (50 %).",
                 "Élargit les deux nuages : leur variance croît de 0,5 (0 %) à 4 (50 %)."}),
    kSamples,
    kSeed,
};

Result<Dataset> make_gauss(const Settings& settings, Files) {
  const double deviation = std::sqrt(kLeastVariance + (kMostVariance - kLeastVariance) * (settings["noise"] / 50));
  return make_on_plane(settings, Task::binary, 2, [&](int sample, const Draws& draws) {
    const int target = sample % 2;
    const double centre = target == 1 ? kGaussCentre : -kGaussCentre;
    const Point point{centre + deviation * draws.normal(sample, 0), centre + deviation * draws.normal(sample, 1)};
    return PlaneSample{fold_into_picture(point), static_cast<double>(target)};
  });
}

// --- spiral ---------------------------------------------------------------------------------------------------------

constexpr double kSpiralRadius = 5;
constexpr double kSpiralStart = 0.25;  // all arms meet at the centre: leave a hole, or no network can get every point right

constexpr Field kSpiralFields[] = {
    {.key = "arms",
     .label = {"Arms", "Bras"},
     .help = {"One class for each arm. Two arms need one output, more arms one output for each.",
              "Une classe par bras. Deux bras demandent une sortie, davantage de bras une sortie chacun."},
     .control = Control::stepper,
     .min = 2,
     .max = 5,
     .step = 1,
     .fallback = 2},
    {.key = "turns",
     .label = {"Turns", "Tours"},
     .help = {"How often each arm winds around the centre: more turns are harder.",
              "Le nombre de tours de chaque bras autour du centre : plus il y en a, plus c’est difficile."},
     .control = Control::slider,
     .min = 0.25,
     .max = 3,
     .step = 0.25,
     .fallback = 1.75},
    noise_field({"Moves each point at random; 50 % by up to half a unit in each direction.",
                 "Déplace chaque point au hasard ; 50 % : jusqu’à une demi-unité dans chaque direction."}),
    kSamples,
    kSeed,
};

Result<Dataset> make_spiral(const Settings& settings, Files) {
  const int arms = settings.integer("arms");
  const double turns = settings["turns"];
  const double reach = noise_of(settings);
  return make_on_plane(settings, arms == 2 ? Task::binary : Task::classes, arms, [&](int sample, const Draws& draws) {
    const int arm = sample % arms;
    const double radius = kSpiralStart + (kSpiralRadius - kSpiralStart) * draws.spread(arm, sample / arms);
    const double turn = turns * (radius / kSpiralRadius) + static_cast<double>(arm) / arms;
    const Point point = on_circle(radius, kTwoPi * turn);
    return PlaneSample{fold_into_picture(draws.jitter(sample, point, reach)), static_cast<double>(arm)};
  });
}

// --- moons ----------------------------------------------------------------------------------------------------------

constexpr double kMoonRadius = 3.3;

constexpr Field kMoonsFields[] = {
    noise_field({"Moves each point at random; 50 % by up to half the radius of a moon in each direction.",
                 "Déplace chaque point au hasard ; 50 % : jusqu’à la moitié du rayon d’une lune dans chaque direction."}),
    kSamples,
    kSeed,
};

// Unit half circles around (0, 0) and, upside down, (1, 1/2), as scikit-learn's make_moons; then centred and enlarged.
Result<Dataset> make_moons(const Settings& settings, Files) {
  const double reach = kMoonRadius * noise_of(settings);
  return make_on_plane(settings, Task::binary, 2, [&](int sample, const Draws& draws) {
    const int target = sample % 2;
    const Point arc = on_circle(1, kTwoPi / 2 * draws.spread(target, sample / 2));
    const Point moon = target == 0 ? arc : Point{1 - arc.x1, 0.5 - arc.x2};
    const Point point{kMoonRadius * (moon.x1 - 0.5), kMoonRadius * (moon.x2 - 0.25)};
    return PlaneSample{fold_into_picture(draws.jitter(sample, point, reach)), static_cast<double>(target)};
  });
}

// --- checkerboard ---------------------------------------------------------------------------------------------------

constexpr double kSquareMargin = 0.05;  // of a square's side, on each of its sides

constexpr Field kCheckerboardFields[] = {
    {.key = "squares",
     .label = {"Squares per side", "Cases par côté"},
     .help = {"The board has this many squares along each side: more squares are harder.",
              "Le damier compte ce nombre de cases sur chaque côté : plus il y en a, plus c’est difficile."},
     .control = Control::stepper,
     .min = 2,
     .max = 8,
     .step = 1,
     .fallback = 4},
    noise_field({"Moves each point at random; 50 % by up to half the side of a square in each direction.",
                 "Déplace chaque point au hasard ; 50 % : jusqu’à la moitié du côté d’une case dans chaque direction."}),
    kSamples,
    kSeed,
};

Result<Dataset> make_checkerboard(const Settings& settings, Files) {
  const int squares = settings.integer("squares");
  const double side = 2 * kEdge / squares;
  const double reach = side * noise_of(settings);
  return make_on_plane(settings, Task::binary, 2, [&](int sample, const Draws& draws) {
    const int target = sample % 2;
    // Of an odd board, class 0 has one square more than class 1.
    const int own_squares = (squares * squares + (target == 0 ? 1 : 0)) / 2;
    const int chosen = draws.below(sample, 0, own_squares);
    int row = 0;
    int column = 0;
    if (squares % 2 == 0) {
      row = 2 * chosen / squares;
      column = 2 * chosen % squares + (row + target) % 2;
    } else {
      row = (2 * chosen + target) / squares;
      column = (2 * chosen + target) % squares;
    }
    const double x1 = draws.uniform(sample, 1, kSquareMargin, 1 - kSquareMargin);
    const double x2 = draws.uniform(sample, 2, kSquareMargin, 1 - kSquareMargin);
    const Point point{-kEdge + side * (column + x1), -kEdge + side * (row + x2)};
    return PlaneSample{fold_into_picture(draws.jitter(sample, point, reach)), static_cast<double>(target)};
  });
}

}  // namespace

constinit const DatasetRow kCircle = {
    .row = {.key = "circle",
            .label = {"Circle", "Cercle"},
            .help = {"A disc of class 1 inside a ring of class 0: no straight line separates them.",
                     "Un disque de classe 1 dans un anneau de classe 0 : aucune droite ne les sépare."},
            .formula = "class 1: √(x₁² + x₂²) < 2.5; class 0: 3.5 ≤ √(x₁² + x₂²) < 5",
            .fields = kCircleFields},
    .make = make_circle,
};

constinit const DatasetRow kXor = {
    .row = {.key = "xor",
            .label = {"XOR", "XOR (ou exclusif)"},
            .help = {"Class 1 where the signs of the coordinates differ: four squares, opposite ones alike.",
                     "Classe 1 là où les signes des coordonnées diffèrent : quatre carrés, identiques deux à deux en diagonale."},
            .formula = "class 1: x₁·x₂ < 0",
            .fields = kXorFields},
    .make = make_xor,
};

constinit const DatasetRow kGauss = {
    .row = {.key = "gauss",
            .label = {"Two Gaussians", "Deux gaussiennes"},
            .help = {"Two round clouds: without noise, one straight line separates them almost perfectly.",
                     "Deux nuages ronds : sans bruit, une seule droite les sépare presque parfaitement."},
            .formula = "class 1: N((2, 2), σ²); class 0: N((−2, −2), σ²)",
            .fields = kGaussFields},
    .make = make_gauss,
};

constinit const DatasetRow kSpiral = {
    .row = {.key = "spiral",
            .label = {"Spiral", "Spirale"},
            .help = {"Arms that wind around each other, one class each: the hardest of the classic sets.",
                     "Des bras enroulés les uns autour des autres, une classe chacun : le plus difficile des jeux classiques."},
            .formula = "arm k: angle = 2π (turns · r/5 + k/arms)",
            .fields = kSpiralFields},
    .make = make_spiral,
};

constinit const DatasetRow kMoons = {
    .row = {.key = "moons",
            .label = {"Moons", "Lunes"},
            .help = {"Two half circles that reach into each other: a gently curved boundary separates them.",
                     "Deux demi-cercles imbriqués : une frontière légèrement courbe les sépare."},
            .formula = "class 0: (cos t, sin t); class 1: (1 − cos t, ½ − sin t); 0 ≤ t < π",
            .fields = kMoonsFields},
    .make = make_moons,
};

constinit const DatasetRow kCheckerboard = {
    .row = {.key = "checkerboard",
            .label = {"Checkerboard", "Damier"},
            .help = {"Squares of alternating class, as on a chessboard: XOR many times over.",
                     "Des cases de classes alternées, comme sur un échiquier : XOR répété de nombreuses fois."},
            .formula = "class = (row + column) mod 2",
            .fields = kCheckerboardFields},
    .make = make_checkerboard,
};

}  // namespace myelin::data
