// The formats that files/ opens natively.
#include "files/gzip.h"
#include "files/image.h"
#include "fuzz/targets.h"

namespace myelin::fuzz {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

void gzip(std::span<const std::byte> bytes) {
  const Result<std::vector<std::byte>> unpacked = files::gunzip(bytes, "fuzz.gz", kMostBytes);
  if (!unpacked) return promise_sentence(unpacked.error());
  promise(unpacked->size() <= kMostBytes);
}

void image(std::span<const std::byte> bytes) {
  const files::ImageLimits limits = {.file_bytes = kMostBytes, .side = 512, .pixels = size_t{1} << 16};
  for (const bool grey : {true, false}) {
    const Result<files::Image> read = files::read_image(bytes, "fuzz.png", grey, limits);
    if (!read) {
      promise_sentence(read.error());
      continue;
    }
    promise(read->rows > 0 && read->rows <= limits.side && read->columns > 0 && read->columns <= limits.side);
    promise(read->bytes.size() == static_cast<size_t>(read->channels) * static_cast<size_t>(read->rows) * static_cast<size_t>(read->columns));
    const files::Image small = files::resized(read.value(), 5, 7);
    promise(small.bytes.size() == static_cast<size_t>(small.channels) * 35);
  }
}

constexpr Target kTargets[] = {
    {"gzip", gzip},
    {"image", image},
};

}  // namespace

std::span<const Target> native_targets() { return kTargets; }

}  // namespace myelin::fuzz
