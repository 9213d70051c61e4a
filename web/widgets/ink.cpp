// See ink.h. Everything lies in the fonts' texture, so that text, shapes and lines share one draw call.
#include "widgets/ink.h"

#include <algorithm>
#include <cmath>

#include "app/theme.h"
#include "imgui_internal.h"

namespace myelin::web {
namespace {

constexpr float kLongestMiter2 = 4;  // a corner reaches out at most twice the half width: zigzags get no spikes

ImVec2 direction(ImVec2 from, ImVec2 to) {
  const float x = to.x - from.x, y = to.y - from.y, length = x * x + y * y;
  if (length <= 0) return {};
  const float scale = 1 / std::sqrt(length);
  return {x * scale, y * scale};
}

}  // namespace

void draw_mark(ImDrawList* list, Mark mark, ImVec2 centre, float radius, ImU32 colour) {
  const ShapePicture& picture = shape_picture(static_cast<int>(mark), radius / ImGui::GetIO().FontGlobalScale);
  const float half = radius * (picture.radius + 1) / picture.radius;
  list->PrimReserve(6, 4);
  list->PrimRectUV(ImVec2(centre.x - half, centre.y - half), ImVec2(centre.x + half, centre.y + half), picture.uv0, picture.uv1, colour);
}

void stroke(ImDrawList* list, std::span<const ImVec2> points, ImU32 colour, float width) {
  const int count = static_cast<int>(points.size());
  if (count < 2) return;
  const float pixel = ImGui::GetIO().FontGlobalScale;
  // The texture has a line of every whole width, with an empty texel at either side; it is stretched to the width asked for.
  // From the middle of one empty texel to the middle of the other: nothing is to be seen beyond.
  const int whole = std::clamp(static_cast<int>(std::lround(width / pixel)), 1, IM_DRAWLIST_TEX_LINES_WIDTH_MAX);
  const float texels = static_cast<float>(whole) + 2;
  const float half = (std::max(width, pixel) * 0.5f + pixel) * (texels - 1) / texels;
  ImVec4 uv = ImGui::GetIO().Fonts->TexUvLines[whole];
  const float inset = (uv.z - uv.x) * 0.5f / texels;
  uv.x += inset;
  uv.z -= inset;
  list->PrimReserve((count - 1) * 6, count * 2);
  const unsigned first = list->_VtxCurrentIdx;
  ImVec2 before;
  for (int i = 0; i < count; ++i) {
    const ImVec2 at = points[static_cast<size_t>(i)];
    const ImVec2 after = i + 1 < count ? direction(at, points[static_cast<size_t>(i + 1)]) : before;
    ImVec2 along = i == 0 ? after : ImVec2((before.x + after.x) * 0.5f, (before.y + after.y) * 0.5f);
    const float length = along.x * along.x + along.y * along.y;
    const float reach = half * (length > 1e-6f ? std::min(1 / length, kLongestMiter2) : 1);
    const ImVec2 out(-along.y * reach, along.x * reach);
    list->PrimWriteVtx(ImVec2(at.x + out.x, at.y + out.y), ImVec2(uv.x, uv.y), colour);
    list->PrimWriteVtx(ImVec2(at.x - out.x, at.y - out.y), ImVec2(uv.z, uv.w), colour);
    before = after;
  }
  for (int i = 0; i + 1 < count; ++i) {
    const unsigned corner = first + 2 * static_cast<unsigned>(i);
    for (const unsigned next : {0u, 1u, 3u, 0u, 3u, 2u}) list->PrimWriteIdx(static_cast<ImDrawIdx>(corner + next));
  }
}

void stroke_bezier(ImDrawList* list, ImVec2 from, ImVec2 a, ImVec2 b, ImVec2 to, ImU32 colour, float width) {
  // How far the handles lead away from a straight line: it decides how many pieces pass for a curve, most of them near the ends,
  // where it bends (a quarter of a pixel beside it at most, for the links of a network).
  const ImVec2 before = direction(from, a), after = direction(b, to);
  const float bend = std::max(std::fabs(before.x * (b.y - a.y) - before.y * (b.x - a.x)), std::fabs(after.x * (b.y - a.y) - after.y * (b.x - a.x)));
  const int pieces = 1 + static_cast<int>(1.1f * std::sqrt(bend / ImGui::GetIO().FontGlobalScale));
  for (int i = 0; i <= pieces; ++i) {
    const float u = 1 - 2 * static_cast<float>(i) / static_cast<float>(pieces), t = 0.5f - 0.5f * u * (1.3f - 0.3f * u * u), s = 1 - t;
    const float w0 = s * s * s, w1 = 3 * s * s * t, w2 = 3 * s * t * t, w3 = t * t * t;
    list->PathLineTo(ImVec2(w0 * from.x + w1 * a.x + w2 * b.x + w3 * to.x, w0 * from.y + w1 * a.y + w2 * b.y + w3 * to.y));
  }
  stroke(list, {list->_Path.Data, static_cast<size_t>(list->_Path.Size)}, colour, width);
  list->PathClear();
}

}  // namespace myelin::web
