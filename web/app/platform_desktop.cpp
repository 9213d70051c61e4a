// The platform as a desktop window sees it. Assets lie beside the program or in the source folder it was built from.
#include "app/platform.h"

#include <SDL.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>

#include "app/desktop.h"

#ifndef MYELIN_ASSET_FOLDER
#define MYELIN_ASSET_FOLDER "assets/data"
#endif

namespace myelin::web {
namespace {

// The program's own command line; written once before anything else.
DesktopOptions& options() {
  static DesktopOptions* const only = new DesktopOptions;
  return *only;
}
constinit std::atomic<bool> g_quit{false};

int watch_quit(void*, SDL_Event* event) {
  if (event->type == SDL_QUIT) g_quit.store(true);
  return 1;
}

std::vector<std::byte> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return {};
  std::vector<std::byte> bytes;
  std::byte block[65536];
  for (size_t got = 0; (got = std::fread(block, 1, sizeof block, file.get())) > 0;) bytes.insert(bytes.end(), block, block + got);
  return bytes;
}

std::string beside_program(const std::string& name) {
  const std::unique_ptr<char, void (*)(void*)> base(SDL_GetBasePath(), SDL_free);
  return (base ? std::string(base.get()) : std::string()) + "assets/data/" + name;
}

}  // namespace

void set_desktop_options(const DesktopOptions& given) { options() = given; }

Environment environment() {
  const DesktopOptions& o = options();
  Environment now;
  now.isolated = true;
  now.threads = o.inline_training ? 0 : o.threads;
  now.dark = o.dark;
  now.reduced_motion = o.still;
  now.coarse_pointer = o.coarse;
  now.language = o.french ? Language::french : Language::english;
  now.build = "desktop";
  now.link = o.experiment;
  return now;
}

void run_frames(bool (*frame)()) {
  SDL_AddEventWatch(watch_quit, nullptr);
  while (!g_quit.load()) {
    const int64_t begin = now_us();
    const bool wanted = frame();
    // A drawn frame waits for the screen by itself; without one, wait for input: briefly while something is on its way.
    if (!wanted) {
      SDL_WaitEventTimeout(nullptr, 1000);
    } else if (now_us() - begin < 4000) {
      SDL_WaitEventTimeout(nullptr, 8);
    }
  }
}

void wake_frames() {}
void frame_presented() {}

bool picture_stays() { return false; }  // two buffers take turns

float pixel_ratio() {
  SDL_Window* window = SDL_GL_GetCurrentWindow();
  int width = 0, pixels = 0;
  SDL_GetWindowSize(window, &width, nullptr);
  SDL_GL_GetDrawableSize(window, &pixels, nullptr);
  return width > 0 ? static_cast<float>(pixels) / static_cast<float>(width) : 1.0f;
}

bool hidden() { return false; }
void publish_link(const std::string&) {}
void copy_text(const std::string& text) { SDL_SetClipboardText(text.c_str()); }
void open_page(const char*) {}
std::string clipboard_text() {
  const std::unique_ptr<char, void (*)(void*)> text(SDL_GetClipboardText(), SDL_free);
  return text ? text.get() : "";
}
void want_text_input(bool wanted) { wanted ? SDL_StartTextInput() : SDL_StopTextInput(); }

void load_asset(const std::string& name, std::function<void(std::vector<std::byte>)> done) {
  if (name.find("..") != std::string::npos) return done({});
  std::vector<std::byte> bytes = read_file(beside_program(name));
  if (bytes.empty()) bytes = read_file(std::string(MYELIN_ASSET_FOLDER) + "/" + name);
  done(std::move(bytes));
}

void remember(const char*, const std::string&) {}
std::string recall(const char*) { return {}; }

int64_t now_us() { return static_cast<int64_t>(static_cast<double>(SDL_GetPerformanceCounter()) * 1e6 / static_cast<double>(SDL_GetPerformanceFrequency())); }

}  // namespace myelin::web
