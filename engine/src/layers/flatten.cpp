// Gives an image or a sequence the shape of a row of numbers. The values keep their order.
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

template <class Real>
class Flatten final : public Layer<Real> {
 public:
  Result<Shape> infer(std::span<const Shape> inputs) const override {
    if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
    return Shape{inputs[0].size()};
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    std::copy(x.data, x.data + x.size(), pass.output.data);
  }
  void backward(const Backward<Real>& pass) const override {
    deliver(pass.modes[0], pass.d_output.data, pass.d_inputs[0].data, pass.d_output.size());
  }
};

template <class Real>
LayerPointer<Real> make(const Settings&) {
  return std::make_unique<const Flatten<Real>>();
}

}  // namespace

constinit const LayerRow kFlattenLayer = {
    .row = {.key = "flatten",
            .label = {"Flatten", "Aplatissement"},
            .help = {"Lays the values of an image out in one row, channel by channel.",
                     "Met les valeurs d’une image sur une seule ligne, canal par canal."},
            .formula = "c × h × w → c·h·w"},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
