#include "panels/dataset_icon.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "panels/graph_layout.h"
#include "widgets/ink.h"

namespace myelin::web {
namespace {

// Draws in a square of [-1, 1] x [-1, 1], y upwards.
struct Sketch {
  ImDrawList* list;
  Box box;
  float dot;
  ImVec2 at(float x, float y) const { return {box.centre_x() + x * box.width() / 2, box.centre_y() - y * box.height() / 2}; }
  void point(float x, float y, ImU32 colour) const { disc(list, at(x, y), dot, colour); }
  void block(float x0, float y0, float x1, float y1, ImU32 colour) const { list->AddRectFilled(at(x0, y1), at(x1, y0), colour); }
};

// Irregular but fixed: the same sketch in every frame.
float scatter(int i, int salt) {
  const float value = std::sin(static_cast<float>(i * 12 + salt * 7) * 12.9898f) * 43758.547f;
  return (value - std::floor(value)) * 2 - 1;
}

void circle(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 0; i < 16; ++i) {
    const float angle = 6.2831853f * static_cast<float>(i) / 16;
    const float r = 0.78f + 0.08f * scatter(i, 1);
    s.point(r * std::cos(angle), r * std::sin(angle), t.negative);
  }
  for (int i = 0; i < 9; ++i) s.point(0.3f * scatter(i, 2), 0.3f * scatter(i, 3), t.positive);
}

void quadrants(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 0; i < 28; ++i) {
    const float x = 0.1f + 0.8f * std::fabs(scatter(i, 4)), y = 0.1f + 0.8f * std::fabs(scatter(i, 5));
    const float sx = i % 2 == 0 ? 1.f : -1.f, sy = i % 4 < 2 ? 1.f : -1.f;
    s.point(sx * x, sy * y, sx * sy > 0 ? t.positive : t.negative);
  }
}

void gaussians(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 0; i < 14; ++i) {
    const float x = 0.38f * scatter(i, 6) * std::fabs(scatter(i, 8)), y = 0.38f * scatter(i, 7);
    s.point(0.42f + x, 0.42f + y, t.positive);
    s.point(-0.42f - y, -0.42f - x, t.negative);
  }
}

void spiral(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 2; i < 18; ++i) {
    const float share = static_cast<float>(i) / 18, angle = share * 8.2f, r = share * 0.95f;
    s.point(r * std::sin(angle), r * std::cos(angle), t.positive);
    s.point(-r * std::sin(angle), -r * std::cos(angle), t.negative);
  }
}

void moons(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 0; i < 13; ++i) {
    const float angle = 3.1415927f * static_cast<float>(i) / 12;
    s.point(0.6f * std::cos(angle) - 0.28f, 0.62f * std::sin(angle) - 0.12f, t.positive);
    s.point(0.28f - 0.6f * std::cos(angle), 0.12f - 0.62f * std::sin(angle), t.negative);
  }
}

void checkerboard(const Sketch& s) {
  const Theme& t = theme();
  constexpr int kSide = 4;
  for (int row = 0; row < kSide; ++row)
    for (int column = 0; column < kSide; ++column) {
      const float step = 1.8f / kSide, x = -0.9f + step * static_cast<float>(column), y = -0.9f + step * static_cast<float>(row);
      s.block(x, y, x + step, y + step, with_alpha((row + column) % 2 == 0 ? t.positive : t.negative, 0.85f));
    }
}

void plane(const Sketch& s) {
  constexpr int kBands = 12;
  for (int row = 0; row < kBands; ++row)
    for (int column = 0; column < kBands; ++column) {
      const float step = 1.8f / kBands, x = -0.9f + step * static_cast<float>(column), y = -0.9f + step * static_cast<float>(row);
      s.block(x, y, x + step, y + step, diverging((static_cast<float>(column + row) - (kBands - 1)) / kBands));
    }
}

void hills(const Sketch& s) {
  constexpr int kCells = 14;
  constexpr std::array<std::array<float, 3>, 6> kBumps = {
      {{-0.5f, 0.35f, 1}, {0, 0.35f, -1}, {0.5f, 0.35f, 1}, {-0.5f, -0.4f, -1}, {0, -0.4f, 1}, {0.5f, -0.4f, -1}}};
  for (int row = 0; row < kCells; ++row)
    for (int column = 0; column < kCells; ++column) {
      const float step = 1.8f / kCells, x = -0.9f + step * static_cast<float>(column), y = -0.9f + step * static_cast<float>(row);
      float value = 0;
      for (const auto& bump : kBumps) {
        const float dx = x + step / 2 - bump[0], dy = y + step / 2 - bump[1];
        value += bump[2] * std::fmax(0.f, 1 - std::sqrt(dx * dx + dy * dy) / 0.42f);
      }
      s.block(x, y, x + step, y + step, diverging(value));
    }
}

