#include "train/epoch_rules.h"

#include <string>

namespace myelin {

void EpochRules::configure(const Experiment& experiment, bool has_validation) {
  has_validation_ = has_validation;
  if (!(experiment.schedule == schedule_)) {
    schedule_ = experiment.schedule;
    schedule_state_ = {};
    row_ = find_schedule(schedule_.kind);
    schedule_options_ = schedule_options(schedule_.settings);
  }
  if (experiment.stop == stop_) return;
  stop_ = experiment.stop;
  stop_epochs_ = stop_["epochs"];
  stop_gradient_ = stop_["gradient"];
  patience_ = stop_["patience"];
  min_delta_ = stop_["min_delta"];
  stop_on_training_ = stop_.choice("watched") == "train";
  restore_ = stop_.on("restore");
  best_loss_ = std::numeric_limits<double>::infinity();
  best_epoch_ = waited_ = 0;
  reason_ = StopReason::none;
}

double EpochRules::rate_factor(int64_t epoch) const {
  return row_->factor != nullptr ? row_->factor(schedule_options_, epoch) : schedule_state_.factor;
}

bool EpochRules::watches(SplitPart part) const {
  return (patience_ > 0 && part == stop_part()) || (row_->watches_loss && part == schedule_part());
}

bool EpochRules::observe(const Epoch& epoch) {
  if (row_->watches_loss) observe_loss(schedule_options_, epoch.losses[static_cast<size_t>(schedule_part())], schedule_state_);
  reason_ = StopReason::none;
  bool best = false;
  if (patience_ > 0) {
    const double loss = epoch.losses[static_cast<size_t>(stop_part())];
    best = loss < best_loss_ - min_delta_;  // never where the loss is not a number
    if (best) {
      best_loss_ = loss;
      best_epoch_ = epoch.finished;
      waited_ = 0;
    } else if (static_cast<double>(++waited_) >= patience_) {
      reason_ = StopReason::patience;
      waited_ = 0;  // who goes on by hand gets as much patience again
    }
  }
  if (stop_gradient_ > 0 && epoch.longest_gradient < stop_gradient_) reason_ = StopReason::gradient;
  if (epoch.errors == 0) reason_ = StopReason::no_error;
  if (stop_epochs_ > 0 && static_cast<double>(epoch.finished) >= stop_epochs_ && reason_ == StopReason::none) reason_ = StopReason::epochs;
  return best;
}

Message stop_sentence(StopReason reason, int64_t best_epoch, bool restored) {
  switch (reason) {
    case StopReason::none: return {};
    case StopReason::asked: return {"The epochs or steps asked for are done.", "Les époques ou les pas demandés sont faits."};
    case StopReason::epochs: return {"The number of epochs is reached.", "Le nombre d’époques est atteint."};
    case StopReason::seconds: return {"The time is up.", "Le temps est écoulé."};
    case StopReason::gradient:
      return {"The gradient is almost zero: the weights hardly move any more.",
              "Le gradient est presque nul : les poids ne bougent presque plus."};
    case StopReason::patience: {
      const std::string epoch = std::to_string(best_epoch);
      if (!restored) return {"The loss no longer falls; it was lowest after epoch " + epoch + ".",
                             "Le coût ne baisse plus ; il était au plus bas après l’époque " + epoch + "."};
      return {"The loss no longer falls: the weights are again those of epoch " + epoch + ", where it was lowest.",
              "Le coût ne baisse plus : les poids sont à nouveau ceux de l’époque " + epoch + ", où il était au plus bas."};
    }
    case StopReason::no_error: return {"A whole epoch passed without an error.", "Une époque entière est passée sans erreur."};
    case StopReason::goal: return {"The goal is met.", "L’objectif est atteint."};
  }
  return {};
}

}  // namespace myelin
