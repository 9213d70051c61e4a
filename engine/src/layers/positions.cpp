// Adds to each position of a sequence waves that tell where it stands (Vaswani et al. 2017, section 3.5): attention alone would
// not know the order of what it reads.
#include "kernels/fmath.h"
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

template <class Real>
class Positions final : public Layer<Real> {
 public:
  Result<Shape> infer(std::span<const Shape> inputs) const override {
    const Result<Axes> axes = sequence_of(inputs);
    if (!axes) return axes.error();
    return inputs[0];
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  // One sample's waves.
  ScratchSpec scratch(std::span<const Shape> inputs, int, int) const override { return {.work = static_cast<size_t>(inputs[0].size())}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  // PE(t, 2i) = sin(t / 10000^(2i / d)), PE(t, 2i + 1) = cos(t / 10000^(2i / d)).
  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = accepted_sequence(x.shape);
    Real* wave = pass.work;
    for (int channel = 0; channel < axes.channels; ++channel) {
      constexpr double kLog10000 = 9.210340371976184;
      const double frequency = fmath::exp(-kLog10000 * (channel - channel % 2) / axes.channels);
      for (int t = 0; t < axes.positions; ++t) {
        *wave++ = static_cast<Real>(channel % 2 == 0 ? fmath::sin(t * frequency) : fmath::cos(t * frequency));
      }
    }
    for_row_shares(pass.executor, x.batch, axes.size(), [&](int first, int count) {
      for (int row = first; row < first + count; ++row) {
        const Real* from = x.rows(row, 1).data;
        Real* to = pass.output.rows(row, 1).data;
        for (int i = 0; i < axes.size(); ++i) to[i] = from[i] + pass.work[i];
      }
    });
  }
  void backward(const Backward<Real>& pass) const override {
    deliver(pass.modes[0], pass.d_output.data, pass.d_inputs[0].data, pass.d_output.size());
  }
};

template <class Real>
LayerPointer<Real> make(const Settings&) {
  return std::make_unique<const Positions<Real>>();
}

}  // namespace

constinit const LayerRow kPositionsLayer = {
    .row = {.key = "positions",
            .label = {"Position encoding", "Encodage des positions"},
            .help = {"Adds waves of different lengths to a sequence, so that attention knows what stands where.",
                     "Ajoute à une séquence des ondes de longueurs diverses, pour que l’attention sache où se trouve quoi."},
            .formula = "x + sin(t / 10000^(2i/d)), x + cos(…)"},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
