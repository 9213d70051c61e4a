// The loops of elementwise.h for x86 processors with AVX2. This file alone is compiled for them.
#include "kernels/elementwise_tile.h"

namespace myelin {
namespace {

bool available() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

}  // namespace

constinit const ElementwiseTarget<float> kElementwiseAvx2Float = make_elementwise<float, 32>("AVX2", available);
constinit const ElementwiseTarget<double> kElementwiseAvx2Double = make_elementwise<double, 32>("AVX2", available);

}  // namespace myelin
