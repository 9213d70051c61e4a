// The layers that join branches: add (residual connections) and concat (dense and inception blocks). An input may appear
// twice; each appearance hands on its own gradient.
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

template <class Real>
class Add final : public Layer<Real> {
 public:
  Result<Shape> infer(std::span<const Shape> inputs) const override {
    if (Status wrong = check_input_count(inputs, 2, LayerRow::kAnyInputs)) return *wrong;
    for (const Shape& shape : inputs) {
      if (shape == inputs[0]) continue;
      const Message list = list_shapes(inputs);
      return Error{{"Only equal shapes can be added; these are " + list.en + ".",
                    "Seules des formes égales peuvent être additionnées ; celles-ci sont " + list.fr + "."}};
    }
    return inputs[0];
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& first = pass.inputs[0];
    std::copy(first.data, first.data + first.size(), pass.output.data);
    for (const View<const Real>& next : pass.inputs.subspan(1)) {
      deliver(GradMode::accumulate, next.data, pass.output.data, next.size());
    }
  }
  void backward(const Backward<Real>& pass) const override {
    for (size_t i = 0; i < pass.modes.size(); ++i) {
      deliver(pass.modes[i], pass.d_output.data, pass.d_inputs[i].data, pass.d_output.size());
    }
  }
};

// Along the first axis: units of rank 1, channels otherwise. A sample's parts lie one after the other.
template <class Real>
class Concat final : public Layer<Real> {
 public:
  Result<Shape> infer(std::span<const Shape> inputs) const override {
    if (Status wrong = check_input_count(inputs, 2, LayerRow::kAnyInputs)) return *wrong;
    Shape joined = inputs[0];
    for (const Shape& shape : inputs.subspan(1)) {
      bool fits = shape.rank == joined.rank;
      for (int axis = 1; fits && axis < joined.rank; ++axis) fits = shape[axis] == joined[axis];
      if (!fits) {
        const Message list = list_shapes(inputs);
        return Error{{"Only shapes that differ in nothing but their first number can be joined; these are " + list.en + ".",
                      "Seules des formes qui ne diffèrent que par leur premier nombre peuvent être jointes ; celles-ci sont " +
                          list.fr + "."}};
      }
      joined.dims[0] += shape[0];
    }
    return joined;
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    size_t offset = 0;
    for (const View<const Real>& input : pass.inputs) {
      const size_t size = static_cast<size_t>(input.shape.size());
      for (int row = 0; row < input.batch; ++row) {
        const Real* from = input.rows(row, 1).data;
        std::copy(from, from + size, pass.output.rows(row, 1).data + offset);
      }
      offset += size;
    }
  }
  void backward(const Backward<Real>& pass) const override {
    size_t offset = 0;
    for (size_t i = 0; i < pass.modes.size(); ++i) {
      const size_t size = static_cast<size_t>(pass.inputs[i].shape.size());
      for (int row = 0; pass.modes[i] != GradMode::ignore && row < pass.d_output.batch; ++row) {
        deliver(pass.modes[i], pass.d_output.rows(row, 1).data + offset, pass.d_inputs[i].rows(row, 1).data, size);
      }
      offset += size;
    }
  }
};

template <template <class> class Kind, class Real>
LayerPointer<Real> make(const Settings&) {
  return std::make_unique<const Kind<Real>>();
}

}  // namespace

constinit const LayerRow kAddLayer = {
    .row = {.key = "add",
            .label = {"Sum", "Somme"},
            .help = {"Adds its inputs value by value: the end of a residual connection.",
                     "Additionne ses entrées valeur par valeur : l’arrivée d’une connexion résiduelle."},
            .formula = "y = x₁ + x₂ + …"},
    .min_inputs = 2,
    .max_inputs = LayerRow::kAnyInputs,
    .make_float = make<Add, float>,
    .make_double = make<Add, double>};

constinit const LayerRow kConcatLayer = {
    .row = {.key = "concat",
            .label = {"Concatenation", "Concaténation"},
            .help = {"Lays its inputs side by side: neurons or channels add up.",
                     "Met ses entrées côte à côte : neurones ou canaux s’ajoutent."},
            .formula = "y = (x₁, x₂, …)"},
    .min_inputs = 2,
    .max_inputs = LayerRow::kAnyInputs,
    .make_float = make<Concat, float>,
    .make_double = make<Concat, double>};

}  // namespace myelin
