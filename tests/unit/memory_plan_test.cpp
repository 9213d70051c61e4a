#include "model/memory_plan.h"

#include <doctest/doctest.h>

#include "base/rng.h"
#include "model/model.h"
#include "myelin/experiment.h"

namespace myelin {
namespace {

// Bytes of a step in which nothing shares its place: every value, its gradient, what a layer saves, and each layer's work memory.
int64_t unshared_bytes(const Graph<float>& graph, int batch) {
  size_t elements = 0;
  for (size_t i = 1; i < graph.nodes.size(); ++i) {
    const ScratchSpec scratch = graph.layers[i]->scratch(graph.input_shapes(i), batch, 1);
    elements += 2 * static_cast<size_t>(batch) * static_cast<size_t>(graph.nodes[i].shape.size()) + scratch.saved + scratch.work;
  }
  return static_cast<int64_t>(elements * sizeof(float));
}

}  // namespace

TEST_SUITE("memory plan") {
  TEST_CASE("buffers that live at the same time never overlap, and the slab is at least the peak") {
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const Rng random(seed, Stream::data);
      std::vector<Lifetime> buffers(2 + random.below(0, 30));
      uint64_t draw = 1;
      for (Lifetime& buffer : buffers) {
        buffer.first = static_cast<int>(random.below(draw++, 40));
        buffer.last = buffer.first + static_cast<int>(random.below(draw++, 12));
        buffer.size = 1 + random.below(draw++, 300);
      }
      const size_t total = plan_memory(buffers, 16);
      INFO("seed " << seed);
      size_t sum = 0;
      for (size_t i = 0; i < buffers.size(); ++i) {
        sum += (buffers[i].size + 15) / 16 * 16;
        CHECK(buffers[i].offset % 16 == 0);
        CHECK(buffers[i].offset + buffers[i].size <= total);
        for (size_t j = 0; j < i; ++j) {
          const bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
          const bool apart = buffers[i].offset + buffers[i].size <= buffers[j].offset ||
                             buffers[j].offset + buffers[j].size <= buffers[i].offset;
          if (together) CHECK(apart);
        }
      }
      size_t peak = 0;
      for (int time = 0; time < 60; ++time) {
        size_t alive = 0;
        for (const Lifetime& buffer : buffers) alive += buffer.first <= time && time <= buffer.last ? buffer.size : 0;
        peak = std::max(peak, alive);
      }
      CHECK(total >= peak);
      CHECK(total <= sum);
    }
  }

  TEST_CASE("a chain of equal buffers with neighbouring lives needs the room of two") {
    std::vector<Lifetime> chain;
    for (int i = 0; i < 10; ++i) chain.push_back({i, i + 1, 64, 0});
    CHECK(plan_memory(chain, 16) == 128);
  }

  TEST_CASE("a training step of an image network needs at most three quarters of what its buffers need apart") {
    struct Example {
      const char* link;
      Shape input;
      int batch;
    };
    const Example examples[] = {
        {"preset=lenet5", {1, 28, 28}, 64},
        {"data=no_data&net=conv2d(filters:32,padding:same)conv2d(filters:32,padding:same)pool2d()conv2d(filters:64,padding:same)"
         "conv2d(filters:64,padding:same)pool2d()flatten()dense(units:128,activation:relu)dense(units:10)", {3, 32, 32}, 32},
        {"preset=tiny_resnet", {1, 28, 28}, 32}};
    for (const Example& example : examples) {
      const Result<ParsedExperiment> parsed = parse_link(example.link);
      REQUIRE(parsed);
      const Result<Graph<float>> graph = check_graph<float>(parsed->experiment.nodes, example.input, "");
      REQUIRE(graph);
      const int64_t apart = unshared_bytes(graph.value(), example.batch);
      const int64_t planned = Model<float>(graph.value(), {.batch = example.batch}).bytes();
      INFO(example.link << ": " << planned << " of " << apart << " bytes");
      CHECK(planned == Model<float>::planned_bytes(graph.value(), {.batch = example.batch}));
      CHECK(planned <= apart * 3 / 4);
    }
  }
}

}  // namespace myelin
