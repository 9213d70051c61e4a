// Measures of predictions. The expected numbers are scikit-learn's, or counted by hand where they are whole.
#include "myelin/metrics.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "base/rng.h"
#include "support/support.h"

namespace myelin {

TEST_SUITE("metrics") {
  TEST_CASE("B2: two classes: accuracy, error, confusion, precision, recall and F1 of class 1") {
    const Scores s = score({.predictions = {.1, .9, .6, .4, .8, .2, .5}, .targets = {0, 1, 0, 1, 1, 0, 0}});
    CHECK(s.confusion == std::vector<int>{3, 1, 1, 2});  // .5 is not above the threshold
    CHECK(s.accuracy == doctest::Approx(5.0 / 7));
    CHECK(s.accuracy + s.error == 1);
    CHECK(s.precision == doctest::Approx(2.0 / 3));
    CHECK(s.recall == doctest::Approx(2.0 / 3));
    CHECK(s.f1 == doctest::Approx(2.0 / 3));
    CHECK(s.per_class[0].precision == doctest::Approx(0.75));
    CHECK(s.per_class[0].samples == 4);
    CHECK(s.macro_f1 == doctest::Approx((0.75 + 2.0 / 3) / 2));
    CHECK(s.auc == doctest::Approx(10.0 / 12));  // of 12 pairs two are in the wrong order
    CHECK(std::isnan(s.r2));
  }

  TEST_CASE("several classes: top-k, macro means as scikit-learn counts them, ties to the first class") {
    // Truth 0 0 1 1 2; predicted 0 1 1 1 0. sklearn: precision .5, .666667, 0; recall .5, 1, 0; f1 .5, .8, 0.
    const Scores s = score({.task = Task::classes,
                            .classes = 4,
                            .outputs = 4,
                            .predictions = {.7, .2, .1, 0, .3, .5, .2, 0, .1, .8, .1, 0, .4, .4001, .1, 0, .6, .3, .1, 0},
                            .targets = {0, 0, 1, 1, 2}});
    CHECK(s.accuracy == doctest::Approx(0.6));
    CHECK(s.top[1] == doctest::Approx(0.6));
    CHECK(s.top[2] == doctest::Approx(0.8));
    CHECK(s.top[3] == 1);
    CHECK(s.top[4] == 1);
    CHECK(std::isnan(s.top[5]));
    CHECK(s.macro_precision == doctest::Approx((0.5 + 2.0 / 3) / 3));
    CHECK(s.macro_recall == doctest::Approx(0.5));
    CHECK(s.macro_f1 == doctest::Approx(1.3 / 3));
    CHECK(s.f1 == s.macro_f1);
    CHECK(s.per_class[3].samples == 0);
    const Scores tied = score({.task = Task::classes, .classes = 2, .outputs = 2, .predictions = {.5, .5, .5, .5}, .targets = {0, 1}});
    CHECK(tied.accuracy == 0.5);
    CHECK(tied.top[1] == 0.5);
    CHECK(tied.auc == 0.5);
  }

  TEST_CASE("the ROC curve moves equal scores together, and its area is the share of pairs in order") {
    const std::vector<double> scores = {.1, .4, .35, .8};
    const std::vector<unsigned char> positive = {0, 0, 1, 1};
    CHECK(roc_area(scores, positive) == 0.75);  // scikit-learn's own example
    const std::vector<RocPoint> curve = roc_curve(scores, positive);
    REQUIRE(curve.size() == 5);
    CHECK(std::isinf(curve[0].threshold));
    CHECK(curve[1].true_positive_rate == 0.5);
    CHECK(curve[2].false_positive_rate == 0.5);
    CHECK(curve[4].true_positive_rate == 1);
    CHECK(curve[4].false_positive_rate == 1);
    CHECK(roc_curve(std::vector<double>{1, 1, 1, 1}, positive).size() == 2);
    CHECK(roc_area(std::vector<double>{1, 1, 1, 1}, positive) == 0.5);
    CHECK(std::isnan(roc_area(scores, std::vector<unsigned char>{1, 1, 1, 1})));
    const Rng random(5, Stream::data);
    for (uint64_t trial = 0; trial < 50; ++trial) {
      std::vector<double> values;
      std::vector<unsigned char> truth;
      for (uint64_t i = 0; i < 40; ++i) {
        truth.push_back(random.below(trial * 100 + i, 3) == 0);
        values.push_back(random.below(trial * 100 + 50 + i, 8));  // many ties
      }
      double right = 0, pairs = 0, trapezia = 0;
      for (size_t a = 0; a < 40; ++a) {
        for (size_t b = 0; b < 40; ++b) {
          if (!truth[a] || truth[b]) continue;
          ++pairs;
          right += values[a] > values[b] ? 1 : values[a] == values[b] ? 0.5 : 0;
        }
      }
      const std::vector<RocPoint> points = roc_curve(values, truth);
      for (size_t i = 1; i < points.size(); ++i) {
        trapezia += (points[i].false_positive_rate - points[i - 1].false_positive_rate) *
                    (points[i].true_positive_rate + points[i - 1].true_positive_rate) / 2;
      }
      CHECK(roc_area(values, truth) == doctest::Approx(right / pairs));
      CHECK(trapezia == doctest::Approx(right / pairs));
    }
  }

  TEST_CASE("regression: R2 against the mean, RMSE over all values") {
    const Scores s = score({.task = Task::regression, .predictions = {2.5, 0, 2, 8}, .targets = {3, -.5, 2, 7}});
    CHECK(s.r2 == doctest::Approx(0.9486081370449679));  // scikit-learn's own example
    CHECK(s.rmse == doctest::Approx(0.6123724356957945));
    const Scores two = score({.task = Task::regression, .outputs = 2, .predictions = {0, 2, -1, 2, 8, -5}, .targets = {.5, 1, -1, 1, 7, -6}});
    CHECK(two.r2 == doctest::Approx(0.9368005266622779));  // scikit-learn's own example, uniform average
    CHECK(score({.task = Task::regression, .predictions = {1, 1}, .targets = {1, 1}}).r2 == 1);
    CHECK(score({.task = Task::regression, .predictions = {1, 2}, .targets = {1, 1}}).r2 == 0);
    CHECK(std::isnan(s.accuracy));
  }

  TEST_CASE("a mask counts pixel by pixel, and without samples nothing is known") {
    const Scores s = score({.outputs = 3, .predictions = {.9, .1, .6, .2, .7, .8}, .targets = {1, 0, 0, 0, 1, 1}});
    CHECK(s.accuracy == doctest::Approx(5.0 / 6));
    CHECK(s.confusion == std::vector<int>{2, 1, 0, 3});
    CHECK(std::isnan(score({}).accuracy));
  }

  TEST_CASE("a snapshot's predictions give the snapshot's accuracy and confusion") {
    for (std::string_view link : {"preset=circle", "preset=iris", "data=gauss&net=dense(units:1,activation:tanh)&loss=mse"}) {
      Session session(test::test_options());
      session.post(SetExperiment{test::experiment_from(link)});
      Watch watch;
      watch.predictions = true;
      session.post(watch);
      session.post(Play{5, 0});
      const Snapshot& seen = test::settle(session);
      const Scores s = score(answers_of(*seen.problem, seen.predictions));
      INFO(std::string(link));
      CHECK(s.accuracy == doctest::Approx(seen.metrics[2].accuracy));
      CHECK(s.confusion == seen.predictions.confusion);
    }
  }
}

}  // namespace myelin
