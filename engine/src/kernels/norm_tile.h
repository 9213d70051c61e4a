// The loops of norm.h for the processor that the including file is compiled for, under the rules of elementwise_tile.h. Where a channel
// has many positions, lanes are positions; where it has one, lanes are channels.
#pragma once

#include <cstring>

#include "kernels/norm.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

// Eight sums side by side on every target, so that the order of additions is the same everywhere.
constexpr int kNormLanes = 8;

template <int Bytes>
struct Doubles {
  using S = simd::Simd<double, Bytes>;
  using Vector = typename S::Vector;
  static constexpr int kParts = kNormLanes / S::kLanes;
  static MYELIN_INLINE Vector load(const double* from) { return S::load(from); }
  static MYELIN_INLINE Vector load(const float* from) {
    typedef float Few __attribute__((vector_size(Bytes / 2)));
    Few few;
    std::memcpy(&few, from, sizeof(few));
    return __builtin_convertvector(few, Vector);
  }
};

struct Value {
  static constexpr int kSums = 1;
  template <class V>
  static MYELIN_INLINE void add(V x, V, V, V, V* sums) { sums[0] = sums[0] + x; }
};
struct SquaredDistance {
  static constexpr int kSums = 1;
  template <class V>
  static MYELIN_INLINE void add(V x, V, V mean, V, V* sums) {
    const V apart = x - mean;
    sums[0] = sums[0] + apart * apart;
  }
};
struct ParamGradients {
  static constexpr int kSums = 2;
  template <class V>
  static MYELIN_INLINE void add(V x, V d_y, V mean, V inverse, V* sums) {
    sums[0] = sums[0] + d_y;
    sums[1] = sums[1] + d_y * ((x - mean) * inverse);
  }
};

template <int Bytes, class Term, class Real>
void sum_positions(const ChannelBlock& b, const Real* x, const Real* d_y, const double* mean, const double* inverse, double* const* sums) {
  using D = Doubles<Bytes>;
  using Vector = typename D::Vector;
  constexpr int kSums = Term::kSums;
  const int whole = b.positions / kNormLanes * kNormLanes;
  for (int channel = 0; channel < b.channels; ++channel) {
    const double center = mean[channel], factor = inverse[channel];
    const Vector centers = D::S::splat(center), factors = D::S::splat(factor);
    Vector parts[D::kParts][kSums] = {};
    double rest[kNormLanes][kSums] = {};
    for (int row = 0; row < b.rows; ++row) {
      const ptrdiff_t start = row * b.stride + static_cast<ptrdiff_t>(channel) * b.positions;
      for (int i = 0; i < whole; i += kNormLanes) {
#pragma GCC unroll 4
        for (int k = 0; k < D::kParts; ++k) {
          const ptrdiff_t at = start + i + k * D::S::kLanes;
          Term::add(D::load(x + at), D::load(d_y + at), centers, factors, parts[k]);
        }
      }
      for (int i = whole; i < b.positions; ++i) {
        Term::add(static_cast<double>(x[start + i]), static_cast<double>(d_y[start + i]), center, factor, rest[i - whole]);
      }
    }
    for (int s = 0; s < kSums; ++s) {
      double lanes[kNormLanes];
      for (int k = 0; k < D::kParts; ++k) D::S::store(lanes + k * D::S::kLanes, parts[k][s]);
      double sum = 0;
      for (int lane = 0; lane < kNormLanes; ++lane) sum += lanes[lane] + rest[lane][s];
      sums[s][channel] = sum;
    }
  }
}

template <int Bytes, class Term, class Real>
void sum_units(const ChannelBlock& b, const Real* x, const Real* d_y, const double* mean, const double* inverse, double* const* sums) {
  using D = Doubles<Bytes>;
  using Vector = typename D::Vector;
  constexpr int kSums = Term::kSums;
  for (int first = 0; first < b.channels; first += kNormLanes) {
    const int count = lesser(kNormLanes, b.channels - first);
    Vector parts[D::kParts][kSums] = {};
    Real some_values[kNormLanes] = {}, some_gradients[kNormLanes] = {};
    for (int row = 0; row < b.rows; ++row) {
      const Real* values = x + row * b.stride + first;
      const Real* gradients = d_y + row * b.stride + first;
      if (count < kNormLanes) {
        for (int i = 0; i < count; ++i) some_values[i] = values[i];
        for (int i = 0; i < count; ++i) some_gradients[i] = gradients[i];
        values = some_values;
        gradients = some_gradients;
      }
#pragma GCC unroll 4
      for (int k = 0; k < D::kParts; ++k) {
        const int at = k * D::S::kLanes;
        Term::add(D::load(values + at), D::load(gradients + at), D::load(mean + first + at), D::load(inverse + first + at), parts[k]);
      }
    }
    for (int s = 0; s < kSums; ++s) {
      double lanes[kNormLanes];
      for (int k = 0; k < D::kParts; ++k) D::S::store(lanes + k * D::S::kLanes, parts[k][s]);
      for (int lane = 0; lane < count; ++lane) sums[s][first + lane] = lanes[lane];
    }
  }
}

