// 128-bit vectors by compiler extensions: what SSE2, NEON and WebAssembly all have. Lanes follow the rules of scalars, so a
// vector loop gives the bits of the scalar loop. Kernels only.
#pragma once

#include <cstring>

#if defined(__wasm_relaxed_simd__)
#include <wasm_simd128.h>
#elif defined(__FMA__)
#include <immintrin.h>
#endif

namespace myelin::simd {

using FloatLanes = float __attribute__((vector_size(16)));
using DoubleLanes = double __attribute__((vector_size(16)));

// At any address that suits an element. By memcpy, because Clang 14 ignores the attribute that would loosen the alignment.
template <class Vector, class Real>
inline Vector load_lanes(const Real* from) {
  Vector value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}
template <class Vector, class Real>
inline void store_lanes(Real* to, Vector value) {
  std::memcpy(to, &value, sizeof(value));
}

template <class Real>
struct Simd;

template <>
struct Simd<float> {
  using Vector = FloatLanes;
  static constexpr int kLanes = 4;
  static Vector load(const float* from) { return load_lanes<Vector>(from); }
  static void store(float* to, Vector value) { store_lanes<Vector>(to, value); }
  static Vector splat(float value) { return Vector{value, value, value, value}; }
};

template <>
struct Simd<double> {
  using Vector = DoubleLanes;
  static constexpr int kLanes = 2;
  static Vector load(const double* from) { return load_lanes<Vector>(from); }
  static void store(double* to, Vector value) { store_lanes<Vector>(to, value); }
  static Vector splat(double value) { return Vector{value, value}; }
};

// sum + a * b in one rounding where the target has the instruction; the reason why `fast` runs differ between machines.
#if defined(__wasm_relaxed_simd__)
inline FloatLanes fused(FloatLanes sum, FloatLanes a, FloatLanes b) {
  return reinterpret_cast<FloatLanes>(
      wasm_f32x4_relaxed_madd(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(sum)));
}
inline DoubleLanes fused(DoubleLanes sum, DoubleLanes a, DoubleLanes b) {
  return reinterpret_cast<DoubleLanes>(
      wasm_f64x2_relaxed_madd(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(sum)));
}
#elif defined(__FMA__)
inline FloatLanes fused(FloatLanes sum, FloatLanes a, FloatLanes b) { return _mm_fmadd_ps(a, b, sum); }
inline DoubleLanes fused(DoubleLanes sum, DoubleLanes a, DoubleLanes b) { return _mm_fmadd_pd(a, b, sum); }
#elif defined(__aarch64__)
inline FloatLanes fused(FloatLanes sum, FloatLanes a, FloatLanes b) {
  for (int i = 0; i < 4; ++i) sum[i] = __builtin_fmaf(a[i], b[i], sum[i]);
  return sum;
}
inline DoubleLanes fused(DoubleLanes sum, DoubleLanes a, DoubleLanes b) {
  for (int i = 0; i < 2; ++i) sum[i] = __builtin_fma(a[i], b[i], sum[i]);
  return sum;
}
#else
inline FloatLanes fused(FloatLanes sum, FloatLanes a, FloatLanes b) { return sum + a * b; }
inline DoubleLanes fused(DoubleLanes sum, DoubleLanes a, DoubleLanes b) { return sum + a * b; }
#endif

}  // namespace myelin::simd
