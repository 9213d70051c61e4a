// The icons, drawn on a 16 x 16 grid with strokes of 1.6: crisp at any pixel ratio, in any colour. No bitmaps.
#include <cmath>
#include <numbers>

#include "widgets/controls.h"

namespace myelin::web {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

class Pen {
 public:
  Pen(ImDrawList* list, ImVec2 centre, float size, ImU32 colour)
      : list_(list), centre_(centre), unit_(size / 16), colour_(colour), width_(std::fmax(1.25f, 1.6f * unit_)) {}
  ImVec2 at(float x, float y) const { return ImVec2(centre_.x + (x - 8) * unit_, centre_.y + (y - 8) * unit_); }
  void line(float x0, float y0, float x1, float y1) const { list_->AddLine(at(x0, y0), at(x1, y1), colour_, width_); }
  void triangle(ImVec2 a, ImVec2 b, ImVec2 c) const {
    // A stroke in the same colour rounds the corners of the fill.
    list_->PathLineTo(at(a.x, a.y));
    list_->PathLineTo(at(b.x, b.y));
    list_->PathLineTo(at(c.x, c.y));
    list_->PathFillConvex(colour_);
  }
  void bar(float x0, float y0, float x1, float y1, float rounding = 0.8f) const {
    list_->AddRectFilled(at(x0, y0), at(x1, y1), colour_, rounding * unit_);
  }
  void box(float x0, float y0, float x1, float y1, float rounding) const {
    list_->AddRect(at(x0, y0), at(x1, y1), colour_, rounding * unit_, 0, width_);
  }
  void arc(float x, float y, float radius, float from, float to) const {
    list_->PathArcTo(at(x, y), radius * unit_, from * kPi, to * kPi, 28);
    list_->PathStroke(colour_, 0, width_);
  }
  void curve(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d) const {
    list_->AddBezierCubic(at(a.x, a.y), at(b.x, b.y), at(c.x, c.y), at(d.x, d.y), colour_, width_, 24);
  }
  void dot(float x, float y, float radius) const { list_->AddCircleFilled(at(x, y), radius * unit_, colour_, 16); }
  void circle(float x, float y, float radius) const { list_->AddCircle(at(x, y), radius * unit_, colour_, 28, width_); }

 private:
  ImDrawList* list_;
  ImVec2 centre_;
  float unit_;
  ImU32 colour_;
  float width_;
};

void arrow_back(const Pen& pen, bool mirrored) {
  auto x = [&](float value) { return mirrored ? 16 - value : value; };
  pen.line(x(3), 6.2f, x(6.2f), 3);
  pen.line(x(3), 6.2f, x(6.2f), 9.4f);
  pen.line(x(3), 6.2f, x(9.5f), 6.2f);
  pen.curve({x(9.4f), 6.2f}, {x(14.4f), 6.2f}, {x(14.4f), 13}, {x(9.4f), 13});
  pen.line(x(9.5f), 13, x(6.5f), 13);
}

void sun(const Pen& pen) {
  pen.circle(8, 8, 3);
  for (int i = 0; i < 8; ++i) {
    const float angle = static_cast<float>(i) * kPi / 4, c = std::cos(angle), s = std::sin(angle);
    pen.line(8 + 5 * c, 8 + 5 * s, 8 + 6.8f * c, 8 + 6.8f * s);
  }
}

void link(const Pen& pen) {
  // Two ring halves that share a slanted bar.
  constexpr float d = 0.7071f;
  auto ring = [&](float x, float y, float from) {
    pen.arc(x, y, 2.6f, from, from + 1);
    const float nx = std::cos(from * kPi) * 2.6f, ny = std::sin(from * kPi) * 2.6f;
    const float along = from > 0.5f && from < 1 ? 1.0f : -1.0f;
    pen.line(x + nx, y + ny, x + nx + along * 2 * d, y + ny - along * 2 * d);
    pen.line(x - nx, y - ny, x - nx + along * 2 * d, y - ny - along * 2 * d);
  };
  ring(10.6f, 5.4f, 1.25f);
  ring(5.4f, 10.6f, 0.25f);
  pen.line(6.4f, 9.6f, 9.6f, 6.4f);
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const Pen pen(list, centre, size, colour);
  switch (icon) {
    case Icon::play: pen.triangle({4.6f, 2.6f}, {13.6f, 8}, {4.6f, 13.4f}); break;
    case Icon::pause:
      pen.bar(4, 3, 6.8f, 13);
      pen.bar(9.2f, 3, 12, 13);
      break;
    case Icon::step:
      pen.triangle({3.6f, 3.4f}, {10.4f, 8}, {3.6f, 12.6f});
      pen.bar(11, 3.4f, 12.8f, 12.6f);
      break;
    case Icon::step_epoch:
      pen.triangle({1.8f, 3.8f}, {7.2f, 8}, {1.8f, 12.2f});
      pen.triangle({7, 3.8f}, {12.4f, 8}, {7, 12.2f});
      pen.bar(12.7f, 3.8f, 14.4f, 12.2f);
      break;
    case Icon::reset:
      pen.arc(8, 8.4f, 5, -0.28f, 1.28f);
      pen.line(4.9f, 4.4f, 4.9f, 1.6f);
      pen.line(4.9f, 4.4f, 2.1f, 4.4f);
      break;
    case Icon::undo: arrow_back(pen, false); break;
    case Icon::redo: arrow_back(pen, true); break;
    case Icon::dice:
      pen.box(2.5f, 2.5f, 13.5f, 13.5f, 2.6f);
      pen.dot(5.6f, 5.6f, 1.05f);
      pen.dot(10.4f, 5.6f, 1.05f);
      pen.dot(8, 8, 1.05f);
      pen.dot(5.6f, 10.4f, 1.05f);
      pen.dot(10.4f, 10.4f, 1.05f);
      break;
    case Icon::plus:
      pen.line(8, 3.5f, 8, 12.5f);
      pen.line(3.5f, 8, 12.5f, 8);
      break;
    case Icon::minus: pen.line(3.5f, 8, 12.5f, 8); break;
    case Icon::sun: sun(pen); break;
    case Icon::moon:
      pen.arc(8, 8, 5.4f, -0.42f, -1.58f);
      pen.curve({9.35f, 2.77f}, {6.2f, 5.6f}, {10.4f, 9.8f}, {13.23f, 6.65f});
      break;
    case Icon::link: link(pen); break;
    case Icon::menu:
      pen.line(2.5f, 4, 13.5f, 4);
      pen.line(2.5f, 8, 13.5f, 8);
      pen.line(2.5f, 12, 13.5f, 12);
      break;
    case Icon::info:
      pen.circle(8, 8, 6);
      pen.dot(8, 5.1f, 0.95f);
      pen.line(8, 7.5f, 8, 11.3f);
      break;
    case Icon::close:
      pen.line(4, 4, 12, 12);
      pen.line(12, 4, 4, 12);
      break;
  }
}

}  // namespace myelin::web
