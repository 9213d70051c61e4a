#include "myelin/cross_validation.h"

#include <cmath>
#include <memory>
#include <utility>

#include "session/run.h"

namespace myelin {
namespace {

Spread spread_of(const std::vector<CrossValidation::Fold>& folds, double Metrics::*metric) {
  Spread spread;
  const auto count = static_cast<double>(folds.size());
  for (const CrossValidation::Fold& fold : folds) spread.mean += fold.test.*metric / count;
  double squares = 0;
  for (const CrossValidation::Fold& fold : folds) squares += (fold.test.*metric - spread.mean) * (fold.test.*metric - spread.mean);
  spread.deviation = std::sqrt(squares / count);
  return spread;
}

}  // namespace

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
    Result<Dataset> data = load_dataset(one, asset, missing);
    if (!data) return data.error();
    if (data->count < folds) {
      return Error{{"There are fewer samples than folds.", "Il y a moins d’exemples que de plis."}};
    }
    std::shared_ptr<const Problem> problem;
    Result<std::unique_ptr<Run>> made = make_run(one, std::move(data.value()), *executor, int64_t{1} << 36, problem);
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
  result.loss = spread_of(result.folds, &Metrics::loss);
  result.accuracy = spread_of(result.folds, &Metrics::accuracy);
  return result;
}

}  // namespace myelin
