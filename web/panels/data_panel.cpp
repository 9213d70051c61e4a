// The data: which set, its own settings, how it is shared out, and another draw of it.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "panels/common.h"
#include "panels/dataset_icon.h"
#include "myelin/edits.h"
#include "widgets/controls.h"

namespace myelin::web {
namespace {

void tiles(UiState& ui, Outbox& outbox) {
  const Theme& t = theme();
  std::vector<const Row*> all;
  for (const Row* row : rows(Kind::dataset)) {
    if (has_dataset_icon(row->key) || row->key == ui.experiment.data.kind) all.push_back(row);
  }
  const float width = ImGui::GetContentRegionAvail().x, gap = 6;
  const float wanted = coarse_pointer() ? 56.f : 38.f;
  const int count = static_cast<int>(all.size());
  int per_row = std::max(4, static_cast<int>((width + gap) / (wanted + gap)));
  // On a low page two rows of slightly smaller tiles are in sight as a whole, three are not.
  constexpr float kLeastTile = 30;
  const int half = (count + 1) / 2;
  if (ui.layout == Layout::medium && !coarse_pointer() && per_row < half && (width + gap) / static_cast<float>(half) - gap >= kLeastTile) per_row = half;
  const float tile = std::min(60.f, std::floor((width + gap) / static_cast<float>(per_row) - gap));
  for (int i = 0; i < count; ++i) {
    const Row& row = *all[static_cast<size_t>(i)];
    if (i % per_row != 0) ImGui::SameLine(0, gap);
    ImGui::PushID(row.key);
    const ImVec2 from = ImGui::GetCursorScreenPos(), to = ImVec2(from.x + tile, from.y + tile);
    if (ImGui::InvisibleButton("tile", ImVec2(tile, tile))) outbox.edit(change_data(ui.experiment, row.key));
    const bool chosen = ui.experiment.data.kind == row.key, hovered = ImGui::IsItemHovered();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(from, to, hovered || chosen ? t.accent_soft : t.page, kControlRadius);
    const float inset = 4;
    draw_dataset_icon(list, row.key, ImVec2(from.x + inset, from.y + inset), ImVec2(to.x - inset, to.y - inset));
    list->AddRect(from, to, chosen ? t.accent : t.line, kControlRadius, 0, chosen ? 2.f : 1.f);
    focus_outline(kControlRadius);
    if (ImGui::GetIO().MouseSource == ImGuiMouseSource_TouchScreen) {
      tooltip_on_hover((std::string(ui.tr(row.label)) + "\n" + ui.tr(row.help)).c_str());
    } else if (hovered && ImGui::BeginTooltip()) {
      ImGui::PushTextWrapPos(280);
      ImGui::TextUnformatted(ui.tr(row.label));
      quiet_text(ui.tr(row.help));
      ImGui::PopTextWrapPos();
      ImGui::EndTooltip();
    }
    ImGui::PopID();
  }
}

// One bar, three shares, two borders to drag. The counts are of the run that is on the screen.
void split_bar(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const Theme& t = theme();
  const float width = ImGui::GetContentRegionAvail().x, height = coarse_pointer() ? 26.f : 16.f;
  const float test = static_cast<float>(ui.experiment.preparation["test"]);
  const float validation = static_cast<float>(ui.experiment.preparation["validation"]);
  const float train = 100 - test - validation;
  const std::array<float, 3> shares = {train, validation, test};
  const std::array<ImU32, 3> colours = {t.train, t.validation, t.test};
  const std::array<const char*, 3> names = {ui.tr("Training", "Apprentissage"), ui.tr("Validation", "Validation"), ui.tr("Test", "Test")};
  ImDrawList* list = ImGui::GetWindowDrawList();

  ImGui::PushFont(fonts().medium);
  ImGui::TextUnformatted(ui.tr("Split", "Partage"));
  ImGui::PopFont();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("split", ImVec2(width, height + 4));
  const bool hovered = ImGui::IsItemHovered();
  int* dragged = ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("dragged border"), -1);
  const std::array<float, 2> borders = {width * train / 100, width * (train + validation) / 100};
  const float mouse = ImGui::GetMousePos().x - origin.x;
  int near = std::fabs(mouse - borders[0]) <= std::fabs(mouse - borders[1]) ? 0 : 1;
  if (borders[1] - borders[0] < 1) near = mouse < borders[0] ? 0 : 1;  // one on the other: the side decides
  if (ImGui::IsItemActivated()) *dragged = near;
  if (ImGui::IsItemActive() && *dragged >= 0) {
    const int share = static_cast<int>(std::lround(std::clamp(mouse / width, 0.f, 1.f) * 20)) * 5;  // steps of 5 %
    int new_validation = static_cast<int>(validation), new_test = static_cast<int>(test);
    if (*dragged == 0) new_validation = std::max(0, 100 - new_test - std::max(5, share));
    else {
      new_test = std::clamp(100 - share, 0, 90);
      new_validation = std::max(0, std::min(new_validation, 95 - new_test));
      // The border between training and validation stays where it is.
      new_validation = std::clamp(100 - new_test - static_cast<int>(train), 0, 90);
    }
    Experiment next = set_split(ui.experiment, new_validation, new_test);
    if (!(next == ui.experiment)) outbox.edit(std::move(next), "split");
  }
  if (!ImGui::IsItemActive()) *dragged = -1;
  if (hovered || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);

