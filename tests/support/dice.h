// Random choices of a test, the same for the same seed.
#pragma once

#include "base/rng.h"

namespace myelin::test {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed, Stream::data) {}
  int below(size_t count) { return static_cast<int>(random_.below(index_++, static_cast<uint32_t>(count))); }
  bool one_in(size_t count) { return below(count) == 0; }
  double uniform(double low, double high) { return random_.uniform(index_++, low, high); }

 private:
  Rng random_;
  uint64_t index_ = 0;
};

}  // namespace myelin::test