template <int Bytes, class Term, class Real>
MYELIN_INLINE void sum_channels(const ChannelBlock& b, const Real* x, const Real* d_y, const double* mean, const double* inverse, double* const* sums) {
  if (b.positions == 1) sum_units<Bytes, Term>(b, x, d_y, mean, inverse, sums);
  else sum_positions<Bytes, Term>(b, x, d_y, mean, inverse, sums);
}

// What a term does not read may be anything of the right length.
template <int Bytes, class Real>
void norm_sum(const ChannelBlock& b, const Real* x, double* sums) {
  constexpr double kNone[kNormChannels] = {};
  sum_channels<Bytes, Value>(b, x, x, kNone, kNone, &sums);
}
template <int Bytes, class Real>
void norm_squares(const ChannelBlock& b, const Real* x, const double* mean, double* sums) {
  sum_channels<Bytes, SquaredDistance>(b, x, x, mean, mean, &sums);
}
template <int Bytes, class Real>
void norm_param_gradients(const ChannelBlock& b, const Real* x, const Real* d_y, const double* mean, const double* inverse, double* d_bias, double* d_weight) {
  double* const sums[] = {d_bias, d_weight};
  sum_channels<Bytes, ParamGradients>(b, x, d_y, mean, inverse, sums);
}

// Calls work(index, lanes, constants as vectors) for all values.
template <class S, int Count, class Real, class Work>
MYELIN_INLINE void for_channel_vectors(const ChannelBlock& b, const Real* const (&constants)[Count], Work work) {
  typename S::Vector held[Count];
  if (b.positions == 1) {
    for (int first = 0; first < b.channels; first += S::kLanes) {
      const int lanes = lesser(S::kLanes, b.channels - first);
      for (int i = 0; i < Count; ++i) held[i] = lanes == S::kLanes ? S::load(constants[i] + first) : S::load_some(constants[i] + first, lanes);
      for (int row = 0; row < b.rows; ++row) work(row * b.stride + first, lanes, held);
    }
    return;
  }
  for (int row = 0; row < b.rows; ++row) {
    for (int channel = 0; channel < b.channels; ++channel) {
      for (int i = 0; i < Count; ++i) held[i] = S::splat(constants[i][channel]);
      const ptrdiff_t start = row * b.stride + static_cast<ptrdiff_t>(channel) * b.positions;
      const int whole = b.positions / S::kLanes * S::kLanes;
      for (int i = 0; i < whole; i += S::kLanes) work(start + i, S::kLanes, held);
      if (whole < b.positions) work(start + whole, b.positions - whole, held);
    }
  }
}

template <class S, class Real>
void norm_apply(const ChannelBlock& b, const Real* x, const Real* mean, const Real* scale, const Real* bias, Real* y) {
  for_channel_vectors<S, 3, Real>(b, {mean, scale, bias}, [&](ptrdiff_t at, int lanes, const typename S::Vector* c) __attribute__((always_inline)) {
    if (lanes == S::kLanes) S::store(y + at, (S::load(x + at) - c[0]) * c[1] + c[2]);
    else S::store_some(y + at, (S::load_some(x + at, lanes) - c[0]) * c[1] + c[2], lanes);
  });
}

template <class S, class Real>
void norm_gradient(const ChannelBlock& b, const Real* x, const Real* d_y, const NormGradient<Real>& g, bool adds, Real* d_x) {
  using V = typename S::Vector;
  for_channel_vectors<S, 5, Real>(b, {g.mean, g.inverse, g.scale, g.mean_d, g.mean_dz}, [&](ptrdiff_t at, int lanes, const V* c) __attribute__((always_inline)) {
    const auto get = [&](const Real* from) __attribute__((always_inline)) { return lanes == S::kLanes ? S::load(from + at) : S::load_some(from + at, lanes); };
    V gradient = c[2] * (get(d_y) - c[3] - (get(x) - c[0]) * c[1] * c[4]);
    if (adds) gradient = get(d_x) + gradient;
    if (lanes == S::kLanes) S::store(d_x + at, gradient);
    else S::store_some(d_x + at, gradient, lanes);
  });
}

template <class Real, int Bytes>
constexpr NormKernels<Real> make_norm() {
  using S = simd::Simd<Real, Bytes>;
  return {norm_sum<Bytes, Real>, norm_squares<Bytes, Real>, norm_apply<S, Real>, norm_param_gradients<Bytes, Real>, norm_gradient<S, Real>};
}

}  // namespace
}  // namespace myelin
