// The program's exports: what web/page/*.mjs may call. Strings that go out are malloc'ed and given back to myelin_free.
// Called on the browser's main thread between frames, and only after main has set App::instance().
#include <emscripten.h>

#include <SDL.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "app/app.h"
#include "app/platform_web.h"
#include "imgui.h"
#include "imgui_internal.h"

namespace {

using myelin::web::App;

char* give(const std::string& text) {
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

void press(ImGuiKey key) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(key, true);
  io.AddKeyEvent(key, false);
}

// The window under the pointer that a wheel would move, or null.
ImGuiWindow* scrollable_window() {
  for (ImGuiWindow* window = GImGui->HoveredWindow; window; window = window->ParentWindow) {
    const bool scrolls = !(window->Flags & ImGuiWindowFlags_NoScrollWithMouse);
    if (scrolls && (window->ScrollMax.y > 0 || window->ScrollMax.x > 0)) return window;
    if (!(window->Flags & ImGuiWindowFlags_ChildWindow)) return nullptr;
  }
  return nullptr;
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void myelin_free(void* memory) { std::free(memory); }

// What window.myelin is made of.
EMSCRIPTEN_KEEPALIVE char* myelin_state() { return give(App::instance().state_json()); }
EMSCRIPTEN_KEEPALIVE char* myelin_experiment() { return give(App::instance().experiment_json()); }
EMSCRIPTEN_KEEPALIVE char* myelin_link() { return give(App::instance().link()); }
EMSCRIPTEN_KEEPALIVE char* myelin_weights() { return give(App::instance().weights_json()); }
EMSCRIPTEN_KEEPALIVE char* myelin_set(const char* text) { return give(App::instance().set(text)); }
EMSCRIPTEN_KEEPALIVE void myelin_open(const char* link) { App::instance().open(link); }
// Doubles, because 64-bit integers reach JavaScript differently from one Emscripten to the next.
EMSCRIPTEN_KEEPALIVE void myelin_play(double until_epoch, double until_step) {
  App::instance().play(static_cast<long long>(until_epoch), static_cast<long long>(until_step));
}
EMSCRIPTEN_KEEPALIVE void myelin_pause() { App::instance().pause(); }
EMSCRIPTEN_KEEPALIVE void myelin_reset() { App::instance().reset(); }
EMSCRIPTEN_KEEPALIVE void myelin_step(int epoch, int count) { App::instance().step(epoch != 0, count); }

// Events that SDL does not see.
EMSCRIPTEN_KEEPALIVE void myelin_wake(int frames) { App::instance().wake(frames); }
EMSCRIPTEN_KEEPALIVE void myelin_draw() {
  App::instance().redraw();
  myelin::web::draw_now();
}
EMSCRIPTEN_KEEPALIVE void myelin_graphics_lost() { App::instance().graphics_lost(); }
EMSCRIPTEN_KEEPALIVE void myelin_graphics_restored() { App::instance().graphics_restored(); }
EMSCRIPTEN_KEEPALIVE void myelin_asset(void* ticket, const unsigned char* bytes, int size) {
  myelin::web::asset_arrived(ticket, {reinterpret_cast<const std::byte*>(bytes), static_cast<size_t>(size)});
  App::instance().wake(2);
}
EMSCRIPTEN_KEEPALIVE void myelin_text(const char* utf8) { App::instance().text_input(utf8); }
EMSCRIPTEN_KEEPALIVE void myelin_backspace() {
  press(ImGuiKey_Backspace);
  App::instance().wake(4);
}
// The browser's paste event has come and its text is what clipboard_text() will answer: tell ImGui to fetch it.
EMSCRIPTEN_KEEPALIVE void myelin_paste() {
  ImGuiIO& io = ImGui::GetIO();
  const ImGuiKey command = io.ConfigMacOSXBehaviors ? ImGuiMod_Super : ImGuiMod_Ctrl;
  io.AddKeyEvent(command, true);
  press(ImGuiKey_V);
  io.AddKeyEvent(command, false);
  App::instance().wake(4);
}
// Keys that are held when the focus leaves would stay down for ever: their release goes elsewhere.
EMSCRIPTEN_KEEPALIVE void myelin_focus_lost() {
  SDL_ResetKeyboard();
  App::instance().wake(2);
}

// Answers about the last frame.
EMSCRIPTEN_KEEPALIVE int myelin_wants_escape() {
  return ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel) ||
         ImGui::GetIO().WantTextInput || GImGui->ActiveId != 0;
}
EMSCRIPTEN_KEEPALIVE int myelin_wants_wheel() { return scrollable_window() != nullptr; }
// A finger moved by this many CSS pixels: scrolls what is under it unless a control is being dragged.
EMSCRIPTEN_KEEPALIVE int myelin_touch_scroll(float dx, float dy) {
  const ImGuiContext& context = *GImGui;
  const bool on_control = context.ActiveId != 0 && !(context.ActiveIdWindow && context.ActiveId == context.ActiveIdWindow->MoveId);
  ImGuiWindow* window = on_control ? nullptr : scrollable_window();
  if (!window) return 0;
  if (window->ScrollMax.y > 0) ImGui::SetScrollY(window, window->Scroll.y - dy);
  if (window->ScrollMax.x > 0) ImGui::SetScrollX(window, window->Scroll.x - dx);
  App::instance().wake(2);
  return 1;
}

}  // extern "C"
