// PNG and JPEG images natively (the page has the browser's decoder). Sizes are checked before memory is taken, whatever the file
// claims and however much its data would unpack to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "myelin/result.h"

namespace myelin::files {

struct Image {
  int channels = 0;  // 1: grey, 3: red, green, blue
  int rows = 0;
  int columns = 0;
  std::vector<uint8_t> bytes;  // in channel, row, column order
};

struct ImageLimits {
  size_t file_bytes = size_t{32} << 20;
  int side = 8192;
  size_t pixels = size_t{16} << 20;
};

// What is transparent becomes white. Grey is the mean of the three colours, as in the courses (curriculum item C1).
Result<Image> read_image(std::span<const std::byte> file, std::string_view name, bool grey, const ImageLimits& limits = {});

// Smaller or larger by averaging the pixels under each new one; for the inputs of a network.
Image resized(const Image& image, int rows, int columns);

}  // namespace myelin::files
