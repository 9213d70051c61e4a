// Pumps a session until it has nothing left to do, bringing the files it asks for.
#include "runs.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "input.h"
#include "weights.h"

namespace myelin::cli {

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TrainingRun::TrainingRun(int threads) : session_({.threads = threads, .now_us = now_us}) {}

const Snapshot& TrainingRun::settle() {
  for (;;) {
    while (session_.pump(100'000) != PumpResult::idle) {
    }
    const Snapshot& snapshot = session_.latest();
    if (snapshot.state != RunState::waiting) return snapshot;
    session_.post(LoadAsset{snapshot.missing_asset, load_asset(snapshot.missing_asset)});
  }
}

Status TrainingRun::start(const Experiment& experiment) {
  session_.post(SetExperiment{experiment});
  const Snapshot& snapshot = settle();
  if (snapshot.state == RunState::failed) return snapshot.error;
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
  for (int64_t epoch = session_.latest().epoch + 1; epoch <= epochs; ++epoch) {
    session_.post(Step{Step::Unit::epoch, 1});
    const Snapshot& snapshot = settle();
    if (snapshot.state == RunState::diverged || snapshot.state == RunState::failed) break;
    trained_us_ = now_us() - since_us;
    seen(snapshot);
    if (snapshot.state == RunState::finished || snapshot.epoch < epoch) break;
  }
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

Result<Judged> judge_run(const Snapshot& snapshot, const Goal& goal, double seconds, int threads) {
  Result<std::unique_ptr<Network>> network = open_network(snapshot.experiment, load_asset, threads);
  if (!network) return network.error();
  network.value()->set_parameters(snapshot.parameters);
  Judged judged;
  GoalValues values;
  for (int part = 0; part < kSplitParts; ++part) {
    const auto at = static_cast<size_t>(part);
    if (goal.reads(static_cast<SplitPart>(part))) judged.scores[at] = network.value()->evaluate(static_cast<SplitPart>(part));
    values.parts[at] = judged.scores[at];
  }
  values.parameters = static_cast<double>(snapshot.problem->parameters);
  values.multiply_adds = static_cast<double>(snapshot.problem->multiply_adds);
  values.epoch = static_cast<double>(snapshot.epoch);
  values.step = static_cast<double>(snapshot.step);
  values.seconds = seconds;
  judged.report = grade(goal, values);
  return judged;
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
