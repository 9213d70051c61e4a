// An activation function: a row of a table, used by the dense layer as an option and by the activation layer.
#pragma once

#include <span>
#include <string_view>

#include "myelin/catalog.h"
#include "tensor/view.h"

namespace myelin {

// Parameters of the families that have one.
struct ActivationOptions {
  double leaky_slope = 0.01;
  double elu_alpha = 1;
  double heaviside_at_zero = 1;  // H(0): 1 in S0 and S3, 0 for the strict comparison of S4, 0.5 for the half-maximum
};

template <class Real>
struct ActivationKernels {
  // values: rows x width, in: z, out: a.
  void (*forward)(const ActivationOptions&, Real* values, int rows, int width);
  // d: in: dL/da, out: dL/dz. `z` is null unless the row says needs_input.
  void (*backward)(const ActivationOptions&, const Real* z, const Real* a, Real* d, int rows, int width);
};

struct ActivationRow {
  Row row;
  bool needs_input = false;       // backward reads z; otherwise a alone is enough
  bool reads_output = true;       // backward reads a; false where the slope is a constant
  bool elementwise = true;        // false: softmax, which looks at a whole row
  bool has_gradient = true;       // false: Heaviside, whose derivative is 0 wherever it exists
  ActivationKernels<float> kernels_float;
  ActivationKernels<double> kernels_double;
  template <class Real>
  const ActivationKernels<Real>& kernels() const {
    if constexpr (sizeof(Real) == sizeof(float)) return kernels_float;
    else return kernels_double;
  }
};

// The table, in the order in which it is shown; a choice field's index is an index into it.
inline constexpr int kActivationCount = 9;
inline constexpr int kTanhChoice = 2, kReluChoice = 3;  // for the defaults of fields; checked in activation.cpp
extern const Choice kActivationChoices[kActivationCount];
std::span<const ActivationRow* const> activation_rows();
inline std::span<const Choice> activation_choices() { return kActivationChoices; }
const ActivationRow* find_activation(std::string_view key);  // null when there is none

}  // namespace myelin
