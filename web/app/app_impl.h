// What the App keeps and does. Only app.cpp, app_impl.cpp and app_json.cpp include this.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "app/app.h"
#include "app/history.h"
#include "app/host.h"
#include "app/platform.h"
#include "app/ui.h"
#include "app/window.h"

namespace myelin::web {

inline constexpr int kFramesAfterInput = 3;  // ImGui needs up to three to settle a click

struct App::Impl {
  Window window;
  Environment environment;
  std::unique_ptr<Host> host;
  History history{Experiment{}};
  UiState ui;

  // Commands wait here while the session's mailbox is full. An experiment is sent only after the last one was answered, so
  // that a dragged slider does not queue up restarts.
  std::deque<Command> unsent;
  bool experiment_unsent = false;
  std::optional<uint64_t> asked_at;  // the snapshot at which the last command was sent; answered by any newer one
  int64_t asked_us = 0;
  uint64_t experiment_sent_at = 0;
  bool experiment_answered = true;
  Watch posted_watch;

  std::set<std::string> loading;  // assets on their way
  uint64_t asset_answered_at = 0;  // the snapshot that was newest when an asset was last handed over

  std::string clipboard;          // what ImGui was given last
  std::string published_link;
  bool link_dirty = false;
  bool weights_left_out = false;  // the link has no room for them
  int64_t link_due_us = 0;

  int frames = kFramesAfterInput;  // to draw, whatever happens
  int64_t next_frame_us = 0;      // an animation's deadline; 0: none
  uint64_t drawn_sequence = 0;
  RunState drawn_state = RunState::paused;
  uint64_t drawn_run = 0;
  int64_t picture_us = 0;         // what drawing took in the last frame; 0: nothing was drawn
  bool was_hidden = false;
  bool text_wanted = false;
  int64_t rate_since_us = 0;
  int rate_frames = 0;
  bool dark = false;
  ThemeChoice known_theme = ThemeChoice::system;
  Language known_language = Language::english;

  void begin(const std::string& link);
  const Snapshot& snapshot() { return host->latest(); }
  bool settled(const Snapshot& now) const;
  void post(Command command);
  void flush();
  void experiment_changed();
  void edit(Experiment next, const std::string& gesture);
  void carry_out(Outbox& outbox);
  void copy_link();
  void fetch_assets(const Snapshot& now);
  void publish_when_due();
  void say_what_is_left_out(const std::string& link);
  void follow_environment();
  void keyboard(const Snapshot& now, Outbox& outbox);
  void draw(const Snapshot& now);
  void after_draw();
  void count_frame();
  void look_when_visible();
  void drive_unseen();
  void run_or_pause(const Snapshot& now);
};

}  // namespace myelin::web
