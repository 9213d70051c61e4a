// What the network answers over the plane, with the samples on top; on a one-dimensional plane, the curve it has learnt.
// A neuron under the pointer, anywhere, takes the picture's place for that long.
#include <algorithm>
#include <cmath>
#include <string>

#include "panels/output_view.h"
#include "panels/panels.h"
#include "widgets/controls.h"
#include "widgets/heatmap.h"

namespace myelin::web {
namespace {

// The curve of a network with one input, coloured by its value.
void draw_curve(const OutputView& p) {
  const Theme& t = theme();
  p.list->AddRectFilled(ImVec2(p.box.x0, p.box.y0), ImVec2(p.box.x1, p.box.y1), t.page, kControlRadius);
  const bool focused = p.snapshot.focus.node >= 0 && complete(p.snapshot.focus) && p.ui.hovered_before.node >= 0;
  const UnitMaps& maps = focused ? p.snapshot.focus : p.snapshot.surface;
  if (!complete(maps)) return;
  p.list->PushClipRect(ImVec2(p.box.x0, p.box.y0), ImVec2(p.box.x1, p.box.y1), true);
  ImVec2 before;
  for (int i = 0; i < maps.width; ++i) {
    const float value = maps.values[static_cast<size_t>(i)];
    const ImVec2 at(p.box.x0 + (static_cast<float>(i) + 0.5f) / static_cast<float>(maps.width) * p.box.width(), p.y(static_cast<double>(value)));
    if (i > 0 && std::isfinite(at.y) && std::isfinite(before.y)) p.list->AddLine(before, at, focused ? t.muted : t.accent, 2.5f);
    before = at;
  }
  p.list->PopClipRect();
}

void quiet_line(const char* text) {
  ImGui::PushStyleColor(ImGuiCol_Text, theme().muted);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
}

}  // namespace

float natural_output_height(const Snapshot& snapshot, const UiState& ui, float card_width) {
  const float width = card_width - 2 * kPadding;
  const Problem* problem = snapshot.problem.get();
  const float title = 22 + kGap + 24 + (coarse_pointer() && problem != nullptr && classifies(*problem) && !cuts_out(*problem) ? control_height() + kGap : 2.f);
  if (problem == nullptr || problem->data.plane.dimensions == 0) return title + width + 60;
  const float side = problem->data.plane.dimensions == 1 ? (width - kLeftAxis) * 0.8f : width - kLeftAxis;
  return title + above_picture(second_axis(*problem, ui).c_str()) + side + below_picture(*problem, ui, width) + kBottomAxis;
}

void output_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr || problem->data.plane.dimensions == 0) return;
  const Plane& plane = problem->data.plane;
  const Theme& t = theme();
  const std::string y_name = second_axis(*problem, ui);
  const float above = above_picture(y_name.c_str());
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + above);
  const ImVec2 avail = ImGui::GetContentRegionAvail();
  const float below = below_picture(*problem, ui, avail.x);
  const float width = avail.x - kLeftAxis;
  const float side = std::max(90.f, std::min(width, avail.y - kBottomAxis - below));
  const float height = plane.dimensions == 2 ? side : std::max(90.f, std::min(side, width * 0.8f));
  const float picture_width = plane.dimensions == 2 ? side : width;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float x0 = origin.x + kLeftAxis + std::max(0.f, (width - picture_width) / 2);
  OutputView p{snapshot, *problem, ui, ImGui::GetWindowDrawList(), {x0, origin.y, x0 + picture_width, origin.y + height}, output_range(*problem)};
  p.shown = p.range;

  ImGui::SetCursorScreenPos(ImVec2(p.box.x0, p.box.y0));
  ImGui::InvisibleButton("surface", ImVec2(picture_width, height));
  const bool hovered = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked();
  const ImVec2 min(p.box.x0, p.box.y0), max(p.box.x1, p.box.y1);

  const int last = static_cast<int>(problem->nodes.size()) - 1;
  Selection focus = ui.hovered_before.node >= 0 ? ui.hovered_before : ui.selected;
  const bool whole = focus.node == last && problem->nodes.back().shape.size() == 1;  // the output is the usual picture
  if (focus.unit < 0 || focus.node > last || whole) focus.node = -1;
  if (plane.dimensions == 1) {
    draw_curve(p);
  } else {
    bool drawn = false;
    if (focus.node >= 0 && snapshot.focus.node == focus.node && complete(snapshot.focus)) {
      const Range range = map_range(*problem, snapshot, focus.node, focus.unit);
      drawn = draw_focus(p.list, min, max, range.low * kPale, range.high * kPale, ui.discretize);
    } else if (focus.node >= 0) {
      const Range range = map_range(*problem, snapshot, focus.node, focus.unit);
      drawn = draw_unit_map(p.list, focus.node, focus.unit, min, max, range.low * kPale, range.high * kPale, ui.discretize, 6);
    }
    if (!drawn && rebuilds(*problem)) {
      focus.node = -1;  // several values at each place: each output has its own map in the network
    } else if (!drawn) {
      focus.node = -1;
      const float middle = (p.range.low + p.range.high) / 2, half = (p.range.high - p.range.low) / 2 * kPale;
      drawn = draw_surface(p.list, min, max, middle - half, middle + half, ui.discretize);
    }
    if (!drawn) p.list->AddRectFilled(min, max, t.zero, 6);
  }
  p.list->AddRect(min, max, t.line_strong, 6);
  if (focus.node >= 0 && plane.dimensions == 2) p.shown = map_range(*problem, snapshot, focus.node, focus.unit);
  draw_axes(p, y_name.c_str());
  const int nearest = draw_samples(p, hovered);
  if (nearest >= 0) ui.hovered.sample = nearest;
  if (clicked) ui.selected.sample = nearest == ui.selected.sample ? -1 : nearest;
  if (hovered) hover_text(p, nearest);

  if (focus.node >= 0 && plane.dimensions == 2) {
    const std::string caption = unit_name(*problem, focus.node, focus.unit, ui);
    ImGui::PushFont(fonts().small);
    const ImVec2 size = ImGui::CalcTextSize(caption.c_str(), nullptr, false, picture_width - 20);
    const ImVec2 at(p.box.x0 + 8, p.box.y1 - size.y - 8);
    p.list->AddRectFilled(ImVec2(at.x - 4, at.y - 2), ImVec2(at.x + size.x + 4, at.y + size.y + 2), with_alpha(t.panel, 0.88f), 4);
    p.list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, t.text, caption.c_str(), nullptr, picture_width - 20);
    ImGui::PopFont();
  }

  ImGui::SetCursorScreenPos(ImVec2(origin.x, p.box.y1 + kBottomAxis));
  draw_legend(p, avail.x);
  if (is_slice(*problem)) {
    ImGui::PushFont(fonts().small);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - 4);
    quiet_line(ui.tr("The other inputs stand at their mean.", "Les autres entrées sont à leur moyenne."));
    ImGui::PopFont();
  }
  draw_switches(*problem, ui);
}

}  // namespace myelin::web
