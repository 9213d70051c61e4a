// The table of activation functions and their loops. A function says its value and its slope for one number; the loops
// around them vectorise. A value that is not a number must stay so: divergence is seen in the loss.
#include "nn/activation.h"

#include <algorithm>
#include <array>

#include "kernels/fmath_inline.h"

namespace myelin {
namespace {

struct Sigmoid {
  template <class Real>
  static Real value(const ActivationOptions&, Real z) { return fmath::inlined::sigmoid(z); }
  template <class Real>
  static Real slope(const ActivationOptions&, Real, Real a) { return a * (Real(1) - a); }
};

struct Tanh {
  template <class Real>
  static Real value(const ActivationOptions&, Real z) { return fmath::inlined::tanh(z); }
  template <class Real>
  static Real slope(const ActivationOptions&, Real, Real a) { return Real(1) - a * a; }
};

struct Relu {
  template <class Real>
  static Real value(const ActivationOptions&, Real z) { return z < Real(0) ? Real(0) : z; }
  template <class Real>
  static Real slope(const ActivationOptions&, Real, Real a) { return a > Real(0) ? Real(1) : Real(0); }
};

struct LeakyRelu {
  template <class Real>
  static Real value(const ActivationOptions& options, Real z) {
    return z < Real(0) ? static_cast<Real>(options.leaky_slope) * z : z;
  }
  template <class Real>
  static Real slope(const ActivationOptions& options, Real, Real a) {
    return a > Real(0) ? Real(1) : static_cast<Real>(options.leaky_slope);
  }
};

struct Elu {
  template <class Real>
  static Real value(const ActivationOptions& options, Real z) {
    const Real negative = static_cast<Real>(options.elu_alpha) * fmath::inlined::expm1_negative(z > Real(0) ? Real(0) : z);
    return z > Real(0) ? z : negative;
  }
  template <class Real>
  static Real slope(const ActivationOptions& options, Real, Real a) {
    return a > Real(0) ? Real(1) : a + static_cast<Real>(options.elu_alpha);
  }
};

struct Silu {
  template <class Real>
  static Real value(const ActivationOptions&, Real z) { return z * fmath::inlined::sigmoid(z); }
  template <class Real>
  static Real slope(const ActivationOptions&, Real z, Real a) {
    const Real s = fmath::inlined::sigmoid(z);
    return s + a * (Real(1) - s);
  }
};

struct Heaviside {
  template <class Real>
  static Real value(const ActivationOptions& options, Real z) {
    const Real step = z > Real(0) ? Real(1) : Real(0);
    const Real number = z == Real(0) ? static_cast<Real>(options.heaviside_at_zero) : step;
    return z != z ? z : number;
  }
};

size_t count_of(int rows, int width) { return static_cast<size_t>(rows) * static_cast<size_t>(width); }

template <class Function, class Real>
void forward(const ActivationOptions& given, Real* values, int rows, int width) {
  const ActivationOptions options = given;  // a copy cannot alias `values`
  const size_t count = count_of(rows, width);
  for (size_t i = 0; i < count; ++i) values[i] = Function::value(options, values[i]);
}

template <class Function, class Real>
void backward(const ActivationOptions& given, const Real*, const Real* a, Real* d, int rows, int width) {
  const ActivationOptions options = given;
  const size_t count = count_of(rows, width);
  for (size_t i = 0; i < count; ++i) d[i] = d[i] * Function::slope(options, Real(0), a[i]);
}

template <class Function, class Real>
void backward_with_input(const ActivationOptions& given, const Real* z, const Real* a, Real* d, int rows, int width) {
  const ActivationOptions options = given;
  const size_t count = count_of(rows, width);
  for (size_t i = 0; i < count; ++i) d[i] = d[i] * Function::slope(options, z[i], a[i]);
}

template <class Real>
void linear_forward(const ActivationOptions&, Real*, int, int) {}
template <class Real>
void linear_backward(const ActivationOptions&, const Real*, const Real*, Real*, int, int) {}

template <class Real>
void no_slope(const ActivationOptions&, const Real*, const Real*, Real* d, int rows, int width) {
  std::fill(d, d + count_of(rows, width), Real(0));
}

// Less the row's largest value first: no exponential overflows, and the quotients stay the same.
template <class Real>
void softmax_forward(const ActivationOptions&, Real* values, int rows, int width) {
  for (int row = 0; row < rows; ++row) {
    Real* z = values + count_of(row, width);
    Real largest = z[0];
    for (int i = 1; i < width; ++i) largest = z[i] > largest ? z[i] : largest;
    for (int i = 0; i < width; ++i) z[i] = fmath::inlined::exp(z[i] - largest);
    Real sum = 0;
    for (int i = 0; i < width; ++i) sum += z[i];
    for (int i = 0; i < width; ++i) z[i] = z[i] / sum;
  }
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

template <class Function>
constexpr ActivationRow elementwise(const Row& row) {
  return {.row = row,
          .kernels_float = {forward<Function, float>, backward<Function, float>},
          .kernels_double = {forward<Function, double>, backward<Function, double>}};
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

constexpr ActivationRow kSigmoid = elementwise<Sigmoid>(
    {.key = "sigmoid",
     .label = {"Sigmoid", "Sigmoïde"},
     .help = {"Squeezes any number into (0, 1), like a probability; it saturates, and its slope is at most 1/4.",
              "Ramène tout nombre dans ]0, 1[, comme une probabilité ; elle sature et sa pente ne dépasse pas 1/4."},
     .formula = "σ(z) = 1 / (1 + exp(−z))"});

constexpr ActivationRow kTanh = elementwise<Tanh>(
    {.key = "tanh",
     .label = {"Tanh", "Tanh"},
     .help = {"Squeezes any number into (−1, 1), centred on 0: a stretched sigmoid.",
              "Ramène tout nombre dans ]−1, 1[, centrée en 0 : une sigmoïde étirée."},
     .formula = "tanh(z) = 2σ(2z) − 1"});

constexpr ActivationRow kRelu = elementwise<Relu>(
    {.key = "relu",
     .label = {"ReLU", "ReLU"},
     .help = {"Keeps what is positive and cuts the rest; quick and without saturation, but a neuron can die.",
              "Garde ce qui est positif et coupe le reste ; rapide et sans saturation, mais un neurone peut mourir."},
     .formula = "ReLU(z) = max(0, z)"});

constexpr ActivationRow kLeakyRelu = elementwise<LeakyRelu>(
    {.key = "leaky_relu",
     .label = {"Leaky ReLU", "Leaky ReLU"},
     .help = {"A ReLU with a small slope for negative inputs, so that no neuron dies.",
              "Une ReLU avec une petite pente pour les entrées négatives : aucun neurone ne meurt."},
     .formula = "f(z) = max(0, z) + α · min(0, z)"});

constexpr ActivationRow kElu = elementwise<Elu>(
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
    .kernels_float = {forward<Silu, float>, backward_with_input<Silu, float>},
    .kernels_double = {forward<Silu, double>, backward_with_input<Silu, double>}};

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
    .kernels_float = {forward<Heaviside, float>, no_slope<float>},
    .kernels_double = {forward<Heaviside, double>, no_slope<double>}};

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
