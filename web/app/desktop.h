// What only the desktop program has: its command line, and pictures of itself without a screen.
#pragma once

#include <string>
#include <vector>

namespace myelin::web {

struct DesktopOptions {
  std::string experiment;
  int width = 1280, height = 800;
  float scale = 1;
  bool dark = false, french = false, coarse = false, still = false;
  bool inline_training = false;
  int threads = 2;
  // A picture instead of a window.
  std::string screenshot;
  int run_epochs = 0;
  bool running = false;  // leave it running while the picture is taken
  struct Gesture {
    enum class Kind { move, click, key } kind;
    float x = 0, y = 0;
    std::string key;
  };
  std::vector<Gesture> gestures;  // in order, before the picture is taken
};

// Empty, or a sentence about what was wrong with the arguments.
std::string read_arguments(int argc, char** argv, DesktopOptions& options);
void set_desktop_options(const DesktopOptions& options);  // before environment()
// Trains, acts and writes the picture. Empty, or what went wrong.
std::string take_screenshot(const DesktopOptions& options);

}  // namespace myelin::web
