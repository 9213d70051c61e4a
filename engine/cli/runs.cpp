// A session for the commands, and what they say about runs: progress, goals, why a run ended.
#include "runs.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "input.h"
#include "myelin/cross_validation.h"
#include "myelin/network.h"
#include "weights.h"

namespace myelin::cli {

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Snapshots are taken where the run rests, at the end of an epoch: each one measures all samples.
TrainingRun::TrainingRun(int threads)
    : session_({.threads = threads, .now_us = now_us, .snapshot_interval_us = std::numeric_limits<int64_t>::max()}) {}

Status TrainingRun::start(const Experiment& experiment, std::shared_ptr<const Dataset> own) {
  session_.post(SetExperiment{experiment, std::move(own)});
  const Snapshot& snapshot = pump_until_idle(session_, load_asset);
  if (snapshot.state == RunState::failed) return explained(snapshot.error);
  return std::nullopt;
}

Status TrainingRun::start_from(const Terminal& terminal, const std::string& weights, bool partial) {
  const Snapshot& snapshot = session_.latest();
  std::vector<double> parameters = snapshot.parameters;
  if (Status wrong = read_weights(terminal, weights, partial, snapshot.problem->nodes, parameters)) return wrong;
  Experiment experiment = snapshot.experiment;
  experiment.weights = std::move(parameters);
  return start(experiment);
}

void TrainingRun::train(int64_t epochs, const std::function<void(const Snapshot&)>& seen) {
  const int64_t since_us = now_us();
  train_epochs(session_, epochs, load_asset, [&](const Snapshot& snapshot) {
    seen(snapshot);
    return true;
  });
  trained_us_ = now_us() - since_us;
}

int64_t epochs_of(const Experiment& experiment, int64_t asked) {
  if (asked > 0) return asked;
  const int64_t own = experiment.stop.integer("epochs");
  return own > 0 ? own : kDefaultEpochs;
}

std::string metrics_text(const Terminal& terminal, const std::array<Metrics, kSplitParts>& all) {
  constexpr Text kParts[] = {{"training", "apprentissage"}, {"validation", "validation"}, {"test", "test"}};
  std::string text;
  for (size_t part = 0; part < std::size(kParts); ++part) {
    const Metrics& metrics = all[part];
    if (!std::isfinite(metrics.loss)) continue;
    text += std::string(text.empty() ? "" : " · ") + terminal.word(kParts[part]) + " " + terminal.number(metrics.loss, 4);
    if (std::isfinite(metrics.accuracy)) {
      text += " (" + terminal.number(100 * metrics.accuracy, 1) + terminal.word({" %)", "\u202F%)"});
    }
  }
  return text;
}

void ProgressBar::show(const Snapshot& snapshot, const std::string& prefix) {
  constexpr int64_t kWidth = 24;
  if (!terminal_.interactive() || now_us() - shown_us_ < 100'000) return;
  const int64_t filled = kWidth * snapshot.epoch / epochs_;
  std::string text = prefix + "[";
  for (int64_t i = 0; i < kWidth; ++i) text += i < filled ? '#' : '.';
  terminal_.progress(text + "] " + std::to_string(snapshot.epoch) + "/" + std::to_string(epochs_) + "  " +
                     metrics_text(terminal_, snapshot.metrics));
  shown_us_ = now_us();
}

GoalReport judge(const Goal& goal, const Snapshot& snapshot, double elapsed) {
  GoalValues values = goal_values(snapshot);
  values.seconds = elapsed;
  std::unique_ptr<Network> network;
  for (size_t part = 0; part < kSplitParts; ++part) {
    const auto name = static_cast<SplitPart>(part);
    if (!goal.reads_scores(name)) continue;
    if (!network) {
      Result<std::unique_ptr<Network>> opened = open_network(snapshot.experiment, load_asset, 1, &snapshot.problem->data);
      if (!opened) break;  // what is not known cannot be met
      network = std::move(opened.value());
      network->set_parameters(snapshot.parameters);
    }
    values.parts[part] = network->evaluate(name);
  }
  return grade(goal, values);
}

const char* reason_key(const Snapshot& snapshot) {
  if (snapshot.state == RunState::diverged) return "diverged";
  switch (snapshot.stop_reason) {
    case StopReason::none: return "none";
    case StopReason::asked: return "asked";
    case StopReason::epochs: return "epochs";
    case StopReason::seconds: return "seconds";
    case StopReason::gradient: return "gradient";
    case StopReason::patience: return "patience";
    case StopReason::no_error: return "no_error";
    case StopReason::goal: return "goal";
  }
  return "none";
}

namespace {

const char* verdict_key(Verdict verdict) {
  return verdict == Verdict::met ? "met" : verdict == Verdict::missed ? "missed" : "unknown";
}

}  // namespace

Json goal_json(const std::string& goal, const GoalReport& report) {
  Json json = {{"goal", goal}, {"verdict", verdict_key(report.verdict)}};
  Json& terms = json["terms"] = Json::array();
  for (const GoalReport::Term& term : report.terms) {
    terms.push_back({{"text", term.text}, {"value", number_json(term.value)}, {"verdict", verdict_key(term.verdict)}});
  }
  return json;
}

std::string goal_text(const Terminal& terminal, const GoalReport& report) {
  constexpr Text kVerdicts[] = {{"missed", "manqué"}, {"met", "atteint"}, {"unknown", "inconnu"}};
  std::string text;
  for (const GoalReport::Term& term : report.terms) {
    const Text verdict = kVerdicts[term.verdict == Verdict::missed ? 0 : term.verdict == Verdict::met ? 1 : 2];
    text += term.text + terminal.word({": ", " : "}) + terminal.number(term.value, term.value == std::floor(term.value) ? 0 : 4) + ", " +
            terminal.word(verdict) + "\n";
  }
  return text;
}

}  // namespace myelin::cli
