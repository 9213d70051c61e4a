// The table of optimisers: each is one loop over the flat parameter array. Hyper-parameters are rounded to the run's
// arithmetic once per step, never inside the loop.
#include "nn/optimizer.h"

#include <array>
#include <cmath>

namespace myelin {
namespace {

template <class Real>
void sgd_step(const OptimizerStep<Real>& step) {
  const Real rate = static_cast<Real>(step.options.rate);
  Real* params = step.params;
  const Real* grads = step.grads;
  const int count = step.count;
  for (int i = 0; i < count; ++i) params[i] = params[i] - rate * grads[i];
}

template <class Real>
void momentum_step(const OptimizerStep<Real>& step) {
  const Real rate = static_cast<Real>(step.options.rate);
  const Real momentum = static_cast<Real>(step.options.momentum);
  const Real share = step.options.averaged_momentum ? static_cast<Real>(1 - step.options.momentum) : Real(1);
  Real* params = step.params;
  const Real* grads = step.grads;
  Real* velocity = step.state[0];
  const int count = step.count;
  for (int i = 0; i < count; ++i) {
    velocity[i] = momentum * velocity[i] + share * grads[i];
    params[i] = params[i] - rate * velocity[i];
  }
}

// Nesterov's momentum in PyTorch's form (Sutskever et al. 2013, with the velocity in units of the gradient).
template <class Real>
void nesterov_step(const OptimizerStep<Real>& step) {
  const Real rate = static_cast<Real>(step.options.rate);
  const Real momentum = static_cast<Real>(step.options.momentum);
  Real* params = step.params;
  const Real* grads = step.grads;
  Real* velocity = step.state[0];
  const int count = step.count;
  for (int i = 0; i < count; ++i) {
    velocity[i] = momentum * velocity[i] + grads[i];
    params[i] = params[i] - rate * (grads[i] + momentum * velocity[i]);
  }
}

// Duchi, Hazan and Singer 2011; the small number stands outside the root, as in PyTorch.
template <class Real>
void adagrad_step(const OptimizerStep<Real>& step) {
  const Real rate = static_cast<Real>(step.options.rate);
  const Real epsilon = static_cast<Real>(step.options.epsilon);
  Real* params = step.params;
  const Real* grads = step.grads;
  Real* sum = step.state[0];
  const int count = step.count;
  for (int i = 0; i < count; ++i) {
    sum[i] = sum[i] + grads[i] * grads[i];
    params[i] = params[i] - rate * grads[i] / (std::sqrt(sum[i]) + epsilon);
  }
}

// Tieleman and Hinton 2012; the small number stands outside the root, as in PyTorch.
template <class Real>
void rmsprop_step(const OptimizerStep<Real>& step) {
  const Real rate = static_cast<Real>(step.options.rate);
  const Real rho = static_cast<Real>(step.options.rho), share = static_cast<Real>(1 - step.options.rho);
  const Real epsilon = static_cast<Real>(step.options.epsilon);
  Real* params = step.params;
  const Real* grads = step.grads;
  Real* mean = step.state[0];
  const int count = step.count;
  for (int i = 0; i < count; ++i) {
    mean[i] = rho * mean[i] + share * (grads[i] * grads[i]);
    params[i] = params[i] - rate * grads[i] / (std::sqrt(mean[i]) + epsilon);
  }
}

// Zeiler 2012, algorithm 1, times a rate (1 in the paper).
template <class Real>
void adadelta_step(const OptimizerStep<Real>& step) {
  const Real rate = static_cast<Real>(step.options.rate);
  const Real rho = static_cast<Real>(step.options.rho), share = static_cast<Real>(1 - step.options.rho);
  const Real epsilon = static_cast<Real>(step.options.epsilon);
  Real* params = step.params;
  const Real* grads = step.grads;
  Real* squares = step.state[0];
  Real* moves = step.state[1];
  const int count = step.count;
  for (int i = 0; i < count; ++i) {
    const Real g = grads[i];
    const Real mean = rho * squares[i] + share * (g * g);
    const Real move = std::sqrt(moves[i] + epsilon) / std::sqrt(mean + epsilon) * g;
    squares[i] = mean;
    moves[i] = rho * moves[i] + share * (move * move);
    params[i] = params[i] - rate * move;
  }
}

// base^exponent by squaring: no call of the C library's pow, whose last digit differs between machines.
double power(double base, int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

// Kingma and Ba 2015, algorithm 1.
template <class Real>
void adam_step(const OptimizerStep<Real>& step) {
  const OptimizerOptions& options = step.options;
  const Real rate = static_cast<Real>(options.rate);
  const Real beta1 = static_cast<Real>(options.beta1), share1 = static_cast<Real>(1 - options.beta1);
  const Real beta2 = static_cast<Real>(options.beta2), share2 = static_cast<Real>(1 - options.beta2);
  const Real epsilon = static_cast<Real>(options.epsilon);
  const Real correction1 = static_cast<Real>(1 / (1 - power(options.beta1, step.step)));
  const Real correction2 = static_cast<Real>(1 / (1 - power(options.beta2, step.step)));
  Real* params = step.params;
  const Real* grads = step.grads;
  Real* first = step.state[0];
  Real* second = step.state[1];
  const int count = step.count;
  for (int i = 0; i < count; ++i) {
    const Real g = grads[i];
    const Real m = beta1 * first[i] + share1 * g;
    const Real v = beta2 * second[i] + share2 * (g * g);
    first[i] = m;
    second[i] = v;
    params[i] = params[i] - rate * (m * correction1) / (std::sqrt(v * correction2) + epsilon);
  }
}

constexpr Field rate_field(double fallback) {
  return {.key = "rate",
          .label = {"Learning rate", "Taux d’apprentissage"},
          .help = {"How far each update follows the gradient: too small is slow, too large jumps about or diverges.",
                   "La longueur de chaque pas : trop petit, c’est lent ; trop grand, le coût oscille ou diverge."},
          .control = Control::log_slider,
          .min = 1e-5,
          .max = 10,
          .step = 1e-5,
          .fallback = fallback,
          .live = true};
}

constexpr Field kSgdFields[] = {rate_field(0.03)};

constexpr Field kMomentumFields[] = {
    rate_field(0.01),
    {.key = "momentum",
     .label = {"Momentum β", "Momentum (inertie) β"},
     .help = {"How much of the previous velocity is kept: 0 is plain gradient descent.",
              "La part de la vitesse précédente qui est gardée : 0 est la descente du gradient simple."},
     .control = Control::slider,
     .min = 0,
     .max = 0.999,
     .step = 0.01,
     .fallback = 0.9,
     .live = true},
    {.key = "averaged",
     .label = {"Averaged form", "Forme moyennée"},
     .help = {"Weights the new gradient by 1 − β, as some courses do: steps are 1 − β times as long.",
              "Pondère le nouveau gradient par 1 − β, comme certains cours : les pas sont 1 − β fois plus courts."},
     .control = Control::toggle,
     .live = true},
};

constexpr Field kBeta1 = {.key = "beta1",
                          .label = {"β₁", "β₁"},
                          .help = {"How slowly the mean of the gradients forgets.", "La lenteur avec laquelle la moyenne des gradients oublie."},
                          .control = Control::slider,
                          .min = 0,
                          .max = 0.999,
                          .step = 0.01,
                          .fallback = 0.9,
                          .live = true};

constexpr Field squares_field(const char* key, Text label, double fallback) {
  return {.key = key,
          .label = label,
          .help = {"How slowly the mean of the squared gradients forgets.",
                   "La lenteur avec laquelle la moyenne des carrés des gradients oublie."},
          .control = Control::slider,
          .min = 0,
          .max = 0.99999,
          .step = 0.001,
          .fallback = fallback,
          .live = true};
}

constexpr Field epsilon_field(double fallback) {
  return {.key = "epsilon",
          .label = {"ε", "ε"},
          .help = {"A small number that keeps the division finite where gradients vanish.",
                   "Un petit nombre qui garde la division finie là où les gradients s’annulent."},
          .control = Control::log_slider,
          .min = 1e-12,
          .max = 0.1,
          .step = 1e-12,
          .fallback = fallback,
          .live = true};
}

constexpr Field kAdamFields[] = {rate_field(0.001), kBeta1, squares_field("beta2", {"β₂", "β₂"}, 0.999), epsilon_field(1e-8)};

constexpr Field kNesterovFields[] = {rate_field(0.01), kMomentumFields[1]};
constexpr Field kAdagradFields[] = {rate_field(0.01), epsilon_field(1e-10)};
constexpr Field kRmspropFields[] = {rate_field(0.001), squares_field("rho", {"ρ", "ρ"}, 0.99), epsilon_field(1e-8)};
constexpr Field kAdadeltaFields[] = {rate_field(1), squares_field("rho", {"ρ", "ρ"}, 0.9), epsilon_field(1e-6)};
constexpr Field kAdamwFields[] = {
    rate_field(0.001), kBeta1, squares_field("beta2", {"β₂", "β₂"}, 0.999), epsilon_field(1e-8),
    {.key = "decay",
     .label = {"Weight decay", "Décroissance des poids"},
     .help = {"Shrinks every weight by this share of the learning rate at each step, apart from the gradient.",
              "Réduit chaque poids de cette part du taux d’apprentissage à chaque pas, hors du gradient."},
     .control = Control::log_slider,
     .min = 0,
     .max = 10,
     .step = 1e-5,
     .fallback = 0.01,
     .live = true},
};

constexpr OptimizerRow kSgd = {
    .row = {.key = "sgd",
            .label = {"SGD (gradient descent)", "SGD (descente du gradient)"},
            .help = {"Steps straight down the gradient of each batch.",
                     "Descend tout droit le gradient de chaque lot."},
            .formula = "w ← w − α · ∂J/∂w",
            .fields = kSgdFields},
    .states = 0,
    .step_float = sgd_step<float>,
    .step_double = sgd_step<double>};

constexpr OptimizerRow kMomentum = {
    .row = {.key = "momentum",
            .label = {"Momentum", "Momentum (inertie)"},
            .help = {"Rolls like a ball: keeps part of its velocity, runs faster along ravines and calms zigzags.",
                     "Roule comme une bille : garde une part de sa vitesse, file dans les ravins et calme les zigzags."},
            .formula = "v ← βv + ∂J/∂w,  w ← w − αv",
            .fields = kMomentumFields},
    .states = 1,
    .step_float = momentum_step<float>,
    .step_double = momentum_step<double>};

constexpr OptimizerRow kAdam = {
    .row = {.key = "adam",
            .label = {"Adam", "Adam"},
            .help = {"Momentum with a step size of its own for each weight, from the mean square of its gradients.",
                     "Le momentum, avec pour chaque poids un pas propre tiré du carré moyen de ses gradients."},
            .formula = "m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← w − α · m′ / (√v′ + ε),  m′ = m / (1 − β₁^t),  v′ = v / (1 − β₂^t)",
            .fields = kAdamFields},
    .states = 2,
    .step_float = adam_step<float>,
    .step_double = adam_step<double>};

constexpr OptimizerRow kNesterov = {
    .row = {.key = "nesterov",
            .label = {"Nesterov", "Nesterov"},
            .help = {"Momentum that looks ahead: it follows the gradient after the ball’s next move.",
                     "Un momentum qui anticipe : il suit le gradient après le prochain mouvement de la bille."},
            .formula = "v ← βv + g,  w ← w − α(g + βv)",
            .fields = kNesterovFields},
    .states = 1,
    .step_float = nesterov_step<float>,
    .step_double = nesterov_step<double>};

constexpr OptimizerRow kAdagrad = {
    .row = {.key = "adagrad",
            .label = {"Adagrad", "Adagrad"},
            .help = {"Shorter and shorter steps for weights that have already moved much.",
                     "Des pas de plus en plus courts pour les poids qui ont déjà beaucoup bougé."},
            .formula = "s ← s + g²,  w ← w − α · g / (√s + ε)",
            .fields = kAdagradFields},
    .states = 1,
    .step_float = adagrad_step<float>,
    .step_double = adagrad_step<double>};

constexpr OptimizerRow kRmsprop = {
    .row = {.key = "rmsprop",
            .label = {"RMSprop", "RMSprop"},
            .help = {"Divides each step by the recent size of its gradient: all weights move at a similar speed.",
                     "Divise chaque pas par la taille récente de son gradient : tous les poids vont à des vitesses proches."},
            .formula = "s ← ρs + (1 − ρ)g²,  w ← w − α · g / (√s + ε)",
            .fields = kRmspropFields},
    .states = 1,
    .step_float = rmsprop_step<float>,
    .step_double = rmsprop_step<double>};

constexpr OptimizerRow kAdadelta = {
    .row = {.key = "adadelta",
            .label = {"Adadelta", "Adadelta"},
            .help = {"RMSprop whose step size follows from the steps before: the learning rate can stay at 1.",
                     "RMSprop dont la taille du pas découle des pas précédents : le taux peut rester à 1."},
            .formula = "s ← ρs + (1 − ρ)g²,  d = g · √(u + ε) / √(s + ε),  u ← ρu + (1 − ρ)d²,  w ← w − αd",
            .fields = kAdadeltaFields},
    .states = 2,
    .step_float = adadelta_step<float>,
    .step_double = adadelta_step<double>};

// The decay itself is decay_weights(), on weights only; the rest is Adam.
constexpr OptimizerRow kAdamw = {
    .row = {.key = "adamw",
            .label = {"AdamW", "AdamW"},
            .help = {"Adam with weight decay apart from the gradient, so that it acts on all weights alike.",
                     "Adam avec une décroissance des poids hors du gradient, qui agit sur tous les poids de la même façon."},
            .formula = "w ← w − αλw,  w ← w − α · m′ / (√v′ + ε)",
            .fields = kAdamwFields},
    .states = 2,
    .step_float = adam_step<float>,
    .step_double = adam_step<double>};

constexpr std::array<const OptimizerRow*, 8> kRows = {&kSgd, &kMomentum, &kAdam, &kNesterov, &kAdagrad, &kRmsprop, &kAdadelta, &kAdamw};

}  // namespace

std::span<const OptimizerRow* const> optimizer_rows() { return kRows; }

const OptimizerRow* find_optimizer(std::string_view key) {
  for (const OptimizerRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

OptimizerOptions optimizer_options(const Settings& settings) {
  OptimizerOptions options;
  const auto read = [&](const char* key, double& value) {
    if (settings.has(key)) value = settings[key];
  };
  read("rate", options.rate);
  read("momentum", options.momentum);
  read("beta1", options.beta1);
  read("beta2", options.beta2);
  read("epsilon", options.epsilon);
  read("rho", options.rho);
  read("decay", options.decay);
  options.averaged_momentum = settings.has("averaged") && settings.on("averaged");
  return options;
}

}  // namespace myelin
