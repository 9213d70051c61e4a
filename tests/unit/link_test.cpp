// Links: frozen examples, the round trip of anything, and whatever a stranger may send.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/number.h"
#include "base/rng.h"
#include "myelin/experiment.h"
#include "support/contains.h"
#include "support/links.h"
#include "support/random_experiment.h"

namespace myelin {
namespace {

using test::contains;
using test::error_of;
using test::parsed;
using test::warning_of;
using test::without_warnings;

// RFC 3986: what a fragment holds unescaped, less the quotes and '$' that shells and chat programs meddle with.
bool survives_in_a_url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~()*,;=:@&%").find(c) != std::string_view::npos;
}

}  // namespace

TEST_SUITE("link") {
  TEST_CASE("a link that says nothing is the base experiment") {
    for (const char* link : {"", "#", "v=1", "#v=1&", "https://example.org/myelin/", "https://example.org/?a=b#v=1", "&&&"}) {
      CHECK(without_warnings(link) == base_experiment());
    }
  }

  TEST_CASE("a frozen link keeps its meaning: every part of an experiment") {
    const Experiment e = without_warnings(
        "v=1&data=spiral&data.noise=10&data.samples=300&prep.test=50&prep.scaling=standardize&in=x1,x2,x1_x2"
        "&net=dense(units:8,activation:tanh)dense(units:8,activation:relu,initializer:he,bias:0)add@1,2()concat@3,0()"
        "dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&loss.reduction=sum&opt=adam&opt.rate=0.003"
        "&train.batch=32&train.l2=0.001&train.seed=7&train.arithmetic=f64&w=0.5,-1,1e-8");
    CHECK(e.data.kind == "spiral");
    CHECK(e.data.settings["noise"] == 10);
    CHECK(e.data.settings["samples"] == 300);
    CHECK(e.preparation["test"] == 50);
    CHECK(e.preparation.choice("scaling") == "standardize");
    for (const Field& field : feature_fields()) {
      const std::string_view key = field.key;
      CHECK(e.features.on(key) == (key == "x1" || key == "x2" || key == "x1_x2"));
    }
    REQUIRE(e.nodes.size() == 6);
    const char* const kinds[] = {"input", "dense", "dense", "add", "concat", "dense"};
    const std::vector<int> inputs[] = {{}, {0}, {1}, {1, 2}, {3, 0}, {4}};
    for (size_t i = 0; i < 6; ++i) {
      CHECK(e.nodes[i].kind == kinds[i]);
      CHECK(e.nodes[i].inputs == inputs[i]);
    }
    CHECK(e.nodes[1].settings["units"] == 8);
    CHECK(e.nodes[1].settings.choice("activation") == "tanh");
    CHECK(e.nodes[1].settings.on("bias"));
    CHECK(e.nodes[2].settings.choice("activation") == "relu");
    CHECK(e.nodes[2].settings.choice("initializer") == "he");
    CHECK_FALSE(e.nodes[2].settings.on("bias"));
    CHECK(e.nodes[5].settings["units"] == 1);
    CHECK(e.loss.kind == "binary_cross_entropy");
    CHECK(e.loss.settings.choice("reduction") == "sum");
    CHECK(e.optimizer.kind == "adam");
    CHECK(e.optimizer.settings["rate"] == 0.003);
    CHECK(e.training["batch"] == 32);
    CHECK(e.training["l2"] == 0.001);
    CHECK(e.training["seed"] == 7);
    CHECK(e.training.choice("arithmetic") == "f64");
    CHECK(e.weights == std::vector<double>{0.5, -1, 1e-8});
  }

  TEST_CASE("what is written is frozen too: short, and nothing that equals its default") {
    CHECK(to_link(base_experiment()) ==
          "v=1&data=circle&net=dense()dense(units:1)&loss=mse&opt=sgd");
    Experiment e = base_experiment();
    e.data = make_part(Kind::dataset, "spiral");
    e.data.settings.set("noise", 10);
    e.features.set("x2", 0);
    e.features.set("sin_x1", 1);
    append_node(e, "concat");
    e.nodes.back().inputs = {2, 0};
    e.optimizer = make_part(Kind::optimizer, "adam");
    e.optimizer.settings.set("rate", 0.3);
    e.training.set("l1", 1e-5);
    e.weights = {-0.0, 0.1, 1e100};
    CHECK(to_link(e) ==
          "v=1&data=spiral&data.noise=10&in=x1,sin_x1&net=dense()dense(units:1)concat@2,0()"
          "&loss=mse&opt=adam&opt.rate=0.3&train.l1=1e-5&w=-0,0.1,1e100");
  }

  TEST_CASE("random experiments survive the link exactly, in characters that a URL keeps") {
    for (uint64_t seed = 1; seed <= 2000; ++seed) {
      INFO("seed " << seed);
      const Experiment experiment = test::random_experiment(seed);
      const std::string link = to_link(experiment);
      const Experiment back = without_warnings(link);
      REQUIRE(back == experiment);
      REQUIRE(test::same_bits(back.weights, experiment.weights));
      REQUIRE(to_link(back) == link);
      REQUIRE(std::all_of(link.begin(), link.end(), survives_in_a_url));
    }
  }

  TEST_CASE("the order of the keys does not matter, and the last of equal keys counts") {
    const Experiment e = without_warnings("opt.rate=0.5&data.noise=20&train.seed=5&opt=momentum&w=1,2&net=dense(units:2)&data=moons");
    CHECK(e == without_warnings("data=moons&data.noise=20&net=dense(units:2)&opt=momentum&opt.rate=0.5&train.seed=5&w=1,2"));
    CHECK(e.data.settings["noise"] == 20);
    CHECK(without_warnings("train.batch=3&train.batch=4&data=xor&data=gauss").training["batch"] == 4);
    CHECK(without_warnings("data=xor&data=gauss").data.kind == "gauss");
  }

  TEST_CASE("a link may start from a preset and change it") {
    const Experiment digits = preset_experiment("digits").value();
    Experiment changed = digits;
    changed.training.set("seed", 3);
    CHECK(without_warnings("#preset=digits&seed=3") == changed);
    CHECK(without_warnings("seed=3&preset=digits") == changed);
    CHECK(without_warnings("train.seed=3&preset=digits") == changed);
    // A replaced row starts at its own defaults.
    const Experiment data = without_warnings("preset=spiral&data.noise=30&data=circle");
    CHECK(data.data.kind == "circle");
    CHECK(data.data.settings["noise"] == 30);
    CHECK(data.nodes == preset_experiment("spiral")->nodes);
    CHECK(without_warnings("preset=spiral&opt=adam").optimizer == make_part(Kind::optimizer, "adam"));
    CHECK(contains(error_of("preset=nothing"), "'nothing'"));
    CHECK(contains(error_of("preset=nothing"), "seven-parameters"));
  }

  TEST_CASE("start weights of a preset go when what they belong to is replaced") {
    CHECK(without_warnings("preset=xor-by-hand").weights.size() == 9);
    CHECK(without_warnings("preset=xor-by-hand&train.seed=2").weights.size() == 9);
    CHECK(without_warnings("preset=xor-by-hand&net=dense(units:1)").weights.empty());
    CHECK(without_warnings("preset=xor-by-hand&in=x1").weights.empty());
    CHECK(without_warnings("preset=xor-by-hand&data=and_table").weights.empty());
    CHECK(without_warnings("preset=xor-by-hand&w=").weights.empty());
    CHECK(without_warnings("preset=xor-by-hand&net=dense(units:1)&w=1,2,3").weights.size() == 3);
  }

  TEST_CASE("escapes that other programs add are taken back") {
    CHECK(without_warnings("data=spiral&net=dense%28units%3A8%2Cactivation%3atanh%29&in=x1%2Csin_x1&w=%2D1") ==
          without_warnings("data=spiral&net=dense(units:8,activation:tanh)&in=x1,sin_x1&w=-1"));
    CHECK(contains(warning_of("v%3D1=2"), "'v=1'"));  // an escaped sign separates nothing
    for (const char* broken : {"x%", "x%4", "x%zz", "%"}) CHECK(contains(warning_of(broken), broken));
  }

  TEST_CASE("unknown keys are kept out with a warning that names them") {
    CHECK(contains(warning_of("colour=red"), "'colour'"));
    CHECK(contains(warning_of("data.colour=red"), "'data.colour'"));
    CHECK(contains(warning_of("paint.colour=red"), "'paint.colour'"));
    CHECK(contains(warning_of("net=dense(colour:3)"), "dense.colour"));
    CHECK(contains(warning_of("in=x1,x9"), "x9"));
    CHECK(contains(warning_of("=3"), "''"));
    const std::string longest = warning_of(std::string(500, 'k') + "=1");
    CHECK(contains(longest, "'" + std::string(40, 'k') + "…'"));
    CHECK(contains(warning_of("a%00b%1b[31m%0a%E2%80%AE%7F%ff=1"), "'ab[31m'"));
    CHECK(contains(warning_of("%C3%A9%E2%82%AC%F0%9F%99%82=1"), "'é€🙂'"));
  }

  TEST_CASE("values are clamped with a warning that names the field and its bounds") {
    ParsedExperiment result = parsed("data=circle&data.noise=80");
    CHECK(result.experiment.data.settings["noise"] == 50);
    const std::string clamped = warning_of("data.noise=80");
    CHECK(contains(clamped, "data.noise"));
    CHECK(contains(clamped, "from 0 to 50"));
    CHECK(parsed("net=dense(units:1e9)").experiment.nodes[1].settings["units"] ==
          parsed("net=dense()").experiment.nodes[1].settings.fields()[0].max);
    CHECK(contains(warning_of("net=dense(units:1e9)"), "units"));
    CHECK(contains(warning_of("train.batch=2.5"), "whole number"));
    CHECK(contains(warning_of("train.shuffle=7"), "0 or 1"));
    CHECK(contains(warning_of("opt.rate=-3"), "opt.rate"));
  }

  TEST_CASE("bad values leave what was there, with a warning") {
    for (const char* bad : {"abc", "", "nan", "inf", "-inf", "1e999", "0x10", "1,5", " 1", "1 ", "--1", "1e", "."}) {
      INFO("value '" << bad << "'");
      const std::string link = "preset=digits&train.batch=" + std::string(bad);
      CHECK(contains(warning_of(link), "train.batch"));
      CHECK(parsed(link).experiment == preset_experiment("digits").value());
    }
    CHECK(parsed("preset=digits&data=nothing").experiment.data.kind == "digits");
    CHECK(contains(warning_of("data=nothing"), "'nothing'"));
    CHECK(contains(warning_of("loss=%3Cscript%3E"), "<script>"));
    CHECK(contains(warning_of("opt="), "opt"));
    CHECK(contains(warning_of("prep.scaling=none,"), "standardize"));
    for (const char* weights : {"1,nan", "1,,2", "x", ",", "1;2", "1e999"}) {
      CHECK(parsed("w=" + std::string(weights)).experiment.weights.empty());
      CHECK(contains(warning_of("w=" + std::string(weights)), "w"));
    }
  }

  TEST_CASE("another version is an error that names it") {
    CHECK(contains(error_of("v=2&data=spiral"), "'2'"));
    CHECK(contains(error_of("v=1.5"), "'1.5'"));
    CHECK(contains(error_of("v="), "''"));
    CHECK(contains(error_of("v=1&v=banana"), "banana"));
  }

  TEST_CASE("a network that cannot be read is an error that says where") {
    for (const char* network : {"", "dense", "dense(", "dense(units:4", "dense)", "(units:3)", "dense(units:4)relu(", "dense@(units:1)",
                                "dense@x()", "dense@1()", "dense@-1()", "dense@99999()", "dense@0,()", "nothing()", "dense()input()",
                                "input()", "Dense()", "dense();dense()", "dense()%00", "@0()", "dense@@0()", "input@0()dense()"}) {
      INFO("net=" << network);
      const Result<ParsedExperiment> result = parse_link("net=" + std::string(network));
      REQUIRE_FALSE(static_cast<bool>(result));
      CHECK(contains(result.error().text.en, "etwork"));
      CHECK(contains(result.error().text.fr, "éseau"));
    }
    CHECK(parse_link("net=dense()nothing()").error().node == 2);
    CHECK(parse_link("net=dense()dense@5()").error().node == 2);
    CHECK(contains(error_of("net=dense(units:4"), "node 1"));
  }

  TEST_CASE("sizes are limited before anything is allocated") {
    const auto repeated = [](std::string_view piece, int count) {
      std::string text;
      for (int i = 0; i < count; ++i) text += piece;
      return text;
    };
    CHECK(without_warnings("net=" + repeated("dense(units:1)", 63)).nodes.size() == 64);
    CHECK(contains(error_of("net=" + repeated("dense(units:1)", 64)), "64"));
    CHECK(without_warnings("w=1" + repeated(",1", 1999)).weights.size() == 2000);
    CHECK(contains(warning_of("w=1" + repeated(",1", 2000)), "2000"));
    CHECK(parsed("w=1" + repeated(",1", 2000)).experiment.weights.empty());
    CHECK(contains(error_of(std::string(64 * 1024 + 1, 'a')), "64 KB"));
    CHECK(contains(error_of("net=dense()add@0" + repeated(",1", 100) + "()"), "node 2"));
    // As many warnings as a person reads, and the number of the others.
    const ParsedExperiment many = parsed(repeated("&x=1", 16000));
    CHECK(many.warnings.size() == 21);
    CHECK(contains(many.warnings.back().en, "15980"));
    // More start weights than a link may hold stay out of it.
    Experiment large = base_experiment();
    large.weights.assign(2001, 0.5);
    CHECK_FALSE(contains(to_link(large), "w="));
  }

  TEST_CASE("damaged links give an experiment or an error, never a crash, and what they give survives the round trip") {
    const Rng random(20260101, Stream::noise);
    uint64_t index = 0;
    constexpr std::string_view kNoise = "&=():,@%.#-+;0189abzveE_\x01\x7F\xC3\xFF {}[]\"";
    int experiments = 0, errors = 0;
    std::vector<std::string> links;
    for (uint64_t seed = 1; links.size() < 50; ++seed) {
      links.push_back(to_link(test::random_experiment(seed)));
      if (links.back().size() > 1500) links.pop_back();
    }
    for (uint64_t seed = 1; seed <= 3000; ++seed) {
      INFO("seed " << seed);
      std::string link = links[seed % links.size()];
      for (uint32_t edit = 0, edits = 1 + random.below(index++, 4); edit < edits && !link.empty(); ++edit) {
        const size_t at = random.below(index++, static_cast<uint32_t>(link.size()));
        const char c = kNoise[random.below(index++, static_cast<uint32_t>(kNoise.size()))];
        switch (random.below(index++, 4)) {
          case 0: link.resize(at); break;
          case 1: link[at] = c; break;
          case 2: link.insert(at, 1, c); break;
          default: link.erase(at, 1 + random.below(index++, 8)); break;
        }
      }
      const Result<ParsedExperiment> result = parse_link(link);
      if (!result) {
        ++errors;
        REQUIRE_FALSE(result.error().text.en.empty());
        continue;
      }
      ++experiments;
      REQUIRE(result->experiment.nodes.size() >= 2);
      REQUIRE(parse_link(to_link(result->experiment))->experiment == result->experiment);
    }
    CHECK(experiments > 500);
    CHECK(errors > 200);
  }

  TEST_CASE("whichever text it is, parse_experiment finds out") {
    const Experiment digits = preset_experiment("digits").value();
    CHECK(parse_experiment("digits")->experiment == digits);
    CHECK(parse_experiment("  digits\n")->experiment == digits);
    CHECK(parse_experiment("#preset=digits")->experiment == digits);
    CHECK(parse_experiment("preset=digits\n")->experiment == digits);
    CHECK(parse_experiment("https://example.org/#preset=digits")->experiment == digits);
    CHECK(parse_experiment(to_json(digits))->experiment == digits);
    CHECK(parse_experiment("\xEF\xBB\xBF\n" + to_json(digits))->experiment == digits);
    for (const char* text : {"", "digit", "../digits", "[1,2]", "\xFF\xFE"}) CHECK_FALSE(static_cast<bool>(parse_experiment(text)));
  }
}

