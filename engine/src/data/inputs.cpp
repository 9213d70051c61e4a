#include "data/inputs.h"

#include <vector>

namespace myelin {

template <class Real>
NetworkInputs<Real>::NetworkInputs(const Dataset& data, const InputTransform& transform)
    : width_(static_cast<size_t>(transform.shape().size())), byte_scale_(data.byte_scale), transform_(&transform) {
  if (!data.bytes.empty()) {
    bytes_ = data.bytes;
    for (size_t shade = 0; shade < shades_.size(); ++shade) shades_[shade] = static_cast<Real>(static_cast<double>(shade) * byte_scale_);
    return;
  }
  rows_ = Buffer<Real>(static_cast<size_t>(data.count) * width_);
  const auto raw_width = static_cast<size_t>(data.input_shape.size());
  for (size_t sample = 0; sample < static_cast<size_t>(data.count); ++sample) {
    transform.apply(data.values.data() + sample * raw_width, rows_.data() + sample * width_);
  }
}

template <class Real>
void NetworkInputs<Real>::scale_rows(const int* which, int rows, Real* to) const {
  for (int row = 0; row < rows; ++row, to += width_) {
    const uint8_t* from = bytes_.at(static_cast<size_t>(which[row]) * width_);
    if (transform_->scales()) {
      transform_->apply(from, byte_scale_, to);
      continue;
    }
    for (size_t i = 0; i < width_; ++i) to[i] = shades_[from[i]];
  }
}

template class NetworkInputs<float>;
template class NetworkInputs<double>;

}  // namespace myelin
