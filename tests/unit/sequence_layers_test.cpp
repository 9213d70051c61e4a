// Words, recurrent layers and attention by example: the courses' bags of words, memories that can be followed by hand, what a
// position may and may not see.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

using test::LayerRun;

Settings settings_of(const char* kind, std::initializer_list<std::pair<const char*, double>> values) {
  Settings made(find_layer(kind)->row.fields);
  for (const auto& [key, value] : values) REQUIRE(made.set(key, value));
  return made;
}

struct Bench {
  std::unique_ptr<Executor> executor = make_executor(1);
  LayerRun<double> run;
  Bench(const char* kind, std::initializer_list<std::pair<const char*, double>> values, Shape shape, int batch = 1)
      : run(*find_layer(kind), settings_of(kind, values), {shape}, batch, *executor, 1) {}
  std::vector<double> answer(const std::vector<double>& input) {
    REQUIRE(input.size() == run.inputs[0].size());
    for (size_t i = 0; i < input.size(); ++i) run.inputs[0][i] = input[i];
    run.forward();
    return {run.output.data(), run.output.data() + run.output.size()};
  }
  void set_params(const std::vector<double>& values) {
    REQUIRE(values.size() == run.params.size());
    for (size_t i = 0; i < values.size(); ++i) run.params[i] = values[i];
  }
};

Message refusal(const char* kind, std::initializer_list<std::pair<const char*, double>> values, Shape shape) {
  const std::vector<Shape> shapes = {shape};
  const Result<Shape> result = find_layer(kind)->make<float>(settings_of(kind, values))->infer(shapes);
  REQUIRE_FALSE(static_cast<bool>(result));
  return result.error().text;
}

using List = std::vector<double>;

}  // namespace

