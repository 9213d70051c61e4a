// The loss of one fixed batch as a function of the parameters, its gradient by backpropagation, and the comparison of the two by
// finite differences (curriculum B8). It changes no parameter and takes no part in training.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "model/model.h"
#include "myelin/gradient_report.h"
#include "nn/loss.h"
#include "tensor/buffer.h"

namespace myelin {

// One training pass of one batch, repeatable: the same masks of dropout each time. Penalties (L1, L2) do not belong to it.
template <class Real>
class FixedBatch {
 public:
  // The graph, the values and the executor must outlive it. inputs: batch x input, targets: batch x outputs, as the loss reads them.
  FixedBatch(const Graph<Real>& graph, const LossRow& loss, const LossOptions& options, const Real* inputs, const Real* targets,
             int batch, Arithmetic arithmetic, uint64_t seed, Executor& executor);

  // The mean over the batch, or the sum where the loss's settings ask for it.
  double loss(const Real* params);
  // Of all that is trained; the rest of d_params stays as it was, or holds the steps of running statistics. Returns the loss.
  double gradient(const Real* params, Real* d_params);

 private:
  double measure();

  const LossRow* loss_;
  LossOptions options_;
  const Real* inputs_;
  const Real* targets_;
  int batch_;
  uint64_t seed_;
  Executor* executor_;
  Model<Real> model_;
  std::vector<double> losses_;
};

// Compares backpropagation with central differences, tensor by tensor, for at most `options.most_parameters` of each.
GradientReport check_gradients(FixedBatch<double>& batch, const Graph<double>& graph, std::span<const double> start,
                               const GradientCheckOptions& options);

}  // namespace myelin
