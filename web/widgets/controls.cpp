// Cards, buttons, switches, choices and tooltips in the product's look. No state of its own: ImGui's storage keeps animations.
#include "widgets/controls.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "app/frames.h"
#include "widgets/backdrop.h"
#include "widgets/paint.h"
#include "widgets/typed_number.h"

namespace myelin::web {
namespace {

float full_width() { return std::max(1.0f, ImGui::GetContentRegionAvail().x); }

// Background and border of a card, in the list of the window that it stands in: below everything of the card's own.
void card_frame(ImDrawList* list, const ImRect& rect) {
  const float width = hairline(), half = width * 0.5f;
  draw_backdrop(list, rect.Min, rect.Max, theme().panel, kRadius);
  list->AddRect(ImVec2(rect.Min.x + half - 0.5f, rect.Min.y + half - 0.5f), ImVec2(rect.Max.x - half + 0.5f, rect.Max.y - half + 0.5f), theme().line,
                kRadius, 0, width);
}

// The question mark in a card's title line.
void help_mark(const char* help, float size) {
  const Press press = press_area("##help", ImVec2(size, size));
  if (!press.visible) return;
  const Theme& t = theme();
  const ImVec2 centre = press.rect.GetCenter();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 colour = press.hovered || keyboard_on(press.id) ? t.accent : t.muted;
  list->AddCircle(centre, 8, faded(mix(colour, t.panel, 0.35f)), 24, 1.2f);
  draw_text_in(fonts().small, press.rect, colour, "?", Align::centre);
  focus_ring(press, size * 0.5f);
  tooltip_on_hover(help);
}

ImU32 fill_of(const Press& press, ButtonStyle style) {
  const Theme& t = theme();
  if (style == ButtonStyle::primary) return press.held ? mix(t.accent, t.text, 0.25f) : press.hovered ? mix(t.accent, t.text, 0.12f) : t.accent;
  const ImU32 rest = style == ButtonStyle::normal ? t.raised : with_alpha(t.accent_soft, 0);
  return press.held ? mix(t.accent_soft, t.accent, 0.18f) : press.hovered ? t.accent_soft : rest;
}

ImU32 ink_of(ButtonStyle style) { return style == ButtonStyle::primary ? theme().on_accent : theme().text; }

void draw_button_frame(const Press& press, ButtonStyle style) {
  const ImU32 border = style == ButtonStyle::normal ? theme().line : with_alpha(theme().line, 0);
  draw_frame(press.rect, fill_of(press, style), border);
}

void draw_check(ImDrawList* list, ImVec2 centre, ImU32 colour) {
  list->PathLineTo(ImVec2(centre.x - 4, centre.y + 0.2f));
  list->PathLineTo(ImVec2(centre.x - 1.2f, centre.y + 3));
  list->PathLineTo(ImVec2(centre.x + 4.2f, centre.y - 3.2f));
  list->PathStroke(colour, 0, 1.7f);
}

void draw_chevron(ImDrawList* list, ImVec2 centre, ImU32 colour) {
  list->PathLineTo(ImVec2(centre.x - 3.5f, centre.y - 1.75f));
  list->PathLineTo(ImVec2(centre.x, centre.y + 1.75f));
  list->PathLineTo(ImVec2(centre.x + 3.5f, centre.y - 1.75f));
  list->PathStroke(colour, 0, 1.5f);
}

}  // namespace

bool begin_card(const char* id, const char* title, const char* help, float height) {
  const Theme& t = theme();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(kPadding, 12));
  ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, hairline());
  const ImGuiChildFlags fit = height > 0 ? 0 : ImGuiChildFlags_AutoResizeY;
  // A card of a given height may have a scroll bar, which BeginChild draws; how high the others are is only known after it.
  ImDrawList* around = ImGui::GetWindowDrawList();
  if (height > 0) {
    const ImVec2 at = ImFloor(ImGui::GetCursorScreenPos());
    card_frame(around, ImRect(at, ImVec2(at.x + ImFloor(full_width()), at.y + ImFloor(height))));
  }
  ImGui::BeginChild(id, ImVec2(0, std::max(0.0f, height)), ImGuiChildFlags_Border | fit,
                    ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoBackground |
                        (height > 0 ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse));
  ImGui::PopStyleVar(2);
  if (height <= 0) card_frame(around, ImGui::GetCurrentWindow()->Rect());
  if (title != nullptr && *title != 0) {
    constexpr float kLine = 22;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = full_width(), mark = help != nullptr ? kLine : 0;
    draw_text_in(fonts().strong, ImRect(at, ImVec2(at.x + width - mark, at.y + kLine)), t.text, title, Align::left);
    if (help != nullptr) {
      ImGui::SetCursorScreenPos(ImVec2(at.x + width - mark + 2, at.y));
      help_mark(help, kLine);
    } else {
      ImGui::Dummy(ImVec2(width, kLine));
    }
  }
  return true;
}

