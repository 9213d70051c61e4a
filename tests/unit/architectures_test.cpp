// Published networks: the parameters and operations that their authors and the model zoos print. They are described without a
// single weight in memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "myelin/facts.h"
#include "myelin/session.h"
#include "support/support.h"

namespace myelin {
namespace {

Problem described(std::string_view preset) {
  Result<Problem> problem = describe(preset_experiment(preset).value(), test::read_asset);
  REQUIRE_MESSAGE(bool(problem), (problem ? "" : problem.error().text.en));
  return std::move(problem.value());
}

// Rows of the images behind each node of these kinds.
std::vector<int> rows_behind(const Problem& problem, const std::vector<std::string>& kinds) {
  std::vector<int> rows;
  for (const NodeInfo& node : problem.nodes) {
    if (std::find(kinds.begin(), kinds.end(), node.kind) != kinds.end()) rows.push_back(node.shape[1]);
  }
  return rows;
}

struct Published {
  const char* key;
  int64_t parameters;
  double multiply_adds;
};

// torchvision: `num_params` and `_ops` of the weights' meta data in torchvision/models/*.py (0.15 and later; its "GFLOPS" are
// multiply-adds). pytorchcv: the table of github.com/osmr/imgclsmob, whose SENet-154 and Inception-v4 are Cadene's ports of the authors'
// models. Batch normalisation's running statistics count nowhere.
constexpr Published kPublished[] = {
    {"lenet5", 61'706, 416'520},                    // LeCun 1998 with full connections between maps; curriculum: 61706
    {"alexnet", 60'965'224, 724'406'816},           // two groups, Caffe's bvlc_alexnet; curriculum: 60,965,224
    {"vgg16", 138'357'544, 15.47e9},                // torchvision; curriculum: 138,357,544
    {"vgg19", 143'667'240, 19.63e9},                // torchvision
    {"nin", 7'595'176, 1.10e9},                     // Lin's nin_imagenet for Caffe, a file of 29 MiB; added up by hand
    {"googlenet", 6'624'904, 1.498e9},              // torchvision without auxiliary heads
    {"inception_v4", 42'679'816, 12'304.93e6},      // pytorchcv
    {"resnet18", 11'689'512, 1.814e9},              // torchvision
    {"resnet50", 25'557'032, 4.089e9},              // torchvision
    {"resnet152", 60'192'808, 11.514e9},            // torchvision
    {"senet154", 115'088'984, 20'745.78e6},         // pytorchcv
    {"densenet121", 7'978'856, 2.834e9},            // torchvision
    {"efficientnet_b0", 5'288'548, 0.386e9},        // torchvision
};

}  // namespace

TEST_SUITE("architectures") {
  TEST_CASE("published networks have the published parameters, and operations within 2 %") {
    for (const Published& published : kPublished) {
      INFO(std::string(published.key));
      const Problem problem = described(published.key);
      CHECK(problem.parameters == published.parameters);
      CHECK(static_cast<double>(problem.multiply_adds) == doctest::Approx(published.multiply_adds).epsilon(0.02));
      int64_t parameters = 0, multiply_adds = 0;
      for (const NodeInfo& node : problem.nodes) {
        parameters += node.parameters;
        multiply_adds += node.multiply_adds;
      }
      CHECK(parameters == problem.parameters);
      CHECK(multiply_adds == problem.multiply_adds);
    }
  }

  TEST_CASE("NiN: its parameters add up to the size of the published file") {
    const int64_t mlpconv[][3] = {{11 * 11 * 3, 96, 96}, {5 * 5 * 96, 256, 256}, {3 * 3 * 256, 384, 384}, {3 * 3 * 384, 1024, 1000}};
    int64_t sum = 0;
    for (const auto& [inputs, filters, last] : mlpconv) sum += (inputs + 1) * filters + (filters + 1) * filters + (filters + 1) * last;
    CHECK(described("nin").parameters == sum);
    CHECK(sum * 4 / (1 << 20) == 28);  // 28.97 MiB; the author writes 29 MB
  }

  TEST_CASE("Architectures: AlexNet's maps shrink as the course prints, 227-55-27-27-13-13-13-13-13-6, to 9216 values") {
    const Problem alexnet = described("alexnet");
    CHECK(alexnet.nodes[0].shape == Shape{3, 227, 227});
    // The course names the second normalisation but not the first, which would be one more 27.
    CHECK(rows_behind(alexnet, {"conv2d", "pool2d"}) == std::vector<int>{55, 27, 27, 13, 13, 13, 13, 6});
    CHECK(rows_behind(alexnet, {"conv2d", "pool2d", "local_response_norm"}) == std::vector<int>{55, 27, 27, 27, 13, 13, 13, 13, 13, 6});
    const auto flat = std::find_if(alexnet.nodes.begin(), alexnet.nodes.end(), [](const NodeInfo& node) { return node.kind == "flatten"; });
    REQUIRE(flat != alexnet.nodes.end());
    CHECK(flat->shape == Shape{9216});
  }

  TEST_CASE("Architectures: three quarters of VGG-16's parameters are in one dense layer, its operations in convolutions") {
    const Problem vgg = described("vgg16");
    int64_t most = 0, convolutions = 0;
    for (const NodeInfo& node : vgg.nodes) {
      most = std::max(most, node.parameters);
      if (node.kind == "conv2d") convolutions += node.multiply_adds;
    }
    CHECK(most == 25088LL * 4096 + 4096);
    CHECK(static_cast<double>(most) > 0.74 * static_cast<double>(vgg.parameters));
    CHECK(static_cast<double>(convolutions) > 0.99 * static_cast<double>(vgg.multiply_adds));
  }

  TEST_CASE("Architectures: DenseNet's channels are k0 + L k within a block") {
    const Problem problem = described("densenet121");
    const int depths[] = {6, 12, 24, 16};
    int block = 0, layer = 0, start = 64;
    for (const NodeInfo& node : problem.nodes) {
      if (node.kind != "concat") continue;
      REQUIRE(block < 4);
      CHECK(node.shape[0] == start + ++layer * 32);
      if (layer < depths[block]) continue;
      start = node.shape[0] / 2;  // the transition halves them
      layer = 0;
      ++block;
    }
    CHECK(block == 4);
    CHECK(problem.nodes.back().inputs.size() == 1);
    CHECK(problem.nodes[problem.nodes.size() - 2].shape == Shape{1024});
  }

  TEST_CASE("Architectures: Inception's 1 x 7 and 7 x 1 have 14 weights where 7 x 7 has 49, and 3 x 1 and 1 x 3 six for nine") {
    const auto weights = [](std::string_view layers) {
      const Experiment experiment = test::experiment_from("data=no_data&data.channels=1&data.rows=28&data.columns=28&data.classes=10&net=" + std::string(layers) +
                                                          "global_pool()dense(units:10,activation:softmax)&loss=cross_entropy");
      const Result<Problem> problem = describe(experiment, test::read_asset);
      REQUIRE(bool(problem));
      return problem->parameters - 20;
    };
    CHECK(weights("conv2d(filters:1,kernel:7,bias:0)") == 49);
    CHECK(weights("conv2d(filters:1,kernel:7,kernel_columns:1,bias:0)conv2d(filters:1,kernel:1,kernel_columns:7,bias:0)") == 14);
    CHECK(weights("conv2d(filters:1,kernel:3,bias:0)") == 9);
    CHECK(weights("conv2d(filters:1,kernel:3,kernel_columns:1,bias:0)conv2d(filters:1,kernel:1,kernel_columns:3,bias:0)") == 6);
  }

  TEST_CASE("C15: 32x32x3 becomes 28x28x6 and 24x24x10, with 456 and 1510 parameters") {
    const Problem problem = described("conv_chain");
    CHECK(problem.nodes[1].shape == Shape{6, 28, 28});
    CHECK(problem.nodes[2].shape == Shape{10, 24, 24});
    CHECK(problem.nodes[1].parameters == 456);
    CHECK(problem.nodes[2].parameters == 1510);
  }

  TEST_CASE("Architectures: a residual block whose F is zero is the identity") {
    // Two convolutions with weights 0; what the addition gives is what came in.
    test::Training<float> t(
        "data=digits&net=conv2d(filters:1,padding:same,initializer:zeros)conv2d(filters:1,padding:same,activation:linear,initializer:zeros)"
        "add@2,0()flatten()dense(units:10,activation:softmax)&loss=cross_entropy");
    t.trainer->infer(t.trainer->input_row(0), 1);
    const View<const float> in = t.trainer->inferred(0), out = t.trainer->inferred(3);
    CHECK(out.shape == in.shape);
    CHECK(std::equal(in.data, in.data + in.size(), out.data));
  }

  TEST_CASE("Architectures: a 1 x 1 convolution is a dense layer at every pixel") {
    test::Training<float> t(
        "data=digits&net=conv2d(filters:3)conv2d(filters:4,kernel:1,activation:linear)flatten()dense(units:10,activation:softmax)&loss=cross_entropy");
    t.trainer->infer(t.trainer->input_row(7), 1);
    const View<const float> in = t.trainer->inferred(1), out = t.trainer->inferred(2);
    const NodeInfo& node = t.trainer->graph().nodes[2];
    const float* weight = t.trainer->params().data() + node.params[0].offset;
    const float* bias = t.trainer->params().data() + node.params[1].offset;
    const int pixels = in.shape[1] * in.shape[2];
    REQUIRE(pixels == 36);
    for (int pixel = 0; pixel < pixels; ++pixel) {
      for (int unit = 0; unit < 4; ++unit) {
        float sum = bias[unit];
        for (int channel = 0; channel < 3; ++channel) sum += weight[unit * 3 + channel] * in.data[channel * pixels + pixel];
        CHECK(static_cast<double>(out.data[unit * pixels + pixel]) == doctest::Approx(static_cast<double>(sum)).epsilon(1e-5));
      }
    }
  }

  TEST_CASE("what is only described says so, in both languages, instead of training") {
    for (const PresetRow* row : preset_rows()) {
      INFO(std::string(row->row.key));
      const Experiment experiment = row->link != nullptr ? parse_link(row->link)->experiment : row->make();
      CHECK(row->only_described == only_described(Kind::dataset, experiment.data.kind));
      CHECK(row->only_described == only_described(Kind::preset, row->row.key));
    }
    Session session(test::test_options());
    session.post(SetExperiment{preset_experiment("vgg16").value()});
    const Snapshot& snapshot = test::settle(session);
    CHECK(snapshot.state == RunState::failed);
    CHECK(snapshot.error.text.en.find("but not trained") != std::string::npos);
    CHECK(snapshot.error.text.fr.find("mais pas entraîné") != std::string::npos);
    CHECK_FALSE(only_described(Kind::dataset, "digits"));
    CHECK_FALSE(only_described(Kind::layer, "dense"));
  }

  TEST_CASE("running statistics of batch normalisation are not counted as parameters, but have their place in the flat array") {
    test::Training<float> t("data=iris&net=dense(units:5,activation:linear)batch_norm()dense(units:3,activation:softmax)&loss=cross_entropy");
    const auto& graph = t.trainer->graph();
    CHECK(graph.nodes[2].parameters == 10);
    CHECK(graph.learnable == 4 * 5 + 5 + 10 + 5 * 3 + 3);
    CHECK(graph.parameters == graph.learnable + 10);
    CHECK(t.trainer->params().size() == static_cast<size_t>(graph.parameters));
  }
}

}  // namespace myelin
