// Local response normalisation (Krizhevsky, Sutskever and Hinton 2012): strong neighbouring channels damp each other at each
// position. In PyTorch's form the squares of the window count alpha / size each; the paper's own alpha is not divided.
#include <algorithm>

#include "kernels/elementwise.h"
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {
    {.key = "size",
     .label = {"Window of channels", "Fenêtre de canaux"},
     .help = {"How many neighbouring channels are looked at, the channel itself among them.",
              "Le nombre de canaux voisins pris en compte, le canal lui-même compris."},
     .control = Control::stepper,
     .min = 1,
     .max = 64,
     .step = 1,
     .fallback = 5},
    {.key = "alpha",
     .label = {"Strength α", "Force α"},
     .help = {"How strongly the mean of the squares of the window counts.", "Le poids de la moyenne des carrés de la fenêtre."},
     .control = Control::log_slider,
     .min = 0,
     .max = 10,
     .step = 1e-6,
     .fallback = 1e-4},
    {.key = "beta",
     .label = {"Exponent β", "Exposant β"},
     .help = {"The power to which the divisor is raised.", "La puissance à laquelle le diviseur est élevé."},
     .control = Control::slider,
     .min = 0,
     .max = 2,
     .step = 0.05,
     .fallback = 0.75},
    {.key = "k",
     .label = {"Constant k", "Constante k"},
     .help = {"Added to the divisor: AlexNet takes 2, PyTorch’s default is 1.", "Ajoutée au diviseur : AlexNet prend 2, PyTorch 1 par défaut."},
     .control = Control::slider,
     .min = 0.01,
     .max = 10,
     .step = 0.01,
     .fallback = 2},
};

template <class Real>
class LocalResponseNorm final : public Layer<Real> {
 public:
  explicit LocalResponseNorm(const Settings& settings)
      : size_(settings.integer("size")),
        share_(static_cast<Real>(settings["alpha"] / size_)),
        beta_(static_cast<Real>(settings["beta"])),
        k_(static_cast<Real>(settings["k"])) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return same_shape(inputs); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  // The divisor of each value before the power.
  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int) const override {
    return {.saved = static_cast<size_t>(batch) * static_cast<size_t>(inputs[0].size())};
  }
  int64_t multiply_adds(std::span<const Shape> inputs) const override { return static_cast<int64_t>(inputs[0].size()) * size_; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = channels_of(x.shape);
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      const Real* from = x.rows(first, count).data;
      Real* to = pass.output.rows(first, count).data;
      Real* saved = pass.saved == nullptr ? nullptr : pass.saved + (from - x.data);
      const auto size = static_cast<size_t>(axes.size());
      for (int row = 0; row < count; ++row) {
        for_window_sums(axes, before(), after(), [&](size_t at) { return from[at] * from[at]; }, [&](size_t at, size_t block, const Real* sums) {
          for (size_t i = 0; i < block; ++i) to[at + i] = k_ + share_ * sums[i];
        });
        if (saved != nullptr) std::copy(to, to + size, saved);
        elementwise<Real>().value[kPowerCurve](-beta_, to, size);
        for (size_t i = 0; i < size; ++i) to[i] *= from[i];
        from += size;
        to += size;
        if (saved != nullptr) saved += size;
      }
    });
  }

  // With s the divisors: d_x_i = d_y_i s_i^-beta - 2 beta alpha / size * x_i * sum over the windows j that hold i of
  // d_y_j x_j s_j^(-beta - 1). `saved` becomes the terms of that sum.
  void backward(const Backward<Real>& pass) const override {
    if (pass.modes[0] == GradMode::ignore) return;
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = channels_of(x.shape);
    const Real factor = Real(-2) * beta_ * share_;
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      const View<Real> d = pass.d_output.rows(first, count);
      const Real* from = x.rows(first, count).data;
      Real* terms = pass.saved + (d.data - pass.d_output.data);
      for (size_t at = 0; at < d.size(); at += kBlock) {
        const size_t end = std::min(d.size(), at + kBlock);
        Real powers[kBlock];
        std::copy(terms + at, terms + end, powers);
        elementwise<Real>().value[kPowerCurve](-beta_, powers, end - at);
        for (size_t i = at; i < end; ++i) {
          d.data[i] *= powers[i - at];
          terms[i] = d.data[i] * from[i] / terms[i];
        }
      }
      Real* gradient = d.data;
      for (int row = 0; row < count; ++row) {
        for_window_sums(axes, after(), before(), [&](size_t at) { return terms[at]; }, [&](size_t at, size_t block, const Real* sums) {
          for (size_t i = 0; i < block; ++i) gradient[at + i] += factor * from[at + i] * sums[i];
        });
        gradient += axes.size();
        from += axes.size();
        terms += axes.size();
      }
      deliver(pass.modes[0], d.data, pass.d_inputs[0].rows(first, count).data, d.size());
    });
  }

 private:
  // Of an even window the longer half lies before the channel, as in PyTorch.
  int before() const { return size_ / 2; }
  int after() const { return (size_ - 1) / 2; }

  // Values that are worked on at once: a loop over each is a vector's, and they stay in the L1 cache.
  static constexpr size_t kBlock = 64;

  // The sums of term(element) over the channels from `before` to `after` each one, for some positions of a channel at a time:
  // visit(the first element, how many, their sums).
  template <class Term, class Visit>
  static void for_window_sums(Axes axes, int before, int after, Term term, Visit visit) {
    const auto positions = static_cast<size_t>(axes.positions);
    for (int channel = 0; channel < axes.channels; ++channel) {
      const int first = std::max(0, channel - before), last = std::min(channel + after, axes.channels - 1);
      for (size_t position = 0; position < positions; position += kBlock) {
        const size_t block = std::min(kBlock, positions - position);
        Real sums[kBlock] = {};
        for (int other = first; other <= last; ++other) {
          const size_t at = static_cast<size_t>(other) * positions + position;
          for (size_t i = 0; i < block; ++i) sums[i] += term(at + i);
        }
        visit(static_cast<size_t>(channel) * positions + position, block, sums);
      }
    }
  }

  int size_;
  Real share_, beta_, k_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const LocalResponseNorm<Real>>(settings);
}

}  // namespace

constinit const LayerRow kLocalResponseNormLayer = {
    .row = {.key = "local_response_norm",
            .label = {"Local response normalisation", "Normalisation de réponse locale"},
            .help = {"Divides every value by the strength of the neighbouring channels at its position, as AlexNet did.",
                     "Divise chaque valeur par l’intensité des canaux voisins à sa position, comme le faisait AlexNet."},
            .formula = "yᵢ = xᵢ / (k + α/n · Σⱼ xⱼ²)^β",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
