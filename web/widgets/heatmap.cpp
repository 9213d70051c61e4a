// See heatmap.h. The maps are ordinary ImGui pictures drawn by another program: callbacks in the draw list switch it on and
// off, so clipping and rounded corners are ImGui's. All GL objects live here and in heatmap_program.cpp, nowhere else.
#include "widgets/heatmap.h"

#include <myelin_gl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "widgets/heatmap_program.h"

namespace myelin::web {
namespace {

constexpr int kAtlasWidth = 1024, kMostRows = 4096, kMostClasses = 16;
constexpr uint32_t kDrawBits = 12, kMostDraws = 1u << kDrawBits, kMostTogether = 32;  // the last one: shaders/heatmap.vert
constexpr float kIsoLine = 0.28f;

struct Tile {
  int node = 0, unit = 0, x = 0, y = 0, width = 0, height = 0;
};

// One texture of floats: full ones where they can be filtered (an extension that phones lack), since processors that draw read
// them in two thirds of the time of half ones.
struct Texture {
  GLuint name = 0;
  int width = 0, height = 0;
};

struct MapDraw {
  float middle = 0, scale = 1, steps = 0, line = 0;
  int classes = 0;
  float layer = 0;
  float squash_low = 0, squash_range = 0;
  uint64_t sequence = 0;  // of the values
};
bool same(const MapDraw& a, const MapDraw& b) { return std::memcmp(&a, &b, sizeof a) == 0; }
bool same_but_for_span(const MapDraw& a, const MapDraw& b) { return std::memcmp(&a.steps, &b.steps, sizeof a - offsetof(MapDraw, steps)) == 0; }

unsigned kind_of(const MapDraw& draw) {
  const bool steps = draw.steps > 0, one = draw.classes == 0;
  return (draw.squash_range != 0 ? kSquashed : 0u) | (steps ? kSteps : 0u) | (one && !steps && draw.line > 0 ? kLine : 0u) | (one ? 0u : kClasses);
}

struct State {
  bool created = false;
  GLenum format = 0;
  MapPrograms programs;
  Texture atlas, surface, focus;
  uint64_t sequence = 0;
  int surface_units = 0, surface_height = 0;
  float squash_low = 0, squash_range = 0;  // of the surface
  bool focus_there = false;
  std::vector<Tile> tiles;
  std::vector<float> staging;
  // Of this frame and the last. The draw list's callbacks name a place here and a number that changes with what is there: the
  // window must see when a map of the same name looks different.
  std::array<MapDraw, kMostDraws> draws;
  std::array<uint32_t, kMostDraws> changes{};
  std::array<uint32_t, kMostDraws> together{};  // of the first map of a draw command: how many more it draws
  uint32_t drawn = 0, first = 0;       // first: of the newest draw command, which is in that list
  const ImDrawList* list = nullptr;
};

// There is one GL context, so there is one of these. Made at the first use: no work before main.
State& state() {
  static State* const only = new State;
  return *only;
}

void begin_map(const ImDrawList*, const ImDrawCmd* command) {
  State& s = state();
  const size_t first = reinterpret_cast<uintptr_t>(command->UserCallbackData) & (kMostDraws - 1);
  const MapDraw& draw = s.draws[first];
  const unsigned kind = kind_of(draw);
  const MapProgram& program = s.programs.use(kind);
  std::array<GLfloat, 2 * kMostTogether> spans;
  GLsizei count = 0;
  for (size_t i = first; i <= first + s.together[first]; ++i, ++count) {
    spans[static_cast<size_t>(count) * 2] = s.draws[i].middle;
    spans[static_cast<size_t>(count) * 2 + 1] = s.draws[i].scale;
  }
  glUniform2fv(program.spans, count, spans.data());
  // Under samples (where the border line is drawn) never the full colour: they would vanish.
  glUniform1f(program.strength, draw.steps <= 0 ? draw.line : draw.line > 0 ? 0.72f : 1);
  glUniform2f(program.squash, draw.squash_low, draw.squash_range);
  glUniform1i(program.classes, draw.classes);
  glUniform1f(program.layer, draw.layer);
}

// Only the program was changed, so only the program is put back: ImDrawCallback_ResetRenderState would cost thirty calls per map.
void end_map(const ImDrawList*, const ImDrawCmd*) { state().programs.leave(); }

float storable(float value) { return value == value ? std::clamp(value, -60000.0f, 60000.0f) : 0.0f; }

GLenum filtered_format() {
  if (MYELIN_GLES == 0) return GL_R32F;
  GLint count = 0;
  glGetIntegerv(GL_NUM_EXTENSIONS, &count);
  for (GLuint i = 0; i < static_cast<GLuint>(count); ++i) {
    const char* name = reinterpret_cast<const char*>(glGetStringi(GL_EXTENSIONS, i));
    if (name != nullptr && std::strcmp(name, "GL_OES_texture_float_linear") == 0) return GL_R32F;
  }
  return GL_R16F;
}

// Of a texture that keeps its size only the first `rows` need new values. ImGui binds what it needs itself.
void upload(Texture& texture, int width, int height, int rows, const float* values) {
  if (texture.name == 0) glGenTextures(1, &texture.name);
  glBindTexture(GL_TEXTURE_2D, texture.name);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  if (texture.width != width || texture.height != height) {
    GLenum& format = state().format;
    if (format == 0) format = filtered_format();
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glTexImage2D(GL_TEXTURE_2D, 0, static_cast<GLint>(format), width, height, 0, GL_RED, GL_FLOAT, values);
    texture.width = width;
    texture.height = height;
  } else {
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, rows, GL_RED, GL_FLOAT, values);
  }
}

// Rows of tiles, left to right. What does not fit is left out; the draw calls then say so.
int place_tiles(const Snapshot& snapshot, std::vector<Tile>& tiles) {
  tiles.clear();
  int x = 0, y = 0, row = 0;
  for (const UnitMaps& maps : snapshot.maps) {
    if (maps.width <= 0 || maps.width > kAtlasWidth) continue;
    for (int unit = 0; unit < maps.units; ++unit) {
      if (x + maps.width > kAtlasWidth) {
        x = 0;
        y += row;
        row = 0;
      }
      if (y + maps.height > kMostRows) return y + row;
      tiles.push_back({maps.node, unit, x, y, maps.width, maps.height});
      x += maps.width;
      row = std::max(row, maps.height);
    }
  }
  return y + row;
}

void upload_atlas(State& s, const Snapshot& snapshot) {
  const int needed = place_tiles(snapshot, s.tiles);
  if (needed == 0) return;
  // Grows only, in steps: a texture that keeps its size is updated in place.
  const int height = std::max(s.atlas.height, std::min(kMostRows, (needed + 63) / 64 * 64));
  s.staging.assign(static_cast<size_t>(kAtlasWidth) * static_cast<size_t>(height), 0.0f);
  size_t next = 0;
  for (const UnitMaps& maps : snapshot.maps) {
    for (int unit = 0; unit < maps.units && next < s.tiles.size(); ++unit) {
      const Tile& tile = s.tiles[next];
      if (tile.node != maps.node || tile.unit != unit) break;
      ++next;
      const float* from = maps.values.data() + static_cast<size_t>(unit) * static_cast<size_t>(maps.width) * static_cast<size_t>(maps.height);
      for (int row = 0; row < maps.height; ++row) {
        float* to = s.staging.data() + static_cast<size_t>(tile.y + row) * kAtlasWidth + static_cast<size_t>(tile.x);
        for (int column = 0; column < maps.width; ++column) to[column] = storable(from[row * maps.width + column]);
      }
    }
  }
  upload(s.atlas, kAtlasWidth, height, needed, s.staging.data());
}

// Probabilities are stored as log odds (one output) or logarithms (several): those are nearly linear between two grid points,
// while a sure network's probabilities jump from 0 to 1 and would make stairs of every border.
struct Squash {
  float low = 0, range = 0;
  bool several = false;
  float store(float value) const {
    if (range == 0) return storable(value);
    const float share = std::clamp((value - low) / range, 1e-7f, 1 - 1e-7f);
    return several ? std::log(share) : std::log(share / (1 - share));
  }
};

Squash squash_of(const Snapshot& snapshot) {
  Squash squash;
  if (snapshot.problem == nullptr || snapshot.problem->data.task == Task::regression) return squash;
  squash.several = snapshot.surface.units > 1;
  const float low = squash.several ? 0.0f : static_cast<float>(snapshot.problem->target_low);
  // Other losses leave the outputs unbounded.
  for (const float value : snapshot.surface.values) {
    if (!(value >= low - 1e-4f && value <= 1 + 1e-4f)) return squash;
  }
  squash.low = low;
  squash.range = 1 - low;
  return squash;
}

bool upload_grid(State& s, Texture& texture, const UnitMaps& maps, const Squash& squash = {}) {
  const size_t expected = static_cast<size_t>(maps.units) * static_cast<size_t>(maps.width) * static_cast<size_t>(maps.height);
  if (expected == 0 || maps.values.size() < expected || maps.units > kMostClasses || maps.units * maps.height > kMostRows) return false;
  s.staging.resize(expected);
  for (size_t i = 0; i < expected; ++i) s.staging[i] = squash.store(maps.values[i]);
  upload(texture, maps.width, maps.units * maps.height, maps.units * maps.height, s.staging.data());
  return true;
}

void* name_of(const State& s, uint32_t place) { return reinterpret_cast<void*>(static_cast<uintptr_t>(s.changes[place] << kDrawBits | place)); }

void draw_map(ImDrawList* list, const Texture& texture, ImVec2 min, ImVec2 max, MapDraw draw, float rounding, ImVec2 uv0, ImVec2 uv1) {
  State& s = state();
  if (s.drawn == kMostDraws) return;
  const uint32_t place = s.drawn++;
  draw.sequence = s.sequence;
  const bool changed = !same(s.draws[place], draw);
  s.draws[place] = draw;
  s.together[place] = 0;
  // Right after another map of its kind it joins that one's draw command: a change of program costs more than a small map.
  ImVector<ImDrawCmd>& commands = list->CmdBuffer;
  const ImTextureID id = reinterpret_cast<ImTextureID>(static_cast<intptr_t>(texture.name));
  const uint32_t first = s.first, which = place - first;
  const bool joins = place > 0 && s.list == list && which < kMostTogether && commands.Size > 3 && commands.back().ElemCount == 0 &&
                     commands[commands.Size - 2].UserCallback == end_map && commands[commands.Size - 3].GetTexID() == id &&
                     std::memcmp(&commands[commands.Size - 3].ClipRect, &commands.back().ClipRect, sizeof(ImVec4)) == 0 && same_but_for_span(draw, s.draws[first]);
  if (changed) ++s.changes[joins ? first : place];
  if (joins) {
    s.together[first] = which;
    commands.pop_back();
    commands.pop_back();
    ImDrawCmd& begin = commands[commands.Size - 2];
    begin.UserCallbackData = name_of(s, first);
  } else {
    s.first = place;
    s.list = list;
    list->AddCallback(begin_map, name_of(s, place));
  }
  const ImU32 cover = with_alpha(0xFFFFFF00u | (joins ? which : 0), ImGui::GetStyle().Alpha);
  // Everyone draws a line along its edge: smoothing below that would treble the triangles. No corner may look out from under it.
  const float inset = 0.35f * ImGui::GetIO().FontGlobalScale;
  const ImDrawListFlags flags = list->Flags;
  list->Flags &= ~ImDrawListFlags_AntiAliasedFill;
  list->AddImageRounded(id, ImVec2(min.x + inset, min.y + inset), ImVec2(max.x - inset, max.y - inset), uv0, uv1, cover, rounding);
  list->Flags = flags;
  list->AddCallback(end_map, nullptr);
}

MapDraw one_output(float low, float high, bool steps, float line) {
  MapDraw draw;
  draw.middle = (low + high) * 0.5f;
  draw.scale = high > low ? 2 / (high - low) : 1;
  draw.steps = steps ? 1.0f : 0.0f;
  draw.line = line;
  return draw;
}

// Column 0 stands at the left edge and the last one at the right edge: from texel centre to texel centre.
float texel(int index, int size) { return (static_cast<float>(index) + 0.5f) / static_cast<float>(size); }

}  // namespace

