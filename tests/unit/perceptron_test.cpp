// The perceptron's learning rule on the truth tables, in the curriculum's numbers (N5, N6, N8, N9, N10).
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/support.h"

namespace myelin {
namespace {

// Zero start, rate .01, one sample at a time in the order 00, 01, 10, 11.
std::string rule_on(std::string_view table) {
  return "data=" + std::string(table) + "&prep.test=0&prep.validation=0&net=dense(units:1,activation:heaviside,initializer:zeros)"
         "&loss=perceptron&opt=sgd&opt.rate=0.01&train.batch=1&train.shuffle=0&train.arithmetic=f64";
}

// The errors of each epoch, until the rule stops by itself or for `most` epochs.
std::vector<int> errors_of(test::Training<double>& t, int64_t most) {
  std::vector<int> errors;
  while (t.trainer->epoch() < most && t.trainer->stop_reason() == StopReason::none) {
    const int64_t epoch = t.trainer->epoch();
    while (t.trainer->epoch() == epoch) REQUIRE(t.trainer->step());
    errors.push_back(t.trainer->errors());
  }
  return errors;
}

void check_table(std::string_view table, const std::vector<int>& errors, const std::vector<double>& weights) {
  INFO(std::string(table));
  test::Training<double> t(rule_on(table));
  CHECK(errors_of(t, 100) == errors);
  CHECK(t.trainer->stop_reason() == StopReason::no_error);
  for (size_t i = 0; i < 3; ++i) CHECK(std::fabs(t.trainer->params()[i] - weights[i]) < 1e-15);
  CHECK(t.trainer->evaluate(SplitPart::train).accuracy == 1);
  CHECK(t.trainer->evaluate(SplitPart::train).loss == 0);
}

}  // namespace

TEST_SUITE("perceptron") {
  TEST_CASE("N8: AND, OR and NAND, with the errors of every epoch and the last weights") {
    check_table("and_table", {1, 3, 3, 2, 1, 0}, {.02, .01, -.02});
    check_table("or_table", {1, 2, 1, 0}, {.01, .01, 0});
    check_table("nand_table", {2, 3, 3, 2, 1, 0}, {-.02, -.01, .03});
  }

  TEST_CASE("N8: the presets are the course's runs") {
    CHECK(preset_experiment("perceptron-and").value() == test::experiment_from(rule_on("and_table")));
    CHECK(preset_experiment("perceptron-or").value() == test::experiment_from(rule_on("or_table")));
    CHECK(preset_experiment("perceptron-nand").value() == test::experiment_from(rule_on("nand_table")));
    CHECK(preset_experiment("perceptron-xor").value() == test::experiment_from(rule_on("xor_table")));
  }

  TEST_CASE("N6: on XOR the rule errs 2, 3, 4, 4, 4 ... and never stops") {
    test::Training<double> t(rule_on("xor_table"));
    std::vector<int> expected(100, 4);
    expected[0] = 2;
    expected[1] = 3;
    CHECK(errors_of(t, 100) == expected);
    CHECK(t.trainer->stop_reason() == StopReason::none);
  }

  TEST_CASE("N9: the rule stops on separated clouds, whatever their seed, and loops where they overlap") {
    for (int seed = 1; seed <= 10; ++seed) {
      INFO("seed " << seed);
      const std::string rest = "&data.seed=" + std::to_string(seed) +
                               "&data.samples=100&net=dense(units:1,activation:heaviside,initializer:zeros)&loss=perceptron&opt=sgd"
                               "&opt.rate=0.01&train.batch=1&prep.test=0&prep.validation=0&train.arithmetic=f64";
      test::Training<double> apart("data=gauss&data.noise=0" + rest);
      errors_of(apart, 500);
      CHECK(apart.trainer->stop_reason() == StopReason::no_error);
      test::Training<double> ring("data=circle" + rest);
      errors_of(ring, 100);
      CHECK(ring.trainer->stop_reason() == StopReason::none);
    }
  }

  TEST_CASE("N10: a session on separable data finishes by itself with no errors, and its curve tells those of each epoch") {
    Session session(test::test_options());
    session.post(SetExperiment{test::experiment_from(rule_on("and_table"))});
    session.post(Play{});
    const Snapshot& done = test::settle(session);
    CHECK(done.state == RunState::finished);
    CHECK(done.stop_reason == StopReason::no_error);
    CHECK_FALSE(done.stop_text.empty());
    CHECK(done.epoch == 6);
    REQUIRE(done.curve.size() == 7);
    const int errors[] = {-1, 1, 3, 3, 2, 1, 0};
    for (size_t i = 0; i < 7; ++i) CHECK(done.curve[i].errors == errors[i]);
  }
}

}  // namespace myelin
