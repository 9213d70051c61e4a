// Loss and accuracy over the epochs, with the present values as large numbers above them.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "panels/common.h"
#include "widgets/controls.h"
#include "widgets/plot.h"

namespace myelin::web {
namespace {

double value_of(const Metrics& metrics, bool accuracy) { return accuracy ? metrics.accuracy : metrics.loss; }

// The numbers of now: name and line style above (this is the plot's legend), the number below.
void present_values(const Snapshot& snapshot, const UiState& ui, bool accuracy) {
  const Theme& t = theme();
  const std::array<const char*, 3> names = {ui.tr("Training", "Apprentissage"), ui.tr("Validation", "Validation"), ui.tr("Test", "Test")};
  const std::array<ImU32, 3> colours = {t.train, t.validation, t.test};
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  std::array<float, 3> room{};
  float used = 0;
  int shown = 0;
  ImGui::PushFont(fonts().small);
  for (size_t part = 0; part < 3; ++part) {
    if (snapshot.problem->samples[part] == 0) continue;
    ++shown;
    room[part] = std::max(64.f, ImGui::CalcTextSize(names[part]).x + 20);
  }
  ImGui::PopFont();
  // Columns hold the longest number that may come, so that they stand still while the loss falls.
  ImGui::PushFont(fonts().strong);
  const float longest = accuracy ? 0.f : ImGui::CalcTextSize("8.88×10⁻¹⁰").x + 4;
  ImGui::PopFont();
  for (size_t part = 0; part < 3; ++part)
    if (snapshot.problem->samples[part] > 0) used += room[part] = std::max(room[part], longest);
  const float spare = std::clamp((width - used) / static_cast<float>(std::max(1, shown - 1)), 4.f, 40.f);
  // Powers of ten are long: the numbers get smaller together, and never reach beyond the card.
  std::array<std::string, 3> texts;
  bool fits = true;
  ImGui::PushFont(fonts().title);
  float end = origin.x;
  for (size_t part = 0; part < 3; ++part) {
    if (snapshot.problem->samples[part] == 0) continue;
    const double value = value_of(snapshot.metrics[part], accuracy);
    texts[part] = std::isnan(value) ? "–" : accuracy ? percent(value, ui.language) : number(value, ui.language);
    const float wanted = ImGui::CalcTextSize(texts[part].c_str()).x;
    fits = fits && wanted < room[part] + spare - 4 && end + wanted <= origin.x + width;
    end += room[part] + spare;
  }
  ImGui::PopFont();
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = origin.x;
  for (size_t part = 0; part < 3; ++part) {
    if (snapshot.problem->samples[part] == 0) continue;
    ImGui::PushFont(fonts().small);
    const bool dashed = part == 1;
    list->AddLine(ImVec2(x, origin.y + 8), ImVec2(x + (dashed ? 5.f : 14.f), origin.y + 8), colours[part], 2.5f);
    if (dashed) list->AddLine(ImVec2(x + 9, origin.y + 8), ImVec2(x + 14, origin.y + 8), colours[part], 2.5f);
    list->AddText(ImVec2(x + 19, origin.y + 1), t.muted, names[part]);
    ImGui::PopFont();
    ImGui::PushFont(fits ? fonts().title : fonts().strong);
    list->AddText(ImVec2(x, origin.y + (fits ? 17.f : 19.f)), t.text, texts[part].c_str());
    ImGui::PopFont();
    x += room[part] + spare;
  }
  ImGui::Dummy(ImVec2(width, 40));
}

}  // namespace

void curves_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr) return;
  const Theme& t = theme();
  const bool with_accuracy = classifies(*problem);
  const bool accuracy = with_accuracy && ui.curve_accuracy;
  present_values(snapshot, ui, accuracy);

  const std::vector<CurvePoint>& points = snapshot.curve;
  const std::array<const char*, 3> names = {ui.tr("Training", "Apprentissage"), ui.tr("Validation", "Validation"), ui.tr("Test", "Test")};
  const std::array<ImU32, 3> colours = {t.train, t.validation, t.test};
  const bool log_scale = ui.curve_log && !accuracy;
  std::vector<Series> series;
  for (size_t part = 0; part < 3; ++part) {
    if (problem->samples[part] == 0) continue;
    Series line;
    line.label = names[part];
    line.colour = colours[part];
    line.dashed = part == 1;
    line.count = static_cast<int>(points.size());
    line.x = [&points](int i) { return static_cast<double>(points[static_cast<size_t>(i)].epoch); };
    line.y = [&points, part, accuracy, log_scale](int i) {
      const double value = value_of(points[static_cast<size_t>(i)].metrics[part], accuracy);
      return log_scale && value <= 0 ? std::numeric_limits<double>::quiet_NaN() : value;
    };
    series.push_back(std::move(line));
  }
  const float controls = control_height() + kGap;
  PlotOptions options;
  options.x_label = ui.tr("epoch", "époque");
  options.log_y = log_scale;
  options.legend = false;
  options.y_percent = accuracy;
  if (accuracy) {
    options.y_min = 0;
    options.y_max = 1;
  }
  options.height = std::max(70.f, ImGui::GetContentRegionAvail().y - controls);
  line_plot("curves", series, options, ui);

  const float width = ImGui::GetContentRegionAvail().x;
  if (with_accuracy) {
    ImGui::BeginChild("which", ImVec2(width * 0.56f, control_height()), 0, ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar);
    const char* labels[] = {ui.tr("Loss", "Coût"), ui.tr("Accuracy", "Exactitude")};
    int index = ui.curve_accuracy ? 1 : 0;
    if (segmented("measure", &index, labels, 2)) ui.curve_accuracy = index == 1;
    ImGui::EndChild();
    ImGui::SameLine(0, kGapWide);
  }
  if (!accuracy)
    toggle(width < 310 ? "Log" : ui.tr("Log scale", "Échelle log"), &ui.curve_log,
           ui.tr("Equal distances for equal factors: shows progress when the loss is already small.",
                 "Des distances égales pour des rapports égaux : montre les progrès quand le coût est déjà petit."));
}

}  // namespace myelin::web
