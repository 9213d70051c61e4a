// The dense (fully connected) layer with its activation: a = f(W x + b). Takes any input shape as a flat row of numbers.
// Parameters in PyTorch's layout: weight out x in, then bias out.
#include "kernels/elementwise.h"
#include "kernels/gemm.h"
#include "layers/layers.h"
#include "layers/weights.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {
    {.key = "units",
     .label = {"Neurons", "Neurones"},
     .help = {"The number of neurons of this layer, which is the number of its outputs.",
              "Le nombre de neurones de cette couche, donc de ses sorties."},
     .control = Control::stepper,
     .min = 1,
     .max = 4096,
     .step = 1,
     .fallback = 4},
    {.key = "activation",
     .label = {"Activation", "Activation"},
     .help = {"The function that each neuron applies to its weighted sum.",
              "La fonction que chaque neurone applique à sa somme pondérée."},
     .control = Control::choice,
     .fallback = kTanhChoice,
     .choices = kActivationChoices},
    kLeakySlopeField,
    kEluAlphaField,
    kHeavisideField,
    kInitializerField,
    kInitScaleField,
    kBiasField,
    kBiasStartField,
    kFrozenField,
};

template <class Real>
class Dense final : public Layer<Real> {
 public:
  explicit Dense(const Settings& settings)
      : units_(settings.integer("units")),
        activation_(chosen_activation(settings)),
        initializer_(find_initializer(settings.choice("initializer"))),
        init_scale_(settings["init_scale"]),
        bias_(settings.on("bias")),
        bias_start_(settings["bias_start"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override {
    if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
    return Shape{units_};
  }

  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    const int in = inputs[0].size();
    std::vector<ParamSpec> specs = {{.name = "weight",
                                     .shape = {units_, in},
                                     .fan_in = in,
                                     .fan_out = units_,
                                     .initializer = initializer_->row.key,
                                     .scale = init_scale_,
                                     .decays = true}};
    if (bias_) {
      specs.push_back({.name = "bias", .shape = {units_}, .fan_in = in, .fan_out = units_, .constant = bias_start_});
    }
    return specs;
  }

  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int workers) const override {
    const int in = inputs[0].size();
    const size_t z = static_cast<size_t>(batch) * static_cast<size_t>(units_);
    return {.saved = activation_.row->needs_input ? z : 0,
            .work = std::max({gemm_scratch<Real>(batch, units_, in, workers), gemm_scratch<Real>(units_, in, batch, workers),
                              gemm_scratch<Real>(batch, in, units_, workers)})};
  }

  // A linear or flat function has a slope that needs no value.
  Needs needs() const override { return {.inputs = true, .output = reads_output()}; }

  int64_t multiply_adds(std::span<const Shape> inputs) const override {
    return static_cast<int64_t>(inputs[0].size()) * units_;
  }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];  // batch x in
    const int in = x.shape.size();
    Real* z = pass.output.data;  // batch x out
    gemm<Real>({.m = x.batch,
                .n = units_,
                .k = in,
                .a = x.data,
                .a_stride = in,
                .b = pass.params,  // out x in
                .b_stride = in,
                .b_op = Transpose::transposed,
                .c = z,
                .c_stride = units_,
                .start = bias_ ? pass.params + weight_count(in) : nullptr,
                .arithmetic = pass.arithmetic},
               pass.work, pass.executor);
    const bool save = activation_.row->needs_input && pass.saved != nullptr;
    for_row_shares(pass.executor, x.batch, units_, [&](int first, int count) {
      Real* share = z + at(first);
      if (save) std::copy(share, share + at(count), pass.saved + at(first));
      activation_.row->template kernels<Real>().forward(activation_.options, share, count, units_);
    });
  }

  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];  // batch x in
    const int in = x.shape.size();
    const int batch = x.batch;
    Real* d_z = pass.d_output.data;  // batch x out; until now d_a
    for_row_shares(pass.executor, batch, units_, [&](int first, int count) {
      const Real* z = activation_.row->needs_input ? pass.saved + at(first) : nullptr;
      const Real* a = reads_output() ? pass.output.data + at(first) : nullptr;
      activation_.row->template kernels<Real>().backward(activation_.options, z, a, d_z + at(first), count, units_);
    });
    const Gemm<Real> to_weights = {.m = units_,
                                   .n = in,
                                   .k = batch,
                                   .a = d_z,
                                   .a_stride = units_,
                                   .a_op = Transpose::transposed,
                                   .b = x.data,
                                   .b_stride = in,
                                   .c = pass.d_params,  // d_weight: out x in
                                   .c_stride = in,
                                   .arithmetic = pass.arithmetic};
    const Gemm<Real> to_inputs = {.m = batch,
                                  .n = in,
                                  .k = units_,
                                  .a = d_z,
                                  .a_stride = units_,
                                  .b = pass.params,
                                  .b_stride = in,
                                  .c = pass.d_inputs[0].data,  // batch x in
                                  .c_stride = in,
                                  .accumulate = pass.modes[0] == GradMode::accumulate,
                                  .arithmetic = pass.arithmetic};
    const bool trained = pass.d_params != nullptr, wanted = pass.modes[0] != GradMode::ignore;
    if (trained && bias_) elementwise<Real>().sum_rows(d_z, batch, units_, pass.d_params + weight_count(in));
    if (trained && wanted) gemm_both<Real>(to_inputs, to_weights, pass.work, pass.executor);
    else if (trained) gemm<Real>(to_weights, pass.work, pass.executor);
    else if (wanted) gemm<Real>(to_inputs, pass.work, pass.executor);
  }

 private:
  size_t at(int row) const { return static_cast<size_t>(row) * static_cast<size_t>(units_); }
  size_t weight_count(int in) const { return at(in); }
  bool reads_output() const { return activation_.row->reads_output; }

  int units_;
  ChosenActivation activation_;
  const InitializerRow* initializer_;
  double init_scale_;
  bool bias_;
  double bias_start_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Dense<Real>>(settings);
}

}  // namespace

constinit const LayerRow kDenseLayer = {
    .row = {.key = "dense",
            .label = {"Dense layer", "Couche dense"},
            .help = {"Every neuron is connected to every input: a weighted sum, a bias, an activation.",
                     "Chaque neurone est relié à toutes les entrées : une somme pondérée, un biais, une activation."},
            .formula = "a = f(Wx + b)",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
