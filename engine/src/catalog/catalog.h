// THE list: every row of every kind, found by key. Each table stands in one file of this folder; a layer brings its row from
// its own file in layers/. No static constructors: a linker drops the ones nobody names.
#pragma once

#include <span>
#include <string_view>

#include "data/rows.h"
#include "myelin/catalog.h"
#include "myelin/experiment.h"
#include "nn/activation.h"
#include "nn/initializer.h"
#include "nn/layer.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"

namespace myelin {

// An experiment by name. Its text form is a link, so that presets stay what users can write themselves; networks too large for
// a link, and start weights, come from a function.
struct PresetRow {
  Row row;
  const char* link = nullptr;
  Experiment (*make)() = nullptr;  // where there is no link
  bool only_described = false;     // for summaries: its data has no samples
};

std::span<const LayerRow* const> layer_rows();
std::span<const PresetRow* const> preset_rows();

// Null when there is no such key. Data sets: see data/rows.h. The others: see nn/.
const LayerRow* find_layer(std::string_view key);
const PresetRow* find_preset(std::string_view key);

}  // namespace myelin
