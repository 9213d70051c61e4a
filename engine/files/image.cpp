#include "files/image.h"

#include <stb_image.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "files/gzip.h"

namespace myelin::files {
namespace {

using Bytes = std::span<const std::byte>;

Error image_error(std::string_view name, const std::string& en, const std::string& fr) {
  const std::string file(name);
  return {{file + " cannot be read: " + en, file + " est illisible : " + fr}};
}

uint32_t big_endian(Bytes bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<uint32_t>(bytes[i]);
  return value;
}

constexpr std::array<uint8_t, 8> kPng{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::array<uint8_t, 3> kJpeg{0xFF, 0xD8, 0xFF};

template <size_t Size>
bool begins_with(Bytes file, const std::array<uint8_t, Size>& magic) {
  return file.size() >= Size && std::memcmp(file.data(), magic.data(), Size) == 0;
}

// stb_image unpacks a PNG's data wherever it leads: 4 MB may become 4 GB. This counts first.
bool png_fits(Bytes file, int rows, int columns) {
  std::vector<Bytes> pieces;
  Bytes rest = file.subspan(kPng.size());
  while (rest.size() >= 12) {
    const size_t length = big_endian(rest);
    if (length > rest.size() - 12) return false;
    const std::string_view type(reinterpret_cast<const char*>(rest.data()) + 4, 4);
    if (type == "CgBI") return false;  // Apple's own kind has no zlib header
    if (type == "IDAT") pieces.push_back(rest.subspan(8, length));
    if (type == "IEND") break;
    rest = rest.subspan(12 + length);
  }
  // 4 channels of 16 bits, and a byte before each line; an interlaced image has lines in seven passes.
  const size_t most = 8 * static_cast<size_t>(rows) * static_cast<size_t>(columns) + 8 * (static_cast<size_t>(rows) + 8);
  size_t bytes = 0;
  return measure_zlib(pieces, most, bytes) && bytes <= most;
}

// stb_image before 2.28 writes behind its table when a Huffman table names more than 256 codes. This looks at all of them first,
// by the same path: segments by their length, compressed data up to the next marker (ITU T.81, annex B).
bool jpeg_is_sound(Bytes file) {
  const auto byte = [&](size_t at) { return static_cast<size_t>(file[at]); };
  constexpr size_t kHuffman = 0xC4, kEnd = 0xD9;
  size_t at = 2;
  while (at + 4 <= file.size()) {
    if (byte(at) != 0xFF) {
      ++at;
      continue;
    }
    const size_t marker = byte(at + 1);
    if (marker == 0xFF) {  // filling
      ++at;
      continue;
    }
    const bool alone = marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= 0xD8);
    if (alone) {
      at += 2;
      continue;
    }
    if (marker == kEnd) return true;
    const size_t end = at + 2 + byte(at + 2) * 256 + byte(at + 3);
    if (end > file.size() || end < at + 4) return false;
    if (marker == kHuffman) {
      for (size_t table = at + 4; table < end;) {
        if (end - table < 17) return false;
        size_t codes = 0;
        for (size_t length = 1; length <= 16; ++length) codes += byte(table + length);
        if (codes > 256 || codes > end - table - 17) return false;
        table += 17 + codes;
      }
    }
    // What follows a scan's head is data; it is searched for the next marker like anything else.
    at = end;
  }
  return true;
}

uint8_t over_white(int value, int alpha) { return static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255); }

}  // namespace

Result<Image> read_image(std::span<const std::byte> file, std::string_view name, bool grey, const ImageLimits& limits) {
  const bool png = begins_with(file, kPng);
  if (!png && !begins_with(file, kJpeg)) {
    return image_error(name, "it is neither PNG nor JPEG.", "ce n’est ni du PNG ni du JPEG.");
  }
  const auto damaged = [&] { return image_error(name, "the image is damaged or of a rare kind.", "l’image est abîmée ou d’un genre rare."); };
  const std::string most = std::to_string(limits.side);
  const Error too_large = image_error(name, "the image is too large; " + most + " pixels a side are allowed.",
                                      "l’image est trop grande ; " + most + " pixels de côté sont permis.");
  if (file.size() > limits.file_bytes) return too_large;
  const auto* bytes = reinterpret_cast<const stbi_uc*>(file.data());
  const int size = static_cast<int>(file.size());
  int columns = 0, rows = 0, channels = 0;
  if (!png && !jpeg_is_sound(file)) return damaged();  // before stb_image sees any of it
  if (stbi_info_from_memory(bytes, size, &columns, &rows, &channels) == 0 || columns < 1 || rows < 1) return damaged();
  if (columns > limits.side || rows > limits.side ||
      static_cast<size_t>(columns) * static_cast<size_t>(rows) > limits.pixels) {
    return too_large;
  }
  if (png && !png_fits(file, rows, columns)) return damaged();

  int columns_again = 0, rows_again = 0;
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> decoded(
      stbi_load_from_memory(bytes, size, &columns_again, &rows_again, &channels, 4), stbi_image_free);
  if (decoded == nullptr || columns_again != columns || rows_again != rows) return damaged();

  Image image{.channels = grey || channels <= 2 ? 1 : 3, .rows = rows, .columns = columns, .bytes = {}};
  const size_t pixels = static_cast<size_t>(rows) * static_cast<size_t>(columns);
  image.bytes.resize(pixels * static_cast<size_t>(image.channels));
  for (size_t i = 0; i < pixels; ++i) {
    const stbi_uc* pixel = decoded.get() + 4 * i;
    std::array<uint8_t, 3> colour{};
    for (size_t channel = 0; channel < 3; ++channel) colour[channel] = over_white(pixel[channel], pixel[3]);
    if (image.channels == 1) {
      image.bytes[i] = static_cast<uint8_t>((colour[0] + colour[1] + colour[2] + 1) / 3);
    } else {
      for (size_t channel = 0; channel < 3; ++channel) image.bytes[channel * pixels + i] = colour[channel];
    }
  }
  return image;
}

Image resized(const Image& image, int rows, int columns) {
  Image out{.channels = image.channels, .rows = rows, .columns = columns, .bytes = {}};
  out.bytes.reserve(static_cast<size_t>(image.channels) * static_cast<size_t>(rows) * static_cast<size_t>(columns));
  const double step_y = static_cast<double>(image.rows) / rows, step_x = static_cast<double>(image.columns) / columns;
  for (int channel = 0; channel < image.channels; ++channel) {
    const uint8_t* plane = image.bytes.data() + static_cast<size_t>(channel) * static_cast<size_t>(image.rows) * static_cast<size_t>(image.columns);
    for (int row = 0; row < rows; ++row) {
      const double top = row * step_y, bottom = top + step_y;
      for (int column = 0; column < columns; ++column) {
        const double left = column * step_x, right = left + step_x;
        double sum = 0, area = 0;
        for (int y = static_cast<int>(top); y < std::min(image.rows, static_cast<int>(std::ceil(bottom))); ++y) {
          const double height = std::min(bottom, y + 1.0) - std::max(top, static_cast<double>(y));
          for (int x = static_cast<int>(left); x < std::min(image.columns, static_cast<int>(std::ceil(right))); ++x) {
            const double covered = height * (std::min(right, x + 1.0) - std::max(left, static_cast<double>(x)));
            sum += covered * plane[static_cast<size_t>(y) * static_cast<size_t>(image.columns) + static_cast<size_t>(x)];
            area += covered;
          }
        }
        out.bytes.push_back(static_cast<uint8_t>(std::clamp(std::floor(sum / area + 0.5), 0.0, 255.0)));
      }
    }
  }
  return out;
}

}  // namespace myelin::files
