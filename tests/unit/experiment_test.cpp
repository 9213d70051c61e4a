// The experiment as a value: what a change asks of a run, and the parameter counts of the courses' networks.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "catalog/catalog.h"
#include "model/graph.h"
#include "myelin/session.h"
#include "support/random_experiment.h"
#include "support/support.h"

namespace myelin {
namespace {

// Another legal value of the field.
void change(Settings& settings, const Field& field) {
  const int index = settings.index_of(field.key);
  const double before = settings.value(index);
  if (field.control == Control::choice) {
    const size_t next = (static_cast<size_t>(before) + 1) % field.choices.size();
    settings.set_choice(field.key, field.choices[next].key);
  } else if (field.control == Control::toggle) {
    settings.set(field.key, 1 - before);
  } else {
    settings.set(field.key, before == field.max ? field.min : field.max);
  }
  REQUIRE(settings.value(index) != before);
}

// Every field of a section: live exactly when its table says so.
template <class Section>
void check_fields(const Experiment& from, Section section) {
  Experiment probe = from;
  for (const Field& field : section(probe).fields()) {
    INFO("field " << field.key);
    Experiment to = from;
    change(section(to), field);
    CHECK(change_between(from, to) == (field.live ? Change::live : Change::restart));
    CHECK(change_between(to, from) == (field.live ? Change::live : Change::restart));
  }
}

int64_t parameters_of(std::string_view link) {
  const Result<Problem> problem = describe(test::experiment_from(link), test::read_asset);
  if (!problem) FAIL(problem.error().text.en);
  return problem->parameters;
}

}  // namespace

TEST_SUITE("experiment") {
  TEST_CASE("the base experiment is the circle with four tanh neurons, and runs") {
    const Experiment e = base_experiment();
    CHECK(e.data.kind == "circle");
    REQUIRE(e.nodes.size() == 3);
    CHECK(e.nodes[1].settings["units"] == 4);
    CHECK(e.nodes[2].inputs == std::vector<int>{1});
    const Result<Problem> problem = describe(e, test::read_asset);
    REQUIRE(static_cast<bool>(problem));
    CHECK(problem->parameters == 2 * 4 + 4 + 4 + 1);
  }

  TEST_CASE("no change is none, and every change of a field asks for what its table says") {
    for (const Row* data : rows(Kind::dataset)) {
      Experiment e = base_experiment();
      e.data = make_part(Kind::dataset, data->key);
      INFO("data " << data->key);
      CHECK(change_between(e, e) == Change::none);
      check_fields(e, [](Experiment& x) -> Settings& { return x.data.settings; });
    }
    for (const Row* layer : rows(Kind::layer)) {
      if (std::string_view(layer->key) == "input") continue;
      Experiment e = base_experiment();
      append_node(e, layer->key);
      INFO("layer " << layer->key);
      check_fields(e, [](Experiment& x) -> Settings& { return x.nodes.back().settings; });
    }
    const Experiment base = base_experiment();
    check_fields(base, [](Experiment& x) -> Settings& { return x.preparation; });
    check_fields(base, [](Experiment& x) -> Settings& { return x.features; });
    check_fields(base, [](Experiment& x) -> Settings& { return x.training; });
    check_fields(base, [](Experiment& x) -> Settings& { return x.augmentation; });
    check_fields(base, [](Experiment& x) -> Settings& { return x.stop; });
    for (const Row* row : rows(Kind::schedule)) {
      Experiment to = base;
      to.schedule = make_part(Kind::schedule, row->key);
      CHECK(change_between(base, to) == (to == base ? Change::none : Change::live));
      check_fields(to, [](Experiment& x) -> Settings& { return x.schedule.settings; });
    }
    Experiment aimed = base;
    aimed.goal = "epoch>=3";
    CHECK(change_between(base, aimed) == Change::live);
  }

  TEST_CASE("optimisers and the settings of a loss change while running; what defines the model does not") {
    const Experiment base = base_experiment();
    for (const Row* row : rows(Kind::optimizer)) {
      Experiment to = base;
      to.optimizer = make_part(Kind::optimizer, row->key);
      CHECK(change_between(base, to) == (to == base ? Change::none : Change::live));
      for (const Field& field : row->fields) {
        Experiment further = to;
        change(further.optimizer.settings, field);
        CHECK(change_between(to, further) == Change::live);
      }
    }
    for (const Row* row : rows(Kind::loss)) {
      Experiment from = base;
      from.loss = make_part(Kind::loss, row->key);
      for (const Field& field : row->fields) {
        Experiment to = from;
        change(to.loss.settings, field);
        CHECK(change_between(from, to) == Change::live);
      }
      // Another role: classes are coded otherwise, or the output activation moves into the loss.
      if (row->key != base.loss.kind) CHECK(change_between(base, from) == Change::restart);
    }
    const auto restarts = [&](auto edit) {
      Experiment to = base;
      edit(to);
      CHECK(change_between(base, to) == Change::restart);
      // A live change beside it does not soften it.
      to.training.set("batch", 77);
      CHECK(change_between(base, to) == Change::restart);
    };
    restarts([](Experiment& e) { e.data = make_part(Kind::dataset, "moons"); });
    restarts([](Experiment& e) { e.weights = {1}; });
    restarts([](Experiment& e) { append_node(e, "dense"); });
    restarts([](Experiment& e) { e.nodes.pop_back(); });
    restarts([](Experiment& e) { e.nodes[2].inputs = {0}; });
    restarts([](Experiment& e) { e.nodes[1] = NodeSpec{"activation", {0}, make_part(Kind::layer, "activation").settings}; });
    restarts([](Experiment& e) { e.training.set("seed", 5); });
  }

  TEST_CASE("keys of text forms never collide") {
    const std::set<std::string> taken = {"kind", "inputs", "v", "preset", "data", "in", "net", "loss", "opt", "w", "prep", "train"};
    const auto check = [&](std::span<const Field> fields) {
      std::set<std::string> seen;
      for (const Field& field : fields) {
        INFO("field " << field.key);
        CHECK(taken.count(field.key) == 0);
        CHECK(seen.insert(field.key).second);
        CHECK(std::string(field.key).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
        for (const Choice& choice : field.choices) {
          CHECK(std::string(choice.key).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
        }
      }
    };
    for (const Kind kind : all_kinds()) {
      std::set<std::string> keys;
      for (const Row* row : rows(kind)) {
        INFO("row " << row->key);
        CHECK(keys.insert(row->key).second);
        CHECK(std::string(row->key).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos);
        check(row->fields);
      }
    }
    check(preparation_fields());
    check(training_fields());
    check(augmentation_fields());
    check(stop_fields());
    check(feature_fields());
    for (const Field& field : feature_fields()) CHECK(field.control == Control::toggle);
  }

  TEST_CASE("M2: the d-3-4-2-1 network has 41 parameters for d = 3, and 31 without biases") {
    CHECK(parameters_of("data=circle&in=x1,x2,x1_x2&net=dense(units:3)dense(units:4)dense(units:2)dense(units:1)") == 41);
    CHECK(parameters_of("data=circle&in=x1,x2,x1_x2&net=dense(units:3,bias:0)dense(units:4,bias:0)dense(units:2,bias:0)dense(units:1,bias:0)") == 31);
  }

  TEST_CASE("M3: the 784-128-64-10 network has 109386 parameters: 100480, 8256 and 650") {
    const Experiment e = test::experiment_from("net=dense(units:128,activation:relu)dense(units:64,activation:relu)dense(units:10,activation:softmax)");
    const Result<Graph<float>> graph = check_graph<float>(e.nodes, Shape{1, 28, 28}, "softmax");
    if (!graph) FAIL(graph.error().text.en);
    CHECK(graph->nodes[1].parameters == 100480);
    CHECK(graph->nodes[2].parameters == 8256);
    CHECK(graph->nodes[3].parameters == 650);
    CHECK(graph->parameters == 109386);
    CHECK(graph->multiply_adds == 784 * 128 + 128 * 64 + 64 * 10);
  }

  TEST_CASE("M8: the course's digits network has 17226 parameters") { CHECK(parameters_of("preset=digits") == 17226); }
}

}  // namespace myelin
