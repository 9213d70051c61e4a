#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "layers/common.h"
#include "train/checks.h"

namespace myelin {
namespace {

// x * 0 is 0 for a number and NaN for everything else, so a sum tells. Eight of them, because each waits for its last addition.
template <class Real>
bool all_finite(const Real* values, size_t count) {
  constexpr size_t kSums = 8;
  Real sums[kSums] = {};
  size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (size_t k = 0; k < kSums; ++k) sums[k] += values[i + k] * Real(0);
  }
  for (; i < count; ++i) sums[0] += values[i] * Real(0);
  for (size_t k = 1; k < kSums; ++k) sums[0] += sums[k];
  return sums[0] == Real(0);
}

}  // namespace

template <class Real>
Trainer<Real>::Trainer(const Dataset& data, InputTransform transform, Graph<Real> graph, Executor& executor)
    : data_(&data), transform_(std::move(transform)), graph_(std::move(graph)), executor_(&executor) {}

template <class Real>
Result<std::unique_ptr<Trainer<Real>>> Trainer<Real>::create(const Experiment& experiment, const Dataset& data, Executor& executor,
                                                                   int64_t memory_limit) {
  const LossRow* loss = find_loss(experiment.loss.kind);
  if (Status wrong = check_parts(experiment, data)) return *wrong;
  InputTransform transform(data, experiment.preparation, experiment.features);
  Result<Graph<Real>> graph = check_graph<Real>(experiment.nodes, transform.shape(), loss->contains);
  if (!graph) return graph.error();
  if (Status wrong = check_output(experiment, data, graph->nodes[0].shape, graph->nodes.back().shape)) return *wrong;
  if (Status wrong = check_start_weights(experiment, graph->parameters)) return *wrong;

  std::unique_ptr<Trainer> trainer(new Trainer(data, std::move(transform), std::move(graph.value()), executor));
  Trainer& t = *trainer;
  t.parts_ = part_indices(data);
  t.code_ = target_code(experiment, data);
  t.outputs_ = t.graph_.nodes.back().shape.size();
  t.seed_ = static_cast<uint64_t>(experiment.training["seed"]);
  t.arithmetic_ = experiment.training.choice("arithmetic") == "fast" ? Arithmetic::fused : Arithmetic::exact;
  t.memory_limit_ = memory_limit;
  if (Status wrong = t.check_memory(experiment)) return *wrong;
  t.inputs_ = std::make_unique<NetworkInputs<Real>>(data, t.transform_);

  const auto parameters = static_cast<size_t>(t.graph_.parameters);
  t.params_ = Buffer<Real>(parameters);
  t.grads_ = Buffer<Real>(parameters);
  t.good_params_ = Buffer<Real>(parameters);
  if (experiment.weights.empty()) {
    initialize_parameters(t.graph_, t.seed_, t.params_.span());
  } else {
    for (size_t i = 0; i < parameters; ++i) t.params_.data()[i] = static_cast<Real>(experiment.weights[i]);
  }

  const auto chunk = static_cast<size_t>(kChunk);
  t.observer_ = std::make_unique<Model<Real>>(t.graph_, ModelOptions{kChunk, executor.workers(), false, t.arithmetic_});
  t.chunk_inputs_ = Buffer<Real>(chunk * static_cast<size_t>(t.transform_.shape().size()));
  t.chunk_targets_ = Buffer<Real>(chunk * static_cast<size_t>(t.outputs_));
  t.chunk_outputs_ = Buffer<Real>(chunk * static_cast<size_t>(t.outputs_));
  t.chunk_losses_.resize(chunk);
  t.order_ = t.part(SplitPart::train);
  for (size_t node = 0; node < t.graph_.nodes.size(); ++node) {
    const NodeInfo& info = t.graph_.nodes[node];
    for (size_t tensor = 0; tensor < t.graph_.params[node].size(); ++tensor) {
      if (!info.frozen && t.graph_.params[node][tensor].decays) t.decaying_.push_back({info.params[tensor].offset, info.params[tensor].count});
    }
  }
  t.list_moved();
  t.configure(experiment);
  t.begin_epoch();
  return trainer;
}

template <class Real>
int Trainer<Real>::batch_of(const Experiment& experiment) const {
  const int count = static_cast<int>(part(SplitPart::train).size());
  return std::clamp(experiment.training.integer("batch"), 1, std::max(1, count));
}

