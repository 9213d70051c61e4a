// What a run looks like at one moment. The trainer writes snapshots, the pictures only read them.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "myelin/dataset.h"
#include "myelin/experiment.h"
#include "myelin/result.h"
#include "myelin/shape.h"

namespace myelin {

// One parameter tensor of a node, a range of the flat parameter array.
struct ParamInfo {
  std::string name;   // "weight" (out x in, row-major) or "bias" (out)
  Shape shape;
  int offset = 0;     // first index in the flat array
  int count = 0;
  bool trained = true;  // false: running statistics of a normalisation
};

struct NodeInfo {
  std::string kind;
  std::vector<int> inputs;
  Shape shape;                  // of its value
  std::vector<ParamInfo> params;
  int64_t parameters = 0;       // without running statistics, as papers count them
  int64_t multiply_adds = 0;    // forward, one sample
  bool frozen = false;          // keeps its parameters as they are
};

// What is being trained: fixed from one restart to the next, shared by all its snapshots.
struct Problem {
  Experiment experiment;              // as it stood at the restart
  Dataset data;
  std::vector<Message> input_labels;  // of the network's inputs (features or columns); empty for images
  std::vector<NodeInfo> nodes;
  int64_t parameters = 0;             // without running statistics; Snapshot::parameters holds those, too
  int64_t multiply_adds = 0;
  std::array<int, kSplitParts> samples{};  // per part
  bool output_in_loss = false;        // the output activation is computed by the loss (softmax, sigmoid)
  double target_low = 0;              // how class 0 and class 1 of a binary task are coded: 0/1, or -1/+1 for tanh
};

// NaN where there is nothing to measure.
struct Metrics {
  double loss = std::numeric_limits<double>::quiet_NaN();
  double accuracy = std::numeric_limits<double>::quiet_NaN();  // in [0, 1]; NaN for regression
};

struct CurvePoint {
  int64_t step = 0;
  int64_t epoch = 0;
  std::array<Metrics, kSplitParts> metrics;
  int errors = -1;  // samples on which the perceptron's rule moved the weights in the epoch that ends here; -1: no such rule
};

// Why a run ended by itself.
enum class StopReason {
  none,
  asked,     // the goal that Play was given
  epochs,    // stop.epochs
  seconds,   // stop.seconds
  gradient,  // shorter than stop.gradient
  patience,  // the loss has not fallen for stop.patience epochs
  no_error,  // the perceptron's rule made no error in a whole epoch
  goal,      // Experiment::goal is met
};

enum class RunState {
  waiting,   // for an asset named in Snapshot::missing_asset
  paused,
  running,
  finished,  // see Snapshot::stop_reason
  diverged,  // the loss is no longer a number; weights are the last good ones
  failed,    // the experiment cannot be run: see Snapshot::error
};

// A grid of values over the plane for each unit of a node, taken at the centres of the cells; row 0 is the one next to y_max,
// column 0 the one next to x_min.
struct UnitMaps {
  int node = 0;
  int units = 0;
  int width = 0;
  int height = 0;             // 1 for a one-dimensional plane
  std::vector<float> values;  // units x height x width
};

// What the network answers for each sample of one part, in the order of `samples`.
struct Predictions {
  SplitPart part = SplitPart::test;
  int outputs = 0;
  std::vector<int> samples;          // indices into Problem::data
  std::vector<float> values;         // samples x outputs: probabilities, or regression values
  std::vector<float> losses;         // per sample
  std::vector<int> confusion;        // classes x classes: row = true class, column = predicted; empty for regression
};

// The values of every node for one sample ("probe").
struct Probe {
  int sample = -1;
  std::vector<std::vector<float>> values;  // per node
};

struct Snapshot {
  uint64_t sequence = 0;    // grows with every published snapshot
  uint64_t run = 0;         // grows with every restart
  std::shared_ptr<const Problem> problem;  // null until the first experiment was compiled
  Experiment experiment;    // now: like problem->experiment, with live changes
  RunState state = RunState::paused;
  Error error;              // failed, diverged
  StopReason stop_reason = StopReason::none;  // finished
  Message stop_text;        // the same in a sentence
  std::string missing_asset;
  int64_t step = 0;
  int64_t epoch = 0;        // finished epochs
  int batch_in_epoch = 0;   // finished batches of the current epoch
  std::array<Metrics, kSplitParts> metrics;  // of the weights below; while a run is on its way, measured a moment ago
  std::vector<CurvePoint> curve;
  std::vector<double> parameters;            // flat
  std::vector<UnitMaps> maps;                // hidden and input nodes that are watched
  UnitMaps surface;                          // of the output, as predictions (probabilities)
  UnitMaps focus;                            // the one unit of Watch::focus_*, in the surface's resolution
  Predictions predictions;
  Probe probe;
  int threads = 1;
  int batches_per_epoch = 0;
  double rate = 0;                           // learning rate of the next step: the optimiser's, times the schedule's factor
  double seconds = 0;                        // spent on training since the start of the run
  int64_t bytes = 0;                         // memory that training holds: model, parameters, optimiser, one batch
  double batches_per_second = 0;
};

}  // namespace myelin
