#include "myelin/session.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/mailbox.h"
#include "session/run.h"
#include "train/epoch_rules.h"

namespace myelin {
namespace {

// Steps between two looks at the clock while running flat out.
constexpr int kStepsPerLook = 8;
constexpr int64_t kLookPatience = 4;  // times what a look at all samples took, until the next one

}  // namespace

struct Session::Impl {
  explicit Impl(SessionOptions given) : options(std::move(given)) {}

  SessionOptions options;
  Ring<Command, 64> commands;
  TripleBuffer<Snapshot> snapshots;

  // Everything below belongs to the pumping thread.
  std::unique_ptr<Executor> executor;  // made at the first pump, so that its threads start from the host's
  std::unique_ptr<Run> run;
  std::shared_ptr<const Problem> problem;
  Experiment experiment;
  std::optional<Experiment> pending;  // waits for an asset
  // Data sets look at them, and may outlive the session in somebody's snapshot: what is here is never changed.
  using Assets = std::map<std::string, const std::vector<std::byte>>;
  std::shared_ptr<Assets> assets = std::make_shared<Assets>();
  std::string missing_asset;
  std::shared_ptr<const Dataset> own;  // the samples of kOwnData
  Watch watch;
  RunState state = RunState::paused;
  Error error;
  int64_t until_epoch = 0, until_step = 0;
  bool stepping = false;         // towards a Step's goal: no speed limit, and paused at the end
  bool run_when_loaded = false;  // asked to run while an asset is on its way
  int64_t deadline_us = 0;       // of the pump in progress
  double speed = 0;
  int64_t next_step_us = 0;
  int64_t last_snapshot_us = 0;
  int64_t measured_us = 0, measuring_us = 0;  // when all samples were looked at last, and how long it took
  int64_t rate_steps = 0, rate_since_us = 0;
  double rate = 0;
  uint64_t sequence = 0, runs = 0;
  StopReason stop_reason = StopReason::none;
  Message stop_text;
  int64_t trained_us = 0;        // of this run; what the snapshots cost is in it, pauses and waits are not
  bool dirty = true;

  bool running() const { return state == RunState::running && run; }

  void pause(RunState now) {
    state = now;
    stepping = false;
    rate = 0;
    dirty = true;
  }

  void finish(StopReason reason, Message text) {
    stop_reason = reason;
    stop_text = std::move(text);
    pause(RunState::finished);
  }

  // Ends the run where one of its own rules says so.
  bool stopped() {
    Run::Stop stop = run->stop();
    const double seconds = experiment.stop["seconds"];
    if (stop.reason == StopReason::none && seconds > 0 && static_cast<double>(trained_us) >= seconds * 1e6) {
      stop = {StopReason::seconds, stop_sentence(StopReason::seconds, 0, false)};
    }
    if (stop.reason == StopReason::none) return false;
    finish(stop.reason, std::move(stop.text));
    return true;
  }

  void start(int64_t epoch, int64_t step) {
    until_epoch = epoch;
    until_step = step;
    run_when_loaded = state == RunState::waiting;
    // The experiment that failed is not the one that would run.
    if (!run || state == RunState::waiting || state == RunState::failed) return;
    stepping = false;
    if (goal_reached()) return finish(StopReason::asked, stop_sentence(StopReason::asked, 0, false));
    if (stopped()) return;
    state = RunState::running;
    error = {};
    next_step_us = rate_since_us = measured_us = options.now_us();  // all samples were looked at when the run stood still
    rate_steps = run->steps();
    dirty = true;
  }

  bool goal_reached() const {
    return (until_epoch > 0 && run->epoch() >= until_epoch) || (until_step > 0 && run->steps() >= until_step);
  }

  // Samples that are already there are shared: while a new network is made from the whole of Fashion-MNIST, and snapshots still show
  // older ones, a page could not hold it once for each.
  Result<Dataset> dataset_for(const Experiment& next) {
    if (problem && next.data == problem->experiment.data && next.data.kind != kOwnData) {
      Dataset data = problem->data;
      split_dataset(next, data);
      return data;
    }
    const auto asset = [this](const std::string& name) {
      const auto found = assets->find(name);
      return found == assets->end() ? std::span<const std::byte>() : std::span<const std::byte>(found->second);
    };
    Result<Dataset> data = make_dataset(next, asset, own.get(), missing_asset);
    if (data) data->bytes.keep(assets);
    return data;
  }

