// Workers that look out for the next operation for a moment and then sleep. Every operation calls all of them once, so `run`
// knows when nobody reads the job any more.
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

// Waits for a moment before it gives up and its thread sleeps: 10 to 50 us, a few times what falling asleep and waking costs, so
// that the operations of one step follow each other awake, and a pause between steps costs nothing. Where that was in vain,
// because others want the cores, it looks only briefly and tries again later: who sleeps is woken at once, who looked for too
// long waits for its turn.
class Lookout {
 public:
  template <class Condition>
  bool look_for(Condition condition) {
    const bool patient = was_right_ || ++times_ % kEvery == 0;
    for (int look = patient ? kLong : kShort; look > 0; --look) {
      if (condition()) {
        was_right_ = patient;
        return true;
      }
#if defined(__x86_64__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("isb");
#endif
    }
    was_right_ = false;
    return false;
  }

 private:
#if defined(__x86_64__) || defined(__aarch64__)
  static constexpr int kLong = 1000, kShort = 20;
#else
  static constexpr int kLong = 10000, kShort = 200;  // nothing here makes a look last
#endif
  static constexpr unsigned kEvery = 64;
  bool was_right_ = true;
  unsigned times_ = 0;
};

class PoolExecutor final : public Executor {
 public:
  explicit PoolExecutor(int workers) {
    for (int worker = 1; worker < workers; ++worker) {
      threads_.emplace_back([this, worker] { serve(worker); });
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
    tiles_ = tiles;
    next_tile_.store(0, std::memory_order_relaxed);
    pending_ = static_cast<int>(threads_.size());
    announce();
    claim_tiles(work, tiles, 0);
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

  void claim_tiles(FunctionRef<void(int, int)>& work, int tiles, int worker) {
    for (;;) {
      const int tile = next_tile_.fetch_add(1, std::memory_order_relaxed);
      if (tile >= tiles) return;
      work(tile, worker);
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
      claim_tiles(*work_, tiles_, worker);
      if (--pending_ > 0 || !caller_sleeps_) continue;
      { const std::lock_guard lock(mutex_); }
      done_.notify_one();
    }
  }

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  Lookout lookout_;  // the caller's
  // Written by the caller while every worker waits for the next generation.
  FunctionRef<void(int, int)>* work_ = nullptr;
  int tiles_ = 0;
  std::atomic<unsigned> generation_{0};
  std::atomic<int> pending_{0};
  std::atomic<int> sleepers_{0};
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> stop_{false};
  std::atomic<int> next_tile_{0};
};

}  // namespace

std::unique_ptr<Executor> make_executor(int workers) {
  if (workers <= 1) return std::make_unique<InlineExecutor>();
  return std::make_unique<PoolExecutor>(workers);
}

}  // namespace myelin
