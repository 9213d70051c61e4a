// Normalisation, dropout, noise, learned slopes, products and new shapes by example: the courses' numbers, the edges, and the
// sentences a wrong wiring gets.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

using test::LayerRun;

struct Bench {
  std::unique_ptr<Executor> executor = make_executor(1);
  LayerRun<double> run;
  Bench(const char* kind, std::initializer_list<std::pair<const char*, double>> values, std::vector<Shape> shapes, int batch)
      : run(*find_layer(kind), settings(kind, values), std::move(shapes), batch, *executor, 1) {}
  static Settings settings(const char* kind, std::initializer_list<std::pair<const char*, double>> values) {
    Settings made(find_layer(kind)->row.fields);
    for (const auto& [key, value] : values) REQUIRE(made.set(key, value));
    return made;
  }
  void put(std::initializer_list<double> values, size_t input = 0) { fill(run.inputs[input], values); }
  static void fill(test::Guarded<double>& to, std::initializer_list<double> values) {
    REQUIRE(values.size() == to.size());
    size_t i = 0;
    for (double value : values) to[i++] = value;
  }
};

Result<Shape> infer(const char* kind, std::initializer_list<std::pair<const char*, double>> values, std::vector<Shape> shapes) {
  return find_layer(kind)->make<double>(Bench::settings(kind, values))->infer(shapes);
}

// Of parameters weight 1, bias 0, mean 0, variance 1: how batch normalisation starts.
void start_batch_norm(LayerRun<double>& run, int channels) {
  for (int i = 0; i < 4 * channels; ++i) run.params[static_cast<size_t>(i)] = i / channels % 3 == 0 ? 1 : 0;
}

}  // namespace

