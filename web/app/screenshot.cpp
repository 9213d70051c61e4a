// The desktop program's command line and its pictures without a screen.
#include <SDL.h>
#include <stb_image_write.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "app/app.h"
#include "app/desktop.h"
#include "app/window.h"
#include "imgui.h"

namespace myelin::web {
namespace {

constexpr Uint64 kPatienceMs = 300'000;

void draw(int frames) {
  for (int i = 0; i < frames; ++i) {
    App::instance().wake(1);
    App::instance().frame();
  }
}

// Frames until there is nothing left to train, load or answer.
bool settle(Uint64 give_up_at) {
  while (SDL_GetTicks64() < give_up_at) {
    App::instance().frame();
    if (App::instance().settled()) return true;  // a blinking cursor wants frames for ever
    SDL_Delay(2);
  }
  return false;
}

ImGuiKey key_named(std::string_view name) {
  for (int key = ImGuiKey_NamedKey_BEGIN; key < ImGuiKey_NamedKey_END; ++key) {
    if (name == ImGui::GetKeyName(static_cast<ImGuiKey>(key))) return static_cast<ImGuiKey>(key);
  }
  return ImGuiKey_None;
}

void act(const DesktopOptions::Gesture& gesture) {
  ImGuiIO& io = ImGui::GetIO();
  using Kind = DesktopOptions::Gesture::Kind;
  if (gesture.kind == Kind::key) {
    const ImGuiKey key = key_named(gesture.key);
    if (key == ImGuiKey_None) {
      io.AddInputCharactersUTF8(gesture.key.c_str());
    } else {
      io.AddKeyEvent(key, true);
      draw(2);
      io.AddKeyEvent(key, false);
    }
    return draw(3);
  }
  io.AddMousePosEvent(gesture.x, gesture.y);
  draw(40);  // long enough for a tooltip
  if (gesture.kind != Kind::click) return;
  io.AddMouseButtonEvent(0, true);
  draw(2);
  io.AddMouseButtonEvent(0, false);
  draw(14);
}

bool point(const char* text, float& x, float& y) { return std::sscanf(text, "%f,%f", &x, &y) == 2; }

}  // namespace

std::string read_arguments(int argc, char** argv, DesktopOptions& options) {
  using Kind = DesktopOptions::Gesture::Kind;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    auto wrong = [&] { return "The option " + std::string(name) + " is unknown or lacks its value."; };
    if (name == "--dark") {
      options.dark = true;
    } else if (name == "--coarse") {
      options.coarse = true;
    } else if (name == "--still") {
      options.still = true;
    } else if (name == "--inline") {
      options.inline_training = true;
    } else if (name == "--running") {
      options.running = true;
    } else if (!name.starts_with("--")) {
      options.experiment = name;
    } else {
      if (i + 1 >= argc) return wrong();
      const char* value = argv[++i];
      DesktopOptions::Gesture gesture{};
      if (name == "--size") {
        if (std::sscanf(value, "%dx%d", &options.width, &options.height) != 2) return wrong();
      } else if (name == "--scale") {
        options.scale = static_cast<float>(std::atof(value));
        if (!(options.scale >= 0.5f && options.scale <= 4)) return wrong();
      } else if (name == "--lang") {
        options.french = std::string_view(value) == "fr";
      } else if (name == "--threads") {
        options.threads = std::atoi(value);
      } else if (name == "--screenshot") {
        options.screenshot = value;
      } else if (name == "--run-epochs") {
        options.run_epochs = std::atoi(value);
      } else if (name == "--hover" || name == "--click") {
        gesture.kind = name == "--click" ? Kind::click : Kind::move;
        if (!point(value, gesture.x, gesture.y)) return wrong();
        options.gestures.push_back(gesture);
      } else if (name == "--key") {
        gesture.kind = Kind::key;
        gesture.key = value;
        options.gestures.push_back(gesture);
      } else {
        return wrong();
      }
    }
  }
  return {};
}

std::string take_screenshot(const DesktopOptions& options) {
  App& app = App::instance();
  const Uint64 give_up_at = SDL_GetTicks64() + kPatienceMs;
  if (!settle(give_up_at)) return "The experiment did not start: " + app.state_json();
  if (options.run_epochs > 0) {
    app.play(options.run_epochs, 0);
    if (!settle(give_up_at)) return "Training took longer than five minutes.";
  }
  draw(6);
  settle(give_up_at);  // maps that the layout asked for
  for (const DesktopOptions::Gesture& gesture : options.gestures) {
    act(gesture);
    if (!options.running) settle(give_up_at);
  }
  if (options.running) {
    app.play(0, 0);
    for (int i = 0; i < 90; ++i) {
      app.frame();
      SDL_Delay(16);
    }
  }
  draw(4);
  int width = 0, height = 0;
  const std::vector<unsigned char> pixels = app.window().pixels(width, height);
  stbi_flip_vertically_on_write(1);
  if (pixels.empty() || stbi_write_png(options.screenshot.c_str(), width, height, 4, pixels.data(), width * 4) == 0) {
    return "The picture could not be written to " + options.screenshot + ".";
  }
  return {};
}

}  // namespace myelin::web
