// The table of losses. Each row's loss is summed in double; gradients are in the run's own arithmetic. Nothing is reduced
// here: the caller knows the batch.
#include "nn/loss.h"

#include <array>

#include "kernels/fmath_inline.h"
#include "nn/activation.h"

namespace myelin {
namespace {

template <class Real>
void mse_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) {
      const double error = static_cast<double>(outputs.data[at]) - static_cast<double>(targets[at]);
      sum += error * error;
    }
    losses[row] = options.factor * sum;
  }
}

template <class Real>
void mse_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(2 * options.factor);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) d_outputs[i] = factor * (outputs.data[i] - targets[i]);
}

template <class Real>
void keep(Real*, int, int) {}

// -y log s(z) - (1 - y) log(1 - s(z)) = y log(1 + e^-z) + (1 - y) log(1 + e^z), without ever rounding s(z) to 0 or 1.
template <class Real>
void binary_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) {
      const double z = static_cast<double>(outputs.data[at]);
      const double y = static_cast<double>(targets[at]);
      const double missed_one = y == 0 ? 0 : y * fmath::inlined::log1p_exp(-z);
      const double missed_zero = y == 1 ? 0 : (1 - y) * fmath::inlined::log1p_exp(z);
      sum += missed_one + missed_zero;
    }
    losses[row] = options.factor * sum;
  }
}

template <class Real>
void binary_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale,
                     Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) d_outputs[i] = factor * (fmath::inlined::sigmoid(outputs.data[i]) - targets[i]);
}

template <class Real>
void to_sigmoid(Real* outputs, int rows, int width) {
  const size_t count = static_cast<size_t>(rows) * static_cast<size_t>(width);
  for (size_t i = 0; i < count; ++i) outputs[i] = fmath::inlined::sigmoid(outputs[i]);
}

// -sum_i y_i log p_i with log p_i = (z_i - max) - log sum_j e^(z_j - max): exact where p itself would round to 0.
template <class Real>
void cross_entropy_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  for (int row = 0; row < outputs.batch; ++row) {
    const size_t first = static_cast<size_t>(row) * static_cast<size_t>(width);
    const Real* z = outputs.data + first;
    const Real* y = targets + first;
    Real largest = z[0];
    for (int i = 1; i < width; ++i) largest = z[i] > largest ? z[i] : largest;
    double sum = 0;
    for (int i = 0; i < width; ++i) sum += fmath::inlined::exp(static_cast<double>(z[i]) - static_cast<double>(largest));
    const double log_sum = fmath::inlined::log(sum);
    double loss = sum != sum ? sum : 0;  // not a number stays so, even where the target is 0
    for (int i = 0; i < width; ++i) {
      const double log_p = (static_cast<double>(z[i]) - static_cast<double>(largest)) - log_sum;
      if (y[i] != Real(0)) loss -= static_cast<double>(y[i]) * log_p;  // 0 log 0 = 0
    }
    losses[row] = options.factor * loss;
  }
}

template <class Real>
void to_softmax(Real* outputs, int rows, int width) {
  find_activation("softmax")->kernels<Real>().forward({}, outputs, rows, width);
}

template <class Real>
void cross_entropy_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale,
                            Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) d_outputs[i] = outputs.data[i];
  to_softmax(d_outputs, outputs.batch, outputs.shape.size());
  for (size_t i = 0; i < count; ++i) d_outputs[i] = factor * (d_outputs[i] - targets[i]);
}

constexpr Choice kReductions[] = {
    {"mean", {"mean over the batch", "moyenne sur le lot"}},
    {"sum", {"sum over the batch", "somme sur le lot"}},
};

constexpr Field kReduction = {
    .key = "reduction",
    .label = {"Reduction", "Réduction"},
    .help = {"Whether the losses of a batch are averaged or added up; with the sum, a larger batch takes larger steps.",
             "Si les coûts d’un lot sont moyennés ou additionnés ; avec la somme, un plus grand lot fait de plus grands pas."},
    .control = Control::choice,
    .choices = kReductions,
    .live = true};

constexpr Field kMseFields[] = {
    {.key = "half",
     .label = {"Factor ½", "Facteur ½"},
     .help = {"Halves the squared error, so that its derivative has no factor 2.",
              "Divise par deux l’erreur quadratique : sa dérivée n’a plus de facteur 2."},
     .control = Control::toggle,
     .live = true},
    kReduction,
};
constexpr Field kReductionOnly[] = {kReduction};

constexpr LossRow kMse = {
    .row = {.key = "mse",
            .label = {"Mean squared error", "Erreur quadratique moyenne"},
            .help = {"The squared distance between answer and target: for numbers to predict.",
                     "Le carré de l’écart entre réponse et cible : pour prédire des nombres."},
            .formula = "J = 1/m · Σ (ŷ − y)²",
            .fields = kMseFields},
    .regression = true,
    .binary = true,
    .classes = true,
    .kernels_float = {mse_losses<float>, mse_gradient<float>, keep<float>},
    .kernels_double = {mse_losses<double>, mse_gradient<double>, keep<double>}};

constexpr LossRow kBinary = {
    .row = {.key = "binary_cross_entropy",
            .label = {"Binary cross-entropy", "Entropie croisée binaire"},
            .help = {"How surprised a sigmoid output is by the true class, 0 or 1: for two classes.",
                     "La surprise d’une sortie sigmoïde devant la vraie classe, 0 ou 1 : pour deux classes."},
            .formula = "J = −1/m · Σ (y log ŷ + (1 − y) log(1 − ŷ))",
            .fields = kReductionOnly},
    .contains = "sigmoid",
    .binary = true,
    .kernels_float = {binary_losses<float>, binary_gradient<float>, to_sigmoid<float>},
    .kernels_double = {binary_losses<double>, binary_gradient<double>, to_sigmoid<double>}};

constexpr LossRow kCrossEntropy = {
    .row = {.key = "cross_entropy",
            .label = {"Cross-entropy", "Entropie croisée"},
            .help = {"How surprised a softmax output is by the true class: for several classes.",
                     "La surprise d’une sortie softmax devant la vraie classe : pour plusieurs classes."},
            .formula = "J = −1/m · Σ Σᵢ yᵢ log ŷᵢ",
            .fields = kReductionOnly},
    .contains = "softmax",
    .classes = true,
    .kernels_float = {cross_entropy_losses<float>, cross_entropy_gradient<float>, to_softmax<float>},
    .kernels_double = {cross_entropy_losses<double>, cross_entropy_gradient<double>, to_softmax<double>}};

constexpr std::array<const LossRow*, 3> kRows = {&kMse, &kBinary, &kCrossEntropy};

}  // namespace

std::span<const LossRow* const> loss_rows() { return kRows; }

const LossRow* find_loss(std::string_view key) {
  for (const LossRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

LossOptions loss_options(const Settings& settings) {
  LossOptions options;
  if (settings.has("half") && settings.on("half")) options.factor = 0.5;
  if (settings.has("reduction")) options.sum = settings.choice("reduction") == "sum";
  return options;
}

}  // namespace myelin
