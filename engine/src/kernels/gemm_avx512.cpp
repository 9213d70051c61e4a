// The matrix product for x86 processors with AVX-512. This file alone is compiled for them.
#include "kernels/gemm_tile.h"

namespace myelin {
namespace {

// 16 sums, 2 of B and 1 of A fit the 32 registers with room for the products.
constexpr int kRows = 8;

bool available() { return __builtin_cpu_supports("avx512f"); }
bool in_halves() { return __builtin_cpu_is("amdfam19h"); }  // Zen 4
bool in_one() { return !in_halves(); }

}  // namespace

constinit const GemmTarget<float> kGemmAvx512Float = make_target<Block<float, 64, kRows, 2>>("AVX-512", available, in_one);
constinit const GemmTarget<float> kGemmAvx512HalvedFloat = make_target<Block<float, 64, kRows, 2, simd::HalvedFloat>>("AVX-512 in halves", available, in_halves);
constinit const GemmTarget<double> kGemmAvx512Double = make_target<Block<double, 64, kRows, 2>>("AVX-512", available, available);

}  // namespace myelin
