#include "myelin/cross_validation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace myelin {
namespace {

Spread tests_of(const std::vector<CrossValidation::Fold>& folds, double Metrics::*metric) {
  std::vector<double> values;
  for (const CrossValidation::Fold& fold : folds) values.push_back(fold.test.*metric);
  return spread_of(values);
}

}  // namespace

Spread spread_of(std::span<const double> values) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {kNone, kNone};
  const auto count = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (double value : values) sum += value;
  const double mean = sum / count;
  for (double value : values) squares += (value - mean) * (value - mean);
  return {mean, values.size() > 1 ? std::sqrt(squares / (count - 1)) : 0};
}

const Snapshot& pump_until_idle(Session& session, const AssetBytes& asset) {
  for (;;) {
    while (session.pump(100'000) != PumpResult::idle) {
    }
    const Snapshot& snapshot = session.latest();
    if (snapshot.state != RunState::waiting) return snapshot;
    const std::string name = snapshot.missing_asset;
    session.post(LoadAsset{name, asset(name)});
  }
}

// A rule of the run's own is noticed when the next epoch is asked for: nothing is trained then.
void train_epochs(Session& session, int64_t epochs, const AssetBytes& asset, const std::function<bool(const Snapshot&)>& seen) {
  for (int64_t epoch = session.latest().epoch + 1; epoch <= epochs + 1; ++epoch) {
    session.post(Play{.until_epoch = std::min(epoch, epochs), .until_step = 0});
    const Snapshot& snapshot = pump_until_idle(session, asset);
    if (snapshot.state != RunState::finished || snapshot.stop_reason != StopReason::asked || epoch > epochs || !seen(snapshot)) return;
  }
}

Result<CrossValidation> cross_validate(const Experiment& experiment, const CrossValidationOptions& options, const AssetBytes& asset) {
  CrossValidation result;
  Experiment one = experiment;
  one.preparation.set("folds", options.folds);
  const int folds = one.preparation.integer("folds");
  if (folds < 2) return Error{{"Cross-validation needs at least two folds.", "La validation croisée demande au moins deux plis."}};
  const std::function<int64_t()> now_us = options.now_us ? options.now_us : [] { return int64_t{0}; };
  for (int fold = 0; fold < folds; ++fold) {
    one.preparation.set("fold", fold + 1);
    Session session({.threads = options.threads, .now_us = now_us, .snapshot_interval_us = std::numeric_limits<int64_t>::max()});
    session.post(SetExperiment{one, options.own});
    const Snapshot& start = pump_until_idle(session, asset);
    if (start.state == RunState::failed) return start.error;
    if (start.problem->data.count < folds) {
      return Error{{"There are fewer samples than folds.", "Il y a moins d’exemples que de plis."}};
    }
    const int64_t since_us = now_us();
    bool going = true;
    train_epochs(session, options.epochs, asset, [&](const Snapshot& snapshot) { return going = !options.keep_going || options.keep_going(fold, snapshot); });
    if (!going) return Error{{"Cross-validation was interrupted.", "La validation croisée a été interrompue."}};
    const Snapshot& last = session.latest();
    CrossValidation::Fold& done = result.folds.emplace_back();
    done.train = last.metrics[static_cast<size_t>(SplitPart::train)];
    done.test = last.metrics[static_cast<size_t>(SplitPart::test)];
    done.epochs = last.epoch;
    done.seconds = static_cast<double>(now_us() - since_us) / 1e6;
    done.diverged = last.state == RunState::diverged;
    const Dataset& data = last.problem->data;
    for (int sample = 0; sample < data.count; ++sample) {
      if (data.part[static_cast<size_t>(sample)] == SplitPart::test) done.tested.push_back(sample);
    }
    if (options.finished) options.finished(fold, done, last);
  }
  result.loss = tests_of(result.folds, &Metrics::loss);
  result.accuracy = tests_of(result.folds, &Metrics::accuracy);
  return result;
}

}  // namespace myelin