void end_card() { ImGui::EndChild(); }

bool button(const char* label, ButtonStyle style, float width, bool enabled, const char* tooltip) {
  ImFont* font = style == ButtonStyle::primary ? fonts().strong : fonts().base;
  if (width == 0) width = text_width(font, label) + 28;
  if (width < 0) width = full_width();
  if (!enabled) ImGui::BeginDisabled();
  const Press press = press_area(label, ImVec2(width, control_height()));
  if (press.visible) {
    draw_button_frame(press, style);
    ImRect inside = press.rect;
    inside.Expand(ImVec2(-8, 0));
    draw_text_in(font, inside, ink_of(style), label, Align::centre);
    focus_ring(press);
  }
  if (!enabled) ImGui::EndDisabled();
  tooltip_on_hover(tooltip);
  return press.pressed && enabled;
}

bool icon_button(const char* id, Icon icon, const char* tooltip, ButtonStyle style, bool enabled) {
  if (!enabled) ImGui::BeginDisabled();
  const float height = control_height(), width = style == ButtonStyle::primary ? height * 1.6f : height;
  const Press press = press_area(id, ImVec2(width, height));
  if (press.visible) {
    draw_button_frame(press, style);
    draw_icon(ImGui::GetWindowDrawList(), icon, press.rect.GetCenter(), height > 40 ? 20.0f : 16.0f, faded(ink_of(style)));
    focus_ring(press);
  }
  if (!enabled) ImGui::EndDisabled();
  tooltip_on_hover(tooltip);
  return press.pressed && enabled;
}

bool toggle(const char* label, bool* value, const char* tooltip) {
  constexpr float kWidth = 34, kHeight = 20;
  const Theme& t = theme();
  const Press press = press_area(label, ImVec2(full_width(), control_height()));
  if (press.pressed) *value = !*value;
  if (press.visible) {
    const float on = animated(press.id, *value ? 1.0f : 0.0f);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = press.rect.GetCenter().y;
    draw_text_in(fonts().base, ImRect(press.rect.Min, ImVec2(press.rect.Max.x - kWidth - 8, press.rect.Max.y)), t.text, label, Align::left);
    const ImRect track(ImVec2(press.rect.Max.x - kWidth, middle - kHeight * 0.5f), ImVec2(press.rect.Max.x, middle + kHeight * 0.5f));
    ImU32 off = t.line_strong;
    if (press.hovered) off = mix(off, t.text, 0.15f);
    list->AddRectFilled(track.Min, track.Max, faded(mix(off, t.accent, on)), kHeight * 0.5f);
    const float x = track.Min.x + kHeight * 0.5f + on * (kWidth - kHeight);
    list->AddCircleFilled(ImVec2(x, middle), 7, faded(mix(t.panel, t.on_accent, on)), 24);
    Press ring = press;
    ring.rect = track;
    focus_ring(ring, kHeight * 0.5f);
  }
  tooltip_on_hover(tooltip);
  return press.pressed;
}

