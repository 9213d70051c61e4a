// Register kernels, as far as a target's registers go: 16, which is all that any browser has, or 32. One for each width that this
// program may meet, chosen at run time. Written out: a compiler that keeps an accumulator in memory would measure memory.
// Chains of x = x m + m, 14 of them, 20 where there are registers: 8 do not hide the latency of a fused multiply-add, 14 not quite
// that of a product and a sum. Where these are two instructions, Zen 4 reaches what its units can do if two products come before
// their two sums, nine tenths if they take turns, and compilers shuffle them: so they are in assembler. WebAssembly has none: there,
// products are of operands, nine of each three that are loaded, and wait for no sum.
#include "bench/ceiling.h"

#include <algorithm>
#include <array>
#include <string>

#if defined(__wasm_relaxed_simd__)
#include <wasm_simd128.h>
#elif defined(__x86_64__)
#include <immintrin.h>
#endif

namespace myelin::bench {
namespace {

// x = x m + m comes near m / (1 - m), far from zero, infinity and denormals. No x_i = m (i + 1) starts there: compilers leave out
// what never changes.
constexpr float kFactor = 0.7f;

#define MYELIN_BENCH_14(do) \
  do(0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13)
#define MYELIN_BENCH_20(do) MYELIN_BENCH_14(do) do(14) do(15) do(16) do(17) do(18) do(19)
#define MYELIN_BENCH_PAIRS_14(do) do(0, 1) do(2, 3) do(4, 5) do(6, 7) do(8, 9) do(10, 11) do(12, 13)
#define MYELIN_BENCH_PAIRS_20(do) MYELIN_BENCH_PAIRS_14(do) do(14, 15) do(16, 17) do(18, 19)
#define MYELIN_BENCH_BEGIN(i) Vector x##i = m * static_cast<float>(i + 1);
#define MYELIN_BENCH_ADD(i) sum += x##i;

// STEP(i, k) is one multiply-add each of accumulators xi and xk. START makes a vector of one number.
#define MYELIN_BENCH_CHAINS(name, attributes, count, Type, START, STEP)                                                        \
  attributes float name(int64_t rounds) {                                                                                      \
    using Vector = Type;                                                                                                        \
    const Vector m = START(kFactor);                                                                                            \
    MYELIN_BENCH_##count(MYELIN_BENCH_BEGIN)                                                                                    \
    for (int64_t round = 0; round < rounds; ++round) {                                                                          \
      MYELIN_BENCH_PAIRS_##count(STEP) MYELIN_BENCH_PAIRS_##count(STEP) MYELIN_BENCH_PAIRS_##count(STEP)                        \
      MYELIN_BENCH_PAIRS_##count(STEP)                                                                                          \
    }                                                                                                                           \
    Vector sum = x0 - x0;                                                                                                       \
    MYELIN_BENCH_##count(MYELIN_BENCH_ADD)                                                                                      \
    float total = 0;                                                                                                            \
    for (unsigned lane = 0; lane < sizeof(Vector) / sizeof(float); ++lane) total += sum[lane];                                  \
    return total;                                                                                                               \
  }

typedef float Vector128 __attribute__((vector_size(16)));
#define MYELIN_BENCH_START128(value) (Vector128{value, value, value, value})
constexpr int kChainSteps = 4 * 14;
[[maybe_unused]] constexpr int kMoreChainSteps = 4 * 20;

#if defined(__wasm__)
constexpr int kTurns = 64, kExactSteps = kTurns * 9;

float exact_128(int64_t rounds) {
  static const auto operands = [] {
    std::array<Vector128, kTurns * 3> vectors;
    for (int i = 0; i < kTurns * 3; ++i) vectors[i] = MYELIN_BENCH_START128(0.5f) + 0.5f * static_cast<float>(i) / (kTurns * 3);
    return vectors;
  }();
  const Vector128 m = MYELIN_BENCH_START128(kFactor);
  Vector128 s0 = m, s1 = m, s2 = m, s3 = m, s4 = m, s5 = m, s6 = m, s7 = m, s8 = m;
  for (int64_t round = 0; round < rounds; ++round) {
    for (const Vector128* from = operands.data(), *const end = from + kTurns * 3; from != end; from += 3) {
      const Vector128 x = from[0], y = from[1];
      s0 += x * m; s1 += y * m; s2 += x * x; s3 += y * y; s4 += x * y;
      const Vector128 z = from[2];
      s5 += z * m; s6 += z * x; s7 += z * z; s8 += z * y;
    }
  }
  const Vector128 sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + s8;
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

#else
#if defined(__x86_64__)
#define MYELIN_BENCH_MUL_ADD128(i, k) \
  __asm__("mulps %2, %0\n\tmulps %2, %1\n\taddps %2, %0\n\taddps %2, %1" : "+&x"(x##i), "+&x"(x##k) : "x"(m));
#define MYELIN_BENCH_MUL_ADD(i, k) \
  __asm__("vmulps %2, %0, %0\n\tvmulps %2, %1, %1\n\tvaddps %2, %0, %0\n\tvaddps %2, %1, %1" : "+&v"(x##i), "+&v"(x##k) : "v"(m));
#else
#define MYELIN_BENCH_MUL_ADD128(i, k) x##i = x##i * m; x##k = x##k * m; x##i = x##i + m; x##k = x##k + m;
#endif
constexpr int kExactSteps = kChainSteps;
MYELIN_BENCH_CHAINS(exact_128, , 14, Vector128, MYELIN_BENCH_START128, MYELIN_BENCH_MUL_ADD128)
#endif

#if defined(__wasm_relaxed_simd__)
#define MYELIN_BENCH_MADD(i) \
  x##i = reinterpret_cast<Vector128>( \
      wasm_f32x4_relaxed_madd(reinterpret_cast<v128_t>(x##i), reinterpret_cast<v128_t>(m), reinterpret_cast<v128_t>(m)));
#define MYELIN_BENCH_MADDS(i, k) MYELIN_BENCH_MADD(i) MYELIN_BENCH_MADD(k)
MYELIN_BENCH_CHAINS(fused_128, , 14, Vector128, MYELIN_BENCH_START128, MYELIN_BENCH_MADDS)
constexpr Ceiling kKnown[] = {{"ceiling/128/exact", false, 4, kExactSteps, exact_128}, {"ceiling/128/fast", true, 4, kChainSteps, fused_128}};
bool available(const Ceiling&) { return true; }

#elif defined(__x86_64__)
#define MYELIN_BENCH_FMA128(i, k) x##i = _mm_fmadd_ps(x##i, m, m); x##k = _mm_fmadd_ps(x##k, m, m);
#define MYELIN_BENCH_FMA256(i, k) x##i = _mm256_fmadd_ps(x##i, m, m); x##k = _mm256_fmadd_ps(x##k, m, m);
#define MYELIN_BENCH_FMA512(i, k) x##i = _mm512_fmadd_ps(x##i, m, m); x##k = _mm512_fmadd_ps(x##k, m, m);
#define MYELIN_BENCH_FOR(isa) __attribute__((target(isa)))
MYELIN_BENCH_CHAINS(fused_128, MYELIN_BENCH_FOR("fma"), 14, __m128, _mm_set1_ps, MYELIN_BENCH_FMA128)
MYELIN_BENCH_CHAINS(exact_256, MYELIN_BENCH_FOR("avx2"), 14, __m256, _mm256_set1_ps, MYELIN_BENCH_MUL_ADD)
MYELIN_BENCH_CHAINS(fused_256, MYELIN_BENCH_FOR("avx2,fma"), 14, __m256, _mm256_set1_ps, MYELIN_BENCH_FMA256)
MYELIN_BENCH_CHAINS(exact_512, MYELIN_BENCH_FOR("avx512f"), 20, __m512, _mm512_set1_ps, MYELIN_BENCH_MUL_ADD)
MYELIN_BENCH_CHAINS(fused_512, MYELIN_BENCH_FOR("avx512f"), 20, __m512, _mm512_set1_ps, MYELIN_BENCH_FMA512)
constexpr Ceiling kKnown[] = {{"ceiling/128/exact", false, 4, kExactSteps, exact_128},  {"ceiling/128/fast", true, 4, kChainSteps, fused_128},
                              {"ceiling/256/exact", false, 8, kExactSteps, exact_256},  {"ceiling/256/fast", true, 8, kChainSteps, fused_256},
                              {"ceiling/512/exact", false, 16, kMoreChainSteps, exact_512}, {"ceiling/512/fast", true, 16, kMoreChainSteps, fused_512}};
bool available(const Ceiling& ceiling) {
  if (ceiling.lanes == 16) return __builtin_cpu_supports("avx512f") != 0;
  if (ceiling.lanes == 8 && !__builtin_cpu_supports("avx2")) return false;
  return !ceiling.fused || __builtin_cpu_supports("fma") != 0;
}

#elif defined(__aarch64__)
#define MYELIN_BENCH_FMA(i, k) \
  for (int lane = 0; lane < 4; ++lane) x##i[lane] = __builtin_fmaf(x##i[lane], m[lane], m[lane]); \
  for (int lane = 0; lane < 4; ++lane) x##k[lane] = __builtin_fmaf(x##k[lane], m[lane], m[lane]);
MYELIN_BENCH_CHAINS(fused_128, , 14, Vector128, MYELIN_BENCH_START128, MYELIN_BENCH_FMA)
constexpr Ceiling kKnown[] = {{"ceiling/128/exact", false, 4, kExactSteps, exact_128}, {"ceiling/128/fast", true, 4, kChainSteps, fused_128}};
bool available(const Ceiling&) { return true; }

#else
constexpr Ceiling kKnown[] = {{"ceiling/128/exact", false, 4, kExactSteps, exact_128}};
bool available(const Ceiling&) { return true; }
#endif

struct Known {
  std::array<Ceiling, std::size(kKnown)> list{};
  size_t count = 0;
  Known() {
    for (const Ceiling& ceiling : kKnown) {
      if (available(ceiling)) list[count++] = ceiling;
    }
  }
};

class ArithmeticCeiling final : public Work {
 public:
  ArithmeticCeiling(const Ceiling& ceiling, Executor& executor)
      : ceiling_(ceiling), executor_(executor), sums_(static_cast<size_t>(executor.workers()) * kLine) {
    flops = 2.0 * kRounds * ceiling.steps * ceiling.lanes * executor.workers();
    items = flops / 1e9;
  }
  bool run(int64_t calls) override {
    executor_.run(executor_.workers(), [&](int tile, int) { sums_.data()[static_cast<size_t>(tile) * kLine] = ceiling_.run(calls * kRounds); });
    return sums_.data()[0] > 0;  // read, so that it must be computed
  }

 private:
  static constexpr int64_t kRounds = 100;
  static constexpr size_t kLine = 16;
  Ceiling ceiling_;
  Executor& executor_;
  Buffer<float> sums_;
};

class MemoryCeiling final : public Work {
 public:
  MemoryCeiling(double footprint, Executor& executor)
      : executor_(executor),
        count_(std::max<size_t>(1024, static_cast<size_t>(footprint / (2 * sizeof(float))))),
        x_(random_values(count_)), y_(random_values(count_)) {
    bytes = 3.0 * sizeof(float) * static_cast<double>(count_);
    items = bytes / 1e9;
  }
  bool run(int64_t calls) override {
    const auto workers = static_cast<size_t>(executor_.workers());
    for (int64_t call = 0; call < calls; ++call) {
      executor_.run(static_cast<int>(workers), [&](int tile, int) {
        const size_t begin = count_ * static_cast<size_t>(tile) / workers, end = count_ * (static_cast<size_t>(tile) + 1) / workers;
        pass(x_.data() + begin, y_.data() + begin, end - begin);
      });
    }
    return true;
  }

 private:
  static void pass(const float* __restrict x, float* __restrict y, size_t count) {
    for (size_t i = 0; i < count; ++i) y[i] = y[i] * 0.5f + x[i];
  }
  Executor& executor_;
  size_t count_;
  Buffer<float> x_, y_;
};

}  // namespace

std::span<const Ceiling> ceilings() {
  static const Known known;
  return {known.list.data(), known.count};
}

std::unique_ptr<Work> arithmetic_ceiling(const Ceiling& ceiling, Executor& executor) {
  return std::make_unique<ArithmeticCeiling>(ceiling, executor);
}
std::unique_ptr<Work> memory_ceiling(double bytes, Executor& executor) { return std::make_unique<MemoryCeiling>(bytes, executor); }

void add_ceilings(std::vector<Entry>& entries) {
  for (const Ceiling& ceiling : ceilings()) {
    entries.push_back({ceiling.name, "GFLOP/s", Bound::none, [ceiling](Executor& executor) { return arithmetic_ceiling(ceiling, executor); }});
  }
  // Larger than any cache that one core sees.
  constexpr double kLarge = 64.0 * (1 << 20);
  entries.push_back({"ceiling/memory", "GB/s", Bound::none, [](Executor& executor) { return memory_ceiling(kLarge, executor); }});
}

}  // namespace myelin::bench
