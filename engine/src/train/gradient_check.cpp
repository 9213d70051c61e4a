// Central differences (L(w+h) - L(w-h)) / 2h against backpropagation, and what to think of a parameter where they disagree.
#include "train/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/rng.h"

namespace myelin {
namespace {

// The losses of two passes agree to a few roundings of their size; a deep graph adds some. Measured over 200 random graphs:
// at most 20 roundings of max(1, |L|) in each.
constexpr double kRoundings = 64;

// The slopes on both sides of a parameter, for one step.
struct Slopes {
  double left = 0, right = 0;
  double central() const { return (left + right) / 2; }
  double bend() const { return right - left; }
};

class Checker {
 public:
  Checker(FixedBatch<double>& batch, std::span<const double> params, double step)
      : batch_(batch), params_(params.begin(), params.end()), step_(step), loss_(batch.loss(params_.data())) {}

  double loss() const { return loss_; }
  double rounding(double step) const { return kRoundings * std::numeric_limits<double>::epsilon() * std::max(1.0, std::fabs(loss_)) / step; }

  Slopes slopes(size_t at, double step) {
    const double value = params_[at];
    params_[at] = value + step;
    const double up = batch_.loss(params_.data());
    params_[at] = value - step;
    const double down = batch_.loss(params_.data());
    params_[at] = value;
    return {(loss_ - down) / step, (up - loss_) / step};
  }

  // The two slopes of a smooth loss differ by h L'', which shrinks with the step, and their mean is off by c h^2, which shrinks
  // faster; those of a corner (ReLU, a maximum, |x|) differ by a jump, which stays or, once the corner is outside of the
  // interval, vanishes. Several smaller steps, because many corners may look like curvature at one of them.
  bool is_kink(size_t at, const Slopes& full) {
    double before = full.central(), best = 0, last_share = 1;
    for (double share : {0.5, 0.2, 0.08}) {
      const Slopes found = slopes(at, step_ * share);
      const double noise = 2 * rounding(step_ * share);
      if (std::fabs(found.bend() - full.bend() * share) > 0.1 * std::fabs(full.bend()) + noise) return true;
      const double ratio = last_share / share;
      const double next = found.central() + (found.central() - before) / (ratio * ratio - 1);  // Richardson
      if (share < 0.5 && std::fabs(next - best) > 0.1 * std::fabs(full.central() - best) + 2 * noise) return true;
      best = next;
      before = found.central();
      last_share = share;
    }
    return false;
  }

  // Without the error of second order (Richardson), where that one is larger than the rounding.
  double extrapolated(size_t at, double central) {
    const double half = slopes(at, step_ / 2).central();
    return std::fabs(half - central) > 4 * rounding(step_ / 2) ? half + (half - central) / 3 : central;
  }

