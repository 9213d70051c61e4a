// See backdrop.h. The clear runs as a callback of the draw list, at its place among the other commands.
#include "widgets/backdrop.h"

#include <myelin_gl.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace myelin::web {
namespace {

// ImGui's backend sets the scissor for every command of its own, so nothing is put back.
void clear_now(const ImDrawList*, const ImDrawCmd* command) {
  const ImDrawData& data = *ImGui::GetDrawData();
  const ImVec2 scale = data.FramebufferScale;
  const float left = std::round((command->ClipRect.x - data.DisplayPos.x) * scale.x), right = std::round((command->ClipRect.z - data.DisplayPos.x) * scale.x);
  const float top = std::round((command->ClipRect.y - data.DisplayPos.y) * scale.y), bottom = std::round((command->ClipRect.w - data.DisplayPos.y) * scale.y);
  if (right <= left || bottom <= top) return;
  const auto height = static_cast<float>(static_cast<int>(data.DisplaySize.y * scale.y));
  const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(static_cast<ImU32>(reinterpret_cast<uintptr_t>(command->UserCallbackData)));
  glScissor(static_cast<int>(left), static_cast<int>(height - bottom), static_cast<int>(right - left), static_cast<int>(bottom - top));
  glClearColor(colour.x, colour.y, colour.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

}  // namespace

bool clears(const ImDrawCmd& command) { return command.UserCallback == clear_now; }

void clear_area(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour) {
  // Inwards to whole pixels: the edges are drawn.
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  list->PushClipRect(min, max, true);
  const ImVec2 from = list->GetClipRectMin(), to = list->GetClipRectMax();
  list->PushClipRect(ImVec2(std::ceil(from.x * scale.x) / scale.x, std::ceil(from.y * scale.y) / scale.y),
                     ImVec2(std::floor(to.x * scale.x) / scale.x, std::floor(to.y * scale.y) / scale.y));
  list->AddCallback(clear_now, reinterpret_cast<void*>(static_cast<uintptr_t>(colour)));
  list->PopClipRect();
  list->PopClipRect();
}

void draw_backdrop(ImDrawList* list, ImVec2 min, ImVec2 max, ImU32 colour, float rounding) {
  constexpr float kEdge = 2, kOver = 2;  // the parts reach over each other, so that no pixel ratio leaves a gap
  if (max.x - min.x < 4 * rounding || max.y - min.y < 4 * rounding) return list->AddRectFilled(min, max, colour, rounding);
  const float top = min.y + rounding, bottom = max.y - rounding;
  list->AddRectFilled(min, ImVec2(max.x, top + kOver), colour, rounding, ImDrawFlags_RoundCornersTop);
  list->AddRectFilled(ImVec2(min.x, bottom - kOver), max, colour, rounding, ImDrawFlags_RoundCornersBottom);
  list->AddRectFilled(ImVec2(min.x, top), ImVec2(min.x + kEdge + kOver, bottom), colour);
  list->AddRectFilled(ImVec2(max.x - kEdge - kOver, top), ImVec2(max.x, bottom), colour);
  clear_area(list, ImVec2(min.x + kEdge, top), ImVec2(max.x - kEdge, bottom), colour);
}

}  // namespace myelin::web
