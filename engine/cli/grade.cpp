// `myelin grade LINK --goal GOAL`: trains a submitted experiment again, from its own seed, and says whether it reaches the goal.
// Whatever the submission holds ends up in the report as text, never as markup.
#include <array>
#include <cstdio>

#include "commands.h"
#include "input.h"
#include "runs.h"
#include "weights.h"

namespace myelin::cli {
namespace {

// The length of the UTF-8 character that starts here; 0 where there is none.
size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// Text inside of an XML attribute or element; what XML cannot hold is left out.
std::string escaped(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    const char c = length == 0 ? '\0' : text[at];
    const std::string_view whole = text.substr(at, length);
    at += length == 0 ? 1 : length;
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&apos;"; break;
      case '\n': result += "&#10;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) result += whole;
    }
  }
  return result;
}

// One suite with one case, in the form that JUnit's readers agree on. `outcome` is "", "failure" or "error".
std::string junit(const std::string& goal, const char* outcome, const std::string& message, const std::string& output, double seconds) {
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%.3f", seconds);
  const std::string kind = outcome;
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"myelin\" tests=\"1\" failures=\"";
  text += kind == "failure" ? "1" : "0";
  text += std::string("\" errors=\"") + (kind == "error" ? "1" : "0") + "\" time=\"" + time.data() + "\">\n";
  text += "    <testcase classname=\"myelin.grade\" name=\"" + escaped(goal) + "\" time=\"" + time.data() + "\">\n";
  if (!kind.empty()) text += "      <" + kind + " message=\"" + escaped(message) + "\"/>\n";
  if (!output.empty()) text += "      <system-out>" + escaped(output) + "</system-out>\n";
  return text + "    </testcase>\n  </testsuite>\n</testsuites>\n";
}

class Grading {
 public:
  Grading(const Terminal& terminal, const GradeOptions& options) : terminal_(terminal), options_(options), goal_(options.goal) {}

  int run() {
    Result<Opened> opened = open_experiment(terminal_, options_.experiment, options_.own);
    if (!opened) return refuse(opened.error());
    Experiment& experiment = opened->experiment;
    if (goal_.empty()) goal_ = experiment.goal;
    if (goal_.empty()) return refuse({{"Say which goal, such as --goal \"test.accuracy>=0.95\".", "Dites quel objectif, par exemple --goal \"test.accuracy>=0.95\"."}});
    const Result<Goal> goal = parse_goal(goal_);
    if (!goal) return refuse(goal.error());
    for (const GoalTerm& term : goal->terms) {
      if (term.metric != GoalMetric::seconds) continue;
      return refuse({{"A grade cannot depend on seconds: they differ from one machine to another.",
                      "Une note ne peut pas dépendre des secondes : elles varient d’une machine à l’autre."}});
    }
    experiment.goal = goal_;
    experiment.stop.set("seconds", 0);
    // Fused products differ from one processor to another, and a grade must not.
    if (experiment.training.choice("arithmetic") == "fast") experiment.training.set_choice("arithmetic", "f32");
    TrainingRun training(options_.threads);
    if (Status wrong = training.start(experiment, opened->own)) return refuse(*wrong);
    const int64_t epochs = epochs_of(experiment, options_.epochs);
    {
      ProgressBar bar(terminal_, epochs);
      training.train(epochs, [&](const Snapshot& snapshot) { bar.show(snapshot); });
    }
    const GoalReport judged = judge(goal.value(), training.snapshot(), GoalValues::kUnknown);
    return report(training.snapshot(), judged, training.seconds());
  }

 private:
  int report(const Snapshot& last, const GoalReport& judged, double seconds) {
    const bool met = judged.verdict == Verdict::met;
    std::string terms = goal_text(terminal_, judged);
    if (last.state == RunState::diverged) terms += last.error.text.in(terminal_.language()) + "\n";
    const std::string epochs = terminal_.word({"epoch ", "époque "}) + std::to_string(last.epoch) + ", " + metrics_text(terminal_, last.metrics);
    const std::string verdict = terminal_.word(met ? Text{"The goal is met", "L’objectif est atteint"} : Text{"The goal is missed", "L’objectif est manqué"});
    if (!write_junit(met ? "" : "failure", verdict, terms + epochs, seconds)) return cannot_write();
    if (options_.json) {
      Json json = goal_json(goal_, judged);
      json["met"] = met;
      json["epoch"] = last.epoch;
      json["step"] = last.step;
      json["stop"] = reason_key(last);
      json["parameters"] = last.problem->parameters;
      terminal_.print(json.dump(2) + "\n");
    } else {
      terminal_.print(terms + verdict + " (" + epochs + ").\n");
    }
    return met ? kGood : kMissed;
  }

  int refuse(const Error& error) {
    if (!write_junit("error", error.text.in(terminal_.language()), "", 0)) return cannot_write();
    return terminal_.refuse(error.text);
  }

  bool write_junit(const char* outcome, const std::string& message, const std::string& output, double seconds) const {
    if (options_.junit.empty()) return true;
    return write_file(options_.junit, bytes_of(junit(goal_.empty() ? "goal" : goal_, outcome, message, output, seconds)));
  }

  int cannot_write() const {
    const std::string& file = options_.junit;
    return terminal_.refuse({"The file " + file + " cannot be written.", "Impossible d’écrire le fichier " + file + "."});
  }

  const Terminal& terminal_;
  const GradeOptions& options_;
  std::string goal_;
};

}  // namespace

int grade(const Terminal& terminal, const GradeOptions& options) { return Grading(terminal, options).run(); }

}  // namespace myelin::cli
