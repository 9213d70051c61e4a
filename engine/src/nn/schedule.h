// A learning-rate schedule: a row of a table. It answers with a factor for the optimiser's own rate, a function of the number
// of finished epochs, or of a loss that it watches (plateau).
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "myelin/catalog.h"

namespace myelin {

// As the row's fields name them.
struct ScheduleOptions {
  double every = 10;        // step: epochs between two changes
  double factor = 0.1;      // of a change
  double epochs = 100;      // cosine: until the end
  double floor = 0;         // cosine: share of the rate that is left at the end
  double warm = 5;          // warm_up: epochs
  double start = 0.1;       // warm_up: share of the rate at the start
  bool then_cosine = false;
  double patience = 10;     // plateau
  double threshold = 1e-4;
  bool on_training = false; // plateau watches the training loss, not the validation loss
};

// What plateau remembers.
struct ScheduleState {
  double factor = 1;
  double best = std::numeric_limits<double>::infinity();
  double bad_epochs = 0;
};

struct ScheduleRow {
  Row row;
  bool watches_loss = false;                                       // observe() is called after each epoch
  double (*factor)(const ScheduleOptions&, int64_t epoch) = nullptr;  // null: ScheduleState::factor
};

std::span<const ScheduleRow* const> schedule_rows();
const ScheduleRow* find_schedule(std::string_view key);
ScheduleOptions schedule_options(const Settings& settings);

// ReduceLROnPlateau of PyTorch (mode "min", threshold_mode "rel", no cooldown): after more than `patience` epochs without a
// loss below best * (1 - threshold), the factor is multiplied. Unlike PyTorch, reductions never stop at 1e-8.
void observe_loss(const ScheduleOptions& options, double loss, ScheduleState& state);

}  // namespace myelin
