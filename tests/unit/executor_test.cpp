// The worker pool and the channels between threads; run under ThreadSanitizer too.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#if defined(__EMSCRIPTEN__)
#include <pthread.h>
#endif

#include "base/executor.h"
#include "base/lookout.h"
#include "base/mailbox.h"
#include "myelin/thread.h"

namespace myelin {
namespace {

// Looks until the condition is true at the given one (0: never); how often it was asked.
int looks(Lookout& lookout, int true_at) {
  int count = 0;
  const bool seen = lookout.look_for([&] { return ++count == true_at; });
  CHECK(seen == (true_at > 0 && count == true_at));
  return count;
}

// Waits in vain until a patient one; how many brief ones came before it.
int brief_waits(Lookout& lookout) {
  for (int brief = 0;; ++brief) {
    const int count = looks(lookout, 0);
    if (count == Lookout::kLong) return brief;
    REQUIRE(count == Lookout::kShort);
  }
}

}  // namespace

TEST_SUITE("executor") {
  TEST_CASE("who looks out in vain looks briefly for a while, each time longer") {
    Lookout lookout;
    CHECK(brief_waits(lookout) == 0);
    for (int expected = Lookout::kFewest; expected < Lookout::kMost; expected *= 2) CHECK(brief_waits(lookout) == expected);
    for (int again = 0; again < 3; ++again) CHECK(brief_waits(lookout) == Lookout::kMost);
  }

  TEST_CASE("only what a brief look would have missed makes looking out pay again") {
    for (const bool late : {false, true}) {
      Lookout lookout;
      for (int wait = 0; wait < 4; ++wait) brief_waits(lookout);  // the next spell is kFewest, doubled four times
      for (int wait = 0; wait < 16 * Lookout::kFewest; ++wait) looks(lookout, Lookout::kShort);  // seen in time: until the spell is over, and after it
      const int at = Lookout::kShort + (late ? 1 : 0);
      CHECK(looks(lookout, at) == at);
      CHECK(brief_waits(lookout) == 0);  // it stays patient while it sees something
      CHECK(brief_waits(lookout) == (late ? 8 : 16) * Lookout::kFewest);
    }
  }

  TEST_CASE("every tile runs exactly once, for any number of workers") {
    for (int workers : {1, 2, 3, 5, 8}) {
      const auto executor = make_executor(workers);
      REQUIRE(executor->workers() == workers);
      for (int tiles : {0, 1, 2, 7, 64, 1000}) {
        std::vector<std::atomic<int>> runs(static_cast<size_t>(tiles));
        std::atomic<bool> worker_in_range{true};
        executor->run(tiles, [&](int tile, int worker) {
          runs[static_cast<size_t>(tile)].fetch_add(1);
          if (worker < 0 || worker >= workers) worker_in_range = false;
        });
        CHECK(worker_in_range);
        for (const std::atomic<int>& count : runs) CHECK(count.load() == 1);
      }
    }
  }

  TEST_CASE("what tiles wrote is visible to the caller when run returns") {
    const auto executor = make_executor(4);
    std::vector<int> plain(500, 0);
    for (int round = 1; round <= 200; ++round) {
      executor->run(500, [&](int tile, int) { plain[static_cast<size_t>(tile)] += tile; });
      REQUIRE(plain[499] == 499 * round);
    }
  }

#if defined(__EMSCRIPTEN__)
  // Whoever gets the memory of an ended thread would lose wake-ups to a waiter left there: myelin/thread.h.
  TEST_CASE("workers that ended leave no waiter on their memory") {
    std::atomic<int*> memory{nullptr};
    {
      const auto executor = make_executor(2);
      while (memory == nullptr) {
        executor->run(2, [&](int, int worker) {
          if (worker == 1) memory = reinterpret_cast<int*>(pthread_self());
          else std::this_thread::yield();
        });
      }
    }
    CHECK(__builtin_wasm_memory_atomic_notify(memory, ~0u) == 0);
  }
#endif

  TEST_CASE("a ring hands over every command in order and says when it is full") {
    Ring<int, 8> ring;
    std::atomic<int> failures{0};
    std::thread writer = start_thread([&] {
      for (int i = 0; i < 10'000;) {
        if (ring.push(i)) ++i;
        else std::this_thread::yield();
      }
    });
    for (int expected = 0; expected < 10'000;) {
      int item = -1;
      if (!ring.pop(item)) {
        std::this_thread::yield();
        continue;
      }
      if (item != expected) ++failures;
      ++expected;
    }
    writer.join();
    CHECK(failures == 0);
    for (int i = 0; i < 7; ++i) CHECK(ring.push(i));
    CHECK_FALSE(ring.push(7));
  }

  TEST_CASE("a reader of the triple buffer sees whole values that never go back") {
    struct Pair { int a = 0, b = 0; };
    TripleBuffer<Pair> buffer;
    std::thread writer = start_thread([&] {
      for (int i = 1; i <= 50'000; ++i) {
        buffer.back() = {i, -i};
        buffer.publish();
      }
    });
    int last = 0;
    bool torn = false, backwards = false;
    while (last < 50'000) {
      const Pair& pair = buffer.front();
      torn = torn || pair.a != -pair.b;
      backwards = backwards || pair.a < last;
      last = pair.a;
    }
    writer.join();
    CHECK_FALSE(torn);
    CHECK_FALSE(backwards);
  }
}

}  // namespace myelin
