// Field table -> controls, in the language in use. Never writes a value that Settings::set would not accept.
#include <array>
#include <string>

#include "widgets/controls.h"
#include "widgets/slider.h"

namespace myelin::web {
namespace {

constexpr int kMostChoices = 32;

std::string shown_value(const Field& field, double value, const UiState& ui) {
  // Shares of the data are read as percentages by everybody.
  if (field.min == 0 && field.max == 1 && field.step > 0 && field.control == Control::slider) {
    const bool whole = field.step >= 0.01;
    return percent(value, ui.language, whole ? 0 : 1);
  }
  return plain(value, ui.language);
}

bool edit_choice(Settings& settings, const Field& field, int index, const UiState& ui) {
  std::array<const char*, kMostChoices> labels{};
  const int count = std::min(static_cast<int>(field.choices.size()), kMostChoices);
  for (int i = 0; i < count; ++i) labels[static_cast<size_t>(i)] = ui.tr(field.choices[static_cast<size_t>(i)].label);
  int chosen = static_cast<int>(settings.value(index));
  return combo(ui.tr(field.label), &chosen, labels.data(), count, ui.tr(field.help)) && settings.set(field.key, chosen);
}

}  // namespace

bool field_editor(Settings& settings, int index, UiState& ui) {
  const Field& field = settings.fields()[static_cast<size_t>(index)];
  const char* label = ui.tr(field.label);
  const char* help = ui.tr(field.help);
  double value = settings.value(index);
  bool changed = false;
  ImGui::PushID(field.key);
  switch (field.control) {
    case Control::slider:
    case Control::log_slider: {
      const std::string shown = shown_value(field, value, ui);
      changed = slider_with_step(label, &value, field.min, field.max, field.step, shown.c_str(), help, field.control == Control::log_slider) &&
                settings.set(field.key, value);
      break;
    }
    case Control::stepper: {
      int whole = static_cast<int>(value);
      changed = stepper(label, &whole, static_cast<int>(field.min), static_cast<int>(field.max), field.step >= 1 ? static_cast<int>(field.step) : 1, help) &&
                settings.set(field.key, whole);
      break;
    }
    case Control::toggle: {
      bool on = value != 0;
      changed = toggle(label, &on, help) && settings.set(field.key, on ? 1 : 0);
      break;
    }
    case Control::choice: changed = edit_choice(settings, field, index, ui); break;
  }
  ImGui::PopID();
  return changed;
}

bool settings_editor(Settings& settings, UiState& ui, const char** changed_key) {
  bool changed = false;
  for (int i = 0; i < static_cast<int>(settings.fields().size()); ++i) {
    if (!field_editor(settings, i, ui)) continue;
    changed = true;
    if (changed_key != nullptr) *changed_key = settings.fields()[static_cast<size_t>(i)].key;
  }
  return changed;
}

}  // namespace myelin::web
