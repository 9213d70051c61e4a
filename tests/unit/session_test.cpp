// A session from outside: commands in, snapshots out. Run under ThreadSanitizer too.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "myelin/thread.h"
#include "support/support.h"

namespace myelin {
namespace {

using test::experiment_from;
using test::settle;

constexpr std::string_view kCircle = "data=circle&net=dense(units:4,activation:tanh)dense(units:1,activation:tanh)&loss=mse&prep.test=20&prep.validation=10";

}  // namespace

TEST_SUITE("session") {
  TEST_CASE("an experiment, some epochs, and a snapshot that says what happened") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from(kCircle)});
    const Snapshot& start = settle(session);
    REQUIRE(start.problem);
    CHECK(start.state == RunState::paused);
    CHECK(start.step == 0);
    CHECK(start.curve.size() == 1);
    CHECK(start.problem->parameters == 17);
    CHECK(start.parameters.size() == 17);
    CHECK(start.problem->samples == std::array<int, 3>{350, 50, 100});
    const double first_loss = start.metrics[0].loss;
    session.post(Play{20, 0});
    const Snapshot& done = settle(session);
    CHECK(done.state == RunState::finished);
    CHECK(done.epoch == 20);
    CHECK(done.step == 20 * 35);
    CHECK(done.curve.size() == 21);
    CHECK(done.metrics[0].loss < first_loss);
    CHECK(done.metrics[2].accuracy > 0.5);
  }

  TEST_CASE("what is watched is computed, and nothing else") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from(kCircle)});
    CHECK(settle(session).maps.empty());
    Watch watch;
    watch.map_size = 12;
    watch.surface_size = 40;
    watch.focus_node = 1;
    watch.focus_unit = 2;
    watch.predictions = true;
    watch.probe_sample = 7;
    session.post(watch);
    const Snapshot& seen = settle(session);
    REQUIRE(seen.maps.size() == 3);
    CHECK(seen.maps[1].units == 4);
    CHECK(seen.maps[1].values.size() == 4 * 144);
    // The input's own maps are the coordinates: x1 grows to the right, x2 upwards.
    CHECK(seen.maps[0].values[0] == doctest::Approx(-6 + 0.5));
    CHECK(seen.maps[0].values[11] == doctest::Approx(6 - 0.5));
    CHECK(seen.maps[0].values[144] == doctest::Approx(6 - 0.5));
    CHECK(seen.surface.values.size() == 1600);
    CHECK(seen.focus.values.size() == 1600);
    CHECK(seen.predictions.samples.size() == 100);
    CHECK(seen.predictions.confusion.size() == 4);
    int counted = 0;
    for (int cell : seen.predictions.confusion) counted += cell;
    CHECK(counted == 100);
    CHECK(seen.probe.values.size() == 3);
    session.post(Watch{});
    CHECK(settle(session).surface.values.empty());
  }

  TEST_CASE("the pump's budget decides when, never what") {
    std::vector<double> parameters[2];
    int index = 0;
    for (int64_t budget : {int64_t{100}, int64_t{100'000}}) {
      Session session(test::test_options());
      session.post(SetExperiment{experiment_from(kCircle)});
      session.post(Play{7, 0});
      while (session.pump(budget) != PumpResult::idle) {}
      parameters[index++] = session.latest().parameters;
    }
    CHECK(parameters[0] == parameters[1]);
  }

  TEST_CASE("reset goes back to the same start, and the same commands give the same run") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from(kCircle)});
    const std::vector<double> start = settle(session).parameters;
    session.post(Step{Step::Unit::epoch, 3});
    const std::vector<double> after = settle(session).parameters;
    CHECK(after != start);
    session.post(Reset{});
    CHECK(settle(session).parameters == start);
    CHECK(session.latest().step == 0);
    session.post(Step{Step::Unit::epoch, 3});
    CHECK(settle(session).parameters == after);
    session.post(Step{Step::Unit::batch, 1});
    CHECK(settle(session).batch_in_epoch == 1);
  }

  TEST_CASE("live changes go on with the run, all others start over") {
    Session session(test::test_options());
    Experiment experiment = experiment_from(kCircle);
    session.post(SetExperiment{experiment});
    session.post(Step{Step::Unit::epoch, 2});
    const std::vector<double> before = settle(session).parameters;
    const uint64_t run = session.latest().run;
    experiment.optimizer.settings.set("rate", 0.2);
    experiment.training.set("batch", 3);
    experiment.training.set("l2", 0.01);
    session.post(SetExperiment{experiment});
    CHECK(settle(session).parameters == before);
    CHECK(session.latest().run == run);
    CHECK(session.latest().epoch == 2);
    experiment.optimizer = make_part(Kind::optimizer, "adam");
    session.post(SetExperiment{experiment});
    session.post(Step{Step::Unit::epoch, 1});
    CHECK(settle(session).epoch == 3);
    CHECK(session.latest().run == run);
    experiment.data.settings.set("noise", 20);
    session.post(SetExperiment{experiment});
    CHECK(settle(session).step == 0);
    CHECK(session.latest().run == run + 1);
  }

  TEST_CASE("a bad experiment says why and on which node, and the old run stays") {
    Session session(test::test_options());
    Experiment good = experiment_from(kCircle);
    session.post(SetExperiment{good});
    session.post(Step{Step::Unit::epoch, 2});
    const std::vector<double> before = settle(session).parameters;
    Experiment bad = good;
    bad.nodes.back().settings.set("units", 3);
    session.post(SetExperiment{bad});
    const Snapshot& failed = settle(session);
    CHECK(failed.state == RunState::failed);
    CHECK(failed.error.node == 2);
    CHECK(failed.error.text.en.find("3 neuron") != std::string::npos);
    CHECK(failed.error.text.fr != failed.error.text.en);
    CHECK(failed.parameters == before);
    session.post(SetExperiment{good});
    CHECK(settle(session).state == RunState::paused);
    CHECK(session.latest().epoch == 2);
  }

  TEST_CASE("a network in which nothing learns is an error, not a crash, and can be thawed") {
    for (const char* link : {"data=circle&net=dense(units:4,frozen:1)dense(units:1,frozen:1)", "data=iris&loss=cross_entropy&net=dense(units:3,activation:softmax,frozen:1)",
                             "preset=perceptron-and&net=dense(units:1,activation:heaviside,frozen:1)", "data=plane&in=x1&net=activation(activation:linear)&loss=mse"}) {
      CAPTURE(link);
      const Result<ParsedExperiment> parsed = parse_link(link);
      REQUIRE(bool(parsed));
      Session session(test::test_options());
      session.post(SetExperiment{parsed->experiment});
      session.post(Play{});
      CHECK(settle(session).state == RunState::failed);
    }
    Session session(test::test_options());
    Experiment experiment = experiment_from(kCircle);
    for (NodeSpec& node : experiment.nodes) node.settings.set("frozen", 1);
    session.post(SetExperiment{experiment});
    session.post(Step{Step::Unit::epoch, 2});
    CHECK(settle(session).error.text.en.find("learns") != std::string::npos);
    experiment.nodes.back().settings.set("frozen", 0);
    session.post(SetExperiment{experiment});
    session.post(Step{Step::Unit::epoch, 2});
    CHECK(settle(session).state != RunState::failed);
    CHECK(session.latest().epoch == 2);
  }

  TEST_CASE("all features off is an error, not a crash") {
    Session session(test::test_options());
    Experiment experiment = experiment_from(kCircle);
    experiment.features.set("x1", 0);
    experiment.features.set("x2", 0);
    session.post(SetExperiment{experiment});
    CHECK(settle(session).state == RunState::failed);
    CHECK_FALSE(session.latest().error.text.empty());
  }

  TEST_CASE("a weight set by hand is seen, and a number out of range is ignored") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from(kCircle)});
    session.post(SetWeight{16, 0.75});
    session.post(SetWeight{17, 1.0});
    session.post(SetWeight{0, std::nan("")});
    const Snapshot& seen = settle(session);
    CHECK(seen.parameters[16] == 0.75);
    CHECK(std::isfinite(seen.parameters[0]));
  }

  TEST_CASE("divergence stops the run, keeps finite weights and a lower rate can go on, for every optimiser") {
    for (const Row* optimizer : rows(Kind::optimizer)) {
      INFO(std::string(optimizer->key));
      Session session(test::test_options());
      Experiment experiment = experiment_from("data=plane&net=dense(units:4,activation:relu)dense(units:4,activation:relu)dense(units:1,activation:linear)&loss=mse&train.seed=3");
      experiment.optimizer = make_part(Kind::optimizer, optimizer->key);
      experiment.optimizer.settings.set("rate", 10);
      session.post(SetExperiment{experiment});
      session.post(Play{60, 0});
      const Snapshot& stopped = settle(session);
      // Steps that are divided by the gradient's size are bounded: they need not overflow.
      const std::string key = optimizer->key;
      if (key == "sgd" || key == "momentum" || key == "nesterov") REQUIRE(stopped.state == RunState::diverged);
      for (double value : stopped.parameters) CHECK(std::isfinite(value));
      if (stopped.state == RunState::diverged) CHECK(stopped.error.node >= 1);
      const int64_t epoch = stopped.epoch;
      experiment.optimizer.settings.set("rate", 1e-5);
      session.post(SetExperiment{experiment});
      session.post(Play{epoch + 5, 0});
      CHECK(settle(session).state == RunState::finished);
    }
  }

  TEST_CASE("a failed experiment is neither run nor reset, until a good one replaces it") {
    Session session(test::test_options());
    const Experiment good = experiment_from(kCircle);
    Experiment bad = good;
    bad.nodes.back().settings.set("units", 3);
    session.post(SetExperiment{good});
    session.post(SetExperiment{bad});
    session.post(Play{5, 0});
    session.post(Reset{});
    CHECK(settle(session).state == RunState::failed);
    CHECK_FALSE(session.latest().error.text.empty());
    CHECK(session.latest().step == 0);
  }

  TEST_CASE("a run that waits for its data goes on running when they are there, unless paused meanwhile") {
    for (bool paused : {false, true}) {
      Session session(test::test_options());
      session.post(SetExperiment{experiment_from(kCircle)});
      session.post(Play{});
      session.pump(1000);
      REQUIRE(session.latest().state == RunState::running);
      session.post(SetExperiment{experiment_from("preset=digits")});
      session.pump(1000);
      REQUIRE(session.latest().state == RunState::waiting);
      if (paused) session.post(Pause{});
      for (int i = 0; i < 10 && session.latest().state == RunState::waiting; ++i) {
        session.post(LoadAsset{session.latest().missing_asset, test::read_asset(session.latest().missing_asset)});
        session.pump(1000);
      }
      CHECK(session.latest().state == (paused ? RunState::paused : RunState::running));
    }
  }

  TEST_CASE("many steps leave the host its turn, and a pause interrupts them") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from(kCircle)});
    session.post(Step{Step::Unit::epoch, 1'000'000});
    CHECK(session.pump(5000) == PumpResult::busy);
    session.post(Pause{});
    CHECK(session.pump(5000) == PumpResult::idle);
    CHECK(session.latest().state == RunState::paused);
    CHECK(session.latest().step > 0);
  }

  TEST_CASE("a network that would not fit into memory is an error with both numbers, and the old run stays") {
    auto options = test::test_options();
    options.memory_limit = 1 << 20;
    Session session(options);
    session.post(SetExperiment{experiment_from(kCircle)});
    CHECK(settle(session).state == RunState::paused);
    session.post(SetExperiment{experiment_from("data=circle&net=dense(units:1000)dense(units:1000)dense(units:1,activation:tanh)&loss=mse")});
    CHECK(settle(session).state == RunState::failed);
    CHECK(session.latest().error.text.en.find(" 1 MB are allowed") != std::string::npos);
    CHECK(session.latest().problem->parameters == 17);
  }

  TEST_CASE("an asset that is missing is asked for, and its absence is said") {
    Session session(test::test_options());
    session.post(SetExperiment{experiment_from("preset=digits")});
    session.pump(1000);
    CHECK(session.latest().state == RunState::waiting);
    const std::string name = session.latest().missing_asset;
    CHECK_FALSE(name.empty());
    session.post(LoadAsset{name, {}});
    session.pump(1000);
    CHECK(session.latest().state == RunState::failed);
    session.post(SetExperiment{experiment_from("preset=digits")});
    CHECK(settle(session).state == RunState::paused);
    CHECK(session.latest().problem->data.count == 1797);
  }

  TEST_CASE("slow motion takes the steps its clock allows") {
    auto options = test::test_options();
    auto time = std::make_shared<int64_t>(0);
    options.now_us = [time] { return *time; };
    Session session(options);
    session.post(SetExperiment{experiment_from(kCircle)});
    session.post(SetSpeed{10});
    session.post(Play{});
    for (int i = 0; i <= 100; ++i) {  // one second in frames of 10 ms
      session.pump(5000);
      *time += 10'000;
    }
    session.post(Pause{});
    session.pump(1000);
    CHECK(session.latest().step >= 10);
    CHECK(session.latest().step <= 11);
  }

  TEST_CASE("a worker thread trains while another thread looks, posts and goes") {
    SessionOptions options;
    options.threads = 2;
    options.snapshot_interval_us = 1000;
    options.now_us = [] {
      return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    Session session(options);
    std::atomic<bool> stop{false};
    std::thread worker = start_thread([&] {
      while (!stop) {
        if (session.pump(2000) != PumpResult::busy) std::this_thread::yield();
      }
    });
    Experiment experiment = experiment_from(kCircle);
    session.post(SetExperiment{experiment});
    Watch watch;
    watch.surface_size = 20;
    watch.predictions = true;
    session.post(watch);
    session.post(Play{});
    uint64_t sequence = 0;
    int changes = 0;
    bool backwards = false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    while (std::chrono::steady_clock::now() < end) {
      const Snapshot& seen = session.latest();
      backwards = backwards || seen.sequence < sequence;
      if (seen.sequence != sequence && ++changes % 5 == 0) {
        experiment.optimizer.settings.set("rate", 0.001 * changes);
        session.post(SetExperiment{experiment});
      }
      sequence = seen.sequence;
      std::this_thread::yield();
    }
    stop = true;
    worker.join();
    CHECK_FALSE(backwards);
    CHECK(changes > 3);
    CHECK(session.latest().step > 0);
  }
}

}  // namespace myelin
