// Words that must go into a given room: smaller letters, then two lines, then still smaller letters; only what is longer even
// then loses its end. Draws nothing.
#pragma once

#include "imgui.h"

namespace myelin::web {

struct FittedText {
  ImFont* font = nullptr;
  float size = 0;              // its line height in CSS pixels
  const char* end = nullptr;   // of the first line
  const char* second = nullptr;  // where the second line begins; null: there is one
  bool cut = false;            // even so it is too long: `end` leaves room for an ellipsis
};
FittedText fit_text(ImFont* font, const char* text, float width, float height);

}  // namespace myelin::web
