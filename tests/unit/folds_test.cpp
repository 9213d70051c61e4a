// The split by folds and by class, and cross-validation over it (R3, R4).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "data/prepare.h"
#include "myelin/cross_validation.h"
#include "support/support.h"

namespace myelin {
namespace {

Dataset labelled(const std::vector<int>& per_class) {
  Dataset data;
  data.task = Task::classes;
  data.input_shape = Shape{1};
  for (size_t c = 0; c < per_class.size(); ++c) {
    data.class_names.push_back({std::to_string(c), std::to_string(c)});
    data.targets.insert(data.targets.end(), static_cast<size_t>(per_class[c]), static_cast<double>(c));
  }
  data.count = static_cast<int>(data.targets.size());
  data.values.resize(data.targets.size());
  return data;
}

Settings split_of(double test, double validation, double stratify, double folds = 0, double fold = 1) {
  Settings settings(preparation_fields());
  settings.set("test", test);
  settings.set("validation", validation);
  settings.set("stratify", stratify);
  settings.set("folds", folds);
  settings.set("fold", fold);
  return settings;
}

int count_of(const Dataset& data, SplitPart part, double label = -1) {
  int count = 0;
  for (size_t i = 0; i < data.part.size(); ++i) count += data.part[i] == part && (label < 0 || data.targets[i] == label);
  return count;
}

}  // namespace

TEST_SUITE("folds") {
  TEST_CASE("R3: a stratified split keeps the sizes of the plain one and each class's share to within a sample") {
    const std::vector<int> per_class = {70, 23, 7};
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Dataset plain = labelled(per_class), fair = plain;
      assign_parts(plain, split_of(20, 10, 0), seed);
      assign_parts(fair, split_of(20, 10, 1), seed);
      for (SplitPart part : {SplitPart::train, SplitPart::validation, SplitPart::test}) {
        CHECK(count_of(fair, part) == count_of(plain, part));
        const double share = count_of(fair, part) / 100.0;
        for (size_t c = 0; c < 3; ++c) {
          CHECK(std::fabs(count_of(fair, part, static_cast<double>(c)) - share * per_class[c]) <= 2);
        }
      }
      for (size_t c = 0; c < 3; ++c) CHECK(std::fabs(count_of(fair, SplitPart::test, static_cast<double>(c)) - 0.2 * per_class[c]) <= 1);
    }
    Dataset course = labelled({60});
    assign_parts(course, split_of(10, 10, 1), 1);
    CHECK(count_of(course, SplitPart::train) == 48);
    CHECK(count_of(course, SplitPart::validation) == 6);
  }

  TEST_CASE("R4: each sample is tested in exactly one of k folds, whose sizes differ by one at most") {
    for (int stratify : {0, 1}) {
      for (int k : {2, 3, 7, 10, 97}) {
        std::vector<int> tested(97);
        int smallest = 97, largest = 0;
        for (int fold = 1; fold <= k; ++fold) {
          Dataset data = labelled({40, 30, 27});
          assign_parts(data, split_of(20, 10, stratify, k, fold), 5);
          for (size_t i = 0; i < 97; ++i) tested[i] += data.part[i] == SplitPart::test;
          const int size = count_of(data, SplitPart::test);
          smallest = std::min(smallest, size);
          largest = std::max(largest, size);
          if (stratify) {
            for (int c = 0; c < 3; ++c) CHECK(std::fabs(count_of(data, SplitPart::test, c) - (c == 0 ? 40.0 : c == 1 ? 30.0 : 27.0) / k) <= 1);
          }
          CHECK(count_of(data, SplitPart::validation) == static_cast<int>(std::ceil((97 - size) * 0.1)));
          CHECK(count_of(data, SplitPart::train) >= 1);
        }
        CHECK(std::all_of(tested.begin(), tested.end(), [](int times) { return times == 1; }));
        CHECK(largest - smallest <= 1);
      }
    }
  }

  TEST_CASE("a link without folds splits as it always did, and regression ignores the classes it has not") {
    Dataset data = labelled({50, 50}), same = data;
    assign_parts(data, split_of(20, 10, 0), 3);
    assign_parts(same, split_of(20, 10, 0, 1, 1), 3);
    CHECK(data.part == same.part);
    Dataset numbers = labelled({50, 50}), plain = numbers;
    numbers.task = plain.task = Task::regression;
    assign_parts(numbers, split_of(20, 10, 1), 3);
    assign_parts(plain, split_of(20, 10, 0), 3);
    CHECK(numbers.part == plain.part);
  }

