// The two hosts: whoever pumps, the same experiment gives the same run; an idle worker sleeps and a host ends at once.
#include "app/host.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <thread>
#include <vector>

#include "app/platform.h"

// The one function of the platform that hosts use.
int64_t myelin::web::now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

using namespace myelin;
using namespace myelin::web;

namespace {

bool wait_for(Host& host, const std::function<bool(const Snapshot&)>& done) {
  const int64_t give_up = now_us() + 20'000'000;
  while (now_us() < give_up) {
    host.frame(0);
    if (done(host.latest())) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

std::vector<double> trained(Host& host, int epochs) {
  host.post(SetExperiment{base_experiment()});
  host.post(Play{epochs, 0});
  REQUIRE(wait_for(host, [&](const Snapshot& now) { return now.state == RunState::finished && now.epoch == epochs; }));
  return host.latest().parameters;
}

}  // namespace

TEST_SUITE_BEGIN("hosts");

TEST_CASE("training on a thread and between frames gives the same bits") {
  const std::vector<double> between_frames = trained(*make_inline_host(), 5), on_a_thread = trained(*make_worker_host(2), 5);
  REQUIRE_FALSE(between_frames.empty());
  CHECK(between_frames == on_a_thread);
}

TEST_CASE("slices between frames fill what the pictures leave, within limits, and never change a result") {
  CHECK(slice_us(0) == 12'000);        // nothing is drawn
  CHECK(slice_us(8'000) == 7'500);     // 16.7 ms less the picture and the browser's own share
  CHECK(slice_us(14'000) == 4'000);    // slow pictures do not stop training
  CHECK(slice_us(1'000'000) == 4'000);
  std::vector<std::vector<double>> parameters;
  for (const int64_t picture_us : {int64_t{0}, int64_t{9'000}, int64_t{60'000}}) {
    const std::unique_ptr<Host> host = make_inline_host();
    host->post(SetExperiment{base_experiment()});
    host->post(Play{4, 0});
    const int64_t give_up = now_us() + 20'000'000;
    while (host->latest().state != RunState::finished && now_us() < give_up) host->frame(picture_us);
    CHECK(host->latest().epoch == 4);
    parameters.push_back(host->latest().parameters);
  }
  REQUIRE_FALSE(parameters[0].empty());
  CHECK(parameters[0] == parameters[1]);
  CHECK(parameters[0] == parameters[2]);
}

TEST_CASE("slow pictures make slices short at once and long again by and by") {
  const std::unique_ptr<Host> host = make_inline_host();
  Experiment slow = base_experiment();
  host->post(SetExperiment{slow});
  host->post(Play{});
  REQUIRE(wait_for(*host, [](const Snapshot& now) { return now.state == RunState::running && now.step > 0; }));
  const auto shortest_of = [&](int64_t picture_us) {
    int64_t shortest = 1'000'000;
    for (int i = 0; i < 12; ++i) {
      const int64_t begin = now_us();
      host->frame(picture_us);
      shortest = std::min(shortest, now_us() - begin);
    }
    return shortest;
  };
  const int64_t alone = shortest_of(0), beside = shortest_of(30'000);
  CHECK(alone > beside + 3'000);
}

TEST_CASE("a host obeys while it trains and stops when it is asked to") {
  for (const bool worker : {false, true}) {
    CAPTURE(worker);
    const std::unique_ptr<Host> host = worker ? make_worker_host(1) : make_inline_host();
    host->post(SetExperiment{base_experiment()});
    host->post(Play{});
    REQUIRE(wait_for(*host, [](const Snapshot& now) { return now.state == RunState::running && now.step > 0; }));
    host->post(Pause{});
    REQUIRE(wait_for(*host, [](const Snapshot& now) { return now.state == RunState::paused; }));
    const int64_t step = host->latest().step;
    for (int i = 0; i < 20; ++i) {
      host->frame(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CHECK(host->latest().step == step);
    CHECK(wait_for(*host, [&](const Snapshot&) { return !host->needs_frames(); }));
  }
}

TEST_CASE("a burst of commands larger than the mailbox is not the end of a page without threads") {
  const std::unique_ptr<Host> host = make_inline_host();
  host->post(SetExperiment{base_experiment()});
  bool full = false;
  for (int i = 0; i < 100; ++i) full = !host->post(Pause{}) || full;
  CHECK(full);
  CHECK(host->needs_frames());
  host->frame(0);
  CHECK(host->post(Play{1, 0}));
  CHECK(wait_for(*host, [](const Snapshot& now) { return now.epoch == 1; }));
}

TEST_CASE("a paused worker uses no processor time") {
  const std::unique_ptr<Host> host = make_worker_host(2);
  host->post(SetExperiment{base_experiment()});
  REQUIRE(wait_for(*host, [](const Snapshot& now) { return now.problem != nullptr; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  const double used = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
#ifndef __EMSCRIPTEN__
  CHECK(used < 0.04);  // a tenth of one core would already be spinning
#else
  CHECK(used >= 0);  // there clock() is wall time
#endif
}

TEST_CASE("a worker that trains without end is gone at once when its host is") {
  std::unique_ptr<Host> host = make_worker_host(2);
  host->post(SetExperiment{base_experiment()});
  host->post(Play{});
  REQUIRE(wait_for(*host, [](const Snapshot& now) { return now.step > 0; }));
  const int64_t begin = now_us();
  host.reset();
  CHECK(now_us() - begin < 2'000'000);
}

TEST_SUITE_END();