bool segmented(const char* id, int* index, const char* const* labels, int count) {
  const Theme& t = theme();
  const float width = full_width(), height = control_height(), each = (width - 4) / static_cast<float>(count);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const ImRect frame(origin, ImVec2(origin.x + width, origin.y + height));
  draw_frame(frame, mix(t.panel, t.line, 0.55f), with_alpha(t.line, 0));
  bool changed = false;
  ImGui::PushID(id);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  for (int i = 0; i < count; ++i) {
    ImGui::PushID(i);
    ImGui::SetCursorScreenPos(ImVec2(origin.x + 2 + each * static_cast<float>(i), origin.y + 2));
    const Press press = press_area("##option", ImVec2(each, height - 4));
    if (press.pressed && *index != i) {
      *index = i;
      changed = true;
    }
    if (press.visible) {
      const bool chosen = *index == i;
      if (chosen) draw_frame(press.rect, t.dark ? mix(t.raised, t.line_strong, 0.35f) : t.panel, t.dark ? with_alpha(t.line, 0) : t.line, kControlRadius - 1);
      ImRect inside = press.rect;
      inside.Expand(ImVec2(-4, 0));
      const ImU32 ink = chosen || press.hovered ? t.text : mix(t.muted, t.text, 0.25f);
      draw_text_in(fonts().medium, inside, ink, labels[i], Align::centre);
      focus_ring(press, kControlRadius - 1);
    }
    ImGui::PopID();
  }
  ImGui::SetCursorScreenPos(origin);
  ImGui::PopStyleVar();
  ImGui::Dummy(ImVec2(width, height));
  ImGui::PopID();
  return changed;
}

bool combo(const char* label, int* index, const char* const* labels, int count, const char* tooltip) {
  const Theme& t = theme();
  ImGui::PushID(label);
  ImGui::BeginGroup();
  const float width = full_width();
  if (ImGui::FindRenderedTextEnd(label) != label) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text_in(fonts().medium, ImRect(at, ImVec2(at.x + width, at.y + 16)), t.muted, label, Align::left);
    ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + 20));
  }
  const Press press = press_area("##field", ImVec2(width, control_height()));
  const ImGuiID popup = ImHashStr("##ComboPopup", 0, press.id);
  bool open = ImGui::IsPopupOpen(popup, ImGuiPopupFlags_None);
  if (press.pressed && !open) {
    ImGui::OpenPopupEx(popup, ImGuiPopupFlags_None);
    open = true;
  }
  if (press.visible) {
    draw_frame(press.rect, press.hovered || open ? t.accent_soft : t.raised, open ? t.accent : t.line);
    const ImRect inside(ImVec2(press.rect.Min.x + 10, press.rect.Min.y), ImVec2(press.rect.Max.x - 26, press.rect.Max.y));
    draw_text_in(fonts().base, inside, t.text, *index >= 0 && *index < count ? labels[*index] : "", Align::left);
    draw_chevron(ImGui::GetWindowDrawList(), ImVec2(press.rect.Max.x - 15, press.rect.GetCenter().y), faded(t.muted));
    focus_ring(press);
  }
  ImGui::EndGroup();
  if (!open) tooltip_on_hover(tooltip);
  bool changed = false;
  if (open) {
    const float row = std::max(30.0f, control_height());
    const float wanted = static_cast<float>(count) * row + 10;
    ImGui::SetNextWindowSizeConstraints(ImVec2(width, 0), ImVec2(std::max(width, 420.0f), std::min(wanted, row * 11.5f)));
    // BeginComboPopup takes its horizontal padding from the frames'.
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(5, 5));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(5, 5));
    ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, hairline());
    const bool shown = ImGui::BeginComboPopup(popup, press.rect, ImGuiComboFlags_None);
    ImGui::PopStyleVar(3);
    if (shown) {
      float widest = width - 10;
      for (int i = 0; i < count; ++i) widest = std::max(widest, text_width(fonts().base, labels[i]) + 44);
      widest = std::min(widest, 410.0f);
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
      for (int i = 0; i < count; ++i) {
        ImGui::PushID(i);
        const Press option = press_area("##option", ImVec2(widest, row));
        if (i == *index && ImGui::IsWindowAppearing()) {
          ImGui::SetItemDefaultFocus();
          ImGui::SetScrollHereY();
        }
        if (option.visible) {
          if (option.hovered || keyboard_on(option.id)) draw_frame(option.rect, t.accent_soft, with_alpha(t.line, 0));
          const ImRect text(ImVec2(option.rect.Min.x + 26, option.rect.Min.y), ImVec2(option.rect.Max.x - 6, option.rect.Max.y));
          draw_text_in(fonts().base, text, t.text, labels[i], Align::left);
          if (i == *index) draw_check(ImGui::GetWindowDrawList(), ImVec2(option.rect.Min.x + 13, option.rect.GetCenter().y), faded(t.accent));
        }
        if (option.pressed) {
          changed = i != *index;
          *index = i;
          ImGui::CloseCurrentPopup();
        }
        ImGui::PopID();
      }
      ImGui::PopStyleVar();
      ImGui::EndPopup();
    }
  }
  ImGui::PopID();
  return changed;
}

