// Gradient descent on one experiment: batches in seeded order, one step at a time, and the loss of any part at any moment.
// A step allocates nothing; results depend on the experiment alone, never on threads or on when somebody looks.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/executor.h"
#include "data/augment.h"
#include "data/inputs.h"
#include "data/prepare.h"
#include "model/model.h"
#include "myelin/experiment.h"
#include "myelin/snapshot.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "tensor/buffer.h"
#include "train/epoch_rules.h"

namespace myelin {

// How the classes of a binary task are coded for this network: 0/1, or -1/+1 when its output is a tanh.
struct TargetCode {
  double low = 0;
  double high = 1;
  double threshold() const { return (low + high) / 2; }
};
TargetCode target_code(const Experiment& experiment, const Dataset& data);

// Whether loss, task and output size fit each other.
Status check_output(const Experiment& experiment, const Dataset& data, Shape input, Shape output);

template <class Real>
class Trainer {
 public:
  // `data` has its parts assigned. The executor and the data must outlive the trainer.
  // Needing more than `memory_limit` bytes is an error, found before anything is allocated.
  static Result<std::unique_ptr<Trainer>> create(const Experiment& experiment, const Dataset& data, Executor& executor,
                                                 int64_t memory_limit = std::numeric_limits<int64_t>::max());

  // One batch: forward, backward, update. False when a value stopped being a number: parameters and position are then
  // those of the start of the epoch, and bad_node() names the first node that overflowed.
  bool step();

  int64_t steps() const { return steps_; }
  int64_t epoch() const { return epoch_; }        // finished epochs
  int batch_in_epoch() const { return batch_in_epoch_; }
  int batches_per_epoch() const;
  int bad_node() const { return bad_node_; }
  // Why the last finished epoch was the last one; asked after each step. Going on is the caller's decision.
  StopReason stop_reason() const { return rules_.reason(); }
  Message stop_text() const { return stop_sentence(rules_.reason(), rules_.best_epoch(), rules_.restores()); }
  void go_on() { rules_.go_on(); }
  double rate() const { return optimizer_options_.rate * rules_.rate_factor(epoch_); }
  // Samples on which the perceptron's rule moved the weights in the last finished epoch; -1 for a loss with a gradient.
  int errors() const { return errors_; }

  // Loss and accuracy of a part with the parameters of now, in inference mode. NaN for an empty part.
  Metrics evaluate(SplitPart part);

  // Calls visit(first, outputs, losses) for consecutive chunks of a part; outputs are predictions.
  void predict(SplitPart part, FunctionRef<void(int first, View<const Real> predictions, const double* losses)> visit);

  // Every node's value for network inputs, `batch` at most kChunk; the output's as predictions.
  static constexpr int kChunk = 256;
  void infer(const Real* inputs, int batch);
  View<const Real> inferred(int node) const;
  const Real* input_row(int sample);  // until the next call, or predict()

  // Takes over what changed live: loss and optimiser with their settings, batch size, regularisation.
  Status apply_live(const Experiment& experiment);

  std::span<Real> params() { return params_.span(); }
  const Graph<Real>& graph() const { return graph_; }
  const InputTransform& transform() const { return transform_; }
  const std::vector<int>& part(SplitPart part) const { return parts_[static_cast<size_t>(part)]; }
  TargetCode code() const { return code_; }
  // Whether answers are classes, so that there is an accuracy.
  bool classifies() const { return data_->task != Task::regression && !loss_->rebuilds; }
  int64_t training_bytes() const;

 private:
  Trainer(const Dataset& data, InputTransform transform, Graph<Real> graph, Executor& executor);
  // Error when a run with these settings would plan for too much memory.
  Status check_memory(const Experiment& experiment) const;
  int batch_of(const Experiment& experiment) const;
  void configure(const Experiment& experiment);
  void make_model();
  void begin_epoch();
  void end_epoch();
  void gather(int first, int batch);
  void gather_varied(int first, int batch);
  void gather_targets(const int* which, int rows, Real* to) const;
  template <class Work>
  void for_weights(const ParamRange& part, Work work) const;
  template <class Work>
  void for_moved_shares(Work work);
  void add_penalty(int batch, const ParamRange& part);
  double gradient_norm() const;
  void clip_values(const ParamRange& part);
  void clip_norm();
  void weigh_rows(const int* samples, int rows, const Real* targets, Real* d_outputs) const;
  void weigh_losses(const int* samples, View<const Real> outputs, const Real* targets, double* losses);
  void balance_classes(bool on);
  double weight_of(int sample) const { return class_weights_[static_cast<size_t>(data_->targets[static_cast<size_t>(sample)])]; }
  double weight_of_pixel(Real target) const { return class_weights_[static_cast<double>(target) > code_.threshold() ? 1 : 0]; }
  int count_errors(const Real* d_outputs, int rows) const;
  void list_moved();
  void update(int batch);
  void find_bad_node(int batch);
  // 1 or 0; of samples with several targets (pixels of a mask) the share that is right.
  double correct(const Real* prediction, int sample) const;

  const Dataset* data_;
  InputTransform transform_;
  Graph<Real> graph_;
  Executor* executor_;
  std::array<std::vector<int>, kSplitParts> parts_;
  TargetCode code_;
  int outputs_ = 0;
  int64_t memory_limit_ = 0;

  const LossRow* loss_ = nullptr;
  LossOptions loss_options_;
  const OptimizerRow* optimizer_ = nullptr;
  OptimizerOptions optimizer_options_;
  OptimizerOptions step_options_;       // the same with the rate of now: to copy them for each step takes as long as a small layer
  int batch_ = 1;
  bool drop_partial_ = false, shuffle_ = true, l2_over_batch_ = false;
  double l1_ = 0, l2_ = 0, clip_value_ = 0, clip_norm_ = 0;
  std::vector<double> class_weights_;   // empty: all count the same
  std::vector<ParamRange> decaying_;    // weights that penalties and decay act on
  std::vector<ParamRange> moved_;       // graph_.trained, see list_moved()
  EpochRules rules_;
  uint64_t seed_ = 0;
  Arithmetic arithmetic_ = Arithmetic::exact;

  std::unique_ptr<Model<Real>> model_;     // for training
  std::unique_ptr<Model<Real>> observer_;  // for looking: keeps every value
  std::unique_ptr<NetworkInputs<Real>> inputs_;  // all samples
  Buffer<Real> targets_;                   // all samples; empty where inputs are rebuilt
  Buffer<Real> batch_inputs_, batch_targets_, chunk_inputs_, chunk_targets_, chunk_outputs_;
  Buffer<Real> params_, grads_, good_params_;
  Buffer<Real> best_params_;               // of the lowest loss; empty where nobody goes back
  std::unique_ptr<Augmenter> augmenter_;   // null where nothing is varied
  std::array<Buffer<Real>, 2> state_;
  std::vector<double> chunk_losses_, pixel_losses_;
  std::vector<int> order_;
  int cursor_ = 0;  // samples of the current epoch that were used
  int64_t steps_ = 0, epoch_ = 0, optimizer_steps_ = 0;
  int batch_in_epoch_ = 0;
  int bad_node_ = -1;
  double longest_gradient_ = 0;  // of the current epoch
  int epoch_errors_ = 0, errors_ = -1;
};

}  // namespace myelin
