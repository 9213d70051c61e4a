// See tooltip.h. One finger at a time, so one state; positions are CSS pixels.
#include "widgets/tooltip.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "app/frames.h"
#include "app/platform.h"
#include "widgets/paint.h"

namespace myelin::web {
namespace {

constexpr float kWidth = 280, kMostWidth = 400;
constexpr ImVec2 kPadding2{12, 8};
constexpr int64_t kLongPressUs = 600'000;
constexpr float kStays = 9;           // a finger that moves farther wants to scroll, not to read
constexpr float kFingerReach = 36;    // what a finger hides around its middle
constexpr float kMargin = 6;

struct Finger {
  ImVec2 from;
  int64_t since_us = 0;
  bool down = false;
  bool stays = false;
};
constinit Finger g_finger;

bool by_touch() { return ImGui::GetIO().MouseSource == ImGuiMouseSource_TouchScreen; }

bool finger_reads() { return g_finger.down && g_finger.stays && now_us() - g_finger.since_us >= kLongPressUs; }

// Above the finger; where the page ends too soon, beside it. Never under the hand.
ImVec2 place_by_finger(ImVec2 size, ImVec2 page) {
  const ImVec2 at = g_finger.from;
  const float left = std::clamp(at.x - size.x / 2, kMargin, std::max(kMargin, page.x - kMargin - size.x));
  const float above = at.y - kFingerReach - size.y;
  if (above >= kMargin) return {left, above};
  const bool right = at.x < page.x / 2;
  return {right ? at.x + kFingerReach : at.x - kFingerReach - size.x, std::max(kMargin, at.y - size.y / 2)};
}

// How wide lines may be: formulas, which have lines of their own, do not break, and beside a finger there is less room.
float line_width(const char* text, ImVec2 page) {
  float wanted = kWidth;
  for (const char* line = std::strchr(text, '\n'); line != nullptr; line = std::strchr(line + 1, '\n')) {
    const char* end = std::strchr(line + 1, '\n');
    const float width = ImGui::CalcTextSize(line + 1, end).x;
    if (width <= kMostWidth) wanted = std::max(wanted, width + 1);
  }
  const float across = std::min(wanted, page.x - 2 * (kMargin + kPadding2.x));
  if (!by_touch()) return across;
  const float height = ImGui::CalcTextSize(text, nullptr, false, across).y + 2 * kPadding2.y;
  if (g_finger.from.y - kFingerReach - height >= kMargin) return across;
  return std::min(across, std::max(g_finger.from.x, page.x - g_finger.from.x) - kFingerReach - kMargin - 2 * kPadding2.x);
}

void show(const char* text) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, kPadding2);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, hairline());
  ImGui::PushStyleVar(ImGuiStyleVar_Alpha, 1);
  ImGui::PushFont(fonts().medium);
  const ImVec2 page = ImGui::GetMainViewport()->Size;
  const float width = line_width(text, page);
  if (by_touch()) {
    const ImVec2 words = ImGui::CalcTextSize(text, nullptr, false, width);
    ImGui::SetNextWindowPos(place_by_finger(ImVec2(std::ceil(words.x) + 2 * kPadding2.x, words.y + 2 * kPadding2.y), page));
  }
  if (ImGui::BeginTooltip()) {
    if (ImGui::IsWindowAppearing()) request_frame();  // its first picture only measures it
    ImGui::PushTextWrapPos(kPadding2.x + width);
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
  }
  ImGui::PopFont();
  ImGui::PopStyleVar(3);
}

}  // namespace

void follow_finger() {
  const ImGuiIO& io = ImGui::GetIO();
  const bool down = by_touch() && io.MouseDown[0];
  if (down && !g_finger.down) g_finger = {io.MousePos, now_us(), true, true};
  g_finger.down = down;
  if (!down || !g_finger.stays) return;
  g_finger.stays = std::hypot(io.MousePos.x - g_finger.from.x, io.MousePos.y - g_finger.from.y) <= kStays;
  const int64_t left_us = g_finger.since_us + kLongPressUs - now_us();
  if (g_finger.stays && left_us > 0) request_frame(static_cast<float>(left_us) * 1e-6f);
}

void tooltip_on_hover(const char* text, bool keeps_press) {
  if (text == nullptr || *text == 0) return;
  if (!by_touch()) {
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_ForTooltip | ImGuiHoveredFlags_AllowWhenDisabled | ImGuiHoveredFlags_DelayNormal)) show(text);
    return;
  }
  if (!finger_reads() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) return;
  if (!keeps_press) ImGui::ClearActiveID();
  show(text);
}

}  // namespace myelin::web
