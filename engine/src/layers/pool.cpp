// Pooling of sequences and images, by windows or over the whole map. No parameters; every feature map by itself.
#include "kernels/pool.h"

#include "layers/layers.h"
#include "layers/windows.h"

namespace myelin {
namespace {

enum class Reach { sequence, image, global };

// In the order of PoolKind.
constexpr Choice kModes[] = {
    {"max", {"maximum", "maximum"}},
    {"average", {"average", "moyenne"}},
    {"sum", {"sum", "somme"}},
    {"max_min", {"maximum − minimum", "maximum − minimum"}},
};
constexpr Text kModeHelp = {"Which number stands for all values of a window.", "Le nombre qui résume les valeurs d’une fenêtre."};
constexpr Field mode_field(std::span<const Choice> choices, PoolKind fallback) {
  return {.key = "mode", .label = {"Kind", "Sorte"}, .help = kModeHelp, .control = Control::choice,
          .fallback = static_cast<double>(fallback), .choices = choices};
}
constexpr Field size_field(double max) {
  return stepper("size", {"Window size", "Taille de la fenêtre"},
                 {"How many neighbouring values become one, along each side.", "Le nombre de valeurs voisines réunies en une, par côté."}, 1, max, 2);
}
constexpr Field kCeilField = {.key = "ceil",
                              .label = {"Round the size up", "Arrondir la taille vers le haut"},
                              .help = {"Keeps a last window that hangs over the edge, as GoogLeNet does.",
                                       "Garde une dernière fenêtre qui dépasse du bord, comme GoogLeNet."},
                              .control = Control::toggle};
constexpr Field kCountPaddingField = {.key = "count_padding",
                                      .label = {"Average counts the padding", "La moyenne compte le remplissage"},
                                      .help = {"Averages divide by the whole window (PyTorch) or by its part on the input (Keras).",
                                               "Les moyennes divisent par toute la fenêtre (PyTorch) ou par sa partie sur l’entrée (Keras)."},
                                      .control = Control::toggle,
                                      .fallback = 1};

constexpr Field kSequenceFields[] = {mode_field(kModes, PoolKind::max), size_field(255), stride_field(2), kPaddingField, kPadField, kCeilField, kCountPaddingField};
constexpr Field kImageFields[] = {mode_field(kModes, PoolKind::max), size_field(31), stride_field(2), kPaddingField, kPadField, kCeilField, kCountPaddingField};
constexpr Field kGlobalFields[] = {mode_field(std::span(kModes).first(2), PoolKind::average)};

struct Options {
  Reach reach;
  PoolKind kind;
  WindowSettings window;
  bool count_padding = true;
};

Options options_of(const Settings& settings, Reach reach) {
  Options options{.reach = reach, .kind = static_cast<PoolKind>(settings.integer("mode")), .window = {}};
  if (reach == Reach::global) return options;
  options.window = window_settings(settings);
  options.window.columns = settings.integer("size");
  options.window.rows = reach == Reach::sequence ? 1 : options.window.columns;
  options.window.flat = reach == Reach::sequence;
  options.window.round_up = settings.on("ceil");
  options.count_padding = settings.on("count_padding");
  return options;
}

struct Plan {
  Pool pool;
  int channels = 1;
  Shape output;
};

// Global pooling takes the one window that holds all.
Result<Plan> plan_of(const Options& options, std::span<const Shape> inputs) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  const bool global = options.reach == Reach::global;
  if (global && inputs[0].rank == 1) {
    return Error{{"This layer takes images or sequences, not " + inputs[0].to_string() + ".",
                  "Cette couche prend des images ou des séquences, et non " + inputs[0].to_string() + "."}};
  }
  const bool sequence = options.reach == Reach::sequence || (global && inputs[0].rank == 2);
  const Result<Planes> planes = sequence ? sequence_planes_of(inputs) : image_of(inputs);
  if (!planes) return planes.error();
  WindowSettings window = options.window;
  if (global) {
    window.rows = planes->rows;
    window.columns = planes->columns;
  }
  if (window.padding == Padding::number && window.pad >= window.columns) {
    const std::string pad = std::to_string(window.pad), size = std::to_string(window.columns);
    return Error{{"A padding of " + pad + " would leave windows of size " + size + " without any input value.",
                  "Un remplissage de " + pad + " laisserait des fenêtres de taille " + size + " sans valeur d’entrée."}};
  }
  const Result<WindowPlan> windows = plan_windows(window, planes.value(), kWindowName);
  if (!windows) return windows.error();
  Plan plan;
  plan.pool = {.kind = options.kind, .rows = windows->rows, .columns = windows->columns, .count_padding = options.count_padding};
  plan.channels = planes->channels;
  // `same` may pad one more at the end, exactly as far as the last window reaches; a number pads both sides alike.
  const auto end_of = [&window](const WindowAxis& axis) {
    if (window.padding == Padding::number) return axis.in + axis.begin;
    return std::max(axis.in, window.padding == Padding::same ? (axis.out - 1) * axis.stride - axis.begin + axis.size : 0);
  };
  plan.pool.padded_rows = end_of(windows->rows);
  plan.pool.padded_columns = end_of(windows->columns);
  if (global) plan.output = {plan.channels};
  else if (sequence) plan.output = {plan.channels, windows->columns.out};
  else plan.output = {plan.channels, windows->rows.out, windows->columns.out};
  return plan;
}

Result<Shape> output_of(const Options& options, std::span<const Shape> inputs) {
  const Result<Plan> plan = plan_of(options, inputs);
  if (!plan) return plan.error();
  return plan->output;
}

// Of a shape that infer() has accepted. Not a template: the sentences of the other case are compiled once.
Plan accepted_plan(const Options& options, const Shape& input) { return plan_of(options, {&input, 1}).value(); }

template <class Real>
class Pooling final : public Layer<Real> {
 public:
  explicit Pooling(const Options& options) : options_(options) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return output_of(options_, inputs); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int) const override {
    const Plan plan = accepted_plan(options_, inputs[0]);
    return {.saved = static_cast<size_t>(batch) * static_cast<size_t>(plan.output.size()) * static_cast<size_t>(plan.pool.saved_per_output())};
  }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Plan plan = accepted_plan(options_, x.shape);
    const Sizes sizes(plan.pool);
    for_row_shares(pass.executor, x.batch * plan.channels, plan.pool.in_plane(), [&](int first, int count) {
      for (size_t i = static_cast<size_t>(first), end = i + static_cast<size_t>(count); i < end; ++i) {
        Real* saved = pass.saved == nullptr ? nullptr : pass.saved + i * sizes.saved;
        pool_forward(plan.pool, x.data + i * sizes.in, pass.output.data + i * sizes.out, saved);
      }
    });
  }

  void backward(const Backward<Real>& pass) const override {
    if (pass.modes[0] == GradMode::ignore) return;
    const View<Real>& d_x = pass.d_inputs[0];
    const Plan plan = accepted_plan(options_, d_x.shape);
    const Sizes sizes(plan.pool);
    for_row_shares(pass.executor, d_x.batch * plan.channels, plan.pool.in_plane(), [&](int first, int count) {
      for (size_t i = static_cast<size_t>(first), end = i + static_cast<size_t>(count); i < end; ++i) {
        Real* to = d_x.data + i * sizes.in;
        if (pass.modes[0] == GradMode::overwrite) std::fill(to, to + sizes.in, Real(0));
        pool_backward(plan.pool, pass.d_output.data + i * sizes.out, pass.saved + i * sizes.saved, to);
      }
    });
  }

 private:
  // Values of one plane.
  struct Sizes {
    explicit Sizes(const Pool& pool)
        : in(static_cast<size_t>(pool.in_plane())), out(static_cast<size_t>(pool.out_plane())),
          saved(out * static_cast<size_t>(pool.saved_per_output())) {}
    size_t in, out, saved;
  };
  Options options_;
};

