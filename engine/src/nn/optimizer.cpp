// The table of optimisers: each is one loop over the flat parameter array, in kernels/elementwise_tile.h. Hyper-parameters are
// rounded to the run's arithmetic once per step, never inside the loop.
#include "nn/optimizer.h"

#include <array>
#include <initializer_list>

#include "kernels/elementwise.h"

namespace myelin {
namespace {

// base^exponent by squaring: no call of the C library's pow, whose last digit differs between machines.
double power(double base, int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

template <class Real>
void set(Real* constants, std::initializer_list<double> values) {
  for (const double value : values) *constants++ = static_cast<Real>(value);
}

// The constants of each rule, as elementwise_tile.h wants them.
template <UpdateRule rule, class Real>
void set_constants(const OptimizerOptions& o, int64_t step, Real* constants) {
  if constexpr (rule == kMomentumRule) set(constants, {o.rate, o.momentum, o.averaged_momentum ? 1 - o.momentum : 1});
  else if constexpr (rule == kNesterovRule) set(constants, {o.rate, o.momentum});
  else if constexpr (rule == kAdagradRule) set(constants, {o.rate, o.epsilon});
  else if constexpr (rule == kRmspropRule || rule == kAdadeltaRule) set(constants, {o.rate, o.epsilon, o.rho, 1 - o.rho});
  else if constexpr (rule == kAdamRule) {
    set(constants, {o.rate, o.epsilon, o.beta1, 1 - o.beta1, o.beta2, 1 - o.beta2, 1 / (1 - power(o.beta1, step)), 1 / (1 - power(o.beta2, step))});
  } else {
    set(constants, {o.rate});
  }
}

template <UpdateRule rule, class Real>
void rule_step(const OptimizerStep<Real>& step) {
  Update<Real> update{{}, step.params, step.grads, {step.state[0], step.state[1]}, static_cast<size_t>(step.count)};
  set_constants<rule>(step.options, step.step, update.constants);
  elementwise<Real>().update[rule](update);
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
    .step_float = rule_step<kSgdRule, float>,
    .step_double = rule_step<kSgdRule, double>};

constexpr OptimizerRow kMomentum = {
    .row = {.key = "momentum",
            .label = {"Momentum", "Momentum (inertie)"},
            .help = {"Rolls like a ball: keeps part of its velocity, runs faster along ravines and calms zigzags.",
                     "Roule comme une bille : garde une part de sa vitesse, file dans les ravins et calme les zigzags."},
            .formula = "v ← βv + ∂J/∂w,  w ← w − αv",
            .fields = kMomentumFields},
    .states = 1,
    .step_float = rule_step<kMomentumRule, float>,
    .step_double = rule_step<kMomentumRule, double>};

constexpr OptimizerRow kAdam = {
    .row = {.key = "adam",
            .label = {"Adam", "Adam"},
            .help = {"Momentum with a step size of its own for each weight, from the mean square of its gradients.",
                     "Le momentum, avec pour chaque poids un pas propre tiré du carré moyen de ses gradients."},
            .formula = "m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← w − α · m′ / (√v′ + ε),  m′ = m / (1 − β₁^t),  v′ = v / (1 − β₂^t)",
            .fields = kAdamFields},
    .states = 2,
    .step_float = rule_step<kAdamRule, float>,
    .step_double = rule_step<kAdamRule, double>};

constexpr OptimizerRow kNesterov = {
    .row = {.key = "nesterov",
            .label = {"Nesterov", "Nesterov"},
            .help = {"Momentum that looks ahead: it follows the gradient after the ball’s next move.",
                     "Un momentum qui anticipe : il suit le gradient après le prochain mouvement de la bille."},
            .formula = "v ← βv + g,  w ← w − α(g + βv)",
            .fields = kNesterovFields},
    .states = 1,
    .step_float = rule_step<kNesterovRule, float>,
    .step_double = rule_step<kNesterovRule, double>};

constexpr OptimizerRow kAdagrad = {
    .row = {.key = "adagrad",
            .label = {"Adagrad", "Adagrad"},
            .help = {"Shorter and shorter steps for weights that have already moved much.",
                     "Des pas de plus en plus courts pour les poids qui ont déjà beaucoup bougé."},
            .formula = "s ← s + g²,  w ← w − α · g / (√s + ε)",
            .fields = kAdagradFields},
    .states = 1,
    .step_float = rule_step<kAdagradRule, float>,
    .step_double = rule_step<kAdagradRule, double>};

constexpr OptimizerRow kRmsprop = {
    .row = {.key = "rmsprop",
            .label = {"RMSprop", "RMSprop"},
            .help = {"Divides each step by the recent size of its gradient: all weights move at a similar speed.",
                     "Divise chaque pas par la taille récente de son gradient : tous les poids vont à des vitesses proches."},
            .formula = "s ← ρs + (1 − ρ)g²,  w ← w − α · g / (√s + ε)",
            .fields = kRmspropFields},
    .states = 1,
    .step_float = rule_step<kRmspropRule, float>,
    .step_double = rule_step<kRmspropRule, double>};

constexpr OptimizerRow kAdadelta = {
    .row = {.key = "adadelta",
            .label = {"Adadelta", "Adadelta"},
            .help = {"RMSprop whose step size follows from the steps before: the learning rate can stay at 1.",
                     "RMSprop dont la taille du pas découle des pas précédents : le taux peut rester à 1."},
            .formula = "s ← ρs + (1 − ρ)g²,  d = g · √(u + ε) / √(s + ε),  u ← ρu + (1 − ρ)d²,  w ← w − αd",
            .fields = kAdadeltaFields},
    .states = 2,
    .step_float = rule_step<kAdadeltaRule, float>,
    .step_double = rule_step<kAdadeltaRule, double>};

// The decay itself is decay_weights(), on weights only; the rest is Adam.
constexpr OptimizerRow kAdamw = {
    .row = {.key = "adamw",
            .label = {"AdamW", "AdamW"},
            .help = {"Adam with weight decay apart from the gradient, so that it acts on all weights alike.",
                     "Adam avec une décroissance des poids hors du gradient, qui agit sur tous les poids de la même façon."},
            .formula = "w ← w − αλw,  w ← w − α · m′ / (√v′ + ε)",
            .fields = kAdamwFields},
    .states = 2,
    .step_float = rule_step<kAdamRule, float>,
    .step_double = rule_step<kAdamRule, double>};

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
