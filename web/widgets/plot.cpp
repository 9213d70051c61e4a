// See plot.h. A plot is drawn in three steps: the ranges of the data, the frame with its ticks, the lines cut to pixels.
// Never more than a few points per pixel column reach the draw list.
#include "widgets/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "widgets/controls.h"
#include "widgets/ink.h"
#include "widgets/paint.h"
#include "widgets/plot_axis.h"

namespace myelin::web {
namespace {

constexpr int kMostTicks = 24;
constexpr float kLine = 1.75f;

std::string tick_text(double value, const PlotOptions& options, const Axis& axis, int decimals, Language language) {
  if (options.y_percent) return percent(value, language, std::max(0, decimals - 2));
  if (axis.logarithmic && axis.low < 1e-3) {
    // One way of writing for the whole axis: powers where the lowest would need one.
    const double exponent = std::log10(value);
    if (std::fabs(exponent - std::round(exponent)) < 1e-6) return power_of_ten(static_cast<int>(std::round(exponent)));
  }
  if (axis.logarithmic || std::fabs(value) >= 1e5) return plain(value, language);
  return fixed(value, language, decimals);
}

struct Ticks {
  std::array<double, kMostTicks> at{};
  int count = 0;
};

class Plot {
 public:
  Plot(const ImRect& rect, std::span<const Series> series, const PlotOptions& options, const UiState& ui)
      : series_(series), options_(options), language_(ui.language), x_(x_axis(series, options)), y_(y_axis(series, options)) {
    ImFont* font = fonts().small;
    const float line = font_size(font);
    const float height = rect.GetHeight();
    const int wanted_y = std::clamp(static_cast<int>(height / 38), 2, 6);
    // One tick is no scale: ask for more until there are two.
    for (int wanted = wanted_y; wanted <= wanted_y + 3 && y_ticks_.count < 2; ++wanted) {
      y_ticks_.count = y_.logarithmic ? log_ticks(y_.low, y_.high, wanted, y_ticks_.at.data(), kMostTicks)
                                      : ticks(y_.low, y_.high, wanted, y_ticks_.at.data(), kMostTicks);
    }
    const int decimals = tick_decimals(y_ticks_.at.data(), y_ticks_.count);
    float widest = 0;
    for (int i = 0; i < y_ticks_.count; ++i) {
      y_texts_.push_back(tick_text(y_ticks_.at[static_cast<size_t>(i)], options, y_, decimals, language_));
      widest = std::max(widest, text_width(font, y_texts_.back().c_str()));
    }
    const bool titled = options.y_label[0] != 0;
    area_ = ImRect(rect.Min.x + std::max(24.0f, widest + 8), rect.Min.y + (titled ? line + 5 : 6), rect.Max.x - 4, rect.Max.y - line - 6);
    frame_ = rect;
    x_.from = area_.Min.x;
    x_.to = area_.Max.x;
    y_.from = area_.Max.y;
    y_.to = area_.Min.y;
    const int wanted_x = std::clamp(static_cast<int>(area_.GetWidth() / 62), 2, 10);
    x_ticks_.count = ticks(x_.low, x_.high, wanted_x, x_ticks_.at.data(), kMostTicks);
    if (options.integer_x) {
      int kept = 0;
      for (int i = 0; i < x_ticks_.count; ++i) {
        const double at = x_ticks_.at[static_cast<size_t>(i)];
        if (std::fabs(at - std::round(at)) < 1e-9) x_ticks_.at[static_cast<size_t>(kept++)] = at;
      }
      x_ticks_.count = kept;
    }
  }

