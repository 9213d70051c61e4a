// What convolutions and pooling share: the settings of a window that slides over an image or a sequence, and the size of
// what comes out. Never names a concrete layer.
#pragma once

#include "kernels/windows.h"
#include "layers/common.h"

namespace myelin {

enum class Padding { valid, same, number };
constexpr Choice kPaddingChoices[] = {
    {"valid", {"none (valid)", "aucun (valid)"}},
    {"same", {"keeps the size (same)", "garde la taille (same)"}},
    {"number", {"a number", "un nombre"}},
};

constexpr Field stepper(const char* key, Text label, Text help, double min, double max, double fallback) {
  return {.key = key, .label = label, .help = help, .control = Control::stepper, .min = min, .max = max, .step = 1, .fallback = fallback};
}
constexpr Field stride_field(double fallback) {
  return stepper("stride", {"Stride", "Pas"}, {"How far the window moves from one output to the next.",
                 "De combien la fenêtre avance d’une sortie à la suivante."}, 1, 64, fallback);
}
constexpr Field kPaddingField = {
    .key = "padding",
    .label = {"Padding", "Remplissage"},
    .help = {"Zeros around the input: none, as many as keep size ÷ stride (an odd one at the end), or a number on each side.",
             "Des zéros autour de l’entrée : aucun, assez pour garder taille ÷ pas (l’impair à la fin), ou un nombre par côté."},
    .control = Control::choice,
    .choices = kPaddingChoices};
constexpr Field kPadField = stepper("pad", {"Zeros on each side", "Zéros par côté"},
                                    {"How many, when the padding is a number.", "Combien, si le remplissage est un nombre."}, 0, 64, 1);

// A sequence is an image of one row.
struct Planes {
  int channels = 1, rows = 1, columns = 1;
};
// The one input of a layer over images ({channels, rows, columns}) or over sequences ({channels, length}, or {length} as one
// channel), or why it is none.
Result<Planes> image_of(std::span<const Shape> inputs);
Result<Planes> sequence_planes_of(std::span<const Shape> inputs);

struct WindowSettings {
  int rows = 1, columns = 1;  // size
  int stride = 1, dilation = 1;
  Padding padding = Padding::valid;
  int pad = 0;
  bool round_up = false;      // the last window may hang over the padded edge, if it starts before it (PyTorch's ceil_mode)
  bool flat = false;          // sequences: the one row is not moved over
};
// "stride", "padding" and "pad"; sizes are the caller's.
WindowSettings window_settings(const Settings& settings);

// How sentences call a window.
struct WindowName {
  const char* en;
  const char* fr;
  const char* fr_larger;  // agrees with `fr`
};
constexpr WindowName kKernelName = {"The kernel ", "Le noyau ", " est plus grand que l’entrée "};
constexpr WindowName kWindowName = {"The window ", "La fenêtre ", " est plus grande que l’entrée "};

struct WindowPlan {
  WindowAxis rows, columns;
};
// Output sizes rounded down where the stride does not fit, as in the courses: floor((N - F + 2P) / S) + 1; `same`: N / S
// rounded up, as in Keras.
Result<WindowPlan> plan_windows(const WindowSettings& settings, const Planes& input, const WindowName& name);
// The other way round: how a convolution of these settings covers what a transposed one makes of this input. `same`: N * S.
Result<WindowPlan> plan_transposed(const WindowSettings& settings, const Planes& input);

// An error when a sample's output would be so large that counting its values is no longer exact in float.
Status check_output_size(int channels, const WindowPlan& plan, bool transposed = false);

}  // namespace myelin
