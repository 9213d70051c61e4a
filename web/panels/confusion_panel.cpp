// Which class is taken for which: rows are the truth, columns the answer, colour the share of the row.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "panels/common.h"
#include "panels/graph_layout.h"
#include "panels/panels.h"
#include "widgets/controls.h"

namespace myelin::web {
namespace {

// The costliest sample of a cell: what a click selects.
int worst_of(const Problem& problem, const Predictions& predictions, int truth, int answer) {
  int worst = -1;
  float most = -1;
  const size_t outputs = static_cast<size_t>(std::max(1, predictions.outputs));
  for (size_t row = 0; row < predictions.samples.size(); ++row) {
    const int sample = predictions.samples[row];
    if (static_cast<int>(problem.data.targets[static_cast<size_t>(sample)]) != truth) continue;
    if (predicted_class(problem, predictions.values.data() + row * outputs, predictions.outputs) != answer) continue;
    const float loss = row < predictions.losses.size() ? predictions.losses[row] : 0;
    if (loss <= most) continue;
    most = loss;
    worst = sample;
  }
  return worst;
}

void centred(ImDrawList* list, const Box& box, ImU32 colour, const std::string& text) {
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  list->AddText(ImVec2(std::round(box.centre_x() - size.x / 2), std::round(box.centre_y() - size.y / 2)), colour, text.c_str());
}

// Reads upwards from `to`. `from`: a place where ImGui cuts nothing off.
void upright_text(ImDrawList* list, const ImVec2& from, const ImVec2& to, ImU32 colour, const char* text) {
  const int first = list->VtxBuffer.Size;
  list->AddText(from, colour, text);
  for (int i = first; i < list->VtxBuffer.Size; ++i) {
    ImVec2& at = list->VtxBuffer[i].pos;
    at = ImVec2(to.x + at.y - from.y, to.y - (at.x - from.x));
  }
}

}  // namespace

void confusion_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr || !classifies(*problem)) return;
  const Predictions& predictions = snapshot.predictions;
  const int classes = static_cast<int>(problem->data.class_names.size());
  const size_t n = static_cast<size_t>(classes);
  if (classes < 2 || predictions.confusion.size() != n * n) {
    muted_text(ui.tr("The network’s answers are on their way.", "Les réponses du réseau arrivent."));
    return;
  }
  const Theme& t = theme();
  const std::array<const char*, 3> parts = {ui.tr("of the training samples", "des exemples d’apprentissage"), ui.tr("of the validation samples", "des exemples de validation"),
                                            ui.tr("of the test samples", "des exemples de test")};
  muted_text((std::string(ui.tr("Rows: true class. Columns: answer. Counts ", "Lignes : vraie classe. Colonnes : réponse. Nombres ")) +
              parts[static_cast<size_t>(predictions.part)] + ".").c_str());

  ImDrawList* list = ImGui::GetWindowDrawList();
  ImGui::PushFont(fonts().small);
  float widest = 6;
  for (int index = 0; index < classes; ++index) widest = std::max(widest, ImGui::CalcTextSize(class_name(*problem, index, ui).c_str()).x);
  const ImVec2 origin = ImGui::GetCursorScreenPos(), avail = ImGui::GetContentRegionAvail();
  const float names = std::min(widest + 8, avail.x * 0.3f), gap = 2;
  const auto cell_below = [&](float above) {
    const float room = std::min(avail.x - names, std::max(120.f, avail.y - above - 4));
    return std::min(64.f, std::floor(room / static_cast<float>(classes + 1)) - gap);  // one more for the sums
  };
  const bool upright = widest > cell_below(18);
  const float head = upright ? std::min(widest + 8, avail.x * 0.3f) : 18, cell = cell_below(head);
  const float x0 = origin.x + names, y0 = origin.y + head;
  const auto box_at = [&](int row, int column) {
    const float x = x0 + static_cast<float>(column) * (cell + gap), y = y0 + static_cast<float>(row) * (cell + gap);
    return Box{x, y, x + cell, y + cell};
  };
  ImGui::InvisibleButton("matrix", ImVec2(names + static_cast<float>(classes + 1) * (cell + gap), head + static_cast<float>(classes + 1) * (cell + gap)));
  const bool hovered = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked();
  const ImVec2 mouse = ImGui::GetMousePos();

  std::vector<int> columns(n, 0), sums(n, 0);
  for (size_t row = 0; row < n; ++row)
    for (size_t column = 0; column < n; ++column) {
      sums[row] += predictions.confusion[row * n + column];
      columns[column] += predictions.confusion[row * n + column];
    }
  for (int row = 0; row < classes; ++row) {
    const Box first = box_at(row, 0), top = box_at(0, row);
    const std::string name = class_name(*problem, row, ui);
    const ImVec2 size = ImGui::CalcTextSize(name.c_str());
    list->PushClipRect(ImVec2(origin.x, first.y0), ImVec2(x0 - 2, first.y1), true);
    list->AddText(ImVec2(std::max(origin.x, x0 - size.x - 6), std::round(first.centre_y() - size.y / 2)), t.muted, name.c_str());
    list->PopClipRect();
    list->PushClipRect(ImVec2(upright ? origin.x : top.x0 - 1, origin.y), ImVec2(upright ? origin.x + avail.x : top.x1 + 1, y0), true);
    if (upright) upright_text(list, origin, ImVec2(std::round(top.centre_x() - size.y / 2), y0 - 4), t.muted, name.c_str());
    else list->AddText(ImVec2(std::round(top.centre_x() - size.x / 2), origin.y), t.muted, name.c_str());
    list->PopClipRect();
    for (int column = 0; column < classes; ++column) {
      const size_t at = static_cast<size_t>(row) * n + static_cast<size_t>(column);
      const int value = predictions.confusion[at];
      const float share = sums[static_cast<size_t>(row)] > 0 ? static_cast<float>(value) / static_cast<float>(sums[static_cast<size_t>(row)]) : 0;
      const Box box = box_at(row, column);
      // Right answers in blue, mistakes in orange: small shares of mistakes must be seen, so their colour rises faster.
      const ImU32 base = row == column ? t.positive : t.negative;
      const float strength = row == column ? share : std::sqrt(share);
      const ImU32 fill = mix(t.page, base, value > 0 ? 0.12f + 0.8f * strength : 0);
      list->AddRectFilled(ImVec2(box.x0, box.y0), ImVec2(box.x1, box.y1), fill, 3);
      if (value > 0) centred(list, box, contrast(fill, t.text) >= contrast(fill, t.panel) ? t.text : t.panel, count(value, ui.language));
      if (!hovered || !box.contains(mouse.x, mouse.y)) continue;
      list->AddRect(ImVec2(box.x0 - 1, box.y0 - 1), ImVec2(box.x1 + 1, box.y1 + 1), t.accent, 3, 0, 2);
      const std::string truth = class_name(*problem, row, ui), answer = class_name(*problem, column, ui);
      ImGui::SetTooltip("%s", fill_in(row == column ? ui.tr("%s of %s samples of class %s are recognised.", "%s exemples sur %s de la classe %s sont reconnus.")
                                                    : ui.tr("%s of %s samples of class %s are taken for %s.", "%s exemples sur %s de la classe %s sont pris pour %s."),
                                      {count(value, ui.language), count(sums[static_cast<size_t>(row)], ui.language), truth, answer}).c_str());
      if (clicked) ui.selected.sample = worst_of(*problem, predictions, row, column);
    }
    centred(list, box_at(row, classes), t.muted, count(sums[static_cast<size_t>(row)], ui.language));
    centred(list, box_at(classes, row), t.muted, count(columns[static_cast<size_t>(row)], ui.language));
  }
  ImGui::PopFont();
}

}  // namespace myelin::web
