// Randomness as a pure function of (seed, stream, index): drawing more of one thing never shifts another, and any draw
// can be repeated alone. The mixing is SplitMix64's finaliser (Steele, Lea, Flood 2014), applied per word.
#pragma once

#include <cstdint>

namespace myelin {

// What is drawn. Values are frozen: they decide every number of a published link.
enum class Stream : uint64_t {
  weights = 1,  // index: node << 32 | element, see Rng::child
  shuffle = 2,
  split = 3,
  data = 4,
  noise = 5,
  layer = 6,
  augment = 7,
};

class Rng {
 public:
  Rng(uint64_t seed, Stream stream, uint64_t child = 0);
  // A generator for a part of this one's subject (a node, an epoch), independent of it.
  Rng child(uint64_t index) const { return Rng(mix(key_ ^ mix(index + kGolden))); }

  uint64_t bits(uint64_t index) const { return mix(key_ + (index + 1) * kGolden); }
  double uniform(uint64_t index) const;                          // [0, 1), 53 bits
  double uniform(uint64_t index, double low, double high) const;  // [low, high)
  double normal(uint64_t index) const;                           // mean 0, deviation 1; Box-Muller on own log, sin, cos
  uint32_t below(uint64_t index, uint32_t count) const {         // [0, count), bias below 2^-32 * count
    return static_cast<uint32_t>(((bits(index) >> 32) * count) >> 32);
  }

 private:
  static constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio: SplitMix64's increment
  // Here, because each step of training draws a few times.
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  explicit Rng(uint64_t key) : key_(key) {}
  uint64_t key_;
};

}  // namespace myelin
