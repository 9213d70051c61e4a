// A trainer that is never asked to step, behind a face without its arithmetic.
#include "myelin/network.h"
#include "myelin/session.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"
#include "session/run.h"
#include "train/checks.h"
#include "train/gradient_check.h"
#include "train/trainer.h"

namespace myelin {
namespace {

// One batch as a loss reads it.
template <class Real>
struct Batch {
  int rows = 0;
  Buffer<Real> inputs, targets;  // rows x input, rows x outputs
};

Error wrong_targets(const std::string& en, const std::string& fr) { return {{en, fr}}; }

Status check_targets(const Dataset& data, size_t rows, std::span<const double> targets) {
  const size_t wanted = rows * static_cast<size_t>(data.target_shape.size());
  if (targets.size() != wanted) {
    const std::string has = std::to_string(targets.size()), asks = std::to_string(wanted);
    return wrong_targets("There are " + has + " targets, but the samples ask for " + asks + ".",
                         "Il y a " + has + " cibles, mais les exemples en demandent " + asks + ".");
  }
  const double classes = data.task == Task::classes ? static_cast<double>(data.class_names.size()) : 2;
  for (size_t i = 0; i < targets.size(); ++i) {
    const double value = targets[i];
    const bool good = data.task == Task::regression ? std::isfinite(value) : value >= 0 && value < classes && value == std::floor(value);
    if (good) continue;
    const std::string number = std::to_string(i + 1), last = std::to_string(static_cast<int>(classes) - 1);
    if (data.task == Task::regression) return wrong_targets("Target " + number + " is not a number.", "La cible " + number + " n’est pas un nombre.");
    return wrong_targets("Target " + number + " is not a class: classes are counted from 0 to " + last + ".",
                         "La cible " + number + " n’est pas une classe : elles sont numérotées de 0 à " + last + ".");
  }
  return std::nullopt;
}

template <class Real>
class NetworkOf final : public Network {
 public:
  NetworkOf(std::unique_ptr<Problem> problem, std::unique_ptr<Executor> executor, std::unique_ptr<Trainer<Real>> trainer)
      : problem_(std::move(problem)), executor_(std::move(executor)), trainer_(std::move(trainer)),
        loss_(find_loss(problem_->experiment.loss.kind)), loss_options_(loss_options(problem_->experiment.loss.settings)),
        seed_(static_cast<uint64_t>(problem_->experiment.training["seed"])) {}

  const Problem& problem() const override { return *problem_; }
  bool classifies() const override { return trainer_->classifies() && problem_->data.target_shape.size() == 1; }
  double threshold() const override { return trainer_->code().threshold(); }

  std::vector<double> parameters() const override {
    const std::span<const Real> params = trainer_->params();
    return {params.begin(), params.end()};
  }
  void set_parameters(std::span<const double> values) override {
    const std::span<Real> params = trainer_->params();
    MYELIN_ASSERT(values.size() == params.size());
    std::transform(values.begin(), values.end(), params.begin(), [](double value) { return static_cast<Real>(value); });
  }

  Answers answers(SplitPart part) override {
    const Dataset& data = problem_->data;
    const std::vector<int>& samples = trainer_->part(part);
    Answers answers;
    answers.task = loss_->rebuilds ? Task::regression : data.task;
    answers.classes = std::max(2, static_cast<int>(data.class_names.size()));
    answers.outputs = outputs();
    answers.threshold = threshold();
    if (samples.empty()) return answers;
    trainer_->predict(part, [&](int, View<const Real> predictions, const double*) {
      answers.predictions.insert(answers.predictions.end(), predictions.data, predictions.data + predictions.size());
    });
    const auto width = static_cast<size_t>(data.target_shape.size());
    for (int sample : samples) {
      if (loss_->rebuilds) {
        const Real* row = trainer_->input_row(sample);
        answers.targets.insert(answers.targets.end(), row, row + answers.outputs);
      } else {
        const double* row = data.targets.data() + static_cast<size_t>(sample) * width;
        answers.targets.insert(answers.targets.end(), row, row + width);
      }
    }
    return answers;
  }

