// The page: three layouts of the same panels. Only this file knows where a panel stands; a panel fills what it is given.
// Columns scroll inside themselves and only when they must; nothing may be cut off.
#include <algorithm>
#include <array>

#include "panels/common.h"
#include "panels/panels.h"
#include "widgets/backdrop.h"
#include "widgets/controls.h"

namespace myelin::web {
namespace {

constexpr float kMargin = 12;

struct Page {
  const Snapshot& snapshot;
  UiState& ui;
  Outbox& outbox;
};

bool begin_column(const char* id, ImVec2 position, ImVec2 size, ImGuiWindowFlags flags = 0) {
  ImGui::SetCursorPos(position);
  return ImGui::BeginChild(id, size, 0, flags | ImGuiWindowFlags_NavFlattened);
}

void end_column() { ImGui::EndChild(); }

// Between cards: ImGui has already moved on by one gap.
void space() { ImGui::SetCursorPosY(ImGui::GetCursorPosY() + kMargin - kGap); }

// A card around a panel. Height 0: as its content.
float card(Page& page, const char* id, const char* title, const char* help, float height, Panel panel) {
  ImGui::PushID(id);
  if (begin_card(id, title, help, height)) panel(page.snapshot, page.ui, page.outbox);
  end_card();
  ImGui::PopID();
  return ImGui::GetItemRectSize().y;
}

const char* help_data(const UiState& ui) {
  return ui.tr("The samples that the network learns from, and how they are shared out for training, validation and test.",
               "Les exemples dont le réseau apprend, et leur partage entre apprentissage, validation et test.");
}
const char* help_features(const UiState& ui) {
  return ui.tr("What the network is told about each point. More features can make a task easy for a small network.",
               "Ce que le réseau reçoit de chaque point. Davantage de caractéristiques peut rendre la tâche facile à un petit réseau.");
}
const char* help_network(const UiState& ui) {
  return ui.tr("Each square shows what a neuron answers at every point. Links are weights: blue positive, orange negative, the "
               "thicker the stronger. Click a link or the mark of a bias to change it.",
               "Chaque carré montre la réponse d’un neurone en tout point. Les liens sont les poids : bleu positif, orange négatif, "
               "d’autant plus épais qu’ils sont forts. Cliquez un lien ou la marque d’un biais pour le modifier.");
}
const char* help_output(const UiState& ui) {
  return ui.tr("What the whole network answers, with the samples on top.", "La réponse du réseau entier, avec les exemples par-dessus.");
}
const char* help_curves(const UiState& ui) {
  return ui.tr("How the loss changes over the epochs. A gap between training and test tells that the network learns by heart.",
               "L’évolution du coût au fil des époques. Un écart entre apprentissage et test dit que le réseau apprend par cœur.");
}
const char* help_training(const UiState& ui) {
  return ui.tr("How the weights are changed to lower the loss.", "La façon dont les poids changent pour réduire le coût.");
}

void output_content(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const Problem* p = snapshot.problem.get();
  const bool with_confusion = p != nullptr && classifies(*p) && !cuts_out(*p);
  const bool image = p != nullptr && p->data.is_image(), listed = p != nullptr && lists_samples(*p);
  if (with_confusion) {
    const char* labels[] = {image ? ui.tr("Images", "Images") : listed ? ui.tr("Samples", "Exemples") : ui.tr("Map", "Carte"), ui.tr("Confusion", "Confusion")};
    // In the title's line where a finger need not hit it, so that the picture keeps the height.
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const bool beside = !coarse_pointer();
    const float width = ImGui::GetContentRegionAvail().x;
    if (beside) ImGui::SetCursorScreenPos(ImVec2(start.x + width - 34 - std::min(176.f, width - 96), start.y - kGap - 26));
    ImGui::BeginChild("output tabs", ImVec2(beside ? std::min(176.f, width - 96) : width, control_height()), 0, ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar);
    segmented("which", &ui.output_tab, labels, 2);
    ImGui::EndChild();
    if (beside) ImGui::SetCursorScreenPos(ImVec2(start.x, start.y + 2));
  }
  if (with_confusion && ui.output_tab == 1) confusion_panel(snapshot, ui, outbox);
  else if (image) images_panel(snapshot, ui, outbox);
  else if (listed) samples_panel(snapshot, ui, outbox);
  else output_panel(snapshot, ui, outbox);
}

void data_card(Page& page, float height = 0) {
  card(page, "data", page.ui.tr("Data", "Données"), help_data(page.ui), height, data_panel);
}
void features_card(Page& page, float height = 0) {
  card(page, "features", page.ui.tr("Inputs", "Entrées"), help_features(page.ui), height, features_panel);
}
void network_card(Page& page, float height) {
  card(page, "network", page.ui.tr("Network", "Réseau"), help_network(page.ui), height, network_panel);
}
float training_card(Page& page, float height = 0) {
  return card(page, "training", page.ui.tr("Training", "Apprentissage"), help_training(page.ui), height, training_panel);
}
void output_card(Page& page, float height) {
  card(page, "output", page.ui.tr("Output", "Sortie"), help_output(page.ui), height, output_content);
}
void curves_card(Page& page, float height) {
  card(page, "curves", page.ui.tr("Learning curves", "Courbes d’apprentissage"), help_curves(page.ui), height, curves_panel);
}

// Height that the notices took in the last frame: they come and go, and the columns make room.
float notices_row(Page& page, float y, float width) {
  float* last = ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID("notices height"), 0);
  ImGui::SetCursorPos(ImVec2(kMargin, y));
  ImGui::BeginGroup();
  ImGui::PushItemWidth(width);
  const float before = ImGui::GetCursorPosY();
  notices_panel(page.snapshot, page.ui, page.outbox);
  const float height = std::max(0.f, ImGui::GetCursorPosY() - before);
  ImGui::PopItemWidth();
  ImGui::EndGroup();
  *last = height;
  return height;
}

void wide(Page& page, float y, ImVec2 size) {
  const float height = size.y - y - kMargin;
  const float kLeft = size.x < 1240 ? 248.f : 264.f, kRight = size.x < 1240 ? 324.f : size.x < 1600 ? 360.f : 420.f;
  begin_column("left", ImVec2(kMargin, y), ImVec2(kLeft, height));
  data_card(page);
  space();
  features_card(page);
  end_column();

  const float middle = size.x - kLeft - kRight - 4 * kMargin;
  begin_column("middle", ImVec2(kLeft + 2 * kMargin, y), ImVec2(middle, height));
  float* training = ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID("training height"), 220);
  network_card(page, std::max(300.f, height - *training - kMargin));
  space();
  *training = training_card(page);
  end_column();

