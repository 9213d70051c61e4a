#include "myelin/shape.h"

namespace myelin {

std::string Shape::to_string() const {
  std::string text;
  for (int axis = 0; axis < rank; ++axis) {
    if (axis > 0) text += 'x';
    text += std::to_string((*this)[axis]);
  }
  return text;
}

}  // namespace myelin
