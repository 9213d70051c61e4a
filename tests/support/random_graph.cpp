#include "support/random_graph.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "catalog/catalog.h"
#include "model/model.h"
#include "support/dice.h"

namespace myelin::test {
namespace {

constexpr int kMostValues = 120;  // of one sample at one node
constexpr int kWords = 6;         // inputs of layers that read indices

// Choices and toggles anyhow, numbers near the start of their range, so that graphs stay small.
Settings drawn_settings(const Row& row, Dice& dice) {
  Settings settings(row.fields);
  for (const Field& field : row.fields) {
    if (std::string_view(field.key) == "frozen") {
      settings.set(field.key, dice.one_in(8) ? 1 : 0);
      continue;
    }
    if (dice.one_in(2)) continue;
    if (field.control == Control::choice) settings.set(field.key, dice.below(field.choices.size()));
    else if (field.control == Control::toggle) settings.set(field.key, dice.below(2));
    else if (field.control == Control::stepper) settings.set(field.key, field.min + dice.below(5));
    else settings.set(field.key, dice.uniform(std::max(field.min, -1.0), std::min(field.max, 1.0)));
  }
  // A step has no slope to compare with, and what follows it learns nothing about what stands before it.
  if (settings.has("activation") && settings.choice("activation") == "heaviside") settings.set_choice("activation", "tanh");
  return settings;
}

class Builder {
 public:
  explicit Builder(uint64_t seed) : dice_(seed) {}

  RandomGraph build() {
    made_.batch = 1 + dice_.below(6);
    const Shape choices[] = {Shape{5}, Shape{3, 7}, Shape{2, 6, 5}, Shape{1, 8, 8}};
    words_ = dice_.one_in(6);
    const Shape input = words_ ? Shape{5} : choices[dice_.below(std::size(choices))];
    made_.nodes.push_back({"input", {}, Settings(find_layer("input")->row.fields)});
    shapes_.push_back(input);
    made_.text = "batch " + std::to_string(made_.batch) + "; 0 input " + input.to_string();
    const int wanted = 2 + dice_.below(6);
    for (int attempt = 0; attempt < 400 && static_cast<int>(made_.nodes.size()) <= wanted; ++attempt) try_node();
    join_leaves();
    add_output();
    Result<Graph<double>> graph = check_graph<double>(made_.nodes, input, made_.loss->contains);
    REQUIRE_MESSAGE(bool(graph), (made_.text + ": " + (graph ? "" : graph.error().text.en)));
    made_.graph = std::move(graph.value());
    draw_values();
    return std::move(made_);
  }

 private:
  bool add(const LayerRow& row, std::vector<int> inputs, Settings settings) {
    std::vector<Shape> shapes;
    for (int from : inputs) shapes.push_back(shapes_[static_cast<size_t>(from)]);
    const LayerPointer<double> layer = row.make<double>(settings);
    const Result<Shape> shape = layer->infer(shapes);
    if (!shape || shape->size() > kMostValues) return false;
    made_.text += "; " + std::to_string(made_.nodes.size()) + " " + row.row.key + "(";
    for (size_t i = 0; i < inputs.size(); ++i) made_.text += (i > 0 ? "," : "") + std::to_string(inputs[i]);
    for (int i = 0; i < static_cast<int>(settings.fields().size()); ++i) {
      if (!settings.is_default(i)) made_.text += std::string(" ") + settings.fields()[static_cast<size_t>(i)].key + ":" + settings.text(i);
    }
    made_.text += ") " + shape->to_string();
    shapes_.push_back(shape.value());
    made_.nodes.push_back({row.row.key, std::move(inputs), std::move(settings)});
    return true;
  }

