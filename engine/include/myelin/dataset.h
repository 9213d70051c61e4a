// Samples as the engine and the pictures see them: raw inputs, targets, and which part each sample belongs to.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
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

// Pixels, which never change once made: copies of a data set share them, and those of a large collection stay where its files are.
// A page could not hold them several times.
class SharedBytes {
 public:
  using Span = std::span<const uint8_t>;
  SharedBytes() = default;
  SharedBytes(std::vector<uint8_t> bytes) {
    const auto kept = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
    pieces_[0] = *kept;
    owner_ = kept;
    held_ = kept->capacity();
  }
  // Of bytes that somebody else has, the second after the first; keep() says who, before they can go.
  SharedBytes(Span first, Span second) : pieces_{first, second} {}
  void keep(std::shared_ptr<const void> owner) {
    if (!owner_) owner_ = std::move(owner);
  }
  size_t size() const { return pieces_[0].size() + pieces_[1].size(); }
  bool empty() const { return size() == 0; }
  size_t held() const { return held_; }  // of memory, for these alone
  // One byte and those behind it, to the end of a sample that it belongs to.
  const uint8_t* at(size_t index) const {
    const size_t first = pieces_[0].size();
    return index < first ? pieces_[0].data() + index : pieces_[1].data() + (index - first);
  }
  uint8_t operator[](size_t index) const { return *at(index); }

 private:
  std::array<Span, 2> pieces_;
  std::shared_ptr<const void> owner_;
  size_t held_ = 0;
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
