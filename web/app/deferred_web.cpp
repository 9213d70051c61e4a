// How the program's second half (tools/split.mjs) reaches the training threads: the page puts its bytes into shared memory, and
// a thread that calls into it before then sleeps. A thread of ours never returns to its event loop, so no message could tell it.
#include <emscripten.h>
#include <emscripten/threading.h>

#include <atomic>
#include <cmath>
#include <cstdlib>

namespace {

constinit std::atomic<unsigned> here{0};
constinit std::atomic<int> wanted{0};
constinit unsigned char* bytes = nullptr;
constinit int byte_count = 0;

}  // namespace

extern "C" {

// The page's side: room for the file, then word that it is filled. Never called twice.
EMSCRIPTEN_KEEPALIVE void* myelin_deferred_room(int size) {
  bytes = static_cast<unsigned char*>(std::malloc(static_cast<size_t>(size)));
  byte_count = size;
  return bytes;
}
EMSCRIPTEN_KEEPALIVE void myelin_deferred_here() {
  here.store(1);
  emscripten_futex_wake(&here, 1 << 20);
}
// Whether a thread sleeps for want of it.
EMSCRIPTEN_KEEPALIVE int myelin_deferred_wanted() { return wanted.load(); }

// A thread's side (deferred.js); never on the main thread.
EMSCRIPTEN_KEEPALIVE unsigned char* myelin_deferred_wait() {
  if (here.load() == 0) wanted.store(1);
  while (here.load() == 0) emscripten_futex_wait(&here, 0, HUGE_VAL);
  return bytes;
}
EMSCRIPTEN_KEEPALIVE int myelin_deferred_size() { return byte_count; }

}  // extern "C"
