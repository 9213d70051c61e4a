// What of a picture differs from the last one: most of the page stands still while a network trains, and where a processor
// draws in place of a graphics card, every triangle left out counts. Knows ImGui's draw data only; needs a target that keeps
// its picture, and callbacks in the draw lists that are named by their data: other data, other effect.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "imgui.h"

namespace myelin::web {

struct PixelRect {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // rows downwards, ends excluded
  int cover = 0;                       // of an area of Redraw: not 0 if it need not be cleared, since the draw data does it
};

class Redraw {
 public:
  // Cuts the draw data down to what falls into the areas that changed since the last call, and returns them; they do not
  // overlap. Everything is returned as one area, with the draw data untouched, when `everything` is asked for or most of it changed.
  std::span<const PixelRect> reduce(ImDrawData& data, bool everything);

 private:
  // Two triangles in a row, which mostly are one rectangle.
  struct Unit {
    short x0, y0, x1, y1;
  };
  void look(const ImDrawData& data);
  void mark(const PixelRect& area, uint64_t hash);
  bool changed(int column, int row) const;
  void find_areas();
  void merge_areas();
  std::span<PixelRect> areas() { return {areas_.data(), static_cast<size_t>(area_count_)}; }
  void find_covers(const ImDrawData& data);
  void cut(const ImDrawData& data);

  int width_ = 0, height_ = 0, tile_ = 1, columns_ = 0, rows_ = 0;
  // ImVector, because its code is there already.
  ImVector<uint64_t> tiles_, last_;  // hashes of all that touches a tile, in the order of drawing
  ImVector<uint64_t> corners_;
  ImVector<Unit> units_;             // of all draw commands, clipped
  static constexpr int kMostAreas = 48;  // before merging, which looks at all pairs
  std::array<PixelRect, kMostAreas> areas_;
  int area_count_ = 0;
  ImVector<ImDrawCmd> commands_;
  ImVector<ImDrawIdx> indices_;
};

}  // namespace myelin::web
