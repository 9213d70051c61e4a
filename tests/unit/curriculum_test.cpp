// Numbers and statements of the curriculum that belong to no single part of the engine, each named by its Id. What is a
// property of one layer, loss, rule or reader is tested beside its neighbours there.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/rng.h"
#include "catalog/catalog.h"
#include "myelin/network.h"
#include "support/layer_fixture.h"
#include "support/layer_run.h"
#include "support/sanitized.h"
#include "support/support.h"

namespace myelin {
namespace {

using Numbers = std::vector<double>;

std::unique_ptr<Network> open(const std::string& link) {
  Result<std::unique_ptr<Network>> network = open_network(test::experiment_from(link), test::read_asset);
  REQUIRE_MESSAGE(bool(network), (network ? "" : network.error().text.en));
  return std::move(network.value());
}

template <class Real>
Metrics trained(test::Training<Real>& t, int64_t epochs, SplitPart part) {
  while (t.trainer->epoch() < epochs) REQUIRE(t.trainer->step());
  return t.trainer->evaluate(part);
}

// What a layer answers on one sample.
Numbers answer(const char* kind, const std::string& settings, Shape in, const Numbers& input, const Numbers& weights) {
  const std::unique_ptr<Executor> executor = make_executor(1);
  const LayerRow& row = *find_layer(kind);
  test::LayerRun<double> run(row, test::settings_from(row, settings), {in}, 1, *executor, 1);
  REQUIRE(run.inputs[0].size() == input.size());
  REQUIRE(run.params.size() == weights.size());
  std::copy(input.begin(), input.end(), run.inputs[0].data());
  std::copy(weights.begin(), weights.end(), run.params.data());
  run.forward();
  return Numbers(run.output.data(), run.output.data() + run.output.size());
}

constexpr const char* kOneNeuron = "data=gauss&net=dense(units:1,activation:sigmoid)&loss=binary_cross_entropy";

// Each digit one pixel further to the right; the column that comes in is empty.
Numbers shifted(const Numbers& digits) {
  Numbers moved(digits.size(), 0.0);
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i % 8 != 7) moved[i + 1] = digits[i];
  }
  return moved;
}

// Accuracy on the test part as it is and one pixel further to the right.
struct Shifted {
  double before, after;
};
Shifted digits_read(const std::string& net, int64_t epochs) {
  const std::string link = "data=digits&prep.test=20&loss=cross_entropy&train.batch=32&opt=adam&opt.rate=0.005&net=" + net;
  test::Training<float> t(link);
  const double before = trained(t, epochs, SplitPart::test).accuracy;
  const std::unique_ptr<Network> network = open(link);
  network->set_parameters(Numbers(t.trainer->params().begin(), t.trainer->params().end()));
  Numbers raw, classes;
  for (int sample : t.trainer->part(SplitPart::test)) {
    for (int i = 0; i < 64; ++i) raw.push_back(t.data->input(sample, i));
    classes.push_back(t.data->targets[static_cast<size_t>(sample)]);
  }
  const auto accuracy = [&](const Numbers& samples) {
    const Result<Numbers> found = network->predict(samples);
    REQUIRE(bool(found));
    double right = 0;
    for (size_t i = 0; i < classes.size(); ++i) {
      right += predicted_class(std::span<const double>(found.value()).subspan(10 * i, 10), 0.5) == static_cast<int>(classes[i]);
    }
    return right / static_cast<double>(classes.size());
  };
  REQUIRE(accuracy(raw) == doctest::Approx(before));
  return {before, accuracy(shifted(raw))};
}

}  // namespace

