// B8: backpropagation against finite differences, on the courses' networks, on 200 random graphs, and on wrong gradients that
// must be found.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/rng.h"
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

// A layer whose backward pass gets one thing wrong.
class WrongLayer final : public Layer<double> {
 public:
  enum class Fault { scaled, forgotten, input };
  WrongLayer(LayerPointer<double> right, Fault fault, size_t count, double factor = 1.0001)
      : right_(std::move(right)), fault_(fault), count_(count), factor_(factor) {}
  Result<Shape> infer(std::span<const Shape> inputs) const override { return right_->infer(inputs); }
  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override { return right_->params(inputs); }
  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int workers) const override { return right_->scratch(inputs, batch, workers); }
  Needs needs() const override { return right_->needs(); }
  int64_t multiply_adds(std::span<const Shape> inputs) const override { return right_->multiply_adds(inputs); }
  void forward(const Forward<double>& pass) const override { right_->forward(pass); }
  void backward(const Backward<double>& pass) const override {
    right_->backward(pass);
    if (fault_ == Fault::scaled) std::for_each(pass.d_params, pass.d_params + count_, [&](double& value) { value *= factor_; });
    if (fault_ == Fault::forgotten) pass.d_params[count_ - 1] = 0;  // the last bias
    if (fault_ == Fault::input) std::for_each(pass.d_inputs[0].data, pass.d_inputs[0].data + pass.d_inputs[0].size(), [&](double& value) { value *= factor_; });
  }

 private:
  LayerPointer<double> right_;
  Fault fault_;
  size_t count_;
  double factor_;
};

void break_layer(RandomGraph& made, size_t node, WrongLayer::Fault fault, double factor = 1.0001) {
  size_t count = 0;
  for (const ParamInfo& info : made.graph.nodes[node].params) count += static_cast<size_t>(info.count);
  LayerPointer<double>& layer = made.graph.layers[node];
  layer = std::make_unique<WrongLayer>(std::move(layer), fault, count, factor);
}

// Dense layers on two inputs; the first ends in ReLU. On sample 0 its first neuron stands `share` steps beside its corner.
RandomGraph beside_corner(uint64_t seed, const std::vector<int>& units, const char* loss, double target, double share, double step) {
  RandomGraph made;
  const Rng random(seed, Stream::data);
  uint64_t draw = 0;
  Experiment experiment = base_experiment();
  experiment.nodes.resize(1);
  for (size_t i = 0; i < units.size(); ++i) {
    Settings& settings = append_node(experiment, "dense");
    settings.set("units", units[i]);
    settings.set_choice("activation", i == 0 ? "relu" : "linear");
  }
  made.nodes = experiment.nodes;
  Result<Graph<double>> graph = check_graph<double>(made.nodes, Shape{2}, "");
  REQUIRE(bool(graph));
  made.graph = std::move(graph.value());
  made.loss = find_loss(loss);
  made.options = loss_options(Settings(made.loss->row.fields));
  made.batch = 1 + static_cast<int>(seed % 4);
  const auto rows = static_cast<size_t>(made.batch);
  made.inputs.resize(2 * rows);
  made.targets.resize(static_cast<size_t>(units.back()) * rows);
  made.params.resize(static_cast<size_t>(made.graph.parameters));
  for (double& value : made.inputs) value = random.uniform(draw++, -2, 2);
  for (double& value : made.targets) value = random.uniform(draw++, -1, 1);
  for (double& value : made.params) value = random.uniform(draw++, -1, 1);
  made.targets[0] = target;
  const double z = made.params[0] * made.inputs[0] + made.params[1] * made.inputs[1];
  made.params[2 * static_cast<size_t>(units[0])] = -z + share * step * std::fabs(made.inputs[0]);
  return made;
}

