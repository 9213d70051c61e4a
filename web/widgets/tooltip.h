// When and where a control explains itself: under a mouse that rests, above a finger that stays. Not for what pictures say about
// the place under the pointer; that follows the pointer at once.
#pragma once

namespace myelin::web {

void follow_finger();  // once per picture, before any control

// For the item drawn last. A finger that stayed long enough to read does not press when it leaves, unless `keeps_press`.
void tooltip_on_hover(const char* text, bool keeps_press = false);

}  // namespace myelin::web
