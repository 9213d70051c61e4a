// How every thread of the engine and the page starts. Emscripten before August 2026 (issue 27492 of emscripten-core/emscripten)
// leaves an Atomics.waitAsync on the memory of each thread that ended: a mutex or a condition that gets this memory later
// loses wake-ups to it, and who waits for one sleeps for ever.
#pragma once

#include <thread>
#include <utility>

namespace myelin {

// work() on a thread of its own; join it.
template <class Work>
std::thread start_thread(Work work) {
  return std::thread([work = std::move(work)]() mutable {
    work();
#if defined(__EMSCRIPTEN__)
    // A waiter that was notified is gone, and nobody sends messages to a thread that ends. (<thread> declares pthread_self there.)
    __builtin_wasm_memory_atomic_notify(reinterpret_cast<int*>(pthread_self()), ~0u);
#endif
  });
}

}  // namespace myelin
