// What the network is told: for data on the plane, a tile for each feature to switch on and off; else the list of columns.
#include <algorithm>
#include <cmath>

#include "panels/common.h"
#include "myelin/edits.h"
#include "widgets/controls.h"
#include "widgets/heatmap.h"

namespace myelin::web {
namespace {

// The place of a feature among the network's inputs; -1 when it is off.
int input_of(const Settings& features, int field) {
  if (features.value(field) == 0) return -1;
  int input = 0;
  for (int before = 0; before < field; ++before) input += features.value(before) != 0;
  return input;
}

void feature_tiles(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const Theme& t = theme();
  const Problem& problem = *snapshot.problem;
  const std::span<const Field> all = feature_fields();
  const bool current = problem.experiment.features == ui.experiment.features && problem.data.uses_features;
  const float width = ImGui::GetContentRegionAvail().x, gap = 6;
  const int per_row = width > 420 ? static_cast<int>(all.size()) : 4;
  const float tile = std::min(coarse_pointer() ? 60.f : 40.f, std::floor((width + gap) / static_cast<float>(per_row) - gap));
  const float label = 15;
  const float step = std::min(width > 420 ? 76.f : width, std::floor((width - tile) / static_cast<float>(per_row - 1)));  // columns span the card
  for (int field = 0; field < static_cast<int>(all.size()); ++field) {
    if (field % per_row != 0) ImGui::SameLine(0, step - tile);
    const Field& description = all[static_cast<size_t>(field)];
    const bool on = ui.experiment.features.value(field) != 0;
    ImGui::PushID(field);
    const ImVec2 from = ImGui::GetCursorScreenPos(), to = ImVec2(from.x + tile, from.y + tile);
    if (ImGui::InvisibleButton("feature", ImVec2(tile, tile + label))) outbox.edit(set_feature(ui.experiment, field, !on));
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList* list = ImGui::GetWindowDrawList();
    bool drawn = false;
    const int input = current ? input_of(ui.experiment.features, field) : -1;
    if (on && input >= 0) {
      const Range range = map_range(problem, snapshot, 0, input);
      drawn = draw_unit_map(list, 0, input, from, to, range.low, range.high, ui.discretize, kControlRadius);
      if (hovered) ui.hovered = {.node = 0, .unit = input};
    }
    if (!drawn) list->AddRectFilled(from, to, hovered ? t.accent_soft : t.page, kControlRadius);
    list->AddRect(from, to, hovered ? t.accent : on ? t.line_strong : t.line, kControlRadius, 0, hovered ? 2.f : 1.f);
    focus_outline(kControlRadius);
    if (!on) draw_icon(list, Icon::plus, ImVec2((from.x + to.x) / 2, (from.y + to.y) / 2), 12, hovered ? t.accent : t.muted);
    ImFont* font = fonts().small;
    ImGui::PushFont(font);
    // The long name of the radius has no room under its tile; its help says it in full.
    const char* name = std::string_view(description.key) == "radius" ? "r" : ui.tr(description.label);
    const float w = ImGui::CalcTextSize(name).x;
    list->AddText(ImVec2(std::round((from.x + to.x - w) / 2), to.y + 1), on ? t.text : t.muted, name);
    ImGui::PopFont();
    if (hovered) {
      const std::string text = std::string(ui.tr(description.label)) + "\n" + ui.tr(description.help) + "\n" +
                               (on ? ui.tr("Click to leave it out.", "Cliquer pour la retirer.") : ui.tr("Click to add it.", "Cliquer pour l’ajouter."));
      tooltip_on_hover(text.c_str());
    }
    ImGui::PopID();
  }
}

}  // namespace

void features_panel(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr) return;
  const Result<DatasetFacts> facts = dataset_facts(ui.experiment.data);
  if (facts && facts->uses_features) {
    feature_tiles(snapshot, ui, outbox);
  } else {
    ImGui::PushFont(fonts().medium);
    ImGui::PushTextWrapPos(0);
    if (problem->data.is_image()) {
      const Shape& shape = problem->data.input_shape;
      muted_text(fill_in(ui.tr("%s × %s pixels: the network reads the picture itself.", "%s × %s pixels : le réseau lit l’image elle-même."),
                         {std::to_string(shape[2]), std::to_string(shape[1])}).c_str());
    } else {
      std::string names;
      constexpr size_t kMostNames = 14;
      const size_t count = problem->input_labels.size(), named = count > kMostNames ? kMostNames - 1 : count;
      for (size_t i = 0; i < named; ++i) names += (i > 0 ? ", " : "") + problem->input_labels[i].in(ui.language);
      if (named < count) names += fill_in(ui.tr(" and %s more", " et %s autres"), {std::to_string(count - named)});
      muted_text(fill_in(ui.tr("The network reads the columns as they are: %s.", "Le réseau lit les colonnes telles quelles : %s."), {names}).c_str());
    }
    ImGui::PopTextWrapPos();
    ImGui::PopFont();
  }
  // The features of the plane have comparable sizes already; scaling then stands with the rarely used settings.
  if (facts && facts->uses_features && ui.experiment.preparation.choice("scaling") == "none" && !ui.more_training) return;
  Settings preparation = ui.experiment.preparation;
  const int scaling = preparation.index_of("scaling");
  if (scaling >= 0 && field_editor(preparation, scaling, ui)) outbox.edit(set_preparation(ui.experiment, preparation), "scaling");
}

}  // namespace myelin::web
