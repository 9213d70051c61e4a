// Tiles of the network picture: every neuron shows what it answers, in the form that suits the data.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "panels/network_view.h"
#include "panels/panels.h"
#include "widgets/controls.h"
#include "widgets/heatmap.h"
#include "widgets/ink.h"

namespace myelin::web {
namespace {

constexpr float kBarReach = 40;  // of a node without tiles, above and below its place

size_t size_of(int index) { return static_cast<size_t>(index); }

// On a one-dimensional plane a neuron is a curve.
void draw_curve(const NetworkView& view, const UnitMaps& maps, int unit, Range range, ImVec2 min, ImVec2 max) {
  const Theme& t = theme();
  const float middle = (min.y + max.y) / 2, half = (max.y - min.y) / 2 - 3;
  view.list->AddLine(ImVec2(min.x + 2, middle), ImVec2(max.x - 2, middle), t.line);
  const float extent = std::max(std::fabs(range.low), std::fabs(range.high));
  ImVec2 before;
  for (int i = 0; i < maps.width; ++i) {
    const float value = maps.values[size_of(unit) * size_of(maps.width) + size_of(i)];
    const float share = std::clamp(value / extent, -1.f, 1.f);
    const ImVec2 at(min.x + 2 + (max.x - min.x - 4) * (static_cast<float>(i) + 0.5f) / static_cast<float>(maps.width), middle - share * half);
    if (i > 0) view.list->AddLine(before, at, share < 0 ? t.negative : t.positive, max.x - min.x > 60 ? 2.2f : 1.6f);
    before = at;
  }
}

// A class's share of the plane: from neutral to the colour of the class.
void draw_class_map(const NetworkView& view, int unit, ImVec2 min, ImVec2 max) {
  const UnitMaps& surface = view.snapshot.surface;
  const Theme& t = theme();
  const int cells = std::clamp(static_cast<int>((max.x - min.x) / 2.2f), 8, 40);
  const ImU32 colour = class_colour(view.problem, unit);
  const float step = (max.x - min.x) / static_cast<float>(cells);
  for (int row = 0; row < cells; ++row)
    for (int column = 0; column < cells; ++column) {
      const int x = column * surface.width / cells + surface.width / cells / 2, y = row * surface.height / cells + surface.height / cells / 2;
      const size_t at = (size_of(unit) * size_of(surface.height) + size_of(y)) * size_of(surface.width) + size_of(x);
      const float value = std::clamp(surface.values[at], 0.f, 1.f);
      const ImVec2 from(min.x + step * static_cast<float>(column), min.y + step * static_cast<float>(row));
      view.list->AddRectFilled(from, ImVec2(from.x + step + 0.5f, from.y + step + 0.5f), mix(t.zero, colour, value));
    }
}

bool is_picture_reader(const NetworkView& view, int node) {
  if (!view.problem.data.is_image() || node == 0 || view.info(node).inputs.size() != 1) return false;
  const int source = view.info(node).inputs.front();
  return source == 0 || (view.info(source).kind == "flatten" && view.info(source).inputs.front() == 0);
}

// The weights of a neuron that reads the picture, as a picture of what it looks for.
bool draw_weights(const NetworkView& view, int node, int unit, ImVec2 min, ImVec2 max) {
  const ParamInfo* weight = find_param(view.info(node), "weight");
  const Shape& shape = view.problem.data.input_shape;
  if (weight == nullptr || weight->shape[0] <= unit) return false;
  const int pixels = shape.size();
  if (weight->count != weight->shape[0] * pixels || shape[0] != 1) return false;
  std::array<float, 1024> values{};
  if (size_of(pixels) > values.size()) return false;
  for (int i = 0; i < pixels; ++i) values[size_of(i)] = parameter_value(view, weight->offset + unit * pixels + i);
  const float extent = std::max(1e-6f, view.scale[size_of(node)]);
  draw_grid(view.list, std::span(values.data(), size_of(pixels)), shape[2], shape[1], min, max, -extent, extent, MapColours::diverging);
  return true;
}

float probe_value(const NetworkView& view, int node, int unit) {
  const Probe& probe = view.snapshot.probe;
  if (probe.sample < 0 || size_of(node) >= probe.values.size() || size_of(unit) >= probe.values[size_of(node)].size()) return std::nanf("");
  return probe.values[size_of(node)][size_of(unit)];
}

void draw_image(const NetworkView& view, ImVec2 min, ImVec2 max) {
  const Dataset& data = view.problem.data;
  // The picture whose values the neurons show, not the one that was just asked for.
  const int asked = probe_sample(view.snapshot, view.ui), probed = view.snapshot.probe.sample;
  const int sample = probed >= 0 && probed < data.count ? probed : asked;
  const Shape& shape = data.input_shape;
  std::vector<float> pixels(size_of(shape.size()), 0);
  if (sample >= 0)
    for (int i = 0; i < shape.size(); ++i) pixels[size_of(i)] = static_cast<float>(data.input(sample, i));
  draw_grid(view.list, pixels, shape[2], shape[1], min, max, 0, 1, MapColours::sequential);
}

// A feature map for the sample that is looked at. Where there is less than three pixels for each of its values, each square is a
// mean of some of them.
void draw_map(const NetworkView& view, int node, int unit, ImVec2 min, ImVec2 max) {
  const Probe& probe = view.snapshot.probe;
  const Shape& shape = view.info(node).shape;
  const int height = shape[1], width = shape[2];
  const size_t first = size_of(unit) * size_of(height * width);
  if (probe.sample < 0 || size_of(node) >= probe.values.size() || probe.values[size_of(node)].size() < first + size_of(height * width)) {
    view.list->AddRectFilled(min, max, theme().zero, 2);
    return;
  }
  const float* values = probe.values[size_of(node)].data() + first;
  const int most = std::max(4, static_cast<int>((max.x - min.x) / 3)), step = (std::max(height, width) + most - 1) / most;
  const int rows = (height + step - 1) / step, columns = (width + step - 1) / step;
  std::vector<float> means(size_of(rows * columns));
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const int bottom = std::min(height, (row + 1) * step), right = std::min(width, (column + 1) * step);
      float sum = 0;
      for (int y = row * step; y < bottom; ++y)
        for (int x = column * step; x < right; ++x) sum += values[y * width + x];
      means[size_of(row * columns + column)] = sum / static_cast<float>((bottom - row * step) * (right - column * step));
    }
  const float extent = view.extent[size_of(node)];
  draw_grid(view.list, means, columns, rows, min, max, -extent, extent, MapColours::diverging);
}

bool focused(const NetworkView& view, int node, int unit) { return view.focus.node == node && view.focus.unit == unit; }

std::string caption_text(const NetworkView& view, int node, bool brief) {
  const UiState& ui = view.ui;
  const int units = view.info(node).shape.size();
  if (node == 0 && view.problem.data.is_image()) {
    const Shape& shape = view.problem.data.input_shape;
    return fill_in("%s × %s", {std::to_string(shape[2]), std::to_string(shape[1])});
  }
  if (shows_maps(view.problem, node)) {
    const Shape& shape = view.info(node).shape;
    const bool some = view.placed(node).tiles.size() < size_of(shape[0]);
    return fill_in("%s%s × %s × %s", {some ? "… " : "", std::to_string(shape[0]), std::to_string(shape[2]), std::to_string(shape[1])});
  }
  std::string text = count(units, ui.language);
  const size_t shown = view.placed(node).tiles.size();
  if (!brief && shown > 0) {  // what has no tiles has no neurons
    const bool many = units > 1;
    text += node == 0             ? (many ? ui.tr(" inputs", " entrées") : ui.tr(" input", " entrée"))
            : node == view.last() ? (many ? ui.tr(" outputs", " sorties") : ui.tr(" output", " sortie"))
                                  : (many ? ui.tr(" neurons", " neurones") : ui.tr(" neuron", " neurone"));
  }
  return node > 0 && shown > 0 && shown < size_of(units) ? "… " + text : text;
}

void captions(const NetworkView& view) {
  ImGui::PushFont(fonts().small);
  // Where columns stand so close that two captions would touch, the numbers alone.
  constexpr float kApart = 10;
  std::vector<float> widths;
  for (int node = 0; node <= view.last(); ++node) widths.push_back(ImGui::CalcTextSize(caption_text(view, node, false).c_str()).x);
  bool brief = false;
  for (int node = 0; node <= view.last(); ++node)
    for (int other = 0; other < node; ++other) {
      const float apart = std::fabs(view.placed(node).body.centre_x() - view.placed(other).body.centre_x());
      brief = brief || (view.placed(node).column != view.placed(other).column && apart < (widths[size_of(node)] + widths[size_of(other)]) / 2 + kApart);
    }
  for (int node = 0; node <= view.last(); ++node) {
    const PlacedNode& placed = view.placed(node);
    const std::string text = caption_text(view, node, brief);
    const ImVec2 at = view.at(placed.body.centre_x() - ImGui::CalcTextSize(text.c_str()).x / 2, placed.footer_y + (placed.tiles.empty() ? kBarReach : 0));
    view.list->AddText(ImVec2(std::round(at.x), std::round(at.y)), theme().muted, text.c_str());
  }
  ImGui::PopFont();
}

// Right-aligned beside its tile; a long name loses its unit ("(cm)") and breaks into two lines.
void input_name(const NetworkView& view, std::string name, const Box& tile) {
  ImGui::PushFont(fonts().medium);
  bool narrow = ImGui::CalcTextSize(name.c_str()).x > kInputLabel;
  ImGui::PopFont();
  if (narrow)
    if (const size_t unit = name.find(" ("); unit != std::string::npos) name.resize(unit);
  ImGui::PushFont(narrow ? fonts().small : fonts().medium);
  std::string second;
  if (ImGui::CalcTextSize(name.c_str()).x > kInputLabel) {
    size_t cut = name.find(' ');
    for (size_t next = cut; next != std::string::npos; next = name.find(' ', next + 1))
      if (ImGui::CalcTextSize(name.substr(0, next).c_str()).x <= kInputLabel) cut = next;
    if (cut != std::string::npos) {
      second = name.substr(cut + 1);
      name.resize(cut);
    }
  }
  const float line = ImGui::GetTextLineHeight();
  float y = tile.centre_y() - (second.empty() ? line : 2 * line) / 2;
  for (const std::string* text : {&name, &second}) {
    if (text->empty()) continue;
    // One long word gets smaller letters.
    const float width = ImGui::CalcTextSize(text->c_str()).x, scale = std::min(1.f, kInputLabel / width);
    const ImVec2 at = view.at(tile.x0 - width * scale - 8, y + line * (1 - scale) / 2);
    view.list->AddText(ImGui::GetFont(), ImGui::GetFontSize() * scale, ImVec2(std::round(at.x), std::round(at.y)), theme().text, text->c_str());
    y += line;
  }
  ImGui::PopFont();
}

// Names beside the tiles: inputs to the left, classes to the right.
void side_label(const NetworkView& view, int node, int unit, const Box& tile) {
  const Theme& t = theme();
  const bool single = view.info(node).shape.size() == 1;
  // Tiles side by side leave no room; each one's tooltip has its name.
  if (node == 0 && !view.problem.data.is_image() && !view.placed(0).block) {
    input_name(view, input_label(view.problem, unit, view.ui), tile);
  }
  if (node == view.last() && !single && names_outputs(view.problem)) {
    const float line = std::min(tile.height(), 16.f);
    ImGui::PushFont(line < 14 ? fonts().small : fonts().medium);
    std::string name = class_name(view.problem, unit, view.ui);
    const float value = probe_value(view, node, unit);
    const ImVec2 size = ImGui::CalcTextSize(name.c_str());
    const ImVec2 at = view.at(tile.x1 + 8, tile.centre_y() - size.y / 2);
    view.list->AddText(ImVec2(std::round(at.x), std::round(at.y)), t.text, name.c_str());
    // The probability of the class for the sample that is looked at.
    if (view.problem.data.is_image() && std::isfinite(value) && value >= 0 && value <= 1.001f) {
      const ImVec2 from = view.at(tile.x1 + 22, tile.centre_y() - 4);
      view.list->AddRectFilled(from, ImVec2(from.x + 34, from.y + 8), t.page, 3);
      view.list->AddRectFilled(from, ImVec2(from.x + std::max(2.f, 34 * value), from.y + 8), t.positive, 3);
    }
    ImGui::PopFont();
  }
}

}  // namespace

