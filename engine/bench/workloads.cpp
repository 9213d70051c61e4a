// Whole training steps (forward, backward, update) on fixed random data, and the inference of one convolution: the workloads by
// which peers were measured. Through the trainer and the model that the page uses, never around them.
#include "bench/workloads.h"

#include "base/assert.h"
#include "model/model.h"
#include "myelin/experiment.h"
#include "nn/loss.h"
#include "train/trainer.h"

namespace myelin::bench {
namespace {

struct Peer {
  const char* name;
  Shape input;
  int classes;
  int samples;
  bool fast;  // measured in fused arithmetic, too
  const char* link;
};

constexpr Peer kTraining[] = {
    {"W1", {2}, 0, 250, false, "net=dense(units:8,activation:tanh)dense(units:8,activation:tanh)dense(units:1,activation:tanh)"
     "&loss=mse&opt=sgd&opt.rate=0.03&train.batch=10"},
    {"W1b", {2}, 0, 250, false, "net=dense(units:8,activation:tanh)dense(units:8,activation:tanh)dense(units:8,activation:tanh)"
     "dense(units:8,activation:tanh)dense(units:8,activation:tanh)dense(units:8,activation:tanh)dense(units:1,activation:tanh)"
     "&loss=mse&opt=sgd&opt.rate=0.03&train.batch=10"},
    {"W2", {784}, 10, 2048, true, "net=dense(units:128,activation:relu)dense(units:64,activation:relu)dense(units:10,activation:softmax)"
     "&loss=cross_entropy&opt=sgd&opt.rate=0.01&train.batch=32"},
    {"W2adam", {784}, 10, 2048, true, "net=dense(units:128,activation:relu)dense(units:64,activation:relu)dense(units:10,activation:softmax)"
     "&loss=cross_entropy&opt=adam&opt.rate=0.001&train.batch=128"},
    {"W3", {1, 28, 28}, 10, 1024, true, "net=conv2d(filters:6,kernel:5,padding:same)pool2d()conv2d(filters:16,kernel:5,padding:valid)pool2d()"
     "flatten()dense(units:120,activation:relu)dense(units:84,activation:relu)dense(units:10,activation:softmax)"
     "&loss=cross_entropy&opt=sgd&opt.rate=0.01&train.batch=64"},
    {"W4", {3, 32, 32}, 10, 256, true, "net=conv2d(filters:32,padding:same)conv2d(filters:32,padding:same)pool2d()"
     "conv2d(filters:64,padding:same)conv2d(filters:64,padding:same)pool2d()flatten()dense(units:128,activation:relu)"
     "dense(units:10,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.001&train.batch=32"},
};

Dataset random_data(const Workload& workload) {
  Dataset data;
  data.task = workload.classes == 0 ? Task::binary : Task::classes;
  data.input_shape = workload.input;
  const int classes = workload.classes == 0 ? 2 : workload.classes;
  for (int c = 0; c < classes; ++c) data.class_names.push_back({std::to_string(c), std::to_string(c)});
  data.count = workload.samples;
  const Rng random(7, Stream::data);
  const auto count = static_cast<size_t>(workload.samples);
  data.values.resize(count * static_cast<size_t>(workload.input.size()));
  for (size_t i = 0; i < data.values.size(); ++i) data.values[i] = random.uniform(i, -1, 1);
  for (size_t i = 0; i < count; ++i) data.targets.push_back(random.child(1).below(i, static_cast<uint32_t>(classes)));
  data.part.assign(count, SplitPart::train);
  return data;
}

// Of one sample: forward, the weights' gradients, and the gradients of all inputs but the network's own.
double training_flops(const Graph<float>& graph) {
  double sum = 0;
  for (const NodeInfo& node : graph.nodes) {
    const bool first = node.inputs.empty() || node.inputs[0] == 0;
    sum += 2.0 * static_cast<double>(node.multiply_adds) * (first ? 2 : 3);
  }
  return sum;
}

class TrainingWork final : public Work {
 public:
  TrainingWork(const Workload& workload, Arithmetic arithmetic, Executor& executor) : data_(random_data(workload)) {
    const std::string tail = arithmetic == Arithmetic::fused ? "&train.arithmetic=fast" : "";
    Result<ParsedExperiment> parsed = parse_link("data=no_data&" + workload.link + tail);
    MYELIN_ASSERT(parsed && parsed->warnings.empty());
    const Experiment& experiment = parsed->experiment;
    auto trainer = Trainer<float>::create(experiment, data_, executor);
    MYELIN_ASSERT(trainer);
    trainer_ = std::move(trainer.value());
    items = experiment.training["batch"];
    flops = items * training_flops(trainer_->graph());
  }
  bool run(int64_t calls) override {
    for (int64_t call = 0; call < calls; ++call) {
      if (!trainer_->step()) return false;
    }
    return true;
  }

