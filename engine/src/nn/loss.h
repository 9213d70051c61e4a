// A loss: a row of a table. Where the usual output activation and the loss belong together (sigmoid and binary
// cross-entropy, softmax and cross-entropy), the loss computes both from the logits, exactly.
#pragma once

#include <span>
#include <string_view>

#include "myelin/catalog.h"
#include "myelin/dataset.h"
#include "tensor/view.h"

namespace myelin {

// Conventions differ between courses (curriculum T1, T8): the loss's own fields say which.
struct LossOptions {
  double factor = 1;        // 1/2 for MSE with the half
  bool sum = false;         // over the samples of the batch, instead of their mean
  double delta = 1;         // Huber: where the square ends
};

template <class Real>
struct LossKernels {
  // The loss of each row, unreduced but with `factor`: losses[row].
  void (*losses)(const LossOptions&, View<const Real> outputs, const Real* targets, double* losses);
  // d_outputs = scale * d loss / d outputs. scale = 1 (sum) or 1 / batch (mean), chosen by the caller.
  void (*gradient)(const LossOptions&, View<const Real> outputs, const Real* targets, Real scale, Real* d_outputs);
  // Outputs to predictions (probabilities), in place: identity, sigmoid or softmax.
  void (*predict)(Real* outputs, int rows, int width);
};

struct LossRow {
  Row row;
  const char* contains = "";   // key of the activation it computes itself: "", "sigmoid", "softmax"
  bool regression = false;     // which tasks it serves
  bool binary = false;
  bool classes = false;
  bool rebuilds = false;       // the target of a sample is its own input (autoencoders); serves every task
  bool signed_targets = false; // the two classes of a binary task are coded -1 and +1
  bool is_rule = false;        // the "gradient" is a learning rule: nothing is left to do once no sample is wrong
  LossKernels<float> kernels_float;
  LossKernels<double> kernels_double;
  template <class Real>
  const LossKernels<Real>& kernels() const {
    if constexpr (sizeof(Real) == sizeof(float)) return kernels_float;
    else return kernels_double;
  }
};

std::span<const LossRow* const> loss_rows();
const LossRow* find_loss(std::string_view key);
LossOptions loss_options(const Settings& settings);

}  // namespace myelin
