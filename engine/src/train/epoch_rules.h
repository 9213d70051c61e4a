// What is decided between two epochs: the learning rate's factor, and whether the run has come to its end. Knows no clock, no
// network and no data; the trainer tells it what it measured.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "myelin/experiment.h"
#include "myelin/snapshot.h"
#include "nn/schedule.h"

namespace myelin {

class EpochRules {
 public:
  struct Epoch {
    int64_t finished = 0;        // epochs, this one included
    double longest_gradient = 0;  // of its batches
    int errors = -1;             // samples on which the perceptron's rule moved the weights; -1: no such rule
    std::array<double, kSplitParts> losses{};  // where watches() asked for them
  };

  // Takes over the settings; what was remembered is forgotten where they differ.
  void configure(const Experiment& experiment, bool has_validation);

  double rate_factor(int64_t epoch) const;
  // Whether the loss of this part must be measured after each epoch.
  bool watches(SplitPart part) const;
  bool watches_gradient() const { return stop_gradient_ > 0; }
  // Whether the weights of the lowest loss are to be kept.
  bool restores() const { return patience_ > 0 && restore_; }

  // True when this epoch has the lowest loss so far.
  bool observe(const Epoch& epoch);
  StopReason reason() const { return reason_; }
  // The weights were changed by hand: what was a reason is none any more.
  void go_on() {
    reason_ = StopReason::none;
    waited_ = 0;
  }
  int64_t best_epoch() const { return best_epoch_; }  // 0: none yet

 private:
  SplitPart stop_part() const { return stop_on_training_ || !has_validation_ ? SplitPart::train : SplitPart::validation; }
  SplitPart schedule_part() const { return schedule_options_.on_training || !has_validation_ ? SplitPart::train : SplitPart::validation; }

  Part schedule_;
  Settings stop_;
  const ScheduleRow* row_ = nullptr;
  ScheduleOptions schedule_options_;
  ScheduleState schedule_state_;
  bool has_validation_ = false, stop_on_training_ = false, restore_ = false;
  double stop_epochs_ = 0, stop_gradient_ = 0, patience_ = 0, min_delta_ = 0;
  double best_loss_ = std::numeric_limits<double>::infinity();
  int64_t best_epoch_ = 0, waited_ = 0;
  StopReason reason_ = StopReason::none;
};

// In a sentence, for people.
Message stop_sentence(StopReason reason, int64_t best_epoch, bool restored);

}  // namespace myelin
