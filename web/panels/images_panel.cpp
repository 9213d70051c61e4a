// The images that training never saw, each with the network's answer: a class, the image that an autoencoder rebuilt, or the shape
// that was cut out. The worst first, as there is most to learn.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "panels/common.h"
#include "widgets/controls.h"
#include "widgets/heatmap.h"
#include "widgets/numbers.h"

namespace myelin::web {
namespace {

float widest_name(const Problem& problem, const UiState& ui) {
  float widest = 0;
  for (int index = 0; index < static_cast<int>(problem.data.class_names.size()); ++index)
    widest = std::max(widest, ImGui::CalcTextSize(class_name(problem, index, ui).c_str()).x);
  return widest;
}

void image_of(const Dataset& data, int sample, std::vector<float>& pixels) {
  pixels.resize(static_cast<size_t>(data.input_shape.size()));
  for (int i = 0; i < data.input_shape.size(); ++i) pixels[static_cast<size_t>(i)] = static_cast<float>(data.input(sample, i));
}

// What the network made of it: the picture again, or for each pixel how surely it belongs to the shape.
bool made_image(const Problem& problem, const Predictions& predictions, int row, std::vector<float>& pixels) {
  const auto outputs = static_cast<size_t>(predictions.outputs);
  const Shape& shape = problem.data.input_shape;
  if (predictions.outputs != (cuts_out(problem) ? shape[1] * shape[2] : shape.size())) return false;
  const auto from = predictions.values.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(row) * outputs);
  pixels.assign(from, from + static_cast<std::ptrdiff_t>(outputs));
  return true;
}

// Two pictures, or three where there is a true mask.
void pair_tooltip(const Problem& problem, const Predictions& predictions, const Answer& tile, std::vector<float>& pixels, const UiState& ui) {
  if (!ImGui::BeginTooltip()) return;
  const Shape& shape = problem.data.input_shape;
  const float side = cuts_out(problem) ? 104 : 130, gap = 10;
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 at = ImGui::GetCursorScreenPos();
  const auto draw = [&] {
    draw_grid(list, pixels, shape[2], shape[1], at, ImVec2(at.x + side, at.y + side), 0, 1, MapColours::sequential);
    at.x += side + gap;
  };
  draw();
  if (made_image(problem, predictions, tile.row, pixels)) draw();
  if (cuts_out(problem) && problem.data.target_shape.size() == shape[1] * shape[2]) {
    const auto count = static_cast<std::ptrdiff_t>(problem.data.target_shape.size());
    const auto from = problem.data.targets.begin() + static_cast<std::ptrdiff_t>(tile.sample) * count;
    pixels.resize(static_cast<size_t>(count));
    std::transform(from, from + count, pixels.begin(), [](double target) { return static_cast<float>(target); });
    draw();
    ImGui::Dummy(ImVec2(3 * side + 2 * gap, side + 2));
    ImGui::TextUnformatted(ui.tr("The picture, what the network cut out,\nand what was to be cut out.", "L’image, ce que le réseau a découpé\net ce qu’il fallait découper."));
  } else {
    ImGui::Dummy(ImVec2(2 * side + gap, side + 2));
    ImGui::TextUnformatted(ui.tr("Left what the network saw, right what it made of it.", "À gauche ce que le réseau a vu, à droite ce qu’il en a fait."));
  }
  loss_line(predictions, tile.row, ui);
  ImGui::EndTooltip();
}

void tooltip(const Problem& problem, const Predictions& predictions, const Answer& tile, std::vector<float>& pixels, const UiState& ui) {
  const Theme& t = theme();
  if (!ImGui::BeginTooltip()) return;
  const Shape& shape = problem.data.input_shape;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = 130;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_grid(list, pixels, shape[2], shape[1], at, ImVec2(at.x + side, at.y + side), 0, 1, MapColours::sequential);
  // The probabilities of all classes beside the picture.
  const size_t outputs = static_cast<size_t>(predictions.outputs);
  const float line = 13;
  ImGui::PushFont(fonts().small);
  const float x = at.x + side + 14, bar = 70, names = std::max(16.f, std::ceil(widest_name(problem, ui)) + 6);
  for (size_t output = 0; classifies(problem) && output < outputs && output < 10; ++output) {
    const float p = predictions.values[static_cast<size_t>(tile.row) * outputs + output];
    const float y = at.y + line * static_cast<float>(output);
    const bool truth = static_cast<int>(output) == static_cast<int>(problem.data.targets[static_cast<size_t>(tile.sample)]);
    const std::string name = class_name(problem, static_cast<int>(output), ui);
    list->AddText(ImVec2(x, y - 1), truth ? t.good : t.muted, name.c_str());
    list->AddRectFilled(ImVec2(x + names, y + 2), ImVec2(x + names + std::max(1.f, bar * std::clamp(p, 0.f, 1.f)), y + 9), truth ? t.good : t.negative, 2);
  }
  ImGui::PopFont();
  ImGui::Dummy(ImVec2(side + 14 + names + bar, side + 2));
  const std::string line_of_words = answer_line(problem, predictions, tile, ui);
  if (!line_of_words.empty()) ImGui::TextUnformatted(line_of_words.c_str());
  loss_line(predictions, tile.row, ui);
  ImGui::EndTooltip();
}

}  // namespace

