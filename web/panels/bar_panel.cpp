// The bar: what is run, the one large button, where the run stands, and the few settings of the page itself.
// It drops what has no room into a menu; it must never need a second line on a wide page.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "panels/common.h"
#include "panels/dataset_icon.h"
#include "myelin/edits.h"
#include "widgets/controls.h"
#include "widgets/dropdown.h"

namespace myelin::web {
namespace {

constexpr std::array<double, 9> kSpeeds = {1, 2, 5, 10, 50, 200, 1000, 5000, 0};

struct Bar {
  const Snapshot& snapshot;
  UiState& ui;
  Outbox& outbox;
  float height;  // of the controls
};

bool running(const Snapshot& snapshot) { return snapshot.state == RunState::running; }

uint64_t entropy() {
  // A dice, not a run: the seed it picks is written into the experiment.
  const double now = ImGui::GetTime() * 1e6;
  const uint64_t mixed = static_cast<uint64_t>(now) * 0x9E3779B97F4A7C15ull + static_cast<uint64_t>(ImGui::GetFrameCount());
  return mixed >> 20;
}

void choose_preset(Bar& bar, const char* key) {
  Result<Experiment> experiment = preset_experiment(key);
  if (!experiment) return;
  bar.ui.preset = key;
  bar.ui.selected = {};
  bar.ui.output_tab = 0;
  bar.outbox.edit(std::move(experiment.value()));
}

// 0: points of the plane, 1: tables and curves, 2: images.
int group_of(const Experiment& experiment) {
  const Result<DatasetFacts> facts = dataset_facts(experiment.data);
  if (!facts) return 1;
  if (facts->input_shape.rank == 3) return 2;
  return facts->uses_features ? 0 : 1;
}

// Examples whose network and data the panels can show. The others are opened by link or command line until their pages stand.
bool can_show(const Experiment& experiment) {
  constexpr std::array<std::string_view, 6> kDrawnLayers = {"input", "dense", "activation", "flatten", "add", "concat"};
  for (const NodeSpec& node : experiment.nodes) {
    if (std::find(kDrawnLayers.begin(), kDrawnLayers.end(), node.kind) == kDrawnLayers.end()) return false;
  }
  return has_dataset_icon(experiment.data.kind);
}

void preset_items(Bar& bar) {
  const UiState& ui = bar.ui;
  const std::array<const char*, 3> titles = {ui.tr("Points on the plane", "Points du plan"), ui.tr("Tables and curves", "Tableaux et courbes"),
                                             ui.tr("Images", "Images")};
  for (int group = 0; group < 3; ++group) {
    bool titled = false;
    for (const Row* row : rows(Kind::preset)) {
      if (only_described(Kind::preset, row->key)) continue;
      const Result<Experiment> experiment = preset_experiment(row->key);
      if (!experiment || !can_show(experiment.value()) || group_of(experiment.value()) != group) continue;
      if (!titled) dropdown_heading(titles[static_cast<size_t>(group)]);
      titled = true;
      if (dropdown_item(row->key, ui.tr(row->label), bar.ui.preset == row->key, ui.tr(row->help))) choose_preset(bar, row->key);
    }
  }
}

std::string preset_title(Bar& bar) {
  UiState& ui = bar.ui;
  if (ui.preset.empty()) {
    ui.preset.push_back('-');
    for (const Row* row : rows(Kind::preset)) {
      if (only_described(Kind::preset, row->key)) continue;
      const Result<Experiment> experiment = preset_experiment(row->key);
      if (!experiment || experiment.value() != ui.experiment) continue;
      ui.preset = row->key;
      break;
    }
  }
  const Row* row = find_row(Kind::preset, ui.preset);
  if (row == nullptr) return ui.tr("Examples", "Exemples");
  const Result<Experiment> experiment = preset_experiment(ui.preset);
  if (experiment && experiment->data.kind != ui.experiment.data.kind) return ui.tr("Examples", "Exemples");  // hardly the same thing any more
  std::string title = ui.tr(row->label);
  if (experiment && experiment.value() != ui.experiment) title += ui.tr(" (changed)", " (modifié)");
  return title;
}

void preset_menu(Bar& bar, float width) {
  const std::string title = preset_title(bar);
  if (!begin_dropdown("preset", nullptr, title.c_str(), width, bar.ui.tr("Examples to start from", "Exemples pour commencer"))) return;
  preset_items(bar);
  end_dropdown();
}

void run_button(Bar& bar, float width) {
  const Snapshot& s = bar.snapshot;
  const UiState& ui = bar.ui;
  const bool going = running(s);
  const bool enabled = s.state != RunState::failed && s.state != RunState::waiting && s.problem != nullptr;
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const char* tip = s.state == RunState::failed    ? ui.tr("The experiment has an error: see the message below.", "L’expérience contient une erreur : voir le message.")
                    : s.state == RunState::waiting ? ui.tr("The data is on its way.", "Les données arrivent.")
                    : going                        ? ui.tr("Pause the training", "Mettre l’apprentissage en pause")
                                                   : ui.tr("Train the network until you press Pause", "Entraîner le réseau jusqu’à la pause");
  ImGui::PushID("run");
  if (button("##run", ButtonStyle::primary, width, enabled, tip)) {
    if (going) {
      bar.outbox.post(Pause{});
    } else {
      bar.outbox.post(SetSpeed{bar.ui.speed});
      bar.outbox.post(Play{});
    }
    bar.ui.welcomed = true;
  }
  ImGui::PopID();
  const ImVec2 to = ImGui::GetItemRectMax();
  const char* word = going ? ui.tr("Pause", "Pause") : ui.tr("Run", "Lancer");
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImGui::PushFont(fonts().strong);
  const ImVec2 size = ImGui::CalcTextSize(word);
  const float icon = 14, gap = 8;
  const float x = std::round((from.x + to.x - size.x - icon - gap) / 2), y = (from.y + to.y) / 2;
  const ImU32 ink = enabled ? theme().on_accent : with_alpha(theme().on_accent, 0.7f);
  draw_icon(list, going ? Icon::pause : Icon::play, ImVec2(x + icon / 2, y), icon, ink);
  list->AddText(ImVec2(x + icon + gap, std::round(y - size.y / 2)), ink, word);
  ImGui::PopFont();
}

void step_buttons(Bar& bar, bool with_seed) {
  const UiState& ui = bar.ui;
  const bool ready = bar.snapshot.problem != nullptr && bar.snapshot.state != RunState::failed && bar.snapshot.state != RunState::waiting;
  if (icon_button("step", Icon::step, ui.tr("One step: one batch of samples", "Un pas : un lot d’exemples"), ButtonStyle::normal, ready)) {
    bar.outbox.post(Step{Step::Unit::batch, 1});
    bar.ui.welcomed = true;
  }
  ImGui::SameLine(0, 4);
  if (icon_button("epoch", Icon::step_epoch, ui.tr("One epoch: all training samples once", "Une époque : tous les exemples d’apprentissage une fois"),
                  ButtonStyle::normal, ready)) {
    bar.outbox.post(Step{Step::Unit::epoch, 1});
    bar.ui.welcomed = true;
  }
  ImGui::SameLine(0, 4);
  if (icon_button("reset", Icon::reset, ui.tr("Reset: back to the same first weights", "Réinitialiser : revenir aux mêmes premiers poids"),
                  ButtonStyle::normal, bar.snapshot.problem != nullptr))
    bar.outbox.post(Reset{});
  if (!with_seed) return;
  ImGui::SameLine(0, 4);
  if (icon_button("seed", Icon::dice, ui.tr("New seed: other first weights", "Nouvelle graine : d’autres premiers poids"), ButtonStyle::normal))
    bar.outbox.edit(new_seed(ui.experiment, entropy()));
}

std::string speed_title(double speed, const UiState& ui) {
  if (speed <= 0) return ui.tr("Full speed", "Vitesse max");
  return count(static_cast<long long>(speed), ui.language) + ui.tr(" steps/s", " pas/s");
}

void speed_items(Bar& bar) {
  for (double speed : kSpeeds) {
    const std::string title = speed_title(speed, bar.ui);
    if (!dropdown_item(title.c_str(), title.c_str(), bar.ui.speed == speed)) continue;
    bar.ui.speed = speed;
    bar.outbox.post(SetSpeed{speed});
  }
}

void speed_menu(Bar& bar, float width) {
  const char* help = bar.ui.tr("Speed of the training: slow motion shows every step", "Vitesse de l’apprentissage : le ralenti montre chaque pas");
  if (!begin_dropdown("speed", nullptr, speed_title(bar.ui.speed, bar.ui).c_str(), width, help)) return;
  speed_items(bar);
  end_dropdown();
}

// What to press, for whoever opens the page for the first time.
std::string welcome(const Snapshot& snapshot, const UiState& ui) {
  // Weights that were given, not drawn: there is nothing left to train, but much to try by hand.
  if (snapshot.problem != nullptr && snapshot.metrics[0].accuracy >= 1)
    return ui.tr("This network already answers right: click a link or a small square to change a weight.",
                 "Ce réseau répond déjà juste : cliquez un lien ou un petit carré pour changer un poids.");
  const char* what = ui.tr("the network learns to separate the two classes.", "le réseau apprend à séparer les deux classes.");
  if (snapshot.problem != nullptr) {
    const Dataset& data = snapshot.problem->data;
    if (rebuilds(*snapshot.problem)) what = ui.tr("the network learns to rebuild its input.", "le réseau apprend à reconstruire son entrée.");
    else if (ui.experiment.data.kind == "digits") what = ui.tr("the network learns to read handwritten digits.", "le réseau apprend à lire des chiffres manuscrits.");
    else if (data.is_image()) what = ui.tr("the network learns what the pictures show.", "le réseau apprend ce que montrent les images.");
    else if (data.task == Task::regression) what = ui.tr("the network learns to predict the values.", "le réseau apprend à prédire les valeurs.");
    else if (ui.experiment.data.kind == "spiral" && data.class_names.size() == 2)
      what = ui.tr("the network learns to separate the two spirals.", "le réseau apprend à séparer les deux spirales.");
    else if (data.task == Task::classes) what = ui.tr("the network learns to separate the classes.", "le réseau apprend à séparer les classes.");
  }
  return std::string(ui.tr("Press Run: ", "Appuyez sur Lancer : ")) + what;
}

void draw_text(ImDrawList* list, ImFont* font, ImVec2 at, ImU32 colour, const std::string& text) {
  ImGui::PushFont(font);
  list->AddText(ImVec2(std::round(at.x), std::round(at.y)), colour, text.c_str());
  ImGui::PopFont();
}

float text_width(ImFont* font, const std::string& text) {
  ImGui::PushFont(font);
  const float width = ImGui::CalcTextSize(text.c_str()).x;
  ImGui::PopFont();
  return width;
}

// Two lines: epoch and training, step and test. Columns are as wide as their longest number ever gets.
void counters(Bar& bar, float width) {
  const Theme& t = theme();
  const UiState& ui = bar.ui;
  const Snapshot& s = bar.snapshot;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float line = 17, top = origin.y + (bar.height - 2 * line) / 2;
  ImGui::Dummy(ImVec2(width, bar.height));
  ImFont* font = fonts().medium;
  if (!ui.welcomed && s.step == 0 && !running(s)) {
    const std::string text = welcome(s, ui);
    ImFont* fitting = text_width(fonts().base, text) <= width ? fonts().base : fonts().medium;
    ImGui::PushFont(fitting);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str(), nullptr, false, width);
    list->PushClipRect(ImVec2(origin.x, origin.y - 8), ImVec2(origin.x + width, origin.y + bar.height + 8));  // two lines reach below the controls
    list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), ImVec2(origin.x, std::round(origin.y + (bar.height - size.y) / 2)), t.accent, text.c_str(), nullptr, width);
    list->PopClipRect();
    ImGui::PopFont();
    return;
  }
  const char* epoch = ui.tr("Epoch", "Époque");
  const char* step = ui.tr("Step", "Pas");
  // Two lines are a little higher than the controls: an accent on a capital would be cut off.
  list->PushClipRect(ImVec2(origin.x, origin.y - 8), ImVec2(origin.x + width, origin.y + bar.height + 8));
  const float label_width = std::max(text_width(font, epoch), text_width(font, step)) + 8;
  draw_text(list, font, ImVec2(origin.x, top), t.muted, epoch);
  draw_text(list, font, ImVec2(origin.x, top + line), t.muted, step);
  draw_text(list, font, ImVec2(origin.x + label_width, top), t.text, count(s.epoch, ui.language));
  draw_text(list, font, ImVec2(origin.x + label_width, top + line), t.text, count(s.step, ui.language));
  float x = origin.x + label_width + text_width(font, "9 999 999") + 10;
  const std::array<const char*, 3> names = {ui.tr("Training", "Apprentissage"), ui.tr("Validation", "Validation"), ui.tr("Test", "Test")};
  const std::array<ImU32, 3> colours = {t.train, t.validation, t.test};
  // The second line is what training never saw: the test part, or validation where there is no test.
  const bool has_test = s.problem == nullptr || s.problem->samples[2] > 0;
  const std::array<size_t, 2> parts = {0, has_test ? size_t{2} : size_t{1}};
  const float name_width = std::max(text_width(font, names[0]), text_width(font, names[parts[1]])) + 22;
  const float loss_width = text_width(font, "0.00000");
  for (size_t row = 0; row < 2; ++row) {
    const size_t part = parts[row];
    if (s.problem != nullptr && s.problem->samples[part] == 0) continue;
    const Metrics& metrics = s.metrics[part];
    const float y = top + line * static_cast<float>(row);
    list->AddCircleFilled(ImVec2(x + 4, y + line / 2), 3.5f, colours[part]);
    draw_text(list, font, ImVec2(x + 14, y), t.muted, names[part]);
    // The column is fixed: a power of ten gives up digits rather than reach into the accuracy.
    std::string loss = std::isnan(metrics.loss) ? "–" : number(metrics.loss, ui.language);
    for (int digits = 2; digits > 0 && text_width(font, loss) > loss_width + 2; --digits) loss = number(metrics.loss, ui.language, digits);
    draw_text(list, font, ImVec2(x + name_width, y), t.text, loss);
    if (!std::isnan(metrics.accuracy)) draw_text(list, font, ImVec2(x + name_width + loss_width + 10, y), t.text, percent(metrics.accuracy, ui.language));
  }
  list->PopClipRect();
  const ImVec2 mouse = ImGui::GetMousePos();
  if (mouse.x > x) tooltip_on_hover(ui.tr("Loss, and the share of right answers", "Coût, et part de réponses justes"));
}

