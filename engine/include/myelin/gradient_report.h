// What a comparison of backpropagation with finite differences found. See engine/src/train/gradient_check.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "myelin/shape.h"

namespace myelin {

struct GradientCheckOptions {
  // 1e-5 in double: a smaller step loses digits in the subtraction, a larger one measures the curvature (curriculum T3).
  double step = 1e-5;
  int most_parameters = 200;  // of each tensor, drawn by `seed`
  int samples = 8;            // of the training part
  uint64_t seed = 1;
  double limit = 1e-6;        // of the relative error of each tensor
  // How far the check is made beside the given parameters: biases of 0 put a ReLU over empty inputs exactly on its corner.
  double nudge = 1e-3;
};

// |a - n| / (|a| + |n|) over the checked parameters of one tensor, with Euclidean norms.
struct TensorCheck {
  int node = 0;
  std::string name;       // "weight"
  int count = 0;          // parameters of the tensor
  int checked = 0;        // compared; kinks and what is unclear are not among them
  int kinks = 0;          // the loss has a corner there: the slopes on both sides differ, and neither is wrong
  int unclear = 0;        // too small beside curvature or a corner nearby: differences settle at no step, and do not contradict
  double relative = 0;    // 0 where there is nothing but rounding
  double absolute = 0;    // |a - n|
  bool too_small = false; // both are so small that a difference of losses shows nothing but its rounding
  int worst = -1;         // index in the tensor of the largest |a - n|, with its two values
  double analytic = 0;
  double numeric = 0;
  bool good = true;
};

struct GradientReport {
  GradientCheckOptions options;
  double loss = 0;
  double rounding = 0;    // how much rounding alone may change one difference quotient
  double worst = 0;       // the largest relative error
  int checked = 0;
  int kinks = 0;
  int unclear = 0;
  bool good = true;       // every tensor is below the limit
  std::vector<TensorCheck> tensors;
};

}  // namespace myelin
