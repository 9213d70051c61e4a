// The network picture in pieces: what is drawn (tiles, links), what is said (tooltips), what is edited (headers, popover).
// One frame's view; nothing here outlives the frame.
#pragma once

#include <vector>

#include "panels/common.h"
#include "panels/graph_layout.h"

namespace myelin::web {

inline constexpr float kInputLabel = 72;  // room for the name of an input; longer names take two lines

struct NetworkView {
  const Snapshot& snapshot;
  const Problem& problem;
  UiState& ui;
  Outbox& outbox;
  GraphPicture picture;
  ImVec2 origin;             // of the picture on the screen
  ImDrawList* list = nullptr;
  bool editable = false;     // the experiment that is edited is the one on the screen
  Selection focus = {};      // what the pointer is on, in any panel, else what is selected
  std::vector<float> scale = {};  // per node: the weight that is drawn at full strength
  std::vector<float> extent = {};  // per node: the largest value for the chosen sample

  ImVec2 at(float x, float y) const { return {origin.x + x, origin.y + y}; }
  int last() const { return static_cast<int>(problem.nodes.size()) - 1; }
  const PlacedNode& placed(int node) const { return picture.nodes[static_cast<size_t>(node)]; }
  const NodeInfo& info(int node) const { return problem.nodes[static_cast<size_t>(node)]; }
};

// One drawn weight: a cubic curve between two tiles.
struct Link {
  int node = -1;       // that it leads to
  int unit = 0, input = 0;
  int parameter = -1;  // -1: no weight (add, concat, activation)
  float value = 0;
  ImVec2 from, to;
};
// Each value of the node is a sum over all values before it, each with a weight of its own.
bool is_dense(const NetworkView& view, int node);
std::vector<Link> collect_links(const NetworkView& view);
void draw_links(const NetworkView& view, const std::vector<Link>& links, const Link* hovered);
// The link nearest to the pointer, null when none is close.
const Link* link_near(const std::vector<Link>& links, ImVec2 mouse);
ImVec2 link_point(const Link& link, float t);

void draw_tiles(const NetworkView& view);
// Draws a unit's picture into any rectangle: map, curve, weights or value.
void draw_unit(const NetworkView& view, int node, int unit, ImVec2 min, ImVec2 max, float rounding);
// The mark of a bias, at the lower left corner of its tile.
Box bias_mark(const NetworkView& view, int node, int unit);
int bias_parameter(const NetworkView& view, int node, int unit);  // flat index, -1: none
float parameter_value(const NetworkView& view, int index);

void unit_tooltip(const NetworkView& view, int node, int unit);
void parameter_tooltip(const NetworkView& view, int parameter);

void headers(NetworkView& view);
void weight_popover(NetworkView& view);

}  // namespace myelin::web
