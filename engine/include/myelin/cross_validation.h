// k-fold cross-validation: the same experiment trained k times, each time tested on another k-th of the samples, so that every
// sample is tested once by a network that has not seen it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "myelin/experiment.h"
#include "myelin/snapshot.h"

namespace myelin {

struct Spread {
  double mean = 0;
  double deviation = 0;   // of the folds as a sample: divided by k - 1; 0 for a single value
};
Spread spread_of(std::span<const double> values);  // NaN where there are none

struct CrossValidation {
  struct Fold {
    Metrics train, test;
    std::vector<int> tested;  // the samples of its test part
    int64_t epochs = 0;
  };
  std::vector<Fold> folds;
  Spread loss, accuracy;      // of the test parts; accuracy is NaN for regression
};

struct CrossValidationOptions {
  int folds = 10;             // preparation.folds of the experiment is not asked
  int64_t epochs = 100;       // of each fold, unless a rule of the experiment stops it before
  int threads = 1;
  const Dataset* own = nullptr;   // the samples of kOwnData
  std::function<bool(int fold, int64_t epoch)> keep_going = {};  // asked after every epoch; false: an Error that says so
};

// Splits are those of preparation.folds and preparation.fold, stratified or not as the experiment says.
Result<CrossValidation> cross_validate(const Experiment& experiment, const CrossValidationOptions& options,
                                       const std::function<std::vector<std::byte>(const std::string&)>& asset);

}  // namespace myelin
