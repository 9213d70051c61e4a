// From raw samples to what a network reads: the split into parts, features of the plane, scaling fitted on the training part.
#pragma once

#include <array>
#include <vector>

#include "myelin/dataset.h"
#include "myelin/experiment.h"
#include "tensor/buffer.h"

namespace myelin {

// Shuffles by seed and gives each sample its part: test and validation shares in percent are rounded down to whole samples,
// training keeps the rest. With at least three samples and a share > 0 no part is silently empty: it gets one sample.
void assign_parts(Dataset& data, const Settings& preparation, uint64_t seed);

// One raw sample to one network input. Scaling is fitted on the training part only; a constant column becomes 0.
class InputTransform {
 public:
  InputTransform(const Dataset& data, const Settings& preparation, const Settings& features);
  Shape shape() const { return shape_; }                           // of the network's input
  const std::vector<Message>& labels() const { return labels_; }   // empty for images
  template <class Real>
  void apply(const double* raw, Real* input) const;

 private:
  Shape shape_;
  std::vector<Message> labels_;
  bool on_plane_ = false;
  std::vector<int> features_;          // indices of the active feature fields
  std::vector<double> shift_, factor_;  // input = (raw - shift) * factor
};

// Sample indices of each part, ascending.
std::array<std::vector<int>, kSplitParts> part_indices(const Dataset& data);

// All network inputs: count x shape.size().
template <class Real>
Buffer<Real> transform_all(const Dataset& data, const InputTransform& transform);

// What the network's outputs are compared with: count x outputs. Classes with several outputs are one-hot; with one output
// class 0 and 1 become low and high; regression values as they are.
template <class Real>
Buffer<Real> make_targets(const Dataset& data, int outputs, double low, double high);

}  // namespace myelin
