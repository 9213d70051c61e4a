// Layer normalisation (Ba, Kiros and Hinton 2016): every sample alone gets mean 0 and variance 1, then a learned scale and shift.
// The same in training and inference.
#include <algorithm>
#include <cmath>

#include "kernels/elementwise.h"
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Choice kOver[] = {
    {"channels", {"the channels of each position", "les canaux de chaque position"}},
    {"sample", {"all values of the sample", "toutes les valeurs de l’exemple"}},
};

constexpr Field kFields[] = {
    {.key = "over",
     .label = {"Mean taken over", "Moyenne prise sur"},
     .help = {"Which values share a mean: transformers take each position alone. For a row of numbers both are the same.",
              "Les valeurs qui ont une même moyenne : les transformers prennent chaque position à part. Pour une ligne de nombres, c’est égal."},
     .control = Control::choice,
     .choices = kOver},
    kVarianceEpsField,
    kFrozenField,
};

// Constants of values that are normalised already.
template <class Number>
struct Constant {
  Number values[kNormChannels];
  constexpr explicit Constant(Number value) : values{} {
    for (Number& one : values) one = value;
  }
};
template <class Number>
constexpr Constant<Number> kZero{0};
template <class Number>
constexpr Constant<Number> kOne{1};

template <class Real>
class LayerNorm final : public Layer<Real> {
 public:
  explicit LayerNorm(const Settings& settings) : by_position_(settings.choice("over") == "channels"), eps_(settings["eps"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }

  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    const Shape each = by_position_ ? Shape{inputs[0][0]} : inputs[0];
    return {{.name = "weight", .shape = each, .constant = 1}, {.name = "bias", .shape = each}};
  }

