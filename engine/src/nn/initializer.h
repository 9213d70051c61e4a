// An initialiser: the distribution from which a parameter tensor starts, as a row of a table.
#pragma once

#include <span>
#include <string_view>

#include "base/rng.h"
#include "myelin/catalog.h"

namespace myelin {

struct InitializerRow {
  Row row;
  bool uniform = false;  // else normal
  // Standard deviation (normal) or half width (uniform) for these fans; `scale` is the layer's setting.
  double (*spread)(double scale, int fan_in, int fan_out);
};

// Element i of the tensor is a function of (random, i) alone.
template <class Real>
void initialize(const InitializerRow& row, double scale, double constant, int fan_in, int fan_out, const Rng& random,
                std::span<Real> values);

inline constexpr int kInitializerCount = 8;
inline constexpr int kXavierChoice = 3;  // for the defaults of fields; checked in initializer.cpp
extern const Choice kInitializerChoices[kInitializerCount];
std::span<const InitializerRow* const> initializer_rows();
inline std::span<const Choice> initializer_choices() { return kInitializerChoices; }
const InitializerRow* find_initializer(std::string_view key);

}  // namespace myelin
