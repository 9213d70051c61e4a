// From node specifications to checked layers: kinds found, wirings accepted, shapes and parameters known. Allocates no weights.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "myelin/experiment.h"
#include "myelin/snapshot.h"
#include "nn/layer.h"

namespace myelin {

// A whole graph's limits, checked before anything is allocated.
inline constexpr int kMaxNodes = 2048;
inline constexpr int64_t kMaxParameters = 200'000'000;

// A stretch of the flat parameter array.
struct ParamRange {
  int offset = 0;
  int count = 0;
};

template <class Real>
struct Graph {
  std::vector<LayerPointer<Real>> layers;       // null for node 0
  std::vector<NodeInfo> nodes;                  // offsets are in the flat parameter array
  std::vector<std::vector<ParamSpec>> params;   // per node, in the order of NodeInfo::params
  std::vector<ParamRange> trained;              // what an optimiser moves: neither frozen nor running statistics
  std::vector<ParamRange> running;              // running statistics of layers that are not frozen
  int64_t parameters = 0;                       // length of the flat array: running statistics, too
  int64_t learnable = 0;                        // without those: what papers and PyTorch count
  int64_t multiply_adds = 0;
  bool output_in_loss = false;

  std::vector<Shape> input_shapes(size_t node) const;
};

// `contained`: the activation that the loss computes itself ("" = none). When the output node ends in it, the node is built
// linear and gives logits.
template <class Real>
Result<Graph<Real>> check_graph(std::span<const NodeSpec> nodes, Shape input, std::string_view contained);

// The activation that the output node ends in, "linear" where it has none.
std::string_view output_activation(std::span<const NodeSpec> nodes);

}  // namespace myelin