template <class Real>
Status Trainer<Real>::check_memory(const Experiment& experiment) const {
  const int states = find_optimizer(experiment.optimizer.kind)->states;
  const int64_t targets = int64_t{data_->count} * outputs_ * static_cast<int64_t>(sizeof(Real));
  const int64_t samples = data_->held_bytes() + NetworkInputs<Real>::kept_bytes(*data_, transform_) + targets;
  // Parameters, gradients, the copy of the last good ones and the optimiser's own; snapshots hold three more, as doubles.
  const int copies = 3 + states + (experiment.stop["patience"] > 0 && experiment.stop.on("restore"));
  const int64_t per_parameter = copies * static_cast<int64_t>(sizeof(Real)) + 3 * static_cast<int64_t>(sizeof(double));
  const int64_t needed = Model<Real>::planned_bytes(graph_, {batch_of(experiment), executor_->workers(), true, arithmetic_}) +
                         Model<Real>::planned_bytes(graph_, {kChunk, executor_->workers(), false, arithmetic_}) +
                         graph_.parameters * per_parameter + samples;
  if (needed <= memory_limit_) return std::nullopt;
  const std::string has = std::to_string(memory_limit_ >> 20), asks = std::to_string(needed >> 20);
  return Error{{"This run would need " + asks + " MB of memory, and " + has + " MB are allowed: use fewer samples, fewer neurons or a smaller batch.",
                "Ce calcul demanderait " + asks + " Mo de mémoire, et " + has + " Mo sont permis : réduisez le nombre d’exemples, de neurones ou la taille du lot."}};
}

template <class Real>
void Trainer<Real>::configure(const Experiment& experiment) {
  loss_ = find_loss(experiment.loss.kind);
  loss_options_ = loss_options(experiment.loss.settings);
  if (!loss_->rebuilds && targets_.size() == 0) targets_ = make_targets<Real>(*data_, outputs_, code_.low, code_.high);
  const OptimizerRow* optimizer = find_optimizer(experiment.optimizer.kind);
  if (optimizer != optimizer_) {
    optimizer_ = optimizer;
    optimizer_steps_ = 0;
    size_t trained = 0;
    for (const ParamRange& range : graph_.trained) trained += static_cast<size_t>(range.count);
    for (int slot = 0; slot < 2; ++slot) {
      state_[static_cast<size_t>(slot)] = Buffer<Real>(slot < optimizer->states ? trained : 0);
    }
  }
  optimizer_options_ = step_options_ = optimizer_options(experiment.optimizer.settings);
  const Settings& training = experiment.training;
  drop_partial_ = training.on("drop_partial");
  shuffle_ = training.on("shuffle");
  l1_ = training["l1"];
  l2_ = training["l2"];
  l2_over_batch_ = training.choice("l2_convention") == "lambda_over_m";
  clip_value_ = training["clip_value"];
  clip_norm_ = training["clip_norm"];
  balance_classes(training.choice("class_weights") == "balanced");
  rules_.configure(experiment, !part(SplitPart::validation).empty());
  if (rules_.restores() != (best_params_.size() > 0)) best_params_ = Buffer<Real>(rules_.restores() ? params_.size() : 0);
  if (!augmenter_ && !(experiment.augmentation == Settings(augmentation_fields()))) {
    augmenter_ = std::make_unique<Augmenter>(*data_, part(SplitPart::train));
  }
  if (augmenter_) augmenter_->configure(experiment.augmentation);
  const int batch = batch_of(experiment);
  if (batch != batch_ || !model_) {
    batch_ = batch;
    make_model();
  }
}

template <class Real>
void Trainer<Real>::make_model() {
  model_ = std::make_unique<Model<Real>>(graph_, ModelOptions{batch_, executor_->workers(), true, arithmetic_});
  const auto rows = static_cast<size_t>(batch_);
  batch_inputs_ = Buffer<Real>(rows * static_cast<size_t>(transform_.shape().size()));
  batch_targets_ = Buffer<Real>(rows * static_cast<size_t>(outputs_));
}

template <class Real>
Status Trainer<Real>::apply_live(const Experiment& experiment) {
  if (Status wrong = check_output(experiment, *data_, graph_.nodes[0].shape, graph_.nodes.back().shape)) return wrong;
  if (Status wrong = check_memory(experiment)) return wrong;
  configure(experiment);
  return std::nullopt;
}

template <class Real>
int64_t Trainer<Real>::training_bytes() const {
  const size_t floats = params_.size() * 3 + best_params_.size() + state_[0].size() + state_[1].size() + batch_inputs_.size() + batch_targets_.size();
  return model_->bytes() + static_cast<int64_t>(floats * sizeof(Real));
}

template <class Real>
int Trainer<Real>::batches_per_epoch() const {
  const int count = static_cast<int>(part(SplitPart::train).size());
  return drop_partial_ ? std::max(1, count / batch_) : (count + batch_ - 1) / batch_;
}

