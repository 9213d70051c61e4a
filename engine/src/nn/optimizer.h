// An optimiser: a row of a table, one loop over the flat parameter array.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/elementwise.h"
#include "myelin/catalog.h"

namespace myelin {

// rate, momentum, beta1, beta2, epsilon ... as the row's fields name them; read once per step.
struct OptimizerOptions {
  double rate = 0.01;
  double momentum = 0;
  bool averaged_momentum = false;  // v = beta v + (1 - beta) g (S4) instead of v = beta v + g (S0)
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double rho = 0.9;                // how slowly RMSprop and Adadelta forget
  double decay = 0;                // decoupled weight decay, see decay_weights()
};

// Loshchilov and Hutter 2019: before the step, w <- w - rate * decay * w. The caller chooses the tensors: weights, not biases,
// as with L2 (PyTorch takes all parameters).
template <class Real>
void decay_weights(const OptimizerOptions& options, Real* weights, int count) {
  elementwise<Real>().scale(static_cast<Real>(1 - options.rate * options.decay), weights, static_cast<size_t>(count));
}

template <class Real>
struct OptimizerStep {
  const OptimizerOptions& options;
  int64_t step;              // 1 for the first
  Real* params;
  const Real* grads;
  Real* state[2];            // as many as the row's `states`, zero at the start
  int count;
};

struct OptimizerRow {
  Row row;
  int states = 0;
  void (*step_float)(const OptimizerStep<float>&);
  void (*step_double)(const OptimizerStep<double>&);
  template <class Real>
  void step(const OptimizerStep<Real>& arguments) const {
    if constexpr (sizeof(Real) == sizeof(float)) step_float(arguments);
    else step_double(arguments);
  }
};

std::span<const OptimizerRow* const> optimizer_rows();
const OptimizerRow* find_optimizer(std::string_view key);
OptimizerOptions optimizer_options(const Settings& settings);

}  // namespace myelin
