// Pooling, upsampling and the ends of convolutional networks by the courses' numbers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "support/layer_fixture.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

using test::LayerRun;
using Numbers = std::vector<double>;

Settings settings(const char* kind, const std::string& text) { return test::settings_from(*find_layer(kind), text); }
Result<Shape> infer(const char* kind, const std::string& text, Shape in) {
  return find_layer(kind)->make<double>(settings(kind, text))->infer({&in, 1});
}

struct Answer {
  Numbers output, d_input;
};
// One sample; the gradient that comes back when every output's gradient is 1, 2, 3, ...
Answer answer(const char* kind, const std::string& text, Shape in, const Numbers& input) {
  const std::unique_ptr<Executor> executor = make_executor(1);
  LayerRun<double> run(*find_layer(kind), settings(kind, text), {in}, 1, *executor, 1);
  REQUIRE(run.inputs[0].size() == input.size());
  std::copy(input.begin(), input.end(), run.inputs[0].data());
  for (size_t i = 0; i < run.weights.size(); ++i) run.weights[i] = static_cast<double>(i + 1);
  run.forward();
  run.backward(run.all(GradMode::overwrite));
  return {Numbers(run.output.data(), run.output.data() + run.output.size()),
          Numbers(run.d_inputs[0].data(), run.d_inputs[0].data() + input.size())};
}

}  // namespace

