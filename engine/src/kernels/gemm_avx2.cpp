// The matrix product for x86 processors with AVX2 and FMA. This file alone is compiled for them.
#include "kernels/gemm_tile.h"

namespace myelin {
namespace {

// 12 sums, 2 of B and 1 of A fit the 16 registers.
constexpr int kRows = 6;

bool available() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

}  // namespace

constinit const GemmTarget<float> kGemmAvx2Float = make_target<Block<float, 32, kRows, 2>>("AVX2", available, available);
constinit const GemmTarget<double> kGemmAvx2Double = make_target<Block<double, 32, kRows, 2>>("AVX2", available, available);

}  // namespace myelin
