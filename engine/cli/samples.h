// Samples and targets from a user's files (CSV or NPY), as the data set of an experiment has them: raw, before features and
// scaling, flattened channel by channel, row by row. They are told by their contents, not by their names.
#pragma once

#include <string>
#include <vector>

#include "myelin/result.h"
#include "myelin/snapshot.h"

namespace myelin::cli {

// samples x raw inputs. In a table whose header names all inputs of the data set, these columns are taken, in any order and among
// others; otherwise it has just as many columns.
Result<std::vector<double>> read_samples(const std::string& path, const Problem& problem);

// A target for each sample: class indices (in tables also names of classes, or one column per class holding a single 1), or the
// values to predict.
Result<std::vector<double>> read_targets(const std::string& path, const Problem& problem);

}  // namespace myelin::cli
