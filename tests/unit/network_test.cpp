// A network that is asked instead of trained: the same answers as in training, and the gradients of an independent program.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "myelin/files.h"
#include "myelin/network.h"
#include "myelin/weights.h"
#include "support/support.h"

namespace myelin {
namespace {

std::vector<std::byte> fixture(const std::string& name) {
  std::vector<std::byte> bytes;
  std::FILE* file = std::fopen((MYELIN_SOURCE_FOLDER "/tests/golden/gradients/" + name).c_str(), "rb");
  REQUIRE_MESSAGE(file != nullptr, name);
  std::byte block[4096];
  for (size_t got; (got = std::fread(block, 1, sizeof block, file)) > 0;) bytes.insert(bytes.end(), block, block + got);
  std::fclose(file);
  return bytes;
}

std::vector<Tensor> tensors_in(const std::string& name) {
  Result<std::vector<Tensor>> tensors = read_safetensors(fixture(name), name);
  REQUIRE_MESSAGE(bool(tensors), (tensors ? "" : tensors.error().text.en));
  return std::move(tensors.value());
}

std::vector<double> array_in(const std::string& name) {
  Result<NumberArray> array = read_npy(fixture(name), name);
  REQUIRE_MESSAGE(bool(array), (array ? "" : array.error().text.en));
  return std::move(array->values);
}

std::unique_ptr<Network> open(Experiment experiment, bool f64) {
  if (f64) experiment.training.set_choice("arithmetic", "f64");
  Result<std::unique_ptr<Network>> network = open_network(experiment, test::read_asset, 2);
  REQUIRE_MESSAGE(bool(network), (network ? "" : network.error().text.en));
  return std::move(network.value());
}

// The largest difference between tensors of the same names and shapes.
double apart(const std::vector<Tensor>& ours, const std::vector<Tensor>& theirs) {
  REQUIRE(ours.size() == theirs.size());
  double largest = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    CHECK(ours[i].name == theirs[i].name);
    CHECK(ours[i].shape == theirs[i].shape);
    REQUIRE(ours[i].values.size() == theirs[i].values.size());
    for (size_t k = 0; k < ours[i].values.size(); ++k) largest = std::max(largest, std::fabs(ours[i].values[k] - theirs[i].values[k]));
  }
  return largest;
}

}  // namespace

