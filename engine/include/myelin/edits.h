// Edits of experiments: pure functions from a valid experiment to a valid one. What cannot be done leaves it as it was.
// They keep the graph's widths in agreement, the output fitted to the task, and drop start weights that no longer fit. Wiring and
// shapes are checked without data or memory: an edit costs nothing and needs no files.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "myelin/facts.h"

namespace myelin {

// Another data set: output units, loss and output activation follow its task.
Experiment change_data(Experiment experiment, std::string_view key);
// The user's own samples, of which the experiment only keeps the shape.
Experiment use_own_data(const Experiment& experiment, const Dataset& samples);
// One field of the data set; a change of its classes changes the output too.
Experiment change_data_settings(Experiment experiment, const Settings& settings);
// At least one feature stays on.
Experiment set_feature(Experiment experiment, int field, bool on);
// Shares in whole percent; training keeps the rest, at least 5 %.
Experiment set_split(Experiment experiment, int validation, int test);
Experiment set_preparation(Experiment experiment, const Settings& settings);

// Layers and neurons of the hidden part. The output belongs to the task.
int hidden_layers(const Experiment& experiment);
bool can_remove(const Experiment& experiment, int node);
bool can_set_units(const Experiment& experiment, int node);
Experiment add_layer(Experiment experiment);              // before the output, like the last hidden layer
Experiment remove_layer(Experiment experiment);           // the last hidden one
Experiment remove_node(Experiment experiment, int node);
Experiment set_units(Experiment experiment, int node, int units);
Experiment set_activation(Experiment experiment, int node, std::string_view key);

// Also adapts the output: its units and its activation.
Experiment set_loss(Experiment experiment, std::string_view key);
// Keeps the values of fields that both have (the learning rate, unless it was the old row's default).
Experiment set_optimizer(Experiment experiment, std::string_view key);

Experiment new_seed(Experiment experiment, uint64_t random);       // of the weights and the order of the samples
Experiment new_data_seed(Experiment experiment, uint64_t random);
// The start with one parameter changed; `parameters` are the others' values.
Experiment set_start_weight(Experiment experiment, const std::vector<double>& parameters, int index, double value);

}  // namespace myelin
