// Sizes and padding of sliding windows, and the sentences about what does not fit. Knows no values.
#include "layers/windows.h"

namespace myelin {
namespace {

constexpr int64_t kMostValues = int64_t{1} << 24;  // of one sample; VGG's largest has 3.2 million

std::string by(int rows, int columns, bool flat) {
  return flat ? std::to_string(columns) : std::to_string(rows) + "x" + std::to_string(columns);
}

// Padding before and behind the input of one axis.
struct Pads {
  int begin = 0, end = 0;
};

Pads pads_of(const WindowSettings& settings, int in, int span) {
  if (settings.padding == Padding::number) return {settings.pad, settings.pad};
  if (settings.padding == Padding::valid) return {};
  const int out = (in + settings.stride - 1) / settings.stride;
  const int total = std::max(0, (out - 1) * settings.stride + span - in);
  return {total / 2, total - total / 2};
}

// The positions a window covers, with its gaps.
int span_of(const WindowSettings& settings, int size) { return (size - 1) * settings.dilation + 1; }

// `out` stays 0 when the window does not fit.
WindowAxis plan_axis(const WindowSettings& settings, int in, int size, bool flat) {
  WindowAxis axis{.in = in, .out = 1, .size = size};
  if (flat) return axis;
  axis.stride = settings.stride;
  axis.dilation = settings.dilation;
  const Pads pads = pads_of(settings, in, span_of(settings, size));
  axis.begin = pads.begin;
  const int room = in + pads.begin + pads.end - span_of(settings, size);
  if (room < 0) {
    axis.out = 0;
    return axis;
  }
  axis.out = room / settings.stride + 1;
  if (settings.round_up && room % settings.stride != 0 && axis.out * settings.stride < in + pads.begin) ++axis.out;
  return axis;
}

}  // namespace

Result<Planes> image_of(std::span<const Shape> inputs) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  const Shape& in = inputs[0];
  if (in.rank == 3) return Planes{in[0], in[1], in[2]};
  return Error{{"This layer takes images (channels x rows x columns), not " + in.to_string() + ".",
                "Cette couche prend des images (canaux x lignes x colonnes), et non " + in.to_string() + "."}};
}

Result<Planes> sequence_planes_of(std::span<const Shape> inputs) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  const Shape& in = inputs[0];
  if (in.rank == 1) return Planes{1, 1, in[0]};
  if (in.rank == 2) return Planes{in[0], 1, in[1]};
  return Error{{"This layer takes sequences (channels x length), not " + in.to_string() + ".",
                "Cette couche prend des séquences (canaux x longueur), et non " + in.to_string() + "."}};
}

WindowSettings window_settings(const Settings& settings) {
  const std::string_view padding = settings.choice("padding");
  return {.stride = settings.integer("stride"),
          .padding = padding == "same" ? Padding::same : padding == "number" ? Padding::number : Padding::valid,
          .pad = settings.integer("pad")};
}

Result<WindowPlan> plan_windows(const WindowSettings& settings, const Planes& input, const WindowName& name) {
  const WindowPlan plan = {plan_axis(settings, input.rows, settings.rows, settings.flat),
                           plan_axis(settings, input.columns, settings.columns, false)};
  if (plan.rows.out > 0 && plan.columns.out > 0) return plan;
  const int rows = span_of(settings, settings.rows), columns = span_of(settings, settings.columns);
  const bool gaps = rows != settings.rows || columns != settings.columns;
  const int around = settings.padding == Padding::number ? 2 * settings.pad : 0;
  const std::string covered = by(rows, columns, settings.flat);
  const std::string room = by(input.rows + around, input.columns + around, settings.flat);
  return Error{{name.en + covered + (gaps ? " (with its gaps)" : "") + " is larger than the input " + room + (around > 0 ? " (with its padding)." : "."),
                name.fr + covered + (gaps ? " (avec ses trous)" : "") + name.fr_larger + room + (around > 0 ? " (avec son remplissage)." : ".")}};
}

Result<WindowPlan> plan_transposed(const WindowSettings& settings, const Planes& input) {
  const auto plan_axis_back = [&settings](int in, int size) {
    WindowAxis axis{.out = in, .size = size, .stride = settings.stride, .dilation = settings.dilation};
    const int span = span_of(settings, size);
    axis.in = (in - 1) * settings.stride + span;
    if (settings.padding == Padding::same) {
      axis.in = in * settings.stride;
      axis.begin = std::max(0, span - settings.stride) / 2;
    }
    if (settings.padding == Padding::number) {
      axis.in -= 2 * settings.pad;
      axis.begin = settings.pad;
    }
    return axis;
  };
  const WindowPlan plan = {plan_axis_back(input.rows, settings.rows), plan_axis_back(input.columns, settings.columns)};
  if (plan.rows.in > 0 && plan.columns.in > 0) return plan;
  const std::string pad = std::to_string(settings.pad);
  return Error{{"A padding of " + pad + " takes away the whole output.", "Un remplissage de " + pad + " enlève toute la sortie."}};
}

Status check_output_size(int channels, const WindowPlan& plan, bool transposed) {
  const int64_t plane = transposed ? static_cast<int64_t>(plan.rows.in) * plan.columns.in : static_cast<int64_t>(plan.rows.out) * plan.columns.out;
  if (plane * channels <= kMostValues) return {};
  return Error{{"The output would have more than 16 million values.", "La sortie aurait plus de 16 millions de valeurs."}};
}

}  // namespace myelin
