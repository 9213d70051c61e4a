// Samples that are neither points of a plane nor pictures: sequences as small curves, sentences as words, each with the network's
// answer. The worst first, as there is most to learn. The one under the pointer, or the chosen one, is what the network shows.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "panels/common.h"
#include "panels/graph_layout.h"
#include "panels/panels.h"
#include "widgets/controls.h"
#include "widgets/ink.h"
#include "widgets/numbers.h"

namespace myelin::web {
namespace {

constexpr float kInset = 8, kCurve = 52, kTextLines = 2, kRing = 3.6f;

struct SamplesView {
  const Problem& problem;
  const Predictions& predictions;
  const UiState& ui;
  ImDrawList* list;
  SequenceRange range;
  float prediction(const Answer& answer) const { return predictions.values[static_cast<size_t>(answer.row) * static_cast<size_t>(std::max(1, predictions.outputs))]; }
  double target(const Answer& answer) const { return problem.data.targets[static_cast<size_t>(answer.sample) * static_cast<size_t>(problem.data.target_shape.size())]; }
};

bool is_text(const Problem& problem) { return !problem.data.words.empty(); }

// What is to be predicted is a ring, what the network says a disc: they read without colour, too.
void true_mark(ImDrawList* list, ImVec2 at, ImU32 paper) {
  disc(list, at, kRing + 1, theme().positive);
  disc(list, at, kRing - 0.8f, paper);
}
void predicted_mark(ImDrawList* list, ImVec2 at) { disc(list, at, kRing, theme().negative); }

// Bits in one line, as filled and empty squares.
void draw_bits(const SamplesView& view, const Answer& answer, const Box& box) {
  const Theme& t = theme();
  const int count = view.problem.data.input_shape.size();
  const int per_line = std::min(count, 16), lines = (count + per_line - 1) / per_line;
  const float step = std::min({16.f, box.width() / static_cast<float>(per_line), box.height() / static_cast<float>(lines)}), side = std::max(2.f, step - 3);
  const float x0 = box.centre_x() - step * static_cast<float>(per_line) / 2, y0 = box.centre_y() - step * static_cast<float>(lines) / 2;
  for (int i = 0; i < count; ++i) {
    const ImVec2 from(std::round(x0 + step * static_cast<float>(i % per_line)), std::round(y0 + step * static_cast<float>(i / per_line)));
    const ImVec2 to(from.x + side, from.y + side);
    if (view.problem.data.input(answer.sample, i) > 0) view.list->AddRectFilled(from, to, t.accent, 2);
    else view.list->AddRect(from, to, t.line_strong, 2);
  }
}

// One line for each channel; where the value to predict belongs behind it, that and the network's.
void draw_sequence(const SamplesView& view, const Answer& answer, const Box& box, ImU32 paper) {
  const Theme& t = theme();
  const Dataset& data = view.problem.data;
  const int channels = data.input_shape.rank == 2 ? data.input_shape[0] : 1, length = data.input_shape.size() / std::max(1, channels);
  const int places = length + (view.range.next ? 1 : 0);
  const auto at = [&](int place, double value) {
    const double share = std::clamp((value - view.range.low) / (view.range.high - view.range.low), -0.1, 1.1);
    const float x = places > 1 ? static_cast<float>(place) / static_cast<float>(places - 1) : 0.5f;
    return ImVec2(box.x0 + x * box.width(), box.y1 - static_cast<float>(share) * box.height());
  };
  if (view.range.low < 0 && view.range.high > 0) view.list->AddLine(at(0, 0), ImVec2(box.x1, at(0, 0).y), t.line);
  std::vector<ImVec2> points(static_cast<size_t>(length));
  for (int channel = 0; channel < channels; ++channel) {
    for (int i = 0; i < length; ++i) points[static_cast<size_t>(i)] = at(i, data.input(answer.sample, channel * length + i));
    stroke(view.list, points, channel == 0 ? t.text : t.muted, 1.4f);
  }
  if (length == 1 || (view.range.next && length <= 32)) {
    for (const ImVec2& point : points) disc(view.list, point, 1.9f, t.text);
  }
  if (!view.range.next) return;
  true_mark(view.list, at(length, view.target(answer)), paper);
  const auto predicted = static_cast<double>(view.prediction(answer));
  if (std::isfinite(predicted)) predicted_mark(view.list, at(length, predicted));
}

// Up to two lines; the tooltip has the rest.
void draw_sentence(const SamplesView& view, const Answer& answer, const Box& box) {
  const std::string sentence = sentence_of(view.problem.data, answer.sample);
  const char* words = sentence.empty() ? view.ui.tr("(no known word)", "(aucun mot connu)") : sentence.c_str();
  const ImVec4 clip(box.x0, box.y0, box.x1, box.y1);
  ImFont* font = fonts().medium;
  view.list->AddText(font, ImGui::GetFontSize(), ImVec2(box.x0, box.y0), sentence.empty() ? theme().muted : theme().text, words, nullptr, box.width(), &clip);
}

void tooltip(const SamplesView& view, const Answer& answer) {
  if (!ImGui::BeginTooltip()) return;
  if (is_text(view.problem)) {
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + 320);
    ImGui::TextUnformatted(sentence_of(view.problem.data, answer.sample).c_str());
    ImGui::PopTextWrapPos();
  }
  const std::string line = answer_line(view.problem, view.predictions, answer, view.ui);
  if (!line.empty()) ImGui::TextUnformatted(line.c_str());
  loss_line(view.predictions, answer.row, view.ui);
  ImGui::EndTooltip();
}

// Returns whether it was clicked.
bool draw_cell(const SamplesView& view, const Answer& answer, float width, float height, bool chosen) {
  const Theme& t = theme();
  const ImVec2 from = ImGui::GetCursorScreenPos(), to(from.x + width, from.y + height);
  const bool clicked = ImGui::InvisibleButton("sample", ImVec2(width, height)), hovered = ImGui::IsItemHovered();
  const ImU32 paper = t.page;
  view.list->AddRectFilled(from, to, paper, kControlRadius);
  ImGui::PushFont(fonts().medium);
  const float line = ImGui::GetTextLineHeight();
  const std::string label = answer_label(view.problem, view.predictions, answer, view.ui);
  const ImU32 ink = answer.right ? t.muted : t.bad;
  Box inside{from.x + kInset, from.y + kInset, to.x - kInset, to.y - kInset};
  if (is_text(view.problem)) {
    view.list->AddText(ImVec2(inside.x0, inside.y0 - 1), ink, label.c_str());
    inside.y0 += line + 3;
    draw_sentence(view, answer, inside);
  } else {
    const float scale = std::min(1.f, inside.width() / std::max(1.f, ImGui::CalcTextSize(label.c_str()).x));  // in narrow cells long names get smaller letters
    view.list->AddText(ImGui::GetFont(), ImGui::GetFontSize() * scale, ImVec2(inside.x0, inside.y1 + 2 - line * (1 + scale) / 2), ink, label.c_str());
    inside = {inside.x0 + 2, inside.y0 + 3, inside.x1 - 2, inside.y1 - line - 5};
    if (view.range.bits) draw_bits(view, answer, inside);
    else draw_sequence(view, answer, inside, paper);
  }
  ImGui::PopFont();
  const bool marked = chosen || hovered;
  view.list->AddRect(from, to, marked ? t.accent : answer.right ? t.line : t.bad, kControlRadius, 0, marked || !answer.right ? 2.f : 1.f);
  focus_outline(kControlRadius);
  if (hovered) tooltip(view, answer);
  return clicked;
}

void legend(const SamplesView& view) {
  const Theme& t = theme();
  ImGui::PushFont(fonts().medium);
  const float line = ImGui::GetTextLineHeight();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const char* truth = view.ui.tr("next value", "valeur suivante");
  const char* said = view.ui.tr("prediction", "prédiction");
  true_mark(view.list, ImVec2(at.x + 6, at.y + line / 2), t.panel);
  view.list->AddText(ImVec2(at.x + 16, at.y), t.muted, truth);
  const float x = at.x + 16 + ImGui::CalcTextSize(truth).x + 18;
  predicted_mark(view.list, ImVec2(x + 6, at.y + line / 2));
  view.list->AddText(ImVec2(x + 16, at.y), t.muted, said);
  ImGui::Dummy(ImVec2(1, line));
  ImGui::PopFont();
}

}  // namespace

