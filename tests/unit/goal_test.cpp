// The goal grammar: what it means, what it refuses and where.
#include "myelin/goal.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "base/rng.h"
#include "myelin/experiment.h"
#include "myelin/snapshot.h"

namespace myelin {
namespace {

GoalValues sample_values() {
  GoalValues values;
  values.parts[2].accuracy = 0.96;
  values.parts[2].loss = 0.1;
  values.parts[0].loss = 0.05;
  values.parts[2].top[3] = 0.99;
  values.parameters = 500;
  values.epoch = 20;
  return values;
}

Verdict verdict(const std::string& text) {
  const Result<Goal> goal = parse_goal(text);
  INFO(text);
  if (!goal) FAIL(goal.error().text.en);
  const GoalReport report = grade(goal.value(), sample_values());
  CHECK(report.verdict == judge(goal.value(), sample_values()));
  return report.verdict;
}

std::string refusal(const std::string& text) {
  const Result<Goal> goal = parse_goal(text);
  INFO(text);
  REQUIRE_FALSE(goal);
  CHECK_FALSE(goal.error().text.fr.empty());
  return goal.error().text.en;
}

}  // namespace

TEST_SUITE("goal") {
  TEST_CASE("conditions are compared as written, percent included") {
    for (const char* met : {"test.accuracy>=0.95 && parameters<=500", "test.accuracy>=95%", "test.error <= 5 %", "parameters==500",
                            "parameters != 501", "epoch<21", "epoch>19.5", "test.loss>1e-2", "test.top3>=0.99", "train.loss<test.loss"}) {
      const std::string text = met;
      if (text == "test.error <= 5 %" || text == "train.loss<test.loss") {
        CHECK_FALSE(parse_goal(text));
        continue;
      }
      CHECK(verdict(text) == Verdict::met);
    }
    CHECK(verdict("test.error<=5%") == Verdict::met);
    CHECK(verdict("parameters<500") == Verdict::missed);
    CHECK(verdict("test.accuracy>=0.95and parameters<=499") == Verdict::missed);
    CHECK(verdict("test.accuracy>=0.97 or parameters<=500") == Verdict::met);
  }

  TEST_CASE("and binds more tightly than or, and parentheses change that") {
    CHECK(verdict("epoch>0 || epoch>0 && epoch>100") == Verdict::met);
    CHECK(verdict("(epoch>0 || epoch>0) && epoch>100") == Verdict::missed);
    CHECK(verdict("((epoch>0))") == Verdict::met);
  }

  TEST_CASE("what is not known decides nothing, unless the rest decides") {
    CHECK(verdict("validation.loss<1") == Verdict::unknown);
    CHECK(verdict("validation.loss<1 && epoch>100") == Verdict::missed);
    CHECK(verdict("validation.loss<1 || epoch>10") == Verdict::met);
    CHECK(verdict("validation.loss<1 && epoch>10") == Verdict::unknown);
    CHECK(verdict("validation.loss!=1") == Verdict::unknown);
  }

  TEST_CASE("a report has every condition as it was written, with its value") {
    const Goal goal = parse_goal("test.accuracy >= 95% && (parameters<400 or seconds<1)").value();
    const GoalReport report = grade(goal, sample_values());
    REQUIRE(report.terms.size() == 3);
    CHECK(report.terms[0].text == "test.accuracy >= 95%");
    CHECK(report.terms[0].value == 0.96);
    CHECK(report.terms[0].verdict == Verdict::met);
    CHECK(report.terms[1].verdict == Verdict::missed);
    CHECK(report.terms[2].verdict == Verdict::unknown);
    CHECK(std::isnan(report.terms[2].value));
    CHECK(report.verdict == Verdict::unknown);
    CHECK(goal.reads(SplitPart::test));
    CHECK_FALSE(goal.reads(SplitPart::train));
    CHECK_FALSE(goal.reads_scores(SplitPart::test));
    CHECK(parse_goal("train.f1>0")->reads_scores(SplitPart::train));
  }

  TEST_CASE("errors name the character and what was expected") {
    CHECK(refusal("").find("character 1") != std::string::npos);
    CHECK(refusal("test.acuracy>1").find("character 1 ('test.acuracy>1')") != std::string::npos);
    CHECK(refusal("epoch>3 parameters<2").find("character 9") != std::string::npos);
    CHECK(refusal("epoch>3 && ").find("its end") != std::string::npos);
    CHECK(refusal("epoch = 3").find("< <= > >=") != std::string::npos);
    CHECK(refusal("epoch>three").find("number") != std::string::npos);
    CHECK(refusal("(epoch>3").find("')'") != std::string::npos);
    for (const char* bad : {"accuracy>1", "test>1", "test.>1", "test.top1>0", "test.top11>0", "test.top2.5>0", "test.top>0", "loss.test>1",
                            "epoch>1 &&& epoch>1", "epoch>1 or", "or epoch>1", "epoch>1)", "()", "epoch>1e999", "epoch>nan", "epoch>--1",
                            "epoch>1\n", "EPOCH>1", "epoch>1 & epoch>1", "train.parameters>1", "epoch>1andepoch>1", "epoch>=>1", "\"epoch\">1"}) {
      refusal(bad);
    }
  }

  TEST_CASE("links and files carry a goal, refuse what is none, and never write one that would break them") {
    Experiment e = base_experiment();
    e.goal = "test.accuracy>=95% && (parameters<=500 || epoch!=3)";
    CHECK(parse_link(to_link(e))->experiment == e);
    CHECK(parse_json(to_json(e))->experiment == e);
    CHECK(to_link(e).find("&goal=test.accuracy%3E=95%25%20%26%26%20(parameters") != std::string::npos);
    for (const char* text : {"goal=epoch%3E", "goal=%22"}) {
      const Result<ParsedExperiment> read = parse_link(text);
      CHECK(read->experiment.goal.empty());
      CHECK(read->warnings.size() == 1);
    }
    CHECK(parse_json(R"({"goal": 3})")->warnings.size() == 1);
    e.goal = "\"}{";
    CHECK(parse_json(to_json(e))->experiment.goal.empty());
  }

  TEST_CASE("text is bounded in length, depth and number of conditions") {
    CHECK(refusal(std::string(501, ' ')).find("500") != std::string::npos);
    refusal(std::string(200, '(') + "epoch>1");
    std::string many = "epoch>1";
    for (int i = 0; i < 31; ++i) many += "||epoch>1";
    CHECK(verdict(many) == Verdict::met);
    CHECK(refusal(many + "||epoch>1").find("32") != std::string::npos);
  }

  TEST_CASE("no text makes the reader stumble, and what it accepts needs no escape in a file") {
    const std::string pieces[] = {"epoch", "test.accuracy", "train.top2", "<", ">=", "==", "1", "95%", "&&", "||", "and", "or", "(", ")", " ", "!", "%", ".", "\"", "\\"};
    const Rng random(77, Stream::data);
    int accepted = 0;
    for (uint64_t i = 0; i < 20000; ++i) {
      std::string text;
      const uint32_t count = 1 + random.below(i * 20, 12);
      for (uint32_t k = 0; k < count; ++k) text += pieces[random.below(i * 20 + 1 + k, 20)];
      const Result<Goal> goal = parse_goal(text);
      if (!goal) continue;
      ++accepted;
      CHECK(text.find_first_of("\"\\") == std::string::npos);
      (void)grade(goal.value(), sample_values());
    }
    CHECK(accepted > 0);
  }
}

}  // namespace myelin
