// See fit_text.h.
#include "widgets/fit_text.h"

#include <algorithm>
#include <cfloat>
#include <cstring>

#include "app/theme.h"

namespace myelin::web {
namespace {

constexpr float kTwoLines = 28;   // a control this high has room for two lines of the smallest letters
constexpr float kSmallest = 0.77f;  // of the small letters: not quite 10 px
constexpr float kTolerance = 0.5f;

float scale() { return ImGui::GetIO().FontGlobalScale; }

float width_of(ImFont* font, float size, const char* begin, const char* end) { return font->CalcTextSizeA(size, FLT_MAX, 0, begin, end).x; }

// ImGui's own names of controls end at "##".
const char* visible_end(const char* text) {
  const char* mark = std::strstr(text, "##");
  return mark != nullptr ? mark : text + std::strlen(text);
}

// The space whose two sides are closest in width; null: a single word.
const char* middle_space(ImFont* font, float size, const char* text, const char* end) {
  const char* best = nullptr;
  float least = FLT_MAX;
  for (const char* at = text; at < end; ++at) {
    if (*at != ' ') continue;
    const float longer = std::max(width_of(font, size, text, at), width_of(font, size, at + 1, end));
    if (longer >= least) continue;
    least = longer;
    best = at;
  }
  return best;
}

}  // namespace

FittedText fit_text(ImFont* font, const char* text, float width, float height) {
  FittedText fitted;
  const Fonts& all = fonts();
  const char* end = visible_end(text);
  fitted.end = end;
  const float room = width + kTolerance;
  const auto fits = [&](ImFont* with) {
    fitted.font = with;
    fitted.size = with->FontSize * scale();
    return width_of(with, fitted.size, text, end) <= room;
  };
  if (fits(font)) return fitted;
  if (font == all.base && fits(all.medium)) return fitted;
  const bool words = font == all.base || font == all.medium || font == all.small;
  if (words) {
    if (fits(all.small)) return fitted;
    const char* space = height >= kTwoLines ? middle_space(all.small, fitted.size, text, end) : nullptr;
    const float widest = space == nullptr ? FLT_MAX : std::max(width_of(all.small, fitted.size, text, space), width_of(all.small, fitted.size, space + 1, end));
    const float full = width_of(all.small, fitted.size, text, end);
    if (widest > room && full * kSmallest <= room) {
      fitted.size *= width / full;
      return fitted;
    }
    if (widest * kSmallest <= room) {
      if (widest > room) fitted.size *= width / widest;
      fitted.end = space;
      fitted.second = space + 1;
      return fitted;
    }
  }
  fitted.cut = true;
  const char* rest = end;
  const float ellipsis = width_of(fitted.font, fitted.size, "…", nullptr);
  fitted.font->CalcTextSizeA(fitted.size, std::max(1.0f, width - ellipsis), 0, text, end, &rest);
  while (rest > text && rest[-1] == ' ') --rest;
  fitted.end = rest;
  return fitted;
}

}  // namespace myelin::web
