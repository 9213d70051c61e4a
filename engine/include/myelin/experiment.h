// An experiment is a value: everything that defines a run. The same experiment gives the same run, bit for bit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myelin/catalog.h"
#include "myelin/result.h"
#include "myelin/settings.h"

namespace myelin {

// A chosen catalog row and its settings.
struct Part {
  std::string kind;
  Settings settings;
  friend bool operator==(const Part&, const Part&) = default;
};

// The row with default settings; the key must exist.
Part make_part(Kind kind, std::string_view key);

// One node of the graph. `inputs` are indices of earlier nodes; node 0 is always the kind "input" and has none.
struct NodeSpec {
  std::string kind;
  std::vector<int> inputs;
  Settings settings;
  friend bool operator==(const NodeSpec&, const NodeSpec&) = default;
};

struct Experiment {
  Part data;                    // Kind::dataset
  Settings preparation;         // preparation_fields()
  Settings augmentation;        // augmentation_fields()
  Settings features;            // feature_fields(); only data on the plane uses them
  std::vector<NodeSpec> nodes;  // inputs precede users; the last node is the output
  Part loss;                    // Kind::loss
  Part optimizer;               // Kind::optimizer
  Part schedule;                // Kind::schedule: how the learning rate changes from epoch to epoch
  Settings training;            // training_fields()
  Settings stop;                // stop_fields()
  std::string goal;             // "test.accuracy>=0.95 && parameters<=500" (myelin/goal.h); the run ends when it is met; "": none
  std::vector<double> weights;  // start parameters in flat order; empty: drawn by the initialisers
  friend bool operator==(const Experiment&, const Experiment&) = default;
};

// Two inputs, one hidden layer of four tanh neurons, one output, on the circle: what a link that says nothing means.
Experiment base_experiment();

// The data set whose samples the user brings (files.h reads them): the experiment says their shape, the samples come with the
// session's command or as an argument. Without them a network can be described, not trained.
inline constexpr std::string_view kOwnData = "own";

// Appends a node of this kind fed by the last node and returns its settings.
Settings& append_node(Experiment& experiment, std::string_view kind);

// What replacing one experiment by another asks of a run.
enum class Change {
  none,
  live,     // goes on with the same weights and step
  restart,  // needs new data, a new model or a new start
};
Change change_between(const Experiment& from, const Experiment& to);

// --- Text forms (engine/src/io) -------------------------------------------------------------------------------------

// What was understood, and a sentence for each thing that was not or was brought into its bounds.
struct ParsedExperiment {
  Experiment experiment;
  std::vector<Message> warnings;
};

// A link is "#v=1&data=spiral&..." (a whole URL or only its hash, with or without '#'); it may start from a preset.
Result<ParsedExperiment> parse_link(std::string_view link);
Result<ParsedExperiment> parse_json(std::string_view json);
// Whichever it is: a preset's key, JSON, or a link.
Result<ParsedExperiment> parse_experiment(std::string_view text);
Result<Experiment> preset_experiment(std::string_view key);

std::string to_link(const Experiment& experiment);  // without '#'
std::string to_json(const Experiment& experiment);

}  // namespace myelin
