// Small graphs of any layers of the catalog that can be wired, with values and targets: they must run, and their gradients
// must be right. A new layer takes part by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "model/graph.h"
#include "nn/loss.h"

namespace myelin::test {

struct RandomGraph {
  std::vector<NodeSpec> nodes;
  std::string text;              // "0 input 2x5x4; 1 conv2d(0) ...", for messages
  Graph<double> graph;
  const LossRow* loss = nullptr;
  LossOptions options;
  int batch = 1;
  std::vector<double> inputs, targets, params;
};

// The same seed gives the same graph.
RandomGraph random_graph(uint64_t seed);

}  // namespace myelin::test
