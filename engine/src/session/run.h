// One run of one experiment, whatever its arithmetic: what the session steers and photographs.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/function_ref.h"
#include "myelin/session.h"

namespace myelin {

class Run {
 public:
  virtual ~Run() = default;
  // One batch. False when the run diverged; error() then says where.
  virtual bool step() = 0;
  virtual int64_t steps() const = 0;
  virtual int64_t epoch() const = 0;
  virtual const Error& error() const = 0;
  // Why the run should end here: what the last finished epoch or a goal that is met says.
  struct Stop {
    StopReason reason = StopReason::none;
    Message text;
  };
  virtual Stop stop() const = 0;
  // Before a step: how long the run has trained, for goals that ask for it.
  virtual void set_seconds(double seconds) = 0;
  virtual Status apply_live(const Experiment& experiment) = 0;
  virtual bool set_weight(int index, double value) = 0;
  // Everything of the snapshot that depends on the weights. Unless `measures`, what asks for all samples (metrics, predictions) is
  // what was measured last. True when something was measured anew.
  virtual bool fill(Snapshot& snapshot, const Watch& watch, bool measures) = 0;
};

// Raw bytes of a named asset; empty when it is not there (yet).
using AssetSource = std::function<std::vector<std::byte>(const std::string&)>;

// The same without a copy, for who keeps the bytes: collections fill a third of a page's memory.
using AssetView = FunctionRef<std::span<const std::byte>(const std::string&)>;

// The data set with its parts assigned; `own`: the samples of kOwnData, null: none. When an asset is missing, `missing` names it and the error says so.
Result<Dataset> load_dataset(const Experiment& experiment, const AssetSource& asset, const Dataset* own, std::string& missing);
// Its pixels may stay in the assets: who has those says so to bytes.keep().
Result<Dataset> make_dataset(const Experiment& experiment, AssetView asset, const Dataset* own, std::string& missing);
void split_dataset(const Experiment& experiment, Dataset& data);

// Compiles the experiment; on success `problem` describes it. Plans for more bytes than the limit are an error.
Result<std::unique_ptr<Run>> make_run(const Experiment& experiment, Dataset data, Executor& executor, int64_t memory_limit,
                                      std::shared_ptr<const Problem>& problem);

}  // namespace myelin
