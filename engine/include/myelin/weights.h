// Weights as files: safetensors, with PyTorch's names and layouts, each tensor called by its node ("3.weight"). Files may come
// from anybody: everything is checked before memory is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/result.h"
#include "myelin/snapshot.h"

namespace myelin {

struct Tensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<double> values;  // row-major; empty when the file holds a type that is not read
  std::string type = "F32";    // as the file calls it; F32 and F64 are read
  bool readable() const { return type == "F32" || type == "F64"; }
};

// `file_name` stands in the error's sentence. Tensors come in the order of their data.
Result<std::vector<Tensor>> read_safetensors(std::span<const std::byte> file, std::string_view file_name);
// Every tensor in its own type, which must be one that is read; names must differ.
std::vector<std::byte> write_safetensors(std::span<const Tensor> tensors);

// The parameters of a network, from their flat order to tensors. With `trained_only`, neither frozen ones nor running statistics:
// what has a gradient.
std::vector<Tensor> tensors_of(std::span<const NodeInfo> nodes, std::span<const double> parameters, std::string_view type,
                               bool trained_only = false);

// What applying a file left aside.
struct AppliedWeights {
  int tensors = 0;                  // taken over
  std::vector<std::string> kept;    // tensors of the network that the file does not have; they keep their values
  std::vector<std::string> unused;  // tensors of the file that the network does not have
};
// Puts tensors into flat parameters, by name. Without `partial` the names must be the same on both sides; shapes always must.
// On an error the parameters stay as they were.
Result<AppliedWeights> apply_tensors(std::span<const Tensor> tensors, std::span<const NodeInfo> nodes, std::span<double> parameters,
                                     bool partial, std::string_view file_name);

}  // namespace myelin
