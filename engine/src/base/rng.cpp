#include "base/rng.h"

#include <cmath>

#include "kernels/fmath.h"

namespace myelin {
namespace {

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio: SplitMix64's increment

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(uint64_t seed, Stream stream, uint64_t child_index)
    : key_(mix(mix(seed + kGolden) + static_cast<uint64_t>(stream) * kGolden)) {
  if (child_index != 0) key_ = child(child_index).key_;
}

Rng Rng::child(uint64_t index) const { return Rng(mix(key_ ^ mix(index + kGolden))); }

uint64_t Rng::bits(uint64_t index) const { return mix(key_ + (index + 1) * kGolden); }

double Rng::uniform(uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }

double Rng::uniform(uint64_t index, double low, double high) const { return low + (high - low) * uniform(index); }

double Rng::normal(uint64_t index) const {
  const double radius = std::sqrt(-2 * fmath::log(1 - uniform(2 * index)));
  return radius * fmath::cos(6.283185307179586 * uniform(2 * index + 1));
}

uint32_t Rng::below(uint64_t index, uint32_t count) const {
  return static_cast<uint32_t>(((bits(index) >> 32) * count) >> 32);
}

}  // namespace myelin
