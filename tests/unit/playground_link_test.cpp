// X9: what links of TensorFlow Playground mean here.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "myelin/experiment.h"
#include "support/contains.h"
#include "support/links.h"

namespace myelin {
namespace {

using test::contains;
using test::error_of;
using test::parsed;
using test::warning_of;
using test::without_warnings;

}  // namespace

TEST_SUITE("link") {
  TEST_CASE("X9: links of TensorFlow Playground become experiments of the same data, network and rules") {
    const std::string tail = "&loss=mse&loss.half=1&opt=sgd";
    const auto dense = [](const char* units, const char* activation) {
      return std::string("dense(units:") + units + ",activation:" + activation + ",initializer:uniform,init_scale:0.5,bias_start:0.1)";
    };
    const auto plain = [](const char* units, const char* activation) {
      return std::string("dense(units:") + units + ",activation:" + activation + ",initializer:zeros)";
    };
    struct Case { std::string theirs, ours; };
    const Case cases[] = {
        // As its page writes it on the first visit.
        {"https://playground.tensorflow.org/#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0"
         "&noise=0&networkShape=4,2&seed=0.64591&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false"
         "&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false",
         "data=circle&data.seed=64591&prep.test=50&prep.validation=0&net=" + dense("4", "tanh") + dense("2", "tanh") + dense("1", "tanh") + tail +
             "&opt.rate=0.03&train.shuffle=0&train.seed=64591"},
        {"#activation=relu&regularization=L2&batchSize=30&dataset=spiral&regDataset=reg-plane&learningRate=0.01&regularizationRate=0.001&noise=15"
         "&networkShape=8,8,4&seed=0.00713&showTestData=true&discretize=true&percTrainData=80&x=true&y=true&xTimesY=true&xSquared=true&ySquared=true"
         "&cosX=false&sinX=true&cosY=false&sinY=true&collectStats=false&problem=classification&initZero=false&hideText=false&batchSize_hide=true",
         "data=spiral&data.noise=15&data.seed=713&prep.test=20&prep.validation=0&in=x1,x2,x1_squared,x2_squared,x1_x2,sin_x1,sin_x2&net=" +
             dense("8", "relu") + dense("8", "relu") + dense("4", "relu") + dense("1", "tanh") + tail +
             "&opt.rate=0.01&train.batch=30&train.shuffle=0&train.l2=0.001&train.seed=713"},
        {"http://playground.tensorflow.org/#activation=sigmoid&regularization=L1&batchSize=1&dataset=xor&regDataset=reg-gauss&learningRate=3"
         "&regularizationRate=0.1&noise=50&networkShape=&seed=0.5&percTrainData=10&x=false&y=false&xTimesY=true&problem=classification&initZero=true",
         "data=xor&data.noise=50&data.seed=50000&prep.test=90&prep.validation=0&in=x1_x2&net=" + plain("1", "tanh") + tail +
             "&opt.rate=3&train.batch=1&train.shuffle=0&train.l1=0.1&train.seed=50000"},
        {"#activation=linear&dataset=gauss&regDataset=reg-gauss&networkShape=1&problem=regression&percTrainData=70&noise=5",
         "data=multi_gauss&data.samples=1200&data.noise=5&prep.test=30&prep.validation=0&net=" + dense("1", "linear") + dense("1", "linear") + tail +
             "&opt.rate=0.03&train.shuffle=0"},
        {"#regDataset=reg-plane&problem=regression&networkShape=4%2C2",
         "data=plane&data.samples=1200&prep.test=50&prep.validation=0&net=" + dense("4", "tanh") + dense("2", "tanh") + dense("1", "linear") + tail +
             "&opt.rate=0.03&train.shuffle=0"},
    };
    for (const Case& one : cases) {
      const std::string said = warning_of(one.theirs);
      CHECK(contains(said, "other points and first weights"));
      CHECK_FALSE(contains(said, "cos"));
      const Experiment found = parsed(one.theirs).experiment;
      const std::string written = to_link(found);
      CHECK(written == to_link(without_warnings(one.ours)));
      CHECK(found == without_warnings(one.ours));
      CHECK(without_warnings(written) == found);
      CHECK(parse_experiment(one.theirs)->experiment == found);
      CHECK(parse_json(to_json(found))->experiment == found);
    }
    CHECK(contains(warning_of("#networkShape=4&cosX=true&cosY=true"), "There is no cosX,cosY here."));
  }

  TEST_CASE("X9: hostile or strange links of TensorFlow Playground are judged like any other") {
    // Brought into bounds, with a warning for each, beside the one about the link itself.
    const ParsedExperiment strange = parsed("#networkShape=0,99999&learningRate=1e9&noise=80&batchSize=0&percTrainData=100&seed=abc&activation=cube");
    CHECK(strange.experiment.nodes.size() == 4);
    CHECK(strange.experiment.nodes[1].settings["units"] == 1);
    CHECK(strange.experiment.nodes[2].settings["units"] == 4096);
    CHECK(strange.experiment.nodes[1].settings.choice("activation") == "tanh");
    CHECK(strange.experiment.optimizer.settings["rate"] == 10);
    CHECK(strange.experiment.data.settings["noise"] == 50);
    CHECK(strange.experiment.training["batch"] == 1);
    CHECK(strange.experiment.preparation["test"] == 0);
    CHECK(strange.warnings.size() == 8);
    // Words of ours do not come in through theirs.
    const Experiment quiet = parsed("#networkShape=3)conv2d(&activation=tanh)dense(units:7&data=digits&net=dense(units:9)").experiment;
    REQUIRE(quiet.nodes.size() == 3);
    CHECK(quiet.data.kind == "circle");
    CHECK(quiet.nodes[1].kind == "dense");
    CHECK(quiet.nodes[1].settings["units"] == 1);
    std::string many = "#networkShape=1";
    for (int i = 0; i < 10'000; ++i) many += ",1";
    CHECK(contains(error_of(many), "64"));
    CHECK(warning_of("#percTrainData=&xTimesY=") == warning_of("#networkShape=4,2"));
  }
}

}  // namespace myelin
