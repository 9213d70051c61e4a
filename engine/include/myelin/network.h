// A network with given weights, asked instead of trained: its answers, how good they are, its gradients. Nothing here changes a
// weight by itself, and nothing depends on the number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "myelin/experiment.h"
#include "myelin/gradient_report.h"
#include "myelin/metrics.h"
#include "myelin/snapshot.h"

namespace myelin {

struct Gradients {
  double loss = 0;             // mean or sum over the samples, as the loss's settings say; without penalties
  std::vector<double> values;  // flat, like the parameters; 0 for what is not trained
};

class Network {
 public:
  virtual ~Network() = default;

  virtual const Problem& problem() const = 0;
  // Whether an answer names one class, and above which value a single output names class 1.
  virtual bool classifies() const = 0;
  virtual double threshold() const = 0;
  // Flat, running statistics included.
  virtual std::vector<double> parameters() const = 0;
  virtual void set_parameters(std::span<const double> values) = 0;

  // The answers for one part beside what is true; empty for a part without samples.
  virtual Answers answers(SplitPart part) = 0;
  // All that can be said of the answers for one part. `loss` is NaN for a part without samples.
  virtual Scores evaluate(SplitPart part) = 0;

  // Raw samples are numbers as the data set has them, before features and scaling, channel by channel and row by row; how many
  // follows from the input's shape. An error when they do not fill whole samples.
  // One row of outputs for each sample: probabilities, or predicted values.
  virtual Result<std::vector<double>> predict(std::span<const double> raw) = 0;
  // One pass of training over all the samples as one batch. Targets as a data set has them: class indices, or values; losses
  // that rebuild their input read none.
  virtual Result<Gradients> gradients(std::span<const double> raw, std::span<const double> targets) = 0;
  // Backpropagation against finite differences, in double whatever the experiment's arithmetic is.
  virtual Result<GradientReport> check_gradients(const GradientCheckOptions& options) = 0;
};

// Its weights are those that a run would start from. `own`: the samples of kOwnData, copied.
Result<std::unique_ptr<Network>> open_network(const Experiment& experiment,
                                              const std::function<std::vector<std::byte>(const std::string&)>& asset, int threads = 1,
                                              const Dataset* own = nullptr);

}  // namespace myelin
