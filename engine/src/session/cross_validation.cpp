#include "myelin/cross_validation.h"

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "myelin/session.h"
#include "session/run.h"

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

Result<CrossValidation> cross_validate(const Experiment& experiment, const CrossValidationOptions& options, const AssetSource& asset) {
  CrossValidation result;
  const std::unique_ptr<Executor> executor = make_executor(options.threads);
  Experiment one = experiment;
  one.preparation.set("folds", options.folds);
  const int folds = one.preparation.integer("folds");
  if (folds < 2) return Error{{"Cross-validation needs at least two folds.", "La validation croisée demande au moins deux plis."}};
  for (int fold = 0; fold < folds; ++fold) {
    one.preparation.set("fold", fold + 1);
    std::string missing;
    Result<Dataset> data = load_dataset(one, asset, options.own, missing);
    if (!data) return data.error();
    if (data->count < folds) {
      return Error{{"There are fewer samples than folds.", "Il y a moins d’exemples que de plis."}};
    }
    std::shared_ptr<const Problem> problem;
    Result<std::unique_ptr<Run>> made = make_run(one, std::move(data.value()), *executor, kUsualMemoryLimit, problem);
    if (!made) return made.error();
    Run& run = *made.value();
    while (run.epoch() < options.epochs) {
      const int64_t epoch = run.epoch();
      if (!run.step()) return run.error();
      if (run.epoch() == epoch) continue;
      if (options.keep_going && !options.keep_going(fold, run.epoch())) {
        return Error{{"Cross-validation was interrupted.", "La validation croisée a été interrompue."}};
      }
      if (run.stop().reason != StopReason::none) break;
    }
    Snapshot snapshot;
    run.fill(snapshot, Watch{});
    CrossValidation::Fold& done = result.folds.emplace_back();
    done.train = snapshot.metrics[static_cast<size_t>(SplitPart::train)];
    done.test = snapshot.metrics[static_cast<size_t>(SplitPart::test)];
    done.epochs = run.epoch();
    for (int sample = 0; sample < problem->data.count; ++sample) {
      if (problem->data.part[static_cast<size_t>(sample)] == SplitPart::test) done.tested.push_back(sample);
    }
  }
  result.loss = tests_of(result.folds, &Metrics::loss);
  result.accuracy = tests_of(result.folds, &Metrics::accuracy);
  return result;
}

}  // namespace myelin
