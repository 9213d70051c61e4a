// The fast matrix product against its definition, bit for bit, and against Eigen as an independent reference.
#include "kernels/gemm.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "base/rng.h"
#include "kernels/gemm_target.h"
#include "support/guarded.h"

namespace myelin {
namespace {

using test::Guarded;

// Stored matrices with strides a little larger than needed, so that a kernel that ignores a stride is caught.
template <class Real>
struct Operands {
  int m, n, k;
  Transpose a_op, b_op;
  int a_stride, b_stride, c_stride;
  Guarded<Real> a, b, c, start;

  Operands(int rows, int columns, int depth, Transpose op_a, Transpose op_b, int gap, uint64_t seed)
      : m(rows), n(columns), k(depth), a_op(op_a), b_op(op_b),
        a_stride((op_a == Transpose::none ? k : m) + gap),
        b_stride((op_b == Transpose::none ? n : k) + gap),
        c_stride(n + gap),
        a(area(op_a == Transpose::none ? m : k, a_stride)),
        b(area(op_b == Transpose::none ? k : n, b_stride)),
        c(area(m, c_stride)),
        start(static_cast<size_t>(n)) {
    const Rng random(seed, Stream::data);
    fill(a, random.child(1));
    fill(b, random.child(2));
    fill(c, random.child(3));
    fill(start, random.child(4));
  }
  static size_t area(int rows, int stride) { return static_cast<size_t>(rows) * static_cast<size_t>(stride); }
  static void fill(Guarded<Real>& values, const Rng& random) {
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Real>(random.uniform(i, -1, 1));
  }
  Gemm<Real> product(Real* to, bool accumulate, Arithmetic arithmetic = Arithmetic::exact) const {
    return {.m = m, .n = n, .k = k,
            .a = a.data(), .a_stride = a_stride, .a_op = a_op,
            .b = b.data(), .b_stride = b_stride, .b_op = b_op,
            .c = to, .c_stride = c_stride, .accumulate = accumulate, .arithmetic = arithmetic};
  }
};

constexpr std::array<Transpose, 2> kOps = {Transpose::none, Transpose::transposed};

// Each sum rounds once, in the order of gemm_reference().
template <class Real>
void fused_reference(const Gemm<Real>& product) {
  const auto at = [](const Real* from, int stride, Transpose op, int row, int column) {
    return op == Transpose::none ? from[static_cast<ptrdiff_t>(row) * stride + column] : from[static_cast<ptrdiff_t>(column) * stride + row];
  };
  for (int i = 0; i < product.m; ++i) {
    for (int j = 0; j < product.n; ++j) {
      Real& to = product.c[static_cast<ptrdiff_t>(i) * product.c_stride + j];
      Real sum = product.accumulate ? to : product.start != nullptr ? product.start[j] : 0;
      for (int p = 0; p < product.k; ++p) {
        sum = std::fma(at(product.a, product.a_stride, product.a_op, i, p), at(product.b, product.b_stride, product.b_op, p, j), sum);
      }
      to = sum;
    }
  }
}

// A processor without the instruction gives the exact bits.
template <class Real>
bool fuses(const GemmTarget<Real>& target, Executor& executor) {
  const Operands<Real> operands(8, 40, 9, Transpose::none, Transpose::none, 0, 2);
  Guarded<Real> exact = operands.c, got = operands.c, scratch(gemm_scratch<Real>(8, 40, 9, executor.workers()));
  gemm_reference(operands.product(exact.data(), false));
  gemm_on(target, operands.product(got.data(), false, Arithmetic::fused), scratch.data(), executor);
  return !got.same_bits(exact);
}

template <class Real>
bool same_as_reference(const Operands<Real>& operands, bool accumulate, Executor& executor, bool biased = false, Arithmetic arithmetic = Arithmetic::exact) {
  Guarded<Real> expected = operands.c, expected_fused = operands.c;
  const auto product = [&](Real* to) {
    Gemm<Real> made = operands.product(to, accumulate, arithmetic);
    if (biased) made.start = operands.start.data();
    return made;
  };
  gemm_reference(product(expected.data()));
  if (arithmetic == Arithmetic::fused) fused_reference(product(expected_fused.data()));
  bool same = true;
  const auto check = [&](bool fused, auto&& multiply) {
    Guarded<Real> got = operands.c;
    Guarded<Real> scratch(gemm_scratch<Real>(operands.m, operands.n, operands.k, executor.workers()));
    multiply(product(got.data()), scratch.data());
    // Comparing whole buffers also finds writes into the gaps between rows.
    same = same && got.same_bits(fused ? expected_fused : expected) && got.intact() && scratch.intact();
  };
  // Which target fused products take is the shape's affair.
  if (arithmetic == Arithmetic::exact) check(false, [&](const Gemm<Real>& one, Real* scratch) { gemm(one, scratch, executor); });
  for (const GemmTarget<Real>* target : gemm_targets<Real>()) {
    check(arithmetic == Arithmetic::fused && fuses(*target, executor), [&](const Gemm<Real>& one, Real* scratch) { gemm_on(*target, one, scratch, executor); });
  }
  return same;
}

template <class Real>
void check_shapes(Executor& executor, Arithmetic arithmetic = Arithmetic::exact) {
  // Around every edge of the kernels: register blocks of 4, 6 and 8 rows and 4 to 32 columns, tiles of 96 rows, depths of 128 to 512.
  constexpr int kShapes[][3] = {{1, 1, 1},    {1, 8, 10},   {10, 1, 8},    {10, 8, 2},   {3, 5, 7},    {4, 8, 16},
                                {5, 9, 17},   {7, 4, 65},   {8, 3, 130},   {13, 29, 31}, {33, 17, 64}, {1, 130, 66},
                                {100, 3, 70}, {97, 40, 129}, {31, 67, 257}, {12, 20, 600}, {200, 24, 300}, {64, 300, 100},
                                {5, 8, 600}, {5, 30, 520}};
  int wrong = 0;
  for (const auto& shape : kShapes) {
    for (Transpose a_op : kOps) {
      for (Transpose b_op : kOps) {
        for (bool accumulate : {false, true}) {
          const Operands<Real> operands(shape[0], shape[1], shape[2], a_op, b_op, shape[0] % 3, 5);
          const bool same = same_as_reference(operands, accumulate, executor, false, arithmetic) &&
                            same_as_reference(operands, accumulate, executor, true, arithmetic);
          if (!same) ++wrong;
          if (!same) MESSAGE("differs: " << shape[0] << "x" << shape[1] << "x" << shape[2]);
        }
      }
    }
  }
  CHECK(wrong == 0);
}

template <class Real>
double largest_difference_to_eigen(const Operands<Real>& operands, Arithmetic arithmetic, Executor& executor) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;
  const auto read = [](const Guarded<Real>& values, int stride, Transpose op, int rows, int columns) {
    Matrix matrix(rows, columns);
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < columns; ++j) {
        const int at = op == Transpose::none ? i * stride + j : j * stride + i;
        matrix(i, j) = static_cast<double>(values[static_cast<size_t>(at)]);
      }
    }
    return matrix;
  };
  const Matrix expected = read(operands.a, operands.a_stride, operands.a_op, operands.m, operands.k) *
                          read(operands.b, operands.b_stride, operands.b_op, operands.k, operands.n);
  Guarded<Real> c(operands.c.size());
  Guarded<Real> scratch(gemm_scratch<Real>(operands.m, operands.n, operands.k, executor.workers()));
  gemm(operands.product(c.data(), false, arithmetic), scratch.data(), executor);
  double largest = 0;
  for (int i = 0; i < operands.m; ++i) {
    for (int j = 0; j < operands.n; ++j) {
      const double got = static_cast<double>(c[static_cast<size_t>(i * operands.c_stride + j)]);
      largest = std::max(largest, std::fabs(got - expected(i, j)));
    }
  }
  return largest;
}

}  // namespace

