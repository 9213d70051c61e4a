#include "model/graph.h"

#include "catalog/catalog.h"

namespace myelin {
namespace {

Error at_node(size_t node, const std::string& en, const std::string& fr) {
  const std::string number = std::to_string(node);
  return {{"Node " + number + ": " + en, "Nœud " + number + " : " + fr}, static_cast<int>(node)};
}

// A node's own rules, before its layer is asked: a known kind, inputs that come before it, as many as the kind takes.
Status check_node(std::span<const NodeSpec> nodes, size_t index) {
  const NodeSpec& node = nodes[index];
  const LayerRow* row = find_layer(node.kind);
  if (row == nullptr) return at_node(index, "there is no layer \"" + node.kind + "\".", "il n’existe pas de couche « " + node.kind + " ».");
  const bool is_input = node.kind == "input";
  if (is_input != (index == 0)) {
    return at_node(index, "the input stands first, and only there.", "l’entrée est en première position, et seulement là.");
  }
  if (is_input) return std::nullopt;
  const int count = static_cast<int>(node.inputs.size());
  if (count < row->min_inputs || (row->max_inputs != LayerRow::kAnyInputs && count > row->max_inputs)) {
    const std::string given = std::to_string(count), least = std::to_string(row->min_inputs);
    return at_node(index, node.kind + " takes " + (row->max_inputs == row->min_inputs ? "" : "at least ") + least + " input(s), not " + given + ".",
                   node.kind + " prend " + (row->max_inputs == row->min_inputs ? "" : "au moins ") + least + " entrée(s), et non " + given + ".");
  }
  for (int input : node.inputs) {
    if (input < 0 || static_cast<size_t>(input) >= index) {
      return at_node(index, "its input " + std::to_string(input) + " is not an earlier node.",
                     "son entrée " + std::to_string(input) + " n’est pas un nœud précédent.");
    }
  }
  return std::nullopt;
}

// Every node but the last must feed another one: what leads nowhere would never learn.
Status check_readers(std::span<const NodeSpec> nodes) {
  std::vector<bool> read(nodes.size(), false);
  for (const NodeSpec& node : nodes) {
    for (int input : node.inputs) read[static_cast<size_t>(input)] = true;
  }
  for (size_t index = 0; index + 1 < nodes.size(); ++index) {
    if (!read[index]) return at_node(index, "its output is used nowhere.", "sa sortie n’est utilisée nulle part.");
  }
  return std::nullopt;
}

// Neighbours become one range: an optimiser loops over few long stretches.
void append_range(std::vector<ParamRange>& ranges, int offset, int count) {
  if (!ranges.empty() && ranges.back().offset + ranges.back().count == offset) ranges.back().count += count;
  else ranges.push_back({offset, count});
}

}  // namespace

std::string_view output_activation(std::span<const NodeSpec> nodes) {
  if (nodes.empty() || !nodes.back().settings.has("activation")) return "linear";
  return nodes.back().settings.choice("activation");
}

template <class Real>
std::vector<Shape> Graph<Real>::input_shapes(size_t node) const {
  std::vector<Shape> shapes;
  for (int input : nodes[node].inputs) shapes.push_back(nodes[static_cast<size_t>(input)].shape);
  return shapes;
}

template <class Real>
Result<Graph<Real>> check_graph(std::span<const NodeSpec> nodes, Shape input, std::string_view contained) {
  if (nodes.size() < 2) {
    return Error{{"The network needs at least one layer after the input.", "Le réseau a besoin d’au moins une couche après l’entrée."}};
  }
  if (nodes.size() > kMaxNodes) {
    return Error{{"The network has too many layers: at most " + std::to_string(kMaxNodes) + ".",
                  "Le réseau a trop de couches : " + std::to_string(kMaxNodes) + " au plus."}};
  }
  Graph<Real> graph;
  for (size_t index = 0; index < nodes.size(); ++index) {
    if (Status wrong = check_node(nodes, index)) return *wrong;
    NodeInfo info;
    info.kind = nodes[index].kind;
    info.inputs = nodes[index].inputs;
    info.frozen = nodes[index].settings.has("frozen") && nodes[index].settings.on("frozen");
    if (index == 0) {
      info.shape = input;
      graph.nodes.push_back(std::move(info));
      graph.layers.push_back(nullptr);
      graph.params.emplace_back();
      continue;
    }
    Settings settings = nodes[index].settings;
    const bool is_output = index + 1 == nodes.size();
    if (is_output && !contained.empty() && output_activation(nodes) == contained) {
      settings.set_choice("activation", "linear");
      graph.output_in_loss = true;
    }
    LayerPointer<Real> layer = find_layer(info.kind)->make<Real>(settings);
    graph.nodes.push_back(std::move(info));
    const std::vector<Shape> shapes = graph.input_shapes(index);
    Result<Shape> shape = layer->infer(shapes);
    if (!shape) return at_node(index, shape.error().text.en, shape.error().text.fr);
    NodeInfo& node = graph.nodes.back();
    node.shape = shape.value();
    node.multiply_adds = layer->multiply_adds(shapes);
    graph.params.push_back(layer->params(shapes));
    for (const ParamSpec& spec : graph.params.back()) {
      int64_t count = 1;
      for (int axis = 0; axis < spec.shape.rank; ++axis) count *= spec.shape[axis];
      if (graph.parameters + count > kMaxParameters) {
        return at_node(index, "with it the network would have more than 200 million parameters.",
                       "avec elle, le réseau aurait plus de 200 millions de paramètres.");
      }
      const int offset = static_cast<int>(graph.parameters);
      node.params.push_back({spec.name, spec.shape, offset, static_cast<int>(count), spec.trained});
      if (!node.frozen && count > 0) append_range(spec.trained ? graph.trained : graph.running, offset, static_cast<int>(count));
      if (spec.trained) node.parameters += count;
      graph.parameters += count;
    }
    graph.learnable += node.parameters;
    graph.multiply_adds += node.multiply_adds;
    graph.layers.push_back(std::move(layer));
  }
  if (Status wrong = check_readers(nodes)) return *wrong;
  return graph;
}

template struct Graph<float>;
template struct Graph<double>;
template Result<Graph<float>> check_graph(std::span<const NodeSpec>, Shape, std::string_view);
template Result<Graph<double>> check_graph(std::span<const NodeSpec>, Shape, std::string_view);

}  // namespace myelin
