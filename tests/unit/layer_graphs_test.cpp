// Layers inside networks: what is frozen stays, running statistics find those of the data, inference differs from training where
// it must, gradients of whole graphs, and steps that allocate nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "support/allocations.h"
#include "support/sanitized.h"
#include "support/support.h"

namespace myelin {
namespace {

// Graphs that between them hold every layer of this kind; for digits (1x8x8), a row of numbers, and words.
struct Example {
  const char* name;
  Shape input;
  bool words;
  const char* net;
};
constexpr Example kExamples[] = {
    {"an image", Shape{2, 4, 3}, false,
     "batch_norm()prelu(slopes:channels)dropout(rate:0.3,channels:1)local_response_norm(alpha:1)layer_norm(over:sample)"
     "reshape(channels:2,columns:12)noise()rnn(units:2)multiply@6,8()multiply@9,9()flatten()batch_norm()dense(units:3,activation:softmax)"},
    {"words", Shape{6}, true,
     "embedding(vocabulary:7,size:4)positions()attention(heads:2,causal:1)add@2,3()layer_norm()gru(units:3)prelu()dense(units:2,activation:linear)"},
    {"a bag", Shape{6}, true, "bag(vocabulary:7,values:count)batch_norm()dense(units:2,activation:sigmoid)"},
    {"a sequence", Shape{3, 5}, false,
     "lstm(units:4,output:sequence)attention(heads:4)add@1,2()batch_norm()rnn(units:3,output:sequence)gru(units:3,output:sequence)lstm(units:2)"},
};

std::vector<NodeSpec> nodes_of(const char* net) { return test::experiment_from(std::string("net=") + net).nodes; }

}  // namespace

TEST_SUITE("layers in networks") {
  TEST_CASE("the gradient of whole graphs agrees with central differences, in training and in inference") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (const Example& example : kExamples) {
      const std::vector<NodeSpec> nodes = nodes_of(example.net);
      const Result<Graph<double>> graph = check_graph<double>(nodes, example.input, "");
      REQUIRE_MESSAGE(bool(graph), (graph ? "" : graph.error().text.en));
      const auto count = static_cast<size_t>(graph->parameters);
      std::vector<double> params(count), d_params(count, 0);
      initialize_parameters(graph.value(), 3, std::span(params));
      const Rng random(17, Stream::data);
      for (size_t i = 0; i < count; ++i) params[i] += random.uniform(i, 0, 0.2);  // biases and statistics that are not 0 or 1
      for (int batch : {1, 6}) {
        const size_t width = static_cast<size_t>(batch) * static_cast<size_t>(example.input.size());
        std::vector<double> input(width), weights;
        for (size_t i = 0; i < width; ++i) {
          input[i] = example.words ? static_cast<double>(random.below(i, 9)) : random.child(1).uniform(i, -2, 2);
        }
        Model<double> model(graph.value(), {.batch = batch});
        for (const bool training : {true, false}) {
          const Model<double>::Pass pass{params.data(), *executor, training, Rng(5, Stream::layer)};
          const auto loss = [&] {
            model.forward(input.data(), batch, pass);
            double sum = 0;
            for (size_t i = 0; i < model.output().size(); ++i) sum += random.child(2).uniform(i, -1, 1) * model.output().data[i];
            return sum;
          };
          (void)loss();
          for (size_t i = 0; i < model.d_output().size(); ++i) model.d_output().data[i] = random.child(2).uniform(i, -1, 1);
          model.backward(pass, d_params.data());
          double apart = 0, size = 0;
          for (const ParamRange& range : graph->trained) {
            for (int i = range.offset; i < range.offset + range.count; ++i) {
              double& value = params[static_cast<size_t>(i)];
              const double at = value, step = 1e-5;
              value = at + step;
              const double up = loss();
              value = at - step;
              const double numeric = (up - loss()) / (2 * step), analytic = d_params[static_cast<size_t>(i)];
              value = at;
              apart += (numeric - analytic) * (numeric - analytic);
              size += numeric * numeric + analytic * analytic;
            }
          }
          INFO(std::string(example.name) << " batch " << batch << (training ? " training" : " inference"));
          CHECK(size > 1e-6);
          CHECK(std::sqrt(apart / size) < 1e-6);
        }
      }
    }
  }

