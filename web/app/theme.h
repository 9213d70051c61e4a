// One table of colours and measures for both themes. Panels and widgets name tokens, never numbers of their own.
#pragma once

#include <array>
#include <cstdint>

#include "imgui.h"

namespace myelin::web {

enum class ThemeChoice { system, light, dark };

struct Theme {
  bool dark = false;
  ImU32 page, panel, raised, line, line_strong;
  ImU32 text, muted, accent, on_accent, accent_soft;       // accent_soft: hover and selection fills
  ImU32 negative, zero, positive;                          // of weights and outputs: orange, neutral, blue
  ImU32 good, warning, bad;
  ImU32 train, validation, test;                           // of the curves; each also has its own dash or marker
  std::array<ImU32, 8> classes;                            // Okabe-Ito; black becomes grey in the dark theme
};

const Theme& light_theme();
const Theme& dark_theme();
const Theme& theme();              // the one in use
void use_theme(bool dark);         // also sets ImGui's style

// Measures in CSS pixels.
inline constexpr float kGap = 8, kGapWide = 16, kPadding = 16, kRadius = 8, kControlRadius = 6;
float control_height();            // 30, or 44 when the pointer is coarse
void set_coarse_pointer(bool coarse);

// Diverging colour of a value in [-1, 1]; t < 0 orange, t > 0 blue.
ImU32 diverging(float t);
// Cividis, t in [0, 1]: images and maps of one sign.
ImU32 sequential(float t);
ImU32 with_alpha(ImU32 colour, float alpha);
ImU32 mix(ImU32 a, ImU32 b, float t);
// WCAG 2 contrast ratio of two opaque colours.
float contrast(ImU32 a, ImU32 b);

// Fonts: Inter for words with tabular figures, DejaVu Sans for signs it lacks.
struct Fonts {
  ImFont* small;     // 12
  ImFont* base;      // 15
  ImFont* medium;    // 13
  ImFont* title;     // 18 semi-bold
  ImFont* strong;    // 15 semi-bold
  ImFont* big;       // 24 semi-bold
};
const Fonts& fonts();
void bake_fonts(float pixel_ratio);  // call again when the ratio changes; sets FontGlobalScale

}  // namespace myelin::web