  begin_column("right", ImVec2(size.x - kRight - kMargin, y), ImVec2(kRight, height));
  constexpr float kLeastCurves = 216;
  const float output = std::max(280.f, std::min(natural_output_height(page.snapshot, page.ui, kRight), height - kMargin - kLeastCurves));
  output_card(page, output);
  space();
  curves_card(page, std::max(180.f, height - output - kMargin));
  end_column();
}

// Own tabs: the widgets' segmented control is made for two to four short words.
bool tabs(const char* id, int* index, std::span<const char* const> labels) {
  const Theme& t = theme();
  ImGui::PushID(id);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = std::max(34.f, control_height());
  const float width = ImGui::GetContentRegionAvail().x;
  float wanted = 0;
  for (const char* label : labels) wanted += ImGui::CalcTextSize(label).x;
  const float n = static_cast<float>(labels.size());
  const float pad = std::clamp((width - wanted) / n / 2, 5.f, 14.f);
  bool changed = false;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  list->AddLine(ImVec2(origin.x, origin.y + height), ImVec2(origin.x + width, origin.y + height), t.line);
  for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
    if (i > 0) ImGui::SameLine(0, 0);
    const char* label = labels[static_cast<size_t>(i)];
    const ImVec2 text = ImGui::CalcTextSize(label);
    const ImVec2 from = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(label, ImVec2(text.x + 2 * pad, height))) {
      changed = *index != i;
      *index = i;
    }
    const bool chosen = *index == i, hovered = ImGui::IsItemHovered();
    const ImVec2 to = ImGui::GetItemRectMax();
    focus_outline(kControlRadius);
    if (hovered && !chosen) list->AddRectFilled(from, ImVec2(to.x, to.y - 1), t.accent_soft, kControlRadius, ImDrawFlags_RoundCornersTop);
    list->AddText(ImVec2(from.x + pad, from.y + (height - text.y) / 2), chosen ? t.accent : hovered ? t.text : t.muted, label);
    if (chosen) list->AddRectFilled(ImVec2(from.x + 4, to.y - 2), ImVec2(to.x - 4, to.y), t.accent, 1);
  }
  ImGui::PopID();
  return changed;
}