  // Saved: the means of all groups, then their inverse deviations. Backward works with the normalised values.
  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int) const override {
    const auto rows = static_cast<size_t>(batch);
    return {.saved = 2 * rows * static_cast<size_t>(groups(inputs[0]).positions), .work = rows * static_cast<size_t>(inputs[0].size())};
  }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = groups(x.shape);
    const NormKernels<Real>& kernels = elementwise<Real>().norm;
    Real* y = pass.output.data;
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      for_groups(axes, first, count, [&](const ChannelBlock& block, ptrdiff_t at, int groups, ptrdiff_t group) {
        double mean[kNormChannels] = {}, square[kNormChannels] = {};
        Real center[kNormChannels] = {}, inverse[kNormChannels] = {};
        kernels.sum(block, x.data + at, mean);
        for (int i = 0; i < groups; ++i) mean[i] /= axes.channels;
        kernels.squares(block, x.data + at, mean, square);
        for (int i = 0; i < groups; ++i) {
          center[i] = static_cast<Real>(mean[i]);
          inverse[i] = static_cast<Real>(1 / std::sqrt(square[i] / axes.channels + eps_));
        }
        kernels.apply(block, x.data + at, center, inverse, kZero<Real>.values, y + at);
        if (pass.saved == nullptr) return;
        std::copy_n(center, groups, pass.saved + group);
        std::copy_n(inverse, groups, pass.saved + all_groups(x) + group);
      });
      for_weights(axes, first, count, [&](const ChannelBlock& block, ptrdiff_t at, int weight) {
        kernels.apply(block, y + at, kZero<Real>.values, pass.params + weight, pass.params + axes.channels + weight, y + at);
      });
    });
  }

  // With z the normalised value and g = d_y * weight: d_x = (g - mean(g) - z * mean(g z)) / deviation.
  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = groups(x.shape);
    const NormKernels<Real>& kernels = elementwise<Real>().norm;
    Real* z = pass.work;
    Real* d_y = pass.d_output.data;
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      for_groups(axes, first, count, [&](const ChannelBlock& block, ptrdiff_t at, int, ptrdiff_t group) {
        kernels.apply(block, x.data + at, pass.saved + group, pass.saved + all_groups(x) + group, kZero<Real>.values, z + at);
      });
    });
    if (pass.d_params != nullptr) write_param_gradients(pass, z);
    if (pass.modes[0] == GradMode::ignore) return;
    const bool adds = pass.modes[0] == GradMode::accumulate;
    Real* d_x = pass.d_inputs[0].data;
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      for_weights(axes, first, count, [&](const ChannelBlock& block, ptrdiff_t at, int weight) {
        kernels.apply(block, d_y + at, kZero<Real>.values, pass.params + weight, kZero<Real>.values, d_y + at);
      });
      for_groups(axes, first, count, [&](const ChannelBlock& block, ptrdiff_t at, int groups, ptrdiff_t group) {
        double sum[kNormChannels] = {}, sum_z[kNormChannels] = {};
        Real mean[kNormChannels] = {}, mean_z[kNormChannels] = {};
        kernels.param_gradients(block, z + at, d_y + at, kZero<double>.values, kOne<double>.values, sum, sum_z);
        for (int i = 0; i < groups; ++i) {
          mean[i] = static_cast<Real>(sum[i] / axes.channels);
          mean_z[i] = static_cast<Real>(sum_z[i] / axes.channels);
        }
        kernels.gradient(block, z + at, d_y + at, {kZero<Real>.values, kOne<Real>.values, pass.saved + all_groups(x) + group, mean, mean_z}, adds, d_x + at);
      });
    });
  }

 private:
  // "Channels" are the values of a group, `positions` the groups of a sample.
  Axes groups(const Shape& shape) const { return by_position_ ? channels_of(shape) : Axes{shape.size(), 1}; }
  ptrdiff_t all_groups(const View<const Real>& x) const { return static_cast<ptrdiff_t>(x.batch) * groups(x.shape).positions; }

  // Blocks whose "channels" (kernels/norm.h) are groups: work(block, its first value, number of groups, first group).
  template <class Work>
  static void for_groups(Axes axes, int first, int count, Work work) {
    const ptrdiff_t size = axes.size();
    if (axes.positions == 1) {
      for (int row = first; row < first + count; row += kNormChannels) {
        const int rows = std::min(kNormChannels, first + count - row);
        work(ChannelBlock{1, rows, axes.channels, size}, row * size, rows, ptrdiff_t{row});
      }
      return;
    }
    for (int row = first; row < first + count; ++row) {
      for (int group = 0; group < axes.positions; group += kNormChannels) {
        const int some = std::min(kNormChannels, axes.positions - group);
        work(ChannelBlock{axes.channels, some, 1, axes.positions}, row * size + group, some, ptrdiff_t{row} * axes.positions + group);
      }
    }
  }
  // Blocks whose "channels" are weights: work(block, its first value, first weight).
  template <class Work>
  static void for_weights(Axes axes, int first, int count, Work work) {
    const ptrdiff_t size = axes.size();
    for (int weight = 0; weight < axes.channels; weight += kNormChannels) {
      const int some = std::min(kNormChannels, axes.channels - weight);
      work(ChannelBlock{count, some, axes.positions, size}, first * size + ptrdiff_t{weight} * axes.positions, weight);
    }
  }

  void write_param_gradients(const Backward<Real>& pass, const Real* z) const {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = groups(x.shape);
    for_row_shares(pass.executor, axes.channels, x.batch * axes.positions, [&](int first, int count) {
      for (int weight = first; weight < first + count; weight += kNormChannels) {
        const int some = std::min(kNormChannels, first + count - weight);
        const ptrdiff_t at = ptrdiff_t{weight} * axes.positions;
        double d_weight[kNormChannels] = {}, d_bias[kNormChannels] = {};
        elementwise<Real>().norm.param_gradients({x.batch, some, axes.positions, axes.size()}, z + at, pass.d_output.data + at, kZero<double>.values, kOne<double>.values,
                                                 d_bias, d_weight);
        for (int i = 0; i < some; ++i) {
          pass.d_params[weight + i] = static_cast<Real>(d_weight[i]);
          pass.d_params[axes.channels + weight + i] = static_cast<Real>(d_bias[i]);
        }
      }
    });
  }

  bool by_position_;
  double eps_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const LayerNorm<Real>>(settings);
}

}  // namespace

constinit const LayerRow kLayerNormLayer = {
    .row = {.key = "layer_norm",
            .label = {"Layer normalisation", "Normalisation par couche"},
            .help = {"Brings the values of each sample alone to mean 0 and variance 1, then scales and shifts them.",
                     "Ramène les valeurs de chaque exemple, seul, à moyenne 0 et variance 1, puis les met à l’échelle et les décale."},
            .formula = "y = γ (x − μ) / √(σ² + ε) + β",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
