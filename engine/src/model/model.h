// A graph with memory: one slab for values, gradients and scratch, planned from lifetimes. It owns no parameters; they are
// handed in as one flat array. forward() and backward() allocate nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "model/graph.h"
#include "tensor/buffer.h"

namespace myelin {

struct ModelOptions {
  int batch = 1;       // the most samples one call takes
  int workers = 1;     // of the executor that will be used
  bool training = true;  // backward follows forward. Otherwise every node's value stays readable and no gradient exists
  Arithmetic arithmetic = Arithmetic::exact;
};

template <class Real>
class Model {
 public:
  // The graph must outlive the model. All allocation happens here.
  Model(const Graph<Real>& graph, ModelOptions options);

  // Slab bytes a model would take, without making it.
  static int64_t planned_bytes(const Graph<Real>& graph, ModelOptions options);

  struct Pass {
    const Real* params;
    Executor& executor;
    bool training = false;
    Rng random{0, Stream::layer};  // of this step
  };
  // Runs all layers on batch x input values; the input stays the caller's and must live until backward has run.
  void forward(const Real* input, int batch, const Pass& pass);
  // The output's gradient, batch x outputs, which the caller fills between forward and backward.
  View<Real> d_output();
  // Writes the gradients of all parameters that are not frozen.
  void backward(const Pass& pass, Real* d_params);

  View<const Real> output() const { return value(static_cast<int>(nodes_.size()) - 1); }
  // Of the last forward(). For hidden nodes only when the model was not made for training.
  View<const Real> value(int node) const;
  int64_t bytes() const { return static_cast<int64_t>(slab_.size() * sizeof(Real)); }

 private:
  struct Node {
    std::vector<View<const Real>> inputs;
    std::vector<View<Real>> d_inputs;
    std::vector<GradMode> modes;
    View<Real> value, d_value;  // batch is set per call
    Real* saved = nullptr;
    bool wants_gradient = false;  // it or something before it learns
  };
  struct Layout;
  static Layout lay_out(const Graph<Real>& graph, const ModelOptions& options);
  // Tells all nodes where the input stands and how many samples there are.
  void set_views(const Real* input, int batch);

  const Graph<Real>* graph_;
  ModelOptions options_;
  std::vector<Node> nodes_;
  Buffer<Real> slab_;
  Real* work_ = nullptr;
  int batch_ = 0;
};

// Start parameters: each tensor from its initialiser, element by element from (seed, node, tensor, index).
template <class Real>
void initialize_parameters(const Graph<Real>& graph, uint64_t seed, std::span<Real> params);

}  // namespace myelin