float counters_width(const Snapshot& snapshot, const UiState& ui) {
  ImFont* font = fonts().medium;
  const bool classes = snapshot.problem == nullptr || snapshot.problem->data.task != Task::regression;
  return text_width(font, ui.tr("Epoch 9 999 999", "Époque 9 999 999")) + 14 + text_width(font, ui.tr("Training", "Apprentissage")) + 22 +
         text_width(font, "0.00000") + (classes ? 10 + text_width(font, "100.0 %") : 0);
}

bool next_theme_is_dark() { return !theme().dark; }

void page_buttons(Bar& bar) {
  UiState& ui = bar.ui;
  if (icon_button("undo", Icon::undo, ui.tr("Undo (Ctrl+Z)", "Annuler (Ctrl+Z)"), ButtonStyle::quiet, bar.outbox.can_undo)) bar.outbox.undo();
  ImGui::SameLine(0, 0);
  if (icon_button("redo", Icon::redo, ui.tr("Redo (Ctrl+Y)", "Rétablir (Ctrl+Y)"), ButtonStyle::quiet, bar.outbox.can_redo)) bar.outbox.redo();
  ImGui::SameLine(0, 8);
  const bool french = ui.language == Language::french;
  if (button(french ? "EN" : "FR", ButtonStyle::quiet, 38, true, french ? "English" : "Français"))
    ui.language = french ? Language::english : Language::french;
  ImGui::SameLine(0, 0);
  if (icon_button("theme", next_theme_is_dark() ? Icon::moon : Icon::sun, ui.tr("Light or dark", "Clair ou sombre")))
    ui.theme = next_theme_is_dark() ? ThemeChoice::dark : ThemeChoice::light;
  ImGui::SameLine(0, 0);
  if (icon_button("link", Icon::link, ui.tr("Copy a link to this experiment", "Copier un lien vers cette expérience"))) bar.outbox.copy_link();
  ImGui::SameLine(0, 0);
  if (icon_button("about", Icon::info, ui.tr("About this run", "À propos de ce calcul"))) ui.about_open = !ui.about_open;
}

