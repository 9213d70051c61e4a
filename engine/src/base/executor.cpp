// Workers that sleep between operations. Every operation wakes all of them once, so `run` knows when nobody reads the job
// any more.
#include "base/executor.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

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
  explicit PoolExecutor(int workers) {
    for (int worker = 1; worker < workers; ++worker) {
      threads_.emplace_back([this, worker] { serve(worker); });
    }
  }

  ~PoolExecutor() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  int workers() const override { return static_cast<int>(threads_.size()) + 1; }

  void run(int tiles, FunctionRef<void(int, int)> work) override {
    if (tiles <= 1) {
      if (tiles == 1) work(0, 0);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      work_ = &work;
      tiles_ = tiles;
      next_tile_.store(0, std::memory_order_relaxed);
      pending_ = static_cast<int>(threads_.size());
      ++generation_;
    }
    wake_.notify_all();
    claim_tiles(work, tiles, 0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return pending_ == 0; });
    work_ = nullptr;
  }

 private:
  void claim_tiles(FunctionRef<void(int, int)>& work, int tiles, int worker) {
    for (;;) {
      const int tile = next_tile_.fetch_add(1, std::memory_order_relaxed);
      if (tile >= tiles) return;
      work(tile, worker);
    }
  }

  void serve(int worker) {
    uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return stop_ || generation_ != seen; });
      if (stop_) return;
      seen = generation_;
      FunctionRef<void(int, int)>& work = *work_;
      const int tiles = tiles_;
      lock.unlock();
      claim_tiles(work, tiles, worker);
      lock.lock();
      if (--pending_ == 0) done_.notify_one();
    }
  }

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  FunctionRef<void(int, int)>* work_ = nullptr;
  int tiles_ = 0;
  int pending_ = 0;
  uint64_t generation_ = 0;
  bool stop_ = false;
  std::atomic<int> next_tile_{0};
};

}  // namespace

std::unique_ptr<Executor> make_executor(int workers) {
  if (workers <= 1) return std::make_unique<InlineExecutor>();
  return std::make_unique<PoolExecutor>(workers);
}

}  // namespace myelin
