#include "session/run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "catalog/catalog.h"
#include "data/own.h"
#include "data/rows.h"
#include "inspect/maps.h"
#include "myelin/facts.h"
#include "myelin/goal.h"
#include "train/checks.h"
#include "train/trainer.h"

namespace myelin {
namespace {

// A curve keeps at most this many points; when full, every second goes and the distance doubles. Which epochs are measured is
// thus a function of the epoch alone.
constexpr size_t kCurvePoints = 1200;
// Nodes with more units are drawn as weights, not as maps.
constexpr int kMappedUnits = 64;

template <class Real>
class RunOf final : public Run {
 public:
  RunOf(std::shared_ptr<const Problem> problem, std::unique_ptr<Trainer<Real>> trainer)
      : problem_(std::move(problem)), trainer_(std::move(trainer)) {
    read_goal(problem_->experiment);
    record();
  }

  bool step() override {
    const int64_t epoch_before = trainer_->epoch();
    if (!trainer_->step()) {
      describe_divergence();
      return false;
    }
    if (trainer_->epoch() == epoch_before) return true;
    if (trainer_->epoch() % stride_ == 0) record();
    if (!goal_.terms.empty()) goal_met_ = judge_goal();
    return true;
  }

  Stop stop() const override {
    if (goal_met_) return {StopReason::goal, stop_sentence(StopReason::goal, 0, false)};
    return {trainer_->stop_reason(), trainer_->stop_text()};
  }

  void set_seconds(double seconds) override { seconds_ = seconds; }

  int64_t steps() const override { return trainer_->steps(); }
  int64_t epoch() const override { return trainer_->epoch(); }
  const Error& error() const override { return error_; }

  Status apply_live(const Experiment& experiment) override {
    measured_step_ = predictions_step_ = -1;
    Status wrong = trainer_->apply_live(experiment);
    if (!wrong) read_goal(experiment);
    return wrong;
  }

  bool set_weight(int index, double value) override {
    if (index < 0 || static_cast<size_t>(index) >= trainer_->params().size() || !std::isfinite(value)) return false;
    trainer_->params()[static_cast<size_t>(index)] = static_cast<Real>(value);
    measured_step_ = predictions_step_ = -1;
    trainer_->go_on();
    goal_met_ = false;
    if (trainer_->steps() == 0) {
      curve_.clear();
      record();
    }
    return true;
  }

  bool fill(Snapshot& snapshot, const Watch& watch, bool measures) override {
    bool anew = measures && measured_step_ != trainer_->steps();
    snapshot.problem = problem_;
    snapshot.step = trainer_->steps();
    snapshot.epoch = trainer_->epoch();
    snapshot.batch_in_epoch = trainer_->batch_in_epoch();
    snapshot.batches_per_epoch = trainer_->batches_per_epoch();
    snapshot.bytes = trainer_->training_bytes();
    snapshot.rate = trainer_->rate();
    snapshot.metrics = measures ? measure() : measured_;
    snapshot.curve = curve_;
    const std::span<const Real> params = trainer_->params();
    snapshot.parameters.assign(params.begin(), params.end());
    fill_maps(snapshot, watch);
    if (!watch.predictions) {
      predictions_ = {};
      predictions_step_ = -1;
    } else if (predictions_step_ < 0 || (measures && predictions_step_ != trainer_->steps()) || predictions_.part != watch.predictions_part) {
      fill_predictions(predictions_, watch.predictions_part);
      predictions_step_ = trainer_->steps();
      anew = true;
    }
    snapshot.predictions = predictions_;
    snapshot.probe = {};
    if (watch.probe_sample >= 0 && watch.probe_sample < problem_->data.count) fill_probe(snapshot.probe, watch.probe_sample);
    return anew;
  }

 private:
  // A goal that cannot be read was refused where it came in; here it is none.
  void read_goal(const Experiment& experiment) {
    goal_met_ = false;
    Result<Goal> goal = parse_goal(experiment.goal);
    goal_ = goal ? std::move(goal.value()) : Goal{};
  }

