// How the weights change: loss, optimiser and rules, all through field tables. A loss that does not serve the task says why.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "panels/common.h"
#include "myelin/edits.h"
#include "widgets/controls.h"
#include "widgets/dropdown.h"

namespace myelin::web {
namespace {

// Equations that a comma and two spaces part stand below one another.
std::string with_formula(const Row& row, const UiState& ui) {
  std::string text = ui.tr(row.help);
  if (row.formula == nullptr || row.formula[0] == 0) return text;
  std::string formula = row.formula;
  for (size_t at = formula.find(",  "); at != std::string::npos; at = formula.find(",  ", at)) formula.replace(at, 3, "\n");
  return text + "\n" + formula;
}

const char* wrong_task(Task task, const UiState& ui) {
  switch (task) {
    case Task::regression: return ui.tr("Not for numbers to predict: it compares classes.", "Pas pour des nombres à prédire : elle compare des classes.");
    case Task::binary: return ui.tr("Not for two classes with one output.", "Pas pour deux classes avec une seule sortie.");
    case Task::classes: return ui.tr("Not for more than two classes.", "Pas pour plus de deux classes.");
  }
  return "";
}

void loss_choice(UiState& ui, Outbox& outbox) {
  const Row* chosen = find_row(Kind::loss, ui.experiment.loss.kind);
  if (chosen == nullptr) return;
  const Result<DatasetFacts> facts = dataset_facts(ui.experiment.data);
  if (!begin_dropdown("loss", ui.tr("Loss", "Coût"), ui.tr(chosen->label), 0, with_formula(*chosen, ui).c_str())) return;
  for (const Row* row : rows(Kind::loss)) {
    const bool serves = !facts || loss_facts(row->key).serves(facts->task);
    const std::string help = serves ? with_formula(*row, ui) : wrong_task(facts->task, ui);
    if (dropdown_item(row->key, ui.tr(row->label), row == chosen, help.c_str(), serves)) outbox.edit(set_loss(ui.experiment, row->key));
  }
  end_dropdown();
}

void optimizer_choice(UiState& ui, Outbox& outbox) {
  const Row* chosen = find_row(Kind::optimizer, ui.experiment.optimizer.kind);
  if (chosen == nullptr) return;
  if (!begin_dropdown("optimizer", ui.tr("Optimiser", "Optimiseur"), ui.tr(chosen->label), 0, with_formula(*chosen, ui).c_str())) return;
  for (const Row* row : rows(Kind::optimizer))
    if (dropdown_item(row->key, ui.tr(row->label), row == chosen, with_formula(*row, ui).c_str())) outbox.edit(set_optimizer(ui.experiment, row->key));
  end_dropdown();
}

// Which table a field belongs to, so that one grid can hold fields of three tables.
enum class Owner { loss, optimizer, training };
struct Entry {
  Owner owner;
  int field;
};

Settings& settings_of(Experiment& experiment, Owner owner) {
  if (owner == Owner::loss) return experiment.loss.settings;
  if (owner == Owner::optimizer) return experiment.optimizer.settings;
  return experiment.training;
}

// From 1 to all training samples, on a logarithmic scale: 1, 32 and "everything" are all near at hand.
void batch_slider(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  Settings training = ui.experiment.training;
  const int index = training.index_of("batch");
  if (index < 0) return;
  const Field& field = training.fields()[static_cast<size_t>(index)];
  const int samples = snapshot.problem == nullptr ? 1000 : snapshot.problem->samples[0];
  const int most = std::min(static_cast<int>(field.max), std::max({2, samples, training.integer("batch")}));
  double value = training["batch"];
  const std::string shown = count(static_cast<long long>(value), ui.language);
  if (!slider(ui.tr(field.label), &value, 1, most, shown.c_str(), ui.tr(field.help), true)) return;
  training.set("batch", std::round(value));
  if (training == ui.experiment.training) return;
  Experiment next = ui.experiment;
  next.training = training;
  outbox.edit(std::move(next), "training batch");
}

void edit_field(const Entry& entry, UiState& ui, Outbox& outbox) {
  Experiment next = ui.experiment;
  Settings& settings = settings_of(next, entry.owner);
  ImGui::PushID(static_cast<int>(entry.owner));
  if (field_editor(settings, entry.field, ui)) outbox.edit(next, std::string("training ") + settings.fields()[static_cast<size_t>(entry.field)].key);
  ImGui::PopID();
}

void grid(const char* id, int columns, std::span<const Entry> entries, UiState& ui, Outbox& outbox) {
  if (entries.empty()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(kGap, 4));
  if (ImGui::BeginTable(id, columns, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoPadOuterX)) {
    for (const Entry& entry : entries) {
      ImGui::TableNextColumn();
      edit_field(entry, ui, outbox);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
}

// Names of losses and optimisers are long, numbers are short.
bool begin_main_table(const char* id, int columns) {
  if (!ImGui::BeginTable(id, columns, ImGuiTableFlags_SizingStretchProp | ImGuiTableFlags_NoPadOuterX)) return false;
  for (int column = 0; column < columns; ++column)
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch, 1.f);
  return true;
}

// In the title's line of a wide page, so that it costs no height.
void more_button(UiState& ui) {
  const char* label = ui.more_training ? ui.tr("Fewer settings", "Moins de réglages") : ui.tr("More settings", "Plus de réglages");
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGui::PushFont(fonts().medium);
  const ImVec2 size = ImGui::CalcTextSize(label);
  const bool beside = ui.layout == Layout::wide && !coarse_pointer();
  const float height = beside ? 24.f : control_height(), width = size.x + 20;
  if (beside) ImGui::SetCursorScreenPos(ImVec2(start.x + ImGui::GetContentRegionAvail().x - 30 - width, start.y - kGap - 11 - height / 2));
  const ImVec2 from = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("more", ImVec2(width, height))) ui.more_training = !ui.more_training;
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  focus_outline(kControlRadius);
  if (hovered) list->AddRectFilled(from, ImVec2(from.x + width, from.y + height), theme().accent_soft, kControlRadius);
  list->AddText(ImVec2(from.x + 10, from.y + (height - size.y) / 2), theme().accent, label);
  ImGui::PopFont();
  if (beside) ImGui::SetCursorScreenPos(start);
}

}  // namespace

void training_panel(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const float width = ImGui::GetContentRegionAvail().x;
  const int columns = width > 480 ? 3 : width > 300 ? 2 : 1;
  const Settings& training = ui.experiment.training;
  const Settings& optimizer = ui.experiment.optimizer.settings;
  const int rate = optimizer.index_of("rate");

  const std::vector<Entry> usual = {{Owner::training, training.index_of("l1")}, {Owner::training, training.index_of("l2")}};
  std::vector<Entry> rare;
  for (int field = 0; field < static_cast<int>(optimizer.fields().size()); ++field)
    if (field != rate) rare.push_back({Owner::optimizer, field});
  for (int field = 0; field < static_cast<int>(ui.experiment.loss.settings.fields().size()); ++field) rare.push_back({Owner::loss, field});
  for (int field = 0; field < static_cast<int>(training.fields().size()); ++field) {
    const bool shown = field == training.index_of("batch") || std::any_of(usual.begin(), usual.end(), [&](const Entry& entry) { return entry.field == field; });
    if (!shown) rare.push_back({Owner::training, field});
  }
  const bool beside_title = ui.layout == Layout::wide && !coarse_pointer();
  if (beside_title) more_button(ui);
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(kGap, 4));
  if (begin_main_table("usual", columns)) {
    ImGui::TableNextColumn();
    loss_choice(ui, outbox);
    ImGui::TableNextColumn();
    optimizer_choice(ui, outbox);
    if (rate >= 0) {
      ImGui::TableNextColumn();
      edit_field({Owner::optimizer, rate}, ui, outbox);
    }
    ImGui::TableNextColumn();
    batch_slider(snapshot, ui, outbox);
    for (const Entry& entry : usual) {
      ImGui::TableNextColumn();
      edit_field(entry, ui, outbox);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  if (!beside_title) {
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() - 10);  // its words stand in line with the others
    more_button(ui);
  }
  if (!ui.more_training) return;
  ImGui::PushFont(fonts().medium);
  muted_text(ui.tr("Courses differ in these conventions; choose those of yours.", "Les cours diffèrent sur ces conventions ; choisissez celles du vôtre."));
  ImGui::PopFont();
  // Steppers and switches stand in one line, sliders and choices need two: like beside like.
  std::vector<Entry> flat, tall;
  for (const Entry& entry : rare) {
    Experiment& experiment = ui.experiment;
    const Control control = settings_of(experiment, entry.owner).fields()[static_cast<size_t>(entry.field)].control;
    (control == Control::stepper || control == Control::toggle ? flat : tall).push_back(entry);
  }
  grid("tall", columns, tall, ui, outbox);
  grid("flat", std::min(columns, 2), flat, ui, outbox);
}

}  // namespace myelin::web