 private:
  Dataset data_;
  std::unique_ptr<Trainer<float>> trainer_;
};

// W5: one convolution forward, as a network that is only asked.
class InferenceWork final : public Work {
 public:
  InferenceWork(Arithmetic arithmetic, Executor& executor)
      : executor_(executor), graph_(make_graph()), params_(static_cast<size_t>(graph_.parameters)),
        input_(random_values(static_cast<size_t>(kBatch) * kShape.size())),
        model_(graph_, {.batch = kBatch, .workers = executor.workers(), .training = false, .arithmetic = arithmetic}) {
    initialize_parameters(graph_, 1, params_.span());
    items = kBatch;
    flops = 2.0 * kBatch * static_cast<double>(graph_.multiply_adds);
    bytes = 4.0 * static_cast<double>(2 * input_.size() + params_.size());
  }
  bool run(int64_t calls) override {
    for (int64_t call = 0; call < calls; ++call) model_.forward(input_.data(), kBatch, {params_.data(), executor_});
    return true;
  }

 private:
  static constexpr int kBatch = 16;
  static constexpr Shape kShape = {64, 32, 32};
  static Graph<float> make_graph() {
    const Result<ParsedExperiment> parsed = parse_link("data=no_data&net=conv2d(filters:64,kernel:3,padding:same,activation:linear)");
    MYELIN_ASSERT(parsed && parsed->warnings.empty());
    Result<Graph<float>> graph = check_graph<float>(parsed->experiment.nodes, kShape, "");
    MYELIN_ASSERT(graph);
    return std::move(graph.value());
  }
  Executor& executor_;
  Graph<float> graph_;
  Buffer<float> params_, input_;
  Model<float> model_;
};

}  // namespace

std::unique_ptr<Work> training_work(const Workload& workload, Arithmetic arithmetic, Executor& executor) {
  return std::make_unique<TrainingWork>(workload, arithmetic, executor);
}

void add_workloads(std::vector<Entry>& entries, bool fused) {
  for (const Peer& peer : kTraining) {
    for (const Arithmetic arithmetic : {Arithmetic::exact, Arithmetic::fused}) {
      if (arithmetic == Arithmetic::fused && !(fused && peer.fast)) continue;
      entries.push_back({std::string(peer.name) + "/" + name_of(arithmetic), "samples/s", bound_of(arithmetic),
                         [&peer, arithmetic](Executor& executor) {
                           return training_work({peer.input, peer.classes, peer.samples, peer.link}, arithmetic, executor);
                         }});
    }
  }
  for (const Arithmetic arithmetic : {Arithmetic::exact, Arithmetic::fused}) {
    if (arithmetic == Arithmetic::fused && !fused) continue;
    entries.push_back({std::string("W5/") + name_of(arithmetic), "images/s", bound_of(arithmetic),
                       [arithmetic](Executor& executor) { return std::make_unique<InferenceWork>(arithmetic, executor); }});
  }
}

}  // namespace myelin::bench