  // Measures no part that the goal does not speak of.
  bool judge_goal() {
    GoalValues values;
    for (size_t at = 0; at < kSplitParts; ++at) {
      const auto part = static_cast<SplitPart>(at);
      if (!goal_.reads(part)) continue;
      const Metrics metrics = trainer_->evaluate(part);
      if (goal_.reads_scores(part)) {
        Predictions predictions;
        fill_predictions(predictions, part);
        values.parts[at] = score(answers_of(*problem_, predictions));
      }
      values.parts[at].loss = metrics.loss;
      values.parts[at].accuracy = metrics.accuracy;
    }
    values.parameters = static_cast<double>(problem_->parameters);
    values.multiply_adds = static_cast<double>(problem_->multiply_adds);
    values.epoch = static_cast<double>(trainer_->epoch());
    values.step = static_cast<double>(trainer_->steps());
    values.seconds = seconds_;
    return judge(goal_, values) == Verdict::met;
  }

  std::array<Metrics, kSplitParts> measure() {
    if (measured_step_ != trainer_->steps()) {
      for (int part = 0; part < kSplitParts; ++part) {
        measured_[static_cast<size_t>(part)] = trainer_->evaluate(static_cast<SplitPart>(part));
      }
      measured_step_ = trainer_->steps();
    }
    return measured_;
  }

  void record() {
    if (curve_.size() >= kCurvePoints) {
      size_t kept = 0;
      for (size_t i = 0; i < curve_.size(); i += 2) curve_[kept++] = curve_[i];
      curve_.resize(kept);
      stride_ *= 2;
      if (trainer_->epoch() % stride_ != 0) return;
    }
    curve_.push_back({trainer_->steps(), trainer_->epoch(), measure(), trainer_->errors()});
  }

  void describe_divergence() {
    measured_step_ = predictions_step_ = -1;
    const int node = trainer_->bad_node();
    const std::string step = std::to_string(trainer_->steps()), layer = std::to_string(node);
    error_ = {{"The values overflowed at step " + step + ", first in layer " + layer +
                   ". The weights went back to the start of the epoch: lower the learning rate and go on, or reset.",
               "Les valeurs ont débordé au pas " + step + ", d’abord dans la couche " + layer +
                   ". Les poids sont revenus au début de l’époque : réduisez le taux d’apprentissage et continuez, ou réinitialisez."},
              node};
  }

  void fill_maps(Snapshot& snapshot, const Watch& watch) {
    snapshot.maps.clear();
    snapshot.surface = snapshot.focus = {};
    if (problem_->data.plane.dimensions == 0) return;
    if (watch.map_size > 0) grid_of(maps_grid_, watch.map_size).all_units(*trainer_, kMappedUnits, snapshot.maps);
    if (watch.surface_size > 0) {
      grid_of(surface_grid_, watch.surface_size)
          .surface(*trainer_, snapshot.surface, watch.focus_node, watch.focus_unit, snapshot.focus);
    }
  }

  const PlaneGrid<Real>& grid_of(std::unique_ptr<PlaneGrid<Real>>& grid, int size) {
    const int bounded = std::clamp(size, 1, 512);
    if (!grid || grid->size() != bounded) grid = std::make_unique<PlaneGrid<Real>>(problem_->data, trainer_->transform(), bounded);
    return *grid;
  }