// Fisher-Yates over the training samples, a function of (seed, epoch) alone.
template <class Real>
void Trainer<Real>::begin_epoch() {
  cursor_ = 0;
  batch_in_epoch_ = 0;
  longest_gradient_ = 0;
  epoch_errors_ = 0;
  std::copy(params_.data(), params_.data() + params_.size(), good_params_.data());  // a network may have none
  const std::vector<int>& samples = part(SplitPart::train);
  std::copy(samples.begin(), samples.end(), order_.begin());
  if (!shuffle_) return;
  const Rng random = Rng(seed_, Stream::shuffle).child(static_cast<uint64_t>(epoch_));
  for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.below(i, static_cast<uint32_t>(i))]);
}

// The samples of a batch, varied where the experiment says so: a function of (seed, step, row).
template <class Real>
void Trainer<Real>::gather(int first, int batch) {
  if (augmenter_ && augmenter_->active()) return gather_varied(first, batch);
  const int width = transform_.shape().size();
  const auto inputs = static_cast<size_t>(width), outputs = static_cast<size_t>(outputs_);
  for_row_shares(*executor_, batch, width, [&](int share, int rows) {
    const int* which = order_.data() + first + share;
    const auto at = static_cast<size_t>(share);
    inputs_->gather(which, rows, batch_inputs_.data() + at * inputs);
    gather_targets(which, rows, batch_targets_.data() + at * outputs);
  });
}

template <class Real>
void Trainer<Real>::gather_targets(const int* which, int rows, Real* to) const {
  if (loss_->rebuilds) inputs_->gather(which, rows, to);
  else copy_rows(targets_.data(), which, rows, static_cast<size_t>(outputs_), to);
}

template <class Real>
void Trainer<Real>::gather_varied(int first, int batch) {
  const auto width = static_cast<size_t>(transform_.shape().size());
  const auto outputs = static_cast<size_t>(outputs_);
  const Rng random = Rng(seed_, Stream::augment).child(static_cast<uint64_t>(steps_));
  for (int row = 0; row < batch; ++row) {
    const int sample = order_[static_cast<size_t>(first + row)];
    Real* input = batch_inputs_.data() + static_cast<size_t>(row) * width;
    Real* target = batch_targets_.data() + static_cast<size_t>(row) * outputs;
    augmenter_->input(sample, random.child(static_cast<uint64_t>(row)), transform_, input, loss_->rebuilds ? target : nullptr);
    if (loss_->rebuilds) continue;
    // Targets of classes are as many as there are classes, not as the raw target has values.
    const Real* plain = targets_.data() + static_cast<size_t>(sample) * outputs;
    if (data_->target_shape.size() == outputs_) augmenter_->target(plain, static_cast<Real>(code_.low), target);
    else std::memcpy(target, plain, outputs * sizeof(Real));
  }
}

template <class Real>
bool Trainer<Real>::step() {
  const int available = static_cast<int>(order_.size());
  const int batch = std::min(batch_, available - cursor_);
  gather(cursor_, batch);
  const typename Model<Real>::Pass pass{params_.data(), *executor_, true,
                                        Rng(seed_, Stream::layer).child(static_cast<uint64_t>(steps_))};
  model_->forward(batch_inputs_.data(), batch, pass);
  const View<const Real> output = model_->output();
  bool finite = all_finite(output.data, output.size());
  if (finite) {
    const Real scale = loss_options_.sum ? Real(1) : Real(1) / static_cast<Real>(batch);
    loss_->kernels<Real>().gradient(loss_options_, output, batch_targets_.data(), scale, model_->d_output().data);
    if (loss_->is_rule) epoch_errors_ += count_errors(model_->d_output().data, batch);
    weigh_rows(order_.data() + cursor_, batch, batch_targets_.data(), model_->d_output().data);
    model_->backward(pass, grads_.data());
    update(batch);
  }
  ++steps_;
  ++batch_in_epoch_;
  cursor_ += batch;
  const int left = available - cursor_;
  const bool epoch_done = left <= 0 || (drop_partial_ && left < batch_);
  if (epoch_done) finite = finite && all_finite(params_.data(), params_.size());
  if (!finite) {
    find_bad_node(batch);
    // Moments that remember the overflow would repeat it.
    optimizer_steps_ = 0;
    for (Buffer<Real>& moments : state_) std::fill_n(moments.data(), moments.size(), Real(0));
    std::memcpy(params_.data(), good_params_.data(), params_.size() * sizeof(Real));
    begin_epoch();
    return false;
  }
  if (epoch_done) {
    ++epoch_;
    end_epoch();
    begin_epoch();
  }
  return true;
}

