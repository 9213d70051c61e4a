// Around the output picture: axes and their names, the legend below it, and the switches of what it shows.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "panels/output_view.h"
#include "widgets/controls.h"
#include "widgets/plot.h"

namespace myelin::web {
namespace {

// A small switch as a chip: several stand in one line.
bool chip(const char* label, bool* on, const char* tooltip, bool enabled = true) {
  const Theme& t = theme();
  ImGui::PushFont(fonts().medium);
  const ImVec2 text = ImGui::CalcTextSize(label);
  const float height = coarse_pointer() ? 40.f : 24.f, width = text.x + 20;
  if (ImGui::GetCursorPosX() > ImGui::GetCursorStartPos().x + 1 && ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
  if (!enabled) ImGui::BeginDisabled();
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton(label, ImVec2(width, height));
  const ImVec2 to(from.x + width, from.y + height);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float fade = enabled ? 1.f : 0.45f;
  const bool lit = *on && enabled;
  list->AddRectFilled(from, to, lit ? t.accent_soft : ImGui::IsItemHovered() ? t.page : with_alpha(t.page, 0), height / 2);
  list->AddRect(from, to, lit ? t.accent : with_alpha(t.line_strong, fade), height / 2);
  list->AddText(ImVec2(from.x + 10, from.y + (height - text.y) / 2), lit ? t.accent : with_alpha(t.text, fade), label);
  focus_outline(height / 2);
  if (!enabled) ImGui::EndDisabled();
  ImGui::PopFont();
  if (pressed && enabled) *on = !*on;
  tooltip_on_hover(tooltip);
  return pressed && enabled;
}

// Lines that the switches take in this width: the picture gets what is left.
int switch_lines(const Problem& problem, const UiState& ui, float width) {
  ImGui::PushFont(fonts().medium);
  std::vector<const char*> labels = {ui.tr("Training", "Apprentissage"), ui.tr("Validation", "Validation"), ui.tr("Test", "Test")};
  if (problem.data.plane.dimensions == 2) labels.push_back(ui.tr("Discretise", "Discrétiser"));
  int lines = 1;
  float x = 0;
  for (const char* label : labels) {
    const float w = ImGui::CalcTextSize(label).x + 20;
    if (x > 0 && x + w > width) {
      ++lines;
      x = 0;
    }
    x += w + 6;
  }
  ImGui::PopFont();
  return lines;
}

}  // namespace

std::string axis_name(const Problem& problem, int input, const UiState& ui) {
  if (input >= 0 && static_cast<size_t>(input) < problem.data.input_names.size())
    return problem.data.input_names[static_cast<size_t>(input)].in(ui.language);
  return "x";
}

// A short name of the second axis stands beside its end, a long one in a line of its own above the picture.
float above_picture(const char* y_name) {
  ImGui::PushFont(fonts().small);
  const float room = ImGui::CalcTextSize(y_name).x <= kLeftAxis - 8 ? 0 : ImGui::GetTextLineHeight() + 3;
  ImGui::PopFont();
  return room;
}

std::string second_axis(const Problem& problem, const UiState& ui) {
  return problem.data.plane.dimensions == 1 ? std::string("y") : axis_name(problem, problem.data.plane.y_input, ui);
}

void draw_axes(const OutputView& p, const char* y_name) {
  const Theme& t = theme();
  const Plane& plane = p.problem.data.plane;
  std::array<double, 16> at{};
  ImGui::PushFont(fonts().small);
  const float line = ImGui::GetTextLineHeight(), above = above_picture(y_name);
  const int across = ticks(plane.x_min, plane.x_max, 5, at.data(), static_cast<int>(at.size()));
  const std::string x_name = axis_name(p.problem, plane.x_input, p.ui);
  for (int i = 0; i < across; ++i) {
    const double value = at[static_cast<size_t>(i)];
    const float x = std::round(p.x(value));
    if (x < p.box.x0 - 1 || x > p.box.x1 + 1) continue;
    p.list->AddLine(ImVec2(x, p.box.y1), ImVec2(x, p.box.y1 + 3), t.line_strong);
    const std::string text = plain(value, p.ui.language);
    const float w = ImGui::CalcTextSize(text.c_str()).x;
    p.list->AddText(ImVec2(std::round(std::clamp(x - w / 2, p.box.x0 - 6, p.box.x1 + 6 - w)), p.box.y1 + 4), t.muted, text.c_str());
  }
  const int up = ticks(plane.y_min, plane.y_max, 5, at.data(), static_cast<int>(at.size()));
  for (int i = 0; i < up; ++i) {
    const double value = at[static_cast<size_t>(i)];
    const float y = std::round(p.y(value));
    if (y < p.box.y0 - 1 || y > p.box.y1 + 1) continue;
    p.list->AddLine(ImVec2(p.box.x0 - 3, y), ImVec2(p.box.x0, y), t.line_strong);
    if (above <= 0 && y - line / 2 < p.box.y0 + line) continue;  // the name of the axis stands there
    const std::string text = plain(value, p.ui.language);
    const float w = ImGui::CalcTextSize(text.c_str()).x;
    p.list->AddText(ImVec2(p.box.x0 - 6 - w, std::round(y - line / 2)), t.muted, text.c_str());
  }
  const float w = ImGui::CalcTextSize(x_name.c_str()).x;
  p.list->AddText(ImVec2(std::round(p.box.centre_x() - w / 2), p.box.y1 + 4 + line), t.text, x_name.c_str());
  if (above > 0) p.list->AddText(ImVec2(p.box.x0, p.box.y0 - above), t.text, y_name);
  else p.list->AddText(ImVec2(p.box.x0 - ImGui::CalcTextSize(y_name).x - 8, p.box.y0 - 2), t.text, y_name);
  ImGui::PopFont();
}

void draw_legend(const OutputView& p, float width) {
  const Theme& t = theme();
  UiState& ui = p.ui;
  ImGui::PushFont(fonts().small);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float line = ImGui::GetTextLineHeight();
  // Without a colour that stands for the output, the points alone are explained.
  const bool names_classes = p.problem.data.task == Task::classes || (rebuilds(p.problem) && p.problem.data.task != Task::regression);
  if (names_classes || p.problem.data.plane.dimensions == 1) {
    float x = origin.x, y = origin.y;
    const int classes = static_cast<int>(p.problem.data.class_names.size());
    for (int index = 0; index < classes; ++index) {
      const std::string name = class_name(p.problem, index, ui);
      const float w = 18 + ImGui::CalcTextSize(name.c_str()).x + 14;
      if (x + w > origin.x + width && x > origin.x) {
        x = origin.x;
        y += line + 4;
      }
      draw_point(p.list, ImVec2(x + 6, y + line / 2), 4, index, class_colour(p.problem, index), PointStyle::train);
      p.list->AddText(ImVec2(x + 15, y), t.muted, name.c_str());
      x += w;
    }
    ImGui::Dummy(ImVec2(width, classes > 0 ? y + line - origin.y : 0));
  } else {
    const std::string low = plain(std::round(static_cast<double>(p.shown.low) * 100) / 100, ui.language);
    const std::string high = plain(std::round(static_cast<double>(p.shown.high) * 100) / 100, ui.language);
    const float left = ImGui::CalcTextSize(low.c_str()).x + 8, right = ImGui::CalcTextSize(high.c_str()).x + 8;
    const float x0 = origin.x + left, x1 = origin.x + width - right, bar = 8;
    const float y0 = origin.y + (line - bar) / 2;
    p.list->AddText(origin, t.muted, low.c_str());
    constexpr int kSteps = 32;
    for (int i = 0; i < kSteps; ++i) {
      const float a = static_cast<float>(i) / kSteps, b = static_cast<float>(i + 1) / kSteps;
      const float value = ui.discretize ? (a < 0.5f ? -1.f : 1.f) : ((a + b) - 1) / kPale;
      p.list->AddRectFilled(ImVec2(x0 + a * (x1 - x0), y0), ImVec2(x0 + b * (x1 - x0), y0 + bar), diverging(value));
    }
    p.list->AddRect(ImVec2(x0, y0), ImVec2(x1, y0 + bar), t.line);
    p.list->AddText(ImVec2(x1 + 8, origin.y), t.muted, high.c_str());
    ImGui::Dummy(ImVec2(width, line));
  }
  ImGui::PopFont();
}

bool is_slice(const Problem& problem) {
  return problem.data.plane.dimensions == 2 && !problem.data.uses_features && problem.data.input_shape.size() > 2;
}

float below_picture(const Problem& problem, const UiState& ui, float width) {
  const float chips = (coarse_pointer() ? 40.f : 24.f) + 6;
  return 16 + kGap + static_cast<float>(switch_lines(problem, ui, width)) * chips + (is_slice(problem) ? 18.f : 0.f) + 2;
}

void draw_switches(const Problem& problem, UiState& ui) {
  const std::array<int, 3>& samples = problem.samples;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(6, 6));
  const char* none = ui.tr("There are no such samples: see the split under Data.", "Aucun exemple de ce type : voir le partage dans Données.");
  chip(ui.tr("Training", "Apprentissage"), &ui.show_train, samples[0] > 0 ? ui.tr("Show the training samples", "Montrer les exemples d’apprentissage") : none, samples[0] > 0);
  ImGui::SameLine();
  chip(ui.tr("Validation", "Validation"), &ui.show_validation, samples[1] > 0 ? ui.tr("Show the validation samples", "Montrer les exemples de validation") : none, samples[1] > 0);
  ImGui::SameLine();
  chip(ui.tr("Test", "Test"), &ui.show_test, samples[2] > 0 ? ui.tr("Show the test samples, which training never sees", "Montrer les exemples de test, que l’apprentissage ne voit jamais") : none, samples[2] > 0);
  if (problem.data.plane.dimensions == 2) {
    ImGui::SameLine();
    chip(ui.tr("Discretise", "Discrétiser"), &ui.discretize, ui.tr("Show only the decision, not the values", "Montrer la décision seule, pas les valeurs"));
  }
  ImGui::PopStyleVar();
}

}  // namespace myelin::web
