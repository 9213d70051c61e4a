// B8: backpropagation against finite differences, on the courses' networks, on 200 random graphs, and on wrong gradients that
// must be found.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "catalog/catalog.h"
#include "myelin/network.h"
#include "support/random_graph.h"
#include "support/support.h"
#include "train/gradient_check.h"

namespace myelin {
namespace {

using test::random_graph;
using test::RandomGraph;

GradientReport report_of(const char* link, const GradientCheckOptions& options = {}) {
  Result<std::unique_ptr<Network>> network = open_network(test::experiment_from(link), test::read_asset);
  REQUIRE_MESSAGE(bool(network), (network ? "" : network.error().text.en));
  const Result<GradientReport> report = network.value()->check_gradients(options);
  REQUIRE_MESSAGE(bool(report), (report ? "" : report.error().text.en));
  return report.value();
}

FixedBatch<double> batch_of(const RandomGraph& made, const LossRow& loss, Executor& executor) {
  return {made.graph, loss, made.options, made.inputs.data(), made.targets.data(), made.batch, Arithmetic::exact, 5, executor};
}

GradientReport check(const RandomGraph& made, const LossRow& loss, Executor& executor, int most_parameters = 25) {
  FixedBatch<double> batch = batch_of(made, loss, executor);
  return check_gradients(batch, made.graph, made.params, {.most_parameters = most_parameters});
}

constexpr const char* kSmall = "v=1&data=iris&net=dense(units:6,activation:tanh)dense(units:3,activation:softmax)&loss=cross_entropy";

}  // namespace

TEST_SUITE("gradient check") {
  TEST_CASE("B8: with log-softmax and a step of 1e-5, every tensor is below 1e-6") {
    for (const char* link : {kSmall, "v=1&preset=digits", "v=1&preset=spiral", "v=1&preset=seven-parameters"}) {
      CAPTURE(link);
      const GradientReport report = report_of(link);
      CHECK(report.good);
      CHECK(report.worst < 1e-6);
      CHECK(report.checked > 5);
    }
    CHECK(report_of(kSmall).worst < 1e-8);
  }

  TEST_CASE("T3: a smaller step is worse, because the difference of two losses loses its digits") {
    const double fine = report_of(kSmall, {.step = 1e-5}).worst;
    const double finer = report_of(kSmall, {.step = 1e-7}).worst;
    const double finest = report_of(kSmall, {.step = 1e-9}).worst;
    CHECK(fine < finer);
    CHECK(finer < finest);
    CHECK(finer > 1e-10);
  }

  TEST_CASE("200 random graphs: every tensor is right, or its disagreement is a corner of the loss") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    std::set<std::string> kinds;
    int checked = 0, kinks = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
      const RandomGraph made = random_graph(seed);
      for (const NodeSpec& node : made.nodes) kinds.insert(node.kind);
      const GradientReport report = check(made, *made.loss, *executor);
      checked += report.checked;
      kinks += report.kinks;
      CHECK(std::isfinite(report.loss));
      for (const TensorCheck& tensor : report.tensors) {
        CHECK_MESSAGE(tensor.good, "seed " << seed << ", tensor " << tensor.node << "." << tensor.name << ": " << tensor.relative
                                           << " (" << tensor.analytic << ", " << tensor.numeric << "), " << tensor.kinks << " kinks; " << made.text);
      }
    }
    CHECK(checked > 10'000);
    CHECK(kinks * 50 < checked);  // corners are rare: most of what is compared is smooth
    // No layer of the catalog was left out by chance.
    for (const LayerRow* row : layer_rows()) CHECK_MESSAGE(kinds.count(row->row.key) == 1, row->row.key);
  }