  // Restarts with `next`. On failure the old run stays as it was, paused.
  void compile(const Experiment& next) {
    const bool was_running = (state == RunState::running && !stepping) || (state == RunState::waiting && run_when_loaded);
    pending.reset();
    missing_asset.clear();
    Result<Dataset> data = dataset_for(next);
    if (!data) {
      error = data.error();
      if (!missing_asset.empty()) pending = next;
      run_when_loaded = was_running && pending.has_value();
      return pause(pending ? RunState::waiting : RunState::failed);
    }
    std::shared_ptr<const Problem> next_problem;
    Result<std::unique_ptr<Run>> made = make_run(next, std::move(data.value()), *executor, options.memory_limit, next_problem);
    if (!made) {
      error = made.error();
      return pause(RunState::failed);
    }
    run = std::move(made.value());
    problem = std::move(next_problem);
    experiment = next;
    error = {};
    trained_us = measuring_us = 0;
    ++runs;
    state = RunState::paused;
    if (was_running) start(until_epoch, until_step);
    dirty = true;
  }

  void obey(Command& command) {
    if (auto* set = std::get_if<SetExperiment>(&command)) return obey_experiment(*set);
    if (auto* load = std::get_if<LoadAsset>(&command)) return obey_asset(*load);
    if (auto* look = std::get_if<Watch>(&command)) {
      dirty = dirty || !(*look == watch);
      watch = *look;
    } else if (auto* limit = std::get_if<SetSpeed>(&command)) {
      speed = std::max(0.0, limit->batches_per_second);
      next_step_us = options.now_us();
    } else if (auto* edit = std::get_if<SetWeight>(&command)) {
      if (run && run->set_weight(edit->index, edit->value)) dirty = true;
    } else if (auto* play = std::get_if<Play>(&command)) {
      start(play->until_epoch, play->until_step);
    } else if (std::get_if<Pause>(&command)) {
      run_when_loaded = false;
      if (running()) pause(RunState::paused);
    } else if (auto* step = std::get_if<Step>(&command)) {
      obey_step(*step);
    } else if (std::get_if<Reset>(&command)) {
      if (!run || state == RunState::waiting || state == RunState::failed) return;
      pause(RunState::paused);
      compile(experiment);
    }
  }

  void obey_experiment(const SetExperiment& set) {
    const Experiment& next = set.experiment;
    if (set.own && set.own != own) {
      const std::shared_ptr<const Dataset> before = std::exchange(own, set.own);
      compile(next);
      if (state == RunState::failed) own = before;  // the run that stays was trained on these
      return;
    }
    if (run && state != RunState::waiting) {
      const Change change = change_between(experiment, next);
      if (change == Change::none) {
        if (state == RunState::failed) pause(RunState::paused);  // the user took the faulty change back
        return;
      }
      if (change == Change::live) {
        if (Status wrong = run->apply_live(next)) {
          error = *wrong;
          return pause(RunState::failed);
        }
        experiment = next;
        if (state == RunState::failed) pause(RunState::paused);
        dirty = true;
        return;
      }
    }
    compile(next);
  }

  void obey_asset(LoadAsset& load) {
    const bool awaited = pending && load.name == missing_asset;
    if (load.bytes.empty()) {
      if (!awaited) return;
      pending.reset();
      error = {{"The file " + load.name + " could not be loaded: check the connection and choose the data set again.",
                "Le fichier " + load.name + " n’a pas pu être chargé : vérifiez la connexion et choisissez à nouveau le jeu de données."}};
      return pause(RunState::failed);
    }
    assets->emplace(load.name, std::move(load.bytes));
    if (awaited) compile(Experiment(*pending));
  }

