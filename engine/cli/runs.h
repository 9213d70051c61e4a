// One run of training as the commands need it: a session pumped by this thread, one epoch per command, so that every epoch can be
// reported.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "json.h"
#include "myelin/goal.h"
#include "myelin/session.h"
#include "terminal.h"

namespace myelin::cli {

inline constexpr int64_t kDefaultEpochs = 100;

class TrainingRun {
 public:
  explicit TrainingRun(int threads);

  // An error when the experiment cannot be run.
  // `own`: the samples of kOwnData.
  Status start(const Experiment& experiment, std::shared_ptr<const Dataset> own = {});
  // Before the first step: starts over from the weights of a file; they become part of the experiment.
  Status start_from(const Terminal& terminal, const std::string& weights, bool partial);
  // Until so many epochs are done, the run ends by its own rules, or it diverges. `seen` is called after each epoch.
  void train(int64_t epochs, const std::function<void(const Snapshot&)>& seen);

  const Snapshot& snapshot() { return session_.latest(); }
  double seconds() const { return static_cast<double>(trained_us_) / 1e6; }

 private:
  Session session_;
  int64_t trained_us_ = 0;
};

// The weights of a snapshot against a goal. Seconds that are not a number are unknown.
GoalReport judge(const Goal& goal, const Snapshot& snapshot, double elapsed);

// The epochs that a command trains: what was asked for, otherwise what the experiment says, otherwise 100.
int64_t epochs_of(const Experiment& experiment, int64_t asked);

int64_t now_us();

// "training 0.0312 (98.1 %) · test ..."
std::string metrics_text(const Terminal& terminal, const std::array<Metrics, kSplitParts>& metrics);
// A progress bar of so many epochs, at most every tenth of a second.
class ProgressBar {
 public:
  ProgressBar(const Terminal& terminal, int64_t epochs) : terminal_(terminal), epochs_(epochs) {}
  ~ProgressBar() { terminal_.progress(""); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void show(const Snapshot& snapshot, const std::string& prefix = "");

 private:
  const Terminal& terminal_;
  int64_t epochs_;
  int64_t shown_us_ = 0;
};

// Why a run ended, for programs: "asked", "patience", "goal", "diverged", ...
const char* reason_key(const Snapshot& snapshot);
Json goal_json(const std::string& goal, const GoalReport& report);
// "test.accuracy>=0.95: 0.9312, missed"; one line for each term.
std::string goal_text(const Terminal& terminal, const GoalReport& report);

}  // namespace myelin::cli
