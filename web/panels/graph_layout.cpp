// Layered placement: column = longest path; nodes that share a column share its height; every size follows from the room.
#include "panels/graph_layout.h"

#include <algorithm>
#include <cmath>

namespace myelin::web {
namespace {

// How the tiles of one node are arranged, before they have a position.
struct Arrangement {
  float tile = 0, gap = 0;
  int rows = 1, columns = 1, shown = 1;
  bool block = false;
  float width() const { return static_cast<float>(columns) * (tile + gap) - gap; }
  float height() const { return static_cast<float>(rows) * (tile + gap) - gap; }
};

Arrangement one_column(int units, float height, const GraphOptions& options) {
  const float n = static_cast<float>(units);
  Arrangement arrangement;
  arrangement.tile = options.unit;
  arrangement.gap = options.gap;
  if (n * options.unit + (n - 1) * options.gap > height) {
    arrangement.tile = std::floor(height / (n + 0.2f * (n - 1)));
    arrangement.gap = units > 1 ? std::min(options.gap, (height - n * arrangement.tile) / (n - 1)) : 0;
  }
  arrangement.rows = arrangement.shown = units;
  return arrangement;
}

Arrangement block(const GraphNode& node, float height, const GraphOptions& options) {
  const float widest = options.width * options.block_share;
  Arrangement best;
  best.block = true;
  for (float tile = node.natural_block;; tile -= 1) {
    best.tile = std::max(tile, options.block_min);
    best.gap = best.tile >= 16 ? 3.f : 2.f;
    best.rows = std::max(1, static_cast<int>((height + best.gap) / (best.tile + best.gap)));
    best.columns = (node.units + best.rows - 1) / best.rows;
    if (best.width() <= widest) break;
    if (best.tile <= options.block_min) {  // too many: a sample at a readable size, the rest is counted
      best.tile = std::max(options.block_min, node.natural_block * 0.75f);
      best.rows = std::max(1, static_cast<int>((height + best.gap) / (best.tile + best.gap)));
      best.columns = std::max(1, static_cast<int>((widest + best.gap) / (best.tile + best.gap)));
      break;
    }
  }
  best.shown = std::min(node.units, best.rows * best.columns);
  best.rows = (best.shown + best.columns - 1) / best.columns;  // no empty rows below
  return best;
}

Arrangement arrange(const GraphNode& node, float height, const GraphOptions& options) {
  Arrangement result;
  if (node.image) {
    result.tile = std::max(options.unit_min, std::min(options.image_side, height));
    return result;
  }
  if (node.units <= 0) {
    result.shown = 0;
    result.tile = options.unit_min / 2;
    return result;
  }
  result = one_column(node.units, height, options);
  if (result.tile < (node.column ? options.block_min : std::max(options.unit_min, node.least))) result = block(node, height, options);
  return result;
}

}  // namespace

std::vector<int> graph_columns(std::span<const GraphNode> nodes) {
  std::vector<int> columns(nodes.size(), 0);
  for (size_t node = 0; node < nodes.size(); ++node)
    for (int input : nodes[node].inputs)
      if (input >= 0 && static_cast<size_t>(input) < node)
        columns[node] = std::max(columns[node], columns[static_cast<size_t>(input)] + 1);
  return columns;
}

GraphPicture place_graph(std::span<const GraphNode> nodes, const GraphOptions& options) {
  GraphPicture picture;
  picture.width = options.width;
  picture.height = options.height;
  if (nodes.empty()) return picture;
  const std::vector<int> column_of = graph_columns(nodes);
  picture.columns = 1 + *std::max_element(column_of.begin(), column_of.end());
  const size_t columns = static_cast<size_t>(picture.columns);

  std::vector<int> population(columns, 0);
  for (int column : column_of) ++population[static_cast<size_t>(column)];

  // Sizes first: the width of a column is that of its widest node, labels and controls included.
  std::vector<Arrangement> arrangements(nodes.size());
  std::vector<float> left(columns, 0), right(columns, 0);  // of the column's axis
  for (size_t i = 0; i < nodes.size(); ++i) {
    const size_t column = static_cast<size_t>(column_of[i]);
    const float share = options.height / static_cast<float>(population[column]);
    arrangements[i] = arrange(nodes[i], std::max(1.f, share - options.header - options.footer), options);
    const float half = arrangements[i].width() / 2;
    left[column] = std::max({left[column], half + nodes[i].left_label, nodes[i].min_width / 2});
    right[column] = std::max({right[column], half + nodes[i].right_label, nodes[i].min_width / 2});
  }
  float used = 0;
  for (size_t column = 0; column < columns; ++column) used += left[column] + right[column];
  const float gaps = static_cast<float>(columns - 1);
  float gap = columns > 1 ? (options.width - used) / gaps : 0;
  gap = std::clamp(gap, options.column_gap, options.column_gap_max);
  const float total = used + gaps * gap;
  picture.width = std::max(options.width, total);
  float x = std::max(0.f, (options.width - total) / 2);  // centred when there is room to spare

  std::vector<float> axis(columns, 0);
  for (size_t column = 0; column < columns; ++column) {
    axis[column] = x + left[column];
    x += left[column] + right[column] + gap;
  }

  picture.nodes.resize(nodes.size());
  std::vector<int> placed(columns, 0);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const size_t column = static_cast<size_t>(column_of[i]);
    const float share = options.height / static_cast<float>(population[column]);
    const float top = share * static_cast<float>(placed[column]++);
    const Arrangement& a = arrangements[i];
    PlacedNode& node = picture.nodes[i];
    node.column = column_of[i];
    node.tile = a.tile;
    node.block = a.block;
    node.total = nodes[i].units;
    const float room = share - options.header - options.footer;
    const float x0 = std::round(axis[column] - a.width() / 2);
    const float y0 = std::round(top + options.header + std::max(0.f, (room - a.height()) / 2));
    node.body = {x0, y0, x0 + a.width(), y0 + a.height()};
    node.header = {axis[column] - left[column], top, axis[column] + right[column], top + options.header};
    node.footer_y = node.body.y1 + 4;
    node.tiles.reserve(static_cast<size_t>(a.shown));
    for (int unit = 0; unit < a.shown; ++unit) {
      const float tx = x0 + static_cast<float>(unit % a.columns) * (a.tile + a.gap);
      const float ty = y0 + static_cast<float>(unit / a.columns) * (a.tile + a.gap);
      node.tiles.push_back({tx, ty, tx + a.tile, ty + a.tile});
    }
  }
  return picture;
}

}  // namespace myelin::web
