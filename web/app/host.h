// Who pumps the session: a worker thread, or slices between frames in pages without cross-origin isolation.
#pragma once

#include <memory>

#include "myelin/session.h"

namespace myelin::web {

// A page has 256 MB of fixed memory; what a run may plan leaves room for the program, its pictures and its snapshots.
inline constexpr int64_t kMemoryLimit = 160 * 1024 * 1024;

class Host {
 public:
  virtual ~Host() = default;
  virtual bool post(Command command) = 0;
  virtual const Snapshot& latest() = 0;
  virtual void frame() {}               // once per frame: the inline host trains here for 6 to 8 ms
  virtual bool needs_frames() const = 0;  // true while training depends on frame()
  virtual int threads() const = 0;      // 0: inline
};

std::unique_ptr<Host> make_worker_host(int threads);  // the only file of web/ that names threads
std::unique_ptr<Host> make_inline_host();

}  // namespace myelin::web