TEST_SUITE("network") {
  TEST_CASE("losses and gradients of whole networks agree with PyTorch, whose files we read: 1e-9 in f64, 1e-4 in f32") {
    for (const std::string name : {"dense", "conv"}) {
      CAPTURE(name);
      const std::vector<std::byte> text = fixture(name + ".json");
      const auto golden = nlohmann::json::parse(std::string(reinterpret_cast<const char*>(text.data()), text.size()));
      const Experiment experiment = test::experiment_from(golden["link"].get<std::string>());
      const std::vector<double> inputs = array_in(name + "-input.npy"), targets = array_in(name + "-target.npy");
      for (const bool f64 : {true, false}) {
        const std::unique_ptr<Network> network = open(experiment, f64);
        std::vector<double> parameters = network->parameters();
        const Result<AppliedWeights> applied = apply_tensors(tensors_in(name + ".safetensors"), network->problem().nodes, parameters, false, name);
        REQUIRE_MESSAGE(bool(applied), (applied ? "" : applied.error().text.en));
        network->set_parameters(parameters);
        const Result<Gradients> found = network->gradients(inputs, targets);
        REQUIRE_MESSAGE(bool(found), (found ? "" : found.error().text.en));
        const double limit = f64 ? 1e-9 : 1e-4;
        CHECK(std::fabs(found->loss - golden["loss"].get<double>()) < limit);
        CHECK(apart(tensors_of(network->problem().nodes, found->values, "F64", true), tensors_in(name + "-gradients.safetensors")) < limit);
      }
    }
  }

  TEST_CASE("raw samples take the way of the data set's own: the answers are those of training") {
    for (const char* link : {"v=1&preset=iris&prep.scaling=standardize", "v=1&preset=digits", "v=1&preset=spiral", "v=1&preset=plane&prep.scaling=min_max"}) {
      CAPTURE(link);
      Session session(test::test_options());
      session.post(SetExperiment{test::experiment_from(link)});
      session.post(Step{Step::Unit::epoch, 2});
      test::settle(session);
      session.post(Watch{.predictions = true, .predictions_part = SplitPart::test});
      const Snapshot& snapshot = test::settle(session);
      const std::unique_ptr<Network> network = open(snapshot.experiment, false);
      network->set_parameters(snapshot.parameters);
      CHECK(network->parameters() == snapshot.parameters);
      const Dataset& data = snapshot.problem->data;
      std::vector<double> raw;
      for (int sample : snapshot.predictions.samples) {
        for (int i = 0; i < data.input_shape.size(); ++i) raw.push_back(data.input(sample, i));
      }
      const Result<std::vector<double>> answers = network->predict(raw);
      REQUIRE(bool(answers));
      REQUIRE(answers->size() == snapshot.predictions.values.size());
      bool same = true;
      for (size_t i = 0; i < answers->size(); ++i) same = same && answers.value()[i] == static_cast<double>(snapshot.predictions.values[i]);
      CHECK(same);
      for (int part = 0; part < kSplitParts; ++part) {
        const Scores scores = network->evaluate(static_cast<SplitPart>(part));
        const Metrics& metrics = snapshot.metrics[static_cast<size_t>(part)];
        CHECK((std::isnan(metrics.loss) ? std::isnan(scores.loss) : scores.loss == metrics.loss));
        CHECK((std::isnan(metrics.accuracy) ? std::isnan(scores.accuracy) : scores.accuracy == doctest::Approx(metrics.accuracy)));
        CHECK(network->classifies() == std::isfinite(snapshot.metrics[0].accuracy));
      }
    }
  }

  TEST_CASE("the gradient of a first step is what training moves by") {
    Experiment experiment = test::experiment_from("v=1&data=plane&net=dense(units:1,activation:linear)&opt=sgd&opt.rate=0.01&train.shuffle=0&train.batch=4");
    experiment.training.set_choice("arithmetic", "f64");
    test::Training<double> training(experiment);
    const std::unique_ptr<Network> network = open(experiment, true);
    std::vector<double> raw, targets;
    for (int row = 0; row < 4; ++row) {
      const int sample = training.trainer->part(SplitPart::train)[static_cast<size_t>(row)];
      for (int i = 0; i < 2; ++i) raw.push_back(training.data->input(sample, i));
      targets.push_back(training.data->targets[static_cast<size_t>(sample)]);
    }
    const Result<Gradients> found = network->gradients(raw, targets);
    REQUIRE(bool(found));
    const std::vector<double> before = network->parameters();
    training.trainer->step();
    for (size_t i = 0; i < before.size(); ++i) {
      CHECK(training.trainer->params()[i] == doctest::Approx(before[i] - 0.01 * found->values[i]).epsilon(1e-12));
    }
  }

  TEST_CASE("samples and targets that do not fit are refused in both languages") {
    const std::unique_ptr<Network> network = open(test::experiment_from("v=1&preset=iris"), false);
    const std::vector<double> two(8, 1.0);
    const auto refused = [&](std::span<const double> raw, const std::vector<double>& targets, std::string_view part) {
      const Result<Gradients> found = network->gradients(raw, targets);
      REQUIRE(!found);
      CHECK_MESSAGE(found.error().text.en.find(part) != std::string::npos, found.error().text.en);
      CHECK(!found.error().text.fr.empty());
    };
    CHECK(bool(network->gradients(two, std::vector<double>{0, 2})));
    refused({}, {}, "whole number of samples");
    refused(std::span(two).first(7), {0, 2}, "7 values");
    refused(two, {0}, "1 targets");
    refused(two, {0, 3}, "from 0 to 2");
    refused(two, {0, -1}, "not a class");
    refused(two, {0, 0.5}, "not a class");
    refused(two, {0, std::nan("")}, "not a class");
    CHECK(!network->predict(std::span(two).first(5)));
    CHECK(!open_network(test::experiment_from("v=1&data=iris&net=dense(units:5)&loss=cross_entropy"), test::read_asset));
  }

  TEST_CASE("a loss that rebuilds its input needs no targets and is scored as a regression") {
    const std::unique_ptr<Network> network = open(test::experiment_from("v=1&data=iris&net=dense(units:2)dense(units:4,activation:linear)&loss=reconstruction"), true);
    const Result<Gradients> found = network->gradients(std::vector<double>{5, 3, 1, 0.2}, {});
    REQUIRE_MESSAGE(bool(found), (found ? "" : found.error().text.en));
    CHECK(found->loss > 0);
    CHECK(!network->classifies());
    const Scores scores = network->evaluate(SplitPart::train);
    CHECK(scores.rmse > 0);
    CHECK(std::isnan(scores.accuracy));
    CHECK(network->check_gradients({})->good);
  }
}

}  // namespace myelin
