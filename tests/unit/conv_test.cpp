// Convolutions by the courses' numbers, by their sizes and sentences, and the fast kernels against the plain loops.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "kernels/conv.h"
#include "kernels/conv_target.h"
#include "support/layer_fixture.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

using test::Guarded;
using test::LayerRun;
using Numbers = std::vector<double>;

LayerPointer<double> layer(const char* kind, const std::string& settings) {
  return find_layer(kind)->make<double>(test::settings_from(*find_layer(kind), settings));
}
Result<Shape> infer(const char* kind, const std::string& settings, Shape in) { return layer(kind, settings)->infer({&in, 1}); }
size_t parameters(const char* kind, const std::string& settings, Shape in) {
  return test::count_of(layer(kind, settings)->params({&in, 1}));
}
int64_t multiply_adds(const char* kind, const std::string& settings, Shape in) { return layer(kind, settings)->multiply_adds({&in, 1}); }
Message refusal(const char* kind, const std::string& settings, Shape in) {
  const Result<Shape> result = infer(kind, settings, in);
  REQUIRE_FALSE(static_cast<bool>(result));
  return result.error().text;
}

// What a layer without bias and activation answers on one sample.
Numbers answer(const char* kind, const std::string& settings, Shape in, const Numbers& input, const Numbers& weights) {
  const std::unique_ptr<Executor> executor = make_executor(1);
  const LayerRow& row = *find_layer(kind);
  LayerRun<double> run(row, test::settings_from(row, settings + ",bias:0,activation:linear"), {in}, 1, *executor, 1);
  REQUIRE(run.inputs[0].size() == input.size());
  REQUIRE(run.params.size() == weights.size());
  std::copy(input.begin(), input.end(), run.inputs[0].data());
  std::copy(weights.begin(), weights.end(), run.params.data());
  run.forward();
  return Numbers(run.output.data(), run.output.data() + run.output.size());
}