constexpr float kPageButtons = 6 * 30 + 8 + 8;  // undo, redo, language, theme, link, about

// Everything that has no room in the bar of a small window.
void overflow_menu(Bar& bar) {
  UiState& ui = bar.ui;
  if (icon_button("menu", Icon::menu, ui.tr("Menu", "Menu"), ButtonStyle::normal)) ImGui::OpenPopup("bar menu");
  ImGui::SetNextWindowSizeConstraints(ImVec2(220, 0), ImVec2(320, ImGui::GetMainViewport()->Size.y - 60));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(5, 5));
  const bool open = ImGui::BeginPopup("bar menu");
  ImGui::PopStyleVar();
  if (!open) return;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  preset_items(bar);
  if (begin_dropdown("speed", ui.tr("Speed", "Vitesse"), speed_title(ui.speed, ui).c_str(), 0)) {
    speed_items(bar);
    end_dropdown();
  }
  dropdown_heading(ui.tr("Experiment", "Expérience"));
  if (dropdown_item("seed", ui.tr("New seed", "Nouvelle graine"), false)) bar.outbox.edit(new_seed(ui.experiment, entropy()));
  if (dropdown_item("undo", ui.tr("Undo", "Annuler"), false, nullptr, bar.outbox.can_undo)) bar.outbox.undo();
  if (dropdown_item("redo", ui.tr("Redo", "Rétablir"), false, nullptr, bar.outbox.can_redo)) bar.outbox.redo();
  if (dropdown_item("link", ui.tr("Copy a link", "Copier un lien"), false)) bar.outbox.copy_link();
  if (dropdown_item("about", ui.tr("About this run", "À propos de ce calcul"), false)) ui.about_open = true;
  dropdown_heading(ui.tr("Page", "Page"));
  if (dropdown_item("language", ui.language == Language::french ? "English" : "Français", false))
    ui.language = ui.language == Language::french ? Language::english : Language::french;
  if (dropdown_item("theme", next_theme_is_dark() ? ui.tr("Dark theme", "Thème sombre") : ui.tr("Light theme", "Thème clair"), false))
    ui.theme = next_theme_is_dark() ? ThemeChoice::dark : ThemeChoice::light;
  ImGui::PopStyleVar();
  ImGui::EndPopup();
}

}  // namespace

