// Convolutions by the courses' numbers, by their sizes and sentences.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "support/layer_fixture.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

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
}

}  // namespace myelin
