// See ink.h. Everything lies in the fonts' texture, so that text, discs and lines share one draw call.
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

void disc(ImDrawList* list, ImVec2 centre, float radius, ImU32 colour) {
  const float pixel = ImGui::GetIO().FontGlobalScale;
  const DiscPicture* picture = disc_picture(radius / pixel);
  if (picture == nullptr) return list->AddCircleFilled(centre, radius, colour);
  const float half = radius * (picture->radius + 1) / picture->radius;
  list->PrimReserve(6, 4);
  list->PrimRectUV(ImVec2(centre.x - half, centre.y - half), ImVec2(centre.x + half, centre.y + half), picture->uv0, picture->uv1, colour);
}

void stroke(ImDrawList* list, std::span<const ImVec2> points, ImU32 colour, float width) {
  const int count = static_cast<int>(points.size());
  if (count < 2) return;
  const float pixel = ImGui::GetIO().FontGlobalScale;
  // The texture has a line of every whole width, with a soft texel at either side; it is stretched to the width asked for.
  const int whole = std::clamp(static_cast<int>(std::lround(width / pixel)), 1, IM_DRAWLIST_TEX_LINES_WIDTH_MAX);
  const float half = std::max(width, pixel) * 0.5f + pixel;
  const ImVec4 uv = ImGui::GetIO().Fonts->TexUvLines[whole];
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
  list->PathLineTo(from);
  list->PathBezierCubicCurveTo(a, b, to);
  stroke(list, {list->_Path.Data, static_cast<size_t>(list->_Path.Size)}, colour, width);
  list->PathClear();
}

}  // namespace myelin::web
