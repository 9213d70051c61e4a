// The window, its GL context and ImGui's frame. Knows nothing of experiments; survives a lost GL context.
#pragma once

#include <vector>

#include "app/redraw.h"
#include "imgui.h"

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

  int take_events();                  // hands waiting input to ImGui; how many events there were

  void begin_frame();                 // bakes the fonts anew when the pixel ratio changed
  void end_frame(ImU32 background);  // draws what changed; all of it after redraw_all
  void redraw_all() { stale_ = true; }
  std::vector<unsigned char> pixels(int& width, int& height) const;  // offscreen only: what end_frame drew last, rows upwards

  void graphics_lost();
  void graphics_restored();
  bool drawable() const { return context_ != nullptr && !lost_; }

 private:
  void make_target();

  SDL_Window* window_ = nullptr;
  void* context_ = nullptr;
  WindowOptions options_;
  float ratio_ = 0;
  bool lost_ = false;
  bool stale_ = true;  // what the target shows is not what was drawn last
  ImU32 background_ = 0;
  Redraw redraw_;
  unsigned target_ = 0, target_colour_ = 0;
};

}  // namespace myelin::web
