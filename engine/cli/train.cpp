// `myelin train EXPERIMENT`: one run, reported epoch by epoch, or one for each fold of a cross-validation.
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "commands.h"
#include "input.h"
#include "myelin/cross_validation.h"
#include "myelin/network.h"
#include "runs.h"
#include "weights.h"

namespace myelin::cli {
namespace {

Json metrics_json(const Metrics& metrics) {
  return {{"loss", number_json(metrics.loss)}, {"accuracy", number_json(metrics.accuracy)}};
}

Json parts_json(const Snapshot& snapshot) {
  return {{"epoch", snapshot.epoch},
          {"step", snapshot.step},
          {"train", metrics_json(snapshot.metrics[0])},
          {"validation", metrics_json(snapshot.metrics[1])},
          {"test", metrics_json(snapshot.metrics[2])}};
}

std::string log_line(const Snapshot& snapshot) { return parts_json(snapshot).dump() + "\n"; }

// The folder of --out.
class Output {
 public:
  ~Output() {
    if (log_ != nullptr) std::fclose(log_);
  }
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool open(const std::string& folder) {
    if (folder.empty()) return true;
    std::error_code failed;
    folder_ = folder;
    std::filesystem::create_directories(folder_, failed);
    log_ = std::fopen((folder_ / "log.jsonl").c_str(), "wb");
    return log_ != nullptr;
  }
  void log(const std::string& line) {
    if (log_ != nullptr) good_ = std::fwrite(line.data(), 1, line.size(), log_) == line.size() && good_;
  }
  bool finish(const Snapshot& snapshot) {
    if (log_ == nullptr) return true;
    good_ = std::fclose(log_) == 0 && good_;
    log_ = nullptr;
    const std::vector<Tensor> tensors = tensors_of(snapshot.problem->nodes, snapshot.parameters, weights_type(snapshot.experiment));
    return write_file(folder_ / "experiment.json", bytes_of(to_json(snapshot.experiment))) &&
           write_file(folder_ / "weights.safetensors", write_safetensors(tensors)) && good_;
  }

