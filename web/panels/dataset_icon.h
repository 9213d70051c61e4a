// A small picture for each data set, as a sign to recognise it by. Drawn by hand: not the samples of the run.
#pragma once

#include <string_view>

#include "app/theme.h"

namespace myelin::web {

void draw_dataset_icon(ImDrawList* list, std::string_view key, ImVec2 min, ImVec2 max);

}  // namespace myelin::web