  // Takes what fits into this pump at once, so that a command after it finds the steps taken; a longer way goes on like a run.
  void obey_step(const Step& step) {
    if (!run || state == RunState::waiting || state == RunState::failed || step.count < 1) return;
    pause(RunState::running);
    error = {};
    stepping = true;
    until_epoch = step.unit == Step::Unit::epoch ? run->epoch() + step.count : 0;
    until_step = step.unit == Step::Unit::batch ? run->steps() + step.count : 0;
    train();
  }

  bool advance() {
    if (run->step()) return true;
    error = run->error();
    pause(RunState::diverged);
    return false;
  }

  void train() {
    int64_t last_look = -1, looks = 0;
    while (running()) {
      const int64_t now = options.now_us();
      if (last_look >= 0) trained_us += now - last_look;
      last_look = now;
      run->set_seconds(static_cast<double>(trained_us) / 1e6);
      const bool limited = speed > 0 && !stepping;
      // At least once, however late it is: a host whose every look is late must not wait for ever.
      if ((looks++ > 0 && now >= deadline_us) || (limited && now < next_step_us)) return;
      for (int i = 0; i < (limited ? 1 : kStepsPerLook); ++i) {
        const int64_t epoch = run->epoch();
        if (!advance()) return;
        if (goal_reached()) {
          return stepping ? pause(RunState::paused) : finish(StopReason::asked, stop_sentence(StopReason::asked, 0, false));
        }
        // Rules speak at the end of epochs: steps by hand may go on after them. Only the time is up at any moment.
        if ((run->epoch() != epoch || i == 0) && !stepping && stopped()) return;
      }
      // A late host catches up on at most a tenth of a second, so that slow motion never bursts.
      if (limited) next_step_us = std::max(next_step_us, now - 100'000) + static_cast<int64_t>(1e6 / speed);
      if (now - last_snapshot_us >= options.snapshot_interval_us) publish(now);
    }
  }

  void publish(int64_t now) {
    if (running() && now - rate_since_us > 250'000) {
      rate = static_cast<double>(run->steps() - rate_steps) * 1e6 / static_cast<double>(now - rate_since_us);
      rate_steps = run->steps();
      rate_since_us = now;
    }
    Snapshot& snapshot = snapshots.back();
    snapshot.sequence = ++sequence;
    snapshot.run = runs;
    snapshot.problem = problem;
    snapshot.experiment = experiment;
    snapshot.state = state;
    snapshot.error = error;
    snapshot.stop_reason = state == RunState::finished ? stop_reason : StopReason::none;
    snapshot.stop_text = state == RunState::finished ? stop_text : Message{};
    snapshot.seconds = static_cast<double>(trained_us) / 1e6;
    snapshot.missing_asset = missing_asset;
    snapshot.threads = executor->workers();
    snapshot.batches_per_second = rate;
    if (run) {
      // A look at 60,000 samples takes seconds: training gets four times as long before the next one.
      const int64_t begin = options.now_us();
      const bool measures = !running() || begin - measured_us >= kLookPatience * measuring_us;
      if (run->fill(snapshot, watch, measures)) {
        measured_us = options.now_us();
        measuring_us = measured_us - begin;
      }
    }
    snapshots.publish();
    last_snapshot_us = options.now_us();
    dirty = false;
  }
};

Session::Session(SessionOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Session::~Session() = default;

bool Session::post(Command command) { return impl_->commands.push(std::move(command)); }

const Snapshot& Session::latest() { return impl_->snapshots.front(); }

PumpResult Session::pump(int64_t budget_us) {
  Impl& s = *impl_;
  if (!s.executor) s.executor = make_executor(s.options.threads);
  s.deadline_us = s.options.now_us() + budget_us;
  Command command;
  while (s.commands.pop(command)) s.obey(command);
  if (s.dirty) s.publish(s.options.now_us());
  s.train();
  const int64_t now = s.options.now_us();
  if (s.dirty || (s.running() && now - s.last_snapshot_us >= s.options.snapshot_interval_us)) s.publish(now);
  if (!s.running()) return PumpResult::idle;
  return s.speed > 0 && !s.stepping && now < s.next_step_us ? PumpResult::waiting : PumpResult::busy;
}

int64_t Session::wait_us() const { return std::max<int64_t>(0, impl_->next_step_us - impl_->options.now_us()); }

}  // namespace myelin