void medium(Page& page, float y, ImVec2 size) {
  UiState& ui = page.ui;
  constexpr float kLeastTop = 320, kLeastTabs = 140, kStrip = 36;
  const float room = size.y - y;
  begin_column("page", ImVec2(0, y), ImVec2(size.x, room));
  const float inner = std::max(room - kMargin, kLeastTop + kMargin + kStrip + kLeastTabs);
  const float width = size.x - 2 * kMargin - (inner > room ? ImGui::GetStyle().ScrollbarSize : 0.f);
  const float top = std::clamp(inner - kStrip - kMargin - 234, kLeastTop, 620.f);
  const float output = std::clamp(top - 84, 282.f, width * 0.46f);

  begin_column("network column", ImVec2(kMargin, 0), ImVec2(width - output - kMargin, top), ImGuiWindowFlags_NoScrollbar);
  network_card(page, top);
  end_column();
  begin_column("output column", ImVec2(kMargin + width - output, 0), ImVec2(output, top), ImGuiWindowFlags_NoScrollbar);
  output_card(page, top);
  end_column();

  ImGui::SetCursorPos(ImVec2(kMargin, top + 4));
  const char* labels[] = {ui.tr("Data", "Données"), ui.tr("Inputs", "Entrées"), ui.tr("Training", "Apprentissage"), ui.tr("Curves", "Courbes")};
  ImGui::BeginChild("strip", ImVec2(width, kStrip), 0, ImGuiWindowFlags_NavFlattened);
  ui.tab = std::clamp(ui.tab, 0, 3);
  tabs("tabs", &ui.tab, labels);
  ImGui::EndChild();
  const float below = inner - top - kStrip - kMargin;
  begin_column("tab column", ImVec2(kMargin, top + kStrip + kMargin), ImVec2(width, below));
  // The tab is the title.
  if (ui.tab == 0) card(page, "data", nullptr, nullptr, 0, data_panel);
  else if (ui.tab == 1) card(page, "features", nullptr, nullptr, 0, features_panel);
  else if (ui.tab == 2) card(page, "training", nullptr, nullptr, 0, training_panel);
  else card(page, "curves", nullptr, nullptr, below, curves_panel);
  end_column();
  end_column();
}

void narrow(Page& page, float y, ImVec2 size) {
  UiState& ui = page.ui;
  begin_column("page", ImVec2(0, y), ImVec2(size.x, size.y - y));
  const float width = ImGui::GetContentRegionAvail().x - 2 * kMargin;
  ImGui::SetCursorPos(ImVec2(kMargin, 0));
  ImGui::BeginGroup();
  ImGui::BeginChild("column", ImVec2(width, 0), ImGuiChildFlags_AutoResizeY, ImGuiWindowFlags_NavFlattened);
  output_card(page, natural_output_height(page.snapshot, ui, width));
  space();
  curves_card(page, 250);
  const char* labels[] = {ui.tr("Network", "Réseau"), ui.tr("Data", "Données"), ui.tr("Inputs", "Entrées"), ui.tr("Training", "Apprentissage")};
  ui.tab = std::clamp(ui.tab, 0, 3);
  tabs("tabs", &ui.tab, labels);
  space();
  if (ui.tab == 0) network_card(page, 440);
  else if (ui.tab == 1) card(page, "data", nullptr, nullptr, 0, data_panel);
  else if (ui.tab == 2) card(page, "features", nullptr, nullptr, 0, features_panel);
  else card(page, "training", nullptr, nullptr, 0, training_panel);
  space();
  about_panel(page.snapshot, ui, page.outbox);
  ImGui::Dummy(ImVec2(0, kMargin));
  ImGui::EndChild();
  ImGui::EndGroup();
  end_column();
}

}  // namespace

