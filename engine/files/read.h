// Files from the disk, natively: bounded, and .gz files opened on the way.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "myelin/result.h"

namespace myelin::files {

inline constexpr size_t kMostBytes = size_t{256} << 20;

// The file's bytes, at most so many; of a gzip file the bytes it holds. No folder, no device.
Result<std::vector<std::byte>> read_file(const std::string& path, size_t most_bytes = kMostBytes);

// A data file by the name the engine asks for, from this folder, unpacked: under that name, without its ".gz", or under the name it
// is published with (train-images-idx3-ubyte.gz). Empty when the folder has none.
std::vector<std::byte> find_data(const std::string& folder, const std::string& name);

// Where data files may lie, in the order to look: MYELIN_DATA, the user's cache, the system's data sets.
std::vector<std::string> data_folders();

}  // namespace myelin::files
