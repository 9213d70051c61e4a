// Vectors by compiler extensions, as wide as a file is compiled for. Lanes follow the rules of scalars, so a vector loop gives
// the bits of the scalar loop, whatever the width. Kernels only; every function is always inlined, because a copy compiled for
// a newer processor must never serve an older one.
#pragma once

#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <immintrin.h>
#endif

#define MYELIN_INLINE inline __attribute__((always_inline))

namespace myelin {

// Where nothing fuses, one set of kernels serves both kinds of arithmetic.
#if defined(__wasm_relaxed_simd__) || defined(__FMA__) || defined(__aarch64__)
constexpr bool kFuses = true;
#else
constexpr bool kFuses = false;
#endif

MYELIN_INLINE int lesser(int a, int b) { return a < b ? a : b; }

}  // namespace myelin

namespace myelin::simd {

template <class Real, int Bytes>
struct Simd {
  typedef Real Vector __attribute__((vector_size(Bytes)));
  static constexpr int kLanes = Bytes / static_cast<int>(sizeof(Real));
#if defined(__AVX512F__)
  static constexpr bool kMasks = Bytes == 64;  // load_some and store_some are one instruction
#else
  static constexpr bool kMasks = false;
#endif
  // At any address that suits an element. By memcpy, because Clang 14 ignores the attribute that would loosen the alignment.
  static MYELIN_INLINE Vector load(const Real* from) {
    Vector value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  static MYELIN_INLINE void store(Real* to, Vector value) { std::memcpy(to, &value, sizeof(value)); }
  // The first `count` lanes, 1 to kLanes; the others are 0 and untouched in memory.
  static MYELIN_INLINE Vector load_some(const Real* from, int count);
  static MYELIN_INLINE void store_some(Real* to, Vector value, int count);
  static MYELIN_INLINE Vector splat(Real value) { return value - Vector{}; }  // x - 0 is x, with its sign, for every x

  static MYELIN_INLINE Vector scaled(const Real* factor, Vector values) { return splat(*factor) * values; }  // each lane times *factor

  static MYELIN_INLINE Vector root(Vector value);  // the square root, rounded correctly as everywhere

  // sum + a * b in one rounding where the target has the instruction; the reason why `fast` runs differ between machines.
  static MYELIN_INLINE Vector fused(Vector sum, Vector a, Vector b);
};

template <class Real, int Bytes>
MYELIN_INLINE typename Simd<Real, Bytes>::Vector Simd<Real, Bytes>::root(Vector value) {
#if defined(__wasm_simd128__)
  if constexpr (sizeof(Real) == 4) return reinterpret_cast<Vector>(wasm_f32x4_sqrt(reinterpret_cast<v128_t>(value)));
  else return reinterpret_cast<Vector>(wasm_f64x2_sqrt(reinterpret_cast<v128_t>(value)));
#else
#if defined(__AVX512F__)
  if constexpr (Bytes == 64 && sizeof(Real) == 4) return _mm512_maskz_sqrt_ps(static_cast<__mmask16>(-1), value);  // GCC bug 105593: the plain one warns
  else if constexpr (Bytes == 64) return _mm512_maskz_sqrt_pd(static_cast<__mmask8>(-1), value);
  else
#endif
#if defined(__AVX__)
  if constexpr (Bytes == 32 && sizeof(Real) == 4) return _mm256_sqrt_ps(value);
  else if constexpr (Bytes == 32) return _mm256_sqrt_pd(value);
  else
#endif
#if defined(__SSE2__)
  if constexpr (Bytes == 16 && sizeof(Real) == 4) return _mm_sqrt_ps(value);
  else if constexpr (Bytes == 16) return _mm_sqrt_pd(value);
  else
#endif
  {
    for (int i = 0; i < kLanes; ++i) {
      if constexpr (sizeof(Real) == 4) value[i] = __builtin_sqrtf(value[i]);
      else value[i] = __builtin_sqrt(value[i]);
    }
    return value;
  }
#endif
}

template <class Real, int Bytes>
MYELIN_INLINE typename Simd<Real, Bytes>::Vector Simd<Real, Bytes>::fused(Vector sum, Vector a, Vector b) {
#if defined(__wasm_relaxed_simd__)
  const auto lanes = [](Vector value) { return reinterpret_cast<v128_t>(value); };
  if constexpr (sizeof(Real) == 4) return reinterpret_cast<Vector>(wasm_f32x4_relaxed_madd(lanes(a), lanes(b), lanes(sum)));
  else return reinterpret_cast<Vector>(wasm_f64x2_relaxed_madd(lanes(a), lanes(b), lanes(sum)));
#elif defined(__FMA__)
  if constexpr (Bytes == 32 && sizeof(Real) == 4) return _mm256_fmadd_ps(a, b, sum);
  else if constexpr (Bytes == 32) return _mm256_fmadd_pd(a, b, sum);
#if defined(__AVX512F__)
  else if constexpr (Bytes == 64 && sizeof(Real) == 4) return _mm512_fmadd_ps(a, b, sum);
  else if constexpr (Bytes == 64) return _mm512_fmadd_pd(a, b, sum);
#endif
  else if constexpr (sizeof(Real) == 4) return _mm_fmadd_ps(a, b, sum);
  else return _mm_fmadd_pd(a, b, sum);
#elif defined(__aarch64__)
  for (int i = 0; i < kLanes; ++i) {
    if constexpr (sizeof(Real) == 4) sum[i] = __builtin_fmaf(a[i], b[i], sum[i]);
    else sum[i] = __builtin_fma(a[i], b[i], sum[i]);
  }
  return sum;
#else
  return sum + a * b;
#endif
}

template <class Real, int Bytes>
MYELIN_INLINE typename Simd<Real, Bytes>::Vector Simd<Real, Bytes>::load_some(const Real* from, int count) {
#if defined(__AVX512F__)
  if constexpr (Bytes == 64 && sizeof(Real) == 4) return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from);
  else if constexpr (Bytes == 64) return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << count) - 1), from);
  else
