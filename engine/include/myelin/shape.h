// The shape of one sample's value at a node. The batch is always outermost and never part of the shape.
#pragma once

#include <array>
#include <initializer_list>
#include <string>

namespace myelin {

// A value has up to three dimensions: {units}, {channels, length} or {channels, rows, columns}; a parameter up to four: the
// weights of a convolution are {filters, channels, rows, columns}. Contiguous, last index fastest.
struct Shape {
  static constexpr int kMaxRank = 4;
  int rank = 0;
  std::array<int, kMaxRank> dims{};

  constexpr Shape() = default;
  constexpr Shape(std::initializer_list<int> sizes) {
    for (int size : sizes) dims[static_cast<size_t>(rank++)] = size;
  }
  constexpr int operator[](int axis) const { return dims[static_cast<size_t>(axis)]; }
  // Values per sample; 1 for rank 0.
  constexpr int size() const {
    int product = 1;
    for (int axis = 0; axis < rank; ++axis) product *= dims[static_cast<size_t>(axis)];
    return product;
  }
  std::string to_string() const;  // "1x8x8"
  friend bool operator==(const Shape&, const Shape&) = default;
};

}  // namespace myelin
