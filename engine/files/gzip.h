// Opens .gz files natively (the page has the browser's DecompressionStream). Never makes more bytes than it was allowed to.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "myelin/result.h"

namespace myelin::files {

bool is_gzip(std::span<const std::byte> file);

// All members of the file, one after the other; at most `most_bytes` in total. `name` stands in the error's sentence.
Result<std::vector<std::byte>> gunzip(std::span<const std::byte> file, std::string_view name, size_t most_bytes);

// How many bytes a zlib stream holds, without keeping them; more than `most`: most + 1. False when it is damaged or cut off.
bool measure_zlib(std::span<const std::span<const std::byte>> pieces, size_t most, size_t& bytes);

}  // namespace myelin::files
