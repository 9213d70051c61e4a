// A batch of values that somebody else owns.
#pragma once

#include <cstddef>

#include "myelin/shape.h"

namespace myelin {

// Samples are contiguous, one after the other: data[sample * shape.size() + element].
template <class Real>
struct View {
  Real* data = nullptr;
  int batch = 0;
  Shape shape;

  size_t size() const { return static_cast<size_t>(batch) * static_cast<size_t>(shape.size()); }
  View rows(int first, int count) const {
    return {data + static_cast<size_t>(first) * static_cast<size_t>(shape.size()), count, shape};
  }
  operator View<const Real>() const { return {data, batch, shape}; }
};

}  // namespace myelin
