// The geometry of the network picture: properties that hold for any graph and any room.
#include "panels/graph_layout.h"

#include <doctest/doctest.h>

using namespace myelin::web;

namespace {

std::vector<GraphNode> sequence(std::initializer_list<int> widths) {
  std::vector<GraphNode> nodes;
  for (int width : widths) {
    GraphNode node;
    if (!nodes.empty()) node.inputs = {static_cast<int>(nodes.size()) - 1};
    node.units = width;
    nodes.push_back(node);
  }
  return nodes;
}

bool overlap(const Box& a, const Box& b) {
  return a.x0 < b.x1 - 0.01f && b.x0 < a.x1 - 0.01f && a.y0 < b.y1 - 0.01f && b.y0 < a.y1 - 0.01f;
}

void check_picture(const std::vector<GraphNode>& nodes, const GraphOptions& options) {
  const GraphPicture picture = place_graph(nodes, options);
  REQUIRE(picture.nodes.size() == nodes.size());
  std::vector<Box> tiles;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const PlacedNode& node = picture.nodes[i];
    for (int input : nodes[i].inputs) CHECK(picture.nodes[static_cast<size_t>(input)].column < node.column);
    for (int input : nodes[i].inputs) CHECK(picture.nodes[static_cast<size_t>(input)].body.x1 < node.body.x0);
    CHECK(static_cast<int>(node.tiles.size()) <= std::max(1, nodes[i].units));
    for (const Box& tile : node.tiles) {
      CHECK(tile.x0 >= 0);
      CHECK(tile.x1 <= picture.width + 0.5f);
      CHECK(tile.y0 >= options.header - 0.5f);
      CHECK(tile.y1 <= options.height + 0.5f);
      tiles.push_back(tile);
    }
  }
  int overlaps = 0;
  for (size_t i = 0; i < tiles.size(); ++i)
    for (size_t j = i + 1; j < tiles.size(); ++j) overlaps += overlap(tiles[i], tiles[j]);
  CHECK(overlaps == 0);
}

}  // namespace

TEST_SUITE_BEGIN("graph layout");

TEST_CASE("what must not be small stands in rows and columns sooner") {
  std::vector<GraphNode> nodes = sequence({1, 9, 1});
  const GraphOptions options;
  CHECK_FALSE(place_graph(nodes, options).nodes[1].block);
  nodes[1].least = nodes[1].natural_block = 36;
  const PlacedNode placed = place_graph(nodes, options).nodes[1];
  CHECK(placed.block);
  CHECK(placed.tiles.size() == 9);
  CHECK(placed.tile == 36);
}

TEST_CASE("a node's column is the longest path to it") {
  std::vector<GraphNode> nodes = sequence({2, 4, 4, 1});
  nodes.push_back({});                // 4: joins the input and the last hidden layer
  nodes[4].inputs = {0, 2};
  nodes[3].inputs = {4};              // out of order on purpose: later nodes are ignored, never followed
  CHECK(graph_columns(nodes) == std::vector<int>{0, 1, 2, 0, 3});
}

TEST_CASE("tiles never overlap, stay in the picture, and stand right of what feeds them") {
  for (float width : {300.f, 580.f, 900.f})
    for (float height : {220.f, 400.f, 640.f}) {
      GraphOptions options;
      options.width = width;
      options.height = height;
      CAPTURE(width);
      CAPTURE(height);
      check_picture(sequence({2, 1}), options);
      check_picture(sequence({7, 8, 8, 6, 3}), options);
      check_picture(sequence({64, 128, 64, 10}), options);
      check_picture(sequence({3, 1000, 1}), options);
      std::vector<GraphNode> branches = sequence({2, 4, 4});
      branches[2].inputs = {0};       // beside node 1
      branches.push_back({{1, 2}, 8});
      branches.push_back({{3}, 1});
      check_picture(branches, options);
    }
}

TEST_CASE("tiles have their natural size when there is room, and shrink before they form a block") {
  GraphOptions options;
  options.width = 600;
  options.height = 480;
  CHECK(place_graph(sequence({2, 8, 1}), options).nodes[1].tile == options.unit);
  const PlacedNode shrunk = place_graph(sequence({2, 12, 1}), options).nodes[1];
  CHECK(shrunk.tile < options.unit);
  CHECK(shrunk.tile >= options.unit_min);
  CHECK_FALSE(shrunk.block);
  const PlacedNode block = place_graph(sequence({2, 64, 1}), options).nodes[1];
  CHECK(block.block);
  CHECK(block.tiles.size() == 64);
}

TEST_CASE("a layer that no block can hold shows a sample and keeps its count") {
  GraphOptions options;
  const PlacedNode node = place_graph(sequence({2, 5000, 1}), options).nodes[1];
  CHECK(node.total == 5000);
  CHECK(node.tiles.size() < 5000);
  CHECK(node.tiles.size() >= 20);
}

TEST_CASE("a picture that does not fit grows to the right instead of squeezing its links") {
  GraphOptions options;
  options.width = 240;
  const GraphPicture picture = place_graph(sequence({4, 8, 8, 8, 8, 8, 1}), options);
  CHECK(picture.width > 240);
  CHECK(picture.nodes[1].body.x0 - picture.nodes[0].body.x1 >= options.column_gap - 1);
}

TEST_CASE("tiles with names beside them stay in one column, however small") {
  GraphOptions options;
  options.height = 260;
  std::vector<GraphNode> nodes = sequence({2, 4, 12});
  nodes[2].column = true;
  const PlacedNode node = place_graph(nodes, options).nodes[2];
  CHECK_FALSE(node.block);
  CHECK(node.tile < options.unit_min);
  CHECK(place_graph(sequence({2, 4, 12}), options).nodes[2].block);
  check_picture(nodes, options);
}

TEST_CASE("an image is one tile") {
  GraphOptions options;
  std::vector<GraphNode> nodes = sequence({64, 10});
  nodes[0].image = true;
  const GraphPicture picture = place_graph(nodes, options);
  CHECK(picture.nodes[0].tiles.size() == 1);
  CHECK(picture.nodes[0].tile == options.image_side);
}

TEST_SUITE_END();