TEST_SUITE("number") {
  TEST_CASE("numbers are short to read, and exact") {
    const std::pair<double, const char*> examples[] = {{0, "0"}, {-0.0, "-0"}, {1, "1"}, {0.03, "0.03"}, {1e-8, "1e-8"}, {250, "250"},
        {0.0001, "0.0001"}, {0.00001, "1e-5"}, {1e20, "1e20"}, {1.5e300, "1.5e300"}, {-12.5, "-12.5"}, {0.1 + 0.2, "0.30000000000000004"},
        {999999999, "999999999"}, {1.0 / 3, "0.3333333333333333"}, {1e16, "10000000000000000"}, {2e-7, "2e-7"}};
    for (const auto& example : examples) CHECK(number_text(example.first) == example.second);
    const Rng random(5, Stream::noise);
    for (uint64_t i = 0; i < 20000; ++i) {
      const uint64_t bits = random.bits(i);
      double value = 0;
      static_assert(sizeof(value) == sizeof(bits));
      std::copy_n(reinterpret_cast<const char*>(&bits), sizeof(bits), reinterpret_cast<char*>(&value));
      if (!(value - value == 0)) continue;
      double back = 0;
      REQUIRE(parse_number(number_text(value), back));
      REQUIRE(test::same_bits({value}, {back}));
    }
  }
}

}  // namespace myelin
