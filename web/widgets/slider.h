// The slider with a chosen step, for the settings editor. Panels use slider() of controls.h.
#pragma once

namespace myelin::web {

// step 0: a fine round step of its own. A logarithmic slider moves by tenths of a decade.
bool slider_with_step(const char* label, double* value, double min, double max, double step, const char* shown, const char* tooltip,
                      bool logarithmic);

}  // namespace myelin::web
