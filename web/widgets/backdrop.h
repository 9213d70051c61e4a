// Large opaque areas as scissored clears: where a processor draws, a blended pixel costs 22 ns and a cleared one next to nothing,
// and the cards' backgrounds are most of the page. Only for what is drawn first and has a colour without transparency.
#pragma once

#include "imgui.h"

namespace myelin::web {

void clear_area(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour);  // cut to the list's clip rectangle
bool clears(const ImDrawCmd& command);  // is one of clear_area
// The background of a card: round corners and edges are drawn, the inside is cleared.
void draw_backdrop(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour, float rounding);

}  // namespace myelin::web
