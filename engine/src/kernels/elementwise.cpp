// Chooses among the targets of elementwise.h, once.
#include "kernels/elementwise.h"

#include <array>

namespace myelin {
namespace {

template <class Real>
struct Targets {
  std::array<const ElementwiseTarget<Real>*, 3> list{};
  size_t count = 0;
  Targets() {
    const auto add = [this](const ElementwiseTarget<Real>& target) {
      if (target.available()) list[count++] = &target;
    };
    if constexpr (sizeof(Real) == sizeof(float)) {
      add(kElementwisePortableFloat);
#if defined(__x86_64__)
      add(kElementwiseAvx2Float);
      add(kElementwiseAvx512Float);
#endif
    } else {
      add(kElementwisePortableDouble);
#if defined(__x86_64__)
      add(kElementwiseAvx2Double);
      add(kElementwiseAvx512Double);
#endif
    }
  }
};

}  // namespace

template <class Real>
std::span<const ElementwiseTarget<Real>* const> elementwise_targets() {
  static const Targets<Real> targets;
  return {targets.list.data(), targets.count};
}

#if defined(__x86_64__)
template <class Real>
const ElementwiseTarget<Real>& elementwise() {
  return *elementwise_targets<Real>().back();
}
template const ElementwiseTarget<float>& elementwise<float>();
template const ElementwiseTarget<double>& elementwise<double>();
#endif

template std::span<const ElementwiseTarget<float>* const> elementwise_targets<float>();
template std::span<const ElementwiseTarget<double>* const> elementwise_targets<double>();

}  // namespace myelin
