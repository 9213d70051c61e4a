// The settings that generated data sets share. Their keys and bounds are frozen: they stand in links.
#pragma once

#include "myelin/settings.h"

namespace myelin::data {

// What 50 % means differs from one data set to the next, so each gives its own sentence.
constexpr Field noise_field(Text help) {
  return {.key = "noise",
          .label = {"Noise (%)", "Bruit (%)"},
          .help = help,
          .control = Control::slider,
          .min = 0,
          .max = 50,
          .step = 5,
          .fallback = 0};
}

constexpr Field samples_field(double min, double max, double fallback) {
  return {.key = "samples",
          .label = {"Samples", "Exemples"},
          .help = {"How many samples are drawn, all parts together. More samples never change the first ones.",
                   "Le nombre d’exemples tirés, tous ensembles confondus. En ajouter ne change jamais les premiers."},
          .control = Control::stepper,
          .min = min,
          .max = max,
          .step = 1,
          .fallback = fallback};
}

inline constexpr Field kSamples = samples_field(10, 20000, 500);

constexpr Field length_field(Text help, double min, double max, double fallback) {
  return {.key = "length",
          .label = {"Length", "Longueur"},
          .help = help,
          .control = Control::stepper,
          .min = min,
          .max = max,
          .step = 1,
          .fallback = fallback};
}

// Also decides which samples become test and validation samples.
constexpr Field seed_field(Text help) {
  return {.key = "seed",
          .label = {"Data seed", "Graine des données"},
          .help = help,
          .control = Control::stepper,
          .min = 0,
          .max = 999999999,
          .step = 1,
          .fallback = 1};
}

inline constexpr Field kSeed = seed_field(
    {"The number from which the samples and their split follow: the same seed gives the same data.",
     "Le nombre dont découlent les exemples et leur répartition : la même graine redonne les mêmes données."});

// For data that is not drawn.
inline constexpr Field kSplitSeed = seed_field(
    {"The number from which the split into training, validation and test samples follows.",
     "Le nombre dont découle la répartition entre apprentissage, validation et test."});

}  // namespace myelin::data
