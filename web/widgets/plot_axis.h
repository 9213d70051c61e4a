// The axes of a plot: which values it spans and where a value stands. Draws nothing.
#pragma once

#include "widgets/plot.h"

namespace myelin::web {

struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;
  float from = 0, to = 1;  // pixels of low and high
  float at(double value) const;  // the pixel; not far outside even for absurd values
  bool shows(double value) const;
};

Axis x_axis(std::span<const Series> series, const PlotOptions& options);
Axis y_axis(std::span<const Series> series, const PlotOptions& options);

}  // namespace myelin::web
