#include "files/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace myelin::files {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr size_t kBlock = 65536;

Error gzip_error(std::string_view name, const std::string& en, const std::string& fr) {
  const std::string file(name);
  return {{file + " cannot be unpacked: " + en, file + " ne peut pas être décompressé : " + fr}};
}

// One zlib state, given back whatever happens.
class Inflater {
 public:
  explicit Inflater(int window) { good_ = inflateInit2(&stream_, window) == Z_OK; }
  ~Inflater() {
    if (good_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool good() const { return good_; }
  bool restart() { return inflateReset(&stream_) == Z_OK; }
  size_t left() const { return stream_.avail_in + rest_.size(); }
  void give(std::span<const std::byte> bytes) {
    rest_ = bytes;
    refill();
  }
  // Writes into `out` and says how much: Z_OK, Z_STREAM_END, Z_BUF_ERROR (needs more input) or an error.
  int next(std::span<std::byte> out, size_t& written) {
    refill();
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    written = out.size() - stream_.avail_out;
    return result;
  }

 private:
  void refill() {  // avail_in is 32 bits wide
    if (stream_.avail_in != 0 || rest_.empty()) return;
    const size_t piece = std::min<size_t>(rest_.size(), size_t{1} << 30);
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(rest_.data()));
    stream_.avail_in = static_cast<uInt>(piece);
    rest_ = rest_.subspan(piece);
  }

  z_stream stream_{};
  std::span<const std::byte> rest_;
  bool good_ = false;
};

}  // namespace

bool is_gzip(std::span<const std::byte> file) {
  return file.size() >= 2 && file[0] == std::byte{0x1F} && file[1] == std::byte{0x8B};
}

Result<std::vector<std::byte>> gunzip(std::span<const std::byte> file, std::string_view name, size_t most_bytes) {
  if (!is_gzip(file)) return gzip_error(name, "it is no gzip file.", "ce n’est pas un fichier gzip.");
  Inflater inflater(kGzipOnly);
  if (!inflater.good()) return gzip_error(name, "there is not enough memory.", "la mémoire manque.");
  inflater.give(file);
  std::vector<std::byte> out;
  std::array<std::byte, kBlock> block;
  for (;;) {
    size_t written = 0;
    const int result = inflater.next(block, written);
    if (result != Z_OK && result != Z_STREAM_END) {
      if (result == Z_BUF_ERROR) return gzip_error(name, "it is cut off.", "il est tronqué.");
      return gzip_error(name, "it is damaged.", "il est abîmé.");
    }
    if (written > most_bytes - out.size()) {
      const std::string most = std::to_string(most_bytes >> 20);
      return gzip_error(name, "it holds more than " + most + " MiB.", "il contient plus de " + most + " Mio.");
    }
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(written));
    if (result != Z_STREAM_END) continue;
    if (inflater.left() == 0) return out;
    if (!inflater.restart()) return gzip_error(name, "it is damaged.", "il est abîmé.");
  }
}

bool measure_zlib(std::span<const std::span<const std::byte>> pieces, size_t most, size_t& bytes) {
  Inflater inflater(MAX_WBITS);
  if (!inflater.good()) return false;
  bytes = 0;
  std::array<std::byte, kBlock> block;
  for (const std::span<const std::byte> piece : pieces) {
    inflater.give(piece);
    for (;;) {
      size_t written = 0;
      const int result = inflater.next(block, written);
      bytes += written;
      if (bytes > most) {
        bytes = most + 1;
        return true;
      }
      if (result == Z_STREAM_END) return true;
      if (result == Z_BUF_ERROR && inflater.left() == 0) break;
      if (result != Z_OK) return false;
      if (written < block.size() && inflater.left() == 0) break;
    }
  }
  return false;
}

}  // namespace myelin::files