  void draw_frame_and_ticks() const {
    const Theme& t = theme();
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* font = fonts().small;
    const float hair = hairline(), line = font_size(font);
    const ImU32 grid = faded(mix(t.panel, t.line, 0.75f));
    for (int i = 0; i < y_ticks_.count; ++i) {
      const float y = crisp(y_.at(y_ticks_.at[static_cast<size_t>(i)]));
      list->AddRectFilled(ImVec2(area_.Min.x, y), ImVec2(area_.Max.x, y + hair), grid);
      const std::string& text = y_texts_[static_cast<size_t>(i)];
      draw_text(font, ImVec2(area_.Min.x - 6 - text_width(font, text.c_str()), std::round(y - line * 0.5f)), t.muted, text.c_str());
    }
    const float base = crisp(area_.Max.y);
    list->AddRectFilled(ImVec2(area_.Min.x, base), ImVec2(area_.Max.x, base + hair), faded(mix(t.line, t.line_strong, 0.6f)));
    draw_x_labels(font, base);
    if (options_.y_label[0] != 0) draw_text(font, frame_.Min, t.muted, options_.y_label);
  }

  void draw_series() const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(ImVec2(area_.Min.x - 3, area_.Min.y - 3), ImVec2(area_.Max.x + 3, area_.Max.y + 3), true);
    // The first series is the most important one and lies on top.
    for (size_t i = series_.size(); i-- > 0;) draw_one(list, series_[i]);
    list->PopClipRect();
  }

  // A quiet row of names inside, in the corner farther from the lines.
  void draw_legend() const {
    if (series_.size() < 2 || !options_.legend) return;
    ImFont* font = fonts().small;
    const float height = font_size(font);
    float width = 0;
    for (const Series& s : series_) width += text_width(font, s.label) + 36;
    if (width > area_.GetWidth()) return;
    ImVec2 at(area_.Max.x - width + 12, area_.Min.y + 1);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(ImVec2(at.x - 6, at.y - 1), ImVec2(area_.Max.x, at.y + height + 1), faded(with_alpha(theme().panel, 0.82f)), 4);
    for (const Series& s : series_) {
      const float y = at.y + height * 0.5f;
      if (s.dashed) {
        list->AddLine(ImVec2(at.x, y), ImVec2(at.x + 6, y), faded(s.colour), 2);
        list->AddLine(ImVec2(at.x + 10, y), ImVec2(at.x + 16, y), faded(s.colour), 2);
      } else {
        list->AddLine(ImVec2(at.x, y), ImVec2(at.x + 16, y), faded(s.colour), 2);
      }
      draw_text(font, ImVec2(at.x + 21, at.y), theme().muted, s.label);
      at.x += text_width(font, s.label) + 36;
    }
  }

  int nearest(float pointer_x) const {
    if (series_.empty()) return -1;
    const Series& first = series_.front();
    int best = -1;
    float distance = 1e9f;
    for (int i = 0; i < first.count; ++i) {
      const double x = first.x(i);
      if (!std::isfinite(x)) continue;
      const float away = std::fabs(x_.at(x) - pointer_x);
      if (away < distance) {
        distance = away;
        best = i;
      }
    }
    return best;
  }

  void draw_crosshair(int index) const {
    const Theme& t = theme();
    const double x = series_.front().x(index);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float at = crisp(x_.at(x));
    list->AddRectFilled(ImVec2(at, area_.Min.y), ImVec2(at + hairline(), area_.Max.y), faded(t.line_strong));
    for (const Series& s : series_) {
      if (index >= s.count) continue;
      const double y = s.y(index);
      if (!y_.shows(y)) continue;
      const ImVec2 centre(x_.at(s.x(index)), std::clamp(y_.at(y), area_.Min.y, area_.Max.y));
      list->AddCircleFilled(centre, 4.5f, t.panel, 20);
      list->AddCircleFilled(centre, 3, s.colour, 20);
    }
  }

