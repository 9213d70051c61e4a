// The loops of elementwise.h for x86 processors with AVX-512. This file alone is compiled for them.
#include "kernels/elementwise_tile.h"

namespace myelin {
namespace {

bool available() { return __builtin_cpu_supports("avx512f"); }

}  // namespace

constinit const ElementwiseTarget<float> kElementwiseAvx512Float = make_elementwise<float, 64>("AVX-512", available);
constinit const ElementwiseTarget<double> kElementwiseAvx512Double = make_elementwise<double, 64>("AVX-512", available);

}  // namespace myelin
