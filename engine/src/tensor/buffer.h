// Memory aligned for SIMD, allocated once.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace myelin {

inline constexpr size_t kAlignment = 64;  // bytes: a cache line, and the widest vector we meet

// Memory whose size says how it is aligned. Natively what is large asks for huge pages: in small ones, which lie anywhere, some
// parts of the cache have to hold more than they can, and the same training took a tenth longer in one run than in the next.
void* allocate_memory(size_t bytes);
void free_memory(void* memory, size_t bytes);

template <class Real>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count) : size_(count) {
    if (count == 0) return;
    data_ = std::unique_ptr<Real, Free>(static_cast<Real*>(allocate_memory(count * sizeof(Real))), Free{count});
    for (size_t i = 0; i < count; ++i) data_.get()[i] = Real(0);
  }
  Real* data() { return data_.get(); }
  const Real* data() const { return data_.get(); }
  size_t size() const { return size_; }
  std::span<Real> span() { return {data_.get(), size_}; }
  std::span<const Real> span() const { return {data_.get(), size_}; }

 private:
  struct Free {
    size_t count = 0;
    void operator()(Real* data) const { free_memory(data, count * sizeof(Real)); }
  };
  std::unique_ptr<Real, Free> data_;
  size_t size_ = 0;
};

}  // namespace myelin
