// The colours of both themes as plain numbers: no ImGui here, so that tests can check contrast in every build.
#pragma once

#include <array>
#include <cstdint>

namespace myelin::web {

using Colour = uint32_t;  // 0xAABBGGRR, as ImGui packs it

struct Theme {
  bool dark = false;
  Colour page, panel, raised, line, line_strong;     // line_strong: borders and tracks that must be seen
  Colour text, muted, accent, on_accent, accent_soft;  // accent_soft: hover and selection fills
  Colour negative, zero, positive;                   // of weights and outputs: orange, neutral, blue
  Colour good, warning, bad;
  Colour train, validation, test;                    // of the curves; each also has its own dash or marker
  std::array<Colour, 8> classes;                     // Okabe-Ito; black becomes grey in the dark theme
};

const Theme& light_theme();
const Theme& dark_theme();

// Diverging colour of a value in [-1, 1]; t < 0 orange, t > 0 blue.
Colour diverging(const Theme& in, float t);
// Cividis, t in [0, 1]: images and maps of one sign.
Colour sequential(float t);
Colour with_alpha(Colour colour, float alpha);
Colour mix(Colour a, Colour b, float t);
// WCAG 2 contrast ratio of two opaque colours.
float contrast(Colour a, Colour b);

}  // namespace myelin::web
