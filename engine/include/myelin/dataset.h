// Samples as the engine and the pictures see them: raw inputs, targets, and which part each sample belongs to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "myelin/shape.h"
#include "myelin/text.h"

namespace myelin {

enum class Task { regression, binary, classes };
enum class SplitPart : uint8_t { train, validation, test };
inline constexpr int kSplitParts = 3;

// A picture of the input space that maps, surfaces and points share. Other inputs stay at their mean (0 once scaled).
struct Plane {
  int dimensions = 0;  // 0: no picture (images), 1: a curve over `x_input`, 2: a surface
  int x_input = 0;
  int y_input = 1;
  double x_min = -6, x_max = 6;
  double y_min = -6, y_max = 6;  // for one dimension: the range of the target
};

// Pixels, which never change once made: copies of a data set share them, or a page would hold a large collection several times.
class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(std::vector<uint8_t> bytes) : bytes_(std::make_shared<const std::vector<uint8_t>>(std::move(bytes))) {}
  const uint8_t* data() const { return bytes_ ? bytes_->data() : nullptr; }
  size_t size() const { return bytes_ ? bytes_->size() : 0; }
  size_t held() const { return bytes_ ? bytes_->capacity() : 0; }  // of memory
  bool empty() const { return size() == 0; }
  uint8_t operator[](size_t index) const { return data()[index]; }
  const uint8_t* begin() const { return data(); }
  const uint8_t* end() const { return data() + size(); }

 private:
  std::shared_ptr<const std::vector<uint8_t>> bytes_;
};

// Immutable once made. Inputs are raw: before features and scaling.
struct Dataset {
  Task task = Task::binary;
  Shape input_shape;                     // of one raw sample
  std::vector<Message> input_names;      // one per raw input; empty for images
  std::vector<Message> class_names;      // one per class for binary and classes; binary has two: 0 and 1
  int count = 0;
  std::vector<double> values;            // count x input_shape.size(), or empty when `bytes` holds them
  SharedBytes bytes;                     // images: count x input_shape.size(), times byte_scale
  double byte_scale = 1;
  Shape target_shape{1};                 // of one target; more than one value: pixels of a mask, several numbers to predict
  std::vector<double> targets;           // count x target_shape.size(): class indices, or the values to predict
  std::vector<SplitPart> part;           // count
  Plane plane;
  std::vector<std::string> words;        // of text: an input i > 0 means words[i - 1], 0 no word; such inputs are never scaled
  bool uses_features = false;            // true on the plane: the network sees features of (x1, x2), not raw inputs
  bool is_image() const { return input_shape.rank == 3; }
  double input(int sample, int index) const {
    const size_t at = static_cast<size_t>(sample) * static_cast<size_t>(input_shape.size()) + static_cast<size_t>(index);
    return bytes.empty() ? values[at] : bytes[at] * byte_scale;
  }
  int64_t held_bytes() const { return static_cast<int64_t>((values.size() + targets.size()) * sizeof(double) + bytes.held()); }
  // The number of network outputs this task asks for: the number of classes, or one for each value of the target.
  int output_units() const { return task == Task::classes ? static_cast<int>(class_names.size()) : target_shape.size(); }
};

}  // namespace myelin
