// Controls in the product's look. Each fills the width it is given, has a label, and returns true when the user changed it.
#pragma once

#include <string>

#include "app/theme.h"
#include "app/ui.h"
#include "widgets/numbers.h"
#include "widgets/tooltip.h"

namespace myelin::web {

// A titled card; draw its content between begin and end. `help` stands behind a small question mark. Height 0 = as its content.
bool begin_card(const char* id, const char* title, const char* help = nullptr, float height = 0);
void end_card();

enum class ButtonStyle { primary, normal, quiet };
bool button(const char* label, ButtonStyle style = ButtonStyle::normal, float width = 0, bool enabled = true,
            const char* tooltip = nullptr);
enum class Icon { play, pause, step, step_epoch, reset, undo, redo, dice, plus, minus, sun, moon, link, menu, info, close };
bool icon_button(const char* id, Icon icon, const char* tooltip, ButtonStyle style = ButtonStyle::quiet, bool enabled = true);
void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour);

bool toggle(const char* label, bool* value, const char* tooltip = nullptr);
// A row of exclusive options, for two to four short labels.
bool segmented(const char* id, int* index, const char* const* labels, int count);
bool combo(const char* label, int* index, const char* const* labels, int count, const char* tooltip = nullptr);
bool slider(const char* label, double* value, double min, double max, const char* shown, const char* tooltip = nullptr,
            bool logarithmic = false);
bool stepper(const char* label, int* value, int min, int max, int step = 1, const char* tooltip = nullptr);

// Field table -> controls, in the language of `ui`. True when a value changed; `changed_key` then names the field.
bool settings_editor(Settings& settings, UiState& ui, const char** changed_key = nullptr);
bool field_editor(Settings& settings, int field, UiState& ui);

void muted_text(const char* text);

}  // namespace myelin::web
