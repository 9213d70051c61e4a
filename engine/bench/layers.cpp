// Single passes of single layers, through the layers themselves: so what is measured includes bias, activation and scratch, and
// whatever kernel the layer chooses. Multiply-adds alone are counted as work.
#include <array>

#include "base/assert.h"
#include "bench/work.h"
#include "catalog/catalog.h"
#include "model/graph.h"
#include "myelin/experiment.h"

namespace myelin::bench {
namespace {

enum class Direction { forward, input_gradient, weight_gradient };
constexpr const char* kDirectionNames[] = {"forward", "input_gradient", "weight_gradient"};

struct LayerCase {
  const char* name;
  const char* layer;  // as in a link
  Shape input;
  int batch;
  double low = -1, high = 1;  // of the input's values
};

// Batches as in the workloads; the last two convolutions as in MobileNet's blocks.
constexpr LayerCase kConvolutions[] = {
    {"conv/lenet1", "conv2d(filters:6,kernel:5,padding:same,activation:linear)", {1, 28, 28}, 64},
    {"conv/lenet2", "conv2d(filters:16,kernel:5,padding:valid,activation:linear)", {6, 14, 14}, 64},
    {"conv/vgg1", "conv2d(filters:32,padding:same,activation:linear)", {3, 32, 32}, 32},
    {"conv/vgg2", "conv2d(filters:32,padding:same,activation:linear)", {32, 32, 32}, 32},
    {"conv/vgg3", "conv2d(filters:64,padding:same,activation:linear)", {32, 16, 16}, 32},
    {"conv/vgg4", "conv2d(filters:64,padding:same,activation:linear)", {64, 16, 16}, 32},
    {"conv/pointwise", "conv2d(filters:128,kernel:1,activation:linear)", {64, 16, 16}, 32},
    {"conv/depthwise", "conv2d(filters:64,groups:0,padding:same,activation:linear)", {64, 16, 16}, 32},
    {"dense/400x120", "dense(units:120,activation:linear)", {400}, 64},
    {"dense/784x128", "dense(units:128,activation:linear)", {784}, 32},
};

// Backward of a function that lets gradients pass unchanged (tanh at 0, relu of positive values): it may work in place, and
// gradients that shrink with every call would end as denormal numbers.
constexpr LayerCase kElementwise[] = {
    {"pool/lenet1", "pool2d()", {6, 28, 28}, 64},
    {"pool/vgg1", "pool2d()", {32, 32, 32}, 32},
    {"activation/relu", "activation(activation:relu)", {6, 28, 28}, 64, 0.5, 1},
    {"activation/tanh", "activation(activation:tanh)", {6, 28, 28}, 64, 0, 0},
    {"norm/batch", "batch_norm()", {32, 16, 16}, 32},
    {"norm/units", "batch_norm()", {128}, 64},
    {"norm/layer", "layer_norm()", {64, 32}, 32},
    {"norm/sample", "layer_norm(over:sample)", {512}, 64},
};
constexpr LayerCase kForwardOnly[] = {
    {"activation/sigmoid", "activation(activation:sigmoid)", {6, 28, 28}, 64},
    {"activation/softmax", "activation(activation:softmax)", {10}, 1024},
};

class LayerWork final : public Work {
 public:
  LayerWork(const LayerCase& c, Direction direction, Arithmetic arithmetic, Executor& executor)
      : direction_(direction), arithmetic_(arithmetic), executor_(executor), batch_(c.batch), shape_(c.input) {
    const Result<ParsedExperiment> parsed = parse_link("data=no_data&net=" + std::string(c.layer));
    MYELIN_ASSERT(parsed && parsed->warnings.empty() && parsed->experiment.nodes.size() == 2);
    const NodeSpec& node = parsed->experiment.nodes[1];
    layer_ = find_layer(node.kind)->make<float>(node.settings);
    const std::span<const Shape> shapes(&shape_, 1);
    const Result<Shape> output_shape = layer_->infer(shapes);
    MYELIN_ASSERT(output_shape);
    output_shape_ = output_shape.value();
    size_t parameters = 0;
    for (const ParamSpec& spec : layer_->params(shapes)) parameters += static_cast<size_t>(spec.shape.size());
    const auto rows = static_cast<size_t>(batch_);
    input_ = random_values(rows * static_cast<size_t>(shape_.size()), c.low, c.high);
    output_ = Buffer<float>(rows * static_cast<size_t>(output_shape_.size()));
    d_output_ = random_values(output_.size());
    d_input_ = Buffer<float>(input_.size());
    params_ = random_values(parameters, -0.1, 0.1);
    d_params_ = Buffer<float>(parameters);
    const ScratchSpec scratch = layer_->scratch(shapes, batch_, executor.workers());
    saved_ = Buffer<float>(scratch.saved);
    work_ = Buffer<float>(scratch.work);
    forward();

    items = static_cast<double>(batch_);
    flops = 2.0 * batch_ * static_cast<double>(layer_->multiply_adds(shapes));
    const auto size = [](const Buffer<float>& values) { return 4.0 * static_cast<double>(values.size()); };
    bytes = size(input_) + size(output_) + size(params_);
    if (flops > 0) return;
    items = static_cast<double>(input_.size()) / 1e9;
    // Backward of an activation reads a and d_a, and writes d_z; of a pool it reads where the maximum stood.
    if (direction == Direction::input_gradient) bytes += saved_.size() > 0 ? size(saved_) : size(output_);
  }

