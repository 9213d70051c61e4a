// A choice whose options need more than a name: a heading, a reason why one is not offered, help of their own.
#pragma once

#include "app/theme.h"

namespace myelin::web {

// Draws the field (with its label above, unless null) and, while open, begins the list. Call end_dropdown when true.
bool begin_dropdown(const char* id, const char* label, const char* shown, float width, const char* tooltip = nullptr, bool small = false);
void dropdown_heading(const char* text);
// True when chosen. A disabled item's help says why.
bool dropdown_item(const char* id, const char* text, bool current, const char* help = nullptr, bool enabled = true);
void end_dropdown();

}  // namespace myelin::web