  TEST_CASE("X1: what is frozen is the same bit for bit after training with any optimiser, and the rest is not") {
    const std::string net = "net=batch_norm(frozen:1)dense(units:4,activation:tanh)dense(units:4,activation:tanh,frozen:1)batch_norm()"
                            "prelu(frozen:1)dense(units:1,activation:sigmoid)";
    for (const Row* optimizer : rows(Kind::optimizer)) {
      Experiment experiment = test::experiment_from("data=circle&loss=binary_cross_entropy&train.l2=0.1&" + net);
      experiment.optimizer = make_part(Kind::optimizer, optimizer->key);
      test::Training<float> t(experiment);
      const std::vector<float> before(t.trainer->params().begin(), t.trainer->params().end());
      for (int i = 0; i < 30; ++i) REQUIRE(t.trainer->step());
      const Graph<float>& graph = t.trainer->graph();
      int64_t frozen = 0, running = 0, trained = 0;
      for (const NodeInfo& node : graph.nodes) {
        for (const ParamInfo& info : node.params) {
          const auto offset = static_cast<size_t>(info.offset);
          int changed = 0;
          for (size_t i = offset; i < offset + static_cast<size_t>(info.count); ++i) changed += before[i] != t.trainer->params()[i];
          INFO(std::string(optimizer->key) << ", node of kind " << node.kind << ", " << std::string(info.name));
          if (node.frozen) CHECK(changed == 0);
          else CHECK(changed > 0);
          (node.frozen ? frozen : info.trained ? trained : running) += info.count;
        }
      }
      CHECK(frozen == 4 * 2 + 4 * 5 + 1);
      CHECK(running == 2 * 4);
      // The optimiser's arrays are as long as what it moves.
      int64_t moved = 0;
      for (const ParamRange& range : graph.trained) moved += range.count;
      CHECK(moved == trained);
      CHECK(frozen + running + trained == graph.parameters);
    }
  }

