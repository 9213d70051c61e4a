// Trains on a thread of its own, so that drawing never waits. The only file of web/ that names threads. The front end's thread
// must never sleep on a lock here: in a browser that would be a busy wait.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/host.h"
#include "app/platform.h"
#include "myelin/thread.h"

namespace myelin::web {
namespace {

constexpr int64_t kPumpUs = 15'000;       // how soon a command is obeyed at the latest
constexpr int64_t kSnapshotUs = 33'000;  // every second picture of a display shows new values, evenly
constexpr int64_t kLongestWaitUs = 100'000;

class WorkerHost final : public Host {
 public:
  explicit WorkerHost(int threads)
      : session_({.threads = threads, .now_us = now_us, .snapshot_interval_us = kSnapshotUs, .memory_limit = kMemoryLimit}),
        threads_(threads),
        worker_(start_thread([this] { work(); })) {}
  ~WorkerHost() override {
    stop_.store(true);
    ring();
    worker_.join();
  }

  bool post(Command command) override {
    const bool taken = session_.post(std::move(command));
    ring();
    return taken;
  }
  const Snapshot& latest() override { return session_.latest(); }
  bool needs_frames() const override { return false; }
  int threads() const override { return threads_; }

 private:
  void ring() {
    // The worker holds the lock only to look at the bell: a few nanoseconds, so trying again is cheaper than sleeping.
    while (!mutex_.try_lock()) {
    }
    rung_ = true;
    mutex_.unlock();
    bell_.notify_one();
  }

  void work() {
    while (!stop_.load()) {
      const PumpResult result = session_.pump(kPumpUs);
      if (result == PumpResult::busy) continue;
      std::unique_lock<std::mutex> lock(mutex_);
      if (result == PumpResult::idle) {
        bell_.wait(lock, [this] { return rung_; });
      } else {
        const int64_t wait = std::min(kLongestWaitUs, session_.wait_us());
        bell_.wait_for(lock, std::chrono::microseconds(wait), [this] { return rung_; });
      }
      rung_ = false;
    }
  }

  Session session_;
  const int threads_;
  std::mutex mutex_;
  std::condition_variable bell_;
  bool rung_ = false;
  std::atomic<bool> stop_{false};
  std::thread worker_;  // last: everything else stands when it starts
};

}  // namespace

std::unique_ptr<Host> make_worker_host(int threads) { return std::make_unique<WorkerHost>(std::max(1, threads)); }

}  // namespace myelin::web
