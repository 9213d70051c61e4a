// A layer is immutable configuration. It owns no memory: parameters, values, gradients and scratch are planned once by the
// model and handed in as views, so that a training step allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/rng.h"
#include "kernels/gemm.h"
#include "myelin/catalog.h"
#include "myelin/result.h"
#include "myelin/shape.h"
#include "tensor/view.h"

namespace myelin {

// What backward does with the gradient buffer of an input: nobody wants it, first to write it, or one more reader's share.
enum class GradMode { ignore, overwrite, accumulate };

// One parameter tensor. `init` names a row of the initialisers; biases usually start at `constant`.
struct ParamSpec {
  const char* name;            // "weight", "bias": PyTorch's names and layouts
  Shape shape;                 // weight: out x in
  int fan_in = 0, fan_out = 0;
  const char* initializer = "zeros";
  double scale = 1;            // meaning belongs to the initialiser's row
  double constant = 0;         // added to every drawn value
  bool decays = false;         // L1 and L2 apply: weights, not biases
  // False for running statistics: no optimiser, no penalty. A training pass leaves in d_params what is to be subtracted from
  // them after the step, so that forward() itself never changes anything.
  bool trained = true;
};

// Elements, not bytes. `saved` survives from forward to backward of the same step, `work` does not survive a call.
struct ScratchSpec {
  size_t saved = 0;
  size_t work = 0;
};

// What backward reads beyond d_output, parameters and `saved`; the planner frees the rest early.
struct Needs {
  bool inputs = true;
  bool output = false;
};

template <class Real>
struct Forward {
  std::span<const View<const Real>> inputs;
  View<Real> output;
  const Real* params = nullptr;  // this layer's range, tensors one after the other in the order of params()
  Real* saved = nullptr;         // null when no backward will follow
  Real* work = nullptr;
  Executor& executor;
  Arithmetic arithmetic = Arithmetic::exact;
  bool training = false;         // dropout and batch normalisation differ
  Rng random{0, Stream::layer};  // of this node and step
};

template <class Real>
struct Backward {
  std::span<const View<const Real>> inputs;
  View<const Real> output;
  View<Real> d_output;           // may be overwritten by the layer
  std::span<const View<Real>> d_inputs;
  std::span<const GradMode> modes;  // one per input
  const Real* params = nullptr;
  Real* d_params = nullptr;      // overwritten: each layer writes all of its gradients each step. Null: frozen, write none
  Real* saved = nullptr;
  Real* work = nullptr;
  Executor& executor;
  Arithmetic arithmetic = Arithmetic::exact;
  bool training = true;          // as in the forward pass: false where the layer is frozen
  Rng random{0, Stream::layer};  // the same as in the forward pass
};

template <class Real>
class Layer {
 public:
  virtual ~Layer() = default;
  // The one place that rejects a wiring: the output shape, or why these inputs cannot be joined here.
  virtual Result<Shape> infer(std::span<const Shape> inputs) const = 0;
  virtual std::vector<ParamSpec> params(std::span<const Shape> inputs) const = 0;
  virtual ScratchSpec scratch(std::span<const Shape> inputs, int batch, int workers) const = 0;
  virtual Needs needs() const { return {}; }
  // Multiply-adds of one sample's forward pass, as papers count them (no bias, no activation).
  virtual int64_t multiply_adds(std::span<const Shape> inputs) const = 0;
  virtual void forward(const Forward<Real>& pass) const = 0;
  virtual void backward(const Backward<Real>& pass) const = 0;
};

template <class Real>
using LayerPointer = std::unique_ptr<const Layer<Real>>;

// A row of the layer catalog. kAnyInputs: at least `min_inputs`.
struct LayerRow {
  static constexpr int kAnyInputs = -1;
  Row row;
  int min_inputs = 1;
  int max_inputs = 1;
  bool reads_indices = false;  // inputs are whole numbers (words): no gradient flows into them, zeros are delivered
  LayerPointer<float> (*make_float)(const Settings&);
  LayerPointer<double> (*make_double)(const Settings&);
  template <class Real>
  LayerPointer<Real> make(const Settings& settings) const {
    if constexpr (sizeof(Real) == sizeof(float)) return make_float(settings);
    else return make_double(settings);
  }
};

}  // namespace myelin
