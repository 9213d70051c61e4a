// A session with much data: what is shared, what stays where it is, and how often all of it is looked at.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <vector>

#include "support/support.h"

namespace myelin {
namespace {

using test::experiment_from;
using test::settle;

}  // namespace

TEST_SUITE("session data") {
  TEST_CASE("runs on the same data share its pixels, however they are split; other data are read anew") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from("preset=digits")});
    settle(session);
    const std::shared_ptr<const Problem> first = session.latest().problem;
    session.post(SetExperiment{experiment_from("preset=digits&prep.test=40&seed=5")});
    CHECK(settle(session).state == RunState::paused);
    const std::shared_ptr<const Problem> second = session.latest().problem;
    CHECK(second != first);
    CHECK(second->data.bytes.at(0) == first->data.bytes.at(0));
    CHECK(second->samples[2] == 719);
    CHECK(first->samples[2] == 360);
    session.post(SetExperiment{experiment_from("preset=iris")});
    settle(session);
    CHECK(session.latest().problem->data.count == 150);
  }

  TEST_CASE("samples of a collection stay in its files, as long as anybody looks at them") {
    std::shared_ptr<const Problem> problem;
    {
      Session session(test::test_options());
      session.post(SetExperiment{experiment_from("preset=lenet5&data.images=500")});
      settle(session);
      problem = session.latest().problem;
      CHECK(problem->data.bytes.held() == 0);
      session.post(LoadAsset{"fashion-small-images.idx", std::vector<std::byte>(100)});  // what is loaded stays as it is
      session.post(SetExperiment{experiment_from("preset=lenet5&data.images=400")});
      settle(session);
      CHECK(session.latest().problem->data.bytes.at(0) == problem->data.bytes.at(0));
    }
    CHECK(problem->data.bytes.size() == 500 * 784);
    double sum = 0;
    for (int i = 0; i < 784; ++i) sum += problem->data.input(499, i);
    CHECK(sum > 0);
  }

  TEST_CASE("while training, looks at all samples wait four times as long as they took, and a pause ends with a fresh one") {
    SessionOptions options;
    options.snapshot_interval_us = 0;
    options.now_us = [] {
      return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    Session session(options);
    session.post(SetExperiment{experiment_from("data=circle&data.samples=5000&net=dense(units:1,activation:tanh)&loss=mse&prep.test=50&train.batch=1")});
    Watch watch;
    watch.predictions = true;
    session.post(watch);
    session.pump(1000);
    session.post(Play{});
    int snapshots = 0, looks = 0;
    std::vector<float> answers;
    for (int i = 0; i < 1000; ++i) {
      session.pump(0);
      const Snapshot& seen = session.latest();
      ++snapshots;
      if (seen.predictions.values != answers) ++looks;
      answers = seen.predictions.values;
    }
    CHECK(looks < snapshots / 2);
    CHECK(looks > 1);
    session.post(Pause{});
    session.pump(1000);
    const Snapshot paused = session.latest();
    session.post(Reset{});
    session.post(Step{Step::Unit::batch, static_cast<int>(paused.step)});
    CHECK(settle(session).step == paused.step);
    CHECK(session.latest().metrics[0].loss == paused.metrics[0].loss);
    CHECK(session.latest().predictions.values == paused.predictions.values);
  }
}

}  // namespace myelin
