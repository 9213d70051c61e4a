#include "data/prepare.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/rng.h"
#include "kernels/fmath.h"

namespace myelin {
namespace {

struct Feature {
  std::string_view key;
  double (*value)(double x1, double x2);
};

// What the keys of feature_fields() compute.
constexpr Feature kFeatures[] = {
    {"x1", [](double x1, double) { return x1; }},
    {"x2", [](double, double x2) { return x2; }},
    {"x1_squared", [](double x1, double) { return x1 * x1; }},
    {"x2_squared", [](double, double x2) { return x2 * x2; }},
    {"x1_x2", [](double x1, double x2) { return x1 * x2; }},
    {"sin_x1", [](double x1, double) { return fmath::sin(x1); }},
    {"sin_x2", [](double, double x2) { return fmath::sin(x2); }},
    {"radius", [](double x1, double x2) { return std::sqrt(x1 * x1 + x2 * x2); }},
};

int find_feature(std::string_view key) {
  for (size_t i = 0; i < std::size(kFeatures); ++i) {
    if (kFeatures[i].key == key) return static_cast<int>(i);
  }
  return -1;
}

bool on(const Settings& settings, size_t field) { return settings.value(static_cast<int>(field)) != 0; }

// A share in percent of count samples, rounded up. The tolerance keeps a product like 1000 * 0.1 (a little above 100) from
// counting as more than a whole number.
int share_of(int count, double percent) {
  constexpr double kTolerance = 1e-9;
  return static_cast<int>(std::ceil(count * percent / 100 - kTolerance));
}

// Gives `wanted` samples to a part and takes them out of the order: the first ones, or every so many where the order is sorted by
// class, so that each class gives its share to within one sample.
void take(Dataset& data, std::vector<int>& order, int wanted, SplitPart part, bool spread) {
  const auto count = static_cast<int64_t>(order.size());
  size_t kept = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int sample = order[static_cast<size_t>(i)];
    const bool taken = spread ? (i + 1) * wanted / count > i * wanted / count : i < wanted;
    if (taken) data.part[static_cast<size_t>(sample)] = part;
    else order[kept++] = sample;
  }
  order.resize(kept);
}

// Dealt like cards: sizes differ by one at most, and from an order sorted by class so do the classes' shares.
void take_fold(Dataset& data, std::vector<int>& order, int folds, int fold) {
  size_t kept = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const int sample = order[i];
    if (static_cast<int>(i) % folds == fold) data.part[static_cast<size_t>(sample)] = SplitPart::test;
    else order[kept++] = sample;
  }
  order.resize(kept);
}

}  // namespace

void assign_parts(Dataset& data, const Settings& preparation, uint64_t seed) {
  const int count = data.count;
  data.part.assign(static_cast<size_t>(count), SplitPart::train);
  if (count == 0) return;
  std::vector<int> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  const Rng rng(seed, Stream::split);
  for (int i = count - 1; i > 0; --i) {
    const uint32_t j = rng.below(static_cast<uint64_t>(i), static_cast<uint32_t>(i) + 1);
    std::swap(order[static_cast<size_t>(i)], order[j]);
  }
  const bool stratified = preparation.on("stratify") && data.task != Task::regression && data.target_shape.size() == 1;
  if (stratified) {  // class by class, each in its shuffled order
    const std::vector<int> shuffled = std::exchange(order, {});
    for (size_t c = 0; c < data.class_names.size(); ++c) {
      std::copy_if(shuffled.begin(), shuffled.end(), std::back_inserter(order),
                   [&](int sample) { return data.targets[static_cast<size_t>(sample)] == static_cast<double>(c); });
    }
    MYELIN_ASSERT(order.size() == shuffled.size());
  }
  const int folds = std::min(preparation.integer("folds"), count);
  if (folds >= 2) {
    take_fold(data, order, folds, std::min(preparation.integer("fold"), folds) - 1);
  } else {
    take(data, order, std::min(share_of(count, preparation["test"]), count - 1), SplitPart::test, stratified);
  }
  const int left = static_cast<int>(order.size());
  take(data, order, std::min(share_of(folds >= 2 ? left : count, preparation["validation"]), left - 1), SplitPart::validation, stratified);
}

Status check_features(const Dataset& data, const Settings& features) {
  if (!data.uses_features) return {};
  for (size_t field = 0; field < features.fields().size(); ++field) {
    if (on(features, field)) return {};
  }
  return Error{{"Switch on at least one input feature.", "Activez au moins une caractéristique d’entrée."}, 0};
}

InputTransform::InputTransform(const Dataset& data, const Settings& preparation, const Settings& features)
    : on_plane_(data.uses_features) {
  if (on_plane_) {
    MYELIN_ASSERT(data.input_shape == Shape{2});
    for (size_t field = 0; field < features.fields().size(); ++field) {
      if (!on(features, field)) continue;
      const Field& description = features.fields()[field];
      const int feature = find_feature(description.key);
      MYELIN_ASSERT(feature >= 0);
      features_.push_back(feature);
      labels_.push_back({description.label.en, description.label.fr});
    }
    shape_ = Shape{static_cast<int>(features_.size())};
  } else {
    shape_ = data.input_shape;
    labels_ = data.input_names;
  }
  const std::string_view scaling = preparation.choice("scaling");
  if (scaling != "none" && data.words.empty()) fit(data, scaling == "standardize");
}