  void try_node() {
    const std::span<const LayerRow* const> rows = layer_rows();
    const LayerRow& row = *rows[static_cast<size_t>(dice_.below(rows.size()))];
    if (row.max_inputs == 0) return;
    std::vector<int> inputs;
    const int count = row.max_inputs == LayerRow::kAnyInputs ? row.min_inputs + dice_.below(2) : row.min_inputs;
    // Mostly what is newest; layers that read indices read the words themselves.
    for (int i = 0; i < count; ++i) {
      inputs.push_back(row.reads_indices ? 0 : dice_.one_in(3) ? dice_.below(shapes_.size()) : static_cast<int>(shapes_.size()) - 1);
    }
    if (row.reads_indices && !words_) return;
    add(row, std::move(inputs), drawn_settings(row.row, dice_));
  }

  void plain(const char* kind, std::vector<int> inputs, int units = 0) {
    const LayerRow* row = find_layer(kind);
    Settings settings(row->row.fields);
    if (units > 0) settings.set("units", units);
    REQUIRE(add(*row, std::move(inputs), std::move(settings)));
  }

  // What leads nowhere is made narrow and joined, so that everything has a gradient.
  void join_leaves() {
    std::vector<bool> read(made_.nodes.size(), false);
    for (const NodeSpec& node : made_.nodes) {
      for (int from : node.inputs) read[static_cast<size_t>(from)] = true;
    }
    std::vector<int> leaves;
    for (size_t node = 0; node < read.size(); ++node) {
      if (read[node]) continue;
      plain("dense", {static_cast<int>(node)}, 3);
      leaves.push_back(static_cast<int>(made_.nodes.size()) - 1);
    }
    if (leaves.size() > 1) plain("concat", leaves);
  }

  void add_output() {
    std::vector<const LossRow*> choices;
    for (const LossRow* loss : loss_rows()) {
      if (!loss->is_rule && !loss->rebuilds) choices.push_back(loss);
    }
    made_.loss = choices[static_cast<size_t>(dice_.below(choices.size()))];
    made_.options = loss_options(drawn_settings(made_.loss->row, dice_));
    const int outputs = made_.loss->classes && dice_.one_in(2) ? 3 : made_.loss->binary ? 1 : made_.loss->classes ? 3 : 2;
    plain("dense", {static_cast<int>(made_.nodes.size()) - 1}, outputs);
    Settings& output = made_.nodes.back().settings;
    output.set_choice("activation", made_.loss->contains[0] != '\0' ? made_.loss->contains : "linear");
    made_.text += std::string("; loss ") + made_.loss->row.key;
  }

  void draw_values() {
    const auto batch = static_cast<size_t>(made_.batch);
    for (size_t i = 0; i < batch * static_cast<size_t>(shapes_[0].size()); ++i) {
      made_.inputs.push_back(words_ ? dice_.below(kWords) : dice_.uniform(-2, 2));
    }
    const auto outputs = static_cast<size_t>(made_.graph.nodes.back().shape.size());
    for (size_t row = 0; row < batch; ++row) {
      const auto chosen = static_cast<size_t>(dice_.below(std::max<size_t>(outputs, 2)));
      for (size_t i = 0; i < outputs; ++i) {
        if (made_.loss->regression) made_.targets.push_back(dice_.uniform(-1, 1));
        else if (outputs > 1) made_.targets.push_back(i == chosen ? 1 : 0);
        else made_.targets.push_back(chosen == 0 ? (made_.loss->signed_targets ? -1 : 0) : 1);
      }
    }
    made_.params.resize(static_cast<size_t>(made_.graph.parameters));
    initialize_parameters<double>(made_.graph, 1 + static_cast<uint64_t>(dice_.below(1000)), made_.params);
    // Biases start at 0, where a ReLU of zeros would stand on its corner; running variances stay positive.
    for (double& value : made_.params) value += dice_.uniform(0, 0.3);
  }

  Dice dice_;
  RandomGraph made_;
  std::vector<Shape> shapes_;
  bool words_ = false;
};

}  // namespace

RandomGraph random_graph(uint64_t seed) { return Builder(seed).build(); }

}  // namespace myelin::test
