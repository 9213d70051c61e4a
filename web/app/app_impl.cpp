// What the App does between its calls: a picture's pieces, commands on their way, the link, and who needs the next picture.
#include "app/app_impl.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/frames.h"
#include "imgui.h"
#include "imgui_internal.h"
#include "widgets/heatmap.h"
#include "widgets/tooltip.h"

namespace myelin::web {
namespace {

constexpr int64_t kLinkDelayUs = 500'000;        // browsers limit how often an address may change
constexpr int64_t kAnswerPatienceUs = 3'000'000;  // some commands change nothing and are never answered
constexpr float kBlinkSeconds = 0.25f;
constexpr const char* kFirstVisit = "spiral";

const char* theme_name(ThemeChoice choice) {
  return choice == ThemeChoice::dark ? "dark" : choice == ThemeChoice::light ? "light" : "system";
}

bool command_key() { return ImGui::GetIO().KeyCtrl || ImGui::GetIO().KeySuper; }

}  // namespace

void App::Impl::begin(const std::string& link) {
  Experiment first = base_experiment();
  Result<ParsedExperiment> parsed = parse_experiment(link.empty() ? std::string(kFirstVisit) : link);
  if (!parsed) {
    ui.notices.push_back(parsed.error().text);
    parsed = parse_experiment(kFirstVisit);
  }
  if (parsed) {
    first = std::move(parsed->experiment);
    for (Message& warning : parsed->warnings) ui.notices.push_back(std::move(warning));
  }
  history = History(std::move(first));
  experiment_changed();
}

bool App::Impl::settled(const Snapshot& now) const {
  return !experiment_unsent && experiment_answered && unsent.empty() && loading.empty() && now.state != RunState::waiting &&
         (now.state == RunState::failed || (now.problem != nullptr && now.experiment == history.now()));
}

void App::Impl::post(Command command) {
  unsent.push_back(std::move(command));
  flush();
}

void App::Impl::flush() {
  const Snapshot& now = snapshot();
  const int64_t time = now_us();
  const bool late = time - asked_us > kAnswerPatienceUs;
  if (asked_at && (now.sequence > *asked_at || late)) asked_at.reset();
  if (!experiment_answered && (now.sequence > experiment_sent_at || late)) experiment_answered = true;
  if (experiment_unsent) {
    // Whatever was asked after the edit must find the new experiment.
    if (!experiment_answered || !host->post(SetExperiment{history.now()})) return;
    experiment_unsent = false;
    experiment_answered = false;
    experiment_sent_at = now.sequence;
    asked_at = now.sequence;
    asked_us = time;
  }
  while (!unsent.empty() && host->post(unsent.front())) {
    unsent.pop_front();
    asked_at = now.sequence;
    asked_us = time;
  }
}

void App::Impl::experiment_changed() {
  ui.experiment = history.now();
  experiment_unsent = true;
  link_dirty = true;
  link_due_us = now_us() + kLinkDelayUs;
  frames = std::max(frames, kFramesAfterInput);
  flush();
}

void App::Impl::edit(Experiment next, const std::string& gesture) {
  if (next == history.now()) {
    // The same again after a failure (a download that broke off) means: try again.
    if (snapshot().state == RunState::failed) experiment_changed();
    return;
  }
  history.edit(std::move(next), gesture);
  experiment_changed();
}

void App::Impl::carry_out(Outbox& outbox) {
  for (Outbox::Edit& change : outbox.edits) edit(std::move(change.experiment), change.gesture);
  if ((outbox.undo_ && history.undo()) || (outbox.redo_ && history.redo())) {
    ui.preset.clear();
    experiment_changed();
  }
  for (Command& command : outbox.commands) post(std::move(command));
  if (outbox.copy_link_) copy_link();
  // A gesture lasts as long as something is held or typed in.
  if (!ImGui::IsAnyItemActive() && !ImGui::IsAnyMouseDown()) history.end_gesture();
}

void App::Impl::copy_link() {
  copy_text(environment.address + "#" + to_link(history.now()));
  link_due_us = 0;
}

void App::Impl::fetch_assets(const Snapshot& now) {
  if (now.state != RunState::waiting || now.missing_asset.empty() || loading.contains(now.missing_asset)) return;
  if (now.sequence <= asset_answered_at) return;  // the session has not seen the last answer yet
  const std::string name = now.missing_asset;
  loading.insert(name);
  load_asset(name, [this, name](std::vector<std::byte> bytes) {
    loading.erase(name);
    asset_answered_at = snapshot().sequence;
    post(LoadAsset{name, std::move(bytes)});
    frames = std::max(frames, kFramesAfterInput);
    wake_frames();
  });
}

// Once for each time that it becomes true: the address then is not the whole experiment.
void App::Impl::say_what_is_left_out(const std::string& link) {
  const bool left_out = !history.now().weights.empty() && link.find("&w=") == std::string::npos;
  if (left_out && !weights_left_out) {
    const Message notice{"There are more start weights than a link can hold: whoever opens the address starts from others.",
                         "Les poids de départ sont trop nombreux pour un lien : qui ouvre l’adresse part d’autres poids."};
    if (std::find(ui.notices.begin(), ui.notices.end(), notice) == ui.notices.end()) ui.notices.push_back(notice);
    frames = std::max(frames, kFramesAfterInput);
  }
  weights_left_out = left_out;
}

void App::Impl::publish_when_due() {
  if (!link_dirty || now_us() < link_due_us) return;
  link_dirty = false;
  std::string link = to_link(history.now());
  say_what_is_left_out(link);
  if (link == published_link) return;
  published_link = std::move(link);
  publish_link(published_link);
}

void App::Impl::follow_environment() {
  const Environment now = web::environment();
  environment.dark = now.dark;
  ui.reduced_motion = now.reduced_motion;
  set_reduced_motion(now.reduced_motion);
  if (coarse_pointer() != now.coarse_pointer) set_coarse_pointer(now.coarse_pointer);
  if (ui.theme != known_theme) {
    known_theme = ui.theme;
    remember("theme", theme_name(ui.theme));
  }
  if (ui.language != known_language) {
    known_language = ui.language;
    remember("language", ui.language == Language::french ? "fr" : "en");
  }
  const bool wants_dark = ui.theme == ThemeChoice::dark || (ui.theme == ThemeChoice::system && environment.dark);
  if (wants_dark != dark || &theme() != (wants_dark ? &dark_theme() : &light_theme())) {
    dark = wants_dark;
    use_theme(dark);
  }
}

void App::Impl::run_or_pause(const Snapshot& now) {
  if (now.state == RunState::failed) return;
  if (now.state == RunState::running) {
    post(Pause{});
  } else {
    post(SetSpeed{ui.speed});
    post(Play{});
    ui.welcomed = true;
  }
}

void App::Impl::keyboard(const Snapshot& now, Outbox& outbox) {
  if (ImGui::GetIO().WantTextInput) return;
  if (command_key()) {
    const bool shift = ImGui::GetIO().KeyShift;
    if (ImGui::IsKeyPressed(ImGuiKey_Z)) shift ? outbox.redo() : outbox.undo();
    if (ImGui::IsKeyPressed(ImGuiKey_Y)) outbox.redo();
    return;
  }
  // While the keyboard is on a control, the space bar presses that control.
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  const bool on_control = g.NavId != 0 && !g.NavDisableHighlight;
  if (!on_control && g.OpenPopupStack.Size == 0 && ImGui::IsKeyPressed(ImGuiKey_Space, false)) run_or_pause(now);
}

void App::Impl::draw(const Snapshot& now) {
  follow_environment();
  window.begin_frame();
  follow_finger();
  heatmap_upload(now);
  Outbox outbox;
  outbox.can_undo = history.can_undo();
  outbox.can_redo = history.can_redo();
  draw_page(now, ui, outbox);
  keyboard(now, outbox);
  window.end_frame(theme().page);
  frame_presented();
  drawn_sequence = now.sequence;
  drawn_state = now.state;
  drawn_run = now.run;
  const Watch watch = wanted_watch(now, ui);
  if (!(watch == posted_watch)) {
    posted_watch = watch;
    outbox.commands.insert(outbox.commands.begin(), watch);
  }
  carry_out(outbox);
  after_draw();
}

// Who needs another picture soon?
void App::Impl::after_draw() {
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  if (g.InputEventsQueue.Size > 0) frames = std::max(frames, 1);
  // What the field just drawn wants; io.WantTextInput says it a picture later, which may never come.
  const bool typing = g.WantTextInputNextFrame == 1;
  if (typing) request_frame(kBlinkSeconds);
  // A tooltip waits for the pointer to rest.
  const bool resting = g.HoverItemDelayId != 0 || g.HoverItemDelayIdPreviousFrame != 0;
  if (resting && g.HoverItemDelayTimer < g.Style.HoverDelayNormal + 0.1f) request_frame(0.05f);
  const float wish = take_requested_frame();
  next_frame_us = wish < 0 ? 0 : now_us() + static_cast<int64_t>(static_cast<double>(wish) * 1e6) + 1;
  if (typing != text_wanted) {
    text_wanted = typing;
    want_text_input(text_wanted);
  }
}

void App::Impl::count_frame() {
  const int64_t time = now_us();
  ++rate_frames;
  if (time - rate_since_us < 1'000'000) return;
  ui.frame_rate = rate_since_us == 0 ? 0 : static_cast<float>(static_cast<double>(rate_frames) * 1e6 / static_cast<double>(time - rate_since_us));
  rate_since_us = time;
  rate_frames = 0;
}

// In a hidden tab nothing is drawn, so nothing needs to be computed for pictures either.
void App::Impl::look_when_visible() {
  const bool now_hidden = hidden();
  if (now_hidden == was_hidden || !host) return;
  was_hidden = now_hidden;
  post(now_hidden ? Watch{} : posted_watch);
  if (!now_hidden) frames = std::max(frames, kFramesAfterInput);
}

// In a hidden tab no frames come: who asks for the state then is what keeps commands, downloads and slices going.
void App::Impl::drive_unseen() {
  look_when_visible();
  if (!was_hidden) return;
  host->frame(0);
  flush();
  fetch_assets(snapshot());
}

}  // namespace myelin::web