void heatmap_create() {
  State& s = state();
  s.tiles.clear();
  s.created = true;
  s.format = 0;
  s.programs = {};
  s.atlas = s.surface = s.focus = {};
  s.sequence = 0;
  s.surface_units = 0;
  s.focus_there = false;
}

void heatmap_destroy() {
  State& s = state();
  if (!s.created) return;
  for (const Texture* texture : {&s.atlas, &s.surface, &s.focus}) {
    if (texture->name != 0) glDeleteTextures(1, &texture->name);
  }
  s.programs.destroy();
  heatmap_create();
  s.created = false;
}

void heatmap_upload(const Snapshot& snapshot) {
  State& s = state();
  s.drawn = 0;
  if (!s.created || snapshot.sequence == s.sequence) return;
  s.sequence = snapshot.sequence;
  upload_atlas(s, snapshot);
  const Squash squash = squash_of(snapshot);
  s.surface_units = upload_grid(s, s.surface, snapshot.surface, squash) ? snapshot.surface.units : 0;
  s.squash_low = squash.low;
  s.squash_range = squash.range;
  s.surface_height = snapshot.surface.height;
  s.focus_there = upload_grid(s, s.focus, snapshot.focus);
}

bool draw_unit_map(ImDrawList* list, int node, int unit, ImVec2 min, ImVec2 max, float low, float high, bool steps, float rounding) {
  const State& s = state();
  for (const Tile& tile : s.tiles) {
    if (tile.node != node || tile.unit != unit) continue;
    draw_map(list, s.atlas, min, max, one_output(low, high, steps, 0), rounding,
             ImVec2(texel(tile.x, s.atlas.width), texel(tile.y, s.atlas.height)),
             ImVec2(texel(tile.x + tile.width - 1, s.atlas.width), texel(tile.y + tile.height - 1, s.atlas.height)));
    return true;
  }
  return false;
}

