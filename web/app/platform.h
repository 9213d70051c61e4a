// What differs between a page and a desktop window. One implementation file each: platform_web.cpp, platform_desktop.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "myelin/text.h"

namespace myelin::web {

struct Environment {
  bool isolated = false;
  int threads = 1;            // training threads to start; 0 = inline
  bool dark = false;
  bool reduced_motion = false;
  bool coarse_pointer = false;
  bool apple = false;         // Cmd instead of Ctrl: ImGuiIO::ConfigMacOSXBehaviors
  Language language = Language::english;
  std::string build;          // "simd", "relaxed", "desktop"
  std::string address;        // of the page, without its hash: what a copied link begins with; empty on the desktop
  std::string link;           // the experiment to start from: the hash, or the command line's argument; may be empty
};
// Call it first before SDL_CreateWindow: it also sets the hints that bind the keyboard to the page's element. Theme, motion
// and pointer change while the program runs (App::wake is called then): read it again when a frame begins, it is cheap.
Environment environment();

// Calls `frame` once per picture of the display. After it returned false (nothing to draw, nothing to train between frames)
// it sleeps until wake_frames(). Returns at once on the web, when the window is closed on the desktop.
void run_frames(bool (*frame)());
void wake_frames();                                // front end's thread only; App::wake calls it
// Call after each SDL_GL_SwapWindow: the first one takes the page's skeleton away.
void frame_presented();

bool picture_stays();                              // what was drawn last is still there when the next picture is
float pixel_ratio();
bool hidden();                                     // another tab is in front
void publish_link(const std::string& link);        // to the address bar (already debounced by the app); no-op on the desktop
void copy_text(const std::string& text);
void open_page(const char* name);                  // another page of this site, in a tab of its own; no-op on the desktop
std::string clipboard_text();
void want_text_input(bool wanted);                 // shows the hidden text field (accents, IME, phone keyboard)
// Calls back on the front end's thread, maybe at once; empty bytes when it cannot be had.
void load_asset(const std::string& name, std::function<void(std::vector<std::byte>)> done);
void remember(const char* key, const std::string& value);  // theme and language choice, where storage is allowed
std::string recall(const char* key);
int64_t now_us();

}  // namespace myelin::web
