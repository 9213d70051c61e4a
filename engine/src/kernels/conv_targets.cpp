// Which inner loops of convolutions this machine can run, and which of them suit a shape.
#include <array>

#include "kernels/conv_parts.h"

namespace myelin {
namespace {

template <class Real>
struct Targets {
  std::array<const ConvTarget<Real>*, 6> list{};
  size_t count = 0;
  Targets() {
    const auto add = [this](const ConvTarget<Real>& target) {
      if (target.gemm->available()) list[count++] = &target;
    };
    if constexpr (sizeof(Real) == sizeof(float)) {
      add(kConvPortableFloat);
      add(kConvPortableSquareFloat);
#if defined(__x86_64__)
      add(kConvAvx2Float);
      add(kConvAvx512HalvedFloat);
      add(kConvAvx512Float);
      add(kConvAvx512FewFloat);
#endif
    } else {
      add(kConvPortableDouble);
#if defined(__x86_64__)
      add(kConvAvx2Double);
      add(kConvAvx512Double);
#endif
    }
  }
};

}  // namespace

template <class Real>
std::span<const ConvTarget<Real>* const> conv_targets() {
  static const Targets<Real> targets;
  return {targets.list.data(), targets.count};
}

template <class Real>
const ConvTarget<Real>& conv_target_of(const ConvCall<Real>& call, FunctionRef<double(const ConvTarget<Real>&)> work) {
  if (call.target != nullptr) return *call.target;
  // Wider vectors may compute so much more that nobody asked for.
  const ConvTarget<Real>* best = nullptr;
  double least = 0;
  for (const ConvTarget<Real>* target : conv_targets<Real>()) {
    if (!target->gemm->suits()) continue;
    const double time = work(*target) / target->speed;
    if (best != nullptr && time > least) continue;
    best = target;
    least = time;
  }
  return *best;
}

template std::span<const ConvTarget<float>* const> conv_targets<float>();
template std::span<const ConvTarget<double>* const> conv_targets<double>();
template const ConvTarget<float>& conv_target_of<float>(const ConvCall<float>&, FunctionRef<double(const ConvTarget<float>&)>);
template const ConvTarget<double>& conv_target_of<double>(const ConvCall<double>&, FunctionRef<double(const ConvTarget<double>&)>);

}  // namespace myelin
