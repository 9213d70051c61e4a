// Shapes and lines as textured quads: a tenth to a third of the triangles of ImGui's own. Where a processor draws in place of a
// graphics card (blocked drivers, virtual machines), triangles are most of what a picture costs: 2.6 us each in SwiftShader.
#pragma once

#include <span>

#include "imgui.h"

namespace myelin::web {

// Regular polygons stand on a side or on a corner; radius: to a corner, or half a side of the square with round corners.
enum class Mark { disc, square, triangle, diamond, triangle_down, pentagon, hexagon, octagon, round_square };
void draw_mark(ImDrawList* list, Mark mark, ImVec2 centre, float radius, ImU32 colour);
inline void disc(ImDrawList* list, ImVec2 centre, float radius, ImU32 colour) { draw_mark(list, Mark::disc, centre, radius, colour); }
// Through all points; a crisp edge at every pixel ratio.
void stroke(ImDrawList* list, std::span<const ImVec2> points, ImU32 colour, float width);
void stroke_bezier(ImDrawList* list, ImVec2 from, ImVec2 a, ImVec2 b, ImVec2 to, ImU32 colour, float width);

}  // namespace myelin::web