void images_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr || !problem->data.is_image()) return;
  const Predictions& predictions = snapshot.predictions;
  const Theme& t = theme();
  if (predictions.samples.empty()) {
    muted_text(ui.tr("The network’s answers are on their way.", "Les réponses du réseau arrivent."));
    return;
  }
  const std::vector<Answer> tiles = list_answers(*problem, predictions, ui.worst_first);
  const auto wrong = std::count_if(tiles.begin(), tiles.end(), [](const Answer& tile) { return !tile.right; });
  const std::array<const char*, 3> parts = {ui.tr("training images", "images d’apprentissage"), ui.tr("validation images", "images de validation"),
                                            ui.tr("test images", "images de test")};
  const bool masks = cuts_out(*problem), pairs = masks || rebuilds(*problem);
  const std::string number_of_tiles = count(static_cast<long long>(tiles.size()), ui.language), part = parts[static_cast<size_t>(predictions.part)];
  const std::string summary = masks ? fill_in(ui.tr("%s %s, each above its cut-out", "%s %s, chacune au-dessus de sa découpe"), {number_of_tiles, part})
                            : !pairs && !classifies(*problem) ? number_of_tiles + " " + part
                            : pairs ? fill_in(ui.tr("%s %s, each above what the network rebuilt", "%s %s, chacune au-dessus de sa reconstruction"), {number_of_tiles, part})
                                    : fill_in(ui.tr("%s mistakes in %s %s", "%s erreurs sur %s %s"),
                                              {count(static_cast<long long>(wrong), ui.language), number_of_tiles, part});
  muted_text(summary.c_str());
  order_switch(ui);

  ImGui::BeginChild("grid", ImVec2(0, 0), 0, ImGuiWindowFlags_NavFlattened);
  const Shape& shape = problem->data.input_shape;
  const float width = ImGui::GetContentRegionAvail().x, gap = 7;
  ImGui::PushFont(fonts().medium);
  const float name = pairs ? 0 : std::ceil(widest_name(*problem, ui)), line_height = ImGui::GetTextLineHeight();
  const float unequal = ImGui::CalcTextSize("≠ ").x;
  ImGui::PopFont();
  // Digits stand beside each other; words take two lines, and the pictures the width of the longest.
  const bool words = name > 16;
  const int per_row = std::max(2, static_cast<int>((width + gap) / (std::max(47.f, words ? name + unequal : 0) + gap)));
  const float side = std::floor((width - gap * static_cast<float>(per_row - 1)) / static_cast<float>(per_row));
  const float label = pairs ? side + 2 : words ? 2 * line_height + 2 : 17;  // below the picture: the other one, or the answer
  const int lines = (static_cast<int>(tiles.size()) + per_row - 1) / per_row;
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<float> pixels;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(gap, gap));
  ImGuiListClipper clipper;
  clipper.Begin(lines, side + label + gap);
  while (clipper.Step()) {
    for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
      for (int column = 0; column < per_row; ++column) {
        const int index = line * per_row + column;
        if (index >= static_cast<int>(tiles.size())) break;
        const Answer& tile = tiles[static_cast<size_t>(index)];
        if (column > 0) ImGui::SameLine(0, gap);
        ImGui::PushID(tile.sample);
        const ImVec2 from = ImGui::GetCursorScreenPos(), to(from.x + side, from.y + side);
        if (ImGui::InvisibleButton("image", ImVec2(side, side + label))) ui.selected.sample = ui.selected.sample == tile.sample ? -1 : tile.sample;
        const bool hovered = ImGui::IsItemHovered(), chosen = ui.selected.sample == tile.sample;
        image_of(problem->data, tile.sample, pixels);
        draw_grid(list, pixels, shape[2], shape[1], from, to, 0, 1, MapColours::sequential);
        focus_outline(3);
        if (pairs) {
          if (made_image(*problem, predictions, tile.row, pixels))
            draw_grid(list, pixels, shape[2], shape[1], ImVec2(from.x, to.y + 2), ImVec2(to.x, to.y + 2 + side), 0, 1, MapColours::sequential);
          image_of(problem->data, tile.sample, pixels);
        }
        const ImU32 edge = chosen || hovered ? t.accent : tile.right ? t.line : t.bad;
        list->AddRect(from, to, edge, 3, 0, chosen || hovered || !tile.right ? 2.f : 1.f);
        if (hovered) {
          ui.hovered.sample = tile.sample;
          (pairs ? pair_tooltip : tooltip)(*problem, predictions, tile, pixels, ui);
        }
        ImGui::PopID();
        if (pairs) continue;
        ImGui::PushFont(fonts().medium);
        const auto write = [&](const std::string& text, float y) {
          const float w = ImGui::CalcTextSize(text.c_str()).x;
          list->AddText(ImVec2(std::round((from.x + to.x - w) / 2), y), tile.right ? t.muted : t.bad, text.c_str());
        };
        if (!classifies(*problem)) {
          write(fixed(static_cast<double>(predictions.values[static_cast<size_t>(tile.row) * static_cast<size_t>(std::max(1, predictions.outputs))]), ui.language, 2), to.y + 1);
          ImGui::PopFont();
          continue;
        }
        const std::string answer = class_name(*problem, tile.predicted, ui);
        const std::string truth = tile.right ? "" : "≠ " + class_name(*problem, static_cast<int>(problem->data.targets[static_cast<size_t>(tile.sample)]), ui);
        write(words || tile.right ? answer : answer + " " + truth, to.y + 1);
        if (words && !tile.right) write(truth, to.y + 1 + line_height);
        ImGui::PopFont();
      }
    }
  }
  clipper.End();
  ImGui::PopStyleVar();
  ImGui::EndChild();
}

}  // namespace myelin::web
