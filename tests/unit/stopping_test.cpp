// When a run ends by itself, what the schedule does to the rate on the way, and what is done to gradients (O1, R8).
#include "train/epoch_rules.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/support.h"

namespace myelin {
namespace {

constexpr std::string_view kOverfit =
    "data=circle&data.noise=40&data.samples=60&prep.test=20&prep.validation=30&net=dense(units:16,activation:tanh)"
    "dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.02&train.batch=4";
constexpr std::string_view kLine = "data=plane&data.samples=50&prep.test=0&prep.validation=0&net=dense(units:1,activation:linear)&loss=mse&opt=sgd"
                                   "&opt.rate=0.01&train.batch=65536&train.arithmetic=f64";

template <class Real>
void run_to_end(test::Training<Real>& t, int64_t most) {
  while (t.trainer->epoch() < most) {
    const int64_t epoch = t.trainer->epoch();
    REQUIRE(t.trainer->step());
    if (t.trainer->epoch() != epoch && t.trainer->stop_reason() != StopReason::none) return;
  }
}

EpochRules rules_with(std::string_view extra, bool validation = true) {
  EpochRules rules;
  rules.configure(test::experiment_from("data=circle" + std::string(extra)), validation);
  return rules;
}

}  // namespace

TEST_SUITE("stopping") {
  TEST_CASE("R8: with patience 10 the run stops 10 epochs after the best one and has its weights again") {
    // The same run without the rule tells which epoch is the best one.
    test::Training<float> free(kOverfit);
    std::vector<double> losses = {0};
    std::vector<std::vector<float>> weights = {{}};
    while (free.trainer->epoch() < 400) {
      const int64_t epoch = free.trainer->epoch();
      REQUIRE(free.trainer->step());
      if (free.trainer->epoch() == epoch) continue;
      losses.push_back(free.trainer->evaluate(SplitPart::validation).loss);
      weights.emplace_back(free.trainer->params().begin(), free.trainer->params().end());
    }
    size_t best = 1, stop = 1;
    while (stop < losses.size() && stop - best < 10) {
      ++stop;
      if (stop < losses.size() && losses[stop] < losses[best]) best = stop;
    }
    REQUIRE(stop < losses.size());
    test::Training<float> t(std::string(kOverfit) + "&stop.patience=10");
    run_to_end(t, 400);
    CHECK(t.trainer->stop_reason() == StopReason::patience);
    CHECK(t.trainer->epoch() == static_cast<int64_t>(best) + 10);
    CHECK(std::equal(weights[best].begin(), weights[best].end(), t.trainer->params().begin()));
    CHECK(t.trainer->evaluate(SplitPart::validation).loss == losses[best]);
    CHECK(t.trainer->stop_text().en.find("epoch " + std::to_string(best)) != std::string::npos);
    // Without going back, the weights are those of the last epoch.
    test::Training<float> last(std::string(kOverfit) + "&stop.patience=10&stop.restore=0");
    run_to_end(last, 400);
    CHECK(last.trainer->epoch() == t.trainer->epoch());
    CHECK(std::equal(weights[best + 10].begin(), weights[best + 10].end(), last.trainer->params().begin()));
  }

  TEST_CASE("R8: a fall smaller than the least fall is none, and equal losses are none") {
    EpochRules rules = rules_with("&stop.patience=2&stop.min_delta=0.1");
    const double losses[] = {1, 0.95, 0.85, 0.84, 0.83};  // only the third is far enough below the first
    const bool best[] = {true, false, true, false, false};
    for (int64_t i = 0; i < 5; ++i) {
      CHECK(rules.reason() == StopReason::none);
      const double loss = losses[i];
      CHECK(rules.observe({i + 1, 0, -1, {9, loss, 9}}) == best[i]);
    }
    CHECK(rules.reason() == StopReason::patience);
    CHECK(rules.best_epoch() == 3);
    EpochRules equal = rules_with("&stop.patience=1", false);  // without validation samples: the training loss
    CHECK(equal.watches(SplitPart::train));
    CHECK_FALSE(equal.watches(SplitPart::validation));
    equal.observe({1, 0, -1, {0.5, 0, 0}});
    equal.observe({2, 0, -1, {0.5, 0, 0}});
    CHECK(equal.reason() == StopReason::patience);
  }

  TEST_CASE("a loss that is no number is never the best one") {
    EpochRules rules = rules_with("&stop.patience=3");
    CHECK_FALSE(rules.observe({1, 0, -1, {0, std::nan(""), 0}}));
    CHECK(rules.observe({2, 0, -1, {0, 5, 0}}));
    CHECK(rules.best_epoch() == 2);
  }

  TEST_CASE("O1: gradient descent on the whole training part stops when the gradient is shorter than eps") {
    test::Training<double> t(std::string(kLine) + "&stop.gradient=1e-3");
    CHECK(t.trainer->batches_per_epoch() == 1);
    run_to_end(t, 100000);
    CHECK(t.trainer->stop_reason() == StopReason::gradient);
    // One more step moves by rate * gradient: it must be short, and the step before the last one was not.
    const std::vector<double> before(t.trainer->params().begin(), t.trainer->params().end());
    const int64_t epochs = t.trainer->epoch();
    REQUIRE(t.trainer->step());
    double moved = 0;
    for (size_t i = 0; i < before.size(); ++i) moved += (before[i] - t.trainer->params()[i]) * (before[i] - t.trainer->params()[i]);
    CHECK(std::sqrt(moved) / 0.01 < 1e-3);
    test::Training<double> again{kLine};
    while (again.trainer->epoch() < epochs - 2) REQUIRE(again.trainer->step());
    const std::vector<double> early(again.trainer->params().begin(), again.trainer->params().end());
    REQUIRE(again.trainer->step());
    moved = 0;
    for (size_t i = 0; i < early.size(); ++i) moved += (early[i] - again.trainer->params()[i]) * (early[i] - again.trainer->params()[i]);
    CHECK(std::sqrt(moved) / 0.01 >= 1e-3);
  }

  TEST_CASE("O1: it stops when J no longer falls by more than the least fall") {
    test::Training<double> t(std::string(kLine) + "&stop.patience=1&stop.min_delta=1e-4&stop.watched=train");
    double before = t.trainer->evaluate(SplitPart::train).loss, now = before;
    while (t.trainer->stop_reason() == StopReason::none) {
      before = now;
      REQUIRE(t.trainer->step());
      REQUIRE(t.trainer->epoch() < 100000);
      now = t.trainer->evaluate(SplitPart::train).loss;
      if (t.trainer->epoch() > 1 && t.trainer->stop_reason() == StopReason::none) REQUIRE(before - now > 1e-4);
    }
    CHECK(t.trainer->stop_reason() == StopReason::patience);
    CHECK(t.trainer->epoch() > 5);
  }

  TEST_CASE("a session ends after the epochs, at the goal or when the time is up, and says which") {
    const auto ended = [](const std::string& extra) {
      Session session(test::test_options());
      session.post(SetExperiment{test::experiment_from(std::string(kLine) + extra)});
      session.post(Play{500, 0});
      return test::settle(session);
    };
    Snapshot seen = ended("&stop.epochs=7");
    CHECK(seen.state == RunState::finished);
    CHECK(seen.stop_reason == StopReason::epochs);
    CHECK(seen.epoch == 7);
    seen = ended("&goal=train.loss%3C0.5%20%26%26%20parameters%3C=3");
    CHECK(seen.stop_reason == StopReason::goal);
    CHECK(seen.metrics[0].loss < 0.5);
    REQUIRE(seen.curve.size() >= 2);
    CHECK(seen.curve[seen.curve.size() - 2].metrics[0].loss >= 0.5);
    CHECK(ended("&goal=train.r2%3E0.5").stop_reason == StopReason::goal);
    CHECK(ended("&goal=parameters%3C3").stop_reason == StopReason::asked);
    seen = ended("&stop.seconds=0.001");
    CHECK(seen.stop_reason == StopReason::seconds);
    CHECK(seen.seconds >= 0.001);
    CHECK(seen.seconds < 0.01);
    CHECK(seen.epoch < 500);
    CHECK(ended("").stop_reason == StopReason::asked);
  }

  TEST_CASE("who raises the limit goes on, with the same weights as an uninterrupted run") {
    Session session(test::test_options());
    Experiment experiment = test::experiment_from(std::string(kOverfit) + "&stop.epochs=3");
    session.post(SetExperiment{experiment});
    session.post(Play{});
    CHECK(test::settle(session).epoch == 3);
    session.post(Play{});
    CHECK(test::settle(session).epoch == 3);
    experiment.stop.set("epochs", 6);
    session.post(SetExperiment{experiment});
    session.post(Play{});
    const Snapshot& seen = test::settle(session);
    CHECK(seen.epoch == 6);
    test::Training<float> straight(kOverfit);
    while (straight.trainer->epoch() < 6) REQUIRE(straight.trainer->step());
    for (size_t i = 0; i < seen.parameters.size(); ++i) CHECK(seen.parameters[i] == static_cast<double>(straight.trainer->params()[i]));
  }

  TEST_CASE("the schedule multiplies the optimiser's rate, from the snapshot to the step") {
    test::Training<double> t(std::string(kLine) + "&sched=step&sched.every=2&sched.factor=0.5&opt.rate=0.004");
    const double rates[] = {0.004, 0.004, 0.002, 0.002, 0.001};
    for (double rate : rates) {
      CHECK(t.trainer->rate() == doctest::Approx(rate).epsilon(1e-15));
      // One step of plain gradient descent: twice the rate, twice the way.
      Experiment same = test::experiment_from(std::string(kLine) + "&opt.rate=" + std::to_string(rate));
      same.weights.assign(t.trainer->params().begin(), t.trainer->params().end());
      test::Training<double> once(same);
      REQUIRE(once.trainer->step());
      REQUIRE(t.trainer->step());
      for (size_t i = 0; i < same.weights.size(); ++i) CHECK(t.trainer->params()[i] == doctest::Approx(once.trainer->params()[i]).epsilon(1e-12));
    }
  }

  TEST_CASE("on a plateau the rate falls by the factor, as often as the loss stops falling") {
    // A rate at which the loss cannot fall: every epoch is a bad one after the first.
    test::Training<double> t(std::string(kLine) + "&opt.rate=0.00001&sched=plateau&sched.factor=0.5&sched.patience=1&sched.threshold=0.5&sched.watched=train");
    std::vector<double> rates;
    for (int i = 0; i < 7; ++i) {
      rates.push_back(t.trainer->rate() / 0.00001);
      REQUIRE(t.trainer->step());
    }
    CHECK(rates == std::vector<double>{1, 1, 1, 0.5, 0.5, 0.25, 0.25});
  }

  TEST_CASE("clipping bounds each derivative, or the length of the whole gradient, penalties included") {
    const auto moved = [](const std::string& extra) {
      test::Training<double> t("data=plane&data.samples=50&prep.test=0&prep.validation=0&net=dense(units:3,activation:tanh)dense(units:1,activation:linear)"
                               "&loss=mse&opt=sgd&opt.rate=1&train.batch=65536&train.arithmetic=f64&train.l2=0.5" + extra);
      std::vector<double> result(t.trainer->params().begin(), t.trainer->params().end());
      REQUIRE(t.trainer->step());
      for (size_t i = 0; i < result.size(); ++i) result[i] -= t.trainer->params()[i];
      return result;
    };
    const auto length = [](const std::vector<double>& values) {
      double sum = 0;
      for (double value : values) sum += value * value;
      return std::sqrt(sum);
    };
    const std::vector<double> plain = moved("");
    const double largest = std::fabs(*std::max_element(plain.begin(), plain.end(), [](double a, double b) { return std::fabs(a) < std::fabs(b); }));
    const double limit = largest / 2;
    const std::vector<double> by_value = moved("&train.clip_value=" + std::to_string(limit));
    for (size_t i = 0; i < plain.size(); ++i) CHECK(by_value[i] == doctest::Approx(std::clamp(plain[i], -limit, limit)).epsilon(1e-4));
    const std::vector<double> by_norm = moved("&train.clip_norm=0.25");
    CHECK(length(by_norm) == doctest::Approx(0.25).epsilon(1e-4));
    for (size_t i = 0; i < plain.size(); ++i) CHECK(by_norm[i] == doctest::Approx(plain[i] * 0.25 / length(plain)).epsilon(1e-4));
    CHECK(moved("&train.clip_norm=1000") == plain);
  }

  TEST_CASE("balanced class weights let every class count the same, in the loss and in the gradient") {
    // Three of the four corners of AND are 0: their weight is 4 / (2 * 3), that of the fourth 4 / 2.
    const std::string link = "data=and_table&prep.test=0&prep.validation=0&net=dense(units:1,activation:sigmoid,initializer:zeros)"
                             "&loss=binary_cross_entropy&opt=sgd&opt.rate=1&train.batch=4&train.shuffle=0&train.arithmetic=f64";
    test::Training<double> t(link + "&train.class_weights=balanced");
    CHECK(t.trainer->evaluate(SplitPart::train).loss == doctest::Approx(0.6931471805599453));  // all weights together are 4
    REQUIRE(t.trainer->step());
    // From w = 0 every prediction is 1/2. dJ/db = 1/4 (3 * 2/3 * 1/2 - 2 * 1/2) = 0; dJ/dw = 1/4 (2/3 * 1/2 - 2 * 1/2).
    CHECK(t.trainer->params()[0] == doctest::Approx(1.0 / 6));
    CHECK(t.trainer->params()[1] == doctest::Approx(1.0 / 6));
    CHECK(std::fabs(t.trainer->params()[2]) < 1e-15);
    test::Training<double> plain(link);
    REQUIRE(plain.trainer->step());
    CHECK(plain.trainer->params()[2] == doctest::Approx(-0.25));
  }

  TEST_CASE("balanced class weights reach each pixel of a mask: the gradient is that of the weighted loss") {
    for (const char* tail : {"activation:sigmoid)&loss=binary_cross_entropy", "activation:tanh)&loss=mse", "activation:linear)&loss=hinge"}) {
      CAPTURE(tail);
      const std::string link = std::string("data=shapes_mask&data.samples=12&prep.test=25&prep.validation=0"
                                           "&net=conv2d(filters:2,padding:same,activation:tanh)conv2d(filters:1,padding:same,") +
                               tail + "&opt=sgd&opt.rate=1&train.batch=12&train.shuffle=0&train.arithmetic=f64";
      test::Training<double> plain(link), t(link + "&train.class_weights=balanced");
      const Dataset& data = *t.data;
      const auto pixels = static_cast<size_t>(data.target_shape.size());
      double shape = 0, all = 0;
      for (int sample : t.trainer->part(SplitPart::train)) {
        for (size_t i = 0; i < pixels; ++i) shape += data.targets[static_cast<size_t>(sample) * pixels + i];
        all += static_cast<double>(pixels);
      }
      REQUIRE((shape > 0 && shape < all / 2));
      // The definition, from the answers: all / (2 * pixels of the class), summed over the pixels, averaged over the samples.
      const double weights[] = {all / (2 * (all - shape)), all / (2 * shape)};
      double loss = 0;
      t.trainer->predict(SplitPart::train, [&](int first, View<const double> predictions, const double*) {
        for (size_t i = 0; i < predictions.size(); ++i) {
          const size_t row = static_cast<size_t>(first) + i / pixels;
          const auto sample = static_cast<size_t>(t.trainer->part(SplitPart::train)[row]);
          const double p = predictions.data[i], y = data.targets[sample * pixels + i % pixels], side = 2 * y - 1;
          const std::string_view name = tail;
          const double one = name.ends_with("entropy") ? -std::log(y > 0 ? p : 1 - p) : name.ends_with("mse") ? (p - side) * (p - side) : std::max(0.0, 1 - side * p);
          loss += weights[y > 0 ? 1 : 0] * one;
        }
      });
      const auto samples = static_cast<double>(t.trainer->part(SplitPart::train).size());
      CHECK(t.trainer->evaluate(SplitPart::train).loss == doctest::Approx(loss / samples).epsilon(1e-12));
      CHECK(plain.trainer->evaluate(SplitPart::train).loss != doctest::Approx(loss / samples).epsilon(1e-3));
      // One step of rate 1 is the gradient.
      const std::vector<double> start(t.trainer->params().begin(), t.trainer->params().end());
      REQUIRE(t.trainer->step());
      const std::vector<double> after(t.trainer->params().begin(), t.trainer->params().end());
      for (size_t at = 0; at < start.size(); ++at) {
        std::copy(start.begin(), start.end(), t.trainer->params().begin());
        const double h = 1e-5;
        t.trainer->params()[at] = start[at] + h;
        const double up = t.trainer->evaluate(SplitPart::train).loss;
        t.trainer->params()[at] = start[at] - h;
        const double down = t.trainer->evaluate(SplitPart::train).loss;
        CHECK(start[at] - after[at] == doctest::Approx((up - down) / (2 * h)).epsilon(1e-6));
      }
    }
  }

  TEST_CASE("a network trained with balanced weights misses fewer pixels of the rare class") {
    const std::string link = "data=shapes_mask&data.samples=60&prep.validation=0&net=conv2d(filters:4,padding:same,activation:tanh)"
                             "conv2d(filters:1,padding:same,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.02";
    const auto found = [&](const std::string& extra) {
      test::Training<float> t(link + extra);
      while (t.trainer->epoch() < 5) REQUIRE(t.trainer->step());
      const auto pixels = static_cast<size_t>(t.data->target_shape.size());
      double right = 0, of_shapes = 0;
      t.trainer->predict(SplitPart::test, [&](int first, View<const float> predictions, const double*) {
        for (size_t i = 0; i < predictions.size(); ++i) {
          const auto sample = static_cast<size_t>(t.trainer->part(SplitPart::test)[static_cast<size_t>(first) + i / pixels]);
          if (t.data->targets[sample * pixels + i % pixels] == 0) continue;
          of_shapes += 1;
          right += predictions.data[i] > 0.5f;
        }
      });
      return right / of_shapes;
    };
    const double plain = found(""), weighted = found("&train.class_weights=balanced");
    MESSAGE("recall of shapes: " << plain << " plain, " << weighted << " balanced");
    CHECK(weighted > plain + 0.1);
  }

  TEST_CASE("decoupled decay shrinks weights and spares biases") {
    const std::string link = "data=xor_table&prep.test=0&prep.validation=0&net=dense(units:2,activation:tanh,bias_start:0.5)dense(units:1,activation:tanh)"
                             "&opt=adamw&opt.rate=0.01&train.batch=4&train.arithmetic=f64&opt.decay=";
    test::Training<double> start(link + "0"), without(link + "0"), with(link + "0.5");
    REQUIRE(without.trainer->step());
    REQUIRE(with.trainer->step());
    for (size_t i = 0; i < 9; ++i) {
      const bool bias = i == 4 || i == 5 || i == 8;
      const double less = without.trainer->params()[i] - with.trainer->params()[i];
      CHECK(less == doctest::Approx(bias ? 0 : 0.01 * 0.5 * start.trainer->params()[i]).epsilon(1e-9));
    }
  }
}

}  // namespace myelin