  Scores evaluate(SplitPart part) override {
    if (trainer_->part(part).empty()) return {};
    Scores scores = score(answers(part));
    scores.loss = trainer_->evaluate(part).loss;
    return scores;
  }

  Result<std::vector<double>> predict(std::span<const double> raw) override {
    Result<size_t> rows = count_rows(raw);
    if (!rows) return rows.error();
    const auto raw_width = static_cast<size_t>(problem_->data.input_shape.size());
    const auto width = static_cast<size_t>(trainer_->transform().shape().size());
    constexpr size_t kRows = static_cast<size_t>(Trainer<Real>::kChunk);
    Buffer<Real> inputs(kRows * width);
    std::vector<double> answers;
    answers.reserve(rows.value() * static_cast<size_t>(outputs()));
    for (size_t first = 0; first < rows.value(); first += kRows) {
      const size_t count = std::min(kRows, rows.value() - first);
      for (size_t row = 0; row < count; ++row) {
        trainer_->transform().apply(raw.data() + (first + row) * raw_width, inputs.data() + row * width);
      }
      trainer_->infer(inputs.data(), static_cast<int>(count));
      const View<const Real> out = trainer_->inferred(static_cast<int>(problem_->nodes.size()) - 1);
      answers.insert(answers.end(), out.data, out.data + count * static_cast<size_t>(outputs()));
    }
    return answers;
  }

  Result<Gradients> gradients(std::span<const double> raw, std::span<const double> targets) override {
    Result<Batch<Real>> batch = make_batch<Real>(raw, targets);
    if (!batch) return batch.error();
    if (Status wrong = check_gradient(trainer_->graph(), batch->rows)) return *wrong;
    const Arithmetic arithmetic = problem_->experiment.training.choice("arithmetic") == "fast" ? Arithmetic::fused : Arithmetic::exact;
    FixedBatch<Real> fixed(trainer_->graph(), *loss_, loss_options_, batch->inputs.data(), batch->targets.data(), batch->rows, arithmetic,
                           seed_, *executor_);
    std::vector<Real> d_params(trainer_->params().size());
    Gradients gradients;
    gradients.loss = fixed.gradient(trainer_->params().data(), d_params.data());
    gradients.values.resize(d_params.size());
    for (const ParamRange& range : trainer_->graph().trained) {
      const auto first = static_cast<std::ptrdiff_t>(range.offset), last = first + range.count;
      std::copy(d_params.begin() + first, d_params.begin() + last, gradients.values.begin() + first);
    }
    return gradients;
  }

  Result<GradientReport> check_gradients(const GradientCheckOptions& options) override {
    if (loss_->is_rule) {
      return Error{{"A learning rule is no gradient: there is nothing to check.", "Une règle d’apprentissage n’est pas un gradient : il n’y a rien à vérifier."}};
    }
    Result<Graph<double>> graph = check_graph<double>(problem_->experiment.nodes, trainer_->transform().shape(), loss_->contains);
    if (!graph) return graph.error();
    const std::vector<int>& samples = trainer_->part(SplitPart::train);
    const size_t rows = std::min(samples.size(), static_cast<size_t>(std::max(1, options.samples)));
    const Dataset& data = problem_->data;
    std::vector<double> raw, targets;
    const auto width = static_cast<size_t>(data.target_shape.size());
    for (size_t row = 0; row < rows; ++row) {
      for (int i = 0; i < data.input_shape.size(); ++i) raw.push_back(data.input(samples[row], i));
      const double* target = data.targets.data() + static_cast<size_t>(samples[row]) * width;
      targets.insert(targets.end(), target, target + width);
    }
    Result<Batch<double>> batch = make_batch<double>(raw, targets);
    if (!batch) return batch.error();
    if (Status wrong = check_gradient(graph.value(), batch->rows)) return *wrong;
    FixedBatch<double> fixed(graph.value(), *loss_, loss_options_, batch->inputs.data(), batch->targets.data(), batch->rows,
                             Arithmetic::exact, seed_, *executor_);
    const std::vector<double> params = parameters();
    return myelin::check_gradients(fixed, graph.value(), params, options);
  }

