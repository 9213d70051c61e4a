// Two lock-free channels between the front end's thread and the trainer's: a ring for commands one way, a triple buffer for
// snapshots the other way. Neither side ever waits: the browser's main thread must not.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>

namespace myelin {

// One writer, one reader. Capacity - 1 items fit.
template <class Item, size_t Capacity>
class Ring {
 public:
  bool push(Item item) {
    const size_t tail = tail_.load(std::memory_order_relaxed);
    const size_t next = (tail + 1) % Capacity;
    if (next == head_.load(std::memory_order_acquire)) return false;
    items_[tail] = std::move(item);
    tail_.store(next, std::memory_order_release);
    return true;
  }
  bool pop(Item& item) {
    const size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    item = std::move(items_[head]);
    head_.store((head + 1) % Capacity, std::memory_order_release);
    return true;
  }

 private:
  std::array<Item, Capacity> items_;
  std::atomic<size_t> head_{0};
  std::atomic<size_t> tail_{0};
};

// The writer fills back() and publishes it; the reader sees the newest published value in front(). The third buffer passes
// between them, so neither side touches what the other holds.
template <class Value>
class TripleBuffer {
 public:
  Value& back() { return buffers_[static_cast<size_t>(back_)]; }
  void publish() { back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kIndex; }
  const Value& front() {
    if (middle_.load(std::memory_order_relaxed) & kFresh) {
      front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kIndex;
    }
    return buffers_[static_cast<size_t>(front_)];
  }

 private:
  static constexpr int kFresh = 4;
  static constexpr int kIndex = 3;
  std::array<Value, 3> buffers_;
  int back_ = 0;
  std::atomic<int> middle_{1};
  int front_ = 2;
};

}  // namespace myelin
