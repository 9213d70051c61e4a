// A data set family: a row of a table and the function that makes its samples.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/function_ref.h"
#include "myelin/catalog.h"
#include "myelin/dataset.h"
#include "myelin/facts.h"
#include "myelin/result.h"

namespace myelin {

struct DatasetRow {
  Row row;
  // Names of the files it is made from (assets/data/...); empty for generated data. The host unpacks names in .gz.
  std::span<const char* const> assets = {};
  // All samples, in a fixed order, all in SplitPart::train. `files` are in the order of `assets_for(settings)`.
  Result<Dataset> (*make)(const Settings&, std::span<const std::span<const std::byte>> files);
  // Of data from files: what must be known before the files are there. Generated data is simply made.
  DatasetFacts known = {};
  // Where settings decide which files are needed, the shape of a sample or the outputs; null: `assets` and `known` always hold.
  std::span<const char* const> (*choose_assets)(const Settings&) = nullptr;
  Shape (*choose_shape)(const Settings&) = nullptr;
  int (*choose_outputs)(const Settings&) = nullptr;
  bool only_shapes = false;  // it has no samples at all: networks can be described on it, but never trained

  std::span<const char* const> assets_for(const Settings& settings) const {
    return choose_assets != nullptr ? choose_assets(settings) : assets;
  }
};

}  // namespace myelin