  float x = origin.x;
  const float y0 = origin.y + 2, y1 = y0 + height;
  for (size_t part = 0; part < 3; ++part) {
    const float w = width * shares[part] / 100;
    if (w > 0.5f) {
      ImDrawFlags corners = 0;
      if (x <= origin.x + 1) corners |= ImDrawFlags_RoundCornersLeft;
      if (x + w >= origin.x + width - 1) corners |= ImDrawFlags_RoundCornersRight;
      list->AddRectFilled(ImVec2(x, y0), ImVec2(x + w, y1), with_alpha(colours[part], 0.85f), 5, corners == 0 ? ImDrawFlags_RoundCornersNone : corners);
    }
    x += w;
  }
  for (int border = 0; border < 2; ++border) {
    const float at = origin.x + borders[static_cast<size_t>(border)];
    const bool hot = (hovered && near == border) || *dragged == border;
    const ImVec2 from(at - (hot ? 3.f : 2.f), y0 - 2), to(at + (hot ? 3.f : 2.f), y1 + 2);
    list->AddRectFilled(from, to, t.panel, 3);
    list->AddRectFilled(ImVec2(from.x + 1, from.y), ImVec2(to.x - 1, to.y), hot ? t.accent : t.line_strong, 2);
  }

  // For each part: dot and name, below them count and share. The widths follow the words.
  const Problem* problem = snapshot.problem.get();
  ImGui::PushFont(fonts().small);
  const ImVec2 under = ImGui::GetCursorScreenPos();
  const float line = ImGui::GetTextLineHeight() + 2;
  std::array<float, 3> room{};
  float used = 0;
  std::array<std::string, 3> counts;
  for (size_t part = 0; part < 3; ++part) {
    const std::string share = percent(static_cast<double>(shares[part]) / 100, ui.language, 0);
    counts[part] = problem == nullptr ? share : count(problem->samples[part], ui.language) + (part == 0 ? " · " + share : std::string());
    used += room[part] = std::max(ImGui::CalcTextSize(names[part]).x, ImGui::CalcTextSize(counts[part].c_str()).x) + 12;
  }
  const float spare = std::clamp((width - used) / 2, 2.f, 40.f);
  float column = under.x;
  for (size_t part = 0; part < 3; ++part) {
    list->AddCircleFilled(ImVec2(column + 3.5f, under.y + line / 2 - 1), 3.5f, colours[part]);
    list->AddText(ImVec2(column + 12, under.y), t.muted, names[part]);
    list->AddText(ImVec2(column + 12, under.y + line), t.text, counts[part].c_str());
    column += room[part] + spare;
  }
  ImGui::Dummy(ImVec2(width, 2 * line));
  ImGui::PopFont();
  // A truth table is meant to be learnt by heart.
  constexpr int kWorthKeeping = 20;
  if (test <= 0 && validation <= 0 && problem != nullptr && problem->samples[0] >= kWorthKeeping) {
    ImGui::PushFont(fonts().small);
    ImGui::PushTextWrapPos(0);
    ImGui::PushStyleColor(ImGuiCol_Text, t.warning);
    ImGui::TextUnformatted(ui.tr("No unseen samples: nothing tells whether the network has understood or learnt by heart.",
                                 "Aucun exemple réservé : rien ne dit si le réseau a compris ou appris par cœur."));
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
    ImGui::PopFont();
  }
}

void fields(UiState& ui, Outbox& outbox) {
  Settings settings = ui.experiment.data.settings;
  const char* key = nullptr;
  bool changed = false;
  ImGui::PushID("data fields");
  for (int field = 0; field < static_cast<int>(settings.fields().size()); ++field) {
    if (std::string_view(settings.fields()[static_cast<size_t>(field)].key) == "seed") continue;  // stands beside its button
    if (!field_editor(settings, field, ui)) continue;
    changed = true;
    key = settings.fields()[static_cast<size_t>(field)].key;
  }
  ImGui::PopID();
  if (changed) outbox.edit(change_data_settings(ui.experiment, settings), std::string("data ") + (key == nullptr ? "" : key));
}

void seed_row(UiState& ui, Outbox& outbox) {
  Settings settings = ui.experiment.data.settings;
  const int index = settings.index_of("seed");
  if (index < 0) return;
  const Field& field = settings.fields()[static_cast<size_t>(index)];
  const float width = std::min(320.f, ImGui::GetContentRegionAvail().x), dice = control_height();
  const uint64_t random = static_cast<uint64_t>(ImGui::GetTime() * 1e6) * 0x9E3779B97F4A7C15ull >> 24;
  int seed = settings.integer("seed");
  ImGui::BeginChild("seed", ImVec2(width - dice - kGap, dice), 0, ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar);
  if (stepper(ui.tr("Seed", "Graine"), &seed, static_cast<int>(field.min), static_cast<int>(field.max), 1, ui.tr(field.help))) {
    settings.set("seed", seed);
    outbox.edit(change_data_settings(ui.experiment, settings), "data seed");
  }
  ImGui::EndChild();
  ImGui::SameLine(0, kGap);
  if (icon_button("regenerate", Icon::dice, ui.tr("Draw the data anew", "Tirer de nouvelles données"), ButtonStyle::normal))
    outbox.edit(new_data_seed(ui.experiment, random));
}

// The name of the chosen set: in the card's title line where there is one.
void name(const UiState& ui) {
  const Row* row = find_row(Kind::dataset, ui.experiment.data.kind);
  if (row == nullptr) return;
  std::string text = ui.tr(row->label);
  if (ui.layout != Layout::wide) {
    ImGui::TextUnformatted(text.c_str());
    return;
  }
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float right = start.x + ImGui::GetContentRegionAvail().x - 30;
  ImGui::PushFont(fonts().strong);
  const float left = start.x + ImGui::CalcTextSize(ui.tr("Data", "Données")).x + 12;
  ImGui::PopFont();
  // Smaller letters first, then an ellipsis: never into the card's title.
  ImGui::PushFont(fonts().medium);
  const bool fits = ImGui::CalcTextSize(text.c_str()).x <= right - left;
  ImGui::PopFont();
  ImGui::PushFont(fits ? fonts().medium : fonts().small);
  if (ImGui::CalcTextSize(text.c_str()).x > right - left) {
    const auto inside_a_letter = [&] { return (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80; };
    do {
      while (text.size() > 1 && inside_a_letter()) text.pop_back();
      text.pop_back();
    } while (!text.empty() && ImGui::CalcTextSize((text + "…").c_str()).x > right - left);
    text += "…";
  }
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  ImGui::GetWindowDrawList()->AddText(ImVec2(std::round(right - size.x), std::round(start.y - kGap - 11 - size.y / 2)), theme().muted, text.c_str());
  ImGui::PopFont();
}

}  // namespace

void data_panel(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const bool two_columns = ImGui::GetContentRegionAvail().x > 520;
  if (two_columns) {
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(12, 0));
    if (ImGui::BeginTable("data", 2, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoPadOuterX)) {
      ImGui::TableNextColumn();
      name(ui);
      tiles(ui, outbox);
      split_bar(snapshot, ui, outbox);
      ImGui::TableNextColumn();
      fields(ui, outbox);
      seed_row(ui, outbox);
      ImGui::EndTable();
    }
    ImGui::PopStyleVar();
    return;
  }
  name(ui);
  tiles(ui, outbox);
  fields(ui, outbox);
  split_bar(snapshot, ui, outbox);
  seed_row(ui, outbox);
}

}  // namespace myelin::web
