// Losses for classes: the cross-entropies and Kullback-Leibler from logits, the hinge, and the perceptron's rule. Each adds up
// the values of a sample.
#include <algorithm>
#include <cstddef>

#include "kernels/elementwise.h"
#include "kernels/fmath.h"
#include "nn/loss_fields.h"

namespace myelin {
namespace {

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
      const double missed_one = y == 0 ? 0 : y * fmath::log1p_exp(-z);
      const double missed_zero = y == 1 ? 0 : (1 - y) * fmath::log1p_exp(z);
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
  std::copy(outputs.data, outputs.data + count, d_outputs);
  fmath::sigmoid(d_outputs, count);
  elementwise<Real>().scaled_difference(factor, d_outputs, targets, d_outputs, count);
}

template <class Real>
void to_sigmoid(Real* outputs, int rows, int width) {
  fmath::sigmoid(outputs, static_cast<size_t>(rows) * static_cast<size_t>(width));
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
    for (int i = 0; i < width; ++i) sum += fmath::exp(static_cast<double>(z[i]) - static_cast<double>(largest));
    const double log_sum = fmath::log(sum);
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
  elementwise<Real>().softmax(outputs, rows, width);
}

template <class Real>
void cross_entropy_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale,
                            Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size();
  std::copy(outputs.data, outputs.data + count, d_outputs);
  to_softmax(d_outputs, outputs.batch, outputs.shape.size());
  elementwise<Real>().scaled_difference(factor, d_outputs, targets, d_outputs, count);
}

// Σ t (log t - log p) from logits, 0 log 0 = 0: PyTorch's KLDivLoss of log_softmax(z), summed over the classes.
template <class Real>
void divergence_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  cross_entropy_losses(options, outputs, targets, losses);
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) {
      const double t = static_cast<double>(targets[at]);
      if (t > 0) sum += t * fmath::log(t);
    }
    losses[row] += options.factor * sum;
  }
}

// d/dz_j = p_j Σ t - t_j; targets that are a distribution have Σ t = 1, but nobody checks that.
template <class Real>
void divergence_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size(), width = static_cast<size_t>(outputs.shape.size());
  for (size_t i = 0; i < count; ++i) d_outputs[i] = outputs.data[i];
  to_softmax(d_outputs, outputs.batch, outputs.shape.size());
  for (size_t first = 0; first < count; first += width) {
    Real mass = 0;
    for (size_t i = first; i < first + width; ++i) mass += targets[i];
    for (size_t i = first; i < first + width; ++i) d_outputs[i] = factor * (d_outputs[i] * mass - targets[i]);
  }
}

// Σ max(0, 1 - t z) with t = +1 for a target above 0 and -1 otherwise. With several outputs this is one-versus-rest (Rifkin and
// Klautau 2004), not Crammer and Singer's or Weston and Watkins's joint form: each output is a two-class machine of its own.
template <class Real>
void hinge_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) {
      const double z = static_cast<double>(outputs.data[at]);
      const double missing = targets[at] > 0 ? 1 - z : 1 + z;
      sum += missing < 0 ? 0 : missing;  // a NaN stays one
    }
    losses[row] = options.factor * sum;
  }
}

template <class Real>
void hinge_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) {
    const Real side = targets[i] > 0 ? Real(1) : Real(-1);
    d_outputs[i] = side * outputs.data[i] < 1 ? -side * factor : Real(0);
  }
}

// Rosenblatt's rule (S4): w <- w + rate (y - H(z)) x with H(0) = 0. Its "gradient" H(z) - y is no derivative of the loss, which
// counts errors.
template <class Real>
void perceptron_losses(const LossOptions& options, View<const Real> outputs, const Real* targets, double* losses) {
  const int width = outputs.shape.size();
  size_t at = 0;
  for (int row = 0; row < outputs.batch; ++row) {
    double sum = 0;
    for (int i = 0; i < width; ++i, ++at) {
      const double z = static_cast<double>(outputs.data[at]), y = static_cast<double>(targets[at]);
      const double answer = z > 0 ? 1 : z <= 0 ? 0 : z;  // a NaN stays one
      sum += answer < y ? y - answer : answer - y;
    }
    losses[row] = options.factor * sum;
  }
}

template <class Real>
void perceptron_gradient(const LossOptions& options, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs) {
  const Real factor = scale * static_cast<Real>(options.factor);
  const size_t count = outputs.size();
  for (size_t i = 0; i < count; ++i) d_outputs[i] = factor * ((outputs.data[i] > 0 ? Real(1) : Real(0)) - targets[i]);
}

template <class Real>
void to_threshold(Real* outputs, int rows, int width) {
  const size_t count = static_cast<size_t>(rows) * static_cast<size_t>(width);
  for (size_t i = 0; i < count; ++i) outputs[i] = outputs[i] > 0 ? Real(1) : Real(0);
}

}  // namespace

constinit const LossRow kBinaryLoss = {
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

constinit const LossRow kCrossEntropyLoss = {
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

constinit const LossRow kHingeLoss = {
    .row = {.key = "hinge",
            .label = {"Hinge loss", "Coût charnière"},
            .help = {"Zero once a linear output is on the right side by a margin of 1, as in support vector machines.",
                     "Nul dès qu’une sortie linéaire est du bon côté avec une marge de 1, comme dans les SVM."},
            .formula = "J = 1/m · Σ max(0, 1 − y·z),  y = ±1",
            .fields = kReductionOnly},
    .binary = true,
    .classes = true,
    .signed_targets = true,
    .kernels_float = {hinge_losses<float>, hinge_gradient<float>, keep_outputs<float>},
    .kernels_double = {hinge_losses<double>, hinge_gradient<double>, keep_outputs<double>}};

constinit const LossRow kDivergenceLoss = {
    .row = {.key = "kl_divergence",
            .label = {"Kullback–Leibler divergence", "Divergence de Kullback-Leibler"},
            .help = {"How far a softmax output is from a target distribution: for shares that add up to 1.",
                     "L’écart entre une sortie softmax et une distribution cible : pour des parts de somme 1."},
            .formula = "J = 1/m · Σ Σᵢ yᵢ (log yᵢ − log ŷᵢ)",
            .fields = kReductionOnly},
    .contains = "softmax",
    .regression = true,
    .classes = true,
    .kernels_float = {divergence_losses<float>, divergence_gradient<float>, to_softmax<float>},
    .kernels_double = {divergence_losses<double>, divergence_gradient<double>, to_softmax<double>}};

constinit const LossRow kPerceptronLoss = {
    .row = {.key = "perceptron",
            .label = {"Perceptron rule", "Règle du perceptron"},
            .help = {"Moves the weights only when a threshold neuron is wrong, and stops after an epoch without an error.",
                     "Ne modifie les poids que si un neurone à seuil se trompe, et s’arrête après une époque sans erreur."},
            .formula = "w ← w + α (y − H(z)) x,  H(0) = 0",
            .fields = kReductionOnly},
    .contains = "heaviside",
    .binary = true,
    .is_rule = true,
    .kernels_float = {perceptron_losses<float>, perceptron_gradient<float>, to_threshold<float>},
    .kernels_double = {perceptron_losses<double>, perceptron_gradient<double>, to_threshold<double>}};

}  // namespace myelin
