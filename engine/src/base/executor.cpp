// Workers that look out for the next operation for a moment and then sleep. Every operation calls all of them once, so `run`
// knows when nobody reads the job any more.
#include "base/executor.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/lookout.h"
#include "myelin/thread.h"

namespace myelin {
namespace {

class InlineExecutor final : public Executor {
 public:
  int workers() const override { return 1; }
  void run(int tiles, FunctionRef<void(int, int)> work) override {
    for (int tile = 0; tile < tiles; ++tile) work(tile, 0);
  }
};

class PoolExecutor final : public Executor {
 public:
  explicit PoolExecutor(int workers) : shares_(static_cast<size_t>(workers)) {
    for (int worker = 1; worker < workers; ++worker) {
      threads_.push_back(start_thread([this, worker] { serve(worker); }));
    }
  }

  ~PoolExecutor() override {
    stop_ = true;
    announce();
    for (std::thread& thread : threads_) thread.join();
  }

  int workers() const override { return static_cast<int>(threads_.size()) + 1; }

  void run(int tiles, FunctionRef<void(int, int)> work) override {
    if (tiles <= 1) {
      if (tiles == 1) work(0, 0);
      return;
    }
    work_ = &work;
    const int count = workers();
    int end = 0;
    for (int worker = 0; worker < count; ++worker) {
      Share& share = shares_[static_cast<size_t>(worker)];
      share.next.store(end, std::memory_order_relaxed);
      share.end = end = static_cast<int>(static_cast<int64_t>(tiles) * (worker + 1) / count);
    }
    pending_ = count - 1;
    announce();
    claim_tiles(work, 0);
    const auto done = [this] { return pending_ == 0; };
    if (lookout_.look_for(done)) return;
    std::unique_lock lock(mutex_);
    caller_sleeps_ = true;
    done_.wait(lock, done);
    caller_sleeps_ = false;
  }

 private:
  // Who is about to sleep says so first and then looks once more; who changes something looks for sleepers afterwards. One of
  // the two sees the other, because both orders are sequentially consistent.
  void announce() {
    ++generation_;
    if (sleepers_ == 0) return;
    { const std::lock_guard lock(mutex_); }
    wake_.notify_all();
  }

  // The worker's own share first, then what others have left: the same part of an array stays near the same processor from one
  // operation to the next.
  void claim_tiles(FunctionRef<void(int, int)>& work, int worker) {
    const int count = workers();
    for (int turn = 0; turn < count; ++turn) {
      Share& share = shares_[static_cast<size_t>((worker + turn) % count)];
      for (;;) {
        const int tile = share.next.fetch_add(1, std::memory_order_relaxed);
        if (tile >= share.end) break;
        work(tile, worker);
      }
    }
  }

  void serve(int worker) {
    unsigned seen = 0;
    Lookout lookout;
    const auto called = [&] { return generation_ != seen; };
    for (;;) {
      if (!lookout.look_for(called)) {
        std::unique_lock lock(mutex_);
        ++sleepers_;
        wake_.wait(lock, called);
        --sleepers_;
      }
      ++seen;
      if (stop_) return;
      claim_tiles(*work_, worker);
      if (--pending_ > 0 || !caller_sleeps_) continue;
      { const std::lock_guard lock(mutex_); }
      done_.notify_one();
    }
  }

  // Tiles [next, end) that nobody claimed yet; on a cache line of its own.
  struct alignas(64) Share {
    std::atomic<int> next{0};
    int end = 0;
  };

  std::vector<Share> shares_;  // one a worker
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  Lookout lookout_;  // the caller's
  // Written by the caller while every worker waits for the next generation.
  FunctionRef<void(int, int)>* work_ = nullptr;
  std::atomic<unsigned> generation_{0};
  std::atomic<int> pending_{0};
  std::atomic<int> sleepers_{0};
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> stop_{false};
};

}  // namespace

std::unique_ptr<Executor> make_executor(int workers) {
  if (workers <= 1) return std::make_unique<InlineExecutor>();
  return std::make_unique<PoolExecutor>(workers);
}

}  // namespace myelin
