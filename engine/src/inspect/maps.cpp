#include "inspect/maps.h"

#include <algorithm>

namespace myelin {
namespace {

// Inputs that the plane does not show stay at their training mean.
std::vector<double> mean_input(const Dataset& data) {
  const int width = data.input_shape.size();
  std::vector<double> mean(static_cast<size_t>(width), 0.0);
  int count = 0;
  for (int sample = 0; sample < data.count; ++sample) {
    if (data.part[static_cast<size_t>(sample)] != SplitPart::train) continue;
    for (int i = 0; i < width; ++i) mean[static_cast<size_t>(i)] += data.input(sample, i);
    ++count;
  }
  for (double& value : mean) value /= std::max(1, count);
  return mean;
}

// Chunk rows (row-major: sample x unit) into unit-major maps.
template <class Real>
void scatter(View<const Real> values, int first, size_t cells, std::vector<float>& maps) {
  const int units = values.shape.size();
  for (int row = 0; row < values.batch; ++row) {
    const Real* from = values.data + static_cast<size_t>(row) * static_cast<size_t>(units);
    for (int unit = 0; unit < units; ++unit) {
      maps[static_cast<size_t>(unit) * cells + static_cast<size_t>(first + row)] = static_cast<float>(from[unit]);
    }
  }
}

}  // namespace

template <class Real>
PlaneGrid<Real>::PlaneGrid(const Dataset& data, const InputTransform& transform, int size)
    : size_(size), height_(data.plane.dimensions == 2 ? size : 1), width_(static_cast<size_t>(transform.shape().size())),
      inputs_(static_cast<size_t>(size_) * static_cast<size_t>(height_) * width_) {
  const Plane& plane = data.plane;
  std::vector<double> raw = mean_input(data);
  Real* input = inputs_.data();
  for (int row = 0; row < height_; ++row) {
    if (plane.dimensions == 2) {
      raw[static_cast<size_t>(plane.y_input)] = plane.y_max - (plane.y_max - plane.y_min) * (row + 0.5) / size_;
    }
    for (int column = 0; column < size_; ++column, input += width_) {
      raw[static_cast<size_t>(plane.x_input)] = plane.x_min + (plane.x_max - plane.x_min) * (column + 0.5) / size_;
      transform.apply(raw.data(), input);
    }
  }
}

template <class Real>
template <class Visit>
void PlaneGrid<Real>::for_chunks(Trainer<Real>& trainer, Visit visit) const {
  const int cells = size_ * height_;
  for (int first = 0; first < cells; first += Trainer<Real>::kChunk) {
    const int batch = std::min(Trainer<Real>::kChunk, cells - first);
    trainer.infer(inputs_.data() + static_cast<size_t>(first) * width_, batch);
    visit(first);
  }
}

template <class Real>
void PlaneGrid<Real>::all_units(Trainer<Real>& trainer, int most_units, std::vector<UnitMaps>& maps) const {
  const auto& nodes = trainer.graph().nodes;
  const size_t cells = static_cast<size_t>(size_) * static_cast<size_t>(height_);
  maps.clear();
  for (size_t node = 0; node < nodes.size(); ++node) {
    const int units = nodes[node].shape.size();
    if (units > most_units) continue;
    maps.push_back({static_cast<int>(node), units, size_, height_, std::vector<float>(static_cast<size_t>(units) * cells)});
  }
  for_chunks(trainer, [&](int first) {
    for (UnitMaps& map : maps) scatter(trainer.inferred(map.node), first, cells, map.values);
  });
}

template <class Real>
void PlaneGrid<Real>::surface(Trainer<Real>& trainer, UnitMaps& surface, int focus_node, int focus_unit, UnitMaps& focus) const {
  const auto& nodes = trainer.graph().nodes;
  const int output = static_cast<int>(nodes.size()) - 1;
  const size_t cells = static_cast<size_t>(size_) * static_cast<size_t>(height_);
  const int units = nodes.back().shape.size();
  surface = {output, units, size_, height_, std::vector<float>(static_cast<size_t>(units) * cells)};
  const bool focused = focus_node >= 0 && focus_node <= output && focus_unit >= 0 &&
                       focus_unit < nodes[static_cast<size_t>(focus_node)].shape.size();
  focus = {focused ? focus_node : -1, focused ? 1 : 0, size_, height_, std::vector<float>(focused ? cells : 0)};
  for_chunks(trainer, [&](int first) {
    scatter(trainer.inferred(output), first, cells, surface.values);
    if (!focused) return;
    const View<const Real> values = trainer.inferred(focus_node);
    const int stride = values.shape.size();
    for (int row = 0; row < values.batch; ++row) {
      focus.values[static_cast<size_t>(first + row)] = static_cast<float>(values.data[static_cast<size_t>(row) * static_cast<size_t>(stride) + static_cast<size_t>(focus_unit)]);
    }
  });
}

template class PlaneGrid<float>;
template class PlaneGrid<double>;

}  // namespace myelin
