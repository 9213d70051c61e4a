// The output picture in pieces: the panel (what stands where), its axes and legend, its samples and what they say.
// One frame's view; nothing here outlives the frame.
#pragma once

#include <string>

#include "panels/common.h"
#include "panels/graph_layout.h"

namespace myelin::web {

inline constexpr float kPale = 1.35f;  // the surface never has the full colour of the samples that lie on it
inline constexpr float kLeftAxis = 30, kBottomAxis = 38;

struct OutputView {
  const Snapshot& snapshot;
  const Problem& problem;
  UiState& ui;
  ImDrawList* list;
  Box box;
  Range range;               // of the output
  Range shown = {};          // of what the picture shows: the output or one neuron
  float x(double value) const {
    const Plane& p = problem.data.plane;
    return box.x0 + static_cast<float>((value - p.x_min) / (p.x_max - p.x_min)) * box.width();
  }
  float y(double value) const {
    const Plane& p = problem.data.plane;
    return box.y1 - static_cast<float>((value - p.y_min) / (p.y_max - p.y_min)) * box.height();
  }
};

bool complete(const UnitMaps& maps);  // all values are there
std::string axis_name(const Problem& problem, int input, const UiState& ui);
std::string second_axis(const Problem& problem, const UiState& ui);

// output_axes.cpp
float above_picture(const char* y_name);  // room that a long name of the second axis takes
void draw_axes(const OutputView& view, const char* y_name);
void draw_legend(const OutputView& view, float width);
float below_picture(const Problem& problem, const UiState& ui, float width);  // of everything below the axes
void draw_switches(const Problem& problem, UiState& ui);
bool is_slice(const Problem& problem);  // more inputs than the picture has axes

// output_samples.cpp
int draw_samples(const OutputView& view, bool hovered);  // the one under the pointer, or -1
void hover_text(const OutputView& view, int nearest);

}  // namespace myelin::web
