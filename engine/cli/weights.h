// Weight files for the commands: which network they belong to, and what is said when they do not fit.
#pragma once

#include <span>
#include <string>

#include "myelin/result.h"
#include "myelin/weights.h"
#include "terminal.h"

namespace myelin::cli {

// Puts the file's tensors into the flat parameters. With `partial`, says how many tensors stayed as they were drawn.
Status read_weights(const Terminal& terminal, const std::string& path, bool partial, std::span<const NodeInfo> nodes,
                    std::span<double> parameters);

// "F64" where the experiment computes in 64 bits, otherwise "F32".
std::string weights_type(const Experiment& experiment);

// False when the file cannot be written to the end.
bool write_file(const std::string& path, std::span<const std::byte> bytes);
inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span<const char>(text.data(), text.size())); }

}  // namespace myelin::cli
