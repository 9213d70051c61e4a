// What layout.cpp and the panels share beyond app/ui.h: which samples the pictures are about.
#pragma once

#include "app/ui.h"

namespace myelin::web {

// The part whose samples stand for "never seen": test, else validation, else training.
SplitPart shown_part(const Problem& problem);
// The sample whose values the network shows: the selected one, for images and lists else the first of the shown part. -1: none.
int probe_sample(const Snapshot& snapshot, const UiState& ui);

// Height of the output card that leaves no empty room below its picture in a card of this width.
float natural_output_height(const Snapshot& snapshot, const UiState& ui, float card_width);

}  // namespace myelin::web
