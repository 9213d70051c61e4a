// Dropout (Srivastava et al. 2014): in training each value is zero with probability `rate`. The mask is a function of node, step
// and place, so backward draws it again instead of keeping it.
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Choice kConventions[] = {
    {"inverted", {"kept values / (1 − p) in training", "gardées / (1 − p) en apprentissage"}},
    {"classic", {"all values × (1 − p) in tests", "toutes les valeurs × (1 − p) en test"}},
};

constexpr Field kFields[] = {
    {.key = "rate",
     .label = {"Dropout rate p", "Taux d’abandon p"},
     .help = {"The probability that a value is dropped: often 0.2 for inputs and 0.5 for hidden layers.",
              "La probabilité d’abandonner une valeur : souvent 0,2 en entrée et 0,5 dans les couches cachées."},
     .control = Control::slider,
     .min = 0,
     .max = 0.95,
     .step = 0.05,
     .fallback = 0.5},
    {.key = "convention",
     .label = {"Scaling", "Mise à l’échelle"},
     .help = {"When the mean is put right: in training (inverted dropout, the usual way) or in tests (the original article).",
              "Quand la moyenne est rétablie : à l’apprentissage (dropout inversé, l’usage) ou au test (l’article d’origine)."},
     .control = Control::choice,
     .choices = kConventions},
    {.key = "channels",
     .label = {"Whole channels", "Canaux entiers"},
     .help = {"Drops all positions of a channel at once: neighbouring pixels would replace each other.",
              "Abandonne d’un coup toutes les positions d’un canal : des pixels voisins se remplaceraient."},
     .control = Control::toggle},
};

template <class Real>
class Dropout final : public Layer<Real> {
 public:
  explicit Dropout(const Settings& settings)
      : rate_(settings["rate"]), inverted_(settings.choice("convention") == "inverted"), channels_(settings.on("channels")) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    apply(pass, GradMode::overwrite, pass.inputs[0], pass.output.data);
  }
  void backward(const Backward<Real>& pass) const override {
    if (pass.modes[0] != GradMode::ignore) apply(pass, pass.modes[0], pass.d_output, pass.d_inputs[0].data);
  }

 private:
  // What is kept is the same factor for values and gradients.
  template <class Pass>
  void apply(const Pass& pass, GradMode mode, const View<const Real>& from, Real* to) const {
    const Axes axes = channels_of(from.shape);
    const int draws = channels_ ? axes.channels : axes.size();  // per sample
    const int repeat = axes.size() / draws;
    const double keep = 1 - rate_;
    const Real kept = inverted_ == pass.training ? static_cast<Real>(inverted_ ? 1 / keep : keep) : Real(1);
    for_row_shares(pass.executor, from.batch, axes.size(), [&](int first, int count) {
      size_t at = static_cast<size_t>(first) * static_cast<size_t>(axes.size());
      auto draw = static_cast<uint64_t>(first) * static_cast<uint64_t>(draws);
      for (const uint64_t end = draw + static_cast<uint64_t>(count) * static_cast<uint64_t>(draws); draw < end; ++draw) {
        const Real factor = pass.training && pass.random.uniform(draw) < rate_ ? Real(0) : kept;
        for (int i = 0; i < repeat; ++i, ++at) {
          const Real value = from.data[at] * factor;
          to[at] = mode == GradMode::accumulate ? to[at] + value : value;
        }
      }
    });
  }

  double rate_;
  bool inverted_;
  bool channels_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Dropout<Real>>(settings);
}

}  // namespace

constinit const LayerRow kDropoutLayer = {
    .row = {.key = "dropout",
            .label = {"Dropout", "Dropout (abandon)"},
            .help = {"Switches values off at random during training, so that no neuron can rely on another one.",
                     "Éteint des valeurs au hasard pendant l’apprentissage, pour qu’aucun neurone ne compte sur un autre."},
            .formula = "y = x · m / (1 − p),  m ~ B(1 − p)",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
