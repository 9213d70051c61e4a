// A buffer between two guard zones. Its content starts as not-a-number, so that reading before writing shows, and a write
// beyond either end is found whatever the build.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

namespace myelin::test {

template <class Real>
class Guarded {
 public:
  explicit Guarded(size_t count = 0) : count_(count), all_(count + 2 * kGuard, guard()) {
    for (size_t i = 0; i < count; ++i) data()[i] = std::numeric_limits<Real>::quiet_NaN();
  }
  Real* data() { return all_.data() + kGuard; }
  const Real* data() const { return all_.data() + kGuard; }
  size_t size() const { return count_; }
  Real& operator[](size_t index) { return data()[index]; }
  Real operator[](size_t index) const { return data()[index]; }
  bool intact() const {
    for (size_t i = 0; i < kGuard; ++i) {
      if (all_[i] != guard() || all_[kGuard + count_ + i] != guard()) return false;
    }
    return true;
  }
  bool same_bits(const Guarded& other) const {
    using Bits = std::conditional_t<sizeof(Real) == 4, uint32_t, uint64_t>;
    if (count_ != other.count_) return false;
    for (size_t i = 0; i < count_; ++i) {
      if (std::bit_cast<Bits>((*this)[i]) != std::bit_cast<Bits>(other[i])) return false;
    }
    return true;
  }

 private:
  static constexpr size_t kGuard = 64;
  static Real guard() { return Real(-1234.5); }
  size_t count_;
  std::vector<Real> all_;
};

}  // namespace myelin::test
