// The program: window, frame loop, undo history, link, and what the page's scripts may ask. It owns the host and the state.
#pragma once

#include <memory>
#include <string>

namespace myelin::web {

class Window;
struct WindowOptions;
struct Environment;

// Called by the page's bridge (web) or main (desktop), always on the front end's thread.
class App {
 public:
  App();
  ~App();
  App(const App&) = delete;
  static App& instance();  // the one that main made, lives as long as the program

  bool start(const Environment& environment, const WindowOptions& options);  // false: no window or no OpenGL
  bool frame();             // once per picture of the display; false: may sleep until wake()
  bool settled();           // nothing to load, to obey or to train
  Window& window();

  // {"sequence", "run", "epoch", "step", "batch", "train": {"loss", "accuracy"}, "validation": {..}, "test": {..}, "running",
  // "run_state": "waiting" | "paused" | "running" | "finished" | "diverged" | "failed", "threads", "build", "isolated", "fps",
  // "parameters", "language": "en" | "fr", "theme": "light" | "dark", "error": null or a sentence, "notices": [what the page says beside it],
  // "settled": the newest snapshot belongs to the experiment that was set last and nothing is loading}. NaN becomes null.
  std::string state_json();
  std::string experiment_json();
  std::string link();
  std::string set(const std::string& text);         // link, JSON or preset key; "" or {"error": text or null, "warnings": [text]}
  void open(const std::string& link);               // the address was changed by hand: like set, but a failure becomes a notice
  std::string weights_json();                       // [{node, name, shape, values}]
  void play(long long until_epoch, long long until_step);
  void pause();
  void reset();
  void step(bool epoch, int count);
  void set_theme(int choice);
  void set_language(int language);
  void text_input(const char* utf8);
  void graphics_lost();
  void graphics_restored();
  void wake(int frames);                            // something happened: draw
  void redraw();                                    // the canvas lost its picture

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace myelin::web
