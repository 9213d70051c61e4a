// A slider with its value as a number that can be typed. Linear or logarithmic; a logarithmic one may start at 0.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "widgets/controls.h"
#include "widgets/paint.h"
#include "widgets/slider.h"
#include "widgets/typed_number.h"

namespace myelin::web {
namespace {

// Position on the track. A logarithmic scale that starts at 0 has a small stretch
// for 0 itself; above it come the decades from the step on.
class Scale {
 public:
  Scale(double min, double max, double step, bool logarithmic) : min_(min), max_(max), step_(step), log_(logarithmic && max > 0) {
    low_ = min > 0 ? min : step > 0 ? step : max * 1e-5;
    zero_share_ = min > 0 ? 0 : 0.06;
    if (step_ <= 0 && !log_) {
      // No step given: the 1-2-5 step nearest below one 200th of the range.
      const double rough = (max - min) / 200, power = std::pow(10.0, std::floor(std::log10(std::max(rough, 1e-300))));
      const double lead = rough / power;
      step_ = power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
    }
  }
  float share(double value) const {
    if (!log_) return max_ > min_ ? static_cast<float>(std::clamp((value - min_) / (max_ - min_), 0.0, 1.0)) : 0.0f;
    if (value < low_) return 0;
    return static_cast<float>(zero_share_ + (1 - zero_share_) * std::clamp(std::log(value / low_) / std::log(max_ / low_), 0.0, 1.0));
  }
  double value(double share) const {
    share = std::clamp(share, 0.0, 1.0);
    if (!log_) return snap(min_ + share * (max_ - min_));
    if (share < zero_share_ * 0.5) return min_;
    return snap(low_ * std::pow(max_ / low_, std::max(0.0, (share - zero_share_) / (1 - zero_share_))));
  }
  double moved(double value, int steps) const {
    if (!log_) return snap(value + steps * step_);
    if (value < low_) return steps > 0 ? snap(low_) : min_;
    const double next = value * std::pow(10.0, steps / 10.0);
    return next < low_ * 0.999 ? min_ : snap(next);
  }

 private:
  double snap(double value) const {
    if (log_ && value > 0) {
      const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);  // two digits
      value = std::round(value / unit) * unit;
    } else if (step_ > 0) {
      value = min_ + std::round((value - min_) / step_) * step_;
      // 0.1 + 0.2 style dust would be shown and linked; nine digits under the step are more than any control has.
      const double grain = step_ * 1e-9;
      value = std::round(value / grain) * grain;
    }
    char text[40];  // the nearest short decimal
    std::snprintf(text, sizeof text, "%.12g", std::clamp(value, min_, max_));
    double clean = value;
    parse_number(text, &clean);
    return std::clamp(clean, min_, max_);
  }
  double min_, max_, step_, low_ = 0, zero_share_ = 0;
  bool log_;
};

}  // namespace