 private:
  std::filesystem::path folder_;
  std::FILE* log_ = nullptr;
  bool good_ = true;
};

int cannot_write(const Terminal& terminal, const std::string& folder) {
  return terminal.refuse({"The folder " + folder + " cannot be written.", "Impossible d’écrire dans le dossier " + folder + "."});
}

std::string epoch_text(const Terminal& terminal, const Snapshot& snapshot) {
  return std::string(terminal.word({"epoch ", "époque "})) + std::to_string(snapshot.epoch) + terminal.word({", loss: ", ", coût\u202F: "}) +
         metrics_text(terminal, snapshot.metrics);
}

int train_once(const Terminal& terminal, const Opened& opened, const TrainOptions& options, const Goal* goal) {
  TrainingRun run(options.threads);
  if (Status wrong = run.start(opened.experiment, opened.own)) return terminal.refuse(wrong->text);
  if (!options.weights.empty()) {
    if (Status wrong = run.start_from(terminal, options.weights, options.partial)) return terminal.refuse(wrong->text);
  }
  Output output;
  if (!output.open(options.out)) return cannot_write(terminal, options.out);
  const int64_t epochs = epochs_of(opened.experiment, options.epochs);
  {
    ProgressBar bar(terminal, epochs);
    run.train(epochs, [&](const Snapshot& snapshot) {
      const std::string line = log_line(snapshot);
      output.log(line);
      if (!options.log_lines) return bar.show(snapshot);
      terminal.print(line);
      std::fflush(stdout);  // whoever reads the lines follows the run
    });
  }
  const Snapshot last = run.snapshot();
  if (!output.finish(last)) {
    return terminal.refuse({"The folder " + options.out + " could not be written to the end.",
                            "Le dossier " + options.out + " n’a pas pu être écrit jusqu’au bout."});
  }
  const bool diverged = last.state == RunState::diverged;
  Json json = parts_json(last);
  json["seconds"] = run.seconds();
  json["stop"] = reason_key(last);
  int code = diverged ? kDiverged : kGood;
  const bool own_rule = last.state == RunState::finished && last.stop_reason != StopReason::asked;
  std::string words = own_rule ? last.stop_text.in(terminal.language()) + "\n" : "";
  if (goal != nullptr) {
    const GoalReport judged = judge(*goal, last, run.seconds());
    json["goal"] = goal_json(options.goal, judged);
    words += goal_text(terminal, judged);
    if (judged.verdict != Verdict::met) code = kMissed;
  }
  if (options.json) terminal.print(json.dump(2) + "\n");
  else if (!options.log_lines) terminal.print(epoch_text(terminal, last) + ", " + terminal.number(run.seconds(), 2) + " s\n" + words);
  if (diverged) terminal.refuse(last.error.text);
  return code;
}

// The weights of a file (and, with --partial, those that are drawn) as the start of every fold.
Status start_from(const Terminal& terminal, Experiment& experiment, const Dataset* own, const TrainOptions& options) {
  Result<std::unique_ptr<Network>> network = open_network(experiment, load_asset, 1, own);
  if (!network) return explained(network.error());
  std::vector<double> parameters = network.value()->parameters();
  if (Status wrong = read_weights(terminal, options.weights, options.partial, network.value()->problem().nodes, parameters)) return wrong;
  experiment.weights = std::move(parameters);
  return std::nullopt;
}

// Each sample is in the test part of exactly one of the runs.
int train_folds(const Terminal& terminal, const Opened& opened, const TrainOptions& options, const Goal* goal) {
  Experiment experiment = opened.experiment;
  if (options.stratified) experiment.preparation.set("stratify", 1);
  Output output;
  if (!output.open(options.out)) return cannot_write(terminal, options.out);
  if (!options.weights.empty()) {
    if (Status wrong = start_from(terminal, experiment, opened.own.get(), options)) return terminal.refuse(wrong->text);
  }
  Json json = {{"folds", Json::array()}};
  bool met = true, written = true;
  int code = kGood;
  CrossValidationOptions chosen{.folds = options.folds, .epochs = epochs_of(experiment, options.epochs), .threads = options.threads, .own = opened.own, .now_us = now_us};
  ProgressBar bar(terminal, chosen.epochs);
  const auto name_of = [&](int fold) {
    return std::string(terminal.word({"fold ", "pli "})) + std::to_string(fold + 1) + "/" + std::to_string(options.folds) + " ";
  };
  chosen.keep_going = [&](int fold, const Snapshot& snapshot) {
    bar.show(snapshot, name_of(fold));
    return true;
  };
  chosen.finished = [&](int fold, const CrossValidation::Fold& done, const Snapshot& last) {
    if (done.diverged) {
      terminal.refuse(last.error.text);
      code = kDiverged;
    }
    Json one = parts_json(last);
    one["fold"] = fold + 1;
    output.log(one.dump() + "\n");
    if (options.log_lines) terminal.print(one.dump() + "\n");
    terminal.progress("");
    if (!options.json && !options.log_lines) terminal.print(name_of(fold) + epoch_text(terminal, last) + "\n");
    if (goal != nullptr) {
      const GoalReport judged = judge(*goal, last, done.seconds);
      one["goal"] = goal_json(options.goal, judged);
      met = met && judged.verdict == Verdict::met;
    }
    json["folds"].push_back(std::move(one));
    if (fold + 1 == options.folds) written = output.finish(last);
  };
  const Result<CrossValidation> found = cross_validate(experiment, chosen, load_asset);
  if (!found) return terminal.refuse(explained(found.error()).text);
  if (!written) return cannot_write(terminal, options.out);
  const Spread loss = found->loss, accuracy = found->accuracy;
  json["test"] = {{"loss", {{"mean", number_json(loss.mean)}, {"deviation", number_json(loss.deviation)}}},
                  {"accuracy", {{"mean", number_json(accuracy.mean)}, {"deviation", number_json(accuracy.deviation)}}}};
  if (options.json) {
    terminal.print(json.dump(2) + "\n");
  } else if (!options.log_lines) {
    std::string text = std::string(terminal.word({"test, mean and deviation: ", "test, moyenne et écart type\u202F: "})) +
                       terminal.number(loss.mean, 4) + " ± " + terminal.number(loss.deviation, 4);
    if (std::isfinite(accuracy.mean)) {
      text += " (" + terminal.number(100 * accuracy.mean, 1) + " ± " + terminal.number(100 * accuracy.deviation, 1) + terminal.word({" %)", "\u202F%)"});
    }
    terminal.print(text + "\n");
  }
  return met ? code : kMissed;
}

}  // namespace

int train(const Terminal& terminal, const TrainOptions& options) {
  Result<Opened> opened = open_experiment(terminal, options.experiment, options.own);
  if (!opened) return terminal.refuse(opened.error().text);
  Experiment& experiment = opened->experiment;
  // A goal of the command line takes the place of the experiment's own.
  if (!options.goal.empty()) experiment.goal = options.goal;
  TrainOptions chosen = options;
  chosen.goal = experiment.goal;
  Goal goal;
  if (!chosen.goal.empty()) {
    Result<Goal> read = parse_goal(chosen.goal);
    if (!read) return terminal.refuse(read.error().text);
    goal = std::move(read.value());
  }
  const Goal* wanted = chosen.goal.empty() ? nullptr : &goal;
  return chosen.folds > 0 ? train_folds(terminal, opened.value(), chosen, wanted) : train_once(terminal, opened.value(), chosen, wanted);
}

}  // namespace myelin::cli
