// Batch normalisation (Ioffe and Szegedy 2015): every unit or channel gets mean 0 and variance 1 over the batch, then a learned
// scale and shift. Parameters in PyTorch's names; forward never changes the running statistics, backward says by how much.
#include <cmath>

#include "kernels/elementwise.h"
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {
    {.key = "momentum",
     .label = {"Momentum of the statistics", "Inertie des statistiques"},
     .help = {"The share of each new batch in the running mean and variance (PyTorch’s meaning; Keras writes 1 minus it).",
              "La part de chaque nouveau lot dans la moyenne et la variance courantes (sens de PyTorch ; Keras écrit 1 moins elle)."},
     .control = Control::slider,
     .min = 0,
     .max = 1,
     .step = 0.01,
     .fallback = 0.1},
    kVarianceEpsField,
    kFrozenField,
};

constexpr int kBlock = kNormChannels;  // channels whose sums are kept on the stack

template <class Real>
class BatchNorm final : public Layer<Real> {
 public:
  explicit BatchNorm(const Settings& settings) : momentum_(settings["momentum"]), eps_(settings["eps"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }

  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    const Shape each = {inputs[0][0]};
    return {{.name = "weight", .shape = each, .constant = 1},
            {.name = "bias", .shape = each},
            {.name = "running_mean", .shape = each, .trained = false},
            {.name = "running_var", .shape = each, .constant = 1, .trained = false}};
  }

