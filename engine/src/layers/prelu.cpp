// PReLU (He et al. 2015): ReLU whose slope for negative inputs is learned, one for all or one per channel.
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Choice kSlopes[] = {
    {"one", {"one for all", "une pour tous"}},
    {"channels", {"one per neuron or channel", "une par neurone ou canal"}},
};

constexpr Field kFields[] = {
    {.key = "slopes",
     .label = {"Learned slopes", "Pentes apprises"},
     .help = {"Whether all values share one slope or each neuron or channel has its own.",
              "Toutes les valeurs ont la même pente, ou chaque neurone ou canal a la sienne."},
     .control = Control::choice,
     .choices = kSlopes},
    {.key = "slope",
     .label = {"Initial slope α", "Pente initiale α"},
     .help = {"The slope for negative inputs before training.", "La pente pour les entrées négatives avant l’apprentissage."},
     .control = Control::slider,
     .min = 0,
     .max = 1,
     .step = 0.01,
     .fallback = 0.25},
    kFrozenField,
};

template <class Real>
class Prelu final : public Layer<Real> {
 public:
  explicit Prelu(const Settings& settings) : by_channel_(settings.choice("slopes") == "channels"), slope_(settings["slope"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }
  // Weight decay would pull the slope to 0, which is another activation: it is left out, as the paper does.
  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    return {{.name = "weight", .shape = {axes_of(inputs[0]).channels}, .constant = slope_}};
  }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    for_shares(pass.executor, pass.inputs[0], [&](int channel, size_t at) {
      const Real x = pass.inputs[0].data[at];
      pass.output.data[at] = x > 0 ? x : x * pass.params[channel];
    });
  }

  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Real* d_y = pass.d_output.data;
    if (pass.d_params != nullptr) write_slope_gradients(pass);
    if (pass.modes[0] == GradMode::ignore) return;
    const bool adds = pass.modes[0] == GradMode::accumulate;
    Real* d_x = pass.d_inputs[0].data;
    for_shares(pass.executor, x, [&](int channel, size_t at) {
      const Real gradient = x.data[at] > 0 ? d_y[at] : d_y[at] * pass.params[channel];
      d_x[at] = adds ? d_x[at] + gradient : gradient;
    });
  }

 private:
  Axes axes_of(const Shape& shape) const { return by_channel_ ? channels_of(shape) : Axes{1, shape.size()}; }

  template <class Visit>
  static void for_row(Axes axes, int row, int first, int count, Visit&& visit) {
    size_t at = (static_cast<size_t>(row) * static_cast<size_t>(axes.channels) + static_cast<size_t>(first)) *
                static_cast<size_t>(axes.positions);
    for (int channel = first; channel < first + count; ++channel) {
      for (int position = 0; position < axes.positions; ++position) visit(channel, at++);
    }
  }
  template <class Visit>
  void for_shares(Executor& executor, const View<const Real>& x, Visit&& visit) const {
    const Axes axes = axes_of(x.shape);
    for_row_shares(executor, x.batch, axes.size(), [&](int first, int count) {
      for (int row = first; row < first + count; ++row) for_row(axes, row, 0, axes.channels, visit);
    });
  }

  void write_slope_gradients(const Backward<Real>& pass) const {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = axes_of(x.shape);
    for_row_shares(pass.executor, axes.channels, x.batch * axes.positions, [&](int first, int count) {
      for (int channel = first; channel < first + count; ++channel) {
        double sum = 0;
        for (int row = 0; row < x.batch; ++row) {
          for_row(axes, row, channel, 1, [&](int, size_t at) {
            if (!(x.data[at] > 0)) sum += static_cast<double>(pass.d_output.data[at] * x.data[at]);
          });
        }
        pass.d_params[channel] = static_cast<Real>(sum);
      }
    });
  }

  bool by_channel_;
  double slope_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Prelu<Real>>(settings);
}

}  // namespace

constinit const LayerRow kPreluLayer = {
    .row = {.key = "prelu",
            .label = {"PReLU", "PReLU"},
            .help = {"Leaky ReLU whose slope for negative inputs is learned.",
                     "Une Leaky ReLU dont la pente pour les entrées négatives est apprise."},
            .formula = "y = max(0, x) + α min(0, x)",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
