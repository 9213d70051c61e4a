// Losses for numbers: squared, absolute and Huber's error, and the squared error of an autoencoder. Each adds up the values of
// a sample, whereas PyTorch's "mean" also divides by their number.
#include <cmath>

#include "kernels/elementwise.h"
#include "nn/loss_fields.h"

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
  elementwise<Real>().scaled_difference(factor, outputs.data, targets, d_outputs, outputs.size());
}

// PyTorch's L1Loss; its derivative at 0 is 0.
template <class Real>
void mae_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) sum += std::fabs(static_cast<double>(outputs.data[at]) - static_cast<double>(targets[at]));
    losses[row] = options.factor * sum;
  }
}

template <class Real>
void mae_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) {
    const Real error = outputs.data[i] - targets[i];
    d_outputs[i] = error > 0 ? factor : error < 0 ? -factor : Real(0);
  }
}

// Huber 1964, PyTorch's HuberLoss: e^2 / 2 up to delta, delta (|e| - delta / 2) beyond.
template <class Real>
void huber_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) {
      const double size = std::fabs(static_cast<double>(outputs.data[at]) - static_cast<double>(targets[at]));
      sum += size <= options.delta ? size * size / 2 : options.delta * (size - options.delta / 2);
    }
    losses[row] = options.factor * sum;
  }
}

template <class Real>
void huber_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const Real delta = static_cast<Real>(options.delta);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) {
    const Real error = outputs.data[i] - targets[i];
    d_outputs[i] = factor * (error > delta ? delta : error < -delta ? -delta : error);
  }
}

constexpr Field kMseFields[] = {
    {.key = "half",
     .label = {"Factor ½", "Facteur ½"},
     .help = {"Halves the squared error, so that its derivative has no factor 2.",
              "Divise par deux l’erreur quadratique : sa dérivée n’a plus de facteur 2."},
     .control = Control::toggle,
     .live = true},
    kReduction,
};

constexpr Field kHuberFields[] = {
    {.key = "delta",
     .label = {"Limit δ", "Seuil δ"},
     .help = {"Errors below it count squared, larger ones only in proportion.",
              "En dessous, l’erreur compte au carré ; au-dessus, seulement en proportion."},
     .control = Control::log_slider,
     .min = 1e-3,
     .max = 1000,
     .step = 1e-3,
     .fallback = 1,
     .live = true},
    kReduction,
};

}  // namespace

constinit const LossRow kMseLoss = {
    .row = {.key = "mse",
            .label = {"Mean squared error", "Erreur quadratique moyenne"},
            .help = {"The squared distance between answer and target: for numbers to predict.",
                     "Le carré de l’écart entre réponse et cible : pour prédire des nombres."},
            .formula = "J = 1/m · Σ (ŷ − y)²",
            .fields = kMseFields},
    .regression = true,
    .binary = true,
    .classes = true,
    .kernels_float = {mse_losses<float>, mse_gradient<float>, keep_outputs<float>},
    .kernels_double = {mse_losses<double>, mse_gradient<double>, keep_outputs<double>}};

constinit const LossRow kMaeLoss = {
    .row = {.key = "mae",
            .label = {"Mean absolute error", "Erreur absolue moyenne"},
            .help = {"The distance between answer and target: a few samples far off weigh less than with squares.",
                     "L’écart entre réponse et cible : quelques exemples aberrants pèsent moins qu’avec des carrés."},
            .formula = "J = 1/m · Σ |ŷ − y|",
            .fields = kReductionOnly},
    .regression = true,
    .kernels_float = {mae_losses<float>, mae_gradient<float>, keep_outputs<float>},
    .kernels_double = {mae_losses<double>, mae_gradient<double>, keep_outputs<double>}};

constinit const LossRow kHuberLoss = {
    .row = {.key = "huber",
            .label = {"Huber loss", "Coût de Huber"},
            .help = {"Squared for small errors, absolute for large ones: smooth, and calm about samples far off.",
                     "Carré pour les petites erreurs, absolu pour les grandes : lisse, et peu sensible aux aberrations."},
            .formula = "J = 1/m · Σ ρ(ŷ − y),  ρ(e) = e²/2 (|e| ≤ δ),  δ(|e| − δ/2) (|e| > δ)",
            .fields = kHuberFields},
    .regression = true,
    .kernels_float = {huber_losses<float>, huber_gradient<float>, keep_outputs<float>},
    .kernels_double = {huber_losses<double>, huber_gradient<double>, keep_outputs<double>}};

constinit const LossRow kReconstructionLoss = {
    .row = {.key = "reconstruction",
            .label = {"Reconstruction", "Reconstruction"},
            .help = {"The squared distance between answer and input: for autoencoders, which need no labels.",
                     "Le carré de l’écart entre réponse et entrée : pour les autoencodeurs, sans étiquettes."},
            .formula = "J = 1/m · Σ ‖x − x̂‖²",
            .fields = kMseFields},
    .rebuilds = true,
    .kernels_float = {mse_losses<float>, mse_gradient<float>, keep_outputs<float>},
    .kernels_double = {mse_losses<double>, mse_gradient<double>, keep_outputs<double>}};

}  // namespace myelin
