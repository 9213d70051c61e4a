#include "model/model.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "catalog/catalog.h"
#include "model/memory_plan.h"

namespace myelin {

// What goes where in the slab, in elements.
template <class Real>
struct Model<Real>::Layout {
  static constexpr size_t kNone = ~size_t{0};
  std::vector<size_t> value, d_value, saved;  // per node, kNone where there is none
  std::vector<bool> wants_gradient;
  size_t work = 0;
  size_t total = 0;
};

// Time runs forward over nodes 0..n-1 and back again: node i works at i and at 2n-1-i. A value lives until its last reader, a
// gradient from its first writer to its own node's backward.
template <class Real>
typename Model<Real>::Layout Model<Real>::lay_out(const Graph<Real>& graph, const ModelOptions& options) {
  const int count = static_cast<int>(graph.nodes.size());
  const auto backward_time = [count](int node) { return 2 * count - 1 - node; };
  const size_t nodes = graph.nodes.size();
  Layout layout;
  layout.value.assign(nodes, Layout::kNone);
  layout.d_value = layout.saved = layout.value;
  layout.wants_gradient.assign(nodes, false);

  std::vector<int> last_read(nodes), last_reader(nodes, -1);
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(i);
    last_read[at] = i;
    layout.wants_gradient[at] = !graph.nodes[at].params.empty() && !graph.nodes[at].frozen;
    for (int input : graph.nodes[at].inputs) {
      const auto from = static_cast<size_t>(input);
      last_reader[from] = i;
      last_read[from] = i;
      if (layout.wants_gradient[from]) layout.wants_gradient[at] = true;
    }
  }
  if (options.training) {
    for (int i = count - 1; i > 0; --i) {
      const auto at = static_cast<size_t>(i);
      if (!layout.wants_gradient[at]) continue;
      const Needs needs = graph.layers[at]->needs();
      if (needs.output) last_read[at] = std::max(last_read[at], backward_time(i));
      if (!needs.inputs) continue;
      for (int input : graph.nodes[at].inputs) {
        const auto from = static_cast<size_t>(input);
        last_read[from] = std::max(last_read[from], backward_time(i));
      }
    }
    last_read.back() = std::max(last_read.back(), count);  // the loss reads the output at time n
  }

  std::vector<Lifetime> lifetimes;
  std::vector<size_t*> targets;
  const auto add = [&](int first, int last, size_t size, size_t& target) {
    if (size == 0) return;
    lifetimes.push_back({first, last, size, 0});
    targets.push_back(&target);
  };
  const auto batch = static_cast<size_t>(options.batch);
  size_t work = 0;
  for (int i = 1; i < count; ++i) {
    const auto at = static_cast<size_t>(i);
    const std::vector<Shape> shapes = graph.input_shapes(at);
    const size_t size = batch * static_cast<size_t>(graph.nodes[at].shape.size());
    const ScratchSpec scratch = graph.layers[at]->scratch(shapes, options.batch, options.workers);
    work = std::max(work, scratch.work);
    add(i, options.training ? last_read[at] : 2 * count, size, layout.value[at]);
    if (!options.training || !layout.wants_gradient[at]) continue;
    add(i, backward_time(i), scratch.saved, layout.saved[at]);
    const int first_writer = last_reader[at] < 0 ? count : backward_time(last_reader[at]);
    add(first_writer, backward_time(i), size, layout.d_value[at]);
  }
  add(0, 2 * count, work, layout.work);
  layout.total = plan_memory(lifetimes, kAlignment / sizeof(Real));
  for (size_t i = 0; i < lifetimes.size(); ++i) *targets[i] = lifetimes[i].offset;
  return layout;
}

template <class Real>
int64_t Model<Real>::planned_bytes(const Graph<Real>& graph, ModelOptions options) {
  // Where size_t has 32 bits a plan could wrap around and look small: what surely does not fit is not planned at all.
  int64_t values = 0;
  for (size_t i = 1; i < graph.nodes.size(); ++i) {
    const ScratchSpec one = graph.layers[i]->scratch(graph.input_shapes(i), 1, options.workers);
    values += options.batch * (static_cast<int64_t>(graph.nodes[i].shape.size()) + static_cast<int64_t>(one.saved)) + static_cast<int64_t>(one.work);
  }
  constexpr uint64_t kMost = std::numeric_limits<size_t>::max() / (4 * sizeof(Real));
  if (static_cast<uint64_t>(values) > kMost) return values * static_cast<int64_t>(sizeof(Real));
  return static_cast<int64_t>(lay_out(graph, options).total) * static_cast<int64_t>(sizeof(Real));
}

