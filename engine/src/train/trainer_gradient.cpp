// From the backward pass to the new parameters: class weights, penalties, clipping, decay, the optimiser. Element by element or in
// one order, so nothing depends on the number of threads.
#include <algorithm>
#include <cmath>

#include "kernels/elementwise.h"
#include "train/trainer.h"

namespace myelin {
namespace {

constexpr size_t kSharedUpdate = 16384;  // parameters: 1.4 us of SGD, where calling a worker costs 0.3
constexpr int kSharedTensor = 2048;  // its gradient was computed by all workers: whoever moved it alone would wait for the others' lines

}  // namespace

// Calls work(first, count) for the weights, not biases, of a part of the parameters.
template <class Real>
template <class Work>
void Trainer<Real>::for_weights(const ParamRange& part, Work work) const {
  for (const ParamRange& range : decaying_) {
    const int first = std::max(part.offset, range.offset), end = std::min(part.offset + part.count, range.offset + range.count);
    if (first < end) work(first, end - first);
  }
}

// (lambda / 2) |w|^2 adds lambda w (S0, S3); lambda / (2m) |w|^2 adds lambda w / m (S4).
template <class Real>
void Trainer<Real>::add_penalty(int batch, const ParamRange& part) {
  const auto l1 = static_cast<Real>(l1_), l2 = static_cast<Real>(l2_over_batch_ ? l2_ / batch : l2_);
  for_weights(part, [&](int first, int count) {
    elementwise<Real>().add_penalty(l1, l2, params_.data() + first, grads_.data() + first, static_cast<size_t>(count));
  });
}

// Summed in double: the squares of a float's gradient overflow long before it does.
template <class Real>
double Trainer<Real>::gradient_norm() const {
  double sum = 0;
  for (const ParamRange& range : graph_.trained) {
    const Real* gradient = grads_.data() + range.offset;
    for (int i = 0; i < range.count; ++i) sum += static_cast<double>(gradient[i]) * static_cast<double>(gradient[i]);
  }
  return std::sqrt(sum);
}

// As PyTorch's clip_grad_value_, but penalties are in the gradient.
template <class Real>
void Trainer<Real>::clip_values(const ParamRange& part) {
  const auto most = static_cast<Real>(clip_value_);
  Real* gradient = grads_.data() + part.offset;
  for (int i = 0; i < part.count; ++i) gradient[i] = gradient[i] > most ? most : gradient[i] < -most ? -most : gradient[i];
}

// As PyTorch's clip_grad_norm_ (with its 1e-6), after the values.
template <class Real>
void Trainer<Real>::clip_norm() {
  if (clip_norm_ <= 0) return;
  const double factor = clip_norm_ / (gradient_norm() + 1e-6);
  if (!(factor < 1)) return;
  for (const ParamRange& range : graph_.trained) {
    elementwise<Real>().scale(static_cast<Real>(factor), grads_.data() + range.offset, static_cast<size_t>(range.count));
  }
}

// A sample of a rare class counts more; of a mask, a pixel of a rare class. The mean stays one over the batch, as with Keras's
// sample weights (PyTorch divides by the sum of the weights). All losses of two classes are sums over the outputs, so the weight
// of a pixel may follow after its gradient. Targets are those of the batch: an augmented mask has moved.
template <class Real>
void Trainer<Real>::weigh_rows(const int* samples, int rows, const Real* targets, Real* d_outputs) const {
  if (class_weights_.empty()) return;
  const bool mask = data_->target_shape.size() > 1;
  for (int row = 0; row < rows; ++row) {
    const double weight = mask ? 1 : weight_of(samples[row]);
    for (int i = row * outputs_; i < (row + 1) * outputs_; ++i) d_outputs[i] *= static_cast<Real>(mask ? weight_of_pixel(targets[i]) : weight);
  }
}

template <class Real>
void Trainer<Real>::weigh_losses(const int* samples, View<const Real> outputs, const Real* targets, double* losses) {
  if (data_->target_shape.size() == 1) {
    for (int row = 0; row < outputs.batch; ++row) losses[row] *= weight_of(samples[row]);
    return;
  }
  for (int row = 0; row < outputs.batch; ++row) {
    // Each pixel as a sample of one output has a loss of its own.
    const Real* wanted = targets + row * outputs_;
    loss_->kernels<Real>().losses(loss_options_, {outputs.data + row * outputs_, outputs_, Shape{1}}, wanted, pixel_losses_.data());
    losses[row] = 0;
    for (int i = 0; i < outputs_; ++i) losses[row] += weight_of_pixel(wanted[i]) * pixel_losses_[static_cast<size_t>(i)];
  }
}

// scikit-learn's "balanced": samples / (classes * samples of the class), counted over the training part; of masks, pixels. So the
// weights of all training samples (pixels) add up to their number, and the loss keeps its size.
template <class Real>
void Trainer<Real>::balance_classes(bool on) {
  class_weights_.clear();
  if (!on || !classifies()) return;
  const auto width = static_cast<size_t>(data_->target_shape.size());
  if (width > 1) pixel_losses_.resize(width);
  std::vector<double> counts(data_->class_names.size());
  for (const int sample : part(SplitPart::train)) {
    const double* targets = data_->targets.data() + static_cast<size_t>(sample) * width;
    for (size_t i = 0; i < width; ++i) counts[static_cast<size_t>(targets[i])] += 1;
  }
  const auto all = static_cast<double>(part(SplitPart::train).size() * width);
  for (const double count : counts) {
    const double share = static_cast<double>(counts.size()) * count;
    class_weights_.push_back(count > 0 ? all / share : 1);
  }
}

// The samples that the perceptron's rule moved the weights for.
template <class Real>
int Trainer<Real>::count_errors(const Real* d_outputs, int rows) const {
  int errors = 0;
  for (int row = 0; row < rows; ++row) {
    bool wrong = false;
    for (int i = 0; i < outputs_; ++i) wrong = wrong || d_outputs[row * outputs_ + i] != 0;
    errors += wrong;
  }
  return errors;
}

// What the optimiser moves: large tensors one by one, and what lies between two of them together.
template <class Real>
void Trainer<Real>::list_moved() {
  for (const NodeInfo& node : graph_.nodes) {
    for (const ParamInfo& param : node.params) {
      if (node.frozen || !param.trained || param.count == 0) continue;
      const bool follows = !moved_.empty() && moved_.back().offset + moved_.back().count == param.offset;
      if (follows && std::max(param.count, moved_.back().count) < kSharedTensor) moved_.back().count += param.count;
      else moved_.push_back({param.offset, param.count});
    }
  }
}

// A share is its part of every large tensor, because a worker computed the gradient of about that part and finds it in its
// cache; what is small belongs to the last. work(part, before): so many trained parameters lie before the part.
template <class Real>
template <class Work>
void Trainer<Real>::for_moved_shares(Work work) {
  const auto visit = [&](int share, int shares) {
    constexpr int kLine = 16;
    const auto begin_of = [shares](const ParamRange& range, int one) {
      if (one == shares) return range.count;
      return range.count < kSharedTensor ? 0 : static_cast<int>(int64_t{range.count} * one / shares) / kLine * kLine;
    };
    int before = 0;
    for (const ParamRange& range : moved_) {
      const int first = begin_of(range, share), count = begin_of(range, share + 1) - first;
      if (count > 0) work(ParamRange{range.offset + first, count}, static_cast<size_t>(before + first));
      before += range.count;
    }
  };
  constexpr int kShares = 16;
  if (params_.size() < kSharedUpdate) visit(0, 1);  // needs no executor
  else executor_->run(kShares, [&](int share, int) { visit(share, kShares); });
}

// From the gradient of the loss to the new parameters. One pass, unless somebody asks for the length of the whole gradient.
template <class Real>
void Trainer<Real>::update(int batch) {
  const bool measures = clip_norm_ > 0 || rules_.watches_gradient(), penalizes = l1_ != 0 || l2_ != 0, clips = clip_value_ > 0;
  if (measures) {
    if (penalizes) for_moved_shares([&](const ParamRange& part, size_t) { add_penalty(batch, part); });
    if (rules_.watches_gradient()) longest_gradient_ = std::max(longest_gradient_, gradient_norm());
    if (clips) for_moved_shares([&](const ParamRange& part, size_t) { clip_values(part); });
    clip_norm();
  }
  OptimizerOptions& options = step_options_;
  options.rate = rate();
  ++optimizer_steps_;
  for_moved_shares([&](const ParamRange& part, size_t before) {
    if (penalizes && !measures) add_penalty(batch, part);
    if (clips && !measures) clip_values(part);
    if (options.decay > 0) {
      for_weights(part, [&](int first, int count) { decay_weights(options, params_.data() + first, count); });
    }
    // The optimiser keeps state for what it moves and nothing else, so its arrays are shorter than the parameters.
    Real* state[2];
    for (size_t slot = 0; slot < 2; ++slot) state[slot] = state_[slot].size() > 0 ? state_[slot].data() + before : nullptr;
    optimizer_->step<Real>({options, optimizer_steps_, params_.data() + part.offset, grads_.data() + part.offset, {state[0], state[1]}, part.count});
  });
  for (const ParamRange& range : graph_.running) {
    for (int i = range.offset; i < range.offset + range.count; ++i) params_.data()[i] -= grads_.data()[i];
  }
}

template void Trainer<float>::list_moved();
template void Trainer<double>::list_moved();
template void Trainer<float>::weigh_rows(const int*, int, const float*, float*) const;
template void Trainer<double>::weigh_rows(const int*, int, const double*, double*) const;
template void Trainer<float>::weigh_losses(const int*, View<const float>, const float*, double*);
template void Trainer<double>::weigh_losses(const int*, View<const double>, const double*, double*);
template void Trainer<float>::balance_classes(bool);
template void Trainer<double>::balance_classes(bool);
template int Trainer<float>::count_errors(const float*, int) const;
template int Trainer<double>::count_errors(const double*, int) const;
template void Trainer<float>::update(int);
template void Trainer<double>::update(int);

}  // namespace myelin