TEST_SUITE("curriculum") {
  TEST_CASE("N1: a neuron is s(w x + b), s(0) = 0.5, and its bias is the weight of an input that is always 1") {
    const std::unique_ptr<Network> neuron = open(kOneNeuron);
    neuron->set_parameters(Numbers{0, 0, 0});
    CHECK(neuron->predict(Numbers{3, -4}).value()[0] == 0.5);
    for (const char* activation : {"sigmoid", "tanh", "relu", "heaviside"}) {
      const std::string settings = std::string("units:2,activation:") + activation;
      const Numbers with = answer("dense", settings, Shape{2}, {0.3, -0.7}, {0.5, 2, -1, 0.25, 0.125, -0.5});
      const Numbers without = answer("dense", settings + ",bias:0", Shape{3}, {0.3, -0.7, 1}, {0.5, 2, 0.125, -1, 0.25, -0.5});
      for (size_t i = 0; i < 2; ++i) CHECK(with[i] == doctest::Approx(without[i]).epsilon(1e-15));
    }
  }

  TEST_CASE("N4, M4: p neurons on n inputs are a matrix p x n and p biases; a batch of m samples is m x d at each layer") {
    const LayerRow& row = *find_layer("dense");
    const Shape in{5};
    const std::vector<ParamSpec> specs = row.make<double>(test::settings_from(row, "units:3"))->params({&in, 1});
    REQUIRE(specs.size() == 2);
    CHECK(specs[0].shape == Shape{3, 5});
    CHECK(specs[1].shape == Shape{3});
    test::Training<float> t("preset=digits");
    const int widths[] = {64, 128, 64, 10};
    constexpr int kRows = 7;
    const std::vector<float> samples(kRows * 64, 0.5f);
    t.trainer->infer(samples.data(), kRows);
    for (int node = 0; node < 4; ++node) {
      CHECK(t.trainer->inferred(node).batch == kRows);
      CHECK(t.trainer->inferred(node).shape.size() == widths[node]);
    }
  }

  TEST_CASE("N11: a neuron says class 1, s(z) > 1/2, exactly where z > 0") {
    for (const char* arithmetic : {"f32", "f64"}) {
      const std::unique_ptr<Network> neuron = open(std::string(kOneNeuron) + "&train.arithmetic=" + arithmetic);
      const Numbers w = {0.75, -1.5, 0.25};
      neuron->set_parameters(w);
      const Rng random(3, Stream::data);
      Numbers samples;
      for (uint64_t i = 0; i < 2000; ++i) samples.push_back(random.uniform(i, -0.5, 0.5));
      const Numbers found = neuron->predict(samples).value();
      int above = 0;
      for (size_t i = 0; i < 1000; ++i) {
        const double z = w[0] * samples[2 * i] + w[1] * samples[2 * i + 1] + w[2];
        if (std::fabs(z) < 1e-5) continue;  // where a float's sum may have either sign
        CHECK((found[i] > 0.5) == (z > 0));
        above += z > 0;
      }
      CHECK(above > 200);
      CHECK(above < 800);
    }
  }

  TEST_CASE("N12: the more hidden neurons, the closer a network comes to a function") {
    const auto error = [](int units) {
      test::Training<float> t("data=multi_gauss&net=dense(units:" + std::to_string(units) +
                              ",activation:tanh)dense(units:1,activation:linear)&loss=mse&opt=adam&opt.rate=0.02");
      return trained(t, 80, SplitPart::train).loss;
    };
    const double one = error(1), four = error(4), many = error(32);
    CHECK(four < 0.9 * one);
    CHECK(many < 0.5 * four);
  }

  TEST_CASE("A9: sigmoid stays in (0, 1), tanh in (-1, 1), ReLU has no upper bound; the slopes of the first two vanish") {
    constexpr double kStep = 1e-4;
    for (double z = -30; z <= 30; z += 0.25) {
      const auto at = [](const char* key, double x) { return answer("activation", std::string("activation:") + key, Shape{1}, {x}, {})[0]; };
      const auto slope = [&](const char* key) { return (at(key, z + kStep) - at(key, z - kStep)) / (2 * kStep); };
      CHECK((at("sigmoid", z) > 0 && at("sigmoid", z) < 1));
      CHECK((at("tanh", z) >= -1 && at("tanh", z) <= 1));
      CHECK((std::fabs(z) > 15 || std::fabs(at("tanh", z)) < 1));  // further out 1 is the nearest number there is
      CHECK(at("relu", z) == std::max(0.0, z));
      if (std::fabs(z) < 8) continue;
      CHECK(slope("sigmoid") < 4e-4);
      CHECK(slope("tanh") < 1e-6);
      CHECK(slope("relu") == doctest::Approx(z > 0 ? 1 : 0));
    }
  }

  TEST_CASE("A11: layers without activation are one linear layer, however many, and never solve XOR") {
    const std::string link = "data=xor_table&prep.test=0&prep.validation=0&loss=mse&opt=adam&opt.rate=0.02&net=dense(units:8,activation:linear)"
                             "dense(units:8,activation:linear)dense(units:1,activation:linear)";
    test::Training<double> t(link + "&train.arithmetic=f64");
    const Metrics metrics = trained(t, 500, SplitPart::train);
    CHECK(metrics.accuracy < 1);
    CHECK(metrics.loss > 0.99 * 0.25 / 2);  // the best constant: (1/2)^2, halved or not
    const std::unique_ptr<Network> network = open(link + "&train.arithmetic=f64");
    network->set_parameters(Numbers(t.trainer->params().begin(), t.trainer->params().end()));
    const Numbers f = network->predict(Numbers{0, 0, 0, 1, 1, 0, 1, 1}).value();
    CHECK(f[0] + f[3] == doctest::Approx(f[1] + f[2]).epsilon(1e-12));
  }

  TEST_CASE("M6, C18: a digit moved by one pixel is another digit to a dense network, and much less so to a convolution with pooling" *
            doctest::skip(test::kSanitized)) {
    const Shifted dense = digits_read("dense(units:32,activation:relu)dense(units:10,activation:softmax)", 15);
    const Shifted conv = digits_read("conv2d(filters:12,padding:same)pool2d()conv2d(filters:24,padding:same)global_pool(mode:max)"
                                     "dense(units:10,activation:softmax)", 15);
    MESSAGE("dense " << dense.before << " -> " << dense.after << ", convolution " << conv.before << " -> " << conv.after);
    CHECK(dense.before > 0.93);
    CHECK(conv.before > 0.93);
    CHECK(dense.after < dense.before - 0.3);
    CHECK(conv.before - conv.after < (dense.before - dense.after) / 2);
  }

  TEST_CASE("M7: on digits logistic regression is good, and a network with hidden layers no worse" * doctest::skip(test::kSanitized)) {
    const double logistic = digits_read("dense(units:10,activation:softmax)", 20).before;
    const double deep = digits_read("dense(units:128,activation:relu)dense(units:64,activation:relu)dense(units:10,activation:softmax)", 20).before;
    CHECK(std::fabs(logistic - 0.92) < 0.05);
    CHECK(std::fabs(deep - 0.98) < 0.03);
    CHECK(deep >= logistic);
  }

  TEST_CASE("B6: the course's matrices, delta_out = (a - y) f', delta_l = (W' delta) f', dW = delta a', give the program's gradients") {
    const std::string link = "data=xor_table&loss=mse&loss.half=1&train.arithmetic=f64&net=dense(units:3,activation:sigmoid)dense(units:1,activation:sigmoid)";
    const std::unique_ptr<Network> network = open(link);
    const Numbers start = network->parameters();  // W1 3 x 2, b1, W2 1 x 3, b2
    const Numbers x = {0, 0, 0, 1, 1, 0, 1, 1}, y = {0, 1, 1, 0};
    Numbers wanted(start.size(), 0.0);
    const auto s = [](double z) { return 1 / (1 + std::exp(-z)); };
    for (size_t k = 0; k < 4; ++k) {
      double a1[3], z2 = start[12];
      for (size_t i = 0; i < 3; ++i) {
        a1[i] = s(start[2 * i] * x[2 * k] + start[2 * i + 1] * x[2 * k + 1] + start[6 + i]);
        z2 += start[9 + i] * a1[i];
      }
      const double a2 = s(z2), delta2 = (a2 - y[k]) * a2 * (1 - a2) / 4;  // 1/m of the batch
      wanted[12] += delta2;
      for (size_t i = 0; i < 3; ++i) {
        wanted[9 + i] += delta2 * a1[i];
        const double delta1 = start[9 + i] * delta2 * a1[i] * (1 - a1[i]);
        wanted[6 + i] += delta1;
        for (size_t j = 0; j < 2; ++j) wanted[2 * i + j] += delta1 * x[2 * k + j];
      }
    }
    const Result<Gradients> found = network->gradients(x, y);
    REQUIRE(bool(found));
    for (size_t i = 0; i < start.size(); ++i) CHECK(std::fabs(found->values[i] - wanted[i]) < 1e-14);
  }

  TEST_CASE("T1: with the mean instead of the sum, the 7-parameter net learns nothing in 5000 epochs: J is still 4.260") {
    Experiment experiment = test::experiment_from("preset=seven-parameters");
    REQUIRE(experiment.loss.settings.set_choice("reduction", "mean"));
    test::Training<double> t(experiment);
    CHECK(std::fabs(60 * trained(t, 5000, SplitPart::train).loss - 4.260) < 5e-4);
  }

  TEST_CASE("R2: three examples for each parameter of the course's digits network would be 51678") {
    test::Training<float> t("preset=digits");
    CHECK(3 * t.trainer->params().size() == 51678);
  }

  TEST_CASE("C3: the edge kernel sums to 0 and blackens a plain image, the sharpening one sums to 1 and keeps it") {
    const Numbers edge = {-1, -1, -1, -1, 8, -1, -1, -1, -1}, sharpen = {0, -1, 0, -1, 5, -1, 0, -1, 0};
    const std::string settings = "filters:1,bias:0,activation:linear";
    CHECK(answer("conv2d", settings, Shape{1, 5, 5}, Numbers(25, 7.0), edge) == Numbers(9, 0.0));
    CHECK(answer("conv2d", settings, Shape{1, 5, 5}, Numbers(25, 7.0), sharpen) == Numbers(9, 7.0));
    Numbers dot(25, 0.0);
    dot[12] = 1;  // a single bright pixel shows the kernel itself, turned by 180 degrees
    CHECK(answer("conv2d", settings, Shape{1, 5, 5}, dot, edge) == edge);
    CHECK(answer("conv2d", settings, Shape{1, 5, 5}, dot, sharpen) == sharpen);
  }
}

}  // namespace myelin