  TEST_CASE("R4: ten folds of the irises, each sample tested once, with mean and deviation") {
    const Experiment experiment = test::experiment_from("preset=iris&prep.stratify=1&prep.validation=0");
    const Result<CrossValidation> done = cross_validate(experiment, {.folds = 10, .epochs = 30}, test::read_asset);
    if (!done) FAIL(done.error().text.en);
    REQUIRE(done->folds.size() == 10);
    std::multiset<int> tested;
    double mean = 0, squares = 0;
    for (const CrossValidation::Fold& fold : done->folds) {
      CHECK(fold.tested.size() == 15);
      CHECK(fold.epochs == 30);
      tested.insert(fold.tested.begin(), fold.tested.end());
      mean += fold.test.accuracy / 10;
    }
    for (const CrossValidation::Fold& fold : done->folds) squares += (fold.test.accuracy - mean) * (fold.test.accuracy - mean) / 9;
    CHECK(tested.size() == 150);
    CHECK(std::set<int>(tested.begin(), tested.end()).size() == 150);
    CHECK(done->accuracy.mean == doctest::Approx(mean));
    CHECK(done->accuracy.deviation == doctest::Approx(std::sqrt(squares)));
    CHECK(mean > 0.9);
    // One fold is an experiment like any other: its link gives the same run.
    Experiment third = experiment;
    third.preparation.set("folds", 10);
    third.preparation.set("fold", 3);
    test::Training<float> t(test::experiment_from(to_link(third)));
    while (t.trainer->epoch() < 30) REQUIRE(t.trainer->step());
    CHECK(t.trainer->evaluate(SplitPart::test).loss == done->folds[2].test.loss);
  }

  TEST_CASE("cross-validation can be refused or interrupted, with a reason") {
    const Experiment experiment = test::experiment_from("preset=iris");
    CHECK_FALSE(cross_validate(experiment, {.folds = 1}, test::read_asset));
    CHECK_FALSE(cross_validate(test::experiment_from("data=xor_table&net=dense(units:1)"), {.folds = 5}, test::read_asset));
    int asked = 0;
    CrossValidationOptions options{.folds = 3, .epochs = 5};
    options.keep_going = [&](int fold, const Snapshot& snapshot) {
      ++asked;
      CHECK(fold == (asked - 1) / 5);
      CHECK(snapshot.epoch == (asked - 1) % 5 + 1);
      return asked < 7;
    };
    CHECK_FALSE(cross_validate(experiment, options, test::read_asset));
    CHECK(asked == 7);
  }

  TEST_CASE("a fold that diverges, and rules of the experiment's own, are said; each fold is reported when it is done") {
    std::vector<int> reported;
    CrossValidationOptions options{.folds = 3, .epochs = 40};
    options.finished = [&](int fold, const CrossValidation::Fold& done, const Snapshot& last) {
      reported.push_back(fold);
      CHECK(last.experiment.preparation.integer("fold") == fold + 1);
      CHECK(last.epoch == done.epochs);
      CHECK(last.metrics[2].loss == doctest::Approx(done.test.loss));
    };
    const char* wild = "data=diabetes&net=dense(units:8,activation:relu)dense(units:1,activation:linear)&loss=mse&opt=sgd&opt.rate=10";
    const Result<CrossValidation> diverged = cross_validate(test::experiment_from(wild), options, test::read_asset);
    if (!diverged) FAIL(diverged.error().text.en);
    REQUIRE(diverged->folds.size() == 3);
    for (const CrossValidation::Fold& fold : diverged->folds) {
      CHECK(fold.diverged);
      CHECK(fold.epochs < 40);
    }
    CHECK(reported == std::vector<int>{0, 1, 2});
    // A clock that goes a second at each look, beyond every budget: each fold ends long before its epochs, and says how long it took.
    int64_t clock = 0;
    options.epochs = 2000;
    options.now_us = [&] { return clock += 1'000'000; };
    const Result<CrossValidation> hurried = cross_validate(test::experiment_from("preset=iris&stop.seconds=1"), options, test::read_asset);
    REQUIRE(static_cast<bool>(hurried));
    for (const CrossValidation::Fold& fold : hurried->folds) {
      CHECK(fold.epochs < 2000);
      CHECK(fold.seconds >= 1);
      CHECK_FALSE(fold.diverged);
    }
    const Result<CrossValidation> calm = cross_validate(test::experiment_from("preset=iris&stop.epochs=4"), {.folds = 3, .epochs = 40}, test::read_asset);
    REQUIRE(static_cast<bool>(calm));
    for (const CrossValidation::Fold& fold : calm->folds) {
      CHECK(fold.epochs == 4);
      CHECK(fold.seconds == 0);
    }
  }
}

}  // namespace myelin
