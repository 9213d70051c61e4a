// Experiment files: the round trip of anything, the tolerance of what people and other versions write, and the reader of JSON
// itself against an independent one.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/rng.h"
#include "io/json_value.h"
#include "myelin/experiment.h"
#include "support/contains.h"
#include "support/links.h"
#include "support/random_experiment.h"

namespace myelin {
namespace {

using test::contains;

ParsedExperiment parsed(std::string_view json) { return test::parsed(json, parse_json); }
Experiment without_warnings(std::string_view json) { return test::without_warnings(json, parse_json); }
std::string warning_of(std::string_view json) { return test::warning_of(json, parse_json); }
std::string error_of(std::string_view json) { return test::error_of(json, parse_json); }

std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

// Both readers must agree on what a text says.
bool same(const JsonValue& ours, const nlohmann::json& theirs) {
  switch (ours.type) {
    case JsonValue::Type::null: return theirs.is_null();
    case JsonValue::Type::boolean: return theirs.is_boolean() && theirs.get<bool>() == (ours.number != 0);
    case JsonValue::Type::number: return theirs.is_number() && theirs.get<double>() == ours.number;
    case JsonValue::Type::string: return theirs.is_string() && theirs.get_ref<const std::string&>() == ours.string;
    case JsonValue::Type::array: {
      if (!theirs.is_array() || theirs.size() != ours.items.size() + ours.numbers.size()) return false;
      for (size_t i = 0; i < ours.numbers.size(); ++i) {
        if (!theirs[i].is_number() || theirs[i].get<double>() != ours.numbers[i]) return false;
      }
      for (size_t i = 0; i < ours.items.size(); ++i) {
        if (!same(ours.items[i], theirs[i])) return false;
      }
      return true;
    }
    case JsonValue::Type::object: {
      for (const std::string& key : ours.keys) {
        const auto found = theirs.find(key);
        if (found == theirs.end() || !same(*ours.find(key), *found)) return false;
      }
      return theirs.is_object();
    }
  }
  return false;
}

}  // namespace

TEST_SUITE("json") {
  TEST_CASE("a frozen file keeps its meaning") {
    const Experiment e = without_warnings(R"({
      "version": 1,
      "data": {"kind": "spiral", "noise": 10, "arms": 3},
      "preparation": {"test": 50, "scaling": "min_max"},
      "features": ["x1", "sin_x2"],
      "network": [{"kind": "input"}, {"kind": "dense", "inputs": [0], "units": 8, "activation": "tanh", "bias": false},
                  {"kind": "concat", "inputs": [1, 0]}, {"kind": "dense", "units": 3, "activation": "softmax"}],
      "loss": {"kind": "cross_entropy", "reduction": "sum"},
      "optimizer": {"kind": "adam", "rate": 0.003},
      "training": {"batch": 32, "shuffle": false, "seed": 7, "arithmetic": "f64"},
      "weights": [0.5, -1, 1e-8]
    })");
    Experiment same_link = parse_link("data=spiral&data.noise=10&data.arms=3&prep.test=50&prep.scaling=min_max&in=x1,sin_x2"
                                      "&net=dense(units:8,activation:tanh,bias:0)concat@1,0()dense(units:3,activation:softmax)"
                                      "&loss=cross_entropy&loss.reduction=sum&opt=adam&opt.rate=0.003&train.batch=32"
                                      "&train.shuffle=0&train.seed=7&train.arithmetic=f64&w=0.5,-1,1e-8")->experiment;
    CHECK(e == same_link);
    CHECK(without_warnings("{}") == base_experiment());
    CHECK(without_warnings(R"({"network": [{"kind": "dense", "units": 2}]})").nodes[0].kind == "input");
    CHECK(without_warnings(R"({"data": "xor", "loss": "mse", "optimizer": "adam"})").optimizer.kind == "adam");
  }

