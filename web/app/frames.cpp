// See frames.h. The state is the frame loop's own, one per program.
#include "app/frames.h"

#include <algorithm>
#include <cmath>

#include "imgui.h"

namespace myelin::web {
namespace {
constinit float g_requested = -1;
constinit bool g_reduced_motion = false;
}  // namespace

void request_frame(float in_seconds) {
  g_requested = g_requested < 0 ? in_seconds : std::min(g_requested, in_seconds);
}

float take_requested_frame() {
  const float requested = g_requested;
  g_requested = -1;
  return requested;
}

bool reduced_motion() { return g_reduced_motion; }
void set_reduced_motion(bool reduced) { g_reduced_motion = reduced; }

float animated(unsigned int id, float target) {
  float& value = *ImGui::GetStateStorage()->GetFloatRef(id, target);
  const float step = ImGui::GetIO().DeltaTime / 0.14f;
  if (g_reduced_motion || std::fabs(value - target) <= step) {
    value = target;
  } else {
    value += value < target ? step : -step;
    request_frame();
  }
  return value * value * (3 - 2 * value);
}

}  // namespace myelin::web
