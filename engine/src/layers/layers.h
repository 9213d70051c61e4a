// The rows that the files of this folder bring to the catalog, one per layer.
#pragma once

#include "nn/layer.h"

namespace myelin {

extern const LayerRow kInputLayer;
extern const LayerRow kDenseLayer;
extern const LayerRow kActivationLayer;
extern const LayerRow kFlattenLayer;
extern const LayerRow kAddLayer;
extern const LayerRow kConcatLayer;

}  // namespace myelin
