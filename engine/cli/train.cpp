// `myelin train EXPERIMENT`: a session pumped by this thread, one epoch per command, so that every epoch can be reported.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "input.h"
#include "myelin/session.h"

namespace myelin::cli {
namespace {

using Json = nlohmann::ordered_json;

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json metrics_json(const Metrics& metrics) {
  return {{"loss", number_json(metrics.loss)}, {"accuracy", number_json(metrics.accuracy)}};
}

std::string log_line(const Snapshot& snapshot) {
  const Json json = {{"epoch", snapshot.epoch},
                     {"step", snapshot.step},
                     {"train", metrics_json(snapshot.metrics[0])},
                     {"validation", metrics_json(snapshot.metrics[1])},
                     {"test", metrics_json(snapshot.metrics[2])}};
  return json.dump() + "\n";
}

std::string weights_json(const Snapshot& snapshot) {
  Json json = {{"version", 1}, {"epoch", snapshot.epoch}, {"step", snapshot.step}};
  Json& nodes = json["nodes"] = Json::array();
  for (size_t node = 0; node < snapshot.problem->nodes.size(); ++node) {
    const NodeInfo& info = snapshot.problem->nodes[node];
    Json tensors = Json::array();
    for (const ParamInfo& param : info.params) {
      Json shape = Json::array();
      for (int axis = 0; axis < param.shape.rank; ++axis) shape.push_back(param.shape[axis]);
      const auto first = snapshot.parameters.begin() + param.offset;
      tensors.push_back({{"name", param.name}, {"shape", shape}, {"values", std::vector<double>(first, first + param.count)}});
    }
    nodes.push_back({{"node", node}, {"kind", info.kind}, {"tensors", std::move(tensors)}});
  }
  return json.dump() + "\n";
}

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
    return write("experiment.json", to_json(snapshot.experiment)) && write("weights.json", weights_json(snapshot)) && good_;
  }

 private:
  bool write(const char* name, const std::string& text) {
    std::FILE* file = std::fopen((folder_ / name).c_str(), "wb");
    if (file == nullptr) return false;
    const bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    return std::fclose(file) == 0 && whole;
  }

  std::filesystem::path folder_;
  std::FILE* log_ = nullptr;
  bool good_ = true;
};

// Pumps until the session has nothing left to do, bringing the files it asks for.
const Snapshot& settle(Session& session) {
  for (;;) {
    while (session.pump(100'000) != PumpResult::idle) {
    }
    const Snapshot& snapshot = session.latest();
    if (snapshot.state != RunState::waiting) return snapshot;
    session.post(LoadAsset{snapshot.missing_asset, load_asset(snapshot.missing_asset)});
  }
}

std::string metrics_text(const Terminal& terminal, const Snapshot& snapshot) {
  constexpr Text kParts[] = {{"training", "apprentissage"}, {"validation", "validation"}, {"test", "test"}};
  std::string text;
  for (size_t part = 0; part < std::size(kParts); ++part) {
    const Metrics& metrics = snapshot.metrics[part];
    if (!std::isfinite(metrics.loss)) continue;
    text += std::string(text.empty() ? "" : " · ") + terminal.word(kParts[part]) + " " + terminal.number(metrics.loss, 4);
    if (std::isfinite(metrics.accuracy)) {
      text += " (" + terminal.number(100 * metrics.accuracy, 1) + terminal.word({" %)", "\u202F%)"});
    }
  }
  return text;
}

std::string bar(const Terminal& terminal, const Snapshot& snapshot, int64_t epochs) {
  constexpr int64_t kWidth = 24;
  const int64_t filled = kWidth * snapshot.epoch / epochs;
  std::string text = "[";
  for (int64_t i = 0; i < kWidth; ++i) text += i < filled ? '#' : '.';
  return text + "] " + std::to_string(snapshot.epoch) + "/" + std::to_string(epochs) + "  " + metrics_text(terminal, snapshot);
}

void report(const Terminal& terminal, const Snapshot& snapshot, int64_t since_us) {
  const double seconds = static_cast<double>(now_us() - since_us) / 1e6;
  terminal.progress("");
  terminal.print(std::string(terminal.word({"epoch ", "époque "})) + std::to_string(snapshot.epoch) +
                 terminal.word({", loss: ", ", coût\u202F: "}) + metrics_text(terminal, snapshot) + ", " +
                 terminal.number(seconds, 2) + " s\n");
}

}  // namespace

int train(const Terminal& terminal, const TrainOptions& options) {
  const Result<ParsedExperiment> parsed = read_experiment(options.experiment);
  if (!parsed) return terminal.refuse(parsed.error().text);
  for (const Message& warning : parsed->warnings) terminal.warn(warning);

  Session session({.threads = options.threads, .now_us = now_us});
  session.post(SetExperiment{parsed->experiment});
  {
    const Snapshot& start = settle(session);
    if (start.state == RunState::failed) return terminal.refuse(start.error.text);
  }
  Output output;
  if (!output.open(options.out)) {
    return terminal.refuse({"The folder " + options.out + " cannot be written.", "Impossible d’écrire dans le dossier " + options.out + "."});
  }

  const int64_t since_us = now_us();
  int64_t shown_us = 0;
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    session.post(Step{Step::Unit::epoch, 1});
    const Snapshot& snapshot = settle(session);
    if (snapshot.state == RunState::diverged) break;
    const std::string line = log_line(snapshot);
    output.log(line);
    if (options.log_lines) {
      terminal.print(line);
      std::fflush(stdout);  // whoever reads the lines follows the run
    } else if (now_us() - shown_us > 100'000) {
      terminal.progress(bar(terminal, snapshot, options.epochs));
      shown_us = now_us();
    }
  }
  const Snapshot& last = session.latest();
  if (!options.log_lines) report(terminal, last, since_us);
  if (!output.finish(last)) {
    return terminal.refuse({"The folder " + options.out + " could not be written to the end.",
                            "Le dossier " + options.out + " n’a pas pu être écrit jusqu’au bout."});
  }
  if (last.state != RunState::diverged) return kGood;
  terminal.refuse(last.error.text);
  return kDiverged;
}

}  // namespace myelin::cli