TEST_SUITE("normalisation layers") {
  TEST_CASE("R7: batch normalisation makes 1, 2, 3, 4 into -1.341635, -0.447212, 0.447212, 1.341635") {
    Bench b("batch_norm", {}, {Shape{1}}, 4);
    start_batch_norm(b.run, 1);
    b.put({1, 2, 3, 4});
    b.run.forward();
    const double expected[4] = {-1.341635, -0.447212, 0.447212, 1.341635};
    for (size_t i = 0; i < 4; ++i) CHECK(b.run.output[i] == doctest::Approx(expected[i]).epsilon(1e-6));
    // The running statistics take over a tenth: mean 2.5, variance of a sample 5/3.
    b.run.backward(b.run.all(GradMode::overwrite));
    CHECK(b.run.params[2] - b.run.d_params[2] == doctest::Approx(0.25).epsilon(1e-12));
    CHECK(b.run.params[3] - b.run.d_params[3] == doctest::Approx(0.9 + 0.1 * 5 / 3).epsilon(1e-12));
    // In inference they are used, and stay.
    b.run.params[2] = 1;
    b.run.params[3] = 4 - 1e-5;
    b.run.forward(true, Arithmetic::exact, false);
    for (size_t i = 0; i < 4; ++i) CHECK(b.run.output[i] == doctest::Approx(static_cast<double>(i) / 2));
    b.run.backward(b.run.all(GradMode::overwrite), Arithmetic::exact, false);
    CHECK(b.run.d_params[2] == 0);
    CHECK(b.run.d_params[3] == 0);
  }

  TEST_CASE("batch normalisation of one sample or of a constant column gives the bias and no gradient") {
    for (int batch : {1, 6}) {
      Bench b("batch_norm", {}, {Shape{2}}, batch);
      Bench::fill(b.run.params, {3, 3, 0.5, -2, 7, 7, 1, 1});
      for (size_t i = 0; i < b.run.inputs[0].size(); ++i) b.run.inputs[0][i] = 0.1;
      b.run.forward();
      b.run.backward(b.run.all(GradMode::overwrite));
      for (size_t i = 0; i < b.run.output.size(); ++i) CHECK(b.run.output[i] == doctest::Approx(i % 2 == 0 ? 0.5 : -2).epsilon(1e-12));
      for (size_t i = 0; i < 2; ++i) CHECK(std::fabs(b.run.d_params[i]) < 1e-10);
      // One sample has no variance to learn from: 1 stays 1. Six equal ones have 0.
      CHECK(b.run.params[6] - b.run.d_params[6] == doctest::Approx(batch == 1 ? 1 : 0.9).epsilon(1e-12));
      CHECK(b.run.params[4] - b.run.d_params[4] == doctest::Approx(0.9 * 7 + 0.1 * 0.1).epsilon(1e-12));
      if (batch == 1) for (size_t i = 0; i < 2; ++i) CHECK(b.run.d_inputs[0][i] == 0);
    }
  }

  TEST_CASE("batch normalisation starts as the identity of normalised values, in PyTorch's names") {
    const std::vector<Shape> in = {Shape{3, 8, 8}};
    const auto specs = find_layer("batch_norm")->make<float>(Bench::settings("batch_norm", {}))->params(in);
    REQUIRE(specs.size() == 4);
    const char* names[4] = {"weight", "bias", "running_mean", "running_var"};
    for (size_t i = 0; i < 4; ++i) {
      CHECK(std::string_view(specs[i].name) == names[i]);
      CHECK(specs[i].shape == Shape{3});
      CHECK(specs[i].constant == (i % 3 == 0 ? 1 : 0));
      CHECK(specs[i].trained == (i < 2));
      CHECK_FALSE(specs[i].decays);
    }
  }

  TEST_CASE("layer normalisation looks at one sample: R7's numbers in a row, by position or over all") {
    for (double over : {0.0, 1.0}) {
      Bench b("layer_norm", {{"over", over}}, {Shape{4}}, 2);
      Bench::fill(b.run.params, {1, 1, 1, 1, 0, 0, 0, 0});
      b.put({1, 2, 3, 4, /* equal values divide by no zero */ 5, 5, 5, 5});
      b.run.forward();
      const double expected[8] = {-1.341635, -0.447212, 0.447212, 1.341635, 0, 0, 0, 0};
      for (size_t i = 0; i < 8; ++i) CHECK(b.run.output[i] == doctest::Approx(expected[i]).epsilon(1e-6));
    }
    Bench image("layer_norm", {}, {Shape{2, 1, 3}}, 1);
    Bench::fill(image.run.params, {1, 1, 0, 10});
    image.put({1, 2, 3, /**/ 3, 2, 1});
    image.run.forward();
    const double expected[6] = {-1, 0, 1, 11, 10, 9};
    for (size_t i = 0; i < 6; ++i) CHECK(image.run.output[i] == doctest::Approx(expected[i]).epsilon(1e-4));
  }

  TEST_CASE("local response normalisation divides by the neighbours' squares") {
    Bench b("local_response_norm", {{"size", 3}, {"alpha", 3}, {"beta", 1}, {"k", 1}}, {Shape{3, 1}}, 1);
    b.put({1, 2, 3});
    b.run.forward();
    CHECK(b.run.output[0] == doctest::Approx(1.0 / 6));
    CHECK(b.run.output[1] == doctest::Approx(2.0 / 15));
    CHECK(b.run.output[2] == doctest::Approx(3.0 / 14));
  }

  TEST_CASE("local response normalisation of images has its formula's values and slopes, there and back") {
    constexpr int kChannels = 5, kPositions = 9 * 9, kWindow = 4;  // a window of 4 holds two channels before and one behind
    constexpr double kAlpha = 0.8, kBeta = 0.75, kConstant = 2;
    Bench b("local_response_norm", {{"size", kWindow}, {"alpha", kAlpha}, {"beta", kBeta}, {"k", kConstant}}, {Shape{kChannels, 9, 9}}, 2);
    b.run.forward();
    b.run.backward(b.run.all(GradMode::overwrite));
    const auto near = [](int channel, int other) { return other >= channel - 2 && other <= channel + 1; };
    const auto at = [](int sample, int channel, int position) {
      return static_cast<size_t>((sample * kChannels + channel) * kPositions + position);
    };
    for (int sample = 0; sample < 2; ++sample) {
      for (int position = 0; position < kPositions; ++position) {
        double x[kChannels], weight[kChannels], divisor[kChannels];
        for (int c = 0; c < kChannels; ++c) {
          x[c] = b.run.inputs[0][at(sample, c, position)];
          weight[c] = b.run.weights[at(sample, c, position)];
        }
        for (int c = 0; c < kChannels; ++c) {
          double squares = 0;
          for (int other = 0; other < kChannels; ++other) squares += near(c, other) ? x[other] * x[other] : 0;
          divisor[c] = kConstant + kAlpha / kWindow * squares;
          CHECK(b.run.output[at(sample, c, position)] == doctest::Approx(x[c] * std::pow(divisor[c], -kBeta)).epsilon(1e-12));
        }
        for (int c = 0; c < kChannels; ++c) {
          double slope = weight[c] * std::pow(divisor[c], -kBeta);
          for (int other = 0; other < kChannels; ++other) {
            if (near(other, c)) slope -= weight[other] * x[other] * kBeta * std::pow(divisor[other], -kBeta - 1) * 2 * kAlpha / kWindow * x[c];
          }
          CHECK(b.run.d_inputs[0][at(sample, c, position)] == doctest::Approx(slope).epsilon(1e-12));
        }
      }
    }
    CHECK(b.run.intact());
  }

  TEST_CASE("R6: inverted dropout keeps the mean: what stays is x / keep_prob") {
    Bench b("dropout", {{"rate", 0.2}}, {Shape{5000}}, 4);
    b.run.forward();
    int kept = 0;
    for (size_t i = 0; i < b.run.output.size(); ++i) {
      const double x = b.run.inputs[0][i], y = b.run.output[i];
      if (y == 0) continue;
      ++kept;
      CHECK(y == doctest::Approx(x / 0.8).epsilon(1e-14));
    }
    CHECK(std::abs(kept - 16000) < 4 * 57);  // four deviations of a binomial
    int alike = 0;  // each sample has a mask of its own: 0.8² + 0.2² of two masks agree by chance
    for (size_t i = 0; i < 5000; ++i) alike += (b.run.output[i] == 0) == (b.run.output[5000 + i] == 0);
    CHECK(std::abs(alike - 3400) < 4 * 33);
    // Gradients pass where values did, by the same factor; another step draws another mask.
    b.run.backward(b.run.all(GradMode::overwrite));
    for (size_t i = 0; i < b.run.output.size(); ++i) CHECK((b.run.d_inputs[0][i] == 0) == (b.run.output[i] == 0));
    for (size_t i = 0; i < b.run.inputs[0].size(); ++i) b.run.inputs[0][i] = 1;
    b.run.forward();
    double sum = 0;
    for (size_t i = 0; i < b.run.output.size(); ++i) sum += b.run.output[i];
    CHECK(sum / static_cast<double>(b.run.output.size()) == doctest::Approx(1).epsilon(0.02));
    b.run.forward(true, Arithmetic::exact, false);
    CHECK(b.run.output.same_bits(b.run.inputs[0]));
  }

  TEST_CASE("classic dropout leaves training values as they are and scales by 1 - p in tests; whole channels go together") {
    Bench b("dropout", {{"rate", 0.5}, {"convention", 1}, {"channels", 1}}, {Shape{40, 3, 3}}, 5);
    for (size_t i = 0; i < b.run.inputs[0].size(); ++i) b.run.inputs[0][i] = 4;
    b.run.forward();
    int dropped = 0;
    for (size_t channel = 0; channel < 200; ++channel) {
      const double first = b.run.output[9 * channel];
      CHECK((first == 0 || first == 4));
      dropped += first == 0;
      for (size_t i = 1; i < 9; ++i) CHECK(b.run.output[9 * channel + i] == first);
    }
    CHECK(std::abs(dropped - 100) < 30);
    b.run.forward(true, Arithmetic::exact, false);
    for (size_t i = 0; i < b.run.output.size(); ++i) CHECK(b.run.output[i] == 2);
  }

  TEST_CASE("noise has the deviation it says, in training only") {
    Bench b("noise", {{"deviation", 2}}, {Shape{5000}}, 4);
    b.run.forward();
    double sum = 0, square = 0;
    for (size_t i = 0; i < b.run.output.size(); ++i) {
      const double noise = b.run.output[i] - b.run.inputs[0][i];
      sum += noise;
      square += noise * noise;
    }
    CHECK(std::fabs(sum / 20000) < 4 * 2 / std::sqrt(20000.0));
    CHECK(std::sqrt(square / 20000) == doctest::Approx(2).epsilon(0.02));
    double together = 0;  // two samples' noises have nothing to do with each other
    for (size_t i = 0; i < 5000; ++i) together += (b.run.output[i] - b.run.inputs[0][i]) * (b.run.output[5000 + i] - b.run.inputs[0][5000 + i]);
    CHECK(std::fabs(together / 5000) < 4 * 4 / std::sqrt(5000.0));
    b.run.forward(true, Arithmetic::exact, false);
    CHECK(b.run.output.same_bits(b.run.inputs[0]));
  }

  TEST_CASE("A4: PReLU with slope 0.01 gives -.02 -.01 0 1 2, with 0.1 -.2 -.1, and learns the slope") {
    for (double slope : {0.01, 0.1}) {
      Bench b("prelu", {{"slope", slope}}, {Shape{5}}, 1);
      CHECK(b.run.layer->params(b.run.shapes)[0].constant == slope);
      b.run.params[0] = slope;
      b.put({-2, -1, 0, 1, 2});
      b.run.forward();
      const double expected[5] = {-2 * slope, -slope, 0, 1, 2};
      for (size_t i = 0; i < 5; ++i) CHECK(b.run.output[i] == expected[i]);
      b.run.backward(b.run.all(GradMode::overwrite));
      CHECK(b.run.d_params[0] == doctest::Approx(-2 * b.run.weights[0] - b.run.weights[1]));
    }
    const std::vector<Shape> image = {Shape{6, 4, 4}};
    CHECK(find_layer("prelu")->make<float>(Bench::settings("prelu", {{"slopes", 1}}))->params(image)[0].shape == Shape{6});
  }

  TEST_CASE("multiply scales each channel by its factor, whichever input holds the factors") {
    for (const bool factors_first : {false, true}) {
      std::vector<Shape> shapes = {Shape{2, 1, 3}, Shape{2}};
      if (factors_first) std::swap(shapes[0], shapes[1]);
      Bench b("multiply", {}, shapes, 1);
      b.put({1, 2, 3, 4, 5, 6}, factors_first ? 1 : 0);
      b.put({10, -1}, factors_first ? 0 : 1);
      b.run.forward();
      CHECK(b.run.output_shape == Shape{2, 1, 3});
      const double expected[6] = {10, 20, 30, -4, -5, -6};
      for (size_t i = 0; i < 6; ++i) CHECK(b.run.output[i] == expected[i]);
    }
    CHECK(infer("multiply", {}, {Shape{3, 4, 4}, Shape{3, 1, 1}}).value() == Shape{3, 4, 4});
    CHECK(infer("multiply", {}, {Shape{3, 4, 4}, Shape{4}}).error().text.en ==
          "Only equal shapes, or channels and as many factors, can be multiplied; these are 3x4x4 and 4.");
    CHECK_FALSE(infer("multiply", {}, {Shape{3}, Shape{3}, Shape{3}}));
  }

  TEST_CASE("a value times itself is its square, with twice the value as gradient") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    const LayerPointer<double> multiply = find_layer("multiply")->make<double>(Settings());
    double x[3] = {1, -2, 4}, y[3], d_y[3] = {1, 10, 100}, d_x[3] = {7, 7, 7};
    const View<const double> inputs[2] = {{x, 1, Shape{3}}, {x, 1, Shape{3}}};
    const View<double> d_inputs[2] = {{d_x, 1, Shape{3}}, {d_x, 1, Shape{3}}};
    const GradMode modes[2] = {GradMode::overwrite, GradMode::accumulate};
    multiply->forward({.inputs = inputs, .output = {y, 1, Shape{3}}, .executor = *executor});
    multiply->backward({.inputs = inputs, .output = {}, .d_output = {d_y, 1, Shape{3}}, .d_inputs = d_inputs, .modes = modes, .executor = *executor});
    for (size_t i = 0; i < 3; ++i) {
      CHECK(y[i] == x[i] * x[i]);
      CHECK(d_x[i] == 2 * x[i] * d_y[i]);
    }
  }

  TEST_CASE("reshape reads the same values as an image, a sequence or a row, and says how many there are") {
    CHECK(infer("reshape", {{"channels", 1}, {"rows", 8}, {"columns", 8}}, {Shape{64}}).value() == Shape{1, 8, 8});
    CHECK(infer("reshape", {{"channels", 8}, {"columns", 8}}, {Shape{1, 8, 8}}).value() == Shape{8, 8});
    CHECK(infer("reshape", {}, {Shape{1, 8, 8}}).value() == Shape{64});
    const Result<Shape> wrong = infer("reshape", {{"channels", 3}, {"rows", 5}, {"columns", 4}}, {Shape{1, 8, 8}});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().text.en == "The input 1x8x8 has 64 values, but the shape 3x5x4 holds 60.");
    CHECK(wrong.error().text.fr == "L’entrée 1x8x8 a 64 valeurs, mais la forme 3x5x4 en contient 60.");
    // 2^48 values are no 0.
    CHECK_FALSE(infer("reshape", {{"channels", 65536}, {"rows", 65536}, {"columns", 65536}}, {Shape{1}}));
    Bench b("reshape", {{"rows", 2}, {"columns", 3}}, {Shape{6}}, 2);
    b.run.forward();
    CHECK(b.run.output.same_bits(b.run.inputs[0]));
  }
}

}  // namespace myelin
