#include "base/rng.h"

#include <cmath>

#include "kernels/fmath.h"

namespace myelin {
Rng::Rng(uint64_t seed, Stream stream, uint64_t child_index)
    : key_(mix(mix(seed + kGolden) + static_cast<uint64_t>(stream) * kGolden)) {
  if (child_index != 0) key_ = child(child_index).key_;
}

double Rng::uniform(uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }

double Rng::uniform(uint64_t index, double low, double high) const { return low + (high - low) * uniform(index); }

double Rng::normal(uint64_t index) const {
  const double radius = std::sqrt(-2 * fmath::log(1 - uniform(2 * index)));
  return radius * fmath::cos(6.283185307179586 * uniform(2 * index + 1));
}

}  // namespace myelin
