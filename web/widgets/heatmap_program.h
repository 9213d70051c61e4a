// The programs that colour maps, one for each kind of map (shaders/heatmap.frag), made when they are first used. For
// widgets/heatmap.cpp only; used and left within ImGui's rendering.
#pragma once

#include <myelin_gl.h>

#include <array>

namespace myelin::web {

// What a map needs; shaders/heatmap.frag has the same words.
enum MapKind : unsigned { kSquashed = 1, kSteps = 2, kLine = 4, kClasses = 8, kMapKinds = 16 };

struct MapProgram {
  GLuint name = 0;
  GLint spans = -1, strength = -1, squash = -1, classes = -1, layer = -1;
  int coloured_frame = -1;
};

class MapPrograms {
 public:
  const MapProgram& use(unsigned kind);
  // ImGui has its program in use unless a map was drawn.
  void leave() const {
    if (imgui_program_ != 0) glUseProgram(imgui_program_);
  }
  void destroy();  // forgetting them is right, too, when their context is lost

 private:
  void link(MapProgram& made, unsigned kind);

  std::array<MapProgram, kMapKinds> made_;
  GLuint imgui_program_ = 0;
};

}  // namespace myelin::web
