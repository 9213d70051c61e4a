// Published networks for ImageNet, in the forms whose parameter counts are published. The courses show them; nobody trains them
// here: they are for summaries.
#pragma once

#include "catalog/catalog.h"

namespace myelin {

extern const PresetRow kConvChain, kAlexNet, kVgg16, kVgg19, kNin;                // classic.cpp
extern const PresetRow kGoogLeNet, kInceptionV4;                                  // inception.cpp
extern const PresetRow kResNet18, kResNet50, kResNet152, kSeNet154;               // residual.cpp
extern const PresetRow kDenseNet121, kEfficientNetB0;                             // dense_mbconv.cpp

}  // namespace myelin