TEST_SUITE("pooling") {
  TEST_CASE("C12: the course's 4x4 block by maximum, average, sum and maximum minus minimum") {
    const Numbers block = {12, 20, 30, 0, 8, 12, 2, 0, 34, 70, 37, 4, 112, 100, 25, 12};
    const Shape in{1, 4, 4};
    CHECK(infer("pool2d", "", in).value() == Shape{1, 2, 2});
    CHECK(answer("pool2d", "", in, block).output == Numbers{20, 30, 112, 37});
    CHECK(answer("pool2d", "mode:average", in, block).output == Numbers{13, 8, 79, 19.5});
    CHECK(answer("pool2d", "mode:sum", in, block).output == Numbers{52, 32, 316, 78});
    CHECK(answer("pool2d", "mode:max_min", in, block).output == Numbers{12, 30, 78, 33});
    CHECK(answer("pool2d", "", in, block).d_input == Numbers{0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 3, 0, 0, 0});
    // Two zeros in the second window: the first counts.
    CHECK(answer("pool2d", "mode:max_min", in, block).d_input == Numbers{0, 1, 2, -2, -1, 0, 0, 0, -3, 0, 4, -4, 3, 0, 0, 0});
    CHECK(answer("pool2d", "mode:average", in, block).d_input == Numbers{.25, .25, .5, .5, .25, .25, .5, .5, .75, .75, 1, 1, .75, .75, 1, 1});
    CHECK(answer("pool2d", "mode:sum", in, block).d_input == Numbers{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4});
  }

  TEST_CASE("C13: 1-D maxima of windows of 2 with stride 1") {
    const Answer got = answer("pool1d", "stride:1", Shape{1, 5}, {3, 1, 4, 1, 5});
    CHECK(got.output == Numbers{3, 4, 4, 5});
    CHECK(got.d_input == Numbers{1, 0, 2 + 3, 0, 4});
    CHECK(infer("pool1d", "stride:1", Shape{7}).value() == Shape{1, 6});
  }

  TEST_CASE("C11: pooling by 2 halves the maps of the course's network") {
    CHECK(infer("pool2d", "", Shape{32, 28, 28}).value() == Shape{32, 14, 14});
    CHECK(infer("pool2d", "mode:average", Shape{32, 28, 28}).value() == Shape{32, 14, 14});
    CHECK(infer("pool2d", "size:3", Shape{96, 55, 55}).value() == Shape{96, 27, 27});                  // AlexNet
    CHECK(infer("pool2d", "size:3,ceil:1", Shape{64, 112, 112}).value() == Shape{64, 56, 56});         // GoogLeNet
    CHECK(infer("pool2d", "size:3,padding:number", Shape{64, 112, 112}).value() == Shape{64, 56, 56});  // ResNet
  }

  TEST_CASE("C14: 5x5x2 is flattened to 50, channel by channel") {
    const Shape maps{2, 5, 5};
    CHECK(infer("flatten", "", maps).value() == Shape{50});
    Numbers values(50);
    for (size_t i = 0; i < 50; ++i) values[i] = static_cast<double>(i);
    CHECK(answer("flatten", "", maps, values).output == values);
  }

  TEST_CASE("C15: 32x32x3 becomes 28x28x6, then 24x24x10, then a row of 5760") {
    Shape at{3, 32, 32};
    at = infer("conv2d", "filters:6,kernel:5", at).value();
    CHECK(at == Shape{6, 28, 28});
    at = infer("conv2d", "filters:10,kernel:5", at).value();
    CHECK(at == Shape{10, 24, 24});
    CHECK(infer("flatten", "", at).value() == Shape{5760});
  }

  TEST_CASE("C16: global pooling leaves one value a map") {
    const Numbers maps = {1, 2, 3, 4, 5, 6, /**/ -1, 0, 8, 1, 0, 1};
    CHECK(infer("global_pool", "", Shape{10, 6, 6}).value() == Shape{10});
    CHECK(infer("global_pool", "", Shape{10, 6}).value() == Shape{10});
    CHECK(answer("global_pool", "", Shape{2, 2, 3}, maps).output == Numbers{3.5, 1.5});
    CHECK(answer("global_pool", "mode:max", Shape{2, 2, 3}, maps).output == Numbers{6, 8});
    CHECK(answer("global_pool", "mode:max", Shape{2, 2, 3}, maps).d_input == Numbers{0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0});
    CHECK(answer("global_pool", "", Shape{2, 6}, maps).d_input[11] == doctest::Approx(2.0 / 6));
  }

  TEST_CASE("padding never wins a maximum and may be left out of an average") {
    const Numbers negative = {-4, -3, -2, -1};
    CHECK(answer("pool2d", "size:3,stride:1,padding:number", Shape{1, 2, 2}, negative).output == Numbers{-1, -1, -1, -1});
    CHECK(answer("pool1d", "mode:average,size:3,stride:1,padding:same", Shape{1, 4}, {3, 6, 9, 12}).output == Numbers{3, 6, 9, 7});
    CHECK(answer("pool1d", "mode:average,size:3,stride:1,padding:same,count_padding:0", Shape{1, 4}, {3, 6, 9, 12}).output == Numbers{4.5, 6, 9, 10.5});
  }

  TEST_CASE("an odd padding lies at the end") {
    CHECK(answer("pool1d", "mode:sum,size:2,stride:1,padding:same", Shape{1, 3}, {1, 10, 100}).output == Numbers{11, 110, 100});
    CHECK(answer("pool1d", "size:2,stride:2,padding:same", Shape{1, 3}, {1, 10, 100}).output == Numbers{10, 100});
  }

  TEST_CASE("not-a-number is never pooled away, and never reads outside") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const char* kind : {"mode:max", "mode:max_min", "mode:average", "mode:sum"}) {
      for (size_t place = 0; place < 4; ++place) {
        Numbers values = {1, 2, 3, 4};
        values[place] = nan;
        CHECK(std::isnan(answer("pool2d", kind, Shape{1, 2, 2}, values).output[0]));
      }
      CHECK(std::isnan(answer("pool2d", kind, Shape{1, 2, 2}, {nan, nan, nan, nan}).output[0]));
    }
  }

  TEST_CASE("upsampling repeats pixels, and their gradients add up") {
    const Answer got = answer("upsample", "", Shape{1, 1, 2}, {1, 2});
    CHECK(got.output == Numbers{1, 1, 2, 2, 1, 1, 2, 2});
    CHECK(got.d_input == Numbers{1 + 2 + 5 + 6, 3 + 4 + 7 + 8});
    CHECK(answer("upsample", "factor:3", Shape{2, 1}, {4, 5}).output == Numbers{4, 4, 4, 5, 5, 5});
    // Average pooling takes back what upsampling did.
    CHECK(answer("pool2d", "mode:average", Shape{1, 2, 4}, got.output).output == Numbers{1, 2});
  }

  TEST_CASE("pooling that does not fit says why, in both languages") {
    const auto text = [](const Result<Shape>& result) {
      REQUIRE_FALSE(static_cast<bool>(result));
      return result.error().text;
    };
    CHECK(text(infer("pool2d", "size:3", Shape{4, 2, 8})).en == "The window 3x3 is larger than the input 2x8.");
    CHECK(text(infer("pool1d", "size:3", Shape{4, 2})).fr == "La fenêtre 3 est plus grande que l’entrée 2.");
    CHECK(text(infer("pool2d", "padding:number,pad:2", Shape{1, 8, 8})).en == "A padding of 2 would leave windows of size 2 without any input value.");
    CHECK(text(infer("pool2d", "", Shape{8})).en == "This layer takes images (channels x rows x columns), not 8.");
    CHECK(text(infer("global_pool", "", Shape{8})).fr == "Cette couche prend des images ou des séquences, et non 8.");
    CHECK(text(infer("upsample", "", Shape{8})).en == "This layer takes images or sequences, not 8.");
    CHECK(text(infer("upsample", "factor:32", Shape{64, 128, 128})).en == "The output would have more than 16 million values.");
  }
}

}  // namespace myelin
