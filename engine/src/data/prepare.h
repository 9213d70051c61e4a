// From raw samples to what a network reads: the split into parts, features of the plane, scaling fitted on the training part.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "myelin/dataset.h"
#include "myelin/result.h"
#include "myelin/settings.h"
#include "tensor/buffer.h"

namespace myelin {

// Gives each sample its part. Test and validation take their share in percent of all samples, rounded up to whole samples (as
// scikit-learn rounds the test share: 1797 samples at 20 % leave the course's 1437 for training); training keeps the rest,
// at least one sample. The order is shuffled by seed; test samples are taken first, so that the validation share does not
// change them. Stratified (classes only): each part has each class's share to within one sample. With k folds the test part is
// one fold, and the validation share is one of the other samples.
void assign_parts(Dataset& data, const Settings& preparation, uint64_t seed);

// An error when this data needs input features and none is switched on. Ask before making an InputTransform.
Status check_features(const Dataset& data, const Settings& features);

// One raw sample to one network input: features of the raw point first, then scaling, which is fitted on the training part
// only, column by column (of images: pixel by pixel). A column that is constant over the training part becomes 0.
class InputTransform {
 public:
  InputTransform(const Dataset& data, const Settings& preparation, const Settings& features);
  Shape shape() const { return shape_; }                           // of the network's input
  const std::vector<Message>& labels() const { return labels_; }   // empty for images
  template <class Real>
  void apply(const double* raw, Real* input) const;
  // The same of an image kept as bytes, whose raw values are bytes times byte_scale.
  template <class Real>
  void apply(const uint8_t* raw, double byte_scale, Real* input) const;
  bool scales() const { return !factor_.empty(); }

 private:
  void fit(const Dataset& data, bool standardize);
  // One input before scaling.
  double column(const double* raw, int index) const;

  Shape shape_;
  std::vector<Message> labels_;
  bool on_plane_ = false;  // the network sees features, not raw inputs
  std::vector<int> features_;           // active features on the plane
  std::vector<double> shift_, factor_;  // input = (column - shift) * factor; empty: no scaling
};

// Sample indices of each part, ascending.
std::array<std::vector<int>, kSplitParts> part_indices(const Dataset& data);

// What the network's outputs are compared with: count x outputs. Classes with several outputs are one-hot; with one output
// class 0 and 1 become low and high, value by value; regression values as they are.
template <class Real>
Buffer<Real> make_targets(const Dataset& data, int outputs, double low, double high);

}  // namespace myelin
