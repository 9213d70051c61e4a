// The product of two branches: value by value (gates), or each channel of an image by its own factor (squeeze and excitation,
// Hu et al. 2018). An input may appear twice; each appearance hands on its own gradient.
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

// {C}, {C,1} or {C,1,1} beside {C, ...}.
bool scales(const Shape& factors, const Shape& image) { return factors[0] == image[0] && factors.size() == factors[0]; }

// Which input holds one factor per channel of the other; of equal shapes the second, with one factor per value.
struct Roles {
  size_t image = 0, factors = 1;
  int repeat = 1;  // values that share a factor
};

Roles roles_of(const Shape& first, const Shape& second) {
  if (first == second || scales(second, first)) return {0, 1, first.size() / second.size()};
  return {1, 0, second.size() / first.size()};
}

Result<Shape> product_shape(std::span<const Shape> inputs) {
  if (Status wrong = check_input_count(inputs, 2, 2)) return *wrong;
  if (inputs[0] == inputs[1] || scales(inputs[1], inputs[0])) return inputs[0];
  if (scales(inputs[0], inputs[1])) return inputs[1];
  const Message list = list_shapes(inputs);
  return Error{{"Only equal shapes, or channels and as many factors, can be multiplied; these are " + list.en + ".",
                "Seules des formes égales, ou des canaux et autant de facteurs, peuvent être multipliées ; celles-ci sont " +
                    list.fr + "."}};
}

template <class Real>
class Multiply final : public Layer<Real> {
 public:
  Result<Shape> infer(std::span<const Shape> inputs) const override { return product_shape(inputs); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const Roles roles = roles_of(pass.inputs[0].shape, pass.inputs[1].shape);
    const Real* factors = pass.inputs[roles.factors].data;
    scale(pass.executor, pass.inputs[roles.image], factors, roles.repeat, GradMode::overwrite, pass.output.data);
  }

  // One input after the other, in their order: both may be the same buffer.
  void backward(const Backward<Real>& pass) const override {
    const Roles roles = roles_of(pass.inputs[0].shape, pass.inputs[1].shape);
    const Real* image = pass.inputs[roles.image].data;
    const Real* factors = pass.inputs[roles.factors].data;
    const auto repeat = static_cast<size_t>(roles.repeat);
    for (size_t slot = 0; slot < 2; ++slot) {
      const GradMode mode = pass.modes[slot];
      if (mode == GradMode::ignore) continue;
      Real* to = pass.d_inputs[slot].data;
      if (slot == roles.image) {
        scale(pass.executor, pass.d_output, factors, roles.repeat, mode, to);
        continue;
      }
      const View<const Real>& view = pass.inputs[slot];
      for_row_shares(pass.executor, view.batch, pass.d_output.shape.size(), [&](int first, int count) {
        const View<const Real> share = view.rows(first, count);
        const auto start = static_cast<size_t>(share.data - view.data);
        for (size_t factor = start; factor < start + share.size(); ++factor) {
          Real sum = 0;
          for (size_t at = factor * repeat; at < (factor + 1) * repeat; ++at) sum += pass.d_output.data[at] * image[at];
          to[factor] = mode == GradMode::accumulate ? to[factor] + sum : sum;
        }
      });
    }
  }

 private:
  static void scale(Executor& executor, const View<const Real>& values, const Real* factors, int repeat, GradMode mode, Real* to) {
    for_row_shares(executor, values.batch, values.shape.size(), [&](int first, int count) {
      const View<const Real> share = values.rows(first, count);
      size_t at = static_cast<size_t>(share.data - values.data);
      for (const size_t end = at + share.size(); at < end;) {
        const Real factor = factors[at / static_cast<size_t>(repeat)];
        for (int i = 0; i < repeat; ++i, ++at) {
          const Real product = values.data[at] * factor;
          to[at] = mode == GradMode::accumulate ? to[at] + product : product;
        }
      }
    });
  }
};

template <class Real>
LayerPointer<Real> make(const Settings&) {
  return std::make_unique<const Multiply<Real>>();
}

}  // namespace

constinit const LayerRow kMultiplyLayer = {
    .row = {.key = "multiply",
            .label = {"Product", "Produit"},
            .help = {"Multiplies two inputs value by value, or each channel by a factor of its own.",
                     "Multiplie deux entrées valeur par valeur, ou chaque canal par son propre facteur."},
            .formula = "y = x₁ · x₂"},
    .min_inputs = 2,
    .max_inputs = 2,
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