template <Reach reach, class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Pooling<Real>>(options_of(settings, reach));
}

}  // namespace

constinit const LayerRow kPool1dLayer = {
    .row = {.key = "pool1d",
            .label = {"1-D pooling", "Pooling 1D"},
            .help = {"Makes a sequence shorter: one number stands for several neighbours.",
                     "Raccourcit une séquence : un nombre résume plusieurs voisins."},
            .formula = "y = max(x₁, …, xₙ)",
            .fields = kSequenceFields},
    .make_float = make<Reach::sequence, float>,
    .make_double = make<Reach::sequence, double>};

constinit const LayerRow kPool2dLayer = {
    .row = {.key = "pool2d",
            .label = {"2-D pooling", "Pooling 2D"},
            .help = {"Makes an image smaller: one number stands for a square of neighbours.",
                     "Réduit une image : un nombre résume un carré de voisins."},
            .formula = "y = max(x₁, …, xₙ)",
            .fields = kImageFields},
    .make_float = make<Reach::image, float>,
    .make_double = make<Reach::image, double>};

constinit const LayerRow kGlobalPoolLayer = {
    .row = {.key = "global_pool",
            .label = {"Global pooling", "Pooling global"},
            .help = {"One number for each feature map, wherever its pattern occurred.",
                     "Un nombre par carte de caractéristiques, où que soit passé son motif."},
            .formula = "y = (x₁ + … + xₙ) / n",
            .fields = kGlobalFields},
    .make_float = make<Reach::global, float>,
    .make_double = make<Reach::global, double>};

}  // namespace myelin
