// A number in a control that becomes a text field while it is typed. One at a time in the whole program.
#pragma once

#include "widgets/paint.h"

namespace myelin::web {

bool is_typing(ImGuiID id);
void start_typing(ImGuiID id, double value);
// Draws the text field; call it each frame while is_typing(). True when a new value within [min, max] was entered.
// Escape and anything that is no number leave the value alone.
bool type_number(double* value, double min, double max, const ImRect& rect);

}  // namespace myelin::web
