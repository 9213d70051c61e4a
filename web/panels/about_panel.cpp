// The "About this run" line, and on demand a small window that says what each of its numbers means.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/platform.h"
#include "myelin_config.h"
#include "panels/common.h"
#include "widgets/controls.h"

namespace myelin::web {
namespace {

std::string bytes_text(int64_t bytes, const UiState& ui) {
  const char* unit = ui.tr("KB", "Ko");
  double value = static_cast<double>(bytes) / 1024;
  if (value >= 1024) {
    value /= 1024;
    unit = ui.tr("MB", "Mo");
  }
  return fixed(value, ui.language, value < 10 ? 1 : 0) + "\u202f" + unit;
}

const char* build_name(const UiState& ui) {
  if (ui.build == "relaxed") return ui.tr("WebAssembly, relaxed SIMD", "WebAssembly, SIMD relâché");
  if (ui.build == "simd") return ui.tr("WebAssembly, SIMD", "WebAssembly, SIMD");
  return ui.tr("Desktop program", "Programme de bureau");
}

std::string threads_text(const Snapshot& snapshot, const UiState& ui) {
  const bool slices = ui.build != "desktop" && !ui.isolated;
  if (slices) return ui.tr("trains between the pictures (page not isolated)", "apprend entre les images (page non isolée)");
  return std::to_string(std::max(1, snapshot.threads)) + (snapshot.threads > 1 ? ui.tr(" training threads", " fils d’apprentissage") : ui.tr(" training thread", " fil d’apprentissage"));
}

struct Line {
  std::string name, value;
};

std::vector<Line> lines_of(const Snapshot& snapshot, const UiState& ui) {
  std::vector<Line> lines;
  lines.push_back({ui.tr("Build", "Version du programme"), build_name(ui)});
  lines.push_back({ui.tr("Threads", "Fils d’exécution"), threads_text(snapshot, ui)});
  if (const Problem* problem = snapshot.problem.get()) {
    lines.push_back({ui.tr("Parameters", "Paramètres"), count(problem->parameters, ui.language)});
    lines.push_back({ui.tr("Multiply-adds per sample", "Multiplications-additions par exemple"), count(problem->multiply_adds, ui.language)});
    lines.push_back({ui.tr("Planned memory", "Mémoire prévue"), bytes_text(snapshot.bytes, ui)});
    lines.push_back({ui.tr("Batches per epoch", "Lots par époque"), count(snapshot.batches_per_epoch, ui.language)});
  }
  const bool running = snapshot.state == RunState::running && snapshot.batches_per_second > 0;
  lines.push_back({ui.tr("Batches per second", "Lots par seconde"), running ? count(std::llround(snapshot.batches_per_second), ui.language) : "–"});
  lines.push_back({ui.tr("Pictures per second", "Images par seconde"), ui.frame_rate > 0 ? count(std::llround(static_cast<double>(ui.frame_rate)), ui.language) : "–"});
  return lines;
}

void window(const Snapshot& snapshot, UiState& ui) {
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  ImGui::SetNextWindowPos(ImVec2(viewport->Pos.x + viewport->Size.x / 2, viewport->Pos.y + viewport->Size.y / 2), ImGuiCond_Always, ImVec2(0.5f, 0.5f));
  const float width = std::min(460.f, viewport->Size.x - 24);
  ImGui::SetNextWindowSize(ImVec2(width, 0));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().raised);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::Begin("##about window", nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  ImGui::PushFont(fonts().title);
  ImGui::TextUnformatted(ui.tr("About this run", "À propos de ce calcul"));
  ImGui::PopFont();
  ImGui::SameLine(width - kPadding - control_height());
  if (icon_button("close", Icon::close, ui.tr("Close", "Fermer"))) ui.about_open = false;
  if (ImGui::BeginTable("lines", 2, ImGuiTableFlags_NoPadOuterX)) {
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, (width - 2 * kPadding) * 0.55f);
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, (width - 2 * kPadding) * 0.4f);
    for (const Line& line : lines_of(snapshot, ui)) {
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      muted_text(line.name.c_str());
      ImGui::TableNextColumn();
      ImGui::PushFont(fonts().medium);
      ImGui::PushTextWrapPos(0);
      ImGui::TextUnformatted(line.value.c_str());
      ImGui::PopTextWrapPos();
      ImGui::PopFont();
    }
    ImGui::EndTable();
  }
  muted_text(ui.tr("The same experiment gives the same numbers on every machine. Nothing leaves this page.",
                   "La même expérience donne les mêmes nombres sur toute machine. Rien ne quitte cette page."));
  muted_text("Myelin " MYELIN_VERSION);
  if (ui.build != "desktop" && button(ui.tr("Measure this machine", "Mesurer cette machine"))) {
    open_page(ui.tr("bench.html?lang=en", "bench.html?lang=fr"));
  }
  const bool outside = ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsWindowHovered(ImGuiHoveredFlags_RootAndChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                       !ImGui::IsWindowAppearing();
  if (outside || ImGui::IsKeyPressed(ImGuiKey_Escape)) ui.about_open = false;
  ImGui::End();
}

}  // namespace

void about_panel(const Snapshot& snapshot, UiState& ui, Outbox&) {
  std::string text = build_name(ui);
  text += "  ·  " + threads_text(snapshot, ui);
  if (const Problem* problem = snapshot.problem.get()) {
    text += "  ·  " + count(problem->parameters, ui.language) + ui.tr(" parameters", " paramètres");
    if (ui.layout != Layout::narrow) text += "  ·  " + bytes_text(snapshot.bytes, ui);
  }
  if (snapshot.state == RunState::running && snapshot.batches_per_second > 0) {
    const double speed = snapshot.batches_per_second;
    text += "  ·  " + (speed < 10 ? number(speed, ui.language, 2) : count(std::llround(speed), ui.language)) + ui.tr(" batches/s", " lots/s");
  }
  ImGui::PushFont(fonts().small);
  ImGui::PushStyleColor(ImGuiCol_Text, theme().muted);
  if (ui.layout == Layout::narrow) ImGui::TextWrapped("%s", text.c_str());
  else ImGui::TextUnformatted(text.c_str());
  ImGui::PopStyleColor();
  ImGui::PopFont();
  if (ImGui::IsItemClicked()) ui.about_open = true;
  tooltip_on_hover(ui.tr("About this run: click for details", "À propos de ce calcul : cliquer pour les détails"));
  if (ui.about_open) window(snapshot, ui);
}

}  // namespace myelin::web