float parameter_value(const NetworkView& view, int index) {
  const std::vector<double>& all = view.snapshot.parameters;
  return index >= 0 && size_of(index) < all.size() ? static_cast<float>(all[size_of(index)]) : 0.f;
}

int bias_parameter(const NetworkView& view, int node, int unit) {
  const ParamInfo* bias = find_param(view.info(node), "bias");
  return bias != nullptr && bias->count == view.placed(node).total && unit < bias->count ? bias->offset + unit : -1;
}

Box bias_mark(const NetworkView& view, int node, int unit) {
  const PlacedNode& placed = view.placed(node);
  if (placed.block || size_of(unit) >= placed.tiles.size() || bias_parameter(view, node, unit) < 0) return {};
  const Box& tile = placed.tiles[size_of(unit)];
  const float side = tile.width() >= 34 ? 10.f : 7.f;
  return {tile.x0 - side / 2, tile.y1 - side * 0.75f, tile.x0 + side / 2, tile.y1 + side * 0.25f};
}

void draw_unit(const NetworkView& view, int node, int unit, ImVec2 min, ImVec2 max, float rounding) {
  const Theme& t = theme();
  const Plane& plane = view.problem.data.plane;
  if (node == 0 && view.problem.data.is_image()) {
    draw_image(view, min, max);
    return;
  }
  if (plane.dimensions == 2) {
    const UnitMaps& surface = view.snapshot.surface;
    const bool output = node == view.last();
    if (output && names_outputs(view.problem) && unit < surface.units && surface.height > 1) {
      draw_class_map(view, unit, min, max);
      view.list->AddRect(ImVec2(min.x - 1, min.y - 1), ImVec2(max.x + 1, max.y + 1), t.panel, rounding + 1, 0, 2);  // rounds the corners
      return;
    }
    const Range range = output ? output_range(view.problem) : map_range(view.problem, view.snapshot, node, unit);
    if (output && view.info(node).shape.size() == 1 && draw_surface(view.list, min, max, range.low, range.high, view.ui.discretize, rounding)) return;
    if (draw_unit_map(view.list, node, unit, min, max, range.low, range.high, view.ui.discretize, rounding)) return;
  }
  if (plane.dimensions == 1) {
    view.list->AddRectFilled(min, max, t.page, rounding);
    const UnitMaps* maps = find_maps(view.snapshot, node);
    if (maps != nullptr && unit < maps->units) draw_curve(view, *maps, unit, map_range(view.problem, view.snapshot, node, unit), min, max);
    return;
  }
  if (shows_maps(view.problem, node)) return draw_map(view, node, unit, min, max);
  if (is_picture_reader(view, node) && draw_weights(view, node, unit, min, max)) return;
  const float value = probe_value(view, node, unit);
  const ImU32 fill = std::isfinite(value) ? diverging(value / view.extent[size_of(node)]) : t.zero;
  view.list->AddRectFilled(min, max, fill, std::min(rounding, 4.f));
}