  // The mean and variance that forward used, per channel.
  ScratchSpec scratch(std::span<const Shape> inputs, int, int) const override {
    return {.saved = 2 * static_cast<size_t>(inputs[0][0])};
  }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    for_blocks(pass.executor, pass.inputs[0], [&](int first, int count) { forward_block(pass, first, count); });
  }
  void backward(const Backward<Real>& pass) const override {
    for_blocks(pass.executor, pass.inputs[0], [&](int first, int count) { backward_block(pass, first, count); });
  }

 private:
  template <class Work>
  static void for_blocks(Executor& executor, const View<const Real>& x, Work&& work) {
    const Axes axes = channels_of(x.shape);
    for_row_shares(executor, axes.channels, x.batch * axes.positions, [&](int first, int count) {
      for (int at = first; at < first + count; at += kBlock) work(at, std::min(kBlock, first + count - at));
    });
  }

  static ChannelBlock block_of(const View<const Real>& x, int count) {
    const Axes axes = channels_of(x.shape);
    return {x.batch, count, axes.positions, static_cast<ptrdiff_t>(axes.channels) * axes.positions};
  }
  static ptrdiff_t start_of(const View<const Real>& x, int first) { return static_cast<ptrdiff_t>(first) * channels_of(x.shape).positions; }

  Real inverse_deviation(Real variance) const { return static_cast<Real>(1 / std::sqrt(static_cast<double>(variance) + eps_)); }

  void forward_block(const Forward<Real>& pass, int first, int count) const {
    const View<const Real>& x = pass.inputs[0];
    const NormKernels<Real>& kernels = elementwise<Real>().norm;
    const ChannelBlock block = block_of(x, count);
    const Axes axes = channels_of(x.shape);
    const Real* values = x.data + start_of(x, first);
    Real mean[kBlock] = {}, variance[kBlock] = {};
    const Real* params = pass.params + first;
    if (pass.training) {
      const double share = 1.0 / (static_cast<double>(x.batch) * axes.positions);
      double sum[kBlock] = {}, square[kBlock] = {};
      kernels.sum(block, values, sum);
      for (int i = 0; i < count; ++i) sum[i] *= share;
      kernels.squares(block, values, sum, square);
      for (int i = 0; i < count; ++i) {
        mean[i] = static_cast<Real>(sum[i]);
        variance[i] = static_cast<Real>(square[i] * share);
      }
    } else {
      std::copy_n(params + 2 * axes.channels, count, mean);
      std::copy_n(params + 3 * axes.channels, count, variance);
    }
    if (pass.saved != nullptr) {
      std::copy_n(mean, count, pass.saved + first);
      std::copy_n(variance, count, pass.saved + axes.channels + first);
    }
    Real scale[kBlock] = {};
    for (int i = 0; i < count; ++i) scale[i] = params[i] * inverse_deviation(variance[i]);
    kernels.apply(block, values, mean, scale, params + axes.channels, pass.output.data + start_of(x, first));
  }

  // With z = (x - mean) / deviation: d_x = weight / deviation * (d_y - mean(d_y) - z * mean(d_y z)); the two means are 0 where
  // the statistics are constants.
  void backward_block(const Backward<Real>& pass, int first, int count) const {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = channels_of(x.shape);
    const Real* mean = pass.saved + first;
    const Real* variance = mean + axes.channels;
    const NormKernels<Real>& kernels = elementwise<Real>().norm;
    const ChannelBlock block = block_of(x, count);
    const Real* values = x.data + start_of(x, first);
    const Real* d_y = pass.d_output.data + start_of(x, first);
    Real inverse[kBlock] = {};
    double centers[kBlock] = {}, inverses[kBlock] = {}, d_bias[kBlock] = {}, d_weight[kBlock] = {};
    for (int i = 0; i < count; ++i) {
      inverse[i] = inverse_deviation(variance[i]);
      inverses[i] = static_cast<double>(inverse[i]);
      centers[i] = static_cast<double>(mean[i]);
    }
    kernels.param_gradients(block, values, d_y, centers, inverses, d_bias, d_weight);
    if (pass.d_params != nullptr) {
      Real* d_params = pass.d_params + first;
      for (int i = 0; i < count; ++i) {
        d_params[i] = static_cast<Real>(d_weight[i]);
        d_params[axes.channels + i] = static_cast<Real>(d_bias[i]);
      }
      write_running_steps(pass, first, count);
    }
    if (pass.modes[0] == GradMode::ignore) return;
    const double share = pass.training ? 1.0 / (static_cast<double>(x.batch) * axes.positions) : 0;
    Real scale[kBlock] = {}, mean_d[kBlock] = {}, mean_dz[kBlock] = {};
    for (int i = 0; i < count; ++i) {
      scale[i] = pass.params[first + i] * inverse[i];
      mean_d[i] = static_cast<Real>(d_bias[i] * share);
      mean_dz[i] = static_cast<Real>(d_weight[i] * share);
    }
    kernels.gradient(block, values, d_y, {mean, inverse, scale, mean_d, mean_dz}, pass.modes[0] == GradMode::accumulate,
                     pass.d_inputs[0].data + start_of(x, first));
  }

  // running <- (1 - momentum) running + momentum * batch's, the variance as that of a sample (divided by n - 1), as PyTorch does.
  // One value has no such variance: it leaves the running one as it is.
  void write_running_steps(const Backward<Real>& pass, int first, int count) const {
    const Axes axes = channels_of(pass.inputs[0].shape);
    const double values = static_cast<double>(pass.inputs[0].batch) * axes.positions;
    const auto momentum = static_cast<Real>(momentum_);
    const auto unbiased = static_cast<Real>(values > 1 ? values / (values - 1) : 1);
    const Real* running = pass.params + 2 * axes.channels + first;
    const Real* batch = pass.saved + first;
    Real* d_running = pass.d_params + 2 * axes.channels + first;
    for (int i = 0; i < count; ++i) {
      d_running[i] = pass.training ? momentum * (running[i] - batch[i]) : Real(0);
      const int var = axes.channels + i;
      d_running[var] = pass.training && values > 1 ? momentum * (running[var] - unbiased * batch[var]) : Real(0);
    }
  }

  double momentum_;
  double eps_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const BatchNorm<Real>>(settings);
}

}  // namespace

constinit const LayerRow kBatchNormLayer = {
    .row = {.key = "batch_norm",
            .label = {"Batch normalisation", "Normalisation par lots"},
            .help = {"Brings every neuron or channel to mean 0 and variance 1 over the batch, then scales and shifts it.",
                     "Ramène chaque neurone ou canal à moyenne 0 et variance 1 sur le lot, puis le met à l’échelle et le décale."},
            .formula = "y = γ (x − μ) / √(σ² + ε) + β",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
