// The settings of layers that multiply by weights and add a bias: how both start. Never names a concrete layer.
#pragma once

#include "layers/common.h"
#include "nn/initializer.h"

namespace myelin {

constexpr Field kInitializerField = {
    .key = "initializer",
    .label = {"Initial weights", "Poids initiaux"},
    .help = {"The distribution from which the first weights are drawn.", "La loi dont sont tirés les premiers poids."},
    .control = Control::choice,
    .fallback = kXavierChoice,
    .choices = kInitializerChoices};
constexpr Field kInitScaleField = {
    .key = "init_scale",
    .label = {"Initial scale", "Échelle initiale"},
    .help = {"The deviation (normal) or half width (uniform) of the first weights; for Xavier and He, a factor of theirs.",
             "L’écart type (normale) ou la demi-largeur (uniforme) des premiers poids ; pour Xavier et He, un facteur."},
    .control = Control::log_slider,
    .min = 0,
    .max = 10,
    .step = 0.001,
    .fallback = 1};
constexpr Field kBiasField = {
    .key = "bias",
    .label = {"Bias", "Biais"},
    .help = {"Gives each neuron a number of its own that is added to its weighted sum.",
             "Donne à chaque neurone un nombre propre, ajouté à sa somme pondérée."},
    .control = Control::toggle,
    .fallback = 1};
constexpr Field kBiasStartField = {
    .key = "bias_start",
    .label = {"Initial bias", "Biais initial"},
    .help = {"The value from which every bias of this layer starts.", "La valeur de départ de tous les biais de cette couche."},
    .control = Control::slider,
    .min = -1,
    .max = 1,
    .step = 0.05,
    .fallback = 0};

}  // namespace myelin
