// Reads IDX, the format of MNIST and its relatives: a header that names the sizes, then bytes. Files may come from anybody:
// nothing is trusted, and nothing is allocated from a size that the file claims.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "myelin/result.h"

namespace myelin::data {

// Unsigned bytes in row-major order. They lie in the file's memory, which must outlive the array.
struct IdxArray {
  static constexpr int kMaxRank = 4;
  int rank = 0;
  std::array<int, kMaxRank> dims{};
  std::span<const std::byte> values;  // exactly the product of dims

  uint8_t operator[](size_t index) const { return static_cast<uint8_t>(values[index]); }
};

// `name` stands in the error's sentence.
Result<IdxArray> read_idx(std::span<const std::byte> file, std::string_view name);

}  // namespace myelin::data