// Measures what the rules ask for, keeps the best weights and takes them back at the end of the patience.
template <class Real>
void Trainer<Real>::end_epoch() {
  errors_ = loss_->is_rule ? epoch_errors_ : -1;
  EpochRules::Epoch epoch{epoch_, longest_gradient_, errors_, {}};
  for (int part = 0; part < kSplitParts; ++part) {
    if (rules_.watches(static_cast<SplitPart>(part))) epoch.losses[static_cast<size_t>(part)] = evaluate(static_cast<SplitPart>(part)).loss;
  }
  const bool best = rules_.observe(epoch);
  if (best_params_.size() == 0) return;
  if (best) std::memcpy(best_params_.data(), params_.data(), params_.size() * sizeof(Real));
  else if (rules_.reason() == StopReason::patience && rules_.best_epoch() > 0) std::memcpy(params_.data(), best_params_.data(), params_.size() * sizeof(Real));
}

template <class Real>
void Trainer<Real>::find_bad_node(int batch) {
  bad_node_ = static_cast<int>(graph_.nodes.size()) - 1;
  infer(batch_inputs_.data(), std::min(batch, kChunk));
  for (int node = 1; node < static_cast<int>(graph_.nodes.size()); ++node) {
    const View<const Real> value = observer_->value(node);
    if (!all_finite(value.data, value.size())) {
      bad_node_ = node;
      return;
    }
  }
}

template <class Real>
void Trainer<Real>::infer(const Real* inputs, int batch) {
  observer_->forward(inputs, batch, {params_.data(), *executor_});
  const View<const Real> output = observer_->output();
  std::memcpy(chunk_outputs_.data(), output.data, output.size() * sizeof(Real));
  loss_->kernels<Real>().predict(chunk_outputs_.data(), batch, outputs_);
}

template <class Real>
View<const Real> Trainer<Real>::inferred(int node) const {
  View<const Real> value = observer_->value(node);
  if (node + 1 == static_cast<int>(graph_.nodes.size())) value.data = chunk_outputs_.data();
  return value;
}

template <class Real>
const Real* Trainer<Real>::input_row(int sample) {
  inputs_->row(sample, chunk_inputs_.data());
  return chunk_inputs_.data();
}

template <class Real>
void Trainer<Real>::predict(SplitPart part_name, FunctionRef<void(int, View<const Real>, const double*)> visit) {
  const std::vector<int>& samples = part(part_name);
  for (size_t first = 0; first < samples.size(); first += kChunk) {
    const int rows = static_cast<int>(std::min(samples.size() - first, static_cast<size_t>(kChunk)));
    inputs_->gather(samples.data() + first, rows, chunk_inputs_.data());
    gather_targets(samples.data() + first, rows, chunk_targets_.data());
    infer(chunk_inputs_.data(), rows);
    loss_->kernels<Real>().losses(loss_options_, observer_->output(), chunk_targets_.data(), chunk_losses_.data());
    if (!class_weights_.empty()) weigh_losses(samples.data() + first, observer_->output(), chunk_targets_.data(), chunk_losses_.data());
    visit(static_cast<int>(first), inferred(static_cast<int>(graph_.nodes.size()) - 1), chunk_losses_.data());
  }
}

template <class Real>
double Trainer<Real>::correct(const Real* prediction, int sample) const {
  const auto threshold = static_cast<Real>(code_.threshold());
  const auto width = static_cast<size_t>(data_->target_shape.size());
  const double* truth = data_->targets.data() + static_cast<size_t>(sample) * width;
  if (width == 1) return predicted_class(prediction, outputs_, threshold) == static_cast<int>(truth[0]) ? 1 : 0;
  double right = 0;
  for (size_t i = 0; i < width; ++i) right += predicted_class(prediction + i, 1, threshold) == static_cast<int>(truth[i]);
  return right / static_cast<double>(width);
}

template <class Real>
Metrics Trainer<Real>::evaluate(SplitPart part_name) {
  const std::vector<int>& samples = part(part_name);
  Metrics metrics;
  if (samples.empty()) return metrics;
  double loss = 0;
  double right = 0;
  predict(part_name, [&](int first, View<const Real> predictions, const double* losses) {
    for (int row = 0; row < predictions.batch; ++row) {
      loss += losses[row];
      if (classifies()) {
        right += correct(predictions.data + static_cast<size_t>(row) * static_cast<size_t>(outputs_),
                         samples[static_cast<size_t>(first + row)]);
      }
    }
  });
  const auto count = static_cast<double>(samples.size());
  metrics.loss = loss_options_.sum ? loss : loss / count;
  if (classifies()) metrics.accuracy = right / count;
  return metrics;
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace myelin