TEST_SUITE("gemm") {
  TEST_CASE("has the bits of the reference for every shape, transposition and number of workers") {
    for (int workers : {1, 2, 3, 5}) {
      CAPTURE(workers);
      const std::unique_ptr<Executor> executor = make_executor(workers);
      check_shapes<float>(*executor);
      check_shapes<double>(*executor);
    }
  }

  TEST_CASE("fused, every shape has the bits of sums that round once") {
    const std::unique_ptr<Executor> executor = make_executor(2);
    check_shapes<float>(*executor, Arithmetic::fused);
    check_shapes<double>(*executor, Arithmetic::fused);
  }

  TEST_CASE("has the bits of the reference for every tiny shape") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    int wrong = 0;
    for (int m = 1; m <= 10; ++m) {
      for (int n = 1; n <= 9; ++n) {
        for (const int k : {1, 2, 3, 4, 5, 7, 8, 10, 16, 17}) {
          for (int ops = 0; ops < 8; ++ops) {
            const Operands<float> operands(m, n, k, kOps[static_cast<size_t>(ops & 1)], kOps[static_cast<size_t>(ops >> 1 & 1)], (m + k) % 2, 3);
            if (!same_as_reference(operands, false, *executor, ops >= 4)) ++wrong;
          }
        }
      }
    }
    CHECK(wrong == 0);
  }

  TEST_CASE("two products at once have the bits of one after the other") {
    for (int workers : {1, 2, 3}) {
      const std::unique_ptr<Executor> executor = make_executor(workers);
      constexpr int kShapes[][3] = {{64, 128, 32}, {32, 128, 64}, {97, 40, 129}, {10, 8, 2}};
      for (const auto& one : kShapes) {
        for (const auto& two : kShapes) {
          const Operands<float> first(one[0], one[1], one[2], Transpose::none, Transpose::none, 1, 5);
          const Operands<float> second(two[0], two[1], two[2], Transpose::transposed, Transpose::none, 2, 6);
          Guarded<float> expected_first = first.c, expected_second = second.c, got_first = first.c, got_second = second.c;
          gemm_reference(first.product(expected_first.data(), true));
          gemm_reference(second.product(expected_second.data(), false));
          Guarded<float> scratch(std::max(gemm_scratch<float>(first.m, first.n, first.k, workers), gemm_scratch<float>(second.m, second.n, second.k, workers)));
          gemm_both(first.product(got_first.data(), true), second.product(got_second.data(), false), scratch.data(), *executor);
          CHECK(got_first.same_bits(expected_first));
          CHECK(got_second.same_bits(expected_second));
          CHECK(scratch.intact());
        }
      }
    }
  }

  TEST_CASE("has the bits of the reference for random shapes") {
    const Rng random(11, Stream::data);
    const std::unique_ptr<Executor> executor = make_executor(2);
    for (uint64_t round = 0; round < 120; ++round) {
      const Rng own = random.child(round);
      const auto size = [&](uint64_t index, uint32_t count) { return 1 + static_cast<int>(own.below(index, count)); };
      const int m = size(0, 120), n = size(1, 90), k = size(2, 300), gap = size(3, 5) - 1;
      const Transpose a_op = kOps[own.below(4, 2)], b_op = kOps[own.below(5, 2)];
      const bool accumulate = own.below(6, 2) == 1;
      CAPTURE(round);
      CAPTURE(m);
      CAPTURE(n);
      CAPTURE(k);
      CHECK(same_as_reference(Operands<float>(m, n, k, a_op, b_op, gap, round), accumulate, *executor));
      CHECK(same_as_reference(Operands<double>(m, n, k, a_op, b_op, gap, round), accumulate, *executor));
    }
  }

  TEST_CASE("agrees with Eigen up to rounding, exact and fused") {
    const std::unique_ptr<Executor> executor = make_executor(2);
    for (Transpose a_op : kOps) {
      for (Transpose b_op : kOps) {
        for (Arithmetic arithmetic : {Arithmetic::exact, Arithmetic::fused}) {
          CHECK(largest_difference_to_eigen(Operands<double>(45, 70, 333, a_op, b_op, 2, 3), arithmetic, *executor) < 1e-12);
          CHECK(largest_difference_to_eigen(Operands<float>(45, 70, 333, a_op, b_op, 2, 3), arithmetic, *executor) < 1e-4);
        }
      }
    }
  }

  TEST_CASE("fused products do not depend on the number of workers either") {
    const Operands<float> operands(70, 90, 300, Transpose::none, Transpose::transposed, 0, 8);
    Guarded<float> first(0);
    for (int workers : {1, 2, 3, 5}) {
      const std::unique_ptr<Executor> executor = make_executor(workers);
      Guarded<float> c(operands.c.size());
      Guarded<float> scratch(gemm_scratch<float>(70, 90, 300, workers));
      gemm(operands.product(c.data(), false, Arithmetic::fused), scratch.data(), *executor);
      if (workers == 1) first = c;
      CHECK(c.same_bits(first));
    }
  }

  TEST_CASE("fused products have the same bits on every target that has the instruction") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    const Operands<float> operands(70, 90, 300, Transpose::transposed, Transpose::none, 0, 8);
    const std::span<const GemmTarget<float>* const> targets = gemm_targets<float>();
    MESSAGE("targets of this machine: " << targets.size());
    Guarded<float> first(0);
    for (const GemmTarget<float>* target : targets.subspan(std::min<size_t>(1, targets.size()))) {
      Guarded<float> c(operands.c.size());
      Guarded<float> scratch(gemm_scratch<float>(70, 90, 300, 1));
      gemm_on(*target, operands.product(c.data(), false, Arithmetic::fused), scratch.data(), *executor);
      if (first.size() == 0) first = c;
      CHECK(c.same_bits(first));
    }
  }

  TEST_CASE("an empty sum gives 0, or leaves C alone when accumulating") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    const float nothing = 0;
    float c[6] = {1, 2, 3, 4, 5, 6};
    Gemm<float> product{.m = 2, .n = 3, .k = 0, .a = &nothing, .b = &nothing, .b_stride = 3, .c = c, .c_stride = 3, .accumulate = true};
    gemm<float>(product, nullptr, *executor);
    CHECK(c[0] == 1);
    CHECK(c[5] == 6);
    product.accumulate = false;
    gemm<float>(product, nullptr, *executor);
    for (float value : c) CHECK(value == 0);
  }

  TEST_CASE("not-a-number and infinity reach exactly the elements they belong to") {
    Operands<float> operands(9, 11, 13, Transpose::none, Transpose::transposed, 0, 4);
    operands.a[static_cast<size_t>(8 * operands.a_stride + 12)] = std::numeric_limits<float>::quiet_NaN();
    const std::unique_ptr<Executor> executor = make_executor(1);
    Guarded<float> c(operands.c.size());
    Guarded<float> scratch(gemm_scratch<float>(9, 11, 13, 1));
    gemm(operands.product(c.data(), false), scratch.data(), *executor);
    for (size_t i = 0; i < c.size(); ++i) CHECK(std::isnan(c[i]) == (i >= 88));
  }

  TEST_CASE("scratch for a larger product is enough for a smaller one") {
    // A model plans for its largest batch and then also runs the last, smaller one.
    for (int size : {1, 3, 8, 31, 96, 97, 200, 1000}) {
      CHECK(gemm_scratch<float>(size, 10, 10, 1) <= gemm_scratch<float>(size + 1, 10, 10, 1));
      CHECK(gemm_scratch<float>(10, size, 10, 1) <= gemm_scratch<float>(10, size + 1, 10, 1));
      CHECK(gemm_scratch<float>(10, 10, size, 1) <= gemm_scratch<float>(10, 10, size + 1, 1));
      CHECK(gemm_scratch<double>(size, 10, 10, 2) <= gemm_scratch<double>(size, 10, 10, 3));
    }
  }
}

}  // namespace myelin