bool draw_surface(ImDrawList* list, ImVec2 min, ImVec2 max, float low, float high, bool steps, float rounding) {
  const State& s = state();
  if (s.surface_units == 0) return false;
  constexpr float kLeastForLine = 100;  // in a small picture the line at the middle would hide what it parts
  MapDraw draw = one_output(low, high, steps, max.x - min.x < kLeastForLine ? 0 : kIsoLine);
  draw.squash_low = s.squash_low;
  draw.squash_range = s.squash_range;
  if (s.surface_units > 1) {
    draw.classes = s.surface_units;
    draw.layer = 1 / static_cast<float>(s.surface_units);
  }
  draw_map(list, s.surface, min, max, draw, rounding, ImVec2(texel(0, s.surface.width), texel(0, s.surface.height)),
           ImVec2(texel(s.surface.width - 1, s.surface.width), texel(s.surface_height - 1, s.surface.height)));
  return true;
}

bool draw_focus(ImDrawList* list, ImVec2 min, ImVec2 max, float low, float high, bool steps, float rounding) {
  const State& s = state();
  if (!s.focus_there) return false;
  draw_map(list, s.focus, min, max, one_output(low, high, steps, kIsoLine), rounding, ImVec2(texel(0, s.focus.width), texel(0, s.focus.height)),
           ImVec2(texel(s.focus.width - 1, s.focus.width), texel(s.focus.height - 1, s.focus.height)));
  return true;
}

