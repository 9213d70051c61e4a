// Pumps a session until it has nothing left to do, bringing the files it asks for.
#include "runs.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "input.h"
#include "myelin/network.h"
#include "weights.h"

namespace myelin::cli {

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Snapshots are taken where the run rests, at the end of an epoch: each one measures all samples.
TrainingRun::TrainingRun(int threads)
    : session_({.threads = threads, .now_us = now_us, .snapshot_interval_us = std::numeric_limits<int64_t>::max()}) {}

const Snapshot& TrainingRun::settle() {
  for (;;) {
    while (session_.pump(100'000) != PumpResult::idle) {
    }
    const Snapshot& snapshot = session_.latest();
    if (snapshot.state != RunState::waiting) return snapshot;
    session_.post(LoadAsset{snapshot.missing_asset, load_asset(snapshot.missing_asset)});
  }
}

Status TrainingRun::start(const Experiment& experiment, std::shared_ptr<const Dataset> own) {
  session_.post(SetExperiment{experiment, std::move(own)});
  const Snapshot& snapshot = settle();
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

// A rule of the run's own is noticed when the next epoch is asked for: nothing is trained then.
void TrainingRun::train(int64_t epochs, const std::function<void(const Snapshot&)>& seen) {
  const int64_t since_us = now_us();
  for (int64_t epoch = session_.latest().epoch + 1; epoch <= epochs + 1; ++epoch) {
    session_.post(Play{.until_epoch = epoch <= epochs ? epoch : epochs, .until_step = 0});
    const Snapshot& snapshot = settle();
    trained_us_ = now_us() - since_us;
    if (snapshot.state != RunState::finished || snapshot.stop_reason != StopReason::asked || epoch > epochs) break;
    seen(snapshot);
  }
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

GoalReport TrainingRun::judge(const Goal& goal, double elapsed) {
  GoalValues values = goal_values(session_.latest());
  values.seconds = elapsed;
  for (size_t part = 0; part < kSplitParts; ++part) {
    const auto name = static_cast<SplitPart>(part);
    if (!goal.reads_scores(name)) continue;
    session_.post(Watch{.predictions = true, .predictions_part = name});
    const Snapshot& snapshot = settle();
    Scores scores = score(answers_of(*snapshot.problem, snapshot.predictions));
    scores.loss = snapshot.metrics[part].loss;
    // A snapshot's predictions have no targets where the network rebuilds its input.
    if (std::isnan(scores.accuracy) && std::isnan(scores.rmse)) {
      const Result<std::unique_ptr<Network>> network = open_network(snapshot.experiment, load_asset, 1, &snapshot.problem->data);
      if (network) {
        network.value()->set_parameters(snapshot.parameters);
        scores = network.value()->evaluate(name);
      }
    }
    values.parts[part] = std::move(scores);
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
