// The two hosts: whoever pumps, the same experiment gives the same run; an idle worker sleeps and a host ends at once.
#include "app/host.h"

#include <doctest/doctest.h>

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
    host.frame();
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
      host->frame();
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
  host->frame();
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
