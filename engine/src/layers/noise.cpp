// Gaussian noise on every value, in training only: a regulariser, and the inputs of a denoising autoencoder.
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {
    {.key = "deviation",
     .label = {"Standard deviation σ", "Écart type σ"},
     .help = {"The standard deviation of the noise.", "L’écart type du bruit ajouté."},
     .control = Control::slider,
     .min = 0,
     .max = 5,
     .step = 0.05,
     .fallback = 0.1},
};

template <class Real>
class Noise final : public Layer<Real> {
 public:
  explicit Noise(const Settings& settings) : deviation_(settings["deviation"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const double deviation = pass.training ? deviation_ : 0;
    for_row_shares(pass.executor, x.batch, x.shape.size(), [&](int first, int count) {
      const View<const Real> from = x.rows(first, count);
      Real* to = pass.output.rows(first, count).data;
      std::copy(from.data, from.data + from.size(), to);
      if (deviation == 0) return;
      const auto start = static_cast<uint64_t>(from.data - x.data);
      for (size_t i = 0; i < from.size(); ++i) to[i] += static_cast<Real>(deviation * pass.random.normal(start + i));
    });
  }
  void backward(const Backward<Real>& pass) const override {
    deliver(pass.modes[0], pass.d_output.data, pass.d_inputs[0].data, pass.d_output.size());
  }

 private:
  double deviation_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Noise<Real>>(settings);
}

}  // namespace

constinit const LayerRow kNoiseLayer = {
    .row = {.key = "noise",
            .label = {"Gaussian noise", "Bruit gaussien"},
            .help = {"Adds random noise to every value during training, and nothing in tests.",
                     "Ajoute un bruit aléatoire à chaque valeur pendant l’apprentissage, et rien en test."},
            .formula = "y = x + σ · N(0, 1)",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
