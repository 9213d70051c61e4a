#include "widgets/dropdown.h"

#include <algorithm>

#include "widgets/controls.h"
#include "widgets/paint.h"

namespace myelin::web {

bool begin_dropdown(const char* id, const char* label, const char* shown, float width, const char* tooltip, bool small) {
  const Theme& t = theme();
  ImGui::PushID(id);
  ImGui::BeginGroup();
  if (width <= 0) width = std::max(1.0f, ImGui::GetContentRegionAvail().x);
  if (label != nullptr) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text_in(fonts().medium, ImRect(at, ImVec2(at.x + width, at.y + 16)), t.muted, label, Align::left);
    ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + 20));
  }
  const float height = small && !coarse_pointer() ? 24.f : control_height();
  const Press press = press_area("##field", ImVec2(width, height));
  const bool was_open = ImGui::IsPopupOpen("##list");
  if (press.pressed && !was_open) ImGui::OpenPopup("##list");
  if (press.visible) {
    draw_frame(press.rect, press.hovered || was_open ? t.accent_soft : t.raised, was_open ? t.accent : t.line);
    const float inset = small ? 5.f : 10.f;
    const ImRect inside(ImVec2(press.rect.Min.x + inset, press.rect.Min.y), ImVec2(press.rect.Max.x - (small ? 14.f : 26.f), press.rect.Max.y));
    draw_text_in(small ? fonts().medium : fonts().base, inside, t.text, shown, Align::left);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 centre(press.rect.Max.x - (small ? 8.f : 15.f), press.rect.GetCenter().y);
    const float reach = small ? 3.f : 3.5f;
    list->PathLineTo(ImVec2(centre.x - reach, centre.y - reach / 2));
    list->PathLineTo(ImVec2(centre.x, centre.y + reach / 2));
    list->PathLineTo(ImVec2(centre.x + reach, centre.y - reach / 2));
    list->PathStroke(faded(t.muted), 0, 1.5f);
    focus_ring(press);
  }
  ImGui::EndGroup();
  if (!was_open) tooltip_on_hover(tooltip);
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  // Below the field, or above it where there is more room.
  const float below = viewport->Pos.y + viewport->Size.y - press.rect.Max.y - 12, above = press.rect.Min.y - viewport->Pos.y - 12;
  const bool upwards = below < 260 && above > below;
  ImGui::SetNextWindowPos(upwards ? ImVec2(press.rect.Min.x, press.rect.Min.y - 4) : ImVec2(press.rect.Min.x, press.rect.Max.y + 4), ImGuiCond_Always,
                          upwards ? ImVec2(0, 1) : ImVec2(0, 0));
  ImGui::SetNextWindowSizeConstraints(ImVec2(std::max(width, 150.f), 0), ImVec2(420, std::max(120.f, upwards ? above : below)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(5, 5));
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, hairline());
  const bool open = ImGui::BeginPopup("##list");
  ImGui::PopStyleVar(2);
  if (open) ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  else ImGui::PopID();
  return open;
}

void dropdown_heading(const char* text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = text_width(fonts().small, text) + 20;
  ImGui::Dummy(ImVec2(width, 24));
  draw_text_in(fonts().small, ImRect(ImVec2(at.x + 8, at.y + 4), ImVec2(at.x + width, at.y + 24)), theme().muted, text, Align::left);
}

bool dropdown_item(const char* id, const char* text, bool current, const char* help, bool enabled) {
  const Theme& t = theme();
  ImGui::PushID(id);
  if (!enabled) ImGui::BeginDisabled();
  const float row = std::max(30.0f, control_height());
  const float width = std::max(ImGui::GetContentRegionAvail().x, text_width(fonts().base, text) + 44);
  const Press press = press_area("##option", ImVec2(width, row));
  if (press.visible) {
    if (press.hovered || keyboard_on(press.id)) draw_frame(press.rect, t.accent_soft, with_alpha(t.line, 0));
    const ImRect inside(ImVec2(press.rect.Min.x + 26, press.rect.Min.y), ImVec2(press.rect.Max.x - 6, press.rect.Max.y));
    draw_text_in(fonts().base, inside, faded(t.text), text, Align::left);
    if (current) {
      ImDrawList* list = ImGui::GetWindowDrawList();
      const ImVec2 centre(press.rect.Min.x + 13, press.rect.GetCenter().y);
      list->PathLineTo(ImVec2(centre.x - 4, centre.y + 0.2f));
      list->PathLineTo(ImVec2(centre.x - 1.2f, centre.y + 3));
      list->PathLineTo(ImVec2(centre.x + 4.2f, centre.y - 3.2f));
      list->PathStroke(faded(t.accent), 0, 1.7f);
    }
  }
  if (!enabled) ImGui::EndDisabled();
  tooltip_on_hover(help);
  const bool chosen = press.pressed && enabled;
  if (chosen) ImGui::CloseCurrentPopup();
  ImGui::PopID();
  return chosen;
}

void end_dropdown() {
  ImGui::PopStyleVar();
  ImGui::EndPopup();
  ImGui::PopID();
}

}  // namespace myelin::web