#endif
  if constexpr (kLanes > 4) {
    // Halves: no lane is set by a variable index, which would go through memory.
    using Half = Simd<Real, Bytes / 2>;
    typename Half::Vector halves[2] = {};
    if (count >= Half::kLanes) halves[0] = Half::load(from);
    else halves[0] = Half::load_some(from, count);
    if (count > Half::kLanes) halves[1] = Half::load_some(from + Half::kLanes, count - Half::kLanes);
    Vector value;
    std::memcpy(&value, halves, sizeof(value));
    return value;
  } else {
    if (count == kLanes) return load(from);
    Vector value{};
    value[0] = from[0];
    if constexpr (kLanes > 2) {
      if (count > 1) value[1] = from[1];
      if (count > 2) value[2] = from[2];
    }
    return value;
  }
}

template <class Real, int Bytes>
MYELIN_INLINE void Simd<Real, Bytes>::store_some(Real* to, Vector value, int count) {
#if defined(__AVX512F__)
  if constexpr (Bytes == 64 && sizeof(Real) == 4) return _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << count) - 1), value);
  else if constexpr (Bytes == 64) return _mm512_mask_storeu_pd(to, static_cast<__mmask8>((1u << count) - 1), value);
  else
#endif
  if constexpr (kLanes > 4) {
    using Half = Simd<Real, Bytes / 2>;
    typename Half::Vector halves[2];
    std::memcpy(halves, &value, sizeof(value));
    if (count >= Half::kLanes) Half::store(to, halves[0]);
    else Half::store_some(to, halves[0], count);
    if (count > Half::kLanes) Half::store_some(to + Half::kLanes, halves[1], count - Half::kLanes);
  } else {
    if (count == kLanes) return store(to, value);
    to[0] = value[0];
    if constexpr (kLanes > 2) {
      if (count > 1) to[1] = value[1];
      if (count > 2) to[2] = value[2];
    }
  }
}

#if defined(__AVX512F__)
// For processors that compute 512 bits in two halves (Zen 4). There a load that spreads a value over the lanes keeps the multipliers
// busy, so the multiplication spreads it: 8 x 2 vectors in registers, exact, 117 GFLOP/s instead of 78. Where units are 512 bits wide
// (Zen 5), loading the value for each product is what takes the time: 186 instead of 206. In assembler, because compilers load once
// what is used twice.
struct HalvedFloat : Simd<float, 64> {
  static MYELIN_INLINE Vector scaled(const float* factor, Vector values) {
    Vector products;
    __asm__("vmulps %1%{1to16%}, %2, %0" : "=v"(products) : "m"(*factor), "v"(values));
    return products;
  }
};
#endif

}  // namespace myelin::simd
