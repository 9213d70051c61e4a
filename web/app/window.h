// The window, its GL context and ImGui's frame. Knows nothing of experiments; survives a lost GL context.
#pragma once

#include <string>

#include "imgui.h"

union SDL_Event;
struct SDL_Window;

namespace myelin::web {

struct WindowOptions {
  int width = 1280, height = 800;  // CSS pixels; on the page the canvas decides
  float offscreen_scale = 0;       // > 0: no visible window, draws into a picture at this pixel ratio
};

class Window {
 public:
  Window() = default;
  Window(const Window&) = delete;
  ~Window() { close(); }

  bool open(const WindowOptions& options);  // false: no window or no GL (SDL_GetError says why)
  void close();

  // Hands waiting input to ImGui. Returns how many events there were; sets `quit` when the user closed the window.
  int take_events();
  bool quit() const { return quit_; }
  bool wait_event(int milliseconds);  // desktop only: sleeps until there is input

  void begin_frame();                 // bakes the fonts anew when the pixel ratio changed
  void end_frame(ImU32 background);
  bool save_png(const std::string& path);  // offscreen only: what end_frame drew last

  void graphics_lost();
  void graphics_restored();
  bool drawable() const { return context_ != nullptr && !lost_; }

 private:
  void make_target();

  SDL_Window* window_ = nullptr;
  void* context_ = nullptr;
  WindowOptions options_;
  float ratio_ = 0;
  bool quit_ = false, lost_ = false;
  unsigned target_ = 0, target_colour_ = 0;
};

}  // namespace myelin::web
