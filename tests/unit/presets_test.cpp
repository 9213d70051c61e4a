// Presets: links like any other, that run and do what their help promises.
#include <doctest/doctest.h>

#include <string>

#include "catalog/catalog.h"
#include "myelin/session.h"
#include "support/support.h"

namespace myelin {
namespace {

// After so many epochs of the preset.
Snapshot trained(std::string_view preset, int epochs) {
  Session session(test::test_options());
  session.post(SetExperiment{preset_experiment(preset).value()});
  test::settle(session);
  session.post(Step{Step::Unit::epoch, epochs});
  return test::settle(session);
}

double test_loss(const Snapshot& snapshot) { return snapshot.metrics[static_cast<size_t>(SplitPart::test)].loss; }
double test_accuracy(const Snapshot& snapshot) { return snapshot.metrics[static_cast<size_t>(SplitPart::test)].accuracy; }

}  // namespace

TEST_SUITE("presets") {
  TEST_CASE("the published keys exist, first of all the first visit's") {
    const char* const keys[] = {"spiral", "circle", "xor", "gauss", "plane", "xor-by-hand", "seven-parameters", "digits", "iris"};
    REQUIRE(rows(Kind::preset).size() >= std::size(keys));
    CHECK(std::string(rows(Kind::preset)[0]->key) == "spiral");
    for (const char* key : keys) CHECK(find_preset(key) != nullptr);
    CHECK_FALSE(static_cast<bool>(preset_experiment("nothing")));
  }

  TEST_CASE("every preset parses without a warning, survives its own link and file, and can run") {
    for (const PresetRow* preset : preset_rows()) {
      const std::string key = preset->row.key;
      INFO("preset " << key);
      const Result<ParsedExperiment> parsed = parse_link(preset->link);
      if (!parsed) FAIL(parsed.error().text.en);
      for (const Message& warning : parsed->warnings) FAIL_CHECK(warning.en);
      const Experiment& experiment = parsed->experiment;
      CHECK(preset_experiment(key).value() == experiment);
      CHECK(parse_link(to_link(experiment))->experiment == experiment);
      CHECK(parse_json(to_json(experiment))->experiment == experiment);
      const Result<Problem> problem = describe(experiment, test::read_asset);
      if (!problem) FAIL(problem.error().text.en);
    }
  }

  TEST_CASE("N7: XOR by hand answers 0, 1, 1, 0") {
    const Snapshot snapshot = trained("xor-by-hand", 0);
    CHECK(snapshot.problem->samples[0] == 4);
    CHECK(snapshot.metrics[0].loss == 0);
    CHECK(snapshot.metrics[0].accuracy == 1);
    Session session(test::test_options());
    session.post(Watch{.predictions = true, .predictions_part = SplitPart::train});
    session.post(SetExperiment{preset_experiment("xor-by-hand").value()});
    const Snapshot& now = test::settle(session);
    REQUIRE(now.predictions.values.size() == 4);
    for (size_t i = 0; i < 4; ++i) {
      const int sample = now.predictions.samples[i];
      const bool differ = (now.problem->data.input(sample, 0) > 0.5) != (now.problem->data.input(sample, 1) > 0.5);
      CHECK(now.predictions.values[i] == (differ ? 1.0f : 0.0f));
    }
  }

  TEST_CASE("the first visit's spiral is solved") {
    const Snapshot snapshot = trained("spiral", 100);
    MESSAGE("spiral: test loss " << test_loss(snapshot));
    CHECK(test_loss(snapshot) < 0.05);
  }

  TEST_CASE("the small presets learn what they show") {
    struct Goal { const char* preset; int epochs; double accuracy; };
    for (const Goal& goal : {Goal{"circle", 50, 0.99}, Goal{"xor", 50, 0.97}, Goal{"gauss", 20, 0.98}, Goal{"iris", 60, 0.93}}) {
      const Snapshot snapshot = trained(goal.preset, goal.epochs);
      MESSAGE(std::string(goal.preset) << ": test accuracy " << test_accuracy(snapshot) << ", loss " << test_loss(snapshot));
      CHECK(test_accuracy(snapshot) >= goal.accuracy);
    }
    const Snapshot plane = trained("plane", 20);
    MESSAGE("plane: test loss " << test_loss(plane));
    CHECK(test_loss(plane) < 1e-3);
  }

  TEST_CASE("M8: the course's network passes 95 % on digits it never saw") {
    const Snapshot snapshot = trained("digits", 20);
    MESSAGE("digits: test accuracy " << test_accuracy(snapshot));
    CHECK(snapshot.problem->samples[static_cast<size_t>(SplitPart::test)] == 360);
    CHECK(test_accuracy(snapshot) > 0.95);
  }
}

}  // namespace myelin
