// What happens between the backward pass and the optimiser: penalties, class weights, clipping, decay. Loops over the flat
// arrays in one order, whatever the number of threads.
#include <algorithm>
#include <cmath>

#include "train/trainer.h"

namespace myelin {
namespace {

constexpr int kLargeTensor = 16384;  // parameters: two microseconds of an optimiser, several times what calling a worker costs

}  // namespace

// On weights only, not biases: (lambda / 2) |w|^2 adds lambda w (S0, S3); lambda / (2m) |w|^2 adds lambda w / m (S4).
template <class Real>
void Trainer<Real>::add_penalty(int batch) {
  if (l1_ == 0 && l2_ == 0) return;
  const auto l1 = static_cast<Real>(l1_);
  const auto l2 = static_cast<Real>(l2_over_batch_ ? l2_ / batch : l2_);
  for (const ParamRange& range : decaying_) {
    const Real* weights = params_.data() + range.offset;
    Real* gradient = grads_.data() + range.offset;
    for (int i = 0; i < range.count; ++i) {
      const Real weight = weights[i];
      const Real sign = weight > 0 ? Real(1) : (weight < 0 ? Real(-1) : Real(0));
      gradient[i] += l2 * weight + l1 * sign;
    }
  }
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

// As PyTorch's clip_grad_value_ and clip_grad_norm_ (with its 1e-6), in this order, but on the whole gradient: penalties are in it.
template <class Real>
void Trainer<Real>::clip() {
  if (clip_value_ > 0) {
    const auto most = static_cast<Real>(clip_value_);
    for (const ParamRange& range : graph_.trained) {
      Real* gradient = grads_.data() + range.offset;
      for (int i = 0; i < range.count; ++i) gradient[i] = gradient[i] > most ? most : gradient[i] < -most ? -most : gradient[i];
    }
  }
  if (clip_norm_ > 0) {
    const double factor = clip_norm_ / (gradient_norm() + 1e-6);
    if (!(factor < 1)) return;
    const auto shorter = static_cast<Real>(factor);
    for (const ParamRange& range : graph_.trained) {
      Real* gradient = grads_.data() + range.offset;
      for (int i = 0; i < range.count; ++i) gradient[i] *= shorter;
    }
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
      if (follows && std::max(param.count, moved_.back().count) < kLargeTensor) moved_.back().count += param.count;
      else moved_.push_back({param.offset, param.count});
    }
  }
}

// The optimiser keeps state for what it moves and nothing else, so its arrays are shorter than the parameters. A share takes its
// part of every large tensor, because a worker computed the gradient of about that part and finds it in its cache; what is small
// belongs to the last.
template <class Real>
void Trainer<Real>::update() {
  OptimizerOptions& options = step_options_;
  options.rate = rate();
  if (options.decay > 0) {
    for (const ParamRange& range : decaying_) decay_weights(options, params_.data() + range.offset, range.count);
  }
  const auto step_share = [&](int share, int shares) {
    constexpr int kLine = 16;
    const auto begin_of = [shares](const ParamRange& range, int one) {
      if (one == shares) return range.count;
      return range.count < kLargeTensor ? 0 : static_cast<int>(int64_t{range.count} * one / shares) / kLine * kLine;
    };
    size_t before = 0;  // of the state
    for (const ParamRange& range : moved_) {
      const int first = begin_of(range, share), count = begin_of(range, share + 1) - first, at = range.offset + first;
      Real* state[2];
      for (size_t slot = 0; slot < 2; ++slot) state[slot] = state_[slot].size() > 0 ? state_[slot].data() + before + first : nullptr;
      if (count > 0) optimizer_->step<Real>({options, optimizer_steps_, params_.data() + at, grads_.data() + at, {state[0], state[1]}, count});
      before += static_cast<size_t>(range.count);
    }
  };
  constexpr int kShares = 16;
  if (params_.size() < kLargeTensor) step_share(0, 1);  // needs no executor
  else executor_->run(kShares, [&](int share, int) { step_share(share, kShares); });
  for (const ParamRange& range : graph_.running) {
    for (int i = range.offset; i < range.offset + range.count; ++i) params_.data()[i] -= grads_.data()[i];
  }
}

template void Trainer<float>::list_moved();
template void Trainer<double>::list_moved();
template void Trainer<float>::add_penalty(int);
template void Trainer<double>::add_penalty(int);
template double Trainer<float>::gradient_norm() const;
template double Trainer<double>::gradient_norm() const;
template void Trainer<float>::clip();
template void Trainer<double>::clip();
template void Trainer<float>::weigh_rows(const int*, int, const float*, float*) const;
template void Trainer<double>::weigh_rows(const int*, int, const double*, double*) const;
template void Trainer<float>::weigh_losses(const int*, View<const float>, const float*, double*);
template void Trainer<double>::weigh_losses(const int*, View<const double>, const double*, double*);
template void Trainer<float>::balance_classes(bool);
template void Trainer<double>::balance_classes(bool);
template int Trainer<float>::count_errors(const float*, int) const;
template int Trainer<double>::count_errors(const double*, int) const;
template void Trainer<float>::update();
template void Trainer<double>::update();

}  // namespace myelin