  void fill_predictions(Predictions& out, SplitPart part) {
    out.part = part;
    out.samples = trainer_->part(part);
    out.outputs = trainer_->graph().nodes.back().shape.size();
    const auto outputs = static_cast<size_t>(out.outputs);
    out.values.resize(out.samples.size() * outputs);
    out.losses.resize(out.samples.size());
    const bool classifies = trainer_->classifies() && problem_->data.target_shape.size() == 1;
    const size_t classes = problem_->data.class_names.size();
    out.confusion.assign(classifies ? classes * classes : 0, 0);
    trainer_->predict(part, [&](int first, View<const Real> predictions, const double* losses) {
      for (int row = 0; row < predictions.batch; ++row) {
        const auto at = static_cast<size_t>(first + row);
        const Real* from = predictions.data + static_cast<size_t>(row) * outputs;
        std::transform(from, from + outputs, out.values.begin() + static_cast<std::ptrdiff_t>(at * outputs),
                       [](Real value) { return static_cast<float>(value); });
        out.losses[at] = static_cast<float>(losses[row]);
        if (!classifies) continue;
        const auto truth = static_cast<size_t>(problem_->data.targets[static_cast<size_t>(out.samples[at])]);
        const auto threshold = static_cast<Real>(trainer_->code().threshold());
        ++out.confusion[truth * classes + static_cast<size_t>(predicted_class(from, out.outputs, threshold))];
      }
    });
  }

  void fill_probe(Probe& probe, int sample) {
    probe.sample = sample;
    trainer_->infer(trainer_->input_row(sample), 1);
    for (size_t node = 0; node < trainer_->graph().nodes.size(); ++node) {
      const View<const Real> value = trainer_->inferred(static_cast<int>(node));
      std::vector<float>& values = probe.values.emplace_back(value.size());
      std::transform(value.data, value.data + value.size(), values.begin(), [](Real x) { return static_cast<float>(x); });
    }
  }