void draw_page(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  ui.hovered_before = ui.hovered;
  ui.hovered = {};
  Page page{snapshot, ui, outbox};
  const ImGuiViewport* viewport = ImGui::GetMainViewport();
  const ImVec2 size = viewport->Size;
  ui.layout = size.x >= 1100 ? Layout::wide : size.x >= 700 ? Layout::medium : Layout::narrow;
  ImGui::SetNextWindowPos(viewport->Pos);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  // The window has been cleared to the page's colour.
  constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                      ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::Begin("page", nullptr, kFlags);
  ImGui::PopStyleVar(3);

  const float control = control_height();
  const float lines = ui.layout == Layout::narrow ? 2 * control + kGap : control;
  const float pad = ui.layout == Layout::medium ? 7.f : 9.f;
  const float bar = lines + 2 * pad;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 corner = viewport->Pos;
  draw_backdrop(list, corner, ImVec2(corner.x + size.x, corner.y + bar), theme().panel, 1);
  list->AddLine(ImVec2(corner.x, corner.y + bar), ImVec2(corner.x + size.x, corner.y + bar), theme().line);
  ImGui::SetCursorPos(ImVec2(kMargin, pad));
  ImGui::BeginChild("bar", ImVec2(size.x - 2 * kMargin, lines), 0, ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  bar_panel(snapshot, ui, outbox);
  ImGui::EndChild();

  float y = bar + kMargin;
  const float notices = notices_row(page, y, size.x - 2 * kMargin);
  if (notices > 0) y += notices + 4;
  constexpr float kAbout = 20;
  if (ui.layout == Layout::wide) wide(page, y, ImVec2(size.x, size.y - kAbout));
  else if (ui.layout == Layout::medium) medium(page, y, ImVec2(size.x, size.y - kAbout));
  else narrow(page, y, size);
  if (ui.layout != Layout::narrow) {
    ImGui::SetCursorPos(ImVec2(kMargin + 2, size.y - kAbout - 4));
    ImGui::BeginChild("about", ImVec2(size.x - 2 * kMargin, kAbout), 0, ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    about_panel(snapshot, ui, outbox);
    ImGui::EndChild();
  }
  ImGui::End();
}

Watch wanted_watch(const Snapshot& snapshot, const UiState& ui) {
  Watch watch;
  const Problem* p = snapshot.problem.get();
  if (p == nullptr) {
    watch.map_size = 32;
    watch.surface_size = 96;
    return watch;
  }
  if (p->data.plane.dimensions > 0) {
    const bool curve = p->data.plane.dimensions == 1;
    // On a phone the network and the inputs are tabs: what nobody sees is not computed.
    const bool maps = ui.layout != Layout::narrow || ui.tab == 0 || ui.tab == 2;
    watch.map_size = !maps ? 0 : curve ? 64 : 32;
    watch.surface_size = curve ? 200 : 96;
    const Selection& focus = ui.hovered.node >= 0 ? ui.hovered : ui.selected;
    if (focus.node >= 0 && focus.unit >= 0 && static_cast<size_t>(focus.node) < p->nodes.size()) {
      watch.focus_node = focus.node;
      watch.focus_unit = focus.unit;
    }
  }
  watch.predictions = p->data.is_image() || lists_samples(*p) || (classifies(*p) && ui.output_tab == 1);
  watch.predictions_part = shown_part(*p);
  watch.probe_sample = probe_sample(snapshot, ui);
  return watch;
}

}  // namespace myelin::web
