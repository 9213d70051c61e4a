// Who pumps the session: a worker thread, or slices between frames in pages without cross-origin isolation.
#pragma once

#include <memory>

#include "myelin/session.h"

namespace myelin::web {

// A page has 256 MB of fixed memory; what a run may plan leaves room for the program, its pictures and its snapshots.
inline constexpr int64_t kMemoryLimit = 112 * 1024 * 1024;

// How long a page without threads may train between two pictures: what a sixtieth of a second leaves after the last one, and never
// so little that training stands still. A page that draws rarely has nothing to lose by long slices.
constexpr int64_t slice_us(int64_t picture_us) {
  constexpr int64_t kDisplay = 16'700, kBrowser = 1'200, kLeast = 4'000, kMost = 12'000;
  const int64_t left = kDisplay - kBrowser - picture_us;
  return left < kLeast ? kLeast : left > kMost ? kMost : left;
}

class Host {
 public:
  virtual ~Host() = default;
  virtual bool post(Command command) = 0;
  virtual const Snapshot& latest() = 0;
  // Once per frame: the inline host trains here. `picture_us`: what drawing took in the last frame, 0 when nothing was drawn.
  virtual void frame(int64_t picture_us) { (void)picture_us; }
  virtual bool needs_frames() const = 0;  // true while training depends on frame()
  virtual int threads() const = 0;      // 0: inline
};

std::unique_ptr<Host> make_worker_host(int threads);  // the only file of web/ that names threads
std::unique_ptr<Host> make_inline_host();

}  // namespace myelin::web
