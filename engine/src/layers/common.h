// What several layers share: fields of the activation functions, even shares of rows, gradients handed on. Never names a
// concrete layer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "nn/activation.h"
#include "nn/layer.h"

namespace myelin {

// The fields of everything that applies an activation function; keys are shared by all layers.
constexpr Choice kHeavisideChoices[] = {
    {"one", {"H(0) = 1", "H(0) = 1"}},
    {"zero", {"H(0) = 0", "H(0) = 0"}},
    {"half", {"H(0) = ½", "H(0) = ½"}},
};
constexpr Field kLeakySlopeField = {
    .key = "leaky_slope",
    .label = {"Leaky ReLU slope α", "Pente α de Leaky ReLU"},
    .help = {"The slope of leaky ReLU for negative inputs.", "La pente de Leaky ReLU pour les entrées négatives."},
    .control = Control::slider,
    .min = 0,
    .max = 1,
    .step = 0.01,
    .fallback = 0.01};
constexpr Field kEluAlphaField = {
    .key = "elu_alpha",
    .label = {"ELU α", "α de ELU"},
    .help = {"ELU tends to −α for very negative inputs.", "ELU tend vers −α pour les entrées très négatives."},
    .control = Control::slider,
    .min = 0,
    .max = 5,
    .step = 0.05,
    .fallback = 1};
constexpr Field kHeavisideField = {
    .key = "heaviside_at_zero",
    .label = {"Heaviside step at 0", "Marche de Heaviside en 0"},
    .help = {"What the step answers exactly at 0: courses differ, and XOR by hand needs 1.",
             "Ce que vaut la marche exactement en 0 : les cours diffèrent, et XOR à la main demande 1."},
    .control = Control::choice,
    .choices = kHeavisideChoices};

// For every layer with parameters: the graph reads it by its key.
constexpr Field kFrozenField = {
    .key = "frozen",
    .label = {"Frozen", "Gelée"},
    .help = {"Keeps the parameters of this layer as they are while the others learn.",
             "Garde les paramètres de cette couche tels quels pendant que les autres apprennent."},
    .control = Control::toggle};

// The activation a layer's settings choose, by the fields above and "activation".
struct ChosenActivation {
  const ActivationRow* row = nullptr;
  ActivationOptions options;
};
ChosenActivation chosen_activation(const Settings& settings);

// Calls work(first, count) for shares of `rows` of `width` values. Shares depend on the shape alone; what is small is one.
template <class Work>
void for_row_shares(Executor& executor, int rows, int width, Work&& work) {
  constexpr int kShare = 8192;  // values: about 10 us of activation functions, more than starting a tile costs
  if (static_cast<int64_t>(rows) * width <= kShare) {
    if (rows > 0) work(0, rows);
    return;
  }
  const int most_rows = std::max(1, kShare / std::max(1, width)), tiles = (rows + most_rows - 1) / most_rows;
  const int rows_per_tile = (rows + tiles - 1) / tiles;  // 8 of 32 four times, not 10, 10, 10 and 2
  executor.run(tiles, [&](int tile, int) {
    const int first = tile * rows_per_tile;
    if (first < rows) work(first, std::min(rows_per_tile, rows - first));
  });
}

// Hands a gradient of `count` values on to an input's buffer, as its mode says.
template <class Real>
void deliver(GradMode mode, const Real* source, Real* destination, size_t count) {
  if (mode == GradMode::overwrite) std::copy(source, source + count, destination);
  if (mode != GradMode::accumulate) return;
  for (size_t i = 0; i < count; ++i) destination[i] += source[i];
}

// "1x8x8, 16 and 4", for sentences about wirings.
Message list_shapes(std::span<const Shape> shapes);

// The wrong number of inputs, in a sentence; empty when `count` is within the bounds.
Status check_input_count(std::span<const Shape> inputs, int at_least, int at_most);

// Of layers that divide by a deviation.
constexpr Field kVarianceEpsField = {
    .key = "eps",
    .label = {"Epsilon ε", "Epsilon ε"},
    .help = {"Added to the variance, so that equal values divide by no zero.",
             "Ajouté à la variance, pour que des valeurs égales ne divisent pas par zéro."},
    .control = Control::log_slider,
    .min = 1e-8,
    .max = 0.1,
    .step = 1e-8,
    .fallback = 1e-5};

}  // namespace myelin
