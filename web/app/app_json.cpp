// What the page's scripts read: the state, the experiment and the weights as JSON. Written by hand: it is little, and every
// string that goes out is escaped here.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "app/app.h"
#include "app/app_impl.h"
#include "app/frames.h"

namespace myelin::web {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string value(double number) {
  if (!std::isfinite(number)) return "null";
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", number);
  return text;
}

const char* state_name(RunState state) {
  constexpr std::array<const char*, 6> kNames = {"waiting", "paused", "running", "finished", "diverged", "failed"};
  return kNames[static_cast<size_t>(state)];
}

class Object {
 public:
  Object& add(const char* key, const std::string& json) {
    text_ += text_.size() > 1 ? ",\"" : "\"";
    text_ += key;
    text_ += "\":" + json;
    return *this;
  }
  Object& add(const char* key, bool yes) { return add(key, std::string(yes ? "true" : "false")); }
  Object& number(const char* key, double number) { return add(key, value(number)); }
  std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

std::string metrics(const Metrics& m) { return Object().number("loss", m.loss).number("accuracy", m.accuracy).text(); }

std::string sentences(const std::vector<Message>& messages, Language language) {
  std::string out = "[";
  for (const Message& message : messages) out += (out.size() > 1 ? "," : "") + quoted(message.in(language));
  return out + "]";
}

}  // namespace

std::string App::state_json() {
  Impl& s = *impl_;
  s.drive_unseen();
  s.flush();
  const Snapshot& now = s.snapshot();
  // A refusal of the last experiment says nothing about the one that is on its way.
  const bool old_news = s.experiment_unsent || !s.experiment_answered;
  const RunState state = old_news && now.state == RunState::failed ? RunState::waiting : now.state;
  const bool wrong = state == RunState::failed || state == RunState::diverged;
  Object out;
  out.number("sequence", static_cast<double>(now.sequence)).number("run", static_cast<double>(now.run));
  out.number("epoch", static_cast<double>(now.epoch)).number("step", static_cast<double>(now.step)).number("batch", now.batch_in_epoch);
  out.add("train", metrics(now.metrics[0])).add("validation", metrics(now.metrics[1])).add("test", metrics(now.metrics[2]));
  out.add("running", state == RunState::running).add("run_state", quoted(state_name(state)));
  out.number("threads", s.host->threads()).add("build", quoted(s.ui.build)).add("isolated", s.ui.isolated);
  out.number("fps", std::round(static_cast<double>(s.ui.frame_rate) * 10) / 10);
  out.number("parameters", now.problem ? static_cast<double>(now.problem->parameters) : 0);
  out.number("batches_per_second", now.batches_per_second);
  out.add("language", quoted(s.ui.language == Language::french ? "fr" : "en")).add("theme", quoted(s.dark ? "dark" : "light"));
  out.add("error", wrong && !now.error.text.empty() ? quoted(now.error.text.in(s.ui.language)) : std::string("null"));
  out.add("settled", s.settled(now)).add("notices", sentences(s.ui.notices, s.ui.language));
  return out.text();
}

std::string App::experiment_json() { return to_json(impl_->history.now()); }

std::string App::link() { return to_link(impl_->history.now()); }

std::string App::set(const std::string& text) {
  Impl& s = *impl_;
  const Result<ParsedExperiment> parsed = parse_experiment(text);
  if (!parsed) return Object().add("error", quoted(parsed.error().text.in(s.ui.language))).add("warnings", std::string("[]")).text();
  s.ui.preset.clear();
  s.edit(parsed->experiment, {});
  for (const Message& warning : parsed->warnings) s.ui.notices.push_back(warning);
  wake(3);
  if (parsed->warnings.empty()) return {};
  return Object().add("error", std::string("null")).add("warnings", sentences(parsed->warnings, s.ui.language)).text();
}

void App::open(const std::string& link) {
  // What is wrong with it is told once: set() returns it to scripts, here the user reads it.
  // Whatever the visitor typed, the address shows the experiment again.
  impl_->published_link.clear();
  impl_->link_dirty = true;
  const Result<ParsedExperiment> parsed = parse_experiment(link);
  if (parsed) {
    set(link);
    return;
  }
  impl_->ui.notices.push_back(parsed.error().text);
  wake(3);
}

std::string App::weights_json() {
  const Snapshot& now = impl_->snapshot();
  std::string out = "[";
  if (now.problem == nullptr) return "[]";
  for (size_t node = 0; node < now.problem->nodes.size(); ++node) {
    for (const ParamInfo& param : now.problem->nodes[node].params) {
      std::string shape = "[", values = "[";
      for (int axis = 0; axis < param.shape.rank; ++axis) shape += (axis > 0 ? "," : "") + std::to_string(param.shape[axis]);
      for (int i = 0; i < param.count; ++i) {
        const auto at = static_cast<size_t>(param.offset + i);
        if (i > 0) values += ',';
        values += at < now.parameters.size() ? value(now.parameters[at]) : "null";
      }
      Object one;
      one.number("node", static_cast<double>(node)).add("name", quoted(param.name)).add("shape", shape + "]").add("values", values + "]");
      out += (out.size() > 1 ? "," : "") + one.text();
    }
  }
  return out + "]";
}

}  // namespace myelin::web
