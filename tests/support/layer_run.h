// One layer with all its buffers guarded and filled with not-a-number, driven as the model drives it: what the layer says it
// does not need is not there.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "base/rng.h"
#include "catalog/catalog.h"
#include "support/guarded.h"

namespace myelin::test {

inline size_t count_of(const std::vector<ParamSpec>& specs) {
  size_t count = 0;
  for (const ParamSpec& spec : specs) count += static_cast<size_t>(spec.shape.size());
  return count;
}

template <class Real>
struct LayerRun {
  std::vector<Shape> shapes;
  int batch;
  Executor& executor;
  LayerPointer<Real> layer;
  Shape output_shape;
  std::vector<Guarded<Real>> inputs, d_inputs;
  Guarded<Real> params, d_params, output, d_output, saved, work;
  Guarded<Real> weights;  // of the outputs in loss(): what backward() starts from

  // `planned` is the batch the scratch is made for; a last, partial batch is smaller.
  LayerRun(const LayerRow& row, const Settings& settings, std::vector<Shape> input_shapes, int rows, Executor& on,
           uint64_t seed, int planned = 0)
      : shapes(std::move(input_shapes)), batch(rows), executor(on), layer(row.make<Real>(settings)) {
    output_shape = layer->infer(shapes).value();
    const Rng random(seed, Stream::data);
    for (size_t i = 0; i < shapes.size(); ++i) {
      inputs.emplace_back(values(shapes[i]));
      d_inputs.emplace_back(values(shapes[i]));
      fill(inputs[i], random.child(i), 2);
      if (!row.reads_indices) continue;
      for (size_t at = 0; at < inputs[i].size(); ++at) inputs[i][at] = static_cast<Real>(random.below(at, 6));
    }
    const std::vector<ParamSpec> specs = layer->params(shapes);
    const size_t count = count_of(specs);
    params = Guarded<Real>(count);
    d_params = Guarded<Real>(count);
    fill(params, random.child(100), 0.8);
    size_t next = 0;
    for (const ParamSpec& spec : specs) {
      const size_t end = next + static_cast<size_t>(spec.shape.size());
      for (; next < end; ++next) if (!spec.trained) params[next] = std::fabs(params[next]);  // a running variance is not negative
    }
    output = Guarded<Real>(values(output_shape));
    d_output = Guarded<Real>(values(output_shape));
    weights = Guarded<Real>(values(output_shape));
    fill(weights, random.child(200), 1);
    const ScratchSpec scratch = layer->scratch(shapes, planned > 0 ? planned : batch, executor.workers());
    saved = Guarded<Real>(scratch.saved);
    work = Guarded<Real>(scratch.work);
  }

  void forward(bool backward_follows = true, Arithmetic arithmetic = Arithmetic::exact, bool training = true) {
    const auto views = input_views(true);
    layer->forward({.inputs = views,
                    .output = {output.data(), batch, output_shape},
                    .params = params.data(),
                    .saved = backward_follows ? saved.data() : nullptr,
                    .work = work.data(),
                    .executor = executor,
                    .arithmetic = arithmetic,
                    .training = training,
                    .random = Rng(11, Stream::layer)});
  }

  // L = sum of weights x outputs, in double whatever Real is.
  double loss(bool training = true) {
    forward(true, Arithmetic::exact, training);
    double sum = 0;
    for (size_t i = 0; i < output.size(); ++i) sum += static_cast<double>(weights[i]) * static_cast<double>(output[i]);
    return sum;
  }

  // From dL/d output = weights; forward() must have run.
  void backward(const std::vector<GradMode>& modes, Arithmetic arithmetic = Arithmetic::exact, bool training = true, bool frozen = false) {
    const Needs needs = layer->needs();
    const auto views = input_views(needs.inputs);
    for (size_t i = 0; i < weights.size(); ++i) d_output[i] = weights[i];
    std::vector<View<Real>> d_views;
    for (size_t i = 0; i < shapes.size(); ++i) {
      d_views.push_back({modes[i] == GradMode::ignore ? nullptr : d_inputs[i].data(), batch, shapes[i]});
    }
    layer->backward({.inputs = views,
                     .output = {needs.output ? output.data() : nullptr, batch, output_shape},
                     .d_output = {d_output.data(), batch, output_shape},
                     .d_inputs = d_views,
                     .modes = modes,
                     .params = params.data(),
                     .d_params = frozen ? nullptr : d_params.data(),
                     .saved = saved.data(),
                     .work = work.data(),
                     .executor = executor,
                     .arithmetic = arithmetic,
                     .training = training,
                     .random = Rng(11, Stream::layer)});
  }
  std::vector<GradMode> all(GradMode mode) const { return std::vector<GradMode>(shapes.size(), mode); }

  bool intact() const {
    bool whole = params.intact() && d_params.intact() && output.intact() && d_output.intact() && saved.intact() && work.intact();
    for (size_t i = 0; i < inputs.size(); ++i) whole = whole && inputs[i].intact() && d_inputs[i].intact();
    return whole;
  }

  static void fill(Guarded<Real>& values, const Rng& random, double size) {
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Real>(random.uniform(i, -size, size));
  }

 private:
  size_t values(const Shape& shape) const { return static_cast<size_t>(batch) * static_cast<size_t>(shape.size()); }
  std::vector<View<const Real>> input_views(bool present) const {
    std::vector<View<const Real>> views;
    for (size_t i = 0; i < shapes.size(); ++i) views.push_back({present ? inputs[i].data() : nullptr, batch, shapes[i]});
    return views;
  }
};

}  // namespace myelin::test
