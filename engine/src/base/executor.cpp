// Workers that look out for the next operation for a moment and then sleep. Every operation calls all of them once, so `run`
// knows when nobody reads the job any more.
#include "base/executor.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

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

// Waits for a moment before it gives up and its thread sleeps: some 0.1 ms, as long as one thread may work alone within a step,
// so that the operations of one step and of the next follow each other awake (0.3 us; waking takes 20 us of both). Where that was
// in vain, because nothing followed or others want the cores, it looks only briefly for some times before it tries again: who
// sleeps is woken at once, who looked for too long waits for its turn. The more often it was in vain, the longer it stays brief.
class Lookout {
 public:
  template <class Condition>
  bool look_for(Condition condition) {
    const bool patient = brief_ == 0;
    if (!patient) --brief_;
    for (int look = patient ? kLong : kShort; look > 0; --look) {
      if (condition()) {
        const bool paid = patient && look < kLong - kShort;  // a brief look would not have seen it
        if (paid && next_brief_ > kFewest) next_brief_ /= 2;
        return true;
      }
#if defined(__x86_64__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("isb");
#endif
    }
    if (patient) {
      brief_ = next_brief_;
      next_brief_ = next_brief_ < kMost ? 2 * next_brief_ : kMost;
    }
    return false;
  }

 private:
#if defined(__x86_64__) || defined(__aarch64__)
  static constexpr int kLong = 4000, kShort = 20;
#else
  static constexpr int kLong = 250000, kShort = 1400;  // nothing makes a look last: 0.4 ns in V8, 26 ns with a pause
#endif
  static constexpr int kFewest = 4, kMost = 64;
  int brief_ = 0, next_brief_ = kFewest;
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