  TEST_CASE("random experiments survive the file exactly, and another program can read it") {
    for (uint64_t seed = 1; seed <= 2000; ++seed) {
      INFO("seed " << seed);
      const Experiment experiment = test::random_experiment(seed);
      const std::string text = to_json(experiment);
      const Experiment back = without_warnings(text);
      REQUIRE(back == experiment);
      REQUIRE(test::same_bits(back.weights, experiment.weights));
      REQUIRE(to_json(back) == text);
      if (seed <= 100) {
        const nlohmann::json read = nlohmann::json::parse(text, nullptr, false);
        REQUIRE_FALSE(read.is_discarded());
        REQUIRE(read["network"].size() == experiment.nodes.size());
        REQUIRE(read["version"] == 1);
      }
    }
  }

  TEST_CASE("a file may start from a preset and change it") {
    Experiment changed = preset_experiment("digits").value();
    changed.training.set("seed", 3);
    CHECK(without_warnings(R"({"training": {"seed": 3}, "preset": "digits"})") == changed);
    CHECK(contains(error_of(R"({"preset": "nothing"})"), "'nothing'"));
    CHECK(without_warnings(R"({"preset": "xor-by-hand", "data": {"kind": "xor_table"}})").weights.size() == 9);
    CHECK(without_warnings(R"({"preset": "xor-by-hand", "network": [{"kind": "dense"}]})").weights.empty());
  }

  TEST_CASE("unknown, bad and exaggerated values follow the rules of links") {
    CHECK(contains(warning_of(R"({"colour": 1})"), "'colour'"));
    CHECK(contains(warning_of(R"({"data": {"colour": [1]}})"), "'data.colour'"));
    CHECK(contains(warning_of(R"({"data": {"noise": 80}})"), "from 0 to 50"));
    CHECK(parsed(R"({"data": {"noise": 80}})").experiment.data.settings["noise"] == 50);
    CHECK(contains(warning_of(R"({"data": {"noise": "many"}})"), "data.noise"));
    CHECK(contains(warning_of(R"({"data": {"noise": [3]}})"), "data.noise"));
    CHECK(contains(warning_of(R"({"data": {"noise": null}})"), "data.noise"));
    CHECK(contains(warning_of(R"({"data": 5})"), "data"));
    CHECK(contains(warning_of(R"({"data": {"kind": 5}})"), "data.kind"));
    CHECK(contains(warning_of(R"({"data": {"kind": "nothing"}})"), "'nothing'"));
    CHECK(contains(warning_of(R"({"features": ["x1", "x9"]})"), "x9"));
    CHECK(contains(warning_of(R"({"features": [1, 2]})"), "features"));
    CHECK(contains(warning_of(R"({"training": []})"), "training"));
    CHECK(contains(warning_of(R"({"weights": [1, "2"]})"), "weights"));
    CHECK(contains(warning_of(R"({"weights": {}})"), "weights"));
    CHECK(contains(warning_of(R"({"network": [{"kind": "dense", "colour": 1}]})"), "dense.colour"));
    CHECK(without_warnings(R"({"training": {"shuffle": 0, "batch": "7"}})").training["batch"] == 7);
    const ParsedExperiment many = parsed("{" + repeated("\"x\": 1, ", 5000) + "\"y\": 1}");
    CHECK(many.warnings.size() == 21);
  }

  TEST_CASE("what cannot be an experiment is an error") {
    CHECK(contains(error_of(R"({"version": 2})"), "'2'"));
    CHECK(contains(error_of(R"({"version": "one"})"), "'one'"));
    CHECK(contains(error_of(R"({"version": null})"), "null"));
    CHECK(contains(error_of("[]"), "object"));
    CHECK(contains(error_of("\"spiral\""), "object"));
    for (const char* network : {"[]", "5", "{}", "[1, 2]", "[{}]", "[{\"kind\": 5}]", "[{\"kind\": \"nothing\"}]", "[\"dense\"]",
                                "[{\"kind\": \"input\"}]", "[{\"kind\": \"dense\"}, {\"kind\": \"input\"}]", "null",
                                "[{\"kind\": \"dense\", \"inputs\": [1]}]", "[{\"kind\": \"dense\", \"inputs\": [-1]}]",
                                "[{\"kind\": \"dense\", \"inputs\": [0.5]}]", "[{\"kind\": \"dense\", \"inputs\": 0}]",
                                "[{\"kind\": \"dense\", \"inputs\": [1e300]}]", "[{\"kind\": \"dense\", \"inputs\": [\"0\"]}]"}) {
      INFO("network: " << network);
      const Result<ParsedExperiment> result = parse_json("{\"network\": " + std::string(network) + "}");
      REQUIRE_FALSE(static_cast<bool>(result));
    }
    CHECK(contains(error_of("{\"network\": [{\"kind\": \"dense\"}" + repeated(", {\"kind\": \"dense\"}", 63) + "]}"), "64"));
  }

