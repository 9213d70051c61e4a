// What several panels say or draw in the same way: points, names of nodes and parameters, ranges of colours. Not a panel.
#pragma once

#include <string>

#include "app/ui.h"
#include "panels/answers.h"

namespace myelin::web {

// Points of the data, each class with its own shape and colour. `size` is the radius in pixels.
enum class PointStyle { train, validation, test };
void draw_point(ImDrawList* list, ImVec2 centre, float size, int shape, ImU32 fill, PointStyle style);
// Colour and shape of a sample: binary and regression by sign, classes by number.
ImU32 target_colour(const Problem& problem, double target, float low, float high);
ImU32 class_colour(const Problem& problem, int index);
int target_shape(const Problem& problem, double target);

// What the colours of the output span.
struct Range {
  float low = -1, high = 1;
};
Range output_range(const Problem& problem);
// Of a node's maps: fixed where the activation is bounded, else from the values.
Range map_range(const Problem& problem, const Snapshot& snapshot, int node, int unit);
const UnitMaps* find_maps(const Snapshot& snapshot, int node);

// Of networks that read pictures: the node's value is maps, and each of them is what elsewhere a neuron is.
bool shows_maps(const Problem& problem, int node);
// "x₁", "neuron 3 of layer 2", "output", in the language of the interface.
std::string layer_name(const Problem& problem, int node, const UiState& ui);
std::string unit_name(const Problem& problem, int node, int unit, const UiState& ui);
std::string class_name(const Problem& problem, int index, const UiState& ui);
std::string input_label(const Problem& problem, int unit, const UiState& ui);

// Which number of the network a flat index is.
struct ParameterPlace {
  int node = -1;
  bool bias = false;
  int unit = 0;    // row
  int input = -1;  // column; -1 for a bias
};
ParameterPlace parameter_place(const Problem& problem, int index);
const ParamInfo* find_param(const NodeInfo& node, const char* name);

// True when the network on the screen is the one the user is editing (a snapshot lags behind an edit).
bool in_step(const Problem& problem, const UiState& ui);
// "Worst first" or "In order": of the lists of samples.
void order_switch(UiState& ui);
// "3", "3 ≠ 5", "0.52, true 0.49"; empty where the answer is neither a class nor one number.
std::string answer_label(const Problem& problem, const Predictions& predictions, const Answer& answer, const UiState& ui);
std::string answer_line(const Problem& problem, const Predictions& predictions, const Answer& answer, const UiState& ui);  // empty where none fits a line
void loss_line(const Predictions& predictions, int row, const UiState& ui);  // in a tooltip

// A ring around the last item while the keyboard is on it.
void focus_outline(float rounding);

// Quiet text for tooltips: breaks only where the text says so, as a tooltip has no width of its own.
void quiet_text(const char* text);

std::string fill_in(const char* pattern, std::initializer_list<std::string> parts);  // %s, in order

}  // namespace myelin::web
