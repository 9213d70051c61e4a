// The samples on the output picture, and what is said about the place under the pointer.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "panels/output_view.h"
#include "widgets/numbers.h"

namespace myelin::web {
namespace {

bool part_shown(const UiState& ui, SplitPart part) {
  return part == SplitPart::train ? ui.show_train : part == SplitPart::validation ? ui.show_validation : ui.show_test;
}

// One value of the surface at a position, between the centres of its cells.
float surface_at(const UnitMaps& maps, int unit, float u, float v) {
  const float fx = std::clamp(u * static_cast<float>(maps.width) - 0.5f, 0.f, static_cast<float>(maps.width - 1));
  const float fy = std::clamp(v * static_cast<float>(maps.height) - 0.5f, 0.f, static_cast<float>(maps.height - 1));
  const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
  const int x1 = std::min(x0 + 1, maps.width - 1), y1 = std::min(y0 + 1, maps.height - 1);
  const float tx = fx - static_cast<float>(x0), ty = fy - static_cast<float>(y0);
  const auto value = [&](int x, int y) {
    return maps.values[(static_cast<size_t>(unit) * static_cast<size_t>(maps.height) + static_cast<size_t>(y)) * static_cast<size_t>(maps.width) + static_cast<size_t>(x)];
  };
  return (value(x0, y0) * (1 - tx) + value(x1, y0) * tx) * (1 - ty) + (value(x0, y1) * (1 - tx) + value(x1, y1) * tx) * ty;
}

std::string answer_at(const OutputView& p, float u, float v) {
  const UnitMaps& surface = p.snapshot.surface;
  if (!complete(surface) || rebuilds(p.problem)) return {};
  const UiState& ui = p.ui;
  if (p.problem.data.task == Task::regression) return std::string(ui.tr("Predicted ", "Prédiction ")) + number(static_cast<double>(surface_at(surface, 0, u, v)), ui.language);
  std::array<float, 16> values{};
  const int outputs = std::min(surface.units, static_cast<int>(values.size()));
  for (int unit = 0; unit < outputs; ++unit) values[static_cast<size_t>(unit)] = surface_at(surface, unit, u, v);
  const int winner = predicted_class(p.problem, values.data(), outputs);
  std::string text = fill_in(ui.tr("Predicted class %s", "Classe prédite %s"), {class_name(p.problem, winner, ui)});
  if (outputs > 1) return text + " (" + percent(static_cast<double>(values[static_cast<size_t>(winner)]), ui.language) + ")";
  return text + " (" + ui.tr("output ", "sortie ") + number(static_cast<double>(values[0]), ui.language) + ")";
}

}  // namespace

bool complete(const UnitMaps& maps) {
  return maps.units > 0 && maps.width > 0 && maps.height > 0 &&
         maps.values.size() == static_cast<size_t>(maps.units) * static_cast<size_t>(maps.width) * static_cast<size_t>(maps.height);
}

int draw_samples(const OutputView& p, bool hovered) {
  const Dataset& data = p.problem.data;
  const bool curve = data.plane.dimensions == 1;
  const float radius = std::clamp(8.6f - 0.58f * std::log2(static_cast<float>(std::max(1, data.count))), 2.2f, 7.5f) * std::clamp(p.box.width() / 290, 0.75f, 1.2f);
  const ImVec2 mouse = ImGui::GetMousePos();
  int nearest = -1;
  float best = 12 * 12;
  p.list->PushClipRect(ImVec2(p.box.x0 - 5, p.box.y0 - 5), ImVec2(p.box.x1 + 5, p.box.y1 + 5), true);
  // What training never saw comes last: on top.
  for (SplitPart part : {SplitPart::train, SplitPart::validation, SplitPart::test}) {
    if (!part_shown(p.ui, part)) continue;
    const PointStyle style = part == SplitPart::train ? PointStyle::train : part == SplitPart::validation ? PointStyle::validation : PointStyle::test;
    for (int sample = 0; sample < data.count; ++sample) {
      const size_t at = static_cast<size_t>(sample);
      if (data.part[at] != part) continue;
      const ImVec2 where(p.x(data.input(sample, data.plane.x_input)), p.y(curve ? data.targets[at] : data.input(sample, data.plane.y_input)));
      const bool chosen = p.ui.selected.sample == sample;
      draw_point(p.list, where, chosen ? radius + 2 : radius, target_shape(p.problem, data.targets[at]),
                 target_colour(p.problem, data.targets[at], p.range.low, p.range.high), style);
      if (chosen) p.list->AddCircle(where, radius + 5, theme().accent, 0, 2);
      const float dx = where.x - mouse.x, dy = where.y - mouse.y, d = dx * dx + dy * dy;
      if (hovered && d < best) {
        best = d;
        nearest = sample;
      }
    }
  }
  p.list->PopClipRect();
  return nearest;
}

void hover_text(const OutputView& p, int nearest) {
  const Dataset& data = p.problem.data;
  UiState& ui = p.ui;
  const ImVec2 mouse = ImGui::GetMousePos();
  const bool curve = data.plane.dimensions == 1;
  float u = (mouse.x - p.box.x0) / p.box.width(), v = (mouse.y - p.box.y0) / p.box.height();
  if (nearest >= 0) {
    u = (p.x(data.input(nearest, data.plane.x_input)) - p.box.x0) / p.box.width();
    if (!curve) v = (p.y(data.input(nearest, data.plane.y_input)) - p.box.y0) / p.box.height();
  }
  const double x = data.plane.x_min + static_cast<double>(u) * (data.plane.x_max - data.plane.x_min);
  const double y = data.plane.y_max - static_cast<double>(v) * (data.plane.y_max - data.plane.y_min);
  std::string text = axis_name(p.problem, data.plane.x_input, ui) + " = " + fixed(x, ui.language, 2);
  if (!curve) text += "    " + axis_name(p.problem, data.plane.y_input, ui) + " = " + fixed(y, ui.language, 2);
  if (const std::string answer = answer_at(p, u, curve ? 0.5f : v); !answer.empty()) text += '\n' + answer;
  if (nearest >= 0) {
    const size_t at = static_cast<size_t>(nearest);
    const std::array<const char*, 3> parts = {ui.tr("training sample", "exemple d’apprentissage"), ui.tr("validation sample", "exemple de validation"),
                                              ui.tr("test sample", "exemple de test")};
    const std::string truth = data.task == Task::regression ? fill_in(ui.tr("True value %s", "Valeur vraie %s"), {number(data.targets[at], ui.language)})
                                                            : fill_in(ui.tr("True class %s", "Classe vraie %s"), {class_name(p.problem, static_cast<int>(data.targets[at]), ui)});
    text += "\n" + truth + ", " + parts[static_cast<size_t>(data.part[at])];
  }
  ImGui::PushFont(fonts().medium);
  ImGui::SetTooltip("%s", text.c_str());
  ImGui::PopFont();
}

}  // namespace myelin::web
