// See paint.h. The only place, with icons.cpp, that knows ImGui's internals for drawing.
#include "widgets/paint.h"

#include <algorithm>
#include <string>

#include "widgets/fit_text.h"

namespace myelin::web {

Press press_area(const char* id, ImVec2 size) {
  Press press;
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  press.id = window->GetID(id);
  press.rect = ImRect(window->DC.CursorPos, ImVec2(window->DC.CursorPos.x + size.x, window->DC.CursorPos.y + size.y));
  ImGui::ItemSize(size, 0);
  press.visible = ImGui::ItemAdd(press.rect, press.id);
  if (!press.visible) return press;
  press.pressed = ImGui::ButtonBehavior(press.rect, press.id, &press.hovered, &press.held, ImGuiButtonFlags_None);
  if (press.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return press;
}

bool keyboard_on(ImGuiID id) {
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  return g.NavId == id && !g.NavDisableHighlight;
}

void focus_ring(const Press& press, float rounding) {
  if (!keyboard_on(press.id)) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  // The ring lies outside and may cross the edge of a card's clip rectangle by its own width.
  ImRect clip = ImGui::GetCurrentWindow()->ClipRect;
  clip.Expand(4);
  list->PushClipRect(clip.Min, clip.Max);
  constexpr float kOut = 2.5f;
  list->AddRect(ImVec2(press.rect.Min.x - kOut, press.rect.Min.y - kOut), ImVec2(press.rect.Max.x + kOut, press.rect.Max.y + kOut),
                theme().accent, rounding + kOut, 0, 2);
  list->PopClipRect();
}

float font_size(ImFont* font) { return font->FontSize * ImGui::GetIO().FontGlobalScale; }

float text_width(ImFont* font, const char* text) {
  return font->CalcTextSizeA(font_size(font), FLT_MAX, 0, text, ImGui::FindRenderedTextEnd(text)).x;
}

void draw_text(ImFont* font, ImVec2 at, ImU32 colour, const char* text) {
  ImGui::GetWindowDrawList()->AddText(font, font_size(font), at, faded(colour), text, ImGui::FindRenderedTextEnd(text));
}

void draw_text_in(ImFont* font, const ImRect& rect, ImU32 colour, const char* text, Align align) {
  const float room = rect.GetWidth();
  const FittedText fitted = fit_text(font, text, room, rect.GetHeight());
  const float share = align == Align::left ? 0.0f : align == Align::centre ? 0.5f : 1.0f;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto line = [&](const char* begin, const char* end, float y) {
    const float width = fitted.font->CalcTextSizeA(fitted.size, FLT_MAX, 0, begin, end).x;
    list->AddText(fitted.font, fitted.size, ImVec2(rect.Min.x + std::max(0.0f, room - width) * share, y), faded(colour), begin, end);
  };
  if (fitted.second != nullptr) {
    constexpr float kApart = 0.9f;  // two lines stand closer than the font's own distance
    const float step = fitted.size * kApart, top = rect.GetCenter().y - (step + fitted.size) * 0.5f;
    line(text, fitted.end, top);
    line(fitted.second, ImGui::FindRenderedTextEnd(fitted.second), top + step);
    return;
  }
  const float y = rect.Min.y + (rect.GetHeight() - fitted.size) * 0.5f;
  if (!fitted.cut) return line(text, fitted.end, y);
  const std::string cut = std::string(text, fitted.end) + "…";
  line(cut.c_str(), cut.c_str() + cut.size(), y);
}

float hairline() { return std::max(0.5f, ImGui::GetIO().FontGlobalScale); }

ImU32 faded(ImU32 colour) { return with_alpha(colour, ImGui::GetStyle().Alpha); }

void draw_frame(const ImRect& rect, ImU32 fill, ImU32 border, float rounding) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  if ((fill >> 24) != 0) list->AddRectFilled(rect.Min, rect.Max, faded(fill), rounding);
  if ((border >> 24) != 0) {
    const float width = hairline(), half = width * 0.5f;
    list->AddRect(ImVec2(rect.Min.x + half - 0.5f, rect.Min.y + half - 0.5f), ImVec2(rect.Max.x - half + 0.5f, rect.Max.y - half + 0.5f),
                  faded(border), rounding, 0, width);
  }
}

}  // namespace myelin::web