  TEST_CASE("the running statistics of a batch normalisation converge to those of the data") {
    Experiment experiment = test::experiment_from(
        "data=circle&prep.test=0&prep.validation=0&train.batch=65536&train.arithmetic=f64&net=batch_norm()dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
    test::Training<double> t(experiment);
    const std::vector<int>& samples = t.trainer->part(SplitPart::train);
    const auto n = static_cast<double>(samples.size());
    double mean[2] = {}, variance[2] = {};
    for (int sample : samples) for (size_t i = 0; i < 2; ++i) mean[i] += t.trainer->input_row(sample)[i] / n;
    for (int sample : samples) {
      for (size_t i = 0; i < 2; ++i) {
        const double apart = t.trainer->input_row(sample)[i] - mean[i];
        variance[i] += apart * apart / (n - 1);
      }
    }
    // Weight 2, bias 2, then mean 2, variance 2. After k full batches the start counts 0.9^k.
    double start = 1;
    for (int step = 1; step <= 120; ++step) {
      REQUIRE(t.trainer->step());
      start *= 0.9;
      for (size_t i = 0; i < 2; ++i) {
        CHECK(t.trainer->params()[4 + i] == doctest::Approx((1 - start) * mean[i]).epsilon(1e-9));
        CHECK(t.trainer->params()[6 + i] == doctest::Approx((1 - start) * variance[i] + start).epsilon(1e-9));
      }
    }
  }

  TEST_CASE("looking uses the running statistics and no dropout, and changes nothing") {
    test::Training<double> t("data=circle&train.arithmetic=f64&net=batch_norm()dropout(rate:0.5)noise(deviation:3)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy");
    for (int i = 0; i < 25; ++i) REQUIRE(t.trainer->step());
    const std::vector<double> params(t.trainer->params().begin(), t.trainer->params().end());
    const double loss = t.trainer->evaluate(SplitPart::test).loss;
    CHECK(t.trainer->evaluate(SplitPart::test).loss == loss);
    CHECK(std::equal(params.begin(), params.end(), t.trainer->params().begin()));
    const double* x = t.trainer->input_row(t.trainer->part(SplitPart::test)[0]);
    t.trainer->infer(x, 1);
    for (size_t i = 0; i < 2; ++i) {
      const double expected = params[i] * (x[i] - params[4 + i]) / std::sqrt(params[6 + i] + 1e-5) + params[2 + i];
      CHECK(t.trainer->inferred(1).data[i] == doctest::Approx(expected).epsilon(1e-12));
      CHECK(t.trainer->inferred(3).data[i] == t.trainer->inferred(1).data[i]);
    }
  }

  TEST_CASE("steps of networks with these layers allocate nothing and do not depend on the number of threads") {
    const std::string digits = "data=digits&train.batch=50&loss=cross_entropy&net=";
    for (const std::string& net : {std::string("batch_norm()prelu()dropout()local_response_norm()layer_norm()noise()multiply@3,6()dense(units:10,activation:softmax)"),
                                   std::string("reshape(channels:8,columns:8)positions()attention(heads:2)add@2,3()layer_norm()lstm(units:12,output:sequence)"
                                               "gru(units:10,output:sequence)rnn(units:10)dense(units:10,activation:softmax)")}) {
      std::vector<float> first;
      for (int threads : {1, 3}) {
        test::Training<float> t(digits + net, threads);
        REQUIRE(t.trainer->step());
        const int64_t before = test::allocations();
        for (int i = 0; i < 3; ++i) t.trainer->step();
        CHECK(test::allocations() - before == 0);
        const std::vector<float> params(t.trainer->params().begin(), t.trainer->params().end());
        if (threads == 1) first = params;
        CHECK(params == first);
      }
    }
  }

  TEST_CASE("recurrent layers and attention learn what a sequence is about" * doctest::skip(test::kSanitized)) {
    // Whether the first value is positive: the last state must remember it. The simple layer forgets sooner.
    struct Task {
      const char* net;
      int length;
    };
    for (const Task& task : {Task{"lstm(units:6)", 8}, Task{"gru(units:6)", 8}, Task{"rnn(units:6)", 3},
                             Task{"dense(units:8,activation:linear)reshape(channels:4,columns:2)positions()attention(heads:2)flatten()", 8}}) {
      const std::vector<NodeSpec> nodes = nodes_of((std::string(task.net) + "dense(units:1,activation:linear)").c_str());
      const Result<Graph<double>> graph = check_graph<double>(nodes, Shape{task.length}, "");
      REQUIRE_MESSAGE(bool(graph), (graph ? "" : graph.error().text.en));
      const std::unique_ptr<Executor> executor = make_executor(1);
      const auto count = static_cast<size_t>(graph->parameters);
      std::vector<double> params(count), d_params(count), moments[2] = {std::vector<double>(count), std::vector<double>(count)};
      initialize_parameters(graph.value(), 1, std::span(params));
      constexpr int kBatch = 64;
      Model<double> model(graph.value(), {.batch = kBatch});
      OptimizerOptions options;
      options.rate = 0.02;
      double loss = 0;
      for (int step = 1; step <= 300; ++step) {
        const Rng random = Rng(9, Stream::data).child(static_cast<uint64_t>(step));
        const auto length = static_cast<size_t>(task.length);
        std::vector<double> input(length * kBatch);
        for (size_t i = 0; i < input.size(); ++i) input[i] = random.uniform(i, -1, 1);
        const Model<double>::Pass pass{params.data(), *executor, true, random};
        model.forward(input.data(), kBatch, pass);
        loss = 0;
        for (size_t row = 0; row < kBatch; ++row) {
          const double apart = model.output().data[row] - (input[length * row] > 0 ? 1 : -1);
          loss += apart * apart / kBatch;
          model.d_output().data[row] = 2 * apart / kBatch;
        }
        model.backward(pass, d_params.data());
        find_optimizer("adam")->step<double>({options, step, params.data(), d_params.data(), {moments[0].data(), moments[1].data()}, static_cast<int>(count)});
      }
      INFO(std::string(task.net));
      CHECK(loss < 0.35);  // 1 is what an answer of 0 gets
    }
  }
}

}  // namespace myelin
