// See typed_number.h.
#include "widgets/typed_number.h"

#include <algorithm>
#include <cstdio>

#include "widgets/numbers.h"

namespace myelin::web {
namespace {

struct Typing {
  ImGuiID id = 0;
  bool fresh = false;
  int last_frame = 0;  // a field that is no longer drawn is no longer typed in
  char text[32] = {};
};
constinit Typing g_typing{};

}  // namespace

bool is_typing(ImGuiID id) { return g_typing.id == id && g_typing.last_frame >= ImGui::GetFrameCount() - 1; }

void start_typing(ImGuiID id, double value) {
  g_typing.id = id;
  g_typing.fresh = true;
  g_typing.last_frame = ImGui::GetFrameCount();
  std::snprintf(g_typing.text, sizeof g_typing.text, "%.9g", value);
}

bool type_number(double* value, double min, double max, const ImRect& rect) {
  g_typing.last_frame = ImGui::GetFrameCount();
  ImGui::SetCursorScreenPos(rect.Min);
  if (g_typing.fresh) ImGui::SetKeyboardFocusHere();
  const float padding = (rect.GetHeight() - font_size(fonts().medium)) * 0.5f;
  ImGui::PushFont(fonts().medium);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(5, padding));
  ImGui::PushStyleColor(ImGuiCol_Border, theme().accent);
  ImGui::SetNextItemWidth(rect.GetWidth());
  const bool entered = ImGui::InputText("##typed", g_typing.text, sizeof g_typing.text,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  ImGui::PopFont();
  const bool escaped = ImGui::IsKeyPressed(ImGuiKey_Escape);
  const bool left = !g_typing.fresh && !ImGui::IsItemActive();
  g_typing.fresh = false;
  if (!entered && !left) return false;
  g_typing.id = 0;
  double parsed = 0;
  if (escaped || !parse_number(g_typing.text, &parsed)) return false;
  parsed = std::clamp(parsed, min, max);
  if (parsed == *value) return false;
  *value = parsed;
  return true;
}

}  // namespace myelin::web
