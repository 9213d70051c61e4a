// The convolution kernels against plain loops and against the definition, on every target and with any number of workers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "kernels/conv.h"
#include "kernels/conv_target.h"
#include "support/guarded.h"

namespace myelin {
namespace {

using test::Guarded;

template <class Real>
std::vector<Real> drawn(size_t count, uint64_t seed) {
  const Rng random(seed, Stream::data);
  std::vector<Real> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<Real>(random.uniform(i, -1, 1));
  return values;
}

// An axis on which the windows fit.
WindowAxis axis(int in, int size, int stride, int dilation, int begin, int end) {
  return {.in = in, .out = (in + begin + end - (size - 1) * dilation - 1) / stride + 1, .size = size, .stride = stride, .dilation = dilation, .begin = begin};
}

Conv random_conv(uint64_t seed) {
  const Rng random(seed, Stream::data);
  const auto up_to = [&random](uint64_t index, uint32_t most) { return 1 + static_cast<int>(random.below(index, most)); };
  const auto random_axis = [&](uint64_t at) {
    const int size = up_to(at, 4), dilation = up_to(at + 1, 3), begin = up_to(at + 2, 5) - 1, end = up_to(at + 3, 5) - 1;
    const int least = std::max(1, (size - 1) * dilation + 1 - begin - end);
    return axis(least + up_to(at + 4, seed % 3 == 0 ? 30 : 9) - 1, size, up_to(at + 5, 3), dilation, begin, end);
  };
  const int groups = random.below(0, 2) == 0 ? 1 : up_to(1, 4);
  // Every third is larger: several register blocks of filters and strips of columns, with all kinds of rests.
  const bool large = seed % 3 == 0;
  const int channels = large ? up_to(2, 12) : up_to(2, 3), filters = large ? up_to(3, 45) : up_to(3, 5);
  return {groups * channels, groups * filters, groups, random_axis(10), random_axis(20)};
}

template <class Real>
bool same_bits(const std::vector<Real>& a, const std::vector<Real>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0);
}

template <class Real>
double distance(const std::vector<Real>& a, const std::vector<Real>& b) {
  double apart = 0, size = 1e-30;
  for (size_t i = 0; i < a.size(); ++i) {
    apart = std::max(apart, std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    size = std::max(size, std::fabs(static_cast<double>(b[i])));
  }
  return apart / std::max(1.0, size);
}

// The fast kernels on every target against the plain loops: the same bits forward and backward to the input, close weight
// gradients; all the same on any target and with any number of workers.
template <class Real>
void compare(const Conv& conv, int batch, double tolerance) {
  INFO(conv.channels << " channels, " << conv.filters << " filters, " << conv.groups << " groups, rows " << conv.rows.in << " to "
                     << conv.rows.out << " by " << conv.rows.size << ", columns " << conv.columns.in << " to " << conv.columns.out);
  const size_t samples = static_cast<size_t>(batch), count = static_cast<size_t>(conv.filters) * static_cast<size_t>(conv.depth());
  const std::vector<Real> x = drawn<Real>(samples * conv.in_size(), 1), d = drawn<Real>(samples * conv.out_size(), 2), w = drawn<Real>(count, 3);
  const std::unique_ptr<Executor> alone = make_executor(1);
  const ConvCall<Real> plain = {conv, batch, nullptr, *alone};
  std::vector<Real> plain_y[2], plain_d_x[2], plain_d_w(count), first_d_w;
  for (const bool accumulate : {false, true}) {
    plain_y[accumulate] = drawn<Real>(d.size(), 4), plain_d_x[accumulate] = drawn<Real>(x.size(), 5);
    conv_direct_forward(plain, x.data(), w.data(), plain_y[accumulate].data(), accumulate);
    conv_direct_backward_input(plain, d.data(), w.data(), plain_d_x[accumulate].data(), accumulate);
  }
  conv_direct_backward_weights(plain, x.data(), d.data(), plain_d_w.data());
  std::vector<const ConvTarget<Real>*> targets = {nullptr};
  for (const ConvTarget<Real>* target : conv_targets<Real>()) targets.push_back(target);
  for (const int workers : {1, 3}) {
    const std::unique_ptr<Executor> executor = make_executor(workers);
    Guarded<Real> scratch(conv_scratch<Real>(conv, workers));
    for (const ConvTarget<Real>* target : targets) {
      const ConvCall<Real> call = {conv, batch, scratch.data(), *executor, Arithmetic::exact, target};
      for (const bool accumulate : {false, true}) {
        std::vector<Real> y = drawn<Real>(d.size(), 4), d_x = drawn<Real>(x.size(), 5), d_w = drawn<Real>(count, 6);
        conv_forward<Real>(call, x.data(), w.data(), nullptr, y.data(), accumulate);
        conv_backward_input(call, d.data(), w.data(), d_x.data(), accumulate);
        conv_backward_weights(call, x.data(), d.data(), d_w.data());
        CHECK(y == plain_y[accumulate]);
        CHECK(d_x == plain_d_x[accumulate]);
        CHECK(distance(d_w, plain_d_w) < tolerance);
        if (first_d_w.empty()) first_d_w = d_w;
        CHECK(same_bits(d_w, first_d_w));
        CHECK(scratch.intact());
      }
    }
  }
}

// In fused arithmetic every target comes close to the plain loops, those that are wider than 128 bits to the same bits; and which one is
// chosen, so which bits, is never the workers' affair.
void compare_fused(const Conv& conv, int batch) {
  INFO(conv.channels << " channels, " << conv.filters << " filters, batch " << batch);
  const size_t samples = static_cast<size_t>(batch), count = static_cast<size_t>(conv.filters) * static_cast<size_t>(conv.depth());
  const std::vector<float> x = drawn<float>(samples * conv.in_size(), 1), d = drawn<float>(samples * conv.out_size(), 2), w = drawn<float>(count, 3);
  std::vector<float> plain_y(d.size()), plain_d_x(x.size()), plain_d_w(count);
  const std::unique_ptr<Executor> alone = make_executor(1);
  const ConvCall<float> plain = {conv, batch, nullptr, *alone};
  conv_direct_forward(plain, x.data(), w.data(), plain_y.data(), false);
  conv_direct_backward_input(plain, d.data(), w.data(), plain_d_x.data(), false);
  conv_direct_backward_weights(plain, x.data(), d.data(), plain_d_w.data());
  std::vector<const ConvTarget<float>*> targets = {nullptr};
  for (const ConvTarget<float>* target : conv_targets<float>()) targets.push_back(target);
  std::vector<float> chosen, wide;
  for (const int workers : {1, 2, 4}) {
    const std::unique_ptr<Executor> executor = make_executor(workers);
    Guarded<float> scratch(conv_scratch<float>(conv, workers));
    for (const ConvTarget<float>* target : targets) {
      const ConvCall<float> call = {conv, batch, scratch.data(), *executor, Arithmetic::fused, target};
      std::vector<float> y(d.size()), d_x(x.size()), d_w(count);
      conv_forward<float>(call, x.data(), w.data(), nullptr, y.data(), false);
      conv_backward_input(call, d.data(), w.data(), d_x.data(), false);
      conv_backward_weights(call, x.data(), d.data(), d_w.data());
      CHECK(distance(y, plain_y) < 1e-5);
      CHECK(distance(d_x, plain_d_x) < 1e-5);
      CHECK(distance(d_w, plain_d_w) < 1e-5);
      CHECK(scratch.intact());
      y.insert(y.end(), d_x.begin(), d_x.end());
      y.insert(y.end(), d_w.begin(), d_w.end());
      if (target != nullptr && target->lanes == 4) continue;
      std::vector<float>& first = target == nullptr ? chosen : wide;
      if (first.empty()) first = y;
      CHECK(same_bits(y, first));
    }
  }
}

// Sums start from the bias, and each output is finished once.
void compare_with_bias(const Conv& conv, int batch) {
  const std::unique_ptr<Executor> executor = make_executor(3);
  const size_t size = static_cast<size_t>(batch) * conv.out_size(), plane = static_cast<size_t>(conv.out_plane());
  const std::vector<float> x = drawn<float>(static_cast<size_t>(batch) * conv.in_size(), 1), bias = drawn<float>(static_cast<size_t>(conv.filters), 4);
  const std::vector<float> w = drawn<float>(static_cast<size_t>(conv.filters) * static_cast<size_t>(conv.depth()), 3);
  Guarded<float> scratch(conv_scratch<float>(conv, 3));
  const ConvCall<float> call = {conv, batch, scratch.data(), *executor};
  std::vector<float> y(size), plain_y(size);
  for (size_t i = 0; i < size; ++i) plain_y[i] = bias[i / plane % static_cast<size_t>(conv.filters)];
  conv_direct_forward(call, x.data(), w.data(), plain_y.data(), true);
  for (float& value : plain_y) value *= 3;
  const auto finish = [&](size_t first, size_t count) {
    for (size_t i = first; i < first + count; ++i) y[i] *= 3;
  };
  const ConvFinish at_once(finish);
  conv_forward(call, x.data(), w.data(), bias.data(), y.data(), false, &at_once);
  CHECK(y == plain_y);
  CHECK(scratch.intact());
}

// The definition, in six loops that share nothing with the kernels.
std::vector<double> by_definition(const Conv& conv, const std::vector<double>& x, const std::vector<double>& w) {
  std::vector<double> y;
  const int channels = conv.channels / conv.groups, filters = conv.filters / conv.groups;
  for (int f = 0; f < conv.filters; ++f) {
    for (int r = 0; r < conv.rows.out; ++r) {
      for (int c = 0; c < conv.columns.out; ++c) {
        double sum = 0;
        for (int k = 0; k < channels; ++k) {
          for (int i = 0; i < conv.rows.size; ++i) {
            for (int j = 0; j < conv.columns.size; ++j) {
              const int row = r * conv.rows.stride - conv.rows.begin + i * conv.rows.dilation;
              const int column = c * conv.columns.stride - conv.columns.begin + j * conv.columns.dilation;
              if (row < 0 || row >= conv.rows.in || column < 0 || column >= conv.columns.in) continue;
              const int channel = f / filters * channels + k;
              sum += w[static_cast<size_t>(((f * channels + k) * conv.rows.size + i) * conv.columns.size + j)] *
                     x[static_cast<size_t>((channel * conv.rows.in + row) * conv.columns.in + column)];
            }
          }
        }
        y.push_back(sum);
      }
    }
  }
  return y;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

TEST_SUITE("convolution") {
  TEST_CASE("the fast kernels agree with plain loops on 150 random shapes, float and double, with any number of workers") {
    for (uint64_t seed = 1; seed <= 150; ++seed) {
      const Conv conv = random_conv(seed);
      INFO("seed " << seed);
      compare<double>(conv, 1 + static_cast<int>(seed % 4), 1e-13);
      compare<float>(conv, 3, 1e-5);
      compare_with_bias(conv, 3);
    }
  }

  TEST_CASE("so they do where an image is cut into blocks and a batch into tiles") {
    compare<float>({20, 24, 1, axis(40, 3, 1, 1, 1, 1), axis(37, 3, 1, 1, 1, 1)}, 2, 1e-5);     // 1480 positions of depth 180
    compare<float>({150, 9, 1, axis(9, 3, 1, 1, 1, 1), axis(11, 3, 1, 1, 1, 1)}, 3, 1e-5);      // depth 1350
    compare<float>({70, 100, 1, axis(9, 3, 2, 1, 1, 1), axis(10, 4, 2, 1, 1, 2)}, 7, 1e-5);     // few chunks of the batch
    compare<float>({12, 20, 1, axis(150, 5, 1, 1, 2, 2), axis(130, 5, 1, 1, 2, 2)}, 2, 1e-5);   // images in pieces
    compare_with_bias({12, 20, 2, axis(150, 5, 1, 1, 2, 2), axis(130, 5, 1, 1, 2, 2)}, 2);
    compare<float>({2, 3, 1, axis(5, 2, 4, 1, 0, 2), axis(9, 2, 5, 1, 0, 1)}, 2, 1e-5);         // inputs that no window reaches
    compare<double>({6, 130, 2, axis(20, 5, 2, 1, 2, 2), axis(120, 5, 1, 2, 0, 3)}, 2, 1e-13);
    compare<float>({64, 48, 1, axis(30, 1, 1, 1, 0, 0), axis(33, 1, 1, 1, 0, 0)}, 2, 1e-5);     // 1x1
    compare<float>({40, 40, 40, axis(30, 3, 1, 1, 1, 1), axis(33, 3, 1, 1, 1, 1)}, 2, 1e-5);    // depthwise
    compare<double>({3, 4, 1, axis(100, 3, 1, 1, 1, 1), axis(90, 3, 1, 1, 1, 1)}, 2, 1e-13);     // 9000 positions: blocks in all three
    compare<double>({1, 4, 1, axis(1, 1, 1, 1, 0, 0), axis(5000, 25, 3, 1, 12, 12)}, 2, 1e-13);  // a sequence
  }

  TEST_CASE("so they do where samples lie along the lanes, and kernel positions do") {
    const Conv second = {6, 16, 1, axis(14, 5, 1, 1, 0, 0), axis(14, 5, 1, 1, 0, 0)};  // LeNet's
    for (const int batch : {64, 37, 20, 9}) compare<float>(second, batch, 1e-5);
    compare_with_bias(second, 37);
    compare<double>(second, 21, 1e-13);
    const Conv bordered = {6, 10, 2, axis(4, 4, 1, 1, 3, 3), axis(5, 3, 1, 2, 4, 4)};  // two groups, more border than image
    for (const int batch : {33, 16, 5}) compare<float>(bordered, batch, 1e-5);
    compare_with_bias(bordered, 50);
    compare<float>({16, 9, 1, axis(6, 3, 2, 1, 2, 2), axis(7, 3, 3, 1, 2, 3)}, 40, 1e-5);  // forward with strides
    compare_with_bias({16, 9, 1, axis(6, 3, 2, 1, 2, 2), axis(7, 3, 3, 1, 2, 3)}, 40);
    const Conv first = {1, 6, 1, axis(28, 5, 1, 1, 2, 2), axis(28, 5, 1, 1, 2, 2)};
    for (const int batch : {64, 50, 3}) compare<float>(first, batch, 1e-5);  // 16 chunks, 13 with a last one of 2 samples, 3
    compare<double>(first, 5, 1e-13);
    compare<float>({2, 6, 1, axis(20, 5, 2, 1, 2, 2), axis(21, 5, 1, 1, 2, 2)}, 19, 1e-5);  // rows in steps of 2
    compare<float>({2, 6, 1, axis(20, 5, 2, 1, 2, 2), axis(21, 5, 1, 1, 2, 2)}, 32, 1e-5);
    compare<float>({4, 10, 2, axis(5, 3, 1, 1, 6, 0), axis(10, 3, 1, 1, 1, 1)}, 31, 1e-5);   // rows that lie beside the image
    compare<float>({3, 7, 1, axis(9, 2, 1, 1, 0, 1), axis(11, 4, 1, 1, 0, 0)}, 16, 1e-5);    // no position on its own
    compare<float>({2, 12, 2, axis(17, 9, 1, 1, 0, 0), axis(19, 11, 1, 1, 5, 5)}, 7, 1e-5);  // 99 kernel positions, two groups
    compare<float>({4, 12, 2, axis(9, 3, 1, 1, 1, 1), axis(10, 3, 1, 1, 1, 1)}, 5, 1e-5);    // the ninth is summed on its own
    compare<double>({2, 5, 1, axis(9, 7, 1, 1, 3, 3), axis(11, 7, 1, 1, 3, 3)}, 4, 1e-13);
  }

  TEST_CASE("so they do in fused arithmetic, but for the last bits") {
    for (const int batch : {9, 64}) compare_fused({1, 6, 1, axis(28, 5, 1, 1, 2, 2), axis(28, 5, 1, 1, 2, 2)}, batch);    // LeNet's
    compare_fused({6, 16, 1, axis(14, 5, 1, 1, 0, 0), axis(14, 5, 1, 1, 0, 0)}, 37);
    compare_fused({20, 24, 1, axis(13, 3, 1, 1, 1, 1), axis(37, 3, 1, 1, 1, 1)}, 2);  // some filters
    compare_fused({9, 3, 1, axis(13, 3, 2, 1, 1, 1), axis(31, 3, 1, 1, 1, 1)}, 3);
    compare_fused({2, 8, 1, axis(28, 2, 2, 1, 0, 0), axis(28, 2, 1, 1, 0, 0)}, 64);   // more workers than tiles of filters
    compare_fused({1, 8, 1, axis(14, 1, 1, 1, 0, 0), axis(28, 2, 1, 1, 0, 0)}, 64);
  }

  TEST_CASE("so they do where a kernel slides down an image") {
    compare<float>({1, 2, 1, axis(150, 5, 1, 1, 2, 2), axis(130, 5, 1, 1, 2, 2)}, 2, 1e-5);    // in pieces
    compare<double>({3, 1, 1, axis(9, 5, 1, 1, 6, 7), axis(11, 3, 1, 1, 1, 1)}, 3, 1e-13);     // more border than kernel
    compare<float>({2, 2, 2, axis(12, 3, 1, 1, 0, 0), axis(17, 3, 2, 1, 1, 1)}, 3, 1e-5);      // columns in steps of 2
    compare_with_bias({2, 2, 2, axis(12, 3, 1, 1, 0, 0), axis(17, 3, 2, 1, 1, 1)}, 3);
    for (int width = 1; width < 70; ++width) {
      compare<float>({2, 1, 1, axis(6, 3, 1, 1, 1, 1), axis(width, 5, 1, 1, 2, 2)}, 1, 1e-5);
      compare<float>({2, 1, 1, axis(6, 3, 1, 1, 0, 0), axis(width + 2, 3, 1, 1, 0, 0)}, 1, 1e-5);  // without a copy
    }
  }

  TEST_CASE("forward is the definition, and both gradients are its adjoints") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (uint64_t seed = 1; seed <= 100; ++seed) {
      INFO("seed " << seed);
      const Conv conv = random_conv(seed + 1000);
      Guarded<double> scratch(conv_scratch<double>(conv, 1));
      const ConvCall<double> call = {conv, 1, scratch.data(), *executor};
      const std::vector<double> x = drawn<double>(conv.in_size(), 1), d = drawn<double>(conv.out_size(), 2);
      const std::vector<double> w = drawn<double>(static_cast<size_t>(conv.filters) * static_cast<size_t>(conv.depth()), 3);
      std::vector<double> y(d.size()), d_x(x.size()), d_w(w.size());
      conv_forward<double>(call, x.data(), w.data(), nullptr, y.data(), false);
      conv_backward_input(call, d.data(), w.data(), d_x.data(), false);
      conv_backward_weights(call, x.data(), d.data(), d_w.data());
      CHECK(distance(y, by_definition(conv, x, w)) < 1e-14);
      CHECK(dot(y, d) == doctest::Approx(dot(x, d_x)).epsilon(1e-11));
      CHECK(dot(y, d) == doctest::Approx(dot(w, d_w)).epsilon(1e-11));
    }
  }
}

}  // namespace myelin
