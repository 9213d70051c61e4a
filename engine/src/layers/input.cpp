// The node through which samples enter. The model fills it from the data, so the layer itself never runs; the row is here
// so that the node has a name, a help text and a place in files.
#include "base/assert.h"
#include "layers/layers.h"

namespace myelin {
namespace {

template <class Real>
class Input final : public Layer<Real> {
 public:
  Result<Shape> infer(std::span<const Shape>) const override {
    return Error{{"Only the first node can be the input: it takes its shape from the data.",
                  "Seul le premier nœud peut être l’entrée : il reçoit sa forme des données."}};
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }
  void forward(const Forward<Real>&) const override { MYELIN_ASSERT(false && "the input is not a layer"); }
  void backward(const Backward<Real>&) const override { MYELIN_ASSERT(false && "the input is not a layer"); }
};

template <class Real>
LayerPointer<Real> make(const Settings&) {
  return std::make_unique<const Input<Real>>();
}

}  // namespace

constinit const LayerRow kInputLayer = {
    .row = {.key = "input",
            .label = {"Input layer", "Couche d’entrée"},
            .help = {"Where the samples enter: one neuron per feature, or the pixels of an image.",
                     "Par où entrent les exemples : un neurone par caractéristique, ou les pixels d’une image."},
            .formula = ""},
    .min_inputs = 0,
    .max_inputs = 0,
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