void draw_grid(ImDrawList* list, std::span<const float> values, int width, int height, ImVec2 min, ImVec2 max, float low, float high,
               MapColours colours) {
  const float pixel = ImGui::GetIO().FontGlobalScale;
  auto edge = [&](float from, float to, int index, int size) {
    const float at = from + (to - from) * static_cast<float>(index) / static_cast<float>(size);
    return std::round(at / pixel) * pixel;
  };
  const float scale = high > low ? 1 / (high - low) : 1, alpha = ImGui::GetStyle().Alpha;
  for (int row = 0; row < height; ++row) {
    const float top = edge(min.y, max.y, row, height), bottom = edge(min.y, max.y, row + 1, height);
    ImU32 run_colour = 0;
    int run_start = 0;
    // Equal neighbours become one rectangle: most of a digit is background.
    for (int column = 0; column <= width; ++column) {
      ImU32 colour = 0;
      if (column < width) {
        const float t = (storable(values[static_cast<size_t>(row * width + column)]) - low) * scale;
        colour = with_alpha(colours == MapColours::diverging ? diverging(std::clamp(t * 2 - 1, -1.0f, 1.0f)) : sequential(t), alpha);
      }
      if (column > 0 && colour == run_colour) continue;
      if (column > run_start) {
        list->AddRectFilled(ImVec2(edge(min.x, max.x, run_start, width), top), ImVec2(edge(min.x, max.x, column, width), bottom), run_colour);
      }
      run_colour = colour;
      run_start = column;
    }
  }
}

}  // namespace myelin::web
