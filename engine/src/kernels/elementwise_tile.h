// The loops of elementwise.h for the processor that the including file is compiled for. All names are local to the including
// file, and nothing of the standard library is called: code for a newer processor must not leak into other files. A value that is
// not a number must stay so: divergence is seen in the loss.
#pragma once

#include "kernels/elementwise.h"
#include "kernels/fmath_inline.h"
#include "kernels/norm_tile.h"
#include "kernels/simd.h"

namespace myelin {
namespace {

namespace math = fmath::inlined;

// Calls work(first, lanes) for vectors of `count` elements; the last may have fewer lanes.
template <class S, class Work>
MYELIN_INLINE void for_vectors(size_t count, Work work) {
  for (size_t first = 0; first < count; first += S::kLanes) {
    const size_t left = count - first;
    work(first, left < S::kLanes ? static_cast<int>(left) : S::kLanes);
  }
}
template <class S, class Real>
MYELIN_INLINE typename S::Vector load(const Real* from, int lanes) {
  return lanes == S::kLanes ? S::load(from) : S::load_some(from, lanes);
}
template <class S, class Real>
MYELIN_INLINE void store(Real* to, typename S::Vector value, int lanes) {
  if (lanes == S::kLanes) S::store(to, value);
  else S::store_some(to, value, lanes);
}

// --- Functions of one number: value and slope at value a = f(z) ------------------------------------------------------------

struct Sigmoid {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real, V z) { return math::sigmoid(z); }
  template <class V, class Real>
  static MYELIN_INLINE V slope(Real, V, V a) { return a * (Real(1) - a); }
};
struct Tanh {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real, V z) { return math::tanh(z); }
  template <class V, class Real>
  static MYELIN_INLINE V slope(Real, V, V a) { return Real(1) - a * a; }
};
struct Relu {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real, V z) { return z < V{} ? V{} : z; }
  template <class V, class Real>
  static MYELIN_INLINE V slope(Real, V, V a) { return a > V{} ? math::all<V>(1) : V{}; }
};
struct LeakyRelu {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real parameter, V z) { return z < V{} ? parameter * z : z; }
  template <class V, class Real>
  static MYELIN_INLINE V slope(Real parameter, V, V a) { return a > V{} ? math::all<V>(1) : math::all<V>(parameter); }
};
struct Elu {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real parameter, V z) {
    const V negative = parameter * math::expm1_negative(z > V{} ? V{} : z);
    return z > V{} ? z : negative;
  }
  template <class V, class Real>
  static MYELIN_INLINE V slope(Real parameter, V, V a) { return a > V{} ? math::all<V>(1) : a + parameter; }
};
struct Silu {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real, V z) { return z * math::sigmoid(z); }
  template <class V, class Real>
  static MYELIN_INLINE V slope(Real, V z, V a) {
    const V s = math::sigmoid(z);
    return s + a * (Real(1) - s);
  }
};
struct Heaviside {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real parameter, V z) {
    const V step = z > V{} ? math::all<V>(1) : V{};
    const V number = z == V{} ? math::all<V>(parameter) : step;
    return z != z ? z : number;
  }
};
struct Exp {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real, V z) { return math::exp(z); }
};
struct Power {
  template <class V, class Real>
  static MYELIN_INLINE V value(Real parameter, V z) { return math::exp(parameter * math::log(z)); }
};

// The last vector overlaps the one before, unless it is the only one and may have fewer lanes: its numbers are read before that
// one is written.
template <class S, class Function, class Real>
void map_values(Real parameter, Real* values, size_t count) {
  if (count == 0) return;
  const int lanes = count < S::kLanes ? static_cast<int>(count) : S::kLanes;
  Real* const end = values + (count - static_cast<size_t>(lanes));
  const typename S::Vector last = Function::value(parameter, load<S>(end, lanes));
  for (; values < end; values += S::kLanes) S::store(values, Function::value(parameter, S::load(values)));
  store<S>(end, last, lanes);
}

