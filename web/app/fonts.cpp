// Bakes the embedded fonts, and discs for points, at physical pixels. ImGui sizes a font by its line, CSS by its em: Inter's line is 1.21 em, so
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
constexpr std::array<int, 9> kDiscRadii = {2, 3, 4, 5, 7, 9, 12, 16, 20};
constinit std::array<DiscPicture, kDiscRadii.size()> g_discs{};

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

constexpr int disc_side(int radius) { return 2 * radius + 2; }

// One texel of fall-off, centred on the edge, as the lines of the atlas have it.
void paint_disc(unsigned char* pixels, int stride, int radius) {
  const int side = disc_side(radius);
  const float middle = static_cast<float>(side) * 0.5f;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float away = std::hypot(static_cast<float>(x) + 0.5f - middle, static_cast<float>(y) + 0.5f - middle);
      pixels[y * stride + x] = static_cast<unsigned char>(std::lround(255 * std::clamp(static_cast<float>(radius) + 0.5f - away, 0.0f, 1.0f)));
    }
  }
}

void paint_discs(ImFontAtlas& atlas, const std::array<int, kDiscRadii.size()>& places) {
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  atlas.GetTexDataAsAlpha8(&pixels, &width, &height);
  for (size_t i = 0; i < places.size(); ++i) {
    const ImFontAtlasCustomRect& place = *atlas.GetCustomRectByIndex(places[i]);
    paint_disc(pixels + place.Y * width + place.X, width, kDiscRadii[i]);
    g_discs[i].radius = static_cast<float>(kDiscRadii[i]);
    atlas.CalcCustomRectUV(&place, &g_discs[i].uv0, &g_discs[i].uv1);
  }
}

}  // namespace

const DiscPicture* disc_picture(float least_radius) {
  for (const DiscPicture& picture : g_discs)
    if (picture.radius >= least_radius) return &picture;
  return nullptr;
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
  std::array<int, kDiscRadii.size()> places{};
  for (size_t i = 0; i < places.size(); ++i) places[i] = atlas.AddCustomRectRegular(disc_side(kDiscRadii[i]), disc_side(kDiscRadii[i]));
  atlas.Build();
  paint_discs(atlas, places);
}

}  // namespace myelin::web