 private:
  FixedBatch<double>& batch_;
  std::vector<double> params_;
  double step_, loss_;
};

// `most` of `count` indices, ascending, each as likely as another.
std::vector<int> drawn(int count, int most, const Rng& random) {
  std::vector<int> chosen;
  int wanted = std::min(count, most);
  for (int i = 0; i < count && wanted > 0; ++i) {
    if (random.below(static_cast<uint64_t>(i), static_cast<uint32_t>(count - i)) >= static_cast<uint32_t>(wanted)) continue;
    chosen.push_back(i);
    --wanted;
  }
  return chosen;
}

}  // namespace

template <class Real>
FixedBatch<Real>::FixedBatch(const Graph<Real>& graph, const LossRow& loss, const LossOptions& options, const Real* inputs,
                             const Real* targets, int batch, Arithmetic arithmetic, uint64_t seed, Executor& executor)
    : loss_(&loss), options_(options), inputs_(inputs), targets_(targets), batch_(batch), seed_(seed), executor_(&executor),
      model_(graph, {batch, executor.workers(), true, arithmetic}), losses_(static_cast<size_t>(batch)) {}

template <class Real>
double FixedBatch<Real>::measure() {
  loss_->kernels<Real>().losses(options_, model_.output(), targets_, losses_.data());
  double sum = 0;
  for (double loss : losses_) sum += loss;
  return options_.sum ? sum : sum / batch_;
}

template <class Real>
double FixedBatch<Real>::loss(const Real* params) {
  model_.forward(inputs_, batch_, {params, *executor_, true, Rng(seed_, Stream::layer).child(0)});
  return measure();
}

template <class Real>
double FixedBatch<Real>::gradient(const Real* params, Real* d_params) {
  const double value = loss(params);
  const Real scale = options_.sum ? Real(1) : Real(1) / static_cast<Real>(batch_);
  loss_->kernels<Real>().gradient(options_, model_.output(), targets_, scale, model_.d_output().data);
  model_.backward({params, *executor_, true, Rng(seed_, Stream::layer).child(0)}, d_params);
  return value;
}

GradientReport check_gradients(FixedBatch<double>& batch, const Graph<double>& graph, std::span<const double> start,
                               const GradientCheckOptions& options) {
  GradientReport report;
  report.options = options;
  std::vector<double> params(start.begin(), start.end());
  const Rng nudges(options.seed, Stream::noise);
  for (const ParamRange& range : graph.trained) {
    for (int at = range.offset; at < range.offset + range.count; ++at) {
      params[static_cast<size_t>(at)] += nudges.uniform(static_cast<uint64_t>(at), -options.nudge, options.nudge);
    }
  }
  std::vector<double> gradient(params.size());
  batch.gradient(params.data(), gradient.data());
  Checker checker(batch, params, options.step);
  report.loss = checker.loss();
  report.rounding = checker.rounding(options.step);
  for (size_t node = 0; node < graph.nodes.size(); ++node) {
    if (graph.nodes[node].frozen) continue;
    for (size_t tensor = 0; tensor < graph.nodes[node].params.size(); ++tensor) {
      const ParamInfo& info = graph.nodes[node].params[tensor];
      if (!info.trained) continue;
      TensorCheck check;
      check.node = static_cast<int>(node);
      check.name = info.name;
      check.count = info.count;
      double apart = 0, analytic_size = 0, numeric_size = 0, largest = -1;
      const Rng random = Rng(options.seed, Stream::data).child(node).child(tensor);
      for (int index : drawn(info.count, options.most_parameters, random)) {
        const size_t at = static_cast<size_t>(info.offset) + static_cast<size_t>(index);
        const double analytic = gradient[at];
        const Slopes slopes = checker.slopes(at, options.step);
        double numeric = slopes.central();
        // Only a parameter that disagrees is asked whether it sits at a corner, or is curved too much for this step.
        const double suspicious = options.limit * 0.1 * (std::fabs(analytic) + std::fabs(numeric)) + report.rounding;
        if (!(std::fabs(analytic - numeric) <= suspicious)) {
          if (checker.is_kink(at, slopes)) {
            ++check.kinks;
            continue;
          }
          numeric = checker.extrapolated(at, numeric);
        }
        const double error = std::fabs(analytic - numeric);
        ++check.checked;
        apart += error * error;
        analytic_size += analytic * analytic;
        numeric_size += numeric * numeric;
        if (error > largest) {
          largest = error;
          check.worst = index;
          check.analytic = analytic;
          check.numeric = numeric;
        }
      }
      check.absolute = std::sqrt(apart);
      const double size = std::sqrt(analytic_size) + std::sqrt(numeric_size);
      const double noise = report.rounding * std::sqrt(static_cast<double>(std::max(1, check.checked)));
      check.relative = size > 0 ? check.absolute / size : 0;
      check.too_small = check.relative > options.limit && check.absolute <= noise && size * options.limit < noise;
      if (check.too_small) check.relative = 0;
      check.good = check.relative <= options.limit;  // false for what is not a number
      report.worst = std::max(report.worst, check.good ? check.relative : std::max(check.relative, options.limit));
      report.good = report.good && check.good;
      report.checked += check.checked;
      report.kinks += check.kinks;
      report.tensors.push_back(check);
    }
  }
  return report;
}

template class FixedBatch<float>;
template class FixedBatch<double>;

}  // namespace myelin