  bool run(int64_t calls) override {
    for (int64_t call = 0; call < calls; ++call) {
      if (direction_ == Direction::forward) forward();
      else backward();
    }
    return true;
  }

 private:
  void forward() {
    const View<const float> input = {input_.data(), batch_, shape_};
    layer_->forward({.inputs = {&input, 1},
                     .output = {output_.data(), batch_, output_shape_},
                     .params = params_.data(),
                     .saved = saved_.data(),
                     .work = work_.data(),
                     .executor = executor_,
                     .arithmetic = arithmetic_,
                     .training = true});
  }
  void backward() {
    const bool weights = direction_ == Direction::weight_gradient;
    const View<const float> input = {input_.data(), batch_, shape_};
    const View<float> d_input = {weights ? nullptr : d_input_.data(), batch_, shape_};
    const GradMode mode = weights ? GradMode::ignore : GradMode::overwrite;
    layer_->backward({.inputs = {&input, 1},
                      .output = {output_.data(), batch_, output_shape_},
                      .d_output = {d_output_.data(), batch_, output_shape_},
                      .d_inputs = {&d_input, 1},
                      .modes = {&mode, 1},
                      .params = params_.data(),
                      .d_params = weights ? d_params_.data() : nullptr,
                      .saved = saved_.data(),
                      .work = work_.data(),
                      .executor = executor_,
                      .arithmetic = arithmetic_});
  }

  Direction direction_;
  Arithmetic arithmetic_;
  Executor& executor_;
  int batch_;
  Shape shape_, output_shape_;
  LayerPointer<float> layer_;
  Buffer<float> input_, output_, d_input_, d_output_, params_, d_params_, saved_, work_;
};

void add(std::vector<Entry>& entries, const LayerCase& c, Direction direction, Arithmetic arithmetic, bool counted) {
  const std::string name = std::string(c.name) + "/" + kDirectionNames[static_cast<size_t>(direction)];
  entries.push_back({counted ? name + "/" + name_of(arithmetic) : name, counted ? "samples/s" : "Gvalues/s",
                     counted ? bound_of(arithmetic) : Bound::memory, [&c, direction, arithmetic](Executor& executor) {
                       return std::make_unique<LayerWork>(c, direction, arithmetic, executor);
                     }});
}

}  // namespace

void add_layers(std::vector<Entry>& entries, bool fused) {
  for (const LayerCase& c : kConvolutions) {
    for (const Direction direction : {Direction::forward, Direction::input_gradient, Direction::weight_gradient}) {
      for (const Arithmetic arithmetic : {Arithmetic::exact, Arithmetic::fused}) {
        if (arithmetic == Arithmetic::exact || fused) add(entries, c, direction, arithmetic, true);
      }
    }
  }
  for (const LayerCase& c : kElementwise) {
    add(entries, c, Direction::forward, Arithmetic::exact, false);
    add(entries, c, Direction::input_gradient, Arithmetic::exact, false);
  }
  for (const LayerCase& c : kForwardOnly) add(entries, c, Direction::forward, Arithmetic::exact, false);
}

}  // namespace myelin::bench
