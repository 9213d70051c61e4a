// An activation function as a node of its own. Softmax looks at all values of a sample, the others at each value alone.
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {
    {.key = "activation",
     .label = {"Activation", "Activation"},
     .help = {"The function applied to every value.", "La fonction appliquée à chaque valeur."},
     .control = Control::choice,
     .fallback = kReluChoice,
     .choices = kActivationChoices},
    kLeakySlopeField,
    kEluAlphaField,
    kHeavisideField,
};

template <class Real>
class Activation final : public Layer<Real> {
 public:
  explicit Activation(const Settings& settings) : activation_(chosen_activation(settings)) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override {
    if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
    return inputs[0];
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = activation_.row->needs_input, .output = activation_.row->reads_output}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const int width = x.shape.size();
    for_row_shares(pass.executor, x.batch, width, [&](int first, int count) {
      const View<const Real> from = x.rows(first, count);
      Real* to = pass.output.rows(first, count).data;
      std::copy(from.data, from.data + from.size(), to);
      activation_.row->template kernels<Real>().forward(activation_.options, to, count, width);
    });
  }

  void backward(const Backward<Real>& pass) const override {
    if (pass.modes[0] == GradMode::ignore) return;
    const int width = pass.d_output.shape.size();
    for_row_shares(pass.executor, pass.d_output.batch, width, [&](int first, int count) {
      const View<Real> d = pass.d_output.rows(first, count);
      const Real* z = activation_.row->needs_input ? pass.inputs[0].rows(first, count).data : nullptr;
      const Real* a = activation_.row->reads_output ? pass.output.rows(first, count).data : nullptr;
      activation_.row->template kernels<Real>().backward(activation_.options, z, a, d.data, count, width);
      deliver(pass.modes[0], d.data, pass.d_inputs[0].rows(first, count).data, d.size());
    });
  }

 private:
  ChosenActivation activation_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Activation<Real>>(settings);
}

}  // namespace

constinit const LayerRow kActivationLayer = {
    .row = {.key = "activation",
            .label = {"Activation layer", "Couche d’activation"},
            .help = {"Applies an activation function to every value, without weights.",
                     "Applique une fonction d’activation à chaque valeur, sans poids."},
            .formula = "a = f(z)",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
