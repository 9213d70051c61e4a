// Bakes the embedded fonts, and shapes for points, at physical pixels. ImGui sizes a font by its line, CSS by its em: Inter's line is 1.21 em, so
// 15 px of text stand in lines of 18. Small sizes get Greek and mathematical signs, titles Latin only, so that the
// atlas stays small. tools/subset_fonts.py must know every range named here.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/theme.h"
#include "embedded/myelin_assets.h"

namespace myelin::web {
namespace {

constinit Fonts g_fonts{};

// Close enough to each other that a picture is never shrunk by more than a third.
constexpr std::array<int, 9> kRadii = {2, 3, 4, 5, 7, 9, 12, 16, 20};
// Corners and turn of the shapes of widgets/ink.h, in their order.
struct Outline {
  int corners;  // 0: a disc; 1: a square whose corners are round to half of half its side
  float turn;
};
constexpr std::array<Outline, 9> kOutlines = {{{0, 0}, {4, 0.7853982f}, {3, 0}, {4, 0}, {3, 3.1415927f}, {5, 0}, {6, 0}, {8, 0.3926991f}, {1, 0}}};
constinit std::array<std::array<ShapePicture, kRadii.size()>, kOutlines.size()> g_shapes{};

constexpr std::array<ImWchar, 27> kLatin = {0x20,   0x7E,   0xA0,   0x17F,  0x2007, 0x2007, 0x2009, 0x2009, 0x2010,
                                            0x2026, 0x202F, 0x202F, 0x2030, 0x2033, 0x2039, 0x203A, 0x2070, 0x208E,
                                            0x20AC, 0x20AC, 0x2192, 0x2192, 0x2212, 0x2212, 0x221E, 0x221E, 0};
// One range over all blocks with signs: only glyphs that the subset has are baked.
constexpr std::array<ImWchar, 5> kSigns = {0x0370, 0x03FF, 0x1D40, 0x2FFF, 0};

struct Source {
  const char* file;
  const ImWchar* ranges;
  bool merge;
};

ImFont* add(ImFontAtlas& atlas, const Source& source, float pixels, bool dense) {
  const auto bytes = assets::embedded_file(source.file);
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.MergeMode = source.merge;
  config.PixelSnapH = dense;
  // Where pixels are large, letters stand at thirds of a pixel: rounded widths would tear words apart.
  config.OversampleH = dense ? 1 : 3;
  config.OversampleV = 1;
  config.GlyphRanges = source.ranges;
  // ImGui takes a mutable pointer but only reads when the atlas does not own the data.
  void* data = const_cast<void*>(static_cast<const void*>(bytes.data()));
  return atlas.AddFontFromMemoryTTF(data, static_cast<int>(bytes.size()), pixels, &config);
}

ImFont* add_words(ImFontAtlas& atlas, const char* file, float line, float ratio, bool signs) {
  const float pixels = std::round(line * ratio);
  const bool dense = ratio > 1.6f;
  ImFont* font = add(atlas, {file, kLatin.data(), false}, pixels, dense);
  if (signs) {
    add(atlas, {"inter-regular.otf", kSigns.data(), true}, pixels, dense);
    add(atlas, {"dejavu-signs.ttf", kSigns.data(), true}, std::round(pixels * 0.93f), dense);
  }
  return font;
}

constexpr int side_of(int radius) { return 2 * radius + 2; }

// How far a place lies outside the shape; negative: inside.
float outside(const Outline& outline, float radius, float x, float y) {
  if (outline.corners == 0) return std::hypot(x, y) - radius;
  if (outline.corners == 1) return std::hypot(std::max(0.0f, std::fabs(x) - radius * 0.5f), std::max(0.0f, std::fabs(y) - radius * 0.5f)) - radius * 0.5f;
  float most = -radius;
  const float half = 3.1415927f / static_cast<float>(outline.corners);
  for (int i = 0; i < outline.corners; ++i) {
    const float angle = outline.turn + half * static_cast<float>(2 * i + 1);
    most = std::max(most, x * std::sin(angle) - y * std::cos(angle));
  }
  return most - radius * std::cos(half);
}

// One texel of fall-off, centred on the edge, as the lines of the atlas have it.
void paint_shape(unsigned char* pixels, int stride, const Outline& outline, int radius) {
  const int side = side_of(radius);
  const float middle = static_cast<float>(side - 1) * 0.5f;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float away = outside(outline, static_cast<float>(radius), static_cast<float>(x) - middle, static_cast<float>(y) - middle);
      pixels[y * stride + x] = static_cast<unsigned char>(std::lround(255 * std::clamp(0.5f - away, 0.0f, 1.0f)));
    }
  }
}

// `first`: the number of the first of their rectangles in the atlas.
void paint_shapes(ImFontAtlas& atlas, int first) {
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  atlas.GetTexDataAsAlpha8(&pixels, &width, &height);
  for (size_t shape = 0; shape < kOutlines.size(); ++shape)
    for (size_t i = 0; i < kRadii.size(); ++i) {
      const ImFontAtlasCustomRect& place = *atlas.GetCustomRectByIndex(first++);
      paint_shape(pixels + place.Y * width + place.X, width, kOutlines[shape], kRadii[i]);
      ShapePicture& picture = g_shapes[shape][i];
      picture.radius = static_cast<float>(kRadii[i]);
      atlas.CalcCustomRectUV(&place, &picture.uv0, &picture.uv1);
    }
}

}  // namespace

const ShapePicture& shape_picture(int shape, float least_radius) {
  size_t i = 0;
  while (i + 1 < kRadii.size() && static_cast<float>(kRadii[i]) < least_radius) ++i;
  return g_shapes[static_cast<size_t>(shape)][i];
}

const Fonts& fonts() { return g_fonts; }

void bake_fonts(float pixel_ratio) {
  ImGuiIO& io = ImGui::GetIO();
  ImFontAtlas& atlas = *io.Fonts;
  atlas.Clear();
  atlas.TexDesiredWidth = pixel_ratio > 1.6f ? 2048 : 1024;
  atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  constexpr const char* kRegular = "inter-regular.otf";
  constexpr const char* kSemiBold = "inter-semibold.otf";
  g_fonts.base = add_words(atlas, kRegular, 18, pixel_ratio, true);
  g_fonts.medium = add_words(atlas, kRegular, 16, pixel_ratio, true);
  g_fonts.small = add_words(atlas, kRegular, 15, pixel_ratio, true);
  g_fonts.strong = add_words(atlas, kSemiBold, 18, pixel_ratio, false);
  g_fonts.title = add_words(atlas, kSemiBold, 22, pixel_ratio, false);
  g_fonts.big = add_words(atlas, kSemiBold, 29, pixel_ratio, false);
  io.FontDefault = g_fonts.base;
  io.FontGlobalScale = 1.0f / pixel_ratio;
  const int first = atlas.CustomRects.Size;
  for (size_t shape = 0; shape < kOutlines.size(); ++shape)
    for (const int radius : kRadii) atlas.AddCustomRectRegular(side_of(radius), side_of(radius));
  atlas.Build();
  paint_shapes(atlas, first);
}

}  // namespace myelin::web
