// See plot_axis.h.
#include "widgets/plot_axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace myelin::web {
namespace {

struct Bounds {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
};

}  // namespace

float Axis::at(double value) const {
  const double share = logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return from + (to - from) * static_cast<float>(std::clamp(share, -0.5, 1.5));
}

bool Axis::shows(double value) const { return std::isfinite(value) && (!logarithmic || value > 0); }

Axis x_axis(std::span<const Series> series, const PlotOptions& options) {
  Bounds bounds;
  for (const Series& s : series) {
    for (int i = 0; i < s.count; ++i) {
      const double x = s.x(i);
      if (std::isfinite(x)) bounds.add(x);
    }
  }
  Axis axis;
  if (bounds.empty()) return axis;
  if (bounds.high - bounds.low < 1e-300) {
    // A single point stands at the left when it counts from zero, in the middle otherwise.
    bounds.high = bounds.low + 1;
    if (!options.integer_x) bounds.low -= 1;
  }
  axis.low = bounds.low;
  axis.high = bounds.high;
  return axis;
}

Axis y_axis(std::span<const Series> series, const PlotOptions& options) {
  Axis axis;
  axis.logarithmic = options.log_y;
  Bounds bounds;
  for (const Series& s : series) {
    for (int i = 0; i < s.count; ++i) {
      const double y = s.y(i);
      if (axis.shows(y)) bounds.add(y);
    }
  }
  const bool given = options.y_min != 0 || options.y_max != 0;
  if (given && (!options.log_y || options.y_min > 0)) bounds = {options.y_min, options.y_max};
  if (bounds.empty()) {
    if (options.log_y) axis.low = 0.1;
    return axis;
  }
  if (options.log_y) {
    // At least half a decade, so that the noise of a flat curve does not fill the height.
    const double middle = std::sqrt(bounds.low * bounds.high);
    axis.low = std::min(bounds.low / 1.08, middle / 1.8);
    axis.high = std::max(bounds.high * 1.08, middle * 1.8);
    return axis;
  }
  double room = bounds.high - bounds.low;
  if (!given) {
    if (bounds.low == 0 && bounds.high == 0) bounds.high = 1;  // nothing but zeros: no reason for a microscope
    // Losses and shares start at zero unless that would flatten them.
    if (bounds.low >= 0 && bounds.low < bounds.high * 0.6) bounds.low = 0;
    room = std::max(bounds.high - bounds.low, std::max(std::fabs(bounds.high) * 1e-3, 1e-12));
    bounds.high += room * 0.06;
    if (bounds.low != 0) bounds.low -= room * 0.06;
  }
  axis.low = bounds.low;
  axis.high = bounds.high > bounds.low ? bounds.high : bounds.low + 1;
  return axis;
}

}  // namespace myelin::web
