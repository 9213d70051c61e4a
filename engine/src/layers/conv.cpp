// Convolutions of sequences and images, and the transposed convolution: a = f(W * x + b). One class, since all are one
// operation on planes; a sequence is an image of one row, a transposed convolution the gradient of the plain one.
// Parameters in PyTorch's layouts: weight filters x channels of a group x kernel (transposed: channels first), then bias.
#include "kernels/conv.h"
#include "layers/layers.h"
#include "layers/weights.h"
#include "layers/windows.h"

namespace myelin {
namespace {

enum class Flavour { sequence, image, transposed };

constexpr Field kernel_field(double max) {
  return stepper("kernel", {"Kernel size", "Taille du noyau"},
                 {"How many neighbouring values each filter looks at, along each side.",
                  "Le nombre de valeurs voisines que regarde chaque filtre, par côté."}, 1, max, 3);
}
constexpr Field kFiltersField =
    stepper("filters", {"Filters", "Filtres"}, {"The number of filters, which is the number of feature maps that come out.",
            "Le nombre de filtres, donc de cartes de caractéristiques en sortie."}, 1, 4096, 8);
constexpr Field kDilationField =
    stepper("dilation", {"Dilation", "Dilatation"}, {"The distance between the values a filter looks at: 1 is without gaps.",
            "La distance entre les valeurs que regarde un filtre : 1 est sans trou."}, 1, 64, 1);
constexpr Field kGroupsField =
    stepper("groups", {"Groups", "Groupes"}, {"Cuts channels and filters into groups that do not see each other; 0: one group a channel (depthwise).",
            "Coupe canaux et filtres en groupes qui s’ignorent ; 0 : un groupe par canal (depthwise)."}, 0, 4096, 1);
constexpr Field kActivationField = {
    .key = "activation",
    .label = {"Activation", "Activation"},
    .help = {"The function applied to every value of the feature maps.",
             "La fonction appliquée à chaque valeur des cartes de caractéristiques."},
    .control = Control::choice,
    .fallback = kReluChoice,
    .choices = kActivationChoices};

constexpr Field kSequenceFields[] = {
    kFiltersField,   kernel_field(255), stride_field(1), kPaddingField,     kPadField,       kDilationField, kGroupsField,
    kActivationField, kLeakySlopeField, kEluAlphaField,  kHeavisideField,   kInitializerField, kInitScaleField, kBiasField,
    kBiasStartField, kFrozenField,
};
constexpr Field kImageFields[] = {
    kFiltersField,
    kernel_field(31),
    stepper("kernel_columns", {"Kernel columns", "Colonnes du noyau"},
            {"The width of a kernel that is not square; 0: as its height.", "La largeur d’un noyau non carré ; 0 : comme sa hauteur."}, 0, 31, 0),
    stride_field(1),
    kPaddingField,
    kPadField,
    kDilationField,
    kGroupsField,
    kActivationField,
    kLeakySlopeField,
    kEluAlphaField,
    kHeavisideField,
    kInitializerField,
    kInitScaleField,
    kBiasField,
    kBiasStartField,
    kFrozenField,
};
constexpr Field kTransposedFields[] = {
    kFiltersField,    kernel_field(31), stride_field(2), kPaddingField,     kPadField,       kActivationField, kLeakySlopeField,
    kEluAlphaField,   kHeavisideField,  kInitializerField, kInitScaleField, kBiasField,      kBiasStartField,  kFrozenField,
};

// What the settings say before an input is known.
struct Options {
  Flavour flavour;
  WindowSettings window;
  int filters, groups;
};

Options options_of(const Settings& settings, Flavour flavour) {
  Options options{flavour, window_settings(settings), settings.integer("filters"), 1};
  WindowSettings& window = options.window;
  window.rows = window.columns = settings.integer("kernel");
  if (flavour == Flavour::sequence) {
    window.rows = 1;
    window.flat = true;
  }
  if (flavour == Flavour::image && settings["kernel_columns"] > 0) window.columns = settings.integer("kernel_columns");
  if (flavour != Flavour::transposed) {
    window.dilation = settings.integer("dilation");
    options.groups = settings.integer("groups");
  }
  return options;
}

// For the transposed flavour `conv` is the convolution whose gradient it is: its input is our output.
struct Plan {
  Conv conv;
  Shape output;
};

Result<Plan> plan_of(const Options& options, std::span<const Shape> inputs) {
  const bool flat = options.flavour == Flavour::sequence, transposed = options.flavour == Flavour::transposed;
  const Result<Planes> planes = flat ? sequence_planes_of(inputs) : image_of(inputs);
  if (!planes) return planes.error();
  const int channels = planes->channels, filters = options.filters;
  const int groups = options.groups == 0 ? channels : options.groups;
  if (channels % groups != 0 || filters % groups != 0) {
    const std::string c = std::to_string(channels), f = std::to_string(filters), g = std::to_string(groups);
    return Error{{c + " channels and " + f + " filters cannot be cut into " + g + " equal groups.",
                  c + " canaux et " + f + " filtres ne se coupent pas en " + g + " groupes égaux."}};
  }
  const Result<WindowPlan> windows = transposed ? plan_transposed(options.window, planes.value())
                                                : plan_windows(options.window, planes.value(), kKernelName);
  if (!windows) return windows.error();
  if (Status wrong = check_output_size(filters, windows.value(), transposed)) return *wrong;
  Plan plan{.conv = {channels, filters, groups, windows->rows, windows->columns}, .output = {}};
  if (flat) plan.output = {filters, windows->columns.out};
  else if (!transposed) plan.output = {filters, windows->rows.out, windows->columns.out};
  else {
    std::swap(plan.conv.channels, plan.conv.filters);
    plan.output = {filters, windows->rows.in, windows->columns.in};
  }
  return plan;
}

Result<Shape> output_of(const Options& options, std::span<const Shape> inputs) {
  const Result<Plan> plan = plan_of(options, inputs);
  if (!plan) return plan.error();
  return plan->output;
}

// Of a shape that infer() has accepted. Not a template: the sentences of the other case are compiled once.
Conv accepted_conv(const Options& options, const Shape& input) { return plan_of(options, {&input, 1})->conv; }

template <class Real>
class Convolution final : public Layer<Real> {
 public:
  Convolution(const Settings& settings, Flavour flavour)
      : options_(options_of(settings, flavour)),
        activation_(chosen_activation(settings)),
        initializer_(find_initializer(settings.choice("initializer"))),
        init_scale_(settings["init_scale"]),
        bias_(settings.on("bias")),
        bias_start_(settings["bias_start"]) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return output_of(options_, inputs); }

  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    const Conv conv = conv_of(inputs[0]);
    const int filters = options_.filters;
    const int fan_in = transposed() ? conv.filters * conv.taps() : conv.depth();
    const int fan_out = (transposed() ? filters : conv.group_filters()) * conv.taps();
    const Shape shape = options_.flavour == Flavour::sequence
                            ? Shape{conv.filters, conv.group_channels(), conv.columns.size}
                            : Shape{conv.filters, conv.group_channels(), conv.rows.size, conv.columns.size};
    std::vector<ParamSpec> specs = {{.name = "weight",
                                     .shape = shape,
                                     .fan_in = fan_in,
                                     .fan_out = fan_out,
                                     .initializer = initializer_->row.key,
                                     .scale = init_scale_,
                                     .decays = true}};
    if (bias_) specs.push_back({.name = "bias", .shape = {filters}, .fan_in = fan_in, .fan_out = fan_out, .constant = bias_start_});
    return specs;
  }

  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int workers) const override {
    const Conv conv = conv_of(inputs[0]);
    const size_t z = static_cast<size_t>(batch) * (transposed() ? conv.in_size() : conv.out_size());
    return {.saved = activation_.row->needs_input ? z : 0, .work = conv_scratch<Real>(conv, workers)};
  }

  Needs needs() const override { return {.inputs = true, .output = activation_.row->reads_output}; }

  // Transposed: each input value meets each weight of its channel.
  int64_t multiply_adds(std::span<const Shape> inputs) const override {
    const Conv conv = conv_of(inputs[0]);
    return static_cast<int64_t>(conv.out_plane()) * conv.filters * conv.depth();
  }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Conv conv = conv_of(x.shape);
    const int width = pass.output.shape.size(), plane = width / options_.filters;
    Real* y = pass.output.data;
    const Real* bias = bias_ ? pass.params + weight_count(conv) : nullptr;
    const ConvCall<Real> call = {conv, x.batch, pass.work, pass.executor, pass.arithmetic};
    const auto activate = [&](size_t first, size_t count, int rows) {
      if (activation_.row->needs_input && pass.saved != nullptr) std::copy(y + first, y + first + count, pass.saved + first);
      activation_.row->template kernels<Real>().forward(activation_.options, y + first, rows, static_cast<int>(count) / rows);
    };
    if (!transposed() && activation_.row->elementwise) {
      const auto finish = [&](size_t first, size_t count) { activate(first, count, 1); };
      const ConvFinish at_once(finish);
      conv_forward(call, x.data, pass.params, bias, y, false, &at_once);
      return;
    }
    if (transposed()) {
      if (bias_) {
        for_row_shares(pass.executor, x.batch * options_.filters, plane, [&](int first, int count) {
          for (int i = first; i < first + count; ++i) {
            Real* to = y + static_cast<size_t>(i) * static_cast<size_t>(plane);
            std::fill(to, to + plane, bias[i % options_.filters]);
          }
        });
      }
      conv_backward_input(call, x.data, pass.params, y, bias_);
    } else {
      conv_forward(call, x.data, pass.params, bias, y, false);
    }
    for_row_shares(pass.executor, x.batch, width, [&](int first, int count) {
      activate(static_cast<size_t>(first) * static_cast<size_t>(width), static_cast<size_t>(count) * static_cast<size_t>(width), count);
    });
  }

  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Conv conv = conv_of(x.shape);
    const int width = pass.d_output.shape.size();
    Real* d_z = pass.d_output.data;  // until now d_a
    for_row_shares(pass.executor, x.batch, width, [&](int first, int count) {
      const size_t at = static_cast<size_t>(first) * static_cast<size_t>(width);
      const Real* z = activation_.row->needs_input ? pass.saved + at : nullptr;
      const Real* a = activation_.row->reads_output ? pass.output.data + at : nullptr;
      activation_.row->template kernels<Real>().backward(activation_.options, z, a, d_z + at, count, width);
    });
    const ConvCall<Real> call = {conv, x.batch, pass.work, pass.executor, pass.arithmetic};
    if (pass.d_params != nullptr) {
      if (transposed()) conv_backward_weights(call, d_z, x.data, pass.d_params);
      else conv_backward_weights(call, x.data, d_z, pass.d_params);
      if (bias_) {
        conv_backward_bias<Real>(pass.executor, pass.d_output.batch, options_.filters, width / options_.filters, d_z, pass.d_params + weight_count(conv));
      }
    }
    if (pass.modes[0] == GradMode::ignore) return;
    const bool accumulate = pass.modes[0] == GradMode::accumulate;
    if (transposed()) conv_forward<Real>(call, d_z, pass.params, nullptr, pass.d_inputs[0].data, accumulate);
    else conv_backward_input(call, d_z, pass.params, pass.d_inputs[0].data, accumulate);
  }

 private:
  Conv conv_of(const Shape& input) const { return accepted_conv(options_, input); }
  static size_t weight_count(const Conv& conv) { return static_cast<size_t>(conv.filters) * static_cast<size_t>(conv.depth()); }
  bool transposed() const { return options_.flavour == Flavour::transposed; }

  Options options_;
  ChosenActivation activation_;
  const InitializerRow* initializer_;
  double init_scale_;
  bool bias_;
  double bias_start_;
};

