// Colour tables and colour arithmetic. Must never depend on ImGui or on which theme is in use.
#include "app/palette.h"

#include <algorithm>
#include <cmath>

namespace myelin::web {
namespace {

constexpr Colour rgb(uint32_t hex) {
  return 0xFF000000u | ((hex & 0xFFu) << 16) | (hex & 0xFF00u) | (hex >> 16);
}

constexpr Theme kLight = {
    .dark = false,
    .page = rgb(0xF4F6F8), .panel = rgb(0xFFFFFF), .raised = rgb(0xFFFFFF), .line = rgb(0xDDE2E8), .line_strong = rgb(0x858F9A),
    .text = rgb(0x1B1F24), .muted = rgb(0x57606A), .accent = rgb(0x0B66C2), .on_accent = rgb(0xFFFFFF), .accent_soft = rgb(0xE4EFFA),
    .negative = rgb(0xD9730D), .zero = rgb(0xF1F3F5), .positive = rgb(0x1F77B4),
    .good = rgb(0x1A7F4B), .warning = rgb(0x8A5C00), .bad = rgb(0xB3261E),
    .train = rgb(0x0B66C2), .validation = rgb(0x7A4FB8), .test = rgb(0xC2560C),
    .classes = {rgb(0x0072B2), rgb(0xE69F00), rgb(0x009E73), rgb(0xCC79A7), rgb(0x56B4E9), rgb(0xD55E00), rgb(0xF0E442), rgb(0x000000)},
};

constexpr Theme kDark = {
    .dark = true,
    .page = rgb(0x14171B), .panel = rgb(0x1C2026), .raised = rgb(0x242A31), .line = rgb(0x343B44), .line_strong = rgb(0x76818D),
    .text = rgb(0xE8EBEF), .muted = rgb(0x9AA4AF), .accent = rgb(0x5BA8F5), .on_accent = rgb(0x0D1722), .accent_soft = rgb(0x22364B),
    .negative = rgb(0xF2994A), .zero = rgb(0x2A3038), .positive = rgb(0x56A3E0),
    .good = rgb(0x4CC38A), .warning = rgb(0xE3B341), .bad = rgb(0xFF7B72),
    .train = rgb(0x5BA8F5), .validation = rgb(0xB899F2), .test = rgb(0xF2994A),
    .classes = {rgb(0x0072B2), rgb(0xE69F00), rgb(0x009E73), rgb(0xCC79A7), rgb(0x56B4E9), rgb(0xD55E00), rgb(0xF0E442), rgb(0x8C96A1)},
};

// Cividis (Nunez, Anderton, Renslow 2018) at ten equal steps, linear between them.
constexpr std::array<Colour, 10> kCividis = {rgb(0x00224E), rgb(0x123570), rgb(0x3B496C), rgb(0x575D6D), rgb(0x707173),
                                            rgb(0x8A8678), rgb(0xA59C74), rgb(0xC3B369), rgb(0xE1CC55), rgb(0xFEE838)};

float channel(Colour colour, int shift) { return static_cast<float>((colour >> shift) & 0xFFu); }

double luminance(Colour colour) {
  auto linear = [&](int shift) {
    const double s = static_cast<double>((colour >> shift) & 0xFFu) / 255.0;
    return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(0) + 0.7152 * linear(8) + 0.0722 * linear(16);
}

}  // namespace

const Theme& light_theme() { return kLight; }
const Theme& dark_theme() { return kDark; }

Colour mix(Colour a, Colour b, float t) {
  t = std::clamp(t, 0.0f, 1.0f);
  Colour result = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const float value = channel(a, shift) + (channel(b, shift) - channel(a, shift)) * t;
    result |= static_cast<Colour>(value + 0.5f) << shift;
  }
  return result;
}

Colour with_alpha(Colour colour, float alpha) {
  const float own = channel(colour, 24);
  return (colour & 0xFFFFFFu) | (static_cast<Colour>(own * std::clamp(alpha, 0.0f, 1.0f) + 0.5f) << 24);
}

Colour diverging(const Theme& in, float t) {
  if (!(t == t)) return in.zero;
  return t < 0 ? mix(in.zero, in.negative, -t) : mix(in.zero, in.positive, t);
}

Colour sequential(float t) {
  if (!(t > 0)) return kCividis.front();
  if (t >= 1) return kCividis.back();
  const float scaled = t * static_cast<float>(kCividis.size() - 1);
  const auto cell = static_cast<size_t>(scaled);
  return mix(kCividis[cell], kCividis[cell + 1], scaled - static_cast<float>(cell));
}

float contrast(Colour a, Colour b) {
  const double la = luminance(a), lb = luminance(b);
  return static_cast<float>((std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05));
}

}  // namespace myelin::web
