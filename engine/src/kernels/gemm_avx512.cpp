// The matrix product for x86 processors with AVX-512. This file alone is compiled for them.
#include "kernels/gemm_tile.h"

namespace myelin {
namespace {

// 16 sums, 2 of B and 1 of A fit the 32 registers with room for the products.
constexpr int kRows = 8;

bool available() { return __builtin_cpu_supports("avx512f"); }

// AMD's Zen 4 runs 512 bits as two halves; 256x256x256, one thread: exact 74 (AVX2: 97), fused 108 (AVX2: 105) GFLOP/s.
bool pays_exact() { return __builtin_cpu_is("intel"); }

}  // namespace

constinit const GemmTarget<float> kGemmAvx512Float = make_target<Block<float, 64, kRows, 2>>("AVX-512", available, pays_exact);
constinit const GemmTarget<double> kGemmAvx512Double = make_target<Block<double, 64, kRows, 2>>("AVX-512", available, pays_exact);

}  // namespace myelin
