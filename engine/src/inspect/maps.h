// What the pictures of the plane show: every unit's output on a grid of inputs. Only what is watched is computed.
#pragma once

#include <vector>

#include "myelin/snapshot.h"
#include "tensor/buffer.h"
#include "train/trainer.h"

namespace myelin {

template <class Real>
class PlaneGrid {
 public:
  // The network inputs of size x size cell centres (size x 1 on a one-dimensional plane).
  PlaneGrid(const Dataset& data, const InputTransform& transform, int size);
  int size() const { return size_; }

  // One entry for each node with at most `most_units` units, all values.
  void all_units(Trainer<Real>& trainer, int most_units, std::vector<UnitMaps>& maps) const;
  // The output as predictions, and one unit of one node besides (node < 0: none).
  void surface(Trainer<Real>& trainer, UnitMaps& surface, int focus_node, int focus_unit, UnitMaps& focus) const;

 private:
  template <class Visit>
  void for_chunks(Trainer<Real>& trainer, Visit visit) const;
  int size_ = 0, height_ = 0;
  size_t width_ = 0;  // of one network input
  Buffer<Real> inputs_;
};

}  // namespace myelin
