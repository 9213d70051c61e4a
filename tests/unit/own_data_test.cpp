// A user's own samples: the experiment keeps their shape, the session is given them, and nothing runs without them or on others.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "myelin/cross_validation.h"
#include "myelin/edits.h"
#include "myelin/files.h"
#include "myelin/network.h"
#include "support/support.h"

namespace myelin {
namespace {

using test::experiment_from;
using test::settle;
using Shared = std::shared_ptr<const Dataset>;

std::vector<std::byte> no_asset(const std::string&) { return {}; }

Shared own_iris() {
  const std::vector<std::byte> file = test::read_asset("iris.csv");
  const Result<CsvTable> table = read_table(file, "iris.csv");
  REQUIRE(static_cast<bool>(table));
  Result<Dataset> data = dataset_from_table(table.value(), {}, "iris.csv");
  REQUIRE(static_cast<bool>(data));
  return std::make_shared<const Dataset>(std::move(data.value()));
}

// Samples that follow no rule: count x shape, `outputs` classes (1: one value).
Shared drawn(Shape shape, int outputs, int count = 40) {
  auto data = std::make_shared<Dataset>();
  const Rng rng(5, Stream::data);
  data->task = outputs == 1 ? Task::regression : outputs == 2 ? Task::binary : Task::classes;
  data->input_shape = shape;
  for (int i = 0; outputs > 1 && i < outputs; ++i) data->class_names.push_back({std::to_string(i), std::to_string(i)});
  data->count = count;
  data->part.assign(static_cast<size_t>(count), SplitPart::train);
  for (int i = 0; i < count * shape.size(); ++i) data->values.push_back(rng.uniform(static_cast<uint64_t>(i)));
  for (int i = 0; i < count; ++i) data->targets.push_back(outputs == 1 ? rng.uniform(static_cast<uint64_t>(i), 2, 3) : i % outputs);
  return data;
}

Experiment start() { return experiment_from("data=circle&net=dense(units:6)dense(units:1)&prep.scaling=standardize&prep.test=20&prep.validation=10"); }

}  // namespace

TEST_SUITE("own data") {
  TEST_CASE("a table of one's own trains as the same table among ours, bit for bit") {
    const Shared iris = own_iris();
    const Experiment own = use_own_data(start(), *iris), ours = change_data(start(), "iris");
    Session one(test::test_options()), other(test::test_options());
    one.post(SetExperiment{own, iris});
    other.post(SetExperiment{ours});
    for (Session* session : {&one, &other}) {
      settle(*session);
      session->post(Play{25, 0});
    }
    const Snapshot& a = settle(one);
    const Snapshot& b = settle(other);
    CHECK(a.state == RunState::finished);
    CHECK(a.epoch == 25);
    CHECK(a.parameters == b.parameters);
    CHECK(a.metrics[2].accuracy == b.metrics[2].accuracy);
    CHECK(a.metrics[2].accuracy > 0.8);
    CHECK(a.problem->data.class_names[2].en == "virginica");

    CrossValidationOptions folds{.folds = 3, .epochs = 3};
    folds.own = iris;
    const Result<CrossValidation> crossed = cross_validate(own, folds, no_asset);
    REQUIRE(static_cast<bool>(crossed));
    CHECK(crossed->folds.size() == 3);
    const Result<std::unique_ptr<Network>> network = open_network(own, no_asset, 1, iris.get());
    REQUIRE(static_cast<bool>(network));
    CHECK(network.value()->answers(SplitPart::test).predictions.size() == 30 * 3);
  }

  TEST_CASE("the experiment keeps the shape through links and files, whatever the data") {
    const Shape shapes[] = {Shape{1}, Shape{7}, Shape{3, 9}, Shape{1, 6, 5}, Shape{3, 6, 5}};
    for (const Shape& shape : shapes) {
      for (const int outputs : {1, 2, 3, 12}) {
        const Shared data = drawn(shape, outputs);
        const Experiment experiment = use_own_data(start(), *data);
        INFO(to_link(experiment));
        const Result<DatasetFacts> facts = dataset_facts(experiment.data);
        REQUIRE(static_cast<bool>(facts));
        CHECK(facts->input_shape == shape);
        CHECK(facts->outputs == data->output_units());
        CHECK(facts->task == data->task);
        const Result<ParsedExperiment> from_link = parse_link(to_link(experiment)), from_json = parse_json(to_json(experiment));
        REQUIRE((from_link && from_json));
        CHECK(from_link->experiment == experiment);
        CHECK(from_json->experiment == experiment);
        CHECK(use_own_data(experiment, *data) == experiment);
        // Without the samples the network is known; with them it trains.
        const Result<Problem> described = describe(experiment, no_asset), known = describe(experiment, no_asset, data.get());
        REQUIRE((described && known));
        CHECK(described->parameters == known->parameters);
        Session session(test::test_options());
        session.post(SetExperiment{experiment, data});
        session.post(Step{Step::Unit::epoch, 1});
        CHECK(settle(session).epoch == 1);
      }
    }
  }

  TEST_CASE("without its samples an experiment says so, and what runs goes on") {
    const Shared iris = own_iris();
    const Experiment experiment = use_own_data(start(), *iris);
    Session session(test::test_options());
    session.post(SetExperiment{start()});
    session.post(Step{Step::Unit::batch, 3});
    settle(session);
    session.post(SetExperiment{experiment});
    const Snapshot& refused = settle(session);
    CHECK(refused.state == RunState::failed);
    CHECK(refused.error.text.en.find("choose that file again") != std::string::npos);
    CHECK(refused.error.text.fr.find("choisissez à nouveau") != std::string::npos);
    CHECK(refused.step == 3);
    CHECK_FALSE(static_cast<bool>(open_network(experiment, no_asset)));
    // The samples come, stay for later experiments, and are replaced by others.
    session.post(SetExperiment{experiment, iris});
    CHECK(settle(session).problem->data.count == 150);
    Experiment wider = experiment;
    wider.nodes[1].settings.set("units", 9);
    session.post(SetExperiment{wider});
    session.post(Step{Step::Unit::batch, 2});
    CHECK(settle(session).problem->parameters == 4 * 9 + 9 + 9 * 3 + 3);
    session.post(Reset{});
    const Snapshot& again = settle(session);
    CHECK(again.step == 0);
    CHECK(again.problem->data.count == 150);
    const Shared fewer = drawn(Shape{4}, 3, 60);
    session.post(SetExperiment{wider, fewer});
    CHECK(settle(session).problem->data.count == 60);
  }

  TEST_CASE("samples of another shape are refused by name, and the run keeps its own") {
    const Shared iris = own_iris(), images = drawn(Shape{1, 4, 4}, 12);
    const Experiment experiment = use_own_data(start(), *iris);
    Session session(test::test_options());
    session.post(SetExperiment{experiment, iris});
    settle(session);
    session.post(SetExperiment{experiment, images});
    const Snapshot& refused = settle(session);
    CHECK(refused.state == RunState::failed);
    CHECK(refused.error.text.en == "This experiment was made for other data: it wants 4 as input, 3 classes, but there is 1x4x4 as input, 12 classes.");
    session.post(SetExperiment{experiment});
    session.post(Reset{});
    const Snapshot& kept = settle(session);
    CHECK(kept.state == RunState::paused);
    CHECK(kept.problem->data.count == 150);
    const Result<Problem> other_task = describe(use_own_data(start(), *drawn(Shape{4}, 1)), no_asset, iris.get());
    CHECK_FALSE(static_cast<bool>(other_task));
  }

  TEST_CASE("arrays: rows, images, channels; classes when labels are whole numbers, values otherwise") {
    const auto array = [](std::vector<int> shape, std::vector<double> values) { return NumberArray{std::move(shape), std::move(values)}; };
    const auto counted = [](int count) {
      std::vector<double> all;
      for (int i = 0; i < count; ++i) all.push_back(i);
      return all;
    };
    const Result<Dataset> rows = dataset_from_arrays(array({3, 2}, counted(6)), array({3}, {0, 2, 1}));
    REQUIRE(static_cast<bool>(rows));
    CHECK(rows->input_shape == Shape{2});
    CHECK(rows->task == Task::classes);
    CHECK(rows->class_names.size() == 3);
    CHECK(rows->input(2, 1) == 5);
    CHECK(rows->plane.dimensions == 2);
    const Result<Dataset> images = dataset_from_arrays(array({2, 2, 3}, counted(12)), array({2}, {0, 1}));
    REQUIRE(static_cast<bool>(images));
    CHECK(images->input_shape == Shape{1, 2, 3});
    CHECK(images->task == Task::binary);
    const Result<Dataset> colours = dataset_from_arrays(array({2, 3, 1, 2}, counted(12)), array({2, 2}, {0.5, 1, 2, 3}));
    REQUIRE(static_cast<bool>(colours));
    CHECK(colours->input_shape == Shape{3, 1, 2});
    CHECK(colours->task == Task::regression);
    CHECK(colours->output_units() == 2);
    const Result<Dataset> values = dataset_from_arrays(array({2, 1}, {1, 2}), array({2}, {0.5, 1}));
    REQUIRE(static_cast<bool>(values));
    CHECK(values->task == Task::regression);

    CHECK_FALSE(static_cast<bool>(dataset_from_arrays(array({3}, {1, 2, 3}), array({3}, {0, 1, 0}))));
    CHECK_FALSE(static_cast<bool>(dataset_from_arrays(array({2, 5000}, counted(10000)), array({2}, {0, 1}))));
    CHECK_FALSE(static_cast<bool>(dataset_from_arrays(array({2, 1}, {1, 2}), array({3}, {0, 1, 0}))));
    CHECK_FALSE(static_cast<bool>(dataset_from_arrays(array({2, 1}, {1, 2}), array({2}, {0, 0}))));
  }
}

}  // namespace myelin
