// The matrix product for what every target has: 128-bit vectors (SSE2, NEON, WebAssembly).
#include "kernels/gemm_tile.h"

namespace myelin {
namespace {

// 8 sums, 2 of B and 1 of A fit the 16 registers of SSE2, and so many hide the latency of exact arithmetic. Fused multiply-adds
// wait longer; 12 sums still leave a register for A and two for B.
constexpr int kRows = 4, kFusedRows = 6;

bool always() { return true; }

}  // namespace

void gemm_tiny(const Gemm<float>& product) { Tiny<simd::Simd<float, 16>>::run(product); }

constinit const GemmTarget<float> kGemmPortableFloat = make_target<Block<float, 16, kRows, 2>, Block<float, 16, kFusedRows, 2>>("128-bit", always, always);
constinit const GemmTarget<double> kGemmPortableDouble = make_target<Block<double, 16, kRows, 2>>("128-bit", always, always);

}  // namespace myelin
