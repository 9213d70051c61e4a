// The lists of samples: their order, their words, what their curves are drawn over.
#include "panels/answers.h"

#include <doctest/doctest.h>

#include <limits>

using namespace myelin;
using namespace myelin::web;

namespace {

Problem sequences(Task task, std::vector<double> targets) {
  Problem problem;
  problem.experiment.loss.kind = task == Task::regression ? "mse" : "cross_entropy";
  problem.data.task = task;
  problem.data.input_shape = Shape{1, 2};
  problem.data.count = static_cast<int>(targets.size());
  problem.data.values.assign(targets.size() * 2, 0);
  problem.data.targets = std::move(targets);
  return problem;
}

std::vector<int> samples_of(const std::vector<Answer>& answers) {
  std::vector<int> samples;
  for (const Answer& answer : answers) samples.push_back(answer.sample);
  return samples;
}

}  // namespace

TEST_SUITE("answers") {
  TEST_CASE("mistakes come first, then what cost most") {
    const Problem problem = sequences(Task::classes, {0, 1, 1, 0});
    const Predictions predictions{.outputs = 2, .samples = {3, 1, 0, 2}, .values = {0.9f, 0.1f, 0.8f, 0.2f, 0.6f, 0.4f, 0.7f, 0.3f}, .losses = {0.1f, 1.6f, 0.5f, 1.2f}, .confusion = {}};
    const std::vector<Answer> worst = list_answers(problem, predictions, true);
    CHECK(samples_of(worst) == std::vector<int>{1, 2, 0, 3});
    CHECK_FALSE(worst[0].right);
    CHECK_FALSE(worst[1].right);
    CHECK(worst[2].right);
    CHECK(worst[0].predicted == 0);
    CHECK(worst[0].row == 1);
    CHECK(samples_of(list_answers(problem, predictions, false)) == std::vector<int>{3, 1, 0, 2});
  }

  TEST_CASE("values to predict are neither right nor wrong") {
    const Problem problem = sequences(Task::regression, {0.5, -0.5, 0});
    const Predictions predictions{.outputs = 1, .samples = {0, 1, 2}, .values = {0.5f, 0.5f, 0.1f}, .losses = {0, 1, 0.01f}, .confusion = {}};
    const std::vector<Answer> answers = list_answers(problem, predictions, true);
    CHECK(samples_of(answers) == std::vector<int>{1, 2, 0});
    for (const Answer& answer : answers) CHECK(answer.right);
  }

  TEST_CASE("what says something of each pixel is neither right nor wrong as a whole") {
    Problem problem = sequences(Task::binary, {1, 0, 0, 1});
    problem.data.count = 2;
    problem.data.target_shape = Shape{2};
    CHECK(cuts_out(problem));
    const Predictions predictions{.outputs = 2, .samples = {0, 1}, .values = {0.9f, 0.1f, 0.8f, 0.2f}, .losses = {0.1f, 2}, .confusion = {}};
    const std::vector<Answer> answers = list_answers(problem, predictions, true);
    CHECK(samples_of(answers) == std::vector<int>{1, 0});
    for (const Answer& answer : answers) CHECK(answer.right);
    problem.data.target_shape = Shape{1};
    CHECK_FALSE(cuts_out(problem));
  }

  TEST_CASE("what is no number any more comes first") {
    const Problem problem = sequences(Task::regression, {0, 0, 0, 0});
    const float nothing = std::numeric_limits<float>::quiet_NaN();
    const Predictions predictions{.outputs = 1, .samples = {0, 1, 2, 3}, .values = {0, 0, 0, 0}, .losses = {1, nothing, 2, nothing}, .confusion = {}};
    CHECK(samples_of(list_answers(problem, predictions, true)) == std::vector<int>{1, 3, 2, 0});
  }

  TEST_CASE("predictions of other data are left out") {
    const Problem problem = sequences(Task::regression, {0.5, -0.5});
    const Predictions predictions{.outputs = 1, .samples = {5, 1, 0}, .values = {1, 2}, .losses = {1, 2, 3}, .confusion = {}};  // a sample too many, a value too few
    CHECK(samples_of(list_answers(problem, predictions, true)) == std::vector<int>{1});
  }

  TEST_CASE("a sentence is its known words") {
    Dataset data;
    data.input_shape = Shape{4};
    data.count = 2;
    data.words = {"a", "good", "film"};
    data.values = {1, 2, 3, 0, 0, 0, 4, -1};
    CHECK(sentence_of(data, 0) == "a good film");
    CHECK(sentence_of(data, 1).empty());
  }

  TEST_CASE("a value to predict stands behind its sequence where it is of the same size") {
    Problem problem = sequences(Task::regression, {1, -1});
    problem.data.values = {-1, 0.5, 1, 0};
    const Predictions predictions{.outputs = 1, .samples = {0, 1}, .values = {0, 0}, .losses = {1, 1}, .confusion = {}};
    SequenceRange range = sequence_range(problem, predictions);
    CHECK(range.low == -1);
    CHECK(range.high == 1);
    CHECK(range.next);
    CHECK_FALSE(range.bits);
    problem.data.targets[1] = 40;
    CHECK_FALSE(sequence_range(problem, predictions).next);
    problem.data.values = {0, 1, 1, 0};
    CHECK(sequence_range(problem, predictions).bits);
    problem.data.values = {0, 0, 0, 0};
    range = sequence_range(problem, predictions);
    CHECK(range.high > range.low);
  }

  TEST_CASE("only what has neither a plane nor a picture is listed") {
    Problem problem = sequences(Task::binary, {0});
    CHECK(lists_samples(problem));
    problem.data.input_shape = Shape{1, 2, 2};
    CHECK_FALSE(lists_samples(problem));
    problem.data.input_shape = Shape{2};
    problem.data.plane.dimensions = 2;
    CHECK_FALSE(lists_samples(problem));
  }
}
