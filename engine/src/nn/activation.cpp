// The table of activation functions; their loops are in kernels/elementwise_tile.h. A value that is not a number must stay so:
// divergence is seen in the loss.
#include "nn/activation.h"

#include <algorithm>
#include <array>

#include "kernels/elementwise.h"

namespace myelin {
namespace {

size_t count_of(int rows, int width) { return static_cast<size_t>(rows) * static_cast<size_t>(width); }

// The number that a function's family has, if any.
template <Curve curve, class Real>
Real parameter_of(const ActivationOptions& options) {
  if constexpr (curve == kLeakyReluCurve) return static_cast<Real>(options.leaky_slope);
  else if constexpr (curve == kEluCurve) return static_cast<Real>(options.elu_alpha);
  else if constexpr (curve == kHeavisideCurve) return static_cast<Real>(options.heaviside_at_zero);
  else return 0;
}

template <Curve curve, class Real>
void forward(const ActivationOptions& options, Real* values, int rows, int width) {
  elementwise<Real>().value[curve](parameter_of<curve, Real>(options), values, count_of(rows, width));
}

template <Curve curve, class Real>
void backward(const ActivationOptions& options, const Real* z, const Real* a, Real* d, int rows, int width) {
  elementwise<Real>().slope[curve](parameter_of<curve, Real>(options), z, a, d, count_of(rows, width));
}

template <class Real>
void linear_forward(const ActivationOptions&, Real*, int, int) {}
template <class Real>
void linear_backward(const ActivationOptions&, const Real*, const Real*, Real*, int, int) {}

template <class Real>
void no_slope(const ActivationOptions&, const Real*, const Real*, Real* d, int rows, int width) {
  std::fill(d, d + count_of(rows, width), Real(0));
}

template <class Real>
void softmax_forward(const ActivationOptions&, Real* values, int rows, int width) {
  elementwise<Real>().softmax(values, rows, width);
}

// dL/dz_i = a_i (d_i - sum_j d_j a_j).
template <class Real>
void softmax_backward(const ActivationOptions&, const Real*, const Real* a, Real* d, int rows, int width) {
  for (int row = 0; row < rows; ++row) {
    const Real* row_a = a + count_of(row, width);
    Real* row_d = d + count_of(row, width);
    Real sum = 0;
    for (int i = 0; i < width; ++i) sum += row_d[i] * row_a[i];
    for (int i = 0; i < width; ++i) row_d[i] = row_a[i] * (row_d[i] - sum);
  }
}

template <Curve curve>
constexpr ActivationRow row_of(const Row& row) {
  return {.row = row,
          .kernels_float = {forward<curve, float>, backward<curve, float>},
          .kernels_double = {forward<curve, double>, backward<curve, double>}};
}

constexpr ActivationRow kLinear = {
    .row = {.key = "linear",
            .label = {"Linear", "Linéaire"},
            .help = {"Passes its input on unchanged: for regression outputs.",
                     "Transmet son entrée sans la changer : pour les sorties de régression."},
            .formula = "f(z) = z"},
    .reads_output = false,
    .kernels_float = {linear_forward<float>, linear_backward<float>},
    .kernels_double = {linear_forward<double>, linear_backward<double>}};

constexpr ActivationRow kSigmoid = row_of<kSigmoidCurve>(
    {.key = "sigmoid",
     .label = {"Sigmoid", "Sigmoïde"},
     .help = {"Squeezes any number into (0, 1), like a probability; it saturates, and its slope is at most 1/4.",
              "Ramène tout nombre dans ]0, 1[, comme une probabilité ; elle sature et sa pente ne dépasse pas 1/4."},
     .formula = "σ(z) = 1 / (1 + exp(−z))"});

constexpr ActivationRow kTanh = row_of<kTanhCurve>(
    {.key = "tanh",
     .label = {"Tanh", "Tanh"},
     .help = {"Squeezes any number into (−1, 1), centred on 0: a stretched sigmoid.",
              "Ramène tout nombre dans ]−1, 1[, centrée en 0 : une sigmoïde étirée."},
     .formula = "tanh(z) = 2σ(2z) − 1"});

constexpr ActivationRow kRelu = row_of<kReluCurve>(
    {.key = "relu",
     .label = {"ReLU", "ReLU"},
     .help = {"Keeps what is positive and cuts the rest; quick and without saturation, but a neuron can die.",
              "Garde ce qui est positif et coupe le reste ; rapide et sans saturation, mais un neurone peut mourir."},
     .formula = "ReLU(z) = max(0, z)"});

constexpr ActivationRow kLeakyRelu = row_of<kLeakyReluCurve>(
    {.key = "leaky_relu",
     .label = {"Leaky ReLU", "Leaky ReLU"},
     .help = {"A ReLU with a small slope for negative inputs, so that no neuron dies.",
              "Une ReLU avec une petite pente pour les entrées négatives : aucun neurone ne meurt."},
     .formula = "f(z) = max(0, z) + α · min(0, z)"});

constexpr ActivationRow kElu = row_of<kEluCurve>(
    {.key = "elu",
     .label = {"ELU", "ELU"},
     .help = {"Like ReLU for positive inputs, a smooth curve towards −α for negative ones.",
              "Comme ReLU pour les entrées positives, une courbe lisse vers −α pour les négatives."},
     .formula = "f(z) = max(0, z) + α · (exp(min(0, z)) − 1)"});

constexpr ActivationRow kSilu = {
    .row = {.key = "silu",
            .label = {"SiLU", "SiLU"},
            .help = {"The input times its own sigmoid, also called Swish: smooth, with a small dip below zero.",
                     "L’entrée multipliée par sa propre sigmoïde, ou Swish : lisse, avec un léger creux sous zéro."},
            .formula = "f(z) = z · σ(z)"},
    .needs_input = true,
    .kernels_float = {forward<kSiluCurve, float>, backward<kSiluCurve, float>},
    .kernels_double = {forward<kSiluCurve, double>, backward<kSiluCurve, double>}};

constexpr ActivationRow kSoftmax = {
    .row = {.key = "softmax",
            .label = {"Softmax", "Softmax"},
            .help = {"Turns the layer’s outputs into probabilities that sum to 1: one for each class.",
                     "Transforme les sorties de la couche en probabilités de somme 1 : une par classe."},
            .formula = "aᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)"},
    .elementwise = false,
    .kernels_float = {softmax_forward<float>, softmax_backward<float>},
    .kernels_double = {softmax_forward<double>, softmax_backward<double>}};

constexpr ActivationRow kHeaviside = {
    .row = {.key = "heaviside",
            .label = {"Heaviside", "Heaviside"},
            .help = {"All or nothing: 1 for positive inputs, 0 for negative ones; it has no slope to learn from.",
                     "Tout ou rien : 1 pour les entrées positives, 0 pour les négatives ; sans pente, elle n’apprend pas."},
            .formula = "H(z) = 1 (z > 0), 0 (z < 0)"},
    .reads_output = false,
    .has_gradient = false,
    .kernels_float = {forward<kHeavisideCurve, float>, no_slope<float>},
    .kernels_double = {forward<kHeavisideCurve, double>, no_slope<double>}};

constexpr std::array<const ActivationRow*, kActivationCount> kRows = {&kLinear, &kSigmoid, &kTanh,    &kRelu,     &kLeakyRelu,
                                                                      &kElu,    &kSilu,    &kSoftmax, &kHeaviside};
static_assert(kRows[kTanhChoice] == &kTanh && kRows[kReluChoice] == &kRelu);

constexpr Choice choice_of(size_t index) { return {kRows[index]->row.key, kRows[index]->row.label}; }

}  // namespace

constinit const Choice kActivationChoices[kActivationCount] = {choice_of(0), choice_of(1), choice_of(2), choice_of(3), choice_of(4),
                                                               choice_of(5), choice_of(6), choice_of(7), choice_of(8)};

std::span<const ActivationRow* const> activation_rows() { return kRows; }

const ActivationRow* find_activation(std::string_view key) {
  for (const ActivationRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

}  // namespace myelin
