// Line plots with axes, quiet grid lines and values under the pointer. Plots read the caller's memory, they copy nothing.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "app/theme.h"
#include "app/ui.h"
#include "widgets/ticks.h"

namespace myelin::web {

struct Series {
  const char* label;
  ImU32 colour;
  bool dashed = false;
  std::function<double(int)> x, y;  // NaN = gap
  int count = 0;
};

struct PlotOptions {
  const char* x_label = "";
  const char* y_label = "";
  bool log_y = false;
  bool y_percent = false;
  bool integer_x = true;
  float height = 160;
  double y_min = 0, y_max = 0;  // both 0: from the data
  bool legend = true;           // false where the names stand beside the plot already
};

// Returns the index nearest to the pointer in the first series, or -1.
int line_plot(const char* id, std::span<const Series> series, const PlotOptions& options, const UiState& ui);

}  // namespace myelin::web
