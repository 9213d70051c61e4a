// Trains between two pictures, in slices short enough that the page stays fluid. No threads: runs in any page.
#include <algorithm>

#include "app/host.h"
#include "app/platform.h"

namespace myelin::web {
namespace {

// Snapshots cost frame time here, so there are fewer than with a worker.
constexpr int64_t kSnapshotUs = 66'000;

class InlineHost final : public Host {
 public:
  InlineHost() : session_({.threads = 1, .now_us = now_us, .snapshot_interval_us = kSnapshotUs, .memory_limit = kMemoryLimit}) {}
  bool post(Command command) override {
    awake_ = true;  // also when the mailbox is full: the next frame empties it
    return session_.post(std::move(command));
  }
  const Snapshot& latest() override { return session_.latest(); }
  void frame(int64_t picture_us) override {
    // The dearest picture of late: one slow picture in ten must not be followed by a long slice.
    picture_us_ = std::max(picture_us, picture_us_ * 7 / 8);
    if (awake_) awake_ = session_.pump(slice_us(picture_us_)) != PumpResult::idle;
  }
  bool needs_frames() const override { return awake_; }
  int threads() const override { return 0; }

 private:
  Session session_;
  int64_t picture_us_ = 0;
  bool awake_ = true;  // the first pump publishes the first snapshot
};

}  // namespace

std::unique_ptr<Host> make_inline_host() { return std::make_unique<InlineHost>(); }

}  // namespace myelin::web