template <class S, class Function, bool ReadsArgument, class Real>
void map_slopes(Real parameter, const Real* z, const Real* a, Real* d, size_t count) {
  if (count == 0) return;
  const auto at = [&](size_t first, int lanes) __attribute__((always_inline)) {
    typename S::Vector argument{};
    if constexpr (ReadsArgument) argument = load<S>(z + first, lanes);
    return load<S>(d + first, lanes) * Function::slope(parameter, argument, load<S>(a + first, lanes));
  };
  const int lanes = count < S::kLanes ? static_cast<int>(count) : S::kLanes;
  const size_t end = count - static_cast<size_t>(lanes);
  const typename S::Vector last = at(end, lanes);
  for (size_t first = 0; first < end; first += S::kLanes) S::store(d + first, at(first, S::kLanes));
  store<S>(d + end, last, lanes);
}

// --- Optimisers: p and states s, t from the gradient g and constants c -------------------------------------------------------

// c: rate.
struct Sgd {
  static constexpr int kStates = 0;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V&, V&) { p = p - c[0] * g; }
};
// c: rate, momentum, share of the gradient.
struct Momentum {
  static constexpr int kStates = 1;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V& s, V&) {
    s = c[1] * s + c[2] * g;
    p = p - c[0] * s;
  }
};
// Nesterov's momentum in PyTorch's form (Sutskever et al. 2013, with the velocity in units of the gradient). c: rate, momentum.
struct Nesterov {
  static constexpr int kStates = 1;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V& s, V&) {
    s = c[1] * s + g;
    p = p - c[0] * (g + c[1] * s);
  }
};
// Duchi, Hazan and Singer 2011; the small number stands outside the root, as in PyTorch. c: rate, epsilon.
struct Adagrad {
  static constexpr int kStates = 1;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V& s, V&) {
    s = s + g * g;
    p = p - c[0] * g / (S::root(s) + c[1]);
  }
};
// Tieleman and Hinton 2012; the small number stands outside the root, as in PyTorch. c: rate, epsilon, rho, 1 - rho.
struct Rmsprop {
  static constexpr int kStates = 1;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V& s, V&) {
    s = c[2] * s + c[3] * (g * g);
    p = p - c[0] * g / (S::root(s) + c[1]);
  }
};
// Zeiler 2012, algorithm 1, times a rate (1 in the paper). c: as RMSprop's.
struct Adadelta {
  static constexpr int kStates = 2;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V& s, V& t) {
    s = c[2] * s + c[3] * (g * g);
    const V move = S::root(t + c[1]) / S::root(s + c[1]) * g;
    t = c[2] * t + c[3] * (move * move);
    p = p - c[0] * move;
  }
};
// Kingma and Ba 2015, algorithm 1. c: rate, epsilon, beta1, 1 - beta1, beta2, 1 - beta2, corrections of both moments.
struct Adam {
  static constexpr int kStates = 2;
  template <class S, class Real, class V>
  static MYELIN_INLINE void step(const Real* c, V& p, V g, V& s, V& t) {
    s = c[2] * s + c[3] * g;
    t = c[4] * t + c[5] * (g * g);
    p = p - c[0] * (s * c[6]) / (S::root(t * c[7]) + c[1]);
  }
};

template <class S, class Rule, class Real>
void update(const Update<Real>& given) {
  const Update<Real> u = given;  // a copy cannot alias the arrays
  for_vectors<S>(u.count, [&](size_t first, int lanes) __attribute__((always_inline)) {
    typename S::Vector p = load<S>(u.params + first, lanes), s{}, t{};
    if constexpr (Rule::kStates > 0) s = load<S>(u.state[0] + first, lanes);
    if constexpr (Rule::kStates > 1) t = load<S>(u.state[1] + first, lanes);
    Rule::template step<S>(u.constants, p, load<S>(u.grads + first, lanes), s, t);
    store<S>(u.params + first, p, lanes);
    if constexpr (Rule::kStates > 0) store<S>(u.state[0] + first, s, lanes);
    if constexpr (Rule::kStates > 1) store<S>(u.state[1] + first, t, lanes);
  });
}

// --- Rows ------------------------------------------------------------------------------------------------------------------

