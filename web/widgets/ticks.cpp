// See ticks.h.
#include "widgets/ticks.h"

#include <algorithm>
#include <cmath>

namespace myelin::web {
namespace {

bool usable(double low, double high, int wanted, int capacity) {
  return std::isfinite(low) && std::isfinite(high) && high > low && wanted > 0 && capacity > 0;
}

}  // namespace

int ticks(double low, double high, int wanted, double* positions, int capacity) {
  if (!usable(low, high, wanted, capacity)) return 0;
  const double rough = (high - low) / wanted, power = std::pow(10.0, std::floor(std::log10(rough)));
  // The smallest round step that gives no more ticks than wanted, with a little grace against rounding.
  const double lead = rough / power;
  const double step = power * (lead <= 1.0001 ? 1 : lead <= 2.0001 ? 2 : lead <= 5.0001 ? 5 : 10);
  if (!(step > 0) || !std::isfinite(step)) return 0;
  const double grain = 1e-9 * (high - low);
  int count = 0;
  for (double index = std::ceil((low - grain) / step); count < capacity; ++index) {
    const double at = index * step;
    if (!(at <= high + grain)) break;
    positions[count++] = at == 0 ? 0 : at;  // no minus zero
  }
  return count;
}

int log_ticks(double low, double high, int wanted, double* positions, int capacity) {
  if (!usable(low, high, wanted, capacity) || low <= 0) return 0;
  const double decades = std::log10(high / low);
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / wanted - 1e-9)));
  const bool between = decades * 3 <= wanted * 1.5;  // room for 2 and 5 as well
  int count = 0;
  for (int exponent = static_cast<int>(std::floor(std::log10(low))); exponent <= 309 && count < capacity; ++exponent) {
    const double power = std::pow(10.0, exponent);
    if (power > high * (1 + 1e-9)) break;
    for (double lead : {1.0, 2.0, 5.0}) {
      const bool wants = lead == 1 ? exponent % stride == 0 : between;
      const double at = lead * power;
      if (wants && count < capacity && at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) positions[count++] = at;
    }
  }
  return count;
}

int tick_decimals(const double* positions, int count) {
  if (count < 1) return 0;
  if (count == 1) {
    // Nothing to tell apart: as many as the number itself has.
    double value = std::fabs(positions[0]);
    int decimals = 0;
    while (decimals < 12 && std::fabs(value - std::round(value)) > 1e-6 * value) {
      value *= 10;
      ++decimals;
    }
    return decimals;
  }
  double step = positions[1] - positions[0];
  for (int i = 2; i < count; ++i) step = std::min(step, positions[i] - positions[i - 1]);
  return step > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12) : 0;
}

}  // namespace myelin::web