 private:
  int outputs() const { return problem_->nodes.back().shape.size(); }

  Result<size_t> count_rows(std::span<const double> raw) const {
    const auto width = static_cast<size_t>(problem_->data.input_shape.size());
    if (raw.empty() || raw.size() % width != 0) {
      const std::string has = std::to_string(raw.size()), asks = std::to_string(width);
      return Error{{"A sample of this data set has " + asks + " values; " + has + " values are no whole number of samples.",
                    "Un exemple de ce jeu de données a " + asks + " valeurs ; " + has + " valeurs ne font pas un nombre entier d’exemples."}};
    }
    return raw.size() / width;
  }

  // The same way that samples of the data set take to the network.
  template <class Number>
  Result<Batch<Number>> make_batch(std::span<const double> raw, std::span<const double> targets) const {
    const Result<size_t> rows = count_rows(raw);
    if (!rows) return rows.error();
    Batch<Number> batch;
    batch.rows = static_cast<int>(rows.value());
    const auto raw_width = static_cast<size_t>(problem_->data.input_shape.size());
    const auto width = static_cast<size_t>(trainer_->transform().shape().size());
    batch.inputs = Buffer<Number>(rows.value() * width);
    for (size_t row = 0; row < rows.value(); ++row) {
      trainer_->transform().apply(raw.data() + row * raw_width, batch.inputs.data() + row * width);
    }
    if (loss_->rebuilds) {
      batch.targets = Buffer<Number>(rows.value() * width);
      std::copy(batch.inputs.data(), batch.inputs.data() + batch.inputs.size(), batch.targets.data());
      return batch;
    }
    if (Status wrong = check_targets(problem_->data, rows.value(), targets)) return *wrong;
    Dataset given;
    given.task = problem_->data.task;
    given.target_shape = problem_->data.target_shape;
    given.count = batch.rows;
    given.targets.assign(targets.begin(), targets.end());
    batch.targets = make_targets<Number>(given, outputs(), trainer_->code().low, trainer_->code().high);
    return batch;
  }

  template <class Number>
  Status check_gradient(const Graph<Number>& graph, int rows) const {
    if (graph.trained.empty()) return nothing_learns();
    if (Model<Number>::planned_bytes(graph, {rows, executor_->workers(), true, Arithmetic::exact}) > kUsualMemoryLimit) {
      return Error{{"These samples need too much memory at once: give fewer of them.",
                    "Ces exemples demandent trop de mémoire à la fois : donnez-en moins."}};
    }
    return std::nullopt;
  }

  std::unique_ptr<Problem> problem_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Trainer<Real>> trainer_;
  const LossRow* loss_;
  LossOptions loss_options_;
  uint64_t seed_;
};

template <class Real>
Result<std::unique_ptr<Network>> open_as(std::unique_ptr<Problem> problem, int threads) {
  std::unique_ptr<Executor> executor = make_executor(threads);
  auto trainer = Trainer<Real>::create(problem->experiment, problem->data, *executor, kUsualMemoryLimit);
  if (!trainer) return trainer.error();
  return std::unique_ptr<Network>(
      std::make_unique<NetworkOf<Real>>(std::move(problem), std::move(executor), std::move(trainer.value())));
}

}  // namespace

Result<std::unique_ptr<Network>> open_network(const Experiment& experiment, const AssetSource& asset, int threads, const Dataset* own) {
  Result<Problem> described = describe(experiment, asset, own);
  if (!described) return described.error();
  auto problem = std::make_unique<Problem>(std::move(described.value()));
  if (experiment.training.choice("arithmetic") == "f64") return open_as<double>(std::move(problem), threads);
  return open_as<float>(std::move(problem), threads);
}

}  // namespace myelin
