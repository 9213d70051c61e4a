// k-fold cross-validation: the same experiment trained k times, each time tested on another k-th of the samples, so that every
// sample is tested once by a network that has not seen it. And the loop over epochs that it shares with single runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "myelin/experiment.h"
#include "myelin/session.h"
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
    double seconds = 0;       // of training, by the options' clock
    bool diverged = false;    // the metrics are those of the last good weights
  };
  std::vector<Fold> folds;
  Spread loss, accuracy;      // of the test parts; accuracy is NaN for regression
};

using AssetBytes = std::function<std::vector<std::byte>(const std::string&)>;

struct CrossValidationOptions {
  int folds = 10;             // preparation.folds of the experiment is not asked
  int64_t epochs = 100;       // of each fold, unless a rule of the experiment stops it before
  int threads = 1;
  std::shared_ptr<const Dataset> own = {};  // the samples of kOwnData
  std::function<int64_t()> now_us = {};     // for stop.seconds and Fold::seconds; without a clock no time passes
  std::function<bool(int fold, const Snapshot&)> keep_going = {};  // asked after every epoch; false: an Error that says so
  std::function<void(int fold, const CrossValidation::Fold&, const Snapshot& last)> finished = {};
};

// Splits are those of preparation.folds and preparation.fold, stratified or not as the experiment says.
Result<CrossValidation> cross_validate(const Experiment& experiment, const CrossValidationOptions& options,
                                       const AssetBytes& asset);

// Pumps a session that nobody else pumps until it has nothing left to do, bringing the files it asks for.
const Snapshot& pump_until_idle(Session& session, const AssetBytes& asset);
// Until so many epochs are done, the run ends by a rule of its own, it diverges, or `seen`, called after each epoch, says false.
// The session's snapshot interval should be endless: each snapshot measures all samples.
void train_epochs(Session& session, int64_t epochs, const AssetBytes& asset, const std::function<bool(const Snapshot&)>& seen);

}  // namespace myelin
