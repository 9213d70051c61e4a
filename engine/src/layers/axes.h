// How a layer looks at a shape: channels of equally many positions. A row of numbers is either one unit per channel or, where
// a layer reads sequences, one channel that goes on in time.
#pragma once

#include <cstdint>
#include <span>

#include "myelin/result.h"
#include "myelin/shape.h"

namespace myelin {

struct Axes {
  int channels = 1;
  int positions = 1;  // of one channel; its values lie one after the other
  constexpr int size() const { return channels * positions; }
};

// Units of rank 1, channels otherwise.
constexpr Axes channels_of(const Shape& shape) { return {shape[0], shape.size() / shape[0]}; }

// The one input of a layer that changes values and not their shape.
Result<Shape> same_shape(std::span<const Shape> inputs);
// The one input of a layer that reads a sequence: {channels, length}, or {length} as one channel. Images are refused.
Result<Axes> sequence_of(std::span<const Shape> inputs);
// The same for a shape that was accepted.
constexpr Axes accepted_sequence(const Shape& shape) { return shape.rank == 1 ? Axes{1, shape[0]} : channels_of(shape); }

// Why a layer may not make so many values of one sample; empty when it may.
Status check_values(int64_t values);

}  // namespace myelin