// Less the row's largest value first: no exponential overflows, and the quotients stay the same. The exponentials of all rows
// together: rows are often shorter than two vectors.
template <class S, class Real>
void softmax(Real* values, int rows, int width) {
  const size_t columns = static_cast<size_t>(width), count = static_cast<size_t>(rows) * columns;
  Real* const end = values + count;
  for (Real* z = values; z < end; z += width) {
    Real largest = z[0];
    for (int i = 1; i < width; ++i) largest = z[i] > largest ? z[i] : largest;
    for (int i = 0; i < width; ++i) z[i] = z[i] - largest;
  }
  map_values<S, Exp>(Real(0), values, count);
  for (Real* z = values; z < end; z += width) {
    Real sum = 0;
    for (int i = 0; i < width; ++i) sum += z[i];
    for_vectors<S>(columns, [&](size_t first, int lanes) __attribute__((always_inline)) {
      store<S>(z + first, load<S>(z + first, lanes) / sum, lanes);
    });
  }
}

template <class S, class Real>
void scaled_difference(Real factor, const Real* a, const Real* b, Real* to, size_t count) {
  for_vectors<S>(count, [&](size_t first, int lanes) __attribute__((always_inline)) {
    store<S>(to + first, factor * (load<S>(a + first, lanes) - load<S>(b + first, lanes)), lanes);
  });
}

template <class S, class Real>
void scale(Real factor, Real* values, size_t count) {
  for_vectors<S>(count, [&](size_t first, int lanes) __attribute__((always_inline)) {
    store<S>(values + first, factor * load<S>(values + first, lanes), lanes);
  });
}

template <class S, class Real>
void add_penalty(Real l1, Real l2, const Real* weights, Real* gradient, size_t count) {
  using V = typename S::Vector;
  for_vectors<S>(count, [&](size_t first, int lanes) __attribute__((always_inline)) {
    const V weight = load<S>(weights + first, lanes);
    const V negative = weight < V{} ? math::all<V>(-1) : V{};
    const V sign = weight > V{} ? math::all<V>(1) : negative;
    store<S>(gradient + first, load<S>(gradient + first, lanes) + (l2 * weight + l1 * sign), lanes);
  });
}

// So many vectors of columns side by side, because a sum waits for its last addition.
template <class S, int Vectors, class Real>
MYELIN_INLINE int sum_columns(const Real* values, int rows, int width, int column, Real* sums) {
  for (; column + Vectors * S::kLanes <= width; column += Vectors * S::kLanes) {
    typename S::Vector sum[Vectors] = {};
    const Real* from = values + column;
    for (int row = 0; row < rows; ++row, from += width) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sum[v] = sum[v] + S::load(from + v * S::kLanes);
    }
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) S::store(sums + column + v * S::kLanes, sum[v]);
  }
  return column;
}

template <class S, class Real>
void sum_rows(const Real* values, int rows, int width, Real* sums) {
  int column = sum_columns<S, 4>(values, rows, width, 0, sums);
  column = sum_columns<S, 2>(values, rows, width, column, sums);
  for (; column < width; column += S::kLanes) {
    const int lanes = width - column < S::kLanes ? width - column : S::kLanes;
    typename S::Vector sum{};
    const Real* from = values + column;
    for (int row = 0; row < rows; ++row, from += width) sum = sum + load<S>(from, lanes);
    store<S>(sums + column, sum, lanes);
  }
}

template <class Real, int Bytes>
constexpr ElementwiseTarget<Real> make_elementwise(const char* name, bool (*available)()) {
  using S = simd::Simd<Real, Bytes>;
  return {name,
          available,
          {map_values<S, Sigmoid, Real>, map_values<S, Tanh, Real>, map_values<S, Relu, Real>, map_values<S, LeakyRelu, Real>,
           map_values<S, Elu, Real>, map_values<S, Silu, Real>, map_values<S, Heaviside, Real>, map_values<S, Exp, Real>,
           map_values<S, Power, Real>},
          {map_slopes<S, Sigmoid, false, Real>, map_slopes<S, Tanh, false, Real>, map_slopes<S, Relu, false, Real>,
           map_slopes<S, LeakyRelu, false, Real>, map_slopes<S, Elu, false, Real>, map_slopes<S, Silu, true, Real>},
          {update<S, Sgd, Real>, update<S, Momentum, Real>, update<S, Nesterov, Real>, update<S, Adagrad, Real>, update<S, Rmsprop, Real>,
           update<S, Adadelta, Real>, update<S, Adam, Real>},
          softmax<S, Real>,
          scaled_difference<S, Real>,
          scale<S, Real>,
          add_penalty<S, Real>,
          sum_rows<S, Real>,
          make_norm<Real, Bytes>()};
}

}  // namespace
}  // namespace myelin