void truth_table(const Sketch& s, const std::array<bool, 4>& on) {
  const Theme& t = theme();
  for (int i = 0; i < 4; ++i) {
    const ImVec2 centre = s.at(i % 2 == 0 ? -0.45f : 0.45f, i < 2 ? -0.45f : 0.45f);
    const ImU32 colour = on[static_cast<size_t>(i)] ? t.positive : t.negative;
    disc(s.list, centre, s.dot * 2.6f, colour);
  }
}

void curve(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 0; i < 7; ++i) {
    const float step = 0.08f * static_cast<float>(i);
    s.point(-0.9f + step, -0.5f, t.positive);
    s.point(-0.25f + step, 0.5f, t.negative);
    s.point(0.4f + step, -0.5f, t.positive);
  }
}

void digit(const Sketch& s) {
  constexpr std::array<const char*, 8> kThree = {" 2882   ", "28  83  ", "    74  ", "  386   ", "    583 ", "     86 ", "36  783 ", " 58873  "};
  s.block(-0.9f, -0.9f, 0.9f, 0.9f, sequential(0));
  for (int row = 0; row < 8; ++row)
    for (int column = 0; column < 8; ++column) {
      const char ink = kThree[static_cast<size_t>(row)][column];
      if (ink == ' ') continue;
      const float step = 1.8f / 8, x = -0.9f + step * static_cast<float>(column), y = 0.9f - step * static_cast<float>(row + 1);
      s.block(x, y, x + step, y + step, sequential(static_cast<float>(ink - '0') / 8));
    }
}

void flowers(const Sketch& s) {
  const Theme& t = theme();
  for (int i = 0; i < 10; ++i) {
    s.point(-0.62f + 0.2f * scatter(i, 10), -0.6f + 0.2f * scatter(i, 11), t.classes[0]);
    s.point(0.12f + 0.26f * scatter(i, 12), 0.1f + 0.26f * scatter(i, 13), t.classes[1]);
    s.point(0.55f + 0.3f * scatter(i, 14), 0.58f + 0.26f * scatter(i, 15), t.classes[2]);
  }
}

// 8 x 8 cells: the digits name a class's colour.
void cells(const Sketch& s, const std::array<const char*, 8>& rows) {
  const Theme& t = theme();
  constexpr float kStep = 1.8f / 8;
  for (int row = 0; row < 8; ++row)
    for (int column = 0; column < 8; ++column) {
      const char cell = rows[static_cast<size_t>(row)][column];
      if (cell == ' ') continue;
      const float x = -0.9f + kStep * static_cast<float>(column), y = 0.9f - kStep * static_cast<float>(row + 1);
      s.block(x, y, x + kStep, y + kStep, t.classes[static_cast<size_t>(cell - '0')]);
    }
}

constexpr std::array<const char*, 8> kGlass = {" 111111 ", " 100001 ", " 100001 ", "  1001  ", "   11   ", "   11   ", "   11   ", "  1111  "};
constexpr std::array<const char*, 8> kCell = {"  0000  ", " 000000 ", "00011000", "00111100", "00111100", "00011000", " 000000 ", "  0000  "};
constexpr std::array<const char*, 8> kDrop = {"   00   ", "   00   ", "  0000  ", "  0000  ", " 000000 ", " 010000 ", " 001000 ", "  0000  "};

// The data sets that have a picture; the others wait for a page that can show what is in them.
constexpr std::array<std::string_view, 18> kDrawn = {"circle",    "xor",        "gauss",      "spiral",           "moons",  "checkerboard",
                                                     "plane",     "multi_gauss", "and_table",  "or_table",         "xor_table", "nand_table",
                                                     "seven_parameters", "digits", "iris", "wine", "breast_cancer", "diabetes"};

}  // namespace

bool has_dataset_icon(std::string_view key) { return std::find(kDrawn.begin(), kDrawn.end(), key) != kDrawn.end(); }

void draw_dataset_icon(ImDrawList* list, std::string_view key, ImVec2 min, ImVec2 max) {
  const Box box{min.x, min.y, max.x, max.y};
  const Sketch s{list, box, std::fmax(1.3f, box.width() / 26)};
  if (key == "circle") circle(s);
  else if (key == "xor") quadrants(s);
  else if (key == "gauss") gaussians(s);
  else if (key == "spiral") spiral(s);
  else if (key == "moons") moons(s);
  else if (key == "checkerboard") checkerboard(s);
  else if (key == "plane") plane(s);
  else if (key == "multi_gauss") hills(s);
  else if (key == "and_table") truth_table(s, {false, false, false, true});
  else if (key == "or_table") truth_table(s, {false, true, true, true});
  else if (key == "xor_table") truth_table(s, {false, true, true, false});
  else if (key == "nand_table") truth_table(s, {true, true, true, false});
  else if (key == "seven_parameters") curve(s);
  else if (key == "digits") digit(s);
  else if (key == "iris") flowers(s);
  else if (key == "wine") cells(s, kGlass);
  else if (key == "breast_cancer") cells(s, kCell);
  else if (key == "diabetes") cells(s, kDrop);
  else for (int i = 0; i < 12; ++i) s.point(0.8f * scatter(i, 20), 0.8f * scatter(i, 21), theme().muted);
}

}  // namespace myelin::web