double InputTransform::column(const double* raw, int index) const {
  if (!on_plane_) return raw[index];
  return kFeatures[static_cast<size_t>(features_[static_cast<size_t>(index)])].value(raw[0], raw[1]);
}

void InputTransform::fit(const Dataset& data, bool standardize) {
  const int columns = shape_.size();
  const int raw_columns = data.input_shape.size();
  shift_.assign(static_cast<size_t>(columns), 0.0);
  factor_.assign(static_cast<size_t>(columns), 0.0);
  std::vector<double> raw(static_cast<size_t>(raw_columns));
  std::vector<double> values;  // of one column over the training part
  for (int index = 0; index < columns; ++index) {
    values.clear();
    for (int sample = 0; sample < data.count; ++sample) {
      if (data.part[static_cast<size_t>(sample)] != SplitPart::train) continue;
      if (on_plane_) {
        for (int i = 0; i < raw_columns; ++i) raw[static_cast<size_t>(i)] = data.input(sample, i);
        values.push_back(column(raw.data(), index));
      } else {
        values.push_back(data.input(sample, index));
      }
    }
    if (values.empty()) continue;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    // Asked of the values themselves: the mean of equal numbers may round, and 1e-17 is no deviation to divide by.
    if (*low == *high) continue;
    double shift = *low;
    double width = *high - *low;
    if (standardize) {
      const double count = static_cast<double>(values.size());
      shift = 0;
      for (const double value : values) shift += value;
      shift /= count;
      double squares = 0;
      for (const double value : values) squares += (value - shift) * (value - shift);
      width = std::sqrt(squares / count);
    }
    const double factor = 1 / width;
    // Values at the ends of double's range: no scale is right, and a column of zeros is better than one of NaN.
    if (!std::isfinite(shift) || !std::isfinite(width) || !std::isfinite(factor)) continue;
    shift_[static_cast<size_t>(index)] = shift;
    factor_[static_cast<size_t>(index)] = factor;
  }
}

template <class Real>
void InputTransform::apply(const double* raw, Real* input) const {
  const int columns = shape_.size();
  if (!scales()) {
    for (int i = 0; i < columns; ++i) input[i] = static_cast<Real>(column(raw, i));
    return;
  }
  for (int i = 0; i < columns; ++i) {
    const size_t at = static_cast<size_t>(i);
    input[i] = static_cast<Real>((column(raw, i) - shift_[at]) * factor_[at]);
  }
}

template <class Real>
void InputTransform::apply(const uint8_t* raw, double byte_scale, Real* input) const {
  MYELIN_DASSERT(!on_plane_);
  const auto columns = static_cast<size_t>(shape_.size());
  for (size_t i = 0; i < columns; ++i) {
    const double value = raw[i] * byte_scale;
    input[i] = static_cast<Real>(scales() ? (value - shift_[i]) * factor_[i] : value);
  }
}

std::array<std::vector<int>, kSplitParts> part_indices(const Dataset& data) {
  std::array<std::vector<int>, kSplitParts> indices;
  for (int i = 0; i < data.count; ++i) indices[static_cast<size_t>(data.part[static_cast<size_t>(i)])].push_back(i);
  return indices;
}

template <class Real>
Buffer<Real> make_targets(const Dataset& data, int outputs, double low, double high) {
  Buffer<Real> targets(static_cast<size_t>(data.count) * static_cast<size_t>(outputs));
  for (size_t sample = 0; sample < static_cast<size_t>(data.count); ++sample) {
    Real* row = targets.data() + sample * static_cast<size_t>(outputs);
    if (data.task != Task::regression && outputs > data.target_shape.size()) {
      const double target = data.targets[sample];
      MYELIN_DASSERT(target >= 0 && target < outputs);
      row[static_cast<size_t>(target)] = Real(1);
      continue;
    }
    const double* values = data.targets.data() + sample * static_cast<size_t>(outputs);
    for (int i = 0; i < outputs; ++i) {
      row[i] = static_cast<Real>(data.task == Task::regression ? values[i] : values[i] == 0 ? low : high);
    }
  }
  return targets;
}

template void InputTransform::apply<float>(const double*, float*) const;
template void InputTransform::apply<double>(const double*, double*) const;
template void InputTransform::apply<float>(const uint8_t*, double, float*) const;
template void InputTransform::apply<double>(const uint8_t*, double, double*) const;
template Buffer<float> make_targets<float>(const Dataset&, int, double, double);
template Buffer<double> make_targets<double>(const Dataset&, int, double, double);

}  // namespace myelin
