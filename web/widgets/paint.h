// What the controls share: a pressable area with focus ring, text that is cut to its room, frames. Not for panels.
#pragma once

#include "app/theme.h"
#include "imgui.h"
#include "imgui_internal.h"

namespace myelin::web {

struct Press {
  ImRect rect;
  ImGuiID id = 0;
  bool pressed = false, hovered = false, held = false, visible = false;
};
// Takes `size` in the layout and behaves like a button; draws nothing.
Press press_area(const char* id, ImVec2 size);
// Two pixels of accent around what the keyboard is on.
void focus_ring(const Press& press, float rounding = kControlRadius);
bool keyboard_on(ImGuiID id);

float font_size(ImFont* font);  // CSS pixels: its line height
float text_width(ImFont* font, const char* text);
void draw_text(ImFont* font, ImVec2 at, ImU32 colour, const char* text);
// Centred in the rectangle; cut with an ellipsis when there is too little room.
enum class Align { left, centre, right };
void draw_text_in(ImFont* font, const ImRect& rect, ImU32 colour, const char* text, Align align);
// One physical pixel in CSS pixels: the width of quiet lines.
float hairline();
ImU32 faded(ImU32 colour);  // with the alpha of BeginDisabled

void draw_frame(const ImRect& rect, ImU32 fill, ImU32 border, float rounding = kControlRadius);

}  // namespace myelin::web
