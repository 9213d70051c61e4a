// How a text form becomes an experiment: the rules of tolerance stand here once, for links and files alike. Unknown keys are
// left out, values are brought into their bounds, bad values leave what was there; each says so in a warning.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "myelin/experiment.h"

namespace myelin {

// Limits of what is accepted from outside, checked before anything is allocated for it.
inline constexpr size_t kMostLinkBytes = 64 * 1024;
inline constexpr size_t kMostJsonBytes = 16 * 1024 * 1024;
inline constexpr size_t kMostNodes = 64;         // with the input node
inline constexpr size_t kMostLinkWeights = 2000;
inline constexpr size_t kMostJsonWeights = 4'000'000;
inline constexpr int kFormatVersion = 1;

// A foreign text made fit to be shown: no control characters, valid UTF-8, at most 40 characters.
std::string shown(std::string_view foreign);

// "v" or "version": empty when it is one we read.
Status check_version(std::string_view version);

class ExperimentReader {
 public:
  // From base_experiment(), or from a preset; that one is an Error when there is no such preset.
  ExperimentReader();
  Status start_from_preset(std::string_view key);

  // Chooses a row; its settings are the row's defaults again.
  void choose(Part& part, Kind kind, std::string_view where, std::string_view key);
  // One value in its text form. `where` is the section's name in the text ("data."), for the warning.
  void set(Settings& settings, std::string_view where, std::string_view key, std::string_view text);
  // Switches on the named features and no others.
  void set_features(std::string_view where, std::span<const std::string> keys);

  // Replaces the network by the given nodes. Call begin_network, then for each node add_node (its settings may be set after it)
  // and at last end_network. A network that cannot be built is an Error: half of a graph is no graph.
  void begin_network();
  struct AddedNode {
    Status error;
    Settings* settings = nullptr;  // valid until the next call
  };
  AddedNode add_node(std::string_view kind, std::span<const int> inputs);  // no inputs: the node before
  Status end_network();

  // A goal that cannot be read is left out, with the reason. "" takes one away.
  void set_goal(std::string_view text);

  void set_weights(std::vector<double> weights);
  // Weights of a preset belong to its network and inputs: whoever replaces those gives new ones or none.
  void drop_weights() { experiment_.weights.clear(); }

  void warn(Message warning);
  void warn_unknown_key(std::string_view key);
  void warn_bad_value(std::string_view key, std::string_view value, const Message& consequence);

  Experiment& experiment() { return experiment_; }
  ParsedExperiment finish();

 private:
  Experiment experiment_;
  std::vector<Message> warnings_;
  int unlisted_warnings_ = 0;
};

}  // namespace myelin