bool stepper(const char* label, int* value, int min, int max, int step, const char* tooltip) {
  const Theme& t = theme();
  const float height = control_height(), part = height + 2, width = full_width();
  // Wide enough for the largest number, so that nothing jumps; long ones are as wide as there is room.
  const std::string longest = count(max, Language::english);
  const float number_width = std::clamp(text_width(fonts().base, longest.c_str()) + 16, 44.0f, std::max(44.0f, width * 0.6f - 2 * part));
  ImGui::PushID(label);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImRect frame(ImVec2(at.x + width - part * 2 - number_width, at.y), ImVec2(at.x + width, at.y + height));
  draw_text_in(fonts().base, ImRect(at, ImVec2(frame.Min.x - 8, at.y + height)), t.text, label, Align::left);
  draw_frame(frame, t.raised, t.line);
  const ImRect number(ImVec2(frame.Min.x + part, at.y + 2), ImVec2(frame.Max.x - part, at.y + height - 2));
  const ImGuiID typing_id = ImGui::GetID("##typed");
  int next = *value;
  if (is_typing(typing_id)) {
    double typed = next;
    if (type_number(&typed, min, max, number)) next = static_cast<int>(std::lround(typed));
  } else {
    ImGui::SetCursorScreenPos(number.Min);
    const Press press = press_area("##number", number.GetSize());
    if (press.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    const std::string shown = count(*value, Language::english);
    draw_text_in(fonts().base, number, t.text, shown.c_str(), Align::centre);
    focus_ring(press, kControlRadius - 1);
    if (press.pressed) start_typing(typing_id, *value);
  }
  ImGui::PushItemFlag(ImGuiItemFlags_ButtonRepeat, true);
  bool counting = false;  // a finger that stays on + or - goes on counting
  for (int side = 0; side < 2; ++side) {
    const bool up = side == 1, possible = up ? *value < max : *value > min;
    if (!possible) ImGui::BeginDisabled();
    ImGui::SetCursorScreenPos(ImVec2(up ? frame.Max.x - part : frame.Min.x, at.y));
    const Press press = press_area(up ? "##more" : "##less", ImVec2(part, height));
    if (press.visible) {
      ImRect fill = press.rect;
      fill.Expand(-2);
      if (press.hovered) draw_frame(fill, press.held ? mix(t.accent_soft, t.accent, 0.18f) : t.accent_soft, with_alpha(t.line, 0), kControlRadius - 1);
      draw_icon(ImGui::GetWindowDrawList(), up ? Icon::plus : Icon::minus, press.rect.GetCenter(), 13, faded(t.text));
      focus_ring(press);
    }
    if (!possible) ImGui::EndDisabled();
    counting = counting || press.held;
    if (press.pressed) next += (up ? step : -step) * (ImGui::GetIO().KeyShift ? 10 : 1);
  }
  ImGui::PopItemFlag();
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(width, height));
  ImGui::EndGroup();
  tooltip_on_hover(tooltip, counting);
  ImGui::PopID();
  next = std::clamp(next, min, max);
  if (next == *value) return false;
  *value = next;
  return true;
}

void muted_text(const char* text) {
  ImGui::PushFont(fonts().medium);
  ImGui::PushStyleColor(ImGuiCol_Text, theme().muted);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text);
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

}  // namespace myelin::web