template <Flavour flavour, class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Convolution<Real>>(settings, flavour);
}

}  // namespace

constinit const LayerRow kConv1dLayer = {
    .row = {.key = "conv1d",
            .label = {"1-D convolution", "Convolution 1D"},
            .help = {"Slides small filters along a sequence: each answers wherever its pattern occurs.",
                     "Fait glisser de petits filtres le long d’une séquence : chacun répond là où passe son motif."},
            .formula = "a = f(w ∗ x + b)",
            .fields = kSequenceFields},
    .make_float = make<Flavour::sequence, float>,
    .make_double = make<Flavour::sequence, double>};

constinit const LayerRow kConv2dLayer = {
    .row = {.key = "conv2d",
            .label = {"2-D convolution", "Convolution 2D"},
            .help = {"Slides small filters over an image: each gives a map of where its pattern occurs.",
                     "Fait glisser de petits filtres sur une image : chacun donne la carte des endroits où passe son motif."},
            .formula = "a = f(w ∗ x + b)",
            .fields = kImageFields},
    .make_float = make<Flavour::image, float>,
    .make_double = make<Flavour::image, double>};

constinit const LayerRow kConvTranspose2dLayer = {
    .row = {.key = "conv_transpose2d",
            .label = {"Transposed convolution", "Convolution transposée"},
            .help = {"Enlarges an image with learned filters: a convolution backwards.",
                     "Agrandit une image par des filtres appris : une convolution à rebours."},
            .formula = "a = f(wᵀ ∗ x + b)",
            .fields = kTransposedFields},
    .make_float = make<Flavour::transposed, float>,
    .make_double = make<Flavour::transposed, double>};

}  // namespace myelin
