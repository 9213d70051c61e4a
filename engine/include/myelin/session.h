// A run behind a mailbox: commands in, snapshots out, and a host that pumps. The same code serves a worker thread and a
// page that trains in slices between frames. The session starts no thread and reads no clock but the one it is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "myelin/experiment.h"
#include "myelin/snapshot.h"

namespace myelin {

// Replaces the experiment. Changes of live fields only go on with the run; anything else starts over, paused or running
// as before.
struct SetExperiment {
  Experiment experiment;
  // The samples of kOwnData; the session keeps them for the experiments after this one. Null: those that it has.
  std::shared_ptr<const Dataset> own = {};
};
struct SetWeight {
  int index = 0;  // in the flat parameters
  double value = 0;
};
// Runs until paused, or until the goal (absolute counts; 0 = none).
struct Play {
  int64_t until_epoch = 0;
  int64_t until_step = 0;
};
struct Pause {};
struct Step {
  enum class Unit { batch, epoch } unit = Unit::batch;
  int count = 1;
};
// Back to step 0 of the same experiment: the same data, the same first weights. The run is paused.
struct Reset {};
// Batches per second; 0 = as fast as possible.
struct SetSpeed {
  double batches_per_second = 0;
};
// What the pictures need. Nothing else is computed.
struct Watch {
  int map_size = 0;       // width and height of the maps of every unit; 0 = none
  int surface_size = 0;   // of the output surface; 0 = none
  int focus_node = -1;    // one unit in the surface's resolution ...
  int focus_unit = -1;
  bool predictions = false;
  SplitPart predictions_part = SplitPart::test;
  int probe_sample = -1;
  friend bool operator==(const Watch&, const Watch&) = default;
};
// The bytes of an asset the session asked for. An empty payload says that it cannot be had.
struct LoadAsset {
  std::string name;
  std::vector<std::byte> bytes;
};

using Command = std::variant<SetExperiment, SetWeight, Play, Pause, Step, Reset, SetSpeed, Watch, LoadAsset>;

// Bytes that a run may plan where nobody says otherwise: a link must not take a machine's memory.
inline constexpr int64_t kUsualMemoryLimit = int64_t{4} << 30;

struct SessionOptions {
  int threads = 1;                           // of the executor that shares the work of one step; at least 1
  std::function<int64_t()> now_us;           // a monotonic clock in microseconds
  int64_t snapshot_interval_us = 50'000;     // between snapshots while running
  int64_t memory_limit = kUsualMemoryLimit;       // more is an error, not a crash
};

enum class PumpResult {
  idle,     // nothing to do until the next command
  waiting,  // the speed limit says: nothing to do for Session::wait_us()
  busy,     // there is more work
};

class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();

  // From the front end's thread. False when the mailbox is full: try again later.
  bool post(Command command);
  // From the front end's thread: the newest snapshot. The reference holds until the next call.
  const Snapshot& latest();

  // From the host's thread: obeys the commands, then trains for about this long. Publishes snapshots as it goes.
  PumpResult pump(int64_t budget_us);
  // After `waiting`: how long until the next step is due.
  int64_t wait_us() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Compiles an experiment without training: what `myelin summary` prints.
Result<Problem> describe(const Experiment& experiment, const std::function<std::vector<std::byte>(const std::string&)>& asset,
                         const Dataset* own = nullptr);

}  // namespace myelin
