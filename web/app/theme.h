// One table of colours and measures for both themes. Panels and widgets name tokens, never numbers of their own.
#pragma once

#include "app/palette.h"
#include "imgui.h"

namespace myelin::web {

enum class ThemeChoice { system, light, dark };

const Theme& theme();              // the one in use
void use_theme(bool dark);         // also sets ImGui's style

// Measures in CSS pixels.
inline constexpr float kGap = 8, kGapWide = 16, kPadding = 16, kRadius = 8, kControlRadius = 6;
float control_height();            // 30, or 44 when the pointer is coarse
void set_coarse_pointer(bool coarse);

// Diverging colour of a value in [-1, 1] in the theme in use; t < 0 orange, t > 0 blue.
ImU32 diverging(float t);
bool coarse_pointer();

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

// Shapes in the fonts' texture, `radius` (to a corner, or half a side) in physical pixels, with one more of soft edge around.
// For widgets/ink.cpp, which says what they are.
struct ShapePicture {
  float radius;
  ImVec2 uv0, uv1;
};
const ShapePicture& shape_picture(int shape, float least_radius);  // the largest, if none is as large

}  // namespace myelin::web