  TEST_CASE("a gradient that is wrong by one part in ten thousand is found in every random graph") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    const LossRow* loss = find_loss("mse");
    LossRow wrong = *loss;
    static const auto right = loss->kernels_double.gradient;
    wrong.kernels_double.gradient = [](const LossOptions& options, View<const double> outputs, const double* targets, double scale,
                                       double* d_outputs) { right(options, outputs, targets, scale * 1.0001, d_outputs); };
    int found = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
      const RandomGraph made = random_graph(seed);
      if (made.loss != loss) continue;
      const GradientReport report = check(made, wrong, *executor);
      CHECK_MESSAGE(!report.good, "seed " << seed << "; " << made.text);
      ++found;
    }
    CHECK(found > 20);
  }

  TEST_CASE("a ReLU that stands on its corner is a kink and not an error; a wrong slope beside it is one") {
    // One neuron with weight 0 and bias 0: the loss bends at exactly the parameters of now.
    const char* link = "v=1&data=plane&net=dense(units:1,activation:relu,bias:0,initializer:zeros)dense(units:1,activation:linear,initializer:normal)&loss=mse";
    const GradientReport report = report_of(link, {.nudge = 0});
    REQUIRE(report.tensors.size() == 3);
    CHECK(report.tensors[0].name == "weight");
    CHECK(report.tensors[0].kinks == 2);
    CHECK(report.tensors[0].checked == 0);
    CHECK(report.kinks == 2);
    CHECK(report.good);
    // Beside the corner there is none, which is why a check looks there.
    CHECK(report_of(link).kinks == 0);
    CHECK(report_of(link).good);
  }

  TEST_CASE("many corners beside each other are corners, not curvature: convolutions over empty images, with biases of 0") {
    const char* link = "v=1&data=fashion&net=conv2d(filters:6,padding:same)conv2d(filters:6,padding:same)pool2d()conv2d(filters:8,padding:same)"
                       "pool2d()flatten()dense(units:10,activation:softmax)&loss=cross_entropy";
    for (double step : {1e-4, 3e-5, 1e-5, 3e-6}) {
      CAPTURE(step);
      const GradientReport corner = report_of(link, {.step = step, .most_parameters = 16, .samples = 2, .nudge = 0});
      CHECK(corner.kinks > 10);
      CHECK(corner.good);
      CHECK(report_of(link, {.step = step, .most_parameters = 16, .samples = 2}).good);
    }
  }

  TEST_CASE("frozen layers and running statistics are not compared; a learning rule is refused") {
    const GradientReport frozen = report_of("v=1&data=iris&net=dense(units:6,frozen:1)batch_norm()dense(units:3,activation:softmax)&loss=cross_entropy");
    for (const TensorCheck& tensor : frozen.tensors) {
      CHECK(tensor.node != 1);
      CHECK(tensor.name.rfind("running", 0) != 0);
    }
    CHECK(frozen.tensors.size() == 4);
    CHECK(frozen.good);
    Result<std::unique_ptr<Network>> rule = open_network(test::experiment_from("v=1&data=and_table&net=dense(units:1,activation:heaviside)&loss=perceptron"), test::read_asset);
    REQUIRE_MESSAGE(bool(rule), (rule ? "" : rule.error().text.en));
    CHECK(!rule.value()->check_gradients({}));
    Result<std::unique_ptr<Network>> still = open_network(test::experiment_from("v=1&data=iris&net=dense(units:3,activation:softmax,frozen:1)&loss=cross_entropy"), test::read_asset);
    REQUIRE(bool(still));
    CHECK(!still.value()->check_gradients({}));
  }

  TEST_CASE("a repeated pass gives the same bits: masks of dropout belong to the batch") {
    const std::unique_ptr<Executor> one = make_executor(1), three = make_executor(3);
    for (uint64_t seed = 1; seed <= 40; ++seed) {
      const RandomGraph made = random_graph(seed);
      FixedBatch<double> a = batch_of(made, *made.loss, *one), b = batch_of(made, *made.loss, *three);
      std::vector<double> d_a(made.params.size()), d_b(made.params.size());
      const double loss = a.gradient(made.params.data(), d_a.data());
      CHECK(a.loss(made.params.data()) == loss);
      CHECK(b.gradient(made.params.data(), d_b.data()) == loss);
      CHECK_MESSAGE(d_a == d_b, made.text);
    }
  }
}

}  // namespace myelin