TEST_SUITE("sequence layers") {
  TEST_CASE("X3, T6: words become a bag: [2,1,4] is (1,1,0,1,0,0,0,0,0,0), [9,6,3] is (0,0,1,0,0,1,0,0,1,0)") {
    Bench bag("bag", {{"vocabulary", 10}}, Shape{3});
    CHECK(bag.run.output_shape == Shape{10});
    CHECK(bag.answer({2, 1, 4}) == List{1, 1, 0, 1, 0, 0, 0, 0, 0, 0});
    CHECK(bag.answer({9, 6, 3}) == List{0, 0, 1, 0, 0, 1, 0, 0, 1, 0});
    CHECK(bag.answer({1, 2, 0}) == List{1, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(bag.answer({3, 3, 0}) == List{0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
    Bench counting("bag", {{"vocabulary", 4}, {"values", 1}}, Shape{5});
    CHECK(counting.answer({3, 3, 0, 1, 3}) == List{1, 0, 3, 0});
  }

  TEST_CASE("numbers that are no words give nothing, whatever they are") {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Bench bag("bag", {{"vocabulary", 3}}, Shape{9});
    CHECK(bag.answer({-1, 0, 4, 1e30, -1e30, std::nan(""), kInfinity, -kInfinity, 0.4}) == List{0, 0, 0});
    CHECK(bag.answer({1.2, 2.9, 0, 0, 0, 0, 0, 0, 0}) == List{1, 0, 1});
    Bench embedding("embedding", {{"vocabulary", 2}, {"size", 2}}, Shape{4});
    embedding.set_params({1, 2, /**/ 3, 4});
    CHECK(embedding.answer({0, 3, std::nan(""), 1e30}) == List{0, 0, 0, 0, /**/ 0, 0, 0, 0});
  }

  TEST_CASE("an embedding looks word k up in row k - 1 and lays the values out as channels") {
    Bench embedding("embedding", {{"vocabulary", 3}, {"size", 2}}, Shape{4});
    CHECK(embedding.run.output_shape == Shape{2, 4});
    embedding.set_params({1, 10, /**/ 2, 20, /**/ 3, 30});
    CHECK(embedding.answer({3, 1, 0, 3}) == List{3, 1, 0, 3, /**/ 30, 10, 0, 30});
    embedding.run.backward(embedding.run.all(GradMode::overwrite));
    const auto& d = embedding.run.d_params;
    const auto& g = embedding.run.weights;
    CHECK(d[0] == g[1]);
    CHECK(d[1] == g[5]);
    CHECK(d[2] == 0);
    CHECK(d[4] == g[0] + g[3]);
    CHECK(d[5] == g[4] + g[7]);
    CHECK(refusal("embedding", {}, Shape{3, 4}).en == "An embedding reads one row of word numbers, but its input is 3x4.");
  }

  TEST_CASE("a simple recurrent neuron lets an impulse fade by its own weight") {
    Bench rnn("rnn", {{"units", 1}, {"nonlinearity", 1}, {"output", 1}}, Shape{5});
    CHECK(rnn.run.output_shape == Shape{1, 5});
    rnn.set_params({2, 0.5, 0, 0});
    CHECK(rnn.answer({3, 0, 0, 0, 0}) == List{6, 3, 1.5, 0.75, 0.375});
    Bench last("rnn", {{"units", 1}, {"nonlinearity", 1}}, Shape{5});
    last.set_params({2, 0.5, 1, 1});
    CHECK(last.run.output_shape == Shape{1});
    CHECK(last.answer({0, 0, 0, 0, 0})[0] == 2 * (1 + 0.5 + 0.25 + 0.125 + 0.0625));
  }

  TEST_CASE("an LSTM with open forget gate and closed doors keeps what it once read; a GRU with z near 1 too") {
    // i opens for x > 0.5 only, f is open, g = tanh(x), o is open.
    Bench lstm("lstm", {{"units", 1}}, Shape{60});
    lstm.set_params({100, 0, 1, 0, /**/ 0, 0, 0, 0, /**/ -50, 50, 0, 50, /**/ 0, 0, 0, 0});
    List input(60, 0);
    input[3] = 1;
    CHECK(lstm.answer(input)[0] == doctest::Approx(std::tanh(std::tanh(1))).epsilon(1e-12));
    CHECK(lstm.answer(List(60, 0))[0] == doctest::Approx(0).epsilon(1e-12));
    // z closes for x > 0.5 only, n = tanh(x).
    Bench gru("gru", {{"units", 1}}, Shape{60});
    gru.set_params({0, -100, 1, /**/ 0, 0, 0, /**/ 0, 50, 0, /**/ 0, 0, 0});
    CHECK(gru.answer(input)[0] == doctest::Approx(std::tanh(1)).epsilon(1e-12));
  }

  TEST_CASE("recurrent layers have PyTorch's parameters and count their products") {
    struct Expected { const char* kind; int gates; };
    const std::vector<Shape> in = {Shape{3, 10}};
    for (const Expected& expected : {Expected{"rnn", 1}, Expected{"gru", 3}, Expected{"lstm", 4}}) {
      const LayerPointer<float> layer = find_layer(expected.kind)->make<float>(settings_of(expected.kind, {{"units", 5}}));
      const std::vector<ParamSpec> specs = layer->params(in);
      REQUIRE(specs.size() == 4);
      const char* names[4] = {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"};
      const Shape shapes[4] = {{5 * expected.gates, 3}, {5 * expected.gates, 5}, {5 * expected.gates}, {5 * expected.gates}};
      for (size_t i = 0; i < 4; ++i) {
        CHECK(std::string_view(specs[i].name) == names[i]);
        CHECK(specs[i].shape == shapes[i]);
        CHECK(std::string_view(specs[i].initializer) == "uniform");
        CHECK(specs[i].scale == doctest::Approx(1 / std::sqrt(5.0)));
      }
      CHECK(layer->multiply_adds(in) == 10 * expected.gates * 5 * (3 + 5));
      CHECK(refusal(expected.kind, {}, Shape{1, 8, 8}).en ==
            "This layer reads a sequence, channels x length, but its input is 1x8x8: put a reshape layer before it.");
    }
    const std::vector<Shape> sequence = {Shape{6, 7}};
    const LayerPointer<float> attention = find_layer("attention")->make<float>(settings_of("attention", {{"heads", 3}}));
    CHECK(test::count_of(attention->params(sequence)) == 4 * 6 * 6 + 4 * 6);
    CHECK(attention->multiply_adds(sequence) == 4 * 6 * 6 * 7 + 2 * 6 * 7 * 7);
    CHECK(refusal("attention", {{"heads", 4}}, Shape{6, 7}).fr ==
          "Les canaux sont répartis entre les têtes, mais 6 n’est pas divisible par 4.");
  }

  TEST_CASE("more values than can be counted are refused, not computed") {
    const char* text = "This layer would make more than 16 million values of one sample.";
    CHECK(refusal("attention", {}, Shape{1, 65536}).en == text);
    CHECK(refusal("lstm", {{"units", 1024}}, Shape{4'000'000}).en == text);
    CHECK(refusal("embedding", {{"size", 512}}, Shape{16'777'216}).en == text);
  }

  TEST_CASE("causal attention never sees what comes later, the other kind does") {
    for (const bool causal : {true, false}) {
      Bench attention("attention", {{"heads", 2}, {"causal", causal}}, Shape{4, 6});
      List input(24);
      for (size_t i = 0; i < input.size(); ++i) input[i] = attention.run.inputs[0][i];
      const List before = attention.answer(input);
      for (size_t channel = 0; channel < 4; ++channel) input[6 * channel + 3] += 0.5;
      const List after = attention.answer(input);
      for (size_t i = 0; i < before.size(); ++i) {
        const bool earlier = i % 6 < 3;
        CHECK((before[i] == after[i]) == (causal && earlier));
      }
    }
  }

  TEST_CASE("attention does not know the order of what it reads until positions are added") {
    const auto swapped = [](List sequence) {
      for (size_t channel = 0; channel < 4; ++channel) std::swap(sequence[5 * channel], sequence[5 * channel + 3]);
      return sequence;
    };
    Bench attention("attention", {}, Shape{4, 5}), positions("positions", {}, Shape{4, 5});
    List input(20);
    for (size_t i = 0; i < input.size(); ++i) input[i] = attention.run.inputs[0][i];
    const List there = swapped(attention.answer(input)), here = attention.answer(swapped(input));
    const List told = swapped(attention.answer(positions.answer(input))), retold = attention.answer(positions.answer(swapped(input)));
    double apart = 0, told_apart = 0;
    for (size_t i = 0; i < input.size(); ++i) {
      apart = std::max(apart, std::fabs(there[i] - here[i]));
      told_apart = std::max(told_apart, std::fabs(told[i] - retold[i]));
    }
    CHECK(apart < 1e-13);
    CHECK(told_apart > 0.01);
  }

  TEST_CASE("positions are sines and cosines of lengths from 2 pi to 10000 times 2 pi") {
    Bench positions("positions", {}, Shape{4, 3}, 2);
    const List wave = positions.answer(List(24, 0));
    const double expected[12] = {0, std::sin(1), std::sin(2), /**/ 1, std::cos(1), std::cos(2),
                                 /**/ 0, std::sin(0.01), std::sin(0.02), /**/ 1, std::cos(0.01), std::cos(0.02)};
    for (size_t i = 0; i < 24; ++i) CHECK(wave[i] == doctest::Approx(expected[i % 12]).epsilon(1e-12));
  }
}

}  // namespace myelin
