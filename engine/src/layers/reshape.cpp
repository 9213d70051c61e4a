// Give the values another shape: an image becomes a row of numbers (flatten), a row of pixels an image, an image a sequence
// (reshape). Their order and number stay.
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr int kLargest = 65536;

constexpr Field kFields[] = {
    {.key = "channels",
     .label = {"Channels", "Canaux"},
     .help = {"The first number of the new shape; 0 leaves it out.", "Le premier nombre de la nouvelle forme ; 0 l’omet."},
     .control = Control::stepper,
     .min = 0,
     .max = kLargest,
     .step = 1},
    {.key = "rows",
     .label = {"Rows", "Lignes"},
     .help = {"The rows of an image; 0 leaves them out, as for a sequence.", "Les lignes d’une image ; 0 les omet, comme pour une séquence."},
     .control = Control::stepper,
     .min = 0,
     .max = kLargest,
     .step = 1},
    {.key = "columns",
     .label = {"Columns", "Colonnes"},
     .help = {"The columns of an image or the length of a sequence; all three 0 give one row of numbers.",
              "Les colonnes d’une image ou la longueur d’une séquence ; trois 0 donnent une ligne de nombres."},
     .control = Control::stepper,
     .min = 0,
     .max = kLargest,
     .step = 1},
};

// Rank 0: one row of numbers.
Result<Shape> reshaped(std::span<const Shape> inputs, const Shape& target) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  if (target.rank == 0) return Shape{inputs[0].size()};
  int64_t wanted = 1;  // of three sizes up to 2^16
  for (int axis = 0; axis < target.rank; ++axis) wanted *= target[axis];
  if (wanted == inputs[0].size()) return target;
  const std::string from = inputs[0].to_string(), has = std::to_string(inputs[0].size());
  const std::string to = target.to_string(), needs = std::to_string(wanted);
  return Error{{"The input " + from + " has " + has + " values, but the shape " + to + " holds " + needs + ".",
                "L’entrée " + from + " a " + has + " valeurs, mais la forme " + to + " en contient " + needs + "."}};
}

template <class Real>
class Reshape final : public Layer<Real> {
 public:
  explicit Reshape(const Shape& target) : target_(target) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return reshaped(inputs, target_); }
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

 private:
  Shape target_;
};

Shape target_of(const Settings& settings) {
  Shape target;
  for (const Field& field : kFields) {
    const int size = settings.integer(field.key);
    if (size > 0) target.dims[static_cast<size_t>(target.rank++)] = size;
  }
  return target;
}

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Reshape<Real>>(target_of(settings));
}

template <class Real>
LayerPointer<Real> make_flat(const Settings&) {
  return std::make_unique<const Reshape<Real>>(Shape{});
}

}  // namespace

constinit const LayerRow kFlattenLayer = {
    .row = {.key = "flatten",
            .label = {"Flatten", "Aplatissement"},
            .help = {"Lays the values of an image out in one row, channel by channel.",
                     "Met les valeurs d’une image sur une seule ligne, canal par canal."},
            .formula = "c × h × w → c·h·w"},
    .make_float = make_flat<float>,
    .make_double = make_flat<double>};

constinit const LayerRow kReshapeLayer = {
    .row = {.key = "reshape",
            .label = {"Reshape", "Changement de forme"},
            .help = {"Reads the same values in another shape: a row of numbers as an image, an image as a sequence.",
                     "Lit les mêmes valeurs sous une autre forme : une ligne de nombres en image, une image en séquence."},
            .formula = "n → c × h × w",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
