// The table of initialisers. A parameter's first value depends on its tensor's generator and its own index alone, and is
// rounded to the run's arithmetic last, so that f32 and f64 runs start from the same numbers.
#include "nn/initializer.h"

#include <array>
#include <cmath>

namespace myelin {
namespace {

double zero_spread(double, int, int) { return 0; }
double own_spread(double scale, int, int) { return scale; }

// scale * sqrt(numerator / fans)
double root_spread(double scale, double numerator, int fans) {
  return fans > 0 ? scale * std::sqrt(numerator / fans) : 0;
}
double xavier_spread(double scale, int fan_in, int fan_out) { return root_spread(scale, 2, fan_in + fan_out); }
double xavier_half_width(double scale, int fan_in, int fan_out) { return root_spread(scale, 6, fan_in + fan_out); }
double xavier_in_spread(double scale, int fan_in, int) { return root_spread(scale, 1, fan_in); }
double he_spread(double scale, int fan_in, int) { return root_spread(scale, 2, fan_in); }
double he_half_width(double scale, int fan_in, int) { return root_spread(scale, 6, fan_in); }

constexpr InitializerRow kZeros = {
    .row = {.key = "zeros",
            .label = {"Zeros", "Zéros"},
            .help = {"All weights start equal: all neurons of a layer then learn the same thing for ever.",
                     "Tous les poids partent égaux : les neurones d’une couche apprennent alors tous la même chose."},
            .formula = "w = 0"},
    .spread = zero_spread};

constexpr InitializerRow kNormal = {
    .row = {.key = "normal",
            .label = {"Normal", "Normale"},
            .help = {"Normally distributed with the given standard deviation.",
                     "Loi normale, d’écart type donné."},
            .formula = "w ~ N(0, σ²)"},
    .spread = own_spread};

constexpr InitializerRow kUniform = {
    .row = {.key = "uniform",
            .label = {"Uniform", "Uniforme"},
            .help = {"Evenly distributed between −r and r, r being the given half width.",
                     "Loi uniforme entre −r et r, r étant la demi-largeur donnée."},
            .formula = "w ~ U(−r, r)"},
    .uniform = true,
    .spread = own_spread};

constexpr InitializerRow kXavier = {
    .row = {.key = "xavier",
            .label = {"Xavier (Glorot)", "Xavier (Glorot)"},
            .help = {"Keeps the size of signals and gradients from layer to layer: for sigmoid and tanh.",
                     "Garde l’ampleur des signaux et des gradients de couche en couche : pour sigmoïde et tanh."},
            .formula = "w ~ N(0, 2 / (n_in + n_out))"},
    .spread = xavier_spread};

constexpr InitializerRow kXavierUniform = {
    .row = {.key = "xavier_uniform",
            .label = {"Xavier (Glorot), uniform", "Xavier (Glorot), uniforme"},
            .help = {"The variance of Xavier’s rule, evenly distributed.", "La variance de la règle de Xavier, en loi uniforme."},
            .formula = "w ~ U(−r, r),  r = √(6 / (n_in + n_out))"},
    .uniform = true,
    .spread = xavier_half_width};

constexpr InitializerRow kXavierIn = {
    .row = {.key = "xavier_in",
            .label = {"Xavier, inputs only", "Xavier, entrées seules"},
            .help = {"The simpler form of Xavier’s rule, which looks at the inputs only.",
                     "La forme simple de la règle de Xavier, qui ne regarde que les entrées."},
            .formula = "w ~ N(0, 1 / n_in)"},
    .spread = xavier_in_spread};

constexpr InitializerRow kHe = {
    .row = {.key = "he",
            .label = {"He (Kaiming)", "He (Kaiming)"},
            .help = {"Twice the variance of Xavier’s simple rule, because ReLU cuts half of the signal.",
                     "Deux fois la variance de la règle simple de Xavier, car ReLU coupe la moitié du signal."},
            .formula = "w ~ N(0, 2 / n_in)"},
    .spread = he_spread};

constexpr InitializerRow kHeUniform = {
    .row = {.key = "he_uniform",
            .label = {"He (Kaiming), uniform", "He (Kaiming), uniforme"},
            .help = {"The variance of He’s rule, evenly distributed.", "La variance de la règle de He, en loi uniforme."},
            .formula = "w ~ U(−r, r),  r = √(6 / n_in)"},
    .uniform = true,
    .spread = he_half_width};

constexpr std::array<const InitializerRow*, kInitializerCount> kRows = {&kZeros,         &kNormal,   &kUniform, &kXavier,
                                                                        &kXavierUniform, &kXavierIn, &kHe,      &kHeUniform};
static_assert(kRows[kXavierChoice] == &kXavier);

constexpr Choice choice_of(size_t index) { return {kRows[index]->row.key, kRows[index]->row.label}; }

}  // namespace

constinit const Choice kInitializerChoices[kInitializerCount] = {choice_of(0), choice_of(1), choice_of(2), choice_of(3),
                                                                 choice_of(4), choice_of(5), choice_of(6), choice_of(7)};

template <class Real>
void initialize(const InitializerRow& row, double scale, double constant, int fan_in, int fan_out, const Rng& random,
                std::span<Real> values) {
  const double spread = row.spread(scale, fan_in, fan_out);
  for (size_t i = 0; i < values.size(); ++i) {
    double drawn = 0;
    if (spread != 0) drawn = row.uniform ? random.uniform(i, -spread, spread) : spread * random.normal(i);
    values[i] = static_cast<Real>(constant + drawn);
  }
}

template void initialize<float>(const InitializerRow&, double, double, int, int, const Rng&, std::span<float>);
template void initialize<double>(const InitializerRow&, double, double, int, int, const Rng&, std::span<double>);

std::span<const InitializerRow* const> initializer_rows() { return kRows; }

const InitializerRow* find_initializer(std::string_view key) {
  for (const InitializerRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

}  // namespace myelin