  TEST_CASE("an error in the text says where it is") {
    CHECK(contains(error_of("{\n  \"version\": 1,\n  \"data\" \"spiral\"\n}"), "line 3, column 10"));
    CHECK(contains(error_of("{\"é\" 1}"), "line 1, column 6"));
    CHECK(contains(error_of(""), "line 1, column 1"));
    CHECK(contains(error_of("{\"version\": 1}}"), "line 1, column 15"));
    CHECK(contains(error_of("{\"weights\": [1e999]}"), "number"));
  }

  TEST_CASE("depth, count and size are bounded") {
    CHECK(contains(error_of(repeated("[", 100'000)), "deep"));
    CHECK(contains(error_of(repeated("{\"a\":", 100'000)), "deep"));
    CHECK(contains(error_of("{\"x\": [" + repeated("[],", 100'000) + "[]]}"), "too many"));
    CHECK(contains(error_of("{\"x\": [" + repeated("1,", 100'000) + "null]}"), "too many"));
    CHECK(contains(error_of(std::string(16 * 1024 * 1024 + 1, ' ')), "16 MB"));
    CHECK(without_warnings("{\"weights\": [1" + repeated(",1", 99'999) + "]}").weights.size() == 100'000);
  }

  TEST_CASE("the reader agrees with an independent one on good and damaged texts") {
    const Rng random(20260102, Stream::noise);
    uint64_t index = 0;
    constexpr std::string_view kNoise = "{}[]\",:0123456789.-+eE \\ntrufals/bx\n\x01\x7F\xC3\xA9";
    const std::string rich = R"({"a": [1, -0.5, 2e3, 0, "t\u00e9\ud83d\ude42\"\\\/\b\f\n\r\t", true, false, null, {}, []], "b": {"c": [[1], 2]}, "a": 1})";
    std::vector<std::string> files;
    for (uint64_t seed = 1; files.size() < 10; ++seed) {
      std::string file = to_json(test::random_experiment(seed));
      if (file.size() < 4000) files.push_back(std::move(file));
    }
    int good = 0, bad = 0;
    for (uint64_t round = 0; round < 10'000; ++round) {
      std::string text = round % 5 != 0 ? rich : files[(round / 5) % files.size()];
      for (uint32_t edit = 0, edits = random.below(index++, 3); edit < edits; ++edit) {
        const size_t at = random.below(index++, static_cast<uint32_t>(text.size()));
        const char c = kNoise[random.below(index++, static_cast<uint32_t>(kNoise.size()))];
        if (random.below(index++, 2) == 0) text[at] = c;
        else text.erase(at, 1 + random.below(index++, 3));
      }
      INFO("round " << round);
      CAPTURE(text);
      const Result<JsonValue> ours = parse_json_value(text);
      const nlohmann::json theirs = nlohmann::json::parse(text, nullptr, false);
      if (theirs.is_discarded()) {
        ++bad;
        // Ours lets bytes above 127 pass unchecked: texts from outside are cleaned where they are shown.
        if (ours) REQUIRE(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore) != nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        continue;
      }
      ++good;
      if (!ours) FAIL(ours.error().text.en);
      REQUIRE(same(ours.value(), theirs));
    }
    CHECK(good > 2000);
    CHECK(bad > 2000);
  }
}

}  // namespace myelin