bool slider_with_step(const char* label, double* value, double min, double max, double step, const char* shown, const char* tooltip,
                      bool logarithmic) {
  const Theme& t = theme();
  const Scale scale(min, max, step, logarithmic);
  const float width = std::max(1.0f, ImGui::GetContentRegionAvail().x), head = 20, tail = coarse_pointer() ? 32.0f : 20.0f, knob = 7.5f;
  bool changed = false;
  ImGui::PushID(label);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImGuiID typing_id = ImGui::GetID("##typed");
  const bool typing = is_typing(typing_id);

  ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + head));
  const Press press = press_area("##track", ImVec2(width, tail));
  const float left = press.rect.Min.x + knob, right = press.rect.Max.x - knob;
  double next = *value;
  if (press.held && ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    next = scale.value(static_cast<double>((ImGui::GetIO().MousePos.x - left) / std::max(1.0f, right - left)));
  }
  // Also right after a click, when no ring is shown: the pointer goes near, the arrow keys go to the very value.
  if (ImGui::GetCurrentContext()->NavId == press.id && !typing) {
    // Left and right belong to the slider while it has the focus; up and down go on to the neighbours.
    for (ImGuiKey key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home, ImGuiKey_End}) ImGui::SetKeyOwner(key, press.id);
    const int stride = ImGui::GetIO().KeyShift ? 10 : 1;
    if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow, press.id, ImGuiInputFlags_Repeat)) next = scale.moved(*value, -stride);
    if (ImGui::IsKeyPressed(ImGuiKey_RightArrow, press.id, ImGuiInputFlags_Repeat)) next = scale.moved(*value, stride);
    if (ImGui::IsKeyPressed(ImGuiKey_Home, press.id)) next = min;
    if (ImGui::IsKeyPressed(ImGuiKey_End, press.id)) next = max;
    if (ImGui::IsKeyPressed(ImGuiKey_Enter) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter)) start_typing(typing_id, *value);
  }
  if (next != *value) {
    *value = next;
    changed = true;
    if (!press.held) ImGui::GetCurrentContext()->NavDisableHighlight = false;  // the keyboard it was: show where it is
  }
  if (press.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = press.rect.GetCenter().y, x = left + (right - left) * scale.share(*value);
    const ImU32 rail = mix(t.panel, t.line_strong, t.dark ? 0.6f : 0.45f);
    list->AddRectFilled(ImVec2(press.rect.Min.x, y - 2), ImVec2(press.rect.Max.x, y + 2), faded(rail), 2);
    list->AddRectFilled(ImVec2(press.rect.Min.x, y - 2), ImVec2(x, y + 2), faded(t.accent), 2);
    if (press.hovered || press.held) list->AddCircleFilled(ImVec2(x, y), knob + 4, faded(with_alpha(t.accent, press.held ? 0.28f : 0.16f)), 32);
    list->AddCircleFilled(ImVec2(x, y), knob, faded(t.accent), 32);
    list->AddCircleFilled(ImVec2(x, y), knob - 2.25f, faded(t.dark ? t.panel : t.raised), 32);
    if (keyboard_on(press.id)) list->AddCircle(ImVec2(x, y), knob + 3.5f, t.accent, 32, 2);
  }

  const float number_width = typing ? 92.0f : text_width(fonts().medium, shown) + 10;
  // The words stand where a choice's label stands (16 px high); the number's field is a little larger.
  const ImRect number(ImVec2(at.x + width - number_width, at.y - 1), ImVec2(at.x + width, at.y + 17));
  draw_text_in(fonts().medium, ImRect(at, ImVec2(number.Min.x - 4, number.Max.y)), t.muted, label, Align::left);
  bool over_number = false;
  if (typing) {
    changed |= type_number(value, min, max, number);
    // The field goes away: the keyboard goes back to the slider it belongs to.
    if (!is_typing(typing_id) && ImGui::GetCurrentContext()->NavId == typing_id) ImGui::SetFocusID(press.id, ImGui::GetCurrentWindow());
  } else {
    ImGui::SetCursorScreenPos(number.Min);
    ImGui::PushItemFlag(ImGuiItemFlags_NoNav, true);
    const Press text = press_area("##number", number.GetSize());
    ImGui::PopItemFlag();
    over_number = text.hovered;
    if (text.hovered) {
      draw_frame(text.rect, t.accent_soft, with_alpha(t.line, 0), 4);
      ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    }
    draw_text_in(fonts().medium, ImRect(number.Min, ImVec2(number.Max.x - (text.hovered ? 5.0f : 0.0f), number.Max.y)), t.text, shown, Align::right);
    if (text.pressed) start_typing(typing_id, *value);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(width, head + tail));
  ImGui::EndGroup();
  if (!over_number && !press.held && !typing) tooltip_on_hover(tooltip);
  ImGui::PopID();
  return changed;
}

bool slider(const char* label, double* value, double min, double max, const char* shown, const char* tooltip, bool logarithmic) {
  return slider_with_step(label, value, min, max, 0, shown, tooltip, logarithmic);
}

}  // namespace myelin::web
