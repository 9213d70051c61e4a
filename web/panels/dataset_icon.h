// A small picture for each data set, as a sign to recognise it by. Drawn by hand: not the samples of the run.
#pragma once

#include <string_view>

#include "app/theme.h"

namespace myelin::web {

// Whether this data set has one; menus leave out those that have none.
bool has_dataset_icon(std::string_view key);
void draw_dataset_icon(ImDrawList* list, std::string_view key, ImVec2 min, ImVec2 max);

}  // namespace myelin::web
