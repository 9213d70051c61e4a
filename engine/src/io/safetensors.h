// What the reader of safetensors takes at most; see myelin/weights.h for the functions.
#pragma once

#include <cstddef>

namespace myelin {

// A network of the most nodes with five tensors each needs about 1 MB of header.
inline constexpr size_t kMostTensorHeader = size_t{8} << 20;
inline constexpr int kMostTensorHeaderValues = 200'000;
inline constexpr size_t kMostTensorRank = 8;
inline constexpr size_t kMostTensorName = 512;

}  // namespace myelin