constexpr double kShares[] = {0, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.8, 0.95, 0.999, 1.05, -1e-3, -0.1, -0.5, -0.97};

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

  TEST_CASE("unscaled inputs of recurrent layers: where the step measures curvature, other steps decide, or it is said to be unclear") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    int checked = 0, unclear = 0;
    const auto count = [&](const GradientReport& report, const std::string& where) {
      checked += report.checked;
      unclear += report.unclear;
      for (const TensorCheck& tensor : report.tensors) {
        CHECK_MESSAGE(tensor.good, tensor.node << "." << tensor.name << ": " << tensor.relative << " (" << tensor.analytic << ", " << tensor.numeric << "); " << where);
      }
    };
    for (const char* link : {"data=wine&prep.scaling=none&net=reshape(channels:1,rows:13)rnn(units:6)dense(units:3,activation:softmax)&loss=cross_entropy&train.seed=7",
                             "data=breast_cancer&prep.scaling=none&net=reshape(channels:1,rows:30)rnn(units:6)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&train.seed=7",
                             "data=diabetes&prep.scaling=none&net=reshape(channels:1,rows:10)rnn(units:6)dense(units:1,activation:linear)&loss=mse&train.seed=11"}) {
      for (double step : {1e-4, 1e-5}) count(report_of(link, {.step = step}), link);
    }
    for (uint64_t seed = 1; seed <= 150; ++seed) {
      for (double factor : {100.0, 1000.0}) {
        RandomGraph made = random_graph(seed);
        if (std::none_of(made.nodes.begin(), made.nodes.end(), [](const NodeSpec& node) { return node.kind == "rnn" || node.kind == "gru" || node.kind == "lstm"; })) continue;
        if (std::any_of(made.nodes.begin(), made.nodes.end(), [](const NodeSpec& node) { return find_layer(node.kind)->reads_indices; })) continue;
        for (double& value : made.inputs) value *= factor;
        count(check(made, *made.loss, *executor), "seed " + std::to_string(seed) + "; " + made.text);
      }
    }
    MESSAGE("checked " << checked << ", unclear " << unclear);
    CHECK(checked > 5'000);
    CHECK(unclear * 200 < checked);
  }

  TEST_CASE("a ReLU within a step of its corner, by itself or under other layers, is no error, whatever the loss") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    int cases = 0, left_out = 0;
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      for (double share : kShares) {
        for (double step : {1e-4, 1e-5, 1e-6}) {
          const auto look = [&](const RandomGraph& made, const std::string& where) {
            FixedBatch<double> batch = batch_of(made, *made.loss, *executor);
            const GradientReport report = check_gradients(batch, made.graph, made.params, {.step = step, .nudge = 0});
            ++cases;
            left_out += report.kinks + report.unclear > 0;
            for (const TensorCheck& tensor : report.tensors) {
              CHECK_MESSAGE(tensor.good, where << ", seed " << seed << ", step " << step << ", share " << share << ": " << tensor.name << " "
                                               << tensor.analytic << ", " << tensor.numeric);
            }
          };
          // The squared error of a ReLU with a target near 0 has hardly a corner, but its curvature jumps there.
          for (double target : {0.0, 1e-7, 1e-6, 1e-5, 1e-3, 1.0, -1e-4}) {
            look(beside_corner(seed, {1 + static_cast<int>(seed % 2)}, seed % 3 == 0 ? "huber" : "mse", target, share, step), "target " + std::to_string(target));
          }
          look(beside_corner(seed, {3, 3, 1}, seed % 3 == 0 ? "mae" : seed % 3 == 1 ? "mse" : "huber", 0.5, share, step), "deep");
        }
      }
    }
    CHECK(left_out > cases / 4);  // the corner was there
  }

  TEST_CASE("beside a corner, too, a gradient that is wrong by a thousandth is found as soon as some step sees only one side") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      for (double share : {0.3, 0.5, 0.8, 0.95, 1.05}) {
        RandomGraph made = beside_corner(seed, {1}, "mse", 1, share, 1e-5);
        break_layer(made, 1, WrongLayer::Fault::scaled, 1.001);
        FixedBatch<double> batch = batch_of(made, *made.loss, *executor);
        const GradientReport report = check_gradients(batch, made.graph, made.params, {.nudge = 0});
        CHECK_MESSAGE(!report.good, "seed " << seed << ", share " << share);
      }
    }
  }

  TEST_CASE("a layer whose backward pass is wrong is found, and named, in random graphs of any inputs") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    int found = 0, blamed = 0;
    for (uint64_t seed = 1; seed <= 60; ++seed) {
      for (double factor : {1.0, 100.0}) {
        const auto make = [&] {
          RandomGraph made = random_graph(seed);
          if (!made.text.empty() && made.nodes[0].kind == "input" && std::none_of(made.nodes.begin(), made.nodes.end(), [](const NodeSpec& node) {
                return find_layer(node.kind)->reads_indices;
              })) {
            for (double& value : made.inputs) value *= factor;
          }
          return made;
        };
        const RandomGraph right = make();
        const GradientReport clean = check(right, *right.loss, *executor);
        for (size_t node = 1; node < right.nodes.size(); ++node) {
          if (right.graph.nodes[node].frozen) continue;
          // What a fault can be seen in: enough that is compared, and not too small.
          bool visible = false;
          for (const TensorCheck& tensor : clean.tensors) {
            visible = visible || (tensor.node == static_cast<int>(node) && tensor.checked * 2 > tensor.count && !tensor.too_small && std::fabs(tensor.analytic) > 1e-3);
          }
          if (!visible) continue;
          RandomGraph wrong = make();
          break_layer(wrong, node, WrongLayer::Fault::scaled);
          const GradientReport report = check(wrong, *wrong.loss, *executor);
          CHECK_MESSAGE(!report.good, "seed " << seed << " x " << factor << ", node " << node << "; " << wrong.text);
          ++found;
          bool others = true, itself = false;
          for (const TensorCheck& tensor : report.tensors) {
            if (tensor.node == static_cast<int>(node)) itself = itself || !tensor.good;
            else others = others && tensor.good;
          }
          blamed += others && itself;
        }
      }
    }
    CHECK(found > 150);
    CHECK(blamed == found);
    for (const auto fault : {WrongLayer::Fault::forgotten, WrongLayer::Fault::input}) {
      RandomGraph made = beside_corner(3, {3, 3, 1}, "mse", 0.5, 5e4, 1e-5);
      break_layer(made, 2, fault);
      const GradientReport report = check(made, *made.loss, *executor);
      CHECK_FALSE(report.good);
      for (const TensorCheck& tensor : report.tensors) {
        const bool blame = fault == WrongLayer::Fault::forgotten ? tensor.node == 2 && tensor.name == "bias" : tensor.node == 1;
        CHECK(tensor.good != blame);
      }
    }
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
