// Asking for another frame: the program draws nothing unless something changed, so whatever moves by itself says so here.
#pragma once

namespace myelin::web {

void request_frame(float in_seconds = 0);  // an animation, a tooltip's delay, a blinking cursor
// The shortest time asked for since the last call, in seconds; negative: nobody asked. For the frame loop only.
float take_requested_frame();

bool reduced_motion();
void set_reduced_motion(bool reduced);

// Moves a stored value towards `target` in about 140 ms, asking for frames while it moves; at once under reduced motion.
float animated(unsigned int id, float target);

}  // namespace myelin::web
