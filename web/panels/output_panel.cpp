// What the network answers over the plane, with the samples on top; on a one-dimensional plane, the curve it has learnt.
// A neuron under the pointer, anywhere, takes the picture's place for that long.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "panels/common.h"
#include "panels/graph_layout.h"
#include "panels/panels.h"
#include "widgets/controls.h"
#include "widgets/heatmap.h"
#include "widgets/plot.h"

namespace myelin::web {
namespace {

constexpr float kPale = 1.35f;  // the surface never has the full colour of the samples that lie on it
constexpr float kLeftAxis = 30, kBottomAxis = 38;

struct Picture {
  const Snapshot& snapshot;
  const Problem& problem;
  UiState& ui;
  ImDrawList* list;
  Box box;
  Range range;               // of the output
  Range shown = {};          // of what the picture shows: the output or one neuron
  float x(double value) const {
    const Plane& p = problem.data.plane;
    return box.x0 + static_cast<float>((value - p.x_min) / (p.x_max - p.x_min)) * box.width();
  }
  float y(double value) const {
    const Plane& p = problem.data.plane;
    return box.y1 - static_cast<float>((value - p.y_min) / (p.y_max - p.y_min)) * box.height();
  }
};

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

void axes(const Picture& p, const char* y_name) {
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

bool part_shown(const UiState& ui, SplitPart part) {
  return part == SplitPart::train ? ui.show_train : part == SplitPart::validation ? ui.show_validation : ui.show_test;
}

// Draws the samples and returns the one under the pointer, or -1.
int points(const Picture& p, bool hovered) {
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

bool complete(const UnitMaps& maps) {
  return maps.units > 0 && maps.width > 0 && maps.height > 0 &&
         maps.values.size() == static_cast<size_t>(maps.units) * static_cast<size_t>(maps.width) * static_cast<size_t>(maps.height);
}

std::string answer_at(const Picture& p, float u, float v) {
  const UnitMaps& surface = p.snapshot.surface;
  if (!complete(surface)) return {};
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

void hover_text(const Picture& p, int nearest) {
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
  text += '\n';
  text += answer_at(p, u, curve ? 0.5f : v);
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

// The curve of a network with one input, coloured by its value.
void draw_curve(const Picture& p) {
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

void legend(const Picture& p, float width) {
  const Theme& t = theme();
  UiState& ui = p.ui;
  ImGui::PushFont(fonts().small);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float line = ImGui::GetTextLineHeight();
  if (p.problem.data.task == Task::classes || p.problem.data.plane.dimensions == 1) {
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

// More inputs than the picture has axes: it shows a slice.
bool is_slice(const Problem& problem) {
  return problem.data.plane.dimensions == 2 && !problem.data.uses_features && problem.data.input_shape.size() > 2;
}

void quiet_line(const char* text) {
  ImGui::PushStyleColor(ImGuiCol_Text, theme().muted);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
}

float below_picture(const Problem& problem, const UiState& ui, float width) {
  const float chips = (coarse_pointer() ? 40.f : 24.f) + 6;
  return 16 + kGap + static_cast<float>(switch_lines(problem, ui, width)) * chips + (is_slice(problem) ? 18.f : 0.f) + 2;
}

void switches(const Problem& problem, UiState& ui) {
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

}  // namespace

float natural_output_height(const Snapshot& snapshot, const UiState& ui, float card_width) {
  const float width = card_width - 2 * kPadding;
  const Problem* problem = snapshot.problem.get();
  const float title = 22 + kGap + 24 + (coarse_pointer() && problem != nullptr && problem->data.task != Task::regression ? control_height() + kGap : 2.f);
  if (problem == nullptr || problem->data.is_image()) return title + width + 60;
  const float side = problem->data.plane.dimensions == 1 ? (width - kLeftAxis) * 0.8f : width - kLeftAxis;
  return title + above_picture(second_axis(*problem, ui).c_str()) + side + below_picture(*problem, ui, width) + kBottomAxis;
}

void output_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr) return;
  const Plane& plane = problem->data.plane;
  if (plane.dimensions == 0) {
    muted_text(ui.tr("This data has no picture.", "Ces données n’ont pas d’image."));
    return;
  }
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
  Picture p{snapshot, *problem, ui, ImGui::GetWindowDrawList(), {x0, origin.y, x0 + picture_width, origin.y + height}, output_range(*problem)};
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
    if (!drawn) {
      focus.node = -1;
      const float middle = (p.range.low + p.range.high) / 2, half = (p.range.high - p.range.low) / 2 * kPale;
      drawn = draw_surface(p.list, min, max, middle - half, middle + half, ui.discretize);
    }
    if (!drawn) p.list->AddRectFilled(min, max, t.zero, 6);
  }
  p.list->AddRect(min, max, t.line_strong, 6);
  if (focus.node >= 0 && plane.dimensions == 2) p.shown = map_range(*problem, snapshot, focus.node, focus.unit);
  axes(p, y_name.c_str());
  const int nearest = points(p, hovered);
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
  legend(p, avail.x);
  if (is_slice(*problem)) {
    ImGui::PushFont(fonts().small);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - 4);
    quiet_line(ui.tr("The other inputs stand at their mean.", "Les autres entrées sont à leur moyenne."));
    ImGui::PopFont();
  }
  switches(*problem, ui);
}

}  // namespace myelin::web
