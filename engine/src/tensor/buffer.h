// Memory aligned for SIMD, allocated once.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

namespace myelin {

inline constexpr size_t kAlignment = 64;  // bytes: a cache line, and the widest vector we meet

template <class Real>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count) : size_(count) {
    if (count == 0) return;
    data_.reset(static_cast<Real*>(::operator new(count * sizeof(Real), std::align_val_t{kAlignment})));
    for (size_t i = 0; i < count; ++i) data_.get()[i] = Real(0);
  }
  Real* data() { return data_.get(); }
  const Real* data() const { return data_.get(); }
  size_t size() const { return size_; }
  std::span<Real> span() { return {data_.get(), size_}; }
  std::span<const Real> span() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(Real* data) const { ::operator delete(data, std::align_val_t{kAlignment}); }
  };
  std::unique_ptr<Real, Free> data_;
  size_t size_ = 0;
};

}  // namespace myelin