const Numbers kImage = {1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0};  // of C6, 5 x 5

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
        CHECK(d_w == first_d_w);
        CHECK(scratch.intact());
      }
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
  TEST_CASE("C4: a filter of the course's bank draws the edges of the image of C6") {
    CHECK(answer("conv2d", "filters:1", Shape{1, 5, 5}, kImage, {-1, -1, -1, 1, 1, 1, 0, 0, 0}) == Numbers{-1, 1, 1, -1, -1, 1, 0, 0, -1});
    // A bank: each filter gives the map it gives alone.
    const Numbers bank = {-1, -1, -1, 1, 1, 1, 0, 0, 0, /**/ -1, 1, 0, -1, 1, 0, -1, 1, 0, /**/ 0, 0, 0, 1, 1, 1, -1, -1, -1, /**/ 0, 1, -1, 0, 1, -1, 0, 1, -1};
    const Numbers maps = answer("conv2d", "filters:4", Shape{1, 5, 5}, kImage, bank);
    REQUIRE(maps.size() == 36);
    for (size_t f = 0; f < 4; ++f) {
      const auto at = static_cast<std::ptrdiff_t>(9 * f);
      const Numbers alone = answer("conv2d", "filters:1", Shape{1, 5, 5}, kImage, Numbers(bank.begin() + at, bank.begin() + at + 9));
      CHECK(alone == Numbers(maps.begin() + at, maps.begin() + at + 9));
    }
  }

  TEST_CASE("C5: the course's 1-D convolution, with strides 1 and 2") {
    const Numbers x = {0, 1, 2, -1, 1, -3, 0};
    CHECK(answer("conv1d", "filters:1", Shape{1, 7}, x, {1, 0, -1}) == Numbers{-2, 2, 1, 2, 1});
    CHECK(answer("conv1d", "filters:1,stride:2", Shape{1, 7}, x, {1, 0, -1}) == Numbers{-2, 1, 1});
    // A row of numbers is a sequence of one channel.
    CHECK(answer("conv1d", "filters:1,stride:2", Shape{7}, x, {1, 0, -1}) == Numbers{-2, 1, 1});
  }

  TEST_CASE("C6: the course's 2-D convolution, step by step and with stride 2") {
    const Numbers kernel = {1, 0, 1, 0, 1, 0, 1, 0, 1};
    CHECK(answer("conv2d", "filters:1", Shape{1, 5, 5}, kImage, kernel) == Numbers{4, 3, 4, 2, 4, 3, 2, 3, 4});
    CHECK(answer("conv2d", "filters:1,stride:2", Shape{1, 5, 5}, kImage, kernel) == Numbers{4, 4, 2, 4});
  }

  TEST_CASE("C7: an RGB convolution is the sum of three: 30 + 18 + 111 = 159") {
    // Planes and kernels of our own with the course's three sums; the course's picture is not at hand.
    const Numbers red = {1, 2, 3, 0, 1, 2, 2, 1, 0}, green = {2, 0, 1, 1, 3, 0, 0, 1, 2}, blue = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    const Numbers on_red = {5, 5, 5, 0, 0, 0, 0, 0, 0}, on_green = {1, 1, 1, 3, 3, 4, 1, 1, 1}, on_blue = {1, 2, 3, 5, 5, 1, 1, 1, 1};
    CHECK(answer("conv2d", "filters:1", Shape{1, 3, 3}, red, on_red) == Numbers{30});
    CHECK(answer("conv2d", "filters:1", Shape{1, 3, 3}, green, on_green) == Numbers{18});
    CHECK(answer("conv2d", "filters:1", Shape{1, 3, 3}, blue, on_blue) == Numbers{111});
    Numbers image = red, kernel = on_red;
    image.insert(image.end(), green.begin(), green.end());
    image.insert(image.end(), blue.begin(), blue.end());
    kernel.insert(kernel.end(), on_green.begin(), on_green.end());
    kernel.insert(kernel.end(), on_blue.begin(), on_blue.end());
    CHECK(answer("conv2d", "filters:1", Shape{3, 3, 3}, image, kernel) == Numbers{159});
  }

  TEST_CASE("C8: sizes follow the course's formulas, rounded down where the stride does not fit") {
    CHECK(infer("conv1d", "filters:1", Shape{1, 7}).value() == Shape{1, 5});
    CHECK(infer("conv1d", "filters:1,stride:2", Shape{1, 5}).value() == Shape{1, 2});
    CHECK(infer("conv1d", "filters:1,padding:number,pad:1", Shape{1, 5}).value() == Shape{1, 5});
    CHECK(infer("conv2d", "filters:1", Shape{1, 8, 9}).value() == Shape{1, 6, 7});
    CHECK(infer("conv2d", "filters:1,padding:same", Shape{1, 8, 9}).value() == Shape{1, 8, 9});
    CHECK(infer("conv2d", "filters:1,stride:3", Shape{1, 8, 9}).value() == Shape{1, 2, 3});  // 5/3 + 1 is not whole
    for (int n = 1; n <= 12; ++n) {
      for (int f = 1; f <= 5; ++f) {
        for (int s = 1; s <= 4; ++s) {
          for (int p = 0; p <= 2; ++p) {
            const std::string text = "filters:1,kernel:" + std::to_string(f) + ",stride:" + std::to_string(s);
            const Result<Shape> padded = infer("conv1d", text + ",padding:number,pad:" + std::to_string(p), Shape{1, n});
            CHECK(static_cast<bool>(padded) == (n + 2 * p >= f));
            if (padded) CHECK(padded.value()[1] == (n - f + 2 * p) / s + 1);
          }
          const Result<Shape> same = infer("conv1d", "filters:1,padding:same,kernel:" + std::to_string(f) + ",stride:" + std::to_string(s), Shape{1, n});
          CHECK(same.value()[1] == (n + s - 1) / s);
        }
      }
    }
    // Padding (F - 1) / 2 keeps the size.
    for (int f : {1, 3, 5, 7}) {
      const std::string pad = ",padding:number,pad:" + std::to_string((f - 1) / 2) + ",kernel:" + std::to_string(f);
      CHECK(infer("conv2d", "filters:1" + pad, Shape{1, 8, 9}).value() == Shape{1, 8, 9});
    }
  }

  TEST_CASE("C9, T5: the course's padded 1-D convolution, and the kernel that prints its input") {
    const Numbers x = {-1, -2, 2, 1, 2, 1, -3}, printed = {5, -10, -5, -1, 1, 14, -1};
    for (const char* padding : {",padding:number,pad:1", ",padding:same"}) {
      CHECK(answer("conv1d", std::string("filters:1") + padding, Shape{1, 7}, x, {2, 1, -3}) == printed);
      CHECK(answer("conv1d", std::string("filters:1") + padding, Shape{1, 7}, x, {0, 1, 0}) == x);
    }
  }

  TEST_CASE("C10, C11, C15: sizes and parameters of the courses' layers") {
    CHECK(infer("conv2d", "filters:10,kernel:5,padding:same", Shape{3, 32, 32}).value() == Shape{10, 32, 32});
    CHECK(parameters("conv2d", "filters:10,kernel:5,padding:same", Shape{3, 32, 32}) == 760);
    CHECK(infer("conv2d", "filters:32,padding:same", Shape{1, 28, 28}).value() == Shape{32, 28, 28});
    CHECK(parameters("conv2d", "filters:32,padding:same", Shape{1, 28, 28}) == 320);
    CHECK(infer("conv2d", "filters:6,kernel:5", Shape{3, 32, 32}).value() == Shape{6, 28, 28});
    CHECK(parameters("conv2d", "filters:6,kernel:5", Shape{3, 32, 32}) == 456);
    CHECK(infer("conv2d", "filters:10,kernel:5", Shape{6, 28, 28}).value() == Shape{10, 24, 24});
    CHECK(parameters("conv2d", "filters:10,kernel:5", Shape{6, 28, 28}) == 1510);
  }

  TEST_CASE("multiply-adds and parameters are those of the papers' layers") {
    CHECK(multiply_adds("conv2d", "filters:64,padding:same", Shape{3, 224, 224}) == 86704128);          // VGG's first
    CHECK(multiply_adds("conv2d", "filters:64,kernel:7,stride:2,padding:number,pad:3", Shape{3, 224, 224}) == 118013952);  // ResNet's
    CHECK(multiply_adds("conv2d", "filters:32,groups:0,padding:same", Shape{32, 112, 112}) == 3612672);  // MobileNet's depthwise
    CHECK(parameters("conv2d", "filters:256,kernel:5,groups:2,padding:number,pad:2", Shape{96, 27, 27}) == 307456);  // AlexNet's second
    CHECK(parameters("conv2d", "filters:192,kernel:1,kernel_columns:7,padding:same,bias:0", Shape{128, 17, 17}) == 172032);
    CHECK(parameters("conv_transpose2d", "filters:32,kernel:2", Shape{64, 8, 8}) == 64 * 32 * 4 + 32);
    CHECK(multiply_adds("conv_transpose2d", "filters:32,kernel:2", Shape{64, 8, 8}) == 64 * 32 * 4 * 64);
  }

  TEST_CASE("weights have PyTorch's layout") {
    const auto shape = [](const char* kind, const char* settings, Shape in) { return layer(kind, settings)->params({&in, 1})[0].shape; };
    CHECK(shape("conv2d", "filters:6,kernel:1,kernel_columns:7,groups:2", Shape{4, 9, 9}) == Shape{6, 2, 1, 7});
    CHECK(shape("conv1d", "filters:5", Shape{4, 9}) == Shape{5, 4, 3});
    CHECK(shape("conv_transpose2d", "filters:5", Shape{4, 9, 9}) == Shape{4, 5, 3, 3});
    Shape in{4, 9, 9};
    const ParamSpec spec = layer("conv2d", "filters:6,groups:2")->params({&in, 1})[0];
    CHECK(spec.fan_in == 18);
    CHECK(spec.fan_out == 27);
    CHECK(spec.decays);
  }

  TEST_CASE("a 1x1 convolution is a dense layer on each pixel, bit for bit") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    const LayerRow &conv = *find_layer("conv2d"), &dense = *find_layer("dense");
    LayerRun<float> whole(conv, test::settings_from(conv, "filters:5,kernel:1,activation:tanh"), {Shape{7, 3, 4}}, 2, *executor, 3);
    LayerRun<float> pixel(dense, test::settings_from(dense, "units:5"), {Shape{7}}, 24, *executor, 3);
    pixel.params = whole.params;
    const auto place = [](size_t sample, size_t channels, size_t channel, size_t at) { return (sample * channels + channel) * 12 + at; };
    for (size_t row = 0; row < 24; ++row) {
      for (size_t c = 0; c < 7; ++c) pixel.inputs[0][row * 7 + c] = whole.inputs[0][place(row / 12, 7, c, row % 12)];
    }
    whole.forward();
    pixel.forward();
    for (size_t row = 0; row < 24; ++row) {
      for (size_t c = 0; c < 5; ++c) CHECK(pixel.output[row * 5 + c] == whole.output[place(row / 12, 5, c, row % 12)]);
    }
  }

  TEST_CASE("a convolution follows its input: what is shifted in is shifted out") {
    const Numbers kernel = {1, 2, -1, 0, 3, 1, -2, 1, 1};
    Numbers image(64, 0), shifted(64, 0);
    for (size_t r = 2; r < 4; ++r) {
      for (size_t c = 1; c < 5; ++c) image[r * 8 + c] = shifted[(r + 2) * 8 + c + 1] = static_cast<double>(r * 5 + c);
    }
    const Numbers a = answer("conv2d", "filters:1,padding:same", Shape{1, 8, 8}, image, kernel);
    const Numbers b = answer("conv2d", "filters:1,padding:same", Shape{1, 8, 8}, shifted, kernel);
    for (size_t r = 0; r < 6; ++r) {
      for (size_t c = 0; c < 7; ++c) CHECK(b[(r + 2) * 8 + c + 1] == a[r * 8 + c]);
    }
  }

  TEST_CASE("a transposed convolution of stride 2 doubles an image; its padding cuts the border off") {
    CHECK(answer("conv_transpose2d", "filters:1,kernel:2", Shape{1, 1, 2}, {1, 10}, {1, 2, 3, 4}) == Numbers{1, 2, 10, 20, 3, 4, 30, 40});
    CHECK(infer("conv_transpose2d", "filters:4,kernel:2", Shape{8, 7, 9}).value() == Shape{4, 14, 18});
    CHECK(infer("conv_transpose2d", "filters:4,kernel:4,padding:number,pad:1", Shape{8, 7, 9}).value() == Shape{4, 14, 18});
    CHECK(infer("conv_transpose2d", "filters:4,kernel:5,padding:same,stride:3", Shape{8, 7, 9}).value() == Shape{4, 21, 27});
  }

  TEST_CASE("a convolution that does not fit says why, in both languages") {
    CHECK(refusal("conv2d", "kernel:5", Shape{1, 4, 4}).en == "The kernel 5x5 is larger than the input 4x4.");
    CHECK(refusal("conv2d", "kernel:5", Shape{1, 4, 4}).fr == "Le noyau 5x5 est plus grand que l’entrée 4x4.");
    CHECK(refusal("conv2d", "kernel:3,dilation:3,padding:number,pad:1", Shape{1, 4, 9}).en ==
          "The kernel 7x7 (with its gaps) is larger than the input 6x11 (with its padding).");
    CHECK(refusal("conv1d", "kernel:5", Shape{2, 4}).fr == "Le noyau 5 est plus grand que l’entrée 4.");
    CHECK(refusal("conv2d", "", Shape{16}).en == "This layer takes images (channels x rows x columns), not 16.");
    CHECK(refusal("conv1d", "", Shape{1, 8, 8}).fr == "Cette couche prend des séquences (canaux x longueur), et non 1x8x8.");
    CHECK(refusal("conv2d", "filters:8,groups:3", Shape{6, 8, 8}).en == "6 channels and 8 filters cannot be cut into 3 equal groups.");
    CHECK(refusal("conv2d", "filters:8,groups:0", Shape{3, 8, 8}).fr == "3 canaux et 8 filtres ne se coupent pas en 3 groupes égaux.");
    CHECK(refusal("conv_transpose2d", "kernel:1,stride:1,padding:number,pad:2", Shape{1, 4, 4}).en == "A padding of 2 takes away the whole output.");
    CHECK(refusal("conv2d", "filters:4096,padding:same", Shape{1, 100, 100}).en == "The output would have more than 16 million values.");
  }

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
    for (const int batch : {64, 3}) compare<float>(first, batch, 1e-5);
    compare<double>(first, 5, 1e-13);
    compare<float>({2, 6, 1, axis(20, 5, 2, 1, 2, 2), axis(21, 5, 1, 1, 2, 2)}, 19, 1e-5);  // rows in steps of 2
    compare<float>({2, 12, 2, axis(17, 9, 1, 1, 0, 0), axis(19, 11, 1, 1, 5, 5)}, 7, 1e-5);  // 99 kernel positions, two groups
    compare<float>({4, 12, 2, axis(9, 3, 1, 1, 1, 1), axis(10, 3, 1, 1, 1, 1)}, 5, 1e-5);    // the ninth is summed on its own
    compare<double>({2, 5, 1, axis(9, 7, 1, 1, 3, 3), axis(11, 7, 1, 1, 3, 3)}, 4, 1e-13);
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
      const Numbers x = drawn<double>(conv.in_size(), 1), d = drawn<double>(conv.out_size(), 2);
      const Numbers w = drawn<double>(static_cast<size_t>(conv.filters) * static_cast<size_t>(conv.depth()), 3);
      Numbers y(d.size()), d_x(x.size()), d_w(w.size());
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