// Maps are square.
float corner(const NetworkView& view, int node, const Box& tile) { return shows_maps(view.problem, node) ? 1.f : std::min(6.f, tile.width() / 6); }

// One layer of the tiles after the other, so that all maps are drawn at once.
template <class Draw> void each_tile(const NetworkView& view, const Draw& draw) {
  for (int node = 0; node <= view.last(); ++node) {
    const std::vector<Box>& tiles = view.placed(node).tiles;
    for (size_t unit = 0; unit < tiles.size(); ++unit) {
      const Box& tile = tiles[unit];
      draw(node, static_cast<int>(unit), view.at(tile.x0, tile.y0), view.at(tile.x1, tile.y1), corner(view, node, tile));
    }
  }
}

void draw_tiles(const NetworkView& view) {
  const Theme& t = theme();
  each_tile(view, [&](int, int, ImVec2 min, ImVec2 max, float rounding) {
    view.list->AddRect(ImVec2(min.x - 0.5f, min.y - 0.5f), ImVec2(max.x + 0.5f, max.y + 0.5f), t.panel, rounding, 0, 3);  // lifts it off the links
  });
  each_tile(view, [&](int node, int unit, ImVec2 min, ImVec2 max, float rounding) { draw_unit(view, node, unit, min, max, rounding); });
  for (int node = 0; node <= view.last(); ++node) {
    const PlacedNode& placed = view.placed(node);
    for (size_t unit = 0; unit < placed.tiles.size(); ++unit) {
      const Box& tile = placed.tiles[unit];
      const ImVec2 min = view.at(tile.x0, tile.y0), max = view.at(tile.x1, tile.y1);
      const int index = static_cast<int>(unit);
      const float rounding = corner(view, node, tile);
      const bool chosen = view.ui.selected.node == node && view.ui.selected.unit == index;
      const bool lit = focused(view, node, index) || chosen;
      if (!placed.block || lit) view.list->AddRect(min, max, lit ? t.accent : with_alpha(t.line_strong, 0.8f), rounding, 0, lit ? 2.f : 1.f);
      side_label(view, node, index, tile);
      const Box mark = bias_mark(view, node, index);
      if (mark.width() <= 0) continue;
      const int parameter = bias_parameter(view, node, index);
      const float bias = parameter_value(view, parameter);
      const bool hot = view.focus.parameter == parameter;
      const ImVec2 centre = view.at(mark.centre_x(), mark.centre_y());
      const float half = mark.width() / 2;
      draw_mark(view.list, Mark::round_square, centre, half + 1.5f, hot ? t.accent : t.panel);
      draw_mark(view.list, Mark::round_square, centre, half, t.line_strong);
      draw_mark(view.list, Mark::round_square, centre, half - 1, diverging(std::clamp(bias / 1.5f, -1.f, 1.f)));
    }
    if (placed.tiles.empty()) {
      // A node without units of its own (flatten): a thin upright bar.
      const ImVec2 min = view.at(placed.body.centre_x() - 2, placed.body.y0 - kBarReach), max = view.at(placed.body.centre_x() + 2, placed.body.y1 + kBarReach);
      view.list->AddRectFilled(min, max, t.line_strong, 2);
    }
  }
  captions(view);
}

}  // namespace myelin::web