  std::shared_ptr<const Problem> problem_;
  std::unique_ptr<Trainer<Real>> trainer_;
  std::unique_ptr<PlaneGrid<Real>> maps_grid_, surface_grid_;
  std::vector<CurvePoint> curve_;
  int64_t stride_ = 1;
  std::array<Metrics, kSplitParts> measured_;
  int64_t measured_step_ = -1;
  Predictions predictions_;  // of the last look at all samples; empty where nobody watches
  int64_t predictions_step_ = -1;
  Goal goal_;
  bool goal_met_ = false;
  double seconds_ = 0;
  Error error_;
};

template <class Real>
void describe_graph(const Graph<Real>& graph, Problem& problem) {
  problem.nodes = graph.nodes;
  problem.parameters = graph.learnable;
  problem.multiply_adds = graph.multiply_adds;
  problem.output_in_loss = graph.output_in_loss;
}

// What does not need a trainer.
void describe_data(const Experiment& experiment, Dataset data, Problem& problem) {
  problem.experiment = experiment;
  problem.data = std::move(data);
  for (SplitPart part : problem.data.part) ++problem.samples[static_cast<size_t>(part)];
  problem.target_low = target_code(experiment, problem.data).low;
}

template <class Real>
Result<std::unique_ptr<Run>> make_run_of(const Experiment& experiment, Dataset data, Executor& executor, int64_t memory_limit,
                                         std::shared_ptr<const Problem>& out) {
  auto problem = std::make_shared<Problem>();
  describe_data(experiment, std::move(data), *problem);
  auto trainer = Trainer<Real>::create(experiment, problem->data, executor, memory_limit);
  if (!trainer) return trainer.error();
  if (trainer.value()->graph().trained.empty()) return nothing_learns();
  describe_graph(trainer.value()->graph(), *problem);
  problem->input_labels = trainer.value()->transform().labels();
  out = problem;
  return std::unique_ptr<Run>(std::make_unique<RunOf<Real>>(problem, std::move(trainer.value())));
}

}  // namespace

Result<Dataset> load_dataset(const Experiment& experiment, const AssetSource& asset, const Dataset* own, std::string& missing) {
  const auto files = std::make_shared<std::vector<std::vector<std::byte>>>();  // what the views look at
  const auto view = [&](const std::string& name) {
    files->push_back(asset(name));
    return std::span<const std::byte>(files->back());
  };
  Result<Dataset> data = make_dataset(experiment, view, own, missing);
  if (data) data->bytes.keep(files);
  return data;
}

Result<Dataset> make_dataset(const Experiment& experiment, AssetView asset, const Dataset* own, std::string& missing) {
  const DatasetRow* row = find_dataset(experiment.data.kind);
  if (row == nullptr) {
    return Error{{"There is no data set \"" + experiment.data.kind + "\".",
                  "Il n’existe pas de jeu de données « " + experiment.data.kind + " »."}};
  }
  std::vector<std::span<const std::byte>> files;
  for (const char* name : row->assets_for(experiment.data.settings)) {
    files.push_back(asset(name));
    if (files.back().empty()) {
      missing = name;
      return Error{{std::string("The file ") + name + " is not loaded.", std::string("Le fichier ") + name + " n’est pas chargé."}};
    }
  }
  const Settings& settings = experiment.data.settings;
  Result<Dataset> data = row == &data::kOwn && own != nullptr ? data::own_samples(settings, *own) : row->make(settings, files);
  if (data) split_dataset(experiment, data.value());
  return data;
}

void split_dataset(const Experiment& experiment, Dataset& data) {
  const Settings& settings = experiment.data.settings;
  assign_parts(data, experiment.preparation, settings.has("seed") ? static_cast<uint64_t>(settings["seed"]) : 0);
}

Result<std::unique_ptr<Run>> make_run(const Experiment& experiment, Dataset data, Executor& executor, int64_t memory_limit,
                                      std::shared_ptr<const Problem>& problem) {
  if (experiment.training.choice("arithmetic") == "f64") {
    return make_run_of<double>(experiment, std::move(data), executor, memory_limit, problem);
  }
  return make_run_of<float>(experiment, std::move(data), executor, memory_limit, problem);
}

Status check_network(const Experiment& experiment) {
  const Result<DatasetFacts> facts = dataset_facts(experiment.data);
  if (!facts) return facts.error();
  if (Status wrong = check_kinds(experiment)) return wrong;
  // All that the checks ask of a data set, without its samples.
  Dataset data;
  data.task = facts->task;
  data.input_shape = facts->input_shape;
  data.uses_features = facts->uses_features;
  if (data.task == Task::classes) data.class_names.resize(static_cast<size_t>(facts->outputs));
  else data.target_shape = Shape{facts->outputs};
  if (Status wrong = check_features(data, experiment.features)) return wrong;
  const Shape input = data.uses_features ? Shape{input_width(facts.value(), experiment.features)} : data.input_shape;
  const Result<Graph<float>> graph = check_graph<float>(experiment.nodes, input, find_loss(experiment.loss.kind)->contains);
  if (!graph) return graph.error();
  return check_output(experiment, data, graph->nodes.front().shape, graph->nodes.back().shape);
}

Result<Problem> describe(const Experiment& experiment, const AssetSource& asset, const Dataset* own) {
  std::string missing;
  Result<Dataset> data = load_dataset(experiment, asset, own, missing);
  if (!data) return data.error();
  Problem problem;
  describe_data(experiment, std::move(data.value()), problem);
  // Without any sample a network can still be described.
  if (Status wrong = problem.data.count == 0 ? check_kinds(experiment) : check_parts(experiment, problem.data)) return *wrong;
  const InputTransform transform(problem.data, experiment.preparation, experiment.features);
  Result<Graph<float>> graph = check_graph<float>(experiment.nodes, transform.shape(), find_loss(experiment.loss.kind)->contains);
  if (!graph) return graph.error();
  if (Status wrong = check_output(experiment, problem.data, graph->nodes[0].shape, graph->nodes.back().shape)) return *wrong;
  if (Status wrong = check_start_weights(experiment, graph->parameters)) return *wrong;
  describe_graph(graph.value(), problem);
  problem.input_labels = transform.labels();
  return problem;
}

}  // namespace myelin
