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

  // What differences say of one derivative at best, and how far to trust them. Central differences at a ladder of steps, without
  // their errors of second, fourth and sixth order (Richardson); which entry of the table is taken is decided by its own error, never
  // by the value it should have (Ridders 1982). That error is the sum of
  //   how far the entry lies from those of the order before: curvature, and corners beside the parameter;
  //   rounding, which grows as steps shrink;
  //   half of what the slopes on both sides differ by beyond curvature: of a smooth loss that difference halves with the step, of a
  //   corner (ReLU, a maximum, |x|) it stays.
  struct Estimate {
    double value = 0, error = std::numeric_limits<double>::infinity();
    bool corner = false;  // the slopes on both sides differ beyond curvature at that step or a finer one
  };
  Estimate examine(size_t at) {
    constexpr size_t kSteps = 12, kOrders = 4;
    Slopes found[kSteps];
    double jumps[kSteps] = {};
    bool sharp[kSteps] = {};
    Estimate best;
    for (size_t i = 0; i < kSteps; ++i) {
      found[i] = slopes(at, step_of(i));
      if (i == 0) continue;
      const double bend_before = found[i - 1].bend();
      jumps[i] = std::fabs(2 * found[i].bend() - bend_before);
      sharp[i] = jumps[i] > 0.1 * std::fabs(bend_before) + 6 * rounding(step_of(i));
    }
    double before[kOrders] = {found[0].central()};
    for (size_t i = 1; i < kSteps; ++i) {
      double entries[kOrders] = {found[i].central()}, weight = 1;
      for (size_t order = 0; order < kOrders && order <= i; ++order) {
        double spread = std::fabs(entries[order] - before[order]);
        if (order > 0) {
          weight *= 4;
          entries[order] = entries[order - 1] + (entries[order - 1] - before[order - 1]) / (weight - 1);
          spread = std::max(std::fabs(entries[order] - entries[order - 1]), std::fabs(entries[order] - before[order - 1]));
        }
        double error = spread + 2 * rounding(step_of(i)) + jumps[i] / 2;
        // Finer steps see what hides between coarser ones, as far as rounding lets them.
        for (size_t k = i + 1; k < kSteps; ++k) {
          const double noise = rounding(step_of(k)), apart = std::fabs(found[k].central() - entries[order]);
          error = std::max({error, apart - 2 * noise, jumps[k] / 2 - 3 * noise});
        }
        if (error < best.error) {
          best = {entries[order], error, std::find(sharp + i, sharp + kSteps, true) != sharp + kSteps};
        }
      }
      std::copy(entries, entries + kOrders, before);
    }
    return best;
  }

 private:
  double step_of(size_t i) const { return 16 * step_ / static_cast<double>(size_t{1} << i); }

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
        // Only a parameter that disagrees is examined: it may sit at a corner, or be curved too much for this step.
        const double suspicious = options.limit * 0.1 * (std::fabs(analytic) + std::fabs(numeric)) + report.rounding;
        if (!(std::fabs(analytic - numeric) <= suspicious)) {
          const Checker::Estimate found = checker.examine(at);
          if (std::isfinite(found.error)) numeric = found.value;  // otherwise it is no number, and wrong
          const bool settled = found.error <= options.limit * 0.5 * (std::fabs(analytic) + std::fabs(numeric));
          // At a corner backpropagation's choice need not lie between the slopes on both sides, since each ReLU makes its own.
          if (!settled && std::isfinite(found.error) && (found.corner || std::fabs(analytic - numeric) <= 2 * found.error)) {
            ++(found.corner ? check.kinks : check.unclear);
            continue;
          }
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
      report.unclear += check.unclear;
      report.tensors.push_back(check);
    }
  }
  return report;
}

template class FixedBatch<float>;
template class FixedBatch<double>;

}  // namespace myelin
