// What the user must know: errors of the experiment, divergence with what to do, warnings of a link. Takes no room when quiet.
#include <algorithm>
#include <cmath>
#include <string>

#include "panels/common.h"
#include "widgets/controls.h"

namespace myelin::web {
namespace {

enum class Press { none, action, close };

// One notice in a strip of its own: a sign, a sentence, at most one thing to do.
Press strip(const char* id, ImU32 colour, const char* sign, const std::string& text, const char* action, bool closable, const UiState& ui) {
  const Theme& t = theme();
  const float width = ImGui::CalcItemWidth(), control = control_height(), pad = 12;
  const float button_width = action == nullptr ? 0 : ImGui::CalcTextSize(action).x + 28;
  const float close_width = closable ? control + 4 : 0;
  const float text_width = std::max(80.f, width - 2 * pad - 26 - (button_width > 0 ? button_width + 12 : 0) - close_width);
  ImGui::PushFont(fonts().medium);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str(), nullptr, false, text_width);
  ImGui::PopFont();
  const float height = std::max(control, size.y) + 12;
  const ImVec2 from = ImGui::GetCursorScreenPos(), to(from.x + width, from.y + height);
  const ImVec2 cursor = ImGui::GetCursorPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(from, to, mix(t.panel, colour, t.dark ? 0.16f : 0.08f), kRadius);
  list->AddRect(from, to, with_alpha(colour, 0.5f), kRadius);
  const float middle = (from.y + to.y) / 2;
  list->AddCircleFilled(ImVec2(from.x + pad + 9, middle), 9, colour);
  ImGui::PushFont(fonts().strong);
  const ImVec2 mark = ImGui::CalcTextSize(sign);
  list->AddText(ImVec2(std::round(from.x + pad + 9 - mark.x / 2), std::round(middle - mark.y / 2)), t.panel, sign);
  ImGui::PopFont();
  ImGui::PushFont(fonts().medium);
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), ImVec2(from.x + pad + 26, std::round(middle - size.y / 2)), t.text, text.c_str(), nullptr, text_width);
  ImGui::PopFont();
  Press answer = Press::none;
  ImGui::PushID(id);
  float x = to.x - pad - close_width - button_width;
  if (action != nullptr) {
    ImGui::SetCursorScreenPos(ImVec2(x, middle - control / 2));
    if (button(action, ButtonStyle::normal, button_width)) answer = Press::action;
  }
  if (closable) {
    ImGui::SetCursorScreenPos(ImVec2(to.x - pad - control + 4, middle - control / 2));
    if (icon_button("close", Icon::close, ui.tr("Dismiss", "Fermer"))) answer = Press::close;
  }
  ImGui::PopID();
  ImGui::SetCursorPos(cursor);
  ImGui::Dummy(ImVec2(width, height));
  return answer;
}

}  // namespace

void notices_panel(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const Theme& t = theme();
  if (snapshot.state == RunState::failed && !snapshot.error.text.empty()) {
    if (strip("failed", t.bad, "!", snapshot.error.text.in(ui.language), outbox.can_undo ? ui.tr("Undo", "Annuler") : nullptr, false, ui) == Press::action)
      outbox.undo();
  }
  if (snapshot.state == RunState::diverged && ui.dismissed_run != snapshot.run) {
    std::string text = snapshot.error.text.in(ui.language);
    if (text.empty()) text = ui.tr("The numbers became too large.", "Les nombres sont devenus trop grands.");
    const Press press = strip("diverged", t.warning, "!", text, ui.tr("Reset", "Réinitialiser"), true, ui);
    if (press == Press::action) outbox.post(Reset{});
    if (press == Press::close) ui.dismissed_run = snapshot.run;
  }
  if (snapshot.state != RunState::diverged && ui.dismissed_run == snapshot.run) ui.dismissed_run = 0;
  int closed = -1;
  constexpr size_t kMost = 3;
  for (size_t i = 0; i < ui.notices.size() && i < kMost; ++i) {
    const std::string id = "notice " + std::to_string(i);
    if (strip(id.c_str(), t.warning, "!", ui.notices[i].in(ui.language), nullptr, true, ui) == Press::close) closed = static_cast<int>(i);
  }
  if (closed >= 0) ui.notices.erase(ui.notices.begin() + closed);
}

}  // namespace myelin::web
