// Layer normalisation (Ba, Kiros and Hinton 2016): every sample alone gets mean 0 and variance 1, then a learned scale and shift.
// The same in training and inference.
#include <cmath>

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

template <class Real>
class LayerNorm final : public Layer<Real> {
 public:
  explicit LayerNorm(const Settings& settings) : by_position_(settings.choice("over") == "channels"), eps_(settings["eps"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }

  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    const Shape each = by_position_ ? Shape{inputs[0][0]} : inputs[0];
    return {{.name = "weight", .shape = each, .constant = 1}, {.name = "bias", .shape = each}};
  }

  // The mean and inverse deviation of each group.
  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int) const override {
    return {.saved = 2 * static_cast<size_t>(batch) * static_cast<size_t>(groups(inputs[0]).positions)};
  }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = groups(x.shape);
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      for (int row = first; row < first + count; ++row) {
        for (int group = 0; group < axes.positions; ++group) {
          const size_t start = start_of(axes, row, group);
          double sum = 0, square = 0;
          for (int i = 0; i < axes.channels; ++i) sum += static_cast<double>(x.data[at(axes, start, i)]);
          const double mean = sum / axes.channels;
          for (int i = 0; i < axes.channels; ++i) {
            const double apart = static_cast<double>(x.data[at(axes, start, i)]) - mean;
            square += apart * apart;
          }
          const auto center = static_cast<Real>(mean);
          const auto inverse = static_cast<Real>(1 / std::sqrt(square / axes.channels + eps_));
          if (pass.saved != nullptr) {
            Real* saved = pass.saved + 2 * group_index(axes, row, group);
            saved[0] = center;
            saved[1] = inverse;
          }
          const Real* bias = pass.params + axes.channels;
          for (int i = 0; i < axes.channels; ++i) {
            const size_t value = at(axes, start, i);
            pass.output.data[value] = (x.data[value] - center) * inverse * pass.params[i] + bias[i];
          }
        }
      }
    });
  }

  // With z the normalised value and g = d_y * weight: d_x = (g - mean(g) - z * mean(g z)) / deviation.
  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = groups(x.shape);
    if (pass.d_params != nullptr) write_param_gradients(pass);
    if (pass.modes[0] == GradMode::ignore) return;
    const bool adds = pass.modes[0] == GradMode::accumulate;
    const Real* d_y = pass.d_output.data;
    Real* d_x = pass.d_inputs[0].data;
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      for (int row = first; row < first + count; ++row) {
        for (int group = 0; group < axes.positions; ++group) {
          const size_t start = start_of(axes, row, group);
          const Real* saved = pass.saved + 2 * group_index(axes, row, group);
          double sum = 0, sum_z = 0;
          for (int i = 0; i < axes.channels; ++i) {
            const size_t value = at(axes, start, i);
            const auto g = static_cast<double>(d_y[value] * pass.params[i]);
            sum += g;
            sum_z += g * static_cast<double>((x.data[value] - saved[0]) * saved[1]);
          }
          const auto mean = static_cast<Real>(sum / axes.channels);
          const auto mean_z = static_cast<Real>(sum_z / axes.channels);
          for (int i = 0; i < axes.channels; ++i) {
            const size_t value = at(axes, start, i);
            const Real z = (x.data[value] - saved[0]) * saved[1];
            const Real gradient = (d_y[value] * pass.params[i] - mean - z * mean_z) * saved[1];
            d_x[value] = adds ? d_x[value] + gradient : gradient;
          }
        }
      }
    });
  }

 private:
  // "Channels" are the values of a group, `positions` the groups of a sample.
  Axes groups(const Shape& shape) const { return by_position_ ? channels_of(shape) : Axes{shape.size(), 1}; }
  static size_t group_index(Axes axes, int row, int group) {
    return static_cast<size_t>(row) * static_cast<size_t>(axes.positions) + static_cast<size_t>(group);
  }
  static size_t start_of(Axes axes, int row, int group) {
    return static_cast<size_t>(row) * static_cast<size_t>(axes.size()) + static_cast<size_t>(group);
  }
  static size_t at(Axes axes, size_t start, int i) { return start + static_cast<size_t>(i) * static_cast<size_t>(axes.positions); }

  void write_param_gradients(const Backward<Real>& pass) const {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = groups(x.shape);
    for_row_shares(pass.executor, axes.channels, x.batch * axes.positions, [&](int first, int count) {
      for (int i = first; i < first + count; ++i) {
        double d_weight = 0, d_bias = 0;
        for (int row = 0; row < x.batch; ++row) {
          for (int group = 0; group < axes.positions; ++group) {
            const size_t value = at(axes, start_of(axes, row, group), i);
            const Real* saved = pass.saved + 2 * group_index(axes, row, group);
            const auto gradient = static_cast<double>(pass.d_output.data[value]);
            d_weight += gradient * static_cast<double>((x.data[value] - saved[0]) * saved[1]);
            d_bias += gradient;
          }
        }
        pass.d_params[i] = static_cast<Real>(d_weight);
        pass.d_params[axes.channels + i] = static_cast<Real>(d_bias);
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
