#include "panels/common.h"

#include "panels/panels.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "imgui_internal.h"
#include "widgets/controls.h"
#include "widgets/ink.h"
#include "widgets/numbers.h"

namespace myelin::web {
namespace {

size_t at(int index) { return static_cast<size_t>(index); }

// Of the shapes for classes: a corner's distance where a disc has 1, and how far it moves when all sides move by 1.
constexpr std::array<std::array<float, 2>, 8> kReach = {{{1, 1}, {1.25f, 1.414f}, {1.3f, 2}, {1.25f, 1.414f}, {1.3f, 2}, {1.15f, 1.236f}, {1.15f, 1.155f}, {1.2f, 1.082f}}};

}  // namespace

void draw_point(ImDrawList* list, ImVec2 centre, float size, int shape, ImU32 fill, PointStyle style) {
  // Training: filled, thin light edge. Validation: filled, dark edge. Test: hollow, so that it reads without colour too.
  const Theme& t = theme();
  // In both themes a light ring parts a point from a surface of its own colour.
  const ImU32 outline = style == PointStyle::train ? IM_COL32(255, 255, 255, 235) : t.text;
  ImU32 inside = fill;
  float width = style == PointStyle::train ? 1.0f : 1.2f;
  if (style == PointStyle::test) {
    inside = t.panel;
    width = 0;
  }
  const size_t which = at(shape) % kReach.size();
  const auto shape_of = [&](float radius, ImU32 colour, float edge) {
    const float corner = radius * kReach[which][0], half = edge * 0.5f * kReach[which][1];
    if (edge > 0) draw_mark(list, static_cast<Mark>(which), centre, corner + half, outline);
    draw_mark(list, static_cast<Mark>(which), centre, corner - half, colour);
  };
  if (style == PointStyle::test) {
    shape_of(size * 1.1f, fill, 0);
    shape_of(size * 0.55f, inside, 0);
  } else {
    shape_of(size, inside, width);
  }
}

ImU32 class_colour(const Problem& problem, int index) {
  const Theme& t = theme();
  if (problem.data.task != Task::classes) return index <= 0 ? t.negative : t.positive;
  return t.classes[at(std::max(0, index)) % t.classes.size()];
}

ImU32 target_colour(const Problem& problem, double target, float low, float high) {
  if (problem.data.task != Task::regression) return class_colour(problem, static_cast<int>(target));
  const float middle = (low + high) / 2, half = std::max(1e-6f, (high - low) / 2);
  return diverging((static_cast<float>(target) - middle) / half);
}

int target_shape(const Problem& problem, double target) {
  return problem.data.task == Task::regression ? 0 : std::max(0, static_cast<int>(target));
}

Range output_range(const Problem& problem) {
  if (problem.data.task != Task::regression) return {problem.target_low < 0 ? -1.f : 0.f, 1.f};
  double low = 0, high = 0;
  if (!problem.data.targets.empty()) {
    const auto [least, most] = std::minmax_element(problem.data.targets.begin(), problem.data.targets.end());
    low = *least;
    high = *most;
  }
  if (low < 0 && high > 0) {  // zero keeps its neutral colour
    high = std::max(-low, high);
    low = -high;
  }
  if (high - low < 1e-6) high = low + 1;
  return {static_cast<float>(low), static_cast<float>(high)};
}

const UnitMaps* find_maps(const Snapshot& snapshot, int node) {
  for (const UnitMaps& maps : snapshot.maps)
    if (maps.node == node) return &maps;
  return nullptr;
}

Range map_range(const Problem& problem, const Snapshot& snapshot, int node, int unit) {
  if (node > 0 && at(node) < problem.experiment.nodes.size()) {
    const Settings& settings = problem.experiment.nodes[at(node)].settings;
    const std::string_view activation = settings.has("activation") ? settings.choice("activation") : std::string_view("linear");
    if (activation == "tanh" || activation == "sigmoid" || activation == "heaviside" || activation == "softmax") return {-1, 1};
  }
  const UnitMaps* maps = find_maps(snapshot, node);
  float most = 0;
  if (maps != nullptr) {
    const size_t cells = at(maps->width) * at(maps->height);
    // An input has its own unit; the neurons of a layer share a scale, so that a strong one looks strong.
    const size_t first = node == 0 ? at(unit) * cells : 0;
    const size_t last = node == 0 ? std::min(first + cells, maps->values.size()) : maps->values.size();
    for (size_t i = first; i < last; ++i) most = std::max(most, std::fabs(maps->values[i]));
  }
  if (most < 1e-3f || !std::isfinite(most)) most = 1;
  return {-most, most};
}

void focus_outline(float rounding) {
  if (!ImGui::IsItemFocused() || ImGui::GetCurrentContext()->NavDisableHighlight) return;
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  ImGui::GetWindowDrawList()->AddRect(ImVec2(min.x - 2, min.y - 2), ImVec2(max.x + 2, max.y + 2), theme().accent, rounding + 2, 0, 2);
}

void quiet_text(const char* text) {
  ImGui::PushFont(fonts().medium);
  ImGui::PushStyleColor(ImGuiCol_Text, theme().muted);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

std::string fill_in(const char* pattern, std::initializer_list<std::string> parts) {
  std::string result;
  auto part = parts.begin();
  for (const char* c = pattern; *c != 0; ++c) {
    if (c[0] == '%' && c[1] == 's' && part != parts.end()) {
      result += *part++;
      ++c;
    } else {
      result += *c;
    }
  }
  return result;
}

std::string input_label(const Problem& problem, int unit, const UiState& ui) {
  if (unit >= 0 && at(unit) < problem.input_labels.size()) return problem.input_labels[at(unit)].in(ui.language);
  return fill_in(ui.tr("pixel %s", "pixel %s"), {std::to_string(unit + 1)});
}

std::string layer_name(const Problem& problem, int node, const UiState& ui) {
  const int last = static_cast<int>(problem.nodes.size()) - 1;
  if (node == 0) return ui.tr("inputs", "entrées");
  if (node == last) return ui.tr("output", "sortie");
  return fill_in(ui.tr("hidden layer %s", "couche cachée %s"), {std::to_string(node)});
}

std::string class_name(const Problem& problem, int index, const UiState& ui) {
  if (index < 0 || at(index) >= problem.data.class_names.size()) return std::to_string(index);
  return problem.data.class_names[at(index)].in(ui.language);
}

bool shows_maps(const Problem& problem, int node) {
  const Shape& shape = problem.nodes[at(node)].shape;
  return node > 0 && problem.data.is_image() && shape.rank == 3 && shape[1] * shape[2] > 1;
}

std::string unit_name(const Problem& problem, int node, int unit, const UiState& ui) {
  const int last = static_cast<int>(problem.nodes.size()) - 1;
  if (node == 0) return input_label(problem, unit, ui);
  if (shows_maps(problem, node)) return fill_in(ui.tr("map %s of layer %s", "carte %s de la couche %s"), {std::to_string(unit + 1), std::to_string(node)});
  if (node == last) {
    if (problem.nodes.back().shape.size() == 1) return ui.tr("output", "sortie");
    return fill_in(ui.tr("output %s", "sortie %s"), {class_name(problem, unit, ui)});
  }
  return fill_in(ui.tr("neuron %s of hidden layer %s", "neurone %s de la couche cachée %s"),
                 {std::to_string(unit + 1), std::to_string(node)});
}

const ParamInfo* find_param(const NodeInfo& node, const char* name) {
  for (const ParamInfo& param : node.params)
    if (param.name == name) return &param;
  return nullptr;
}

ParameterPlace parameter_place(const Problem& problem, int index) {
  for (size_t node = 0; node < problem.nodes.size(); ++node) {
    for (const ParamInfo& param : problem.nodes[node].params) {
      if (index < param.offset || index >= param.offset + param.count) continue;
      const int inside = index - param.offset;
      if (param.shape.rank < 2) return {static_cast<int>(node), true, inside, -1};
      const int columns = param.count / std::max(1, param.shape[0]);
      return {static_cast<int>(node), false, inside / columns, inside % columns};
    }
  }
  return {};
}

bool in_step(const Problem& problem, const UiState& ui) {
  const std::vector<NodeSpec>& shown = problem.experiment.nodes;
  const std::vector<NodeSpec>& edited = ui.experiment.nodes;
  if (shown.size() != edited.size()) return false;
  for (size_t i = 0; i < shown.size(); ++i)
    if (shown[i].kind != edited[i].kind || shown[i].inputs != edited[i].inputs) return false;
  return true;
}

void order_switch(UiState& ui) {
  const char* labels[] = {ui.tr("Worst first", "Pires d’abord"), ui.tr("In order", "Dans l’ordre")};
  int order = ui.worst_first ? 0 : 1;
  if (segmented("order", &order, labels, 2)) ui.worst_first = order == 0;
}

std::string answer_label(const Problem& problem, const Predictions& predictions, const Answer& answer, const UiState& ui) {
  const double target = problem.data.targets[at(answer.sample) * at(problem.data.target_shape.size())];
  if (cuts_out(problem)) return {};
  if (classifies(problem)) {
    const std::string said = class_name(problem, answer.predicted, ui);
    return answer.right ? said : said + " ≠ " + class_name(problem, static_cast<int>(target), ui);
  }
  if (predictions.outputs != 1 || rebuilds(problem)) return {};
  return fill_in(ui.tr("%s, true %s", "%s, vrai %s"), {fixed(static_cast<double>(predictions.values[at(answer.row)]), ui.language, 2), fixed(target, ui.language, 2)});
}

std::string answer_line(const Problem& problem, const Predictions& predictions, const Answer& answer, const UiState& ui) {
  const double target = problem.data.targets[at(answer.sample) * at(problem.data.target_shape.size())];
  if (cuts_out(problem)) return {};
  if (classifies(problem)) {
    const std::string said = class_name(problem, answer.predicted, ui);
    return answer.right ? fill_in(ui.tr("Read as %s: right", "Lu comme %s : juste"), {said})
                        : fill_in(ui.tr("Read as %s, but it is %s", "Lu comme %s, mais c’est %s"), {said, class_name(problem, static_cast<int>(target), ui)});
  }
  if (predictions.outputs != 1 || rebuilds(problem)) return {};
  return fill_in(ui.tr("Predicted %s, true value %s", "Prédiction %s, valeur vraie %s"),
                 {number(static_cast<double>(predictions.values[at(answer.row)]), ui.language), number(target, ui.language)});
}

void loss_line(const Predictions& predictions, int row, const UiState& ui) {
  if (at(row) >= predictions.losses.size()) return;
  quiet_text(fill_in(ui.tr("Loss %s", "Coût %s"), {number(static_cast<double>(predictions.losses[at(row)]), ui.language)}).c_str());
}

SplitPart shown_part(const Problem& problem) {
  if (problem.samples[at(static_cast<int>(SplitPart::test))] > 0) return SplitPart::test;
  if (problem.samples[at(static_cast<int>(SplitPart::validation))] > 0) return SplitPart::validation;
  return SplitPart::train;
}

int probe_sample(const Snapshot& snapshot, const UiState& ui) {
  if (snapshot.problem == nullptr) return -1;
  const Dataset& data = snapshot.problem->data;
  if (ui.hovered.sample >= 0 && ui.hovered.sample < data.count) return ui.hovered.sample;
  if (ui.selected.sample >= 0 && ui.selected.sample < data.count) return ui.selected.sample;
  if (!data.is_image() && !lists_samples(*snapshot.problem)) return -1;
  const SplitPart part = shown_part(*snapshot.problem);
  for (int sample = 0; sample < data.count; ++sample)
    if (data.part[at(sample)] == part) return sample;
  return -1;
}

}  // namespace myelin::web