void samples_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr) return;
  const Predictions& predictions = snapshot.predictions;
  if (predictions.samples.empty()) {
    muted_text(ui.tr("The network’s answers are on their way.", "Les réponses du réseau arrivent."));
    return;
  }
  const std::vector<Answer> answers = list_answers(*problem, predictions, ui.worst_first);
  const std::array<const char*, 3> parts = {ui.tr("training samples", "exemples d’apprentissage"), ui.tr("validation samples", "exemples de validation"),
                                            ui.tr("test samples", "exemples de test")};
  const std::string all = count(static_cast<long long>(answers.size()), ui.language), part = parts[static_cast<size_t>(predictions.part)];
  const auto wrong = std::count_if(answers.begin(), answers.end(), [](const Answer& answer) { return !answer.right; });
  std::string summary = classifies(*problem) ? fill_in(ui.tr("%s mistakes in %s %s", "%s erreurs sur %s %s"), {count(static_cast<long long>(wrong), ui.language), all, part})
                                             : all + " " + part;
  if (is_text(*problem)) summary += ui.tr(" · the words it knows", " · mots connus");
  muted_text(summary.c_str());
  order_switch(ui);
  SamplesView view{*problem, predictions, ui, ImGui::GetWindowDrawList(), is_text(*problem) ? SequenceRange{} : sequence_range(*problem, predictions)};
  if (view.range.next) legend(view);

  ImGui::BeginChild("samples", ImVec2(0, 0), 0, ImGuiWindowFlags_NavFlattened);
  view.list = ImGui::GetWindowDrawList();
  const float gap = 7, width = ImGui::GetContentRegionAvail().x;
  ImGui::PushFont(fonts().medium);
  const float line = ImGui::GetTextLineHeight();
  ImGui::PopFont();
  const int per_row = is_text(*problem) ? 1 : std::max(2, static_cast<int>(width / 190));
  const float cell = std::floor((width - gap * static_cast<float>(per_row - 1)) / static_cast<float>(per_row));
  const float height = is_text(*problem) ? 2 * kInset + 3 + (1 + kTextLines) * line : 2 * kInset + 8 + kCurve + line;
  const int rows = (static_cast<int>(answers.size()) + per_row - 1) / per_row;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(gap, gap));
  ImGuiListClipper clipper;
  clipper.Begin(rows, height + gap);
  while (clipper.Step()) {
    for (int index = clipper.DisplayStart * per_row; index < std::min(clipper.DisplayEnd * per_row, static_cast<int>(answers.size())); ++index) {
      const Answer& answer = answers[static_cast<size_t>(index)];
      if (index % per_row > 0) ImGui::SameLine(0, gap);
      ImGui::PushID(answer.sample);
      const bool chosen = ui.selected.sample == answer.sample;
      if (draw_cell(view, answer, cell, height, chosen)) ui.selected.sample = chosen ? -1 : answer.sample;
      if (ImGui::IsItemHovered()) ui.hovered.sample = answer.sample;
      ImGui::PopID();
    }
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
}

}  // namespace myelin::web