void bar_panel(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  if (snapshot.step > 0 || running(snapshot)) ui.welcomed = true;
  Bar bar{snapshot, ui, outbox, control_height()};
  const ImVec2 start = ImGui::GetCursorPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float right = start.x + width;

  if (ui.layout == Layout::narrow) {
    run_button(bar, 110);
    ImGui::SameLine();
    step_buttons(bar, false);
    ImGui::SameLine();
    ImGui::SetCursorPosX(right - bar.height);
    overflow_menu(bar);
    counters(bar, width);
    return;
  }

  const bool wide = ui.layout == Layout::wide;
  if (wide) {
    ImGui::PushFont(fonts().title);
    const float name_width = ImGui::CalcTextSize("Myelin").x;
    ImGui::SetCursorPosY(start.y + (bar.height - ImGui::GetTextLineHeight()) / 2);
    ImGui::TextUnformatted("Myelin");
    ImGui::PopFont();
    ImGui::SetCursorPos(ImVec2(start.x + name_width + 16, start.y));
    const float fixed = name_width + 16 + 16 + 112 + 8 + 4 * bar.height + 20 + 130 + 28 + counters_width(snapshot, ui) + kPageButtons;
    preset_menu(bar, std::clamp(width - fixed - 8, 164.f, 190.f));
    ImGui::SameLine(0, 16);
  }
  run_button(bar, wide ? 112.f : 104.f);
  ImGui::SameLine(0, 8);
  step_buttons(bar, true);
  ImGui::SameLine(0, 8);
  const bool page_row = wide && width - ImGui::GetCursorPosX() > 130 + 16 + 12 + counters_width(snapshot, ui) + kPageButtons;
  const float tail = page_row ? kPageButtons : bar.height;
  if (width - ImGui::GetCursorPosX() > 130 + 16 + 12 + counters_width(snapshot, ui) + tail) {
    speed_menu(bar, 130);
    ImGui::SameLine(0, 16);
  }
  const float x = ImGui::GetCursorPosX();
  counters(bar, right - tail - 12 - x);
  ImGui::SameLine(0, 0);
  ImGui::SetCursorPosX(right - tail);
  if (page_row) page_buttons(bar);
  else overflow_menu(bar);
}

}  // namespace myelin::web