  void values_tooltip(int index) const {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(12, 8));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(8, 3));
    ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, hairline());
    ImGui::PushFont(fonts().medium);
    if (ImGui::BeginTooltip()) {
      const double x = series_.front().x(index);
      const std::string place = options_.integer_x ? count(std::llround(x), language_) : number(x, language_);
      ImGui::PushStyleColor(ImGuiCol_Text, theme().muted);
      ImGui::TextUnformatted((std::string(options_.x_label) + (options_.x_label[0] != 0 ? " " : "") + place).c_str());
      ImGui::PopStyleColor();
      float names = 0;
      for (const Series& s : series_) names = std::max(names, text_width(fonts().medium, s.label));
      for (const Series& s : series_) {
        const double y = index < s.count ? s.y(index) : std::numeric_limits<double>::quiet_NaN();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float line = font_size(fonts().medium);
        ImGui::GetWindowDrawList()->AddCircleFilled(ImVec2(at.x + 4, at.y + line * 0.5f), 4, s.colour, 16);
        ImGui::SetCursorScreenPos(ImVec2(at.x + 16, at.y));
        ImGui::TextUnformatted(s.label);
        ImGui::SameLine(names + 36);
        const std::string text = options_.y_percent ? percent(y, language_) : number(y, language_);
        ImGui::TextUnformatted(text.c_str());
      }
      ImGui::EndTooltip();
    }
    ImGui::PopFont();
    ImGui::PopStyleVar(3);
  }

  const ImRect& area() const { return area_; }

 private:
  static float crisp(float at) {
    const float pixel = ImGui::GetIO().FontGlobalScale;
    return std::floor(at / pixel) * pixel;
  }

  void draw_x_labels(ImFont* font, float base) const {
    const ImU32 colour = theme().muted;
    const int decimals = tick_decimals(x_ticks_.at.data(), x_ticks_.count);
    // The axis' name takes the right end; ticks that would touch it give way.
    float limit = area_.Max.x;
    if (options_.x_label[0] != 0) {
      const float width = text_width(font, options_.x_label);
      draw_text(font, ImVec2(area_.Max.x - width, base + 5), colour, options_.x_label);
      limit -= width + 10;
    }
    for (int i = 0; i < x_ticks_.count; ++i) {
      const double value = x_ticks_.at[static_cast<size_t>(i)];
      const std::string text = options_.integer_x ? count(std::llround(value), language_) : fixed(value, language_, decimals);
      const float width = text_width(font, text.c_str());
      const float left = std::max(x_.at(value) - width * 0.5f, area_.Min.x - 2);
      if (left + width <= limit) draw_text(font, ImVec2(std::round(left), base + 5), colour, text.c_str());
    }
  }

  // Cuts a series to two points per pixel column (its lowest and highest) and hands over unbroken runs.
  void draw_one(ImDrawList* list, const Series& s) const {
    std::vector<ImVec2> run;
    const float pixel = ImGui::GetIO().FontGlobalScale;
    const bool dense = static_cast<float>(s.count) > area_.GetWidth() / pixel;
    float column = -1e9f;
    ImVec2 low, high, last;
    int in_column = 0;
    auto flush_column = [&] {
      if (in_column == 0) return;
      if (in_column == 1) {
        run.push_back(last);
      } else {
        const bool rising = low.x <= high.x;
        run.push_back(rising ? low : high);
        run.push_back(rising ? high : low);
        if (last.x > run.back().x) run.push_back(last);
      }
      in_column = 0;
    };
    for (int i = 0; i < s.count; ++i) {
      const double x = s.x(i), y = s.y(i);
      if (!std::isfinite(x) || !y_.shows(y)) {
        flush_column();
        draw_run(list, run, s);
        continue;
      }
      const ImVec2 point(x_.at(x), y_.at(y));
      if (!dense) {
        run.push_back(point);
        continue;
      }
      const float now = std::floor(point.x / pixel);
      if (now != column) {
        flush_column();
        column = now;
      }
      if (in_column == 0 || point.y < low.y) low = point;
      if (in_column == 0 || point.y > high.y) high = point;
      last = point;
      ++in_column;
    }
    flush_column();
    draw_run(list, run, s);
  }

  static void draw_run(ImDrawList* list, std::vector<ImVec2>& run, const Series& s) {
    const ImU32 colour = faded(s.colour);
    if (run.size() == 1) disc(list, run.front(), 2.5f, colour);
    if (run.size() > 1) {
      straighten(run);
      if (s.dashed) draw_dashes(list, run, colour);
      else stroke(list, run, colour, kLine);
    }
    run.clear();
  }

  static void draw_dashes(ImDrawList* list, const std::vector<ImVec2>& run, ImU32 colour) {
    constexpr float kDash = 5, kSpace = 3.5f;
    float left = kDash;
    bool ink = true;
    list->PathLineTo(run.front());
    for (size_t i = 1; i < run.size(); ++i) {
      ImVec2 at = run[i - 1];
      const ImVec2 to = run[i];
      float length = std::hypot(to.x - at.x, to.y - at.y);
      while (length > left) {
        at.x += (to.x - at.x) * left / length;
        at.y += (to.y - at.y) * left / length;
        length -= left;
        if (ink) {
          list->PathLineTo(at);
          end_dash(list, colour);
        } else {
          list->PathLineTo(at);
        }
        ink = !ink;
        left = ink ? kDash : kSpace;
      }
      left -= length;
      if (ink) list->PathLineTo(to);
    }
    if (ink) end_dash(list, colour);
    list->PathClear();
  }

  static void end_dash(ImDrawList* list, ImU32 colour) {
    stroke(list, {list->_Path.Data, static_cast<size_t>(list->_Path.Size)}, colour, kLine);
    list->PathClear();
  }

  // Leaves out points that lie on the way from one that is kept to the next, by a quarter of a pixel: long curves are mostly calm.
  static void straighten(std::vector<ImVec2>& run) {
    constexpr float kBeside = 0.25f, kAny = 1e9f;
    size_t kept = 0;
    float least = -kAny, most = kAny;  // slopes from the last kept point that pass all points left out since
    for (size_t i = 1; i < run.size(); ++i) {
      const float across = run[i].x - run[kept].x, up = run[i].y - run[kept].y;
      const bool steep = across < 0.01f;
      if (i > 1 && (steep || up < least * across || up > most * across)) {
        run[++kept] = run[i - 1];
        least = -kAny;
        most = kAny;
      }
      const float width = run[i].x - run[kept].x, height = run[i].y - run[kept].y;
      if (width < 0.01f) {
        least = kAny;  // straight up: nothing may be left out after it
        most = -kAny;
      } else {
        least = std::max(least, (height - kBeside) / width);
        most = std::min(most, (height + kBeside) / width);
      }
    }
    run[kept + 1] = run.back();
    run.resize(kept + 2);
  }

  std::span<const Series> series_;
  const PlotOptions& options_;
  Language language_;
  Axis x_, y_;
  ImRect frame_, area_;
  Ticks x_ticks_, y_ticks_;
  std::vector<std::string> y_texts_;
};

}  // namespace

int line_plot(const char* id, std::span<const Series> series, const PlotOptions& options, const UiState& ui) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = std::max(60.0f, ImGui::GetContentRegionAvail().x), height = std::max(60.0f, options.height);
  const ImRect rect(at, ImVec2(at.x + width, at.y + height));
  ImGui::ItemSize(rect.GetSize(), 0);
  const ImGuiID item = ImGui::GetID(id);
  if (!ImGui::ItemAdd(rect, item, nullptr, ImGuiItemFlags_NoNav)) return -1;
  const Plot plot(rect, series, options, ui);
  plot.draw_frame_and_ticks();
  plot.draw_series();
  plot.draw_legend();
  const ImVec2 pointer = ImGui::GetIO().MousePos;
  if (!ImGui::ItemHoverable(rect, item, 0) || pointer.x < plot.area().Min.x - 4) return -1;
  const int index = plot.nearest(pointer.x);
  if (index >= 0) {
    plot.draw_crosshair(index);
    plot.values_tooltip(index);
  }
  return index;
}

}  // namespace myelin::web
