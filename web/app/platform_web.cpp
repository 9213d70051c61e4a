// The platform as a page sees it: everything of the browser comes through the functions of bridge.js, whose other side is
// web/page/platform.mjs. Called on the browser's main thread only, so nothing here may ever wait.
#include "app/platform.h"

#include <emscripten.h>
#include <emscripten/html5.h>

#include <SDL.h>

#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

#include "app/platform_web.h"

extern "C" {
// bridge.js. Strings that come back are malloc'ed.
int myelin_page_flags(void);
int myelin_page_threads(void);
char* myelin_page_text(int which);
int myelin_page_hidden(void);
void myelin_page_publish_link(const char* link);
void myelin_page_copy(const char* text);
void myelin_page_open(const char* name);
void myelin_page_want_text(int wanted);
void myelin_page_load(const char* name, void* ticket);
void myelin_page_remember(const char* key, const char* value);
char* myelin_page_recall(const char* key);
void myelin_page_presented(void);
}

namespace myelin::web {
namespace {

// Bits of myelin_page_flags and numbers of myelin_page_text; web/page/platform.mjs has the same list.
enum : int { kIsolated = 1, kDark = 2, kReducedMotion = 4, kCoarsePointer = 8, kApple = 16, kFrench = 32 };
enum : int { kTextBuild = 0, kTextLink = 1, kTextClipboard = 2, kTextAddress = 3 };

// Pictures without need before the loop stops: at once would cost a stop and a start between two snapshots of a run.
constexpr int kIdlePictures = 30;

struct Loop {
  bool (*frame)() = nullptr;
  int idle_pictures = 0;
  bool asleep = false;
  bool inside = false;
};
constinit Loop loop;

std::string take(char* text) {
  std::string copy = text ? text : "";
  std::free(text);
  return copy;
}

void picture() {
  if (loop.inside) return;
  loop.inside = true;
  const bool wanted = loop.frame();
  loop.inside = false;
  loop.idle_pictures = wanted ? 0 : loop.idle_pictures + 1;
  if (loop.idle_pictures < kIdlePictures || loop.asleep) return;
  loop.asleep = true;
  emscripten_pause_main_loop();
}

using AssetDone = std::function<void(std::vector<std::byte>)>;

}  // namespace

Environment environment() {
  SDL_SetHint(SDL_HINT_EMSCRIPTEN_KEYBOARD_ELEMENT, "#myelin-app");
  const int flags = myelin_page_flags();
  Environment now;
  now.isolated = (flags & kIsolated) != 0;
  now.dark = (flags & kDark) != 0;
  now.reduced_motion = (flags & kReducedMotion) != 0;
  now.coarse_pointer = (flags & kCoarsePointer) != 0;
  now.apple = (flags & kApple) != 0;
  now.language = (flags & kFrench) != 0 ? Language::french : Language::english;
  now.threads = myelin_page_threads();
  now.build = take(myelin_page_text(kTextBuild));
  now.link = take(myelin_page_text(kTextLink));
  now.address = take(myelin_page_text(kTextAddress));
  return now;
}

void run_frames(bool (*frame)()) {
  loop.frame = frame;
  emscripten_set_main_loop(picture, 0, false);
}

void wake_frames() {
  loop.idle_pictures = 0;
  if (!loop.asleep) return;
  loop.asleep = false;
  emscripten_resume_main_loop();
}

void draw_now() {
  if (loop.frame) picture();
}

void frame_presented() { myelin_page_presented(); }

bool picture_stays() { return true; }  // preserveDrawingBuffer (web/page/boot.mjs)
float pixel_ratio() { return static_cast<float>(emscripten_get_device_pixel_ratio()); }
bool hidden() { return myelin_page_hidden() != 0; }
void publish_link(const std::string& link) { myelin_page_publish_link(link.c_str()); }
void copy_text(const std::string& text) { myelin_page_copy(text.c_str()); }
void open_page(const char* name) { myelin_page_open(name); }
std::string clipboard_text() { return take(myelin_page_text(kTextClipboard)); }
void want_text_input(bool wanted) { myelin_page_want_text(wanted); }
void remember(const char* key, const std::string& value) { myelin_page_remember(key, value.c_str()); }
std::string recall(const char* key) { return take(myelin_page_recall(key)); }
int64_t now_us() { return static_cast<int64_t>(emscripten_get_now() * 1000.0); }

void load_asset(const std::string& name, std::function<void(std::vector<std::byte>)> done) {
  // The page hands the ticket back exactly once, to asset_arrived.
  myelin_page_load(name.c_str(), new AssetDone(std::move(done)));
}

void asset_arrived(void* ticket, std::span<const std::byte> bytes) {
  const std::unique_ptr<AssetDone> done(static_cast<AssetDone*>(ticket));
  (*done)(std::vector<std::byte>(bytes.begin(), bytes.end()));
}

}  // namespace myelin::web
