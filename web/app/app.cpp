// The program's frame: input in, commands out, and a picture only when something changed. Everything here runs on the front
// end's thread; nothing here may wait for the trainer.
#include "app/app.h"

#include <algorithm>

#include "app/app_impl.h"
#include "app/frames.h"
#include "imgui.h"
#include "widgets/heatmap.h"

namespace myelin::web {
namespace {

constinit App* g_app = nullptr;

void set_clipboard(void*, const char* text) { copy_text(text); }

const char* get_clipboard(void* user) {
  std::string& kept = *static_cast<std::string*>(user);  // ImGui wants it to live until the next call
  kept = clipboard_text();
  return kept.c_str();
}

}  // namespace

App::App() : impl_(std::make_unique<Impl>()) { g_app = this; }

App::~App() {
  impl_->host.reset();
  heatmap_destroy();
  g_app = nullptr;
}

App& App::instance() { return *g_app; }

Window& App::window() { return impl_->window; }

bool App::start(const Environment& environment, const WindowOptions& options) {
  Impl& s = *impl_;
  s.environment = environment;
  if (!s.window.open(options)) return false;
  ImGuiIO& io = ImGui::GetIO();
  io.ConfigMacOSXBehaviors = environment.apple;
  io.SetClipboardTextFn = set_clipboard;
  io.GetClipboardTextFn = get_clipboard;
  io.ClipboardUserData = &s.clipboard;
  heatmap_create();

  const std::string theme_choice = recall("theme"), language = recall("language");
  s.ui.theme = theme_choice == "dark" ? ThemeChoice::dark : theme_choice == "light" ? ThemeChoice::light : ThemeChoice::system;
  s.ui.language = language == "fr" ? Language::french : language == "en" ? Language::english : environment.language;
  s.known_theme = s.ui.theme;
  s.known_language = s.ui.language;
  s.ui.build = environment.build;
  s.ui.isolated = environment.isolated;
  s.dark = s.ui.theme == ThemeChoice::dark || (s.ui.theme == ThemeChoice::system && environment.dark);
  use_theme(s.dark);
  s.host = environment.threads > 0 ? make_worker_host(environment.threads) : make_inline_host();
  s.begin(environment.link);
  return true;
}

bool App::frame() {
  Impl& s = *impl_;
  if (s.window.take_events() > 0) s.frames = std::max(s.frames, kFramesAfterInput);
  s.look_when_visible();
  s.host->frame(s.picture_us);
  s.picture_us = 0;
  s.flush();
  const Snapshot& now = s.snapshot();
  s.fetch_assets(now);
  s.publish_when_due();
  if (now.sequence != s.drawn_sequence) {
    // A new state changes what stands where; values alone need one picture.
    s.frames = std::max(s.frames, now.state != s.drawn_state || now.run != s.drawn_run ? kFramesAfterInput : 1);
  }
  if (s.next_frame_us != 0 && now_us() >= s.next_frame_us) {
    s.next_frame_us = 0;
    s.frames = std::max(s.frames, 1);
  }
  if (s.frames > 0 && s.window.drawable() && !s.was_hidden) {
    --s.frames;
    const int64_t begin = now_us();
    s.draw(now);
    s.picture_us = now_us() - begin;
    s.count_frame();  // pictures, not looks
  }
  const bool wanted = s.frames > 0 || s.next_frame_us != 0 || s.link_dirty || s.asked_at.has_value() || s.experiment_unsent || !s.unsent.empty() ||
                      s.host->needs_frames() || s.snapshot().state == RunState::running || !s.loading.empty();
  if (!wanted) {
    s.rate_since_us = 0;
    s.rate_frames = 0;
  }
  return wanted;
}

bool App::settled() {
  const Snapshot& now = impl_->snapshot();
  return impl_->settled(now) && !impl_->asked_at && now.state != RunState::running;
}

void App::wake(int frames) {
  impl_->frames = std::max(impl_->frames, frames);
  impl_->look_when_visible();
  wake_frames();
}

void App::redraw() {
  impl_->window.redraw_all();
  wake(2);
}

void App::play(long long until_epoch, long long until_step) {
  impl_->post(SetSpeed{0});  // who asks by program wants the result, not the film
  impl_->post(Play{until_epoch, until_step});
  wake(1);
}

void App::pause() {
  impl_->post(Pause{});
  wake(1);
}

void App::reset() {
  impl_->post(Reset{});
  wake(1);
}

void App::step(bool epoch, int count) {
  impl_->post(Step{epoch ? Step::Unit::epoch : Step::Unit::batch, count});
  wake(1);
}

void App::set_theme(int choice) {
  impl_->ui.theme = static_cast<ThemeChoice>(std::clamp(choice, 0, 2));
  wake(kFramesAfterInput);
}

void App::set_language(int language) {
  impl_->ui.language = language == 1 ? Language::french : Language::english;
  wake(kFramesAfterInput);
}

void App::text_input(const char* utf8) {
  ImGui::GetIO().AddInputCharactersUTF8(utf8);
  wake(kFramesAfterInput);
}

void App::graphics_lost() { impl_->window.graphics_lost(); }

void App::graphics_restored() {
  impl_->window.graphics_restored();
  heatmap_create();  // the old objects died with their context; the next frame uploads the newest snapshot again
  wake(kFramesAfterInput);
}

}  // namespace myelin::web
