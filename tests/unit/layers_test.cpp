// Layers by example: numbers that can be followed by hand, and the sentences a wrong wiring gets.
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

Settings settings_of(const char* kind) { return Settings(find_layer(kind)->row.fields); }

Settings dense_settings(int units, const char* activation) {
  Settings settings = settings_of("dense");
  REQUIRE(settings.set("units", units));
  REQUIRE(settings.set_choice("activation", activation));
  return settings;
}

Result<Shape> infer(const char* kind, std::vector<Shape> shapes) {
  return find_layer(kind)->make<double>(settings_of(kind))->infer(shapes);
}

int64_t parameters(const std::vector<int>& widths) {
  int64_t count = 0;
  for (size_t i = 1; i < widths.size(); ++i) {
    const std::vector<Shape> in = {Shape{widths[i - 1]}};
    count += static_cast<int64_t>(test::count_of(find_layer("dense")->make<double>(dense_settings(widths[i], "relu"))->params(in)));
  }
  return count;
}

void put(test::Guarded<double>& to, std::initializer_list<double> values) {
  size_t i = 0;
  for (double value : values) to[i++] = value;
}

}  // namespace

TEST_SUITE("layers") {
  TEST_CASE("M2, M3, T7: the courses' networks have the parameters they state") {
    CHECK(parameters({3, 3, 4, 2, 1}) == 41);
    CHECK(parameters({784, 128, 64, 10}) == 109386);
    CHECK(parameters({784, 128}) == 100480);
    CHECK(parameters({64, 128, 64, 10}) == 17226);
  }

  TEST_CASE("a dense layer computes W x + b with weights out x in, then its activation") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    LayerRun<double> run(*find_layer("dense"), dense_settings(2, "relu"), {Shape{3}}, 2, *executor, 1);
    put(run.params, {1, 2, 3, /**/ -1, 0, 1, /* biases */ 0.5, -10});
    put(run.inputs[0], {1, 1, 1, /**/ 0, 2, 20});
    run.forward();
    CHECK(run.output[0] == 6.5);
    CHECK(run.output[1] == 0);
    CHECK(run.output[2] == 64.5);
    CHECK(run.output[3] == 10);
  }

  TEST_CASE("N7: three Heaviside neurons solve XOR when H(0) = 1, and none of it with the strict step") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (const bool strict : {false, true}) {
      Settings hidden = dense_settings(2, "heaviside"), out = dense_settings(1, "heaviside");
      if (strict) REQUIRE((hidden.set_choice("heaviside_at_zero", "zero") && out.set_choice("heaviside_at_zero", "zero")));
      LayerRun<double> first(*find_layer("dense"), hidden, {Shape{2}}, 4, *executor, 1);
      LayerRun<double> second(*find_layer("dense"), out, {Shape{2}}, 4, *executor, 1);
      put(first.params, {1, -1, /**/ -1, 1, /**/ -1, -1});
      put(second.params, {1, 1, /**/ -1});
      put(first.inputs[0], {0, 0, /**/ 0, 1, /**/ 1, 0, /**/ 1, 1});
      first.forward();
      for (size_t i = 0; i < 8; ++i) second.inputs[0][i] = first.output[i];
      second.forward();
      const double expected[4] = {0, strict ? 0.0 : 1.0, strict ? 0.0 : 1.0, 0};
      for (size_t i = 0; i < 4; ++i) CHECK(second.output[i] == expected[i]);
    }
  }

  TEST_CASE("an image goes into a dense layer as it would through flatten") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    LayerRun<double> flat(*find_layer("flatten"), settings_of("flatten"), {Shape{2, 3, 4}}, 5, *executor, 2);
    LayerRun<double> direct(*find_layer("dense"), dense_settings(6, "tanh"), {Shape{2, 3, 4}}, 5, *executor, 2);
    LayerRun<double> after(*find_layer("dense"), dense_settings(6, "tanh"), {Shape{24}}, 5, *executor, 2);
    CHECK(flat.output_shape == Shape{24});
    flat.forward();
    after.inputs[0] = flat.output;
    after.params = direct.params;
    direct.forward();
    after.forward();
    CHECK(after.output.same_bits(direct.output));
  }

  TEST_CASE("a dense layer without bias has none, and its settings reach the first weights") {
    Settings settings = dense_settings(3, "linear");
    const std::vector<Shape> in = {Shape{7}};
    REQUIRE(settings.set("bias_start", 0.25));
    REQUIRE(settings.set("init_scale", 0.125));
    REQUIRE(settings.set_choice("initializer", "normal"));
    std::vector<ParamSpec> specs = find_layer("dense")->make<float>(settings)->params(in);
    REQUIRE(specs.size() == 2);
    CHECK(std::string_view(specs[0].name) == "weight");
    CHECK(specs[0].shape == Shape{3, 7});
    CHECK(specs[0].fan_in == 7);
    CHECK(specs[0].fan_out == 3);
    CHECK(std::string_view(specs[0].initializer) == "normal");
    CHECK(specs[0].scale == 0.125);
    CHECK(specs[0].constant == 0);
    CHECK(std::string_view(specs[1].name) == "bias");
    CHECK(specs[1].shape == Shape{3});
    CHECK(specs[1].constant == 0.25);
    CHECK_FALSE(specs[1].decays);
    REQUIRE(settings.set("bias", 0));
    CHECK(find_layer("dense")->make<float>(settings)->params(in).size() == 1);
  }

  TEST_CASE("add: the same value twice is its double, and its gradient arrives twice") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    const LayerPointer<double> add = find_layer("add")->make<double>(settings_of("add"));
    double x[3] = {1, -2, 4}, y[3], d_y[3] = {10, 20, 30}, d_x[3] = {-1, -1, -1};
    const View<const double> inputs[2] = {{x, 1, Shape{3}}, {x, 1, Shape{3}}};
    const View<double> d_inputs[2] = {{d_x, 1, Shape{3}}, {d_x, 1, Shape{3}}};
    const GradMode modes[2] = {GradMode::overwrite, GradMode::accumulate};
    add->forward({.inputs = inputs, .output = {y, 1, Shape{3}}, .executor = *executor});
    add->backward({.inputs = inputs, .output = {}, .d_output = {d_y, 1, Shape{3}}, .d_inputs = d_inputs, .modes = modes, .executor = *executor});
    for (size_t i = 0; i < 3; ++i) {
      CHECK(y[i] == 2 * x[i]);
      CHECK(d_x[i] == 2 * d_y[i]);
    }
  }

  TEST_CASE("a residual connection around a branch of zeros is the identity") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    LayerRun<double> add(*find_layer("add"), settings_of("add"), {Shape{4}, Shape{4}}, 3, *executor, 3);
    for (size_t i = 0; i < add.inputs[1].size(); ++i) add.inputs[1][i] = 0;
    add.forward();
    CHECK(add.output.same_bits(add.inputs[0]));
  }

  TEST_CASE("concat lays units or channels side by side, sample by sample") {
    CHECK(infer("concat", {Shape{3}, Shape{5}, Shape{3}}).value() == Shape{11});
    CHECK(infer("concat", {Shape{2, 8, 8}, Shape{6, 8, 8}}).value() == Shape{8, 8, 8});
    const std::unique_ptr<Executor> executor = make_executor(1);
    LayerRun<double> run(*find_layer("concat"), settings_of("concat"), {Shape{1}, Shape{2}}, 2, *executor, 4);
    put(run.inputs[0], {1, 10});
    put(run.inputs[1], {2, 3, /**/ 20, 30});
    run.forward();
    const double expected[6] = {1, 2, 3, 10, 20, 30};
    for (size_t i = 0; i < 6; ++i) CHECK(run.output[i] == expected[i]);
  }

  TEST_CASE("a wiring that does not fit says which shapes met") {
    const auto text = [](const Result<Shape>& result) {
      REQUIRE_FALSE(static_cast<bool>(result));
      return result.error().text;
    };
    CHECK(text(infer("add", {Shape{4}, Shape{1, 8, 8}})).en == "Only equal shapes can be added; these are 4 and 1x8x8.");
    CHECK(text(infer("add", {Shape{4}, Shape{5}, Shape{6}})).fr ==
          "Seules des formes égales peuvent être additionnées ; celles-ci sont 4, 5 et 6.");
    CHECK(text(infer("concat", {Shape{2, 8, 8}, Shape{2, 8, 7}})).en.find("2x8x8 and 2x8x7") != std::string::npos);
    CHECK(text(infer("concat", {Shape{2, 8, 8}, Shape{128}})).fr.find("2x8x8 et 128") != std::string::npos);
    CHECK(text(infer("dense", {})).en == "This layer takes at least 1 input, but 0 are connected.");
    CHECK(text(infer("dense", {Shape{2}, Shape{2}})).en == "This layer takes at most 1 input, but 2 are connected.");
    CHECK(text(infer("add", {Shape{2}})).en == "This layer takes at least 2 inputs, but 1 is connected.");
    CHECK(text(infer("add", {Shape{2}})).fr == "Cette couche prend au moins 2 entrées, mais 1 est reliée.");
    CHECK(text(infer("input", {})).en.find("first node") != std::string::npos);
  }

  TEST_CASE("multiply-adds are counted as papers count them") {
    const std::vector<Shape> in = {Shape{784}};
    CHECK(find_layer("dense")->make<float>(dense_settings(128, "relu"))->multiply_adds(in) == 100352);
    CHECK(find_layer("flatten")->make<float>(settings_of("flatten"))->multiply_adds(in) == 0);
  }
}

}  // namespace myelin