template <class Real>
Model<Real>::Model(const Graph<Real>& graph, ModelOptions options) : graph_(&graph), options_(options), nodes_(graph.nodes.size()) {
  const Layout layout = lay_out(graph, options);
  slab_ = Buffer<Real>(layout.total);
  work_ = slab_.data() + layout.work;
  const auto place = [this](size_t offset) { return offset == Layout::kNone ? nullptr : slab_.data() + offset; };
  for (size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    node.value = {place(layout.value[i]), options.batch, graph.nodes[i].shape};
    node.d_value = {place(layout.d_value[i]), options.batch, graph.nodes[i].shape};
    node.saved = place(layout.saved[i]);
    node.wants_gradient = layout.wants_gradient[i];
    const size_t inputs = graph.nodes[i].inputs.size();
    node.inputs.resize(inputs);
    node.d_inputs.resize(inputs);
    node.modes.resize(inputs, GradMode::ignore);
  }
  // Backward visits nodes from the last to the first: the first to reach a gradient overwrites it, later ones add.
  std::vector<bool> written(nodes_.size(), false);
  for (size_t i = nodes_.size(); i-- > 1;) {
    for (size_t slot = 0; slot < nodes_[i].inputs.size(); ++slot) {
      const auto from = static_cast<size_t>(graph.nodes[i].inputs[slot]);
      if (!nodes_[from].wants_gradient || !nodes_[i].wants_gradient) continue;
      nodes_[i].modes[slot] = written[from] ? GradMode::accumulate : GradMode::overwrite;
      written[from] = true;
    }
  }
}

template <class Real>
void Model<Real>::set_views(const Real* input, int batch) {
  batch_ = batch;
  // The input is only ever read; View<Real> holds it for uniformity.
  nodes_[0].value = {const_cast<Real*>(input), batch, graph_->nodes[0].shape};
  for (size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    node.value.batch = node.d_value.batch = batch;
    const std::vector<int>& from = graph_->nodes[i].inputs;
    for (size_t slot = 0; slot < from.size(); ++slot) {
      const Node& source = nodes_[static_cast<size_t>(from[slot])];
      node.inputs[slot] = source.value;
      node.d_inputs[slot] = source.d_value;
    }
  }
}

template <class Real>
void Model<Real>::forward(const Real* input, int batch, const Pass& pass) {
  MYELIN_DASSERT(batch > 0 && batch <= options_.batch);
  // Most steps of a small network find all as the step before left it.
  if (batch != batch_ || input != nodes_[0].value.data) set_views(input, batch);
  for (size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const auto& info = graph_->nodes[i];
    graph_->layers[i]->forward({node.inputs, node.value, info.params.empty() ? nullptr : pass.params + info.params[0].offset,
                                node.saved, work_, pass.executor, options_.arithmetic, pass.training && !info.frozen, pass.random.child(i)});
  }
}

template <class Real>
View<Real> Model<Real>::d_output() {
  return {nodes_.back().d_value.data, batch_, nodes_.back().d_value.shape};
}

template <class Real>
void Model<Real>::backward(const Pass& pass, Real* d_params) {
  MYELIN_DASSERT(options_.training);
  for (size_t i = nodes_.size(); i-- > 1;) {
    const Node& node = nodes_[i];
    if (!node.wants_gradient) continue;
    const auto& info = graph_->nodes[i];
    const size_t offset = info.params.empty() ? 0 : static_cast<size_t>(info.params[0].offset);
    graph_->layers[i]->backward({node.inputs, node.value, node.d_value, node.d_inputs, node.modes, pass.params + offset,
                                 info.frozen ? nullptr : d_params + offset, node.saved, work_, pass.executor, options_.arithmetic,
                                 pass.training && !info.frozen, pass.random.child(i)});
  }
}

template <class Real>
View<const Real> Model<Real>::value(int node) const {
  const View<Real>& value = nodes_[static_cast<size_t>(node)].value;
  return {value.data, batch_, value.shape};
}

template <class Real>
void initialize_parameters(const Graph<Real>& graph, uint64_t seed, std::span<Real> params) {
  const Rng weights(seed, Stream::weights);
  for (size_t node = 0; node < graph.nodes.size(); ++node) {
    for (size_t tensor = 0; tensor < graph.params[node].size(); ++tensor) {
      const ParamSpec& spec = graph.params[node][tensor];
      const ParamInfo& info = graph.nodes[node].params[tensor];
      const InitializerRow* row = find_initializer(spec.initializer);
      MYELIN_ASSERT(row != nullptr);
      initialize(*row, spec.scale, spec.constant, spec.fan_in, spec.fan_out, weights.child(node).child(tensor),
                 params.subspan(static_cast<size_t>(info.offset), static_cast<size_t>(info.count)));
    }
  }
}

template class Model<float>;
template class Model<double>;
template void initialize_parameters(const Graph<float>&, uint64_t, std::span<float>);
template void initialize_parameters(const Graph<double>&, uint64_t, std::span<double>);

}  // namespace myelin
