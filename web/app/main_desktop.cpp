// The desktop program: a window, or a picture of it for people who look at changes (and for the README).
#include <SDL.h>

#include <cstdio>

#include "app/app.h"
#include "app/desktop.h"
#include "app/platform.h"
#include "app/window.h"

namespace {
bool frame() { return myelin::web::App::instance().frame(); }
}  // namespace

int main(int argc, char** argv) {
  using namespace myelin::web;
  DesktopOptions options;
  if (const std::string wrong = read_arguments(argc, argv, options); !wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 2;
  }
  set_desktop_options(options);
  const bool picture = !options.screenshot.empty();
  App app;
  if (!app.start(environment(), {.width = options.width, .height = options.height, .offscreen_scale = picture ? options.scale : 0})) {
    std::fprintf(stderr, "The window could not be opened: %s\n", SDL_GetError());
    return 1;
  }
  if (!picture) {
    run_frames(frame);
    return 0;
  }
  if (const std::string wrong = take_screenshot(options); !wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 1;
  }
  return 0;
}
