// Where the network picture puts its nodes and units: a pure function of the graph and of the room there is.
// It knows nothing of drawing, of ImGui or of the engine, and it must never depend on time.
#pragma once

#include <span>
#include <vector>

namespace myelin::web {

struct Box {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  float width() const { return x1 - x0; }
  float height() const { return y1 - y0; }
  float centre_x() const { return (x0 + x1) / 2; }
  float centre_y() const { return (y0 + y1) / 2; }
  bool contains(float x, float y) const { return x >= x0 && x < x1 && y >= y0 && y < y1; }
};

struct GraphNode {
  std::vector<int> inputs;     // earlier nodes
  int units = 1;               // tiles; 0: a node without a picture of its own (flatten)
  bool image = false;          // one large tile instead of one tile per unit
  bool column = false;         // names stand beside its tiles: always one below the other while they can be told apart
  float least = 0;             // side of a tile in one column, below which the units form a block; 0: as the options say
  float natural_block = 24;    // side of a tile when the units stand in a block
  float left_label = 0;        // room for names beside the tiles
  float right_label = 0;
  float min_width = 0;         // of the controls above it
};

struct GraphOptions {
  float width = 600, height = 400;
  float header = 60;           // above the tiles of each node
  float footer = 20;           // below
  float unit = 40;             // natural side of a tile
  float unit_min = 24;         // below this the units form a block
  float block_min = 10;        // smallest tile of a block; then only a sample of the units is shown
  float gap = 10;              // between tiles of a column
  float column_gap = 36;       // least room for the links
  float column_gap_max = 130;
  float image_side = 84;
  float block_share = 0.28f;   // of the width, that one block may take
};

struct PlacedNode {
  int column = 0;
  Box header;                  // for the controls above
  Box body;                    // around all tiles, without labels
  float footer_y = 0;          // top of the caption
  float tile = 0;              // side of its tiles
  bool block = false;          // in rows and columns, too many for one column
  int total = 0;               // units of the node
  std::vector<Box> tiles;      // unit i stands in tiles[i]; fewer than total: the rest is only counted
};

struct GraphPicture {
  std::vector<PlacedNode> nodes;
  int columns = 0;
  float width = 0, height = 0; // of the whole picture; wider than asked when it did not fit
};

// The column of each node: the length of the longest path that leads to it.
std::vector<int> graph_columns(std::span<const GraphNode> nodes);

GraphPicture place_graph(std::span<const GraphNode> nodes, const GraphOptions& options);

}  // namespace myelin::web
