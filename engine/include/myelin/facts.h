// What controls must know about a choice before it is run: which task a data set poses and which tasks a loss serves.
#pragma once

#include <string_view>

#include "myelin/dataset.h"
#include "myelin/experiment.h"
#include "myelin/result.h"

namespace myelin {

struct DatasetFacts {
  Task task = Task::binary;
  int outputs = 1;             // Dataset::output_units()
  Shape input_shape;           // of one raw sample
  bool uses_features = false;
  int plane_dimensions = 0;
};
// Generated data is asked with few samples; data from files says it in its row.
Result<DatasetFacts> dataset_facts(const Part& data);

// Why this network cannot serve this data, as far as that can be said without files: wiring, shapes, output and loss. No value: it can.
Status check_network(const Experiment& experiment);

// True for data sets without samples and for presets on them: a summary shows their layers, but nothing can train.
bool only_described(Kind kind, std::string_view key);

struct LossFacts {
  std::string_view contains;   // the output activation that belongs to it: "", "sigmoid", "softmax"
  bool regression = false, binary = false, classes = false;
  bool rebuilds = false;       // the target of a sample is its own input: for every task
  bool serves(Task task) const {
    if (rebuilds) return true;
    return task == Task::regression ? regression : task == Task::binary ? binary : classes;
  }
};
// The key must exist.
LossFacts loss_facts(std::string_view key);

// The network's input values for these settings: active features of the plane, or the raw inputs.
int input_width(const DatasetFacts& facts, const Settings& features);

}  // namespace myelin
