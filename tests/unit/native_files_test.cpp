// Files as the command line opens them: gzip, PNG and JPEG, folders of data. Not part of the page.
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#include <doctest/doctest.h>
#include <stb_image_write.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/rng.h"
#include "files/gzip.h"
#include "files/image.h"
#include "files/image_folder.h"
#include "files/read.h"
#include "support/contains.h"
#include "support/data_files.h"
#include "support/support.h"

namespace myelin {
namespace {

using files::gunzip;
using files::Image;
using files::read_image;
using test::contains;
using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
  const auto bytes = test::as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

Bytes gzip(const Bytes& plain) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(deflateBound(&stream, plain.size()) + 64);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void append(void* to, void* data, int size) {
  const auto* first = static_cast<const std::byte*>(data);
  static_cast<Bytes*>(to)->insert(static_cast<Bytes*>(to)->end(), first, first + size);
}

Bytes png(int rows, int columns, int channels, const std::vector<uint8_t>& pixels) {
  Bytes file;
  REQUIRE(stbi_write_png_to_func(append, &file, columns, rows, channels, pixels.data(), columns * channels) != 0);
  return file;
}

Bytes jpeg(int rows, int columns, int channels, const std::vector<uint8_t>& pixels) {
  Bytes file;
  REQUIRE(stbi_write_jpg_to_func(append, &file, columns, rows, channels, pixels.data(), 95) != 0);
  return file;
}

// The English sentence of the error, which must name the file.
template <class T>
std::string error_of(const Result<T>& result) {
  REQUIRE(!result);
  CHECK(result.error().text.en.find("file.x") != std::string::npos);
  CHECK(result.error().text.en != result.error().text.fr);
  return result.error().text.en;
}

// A folder of its own for one test, removed at its end.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("myelin-test-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path(const char* name = "") const { return (path_ / name).string(); }
  void write(const char* name, const Bytes& bytes) const {
    std::ofstream(path(name), std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

 private:
  std::filesystem::path path_;
};

std::vector<uint8_t> pixels_of(const Dataset& data) {
  std::vector<uint8_t> pixels;
  for (size_t i = 0; i < data.bytes.size(); ++i) pixels.push_back(data.bytes[i]);
  return pixels;
}

}  // namespace

TEST_SUITE("native files") {
  TEST_CASE("gzip gives back what was packed, also in several members") {
    Bytes plain(200'000);
    const Rng random(1, Stream::data);
    for (size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::byte>(random.below(i, 7));
    const Bytes packed = gzip(plain);
    CHECK(packed.size() < plain.size());
    const Result<Bytes> whole = gunzip(packed, "file.x", plain.size());
    REQUIRE(static_cast<bool>(whole));
    CHECK(whole.value() == plain);
    Bytes twice = packed;
    twice.insert(twice.end(), packed.begin(), packed.end());
    const Result<Bytes> both = gunzip(twice, "file.x", 2 * plain.size());
    REQUIRE(static_cast<bool>(both));
    CHECK(both->size() == 2 * plain.size());
    CHECK(gunzip(gzip({}), "file.x", 0)->empty());
  }

  TEST_CASE("gzip: too much, cut off, damaged, followed by rubbish") {
    const Bytes packed = gzip(Bytes(50'000'000));  // zeros: 50 kB stand for 50 MB
    CHECK(packed.size() < 100'000);
    CHECK(contains(error_of(gunzip(packed, "file.x", 1 << 20)), "more than 1 MiB"));
    const Bytes small = gzip(bytes_of("a few words that are packed"));
    for (size_t length = 0; length < small.size(); ++length) {
      error_of(gunzip(std::span(small).first(length), "file.x", 1000));
    }
    CHECK(contains(error_of(gunzip(bytes_of("plain"), "file.x", 1000)), "no gzip file"));
    Bytes rubbish = small;
    rubbish.push_back(std::byte{'x'});
    error_of(gunzip(rubbish, "file.x", 1000));
    Bytes checksum = small;
    checksum[checksum.size() - 6] ^= std::byte{1};
    CHECK(contains(error_of(gunzip(checksum, "file.x", 1000)), "damaged"));
    const Rng random(2, Stream::data);
    for (uint64_t round = 0; round < 2000; ++round) {
      Bytes bad = small;
      bad[random.below(3 * round, static_cast<uint32_t>(bad.size()))] = static_cast<std::byte>(random.bits(3 * round + 1));
      const Result<Bytes> out = gunzip(bad, "file.x", 1000);
      if (out) REQUIRE(out->size() <= 1000);
    }
  }

  TEST_CASE("a PNG is read exactly, channel by channel") {
    const std::vector<uint8_t> pixels{10, 20, 30, 40, 50, 60, 70, 80, 90, 1, 2, 3, 4, 5, 6, 7, 8, 9};  // 2 x 3, red green blue
    const Result<Image> image = read_image(png(2, 3, 3, pixels), "file.x", false);
    REQUIRE(static_cast<bool>(image));
    CHECK(image->channels == 3);
    CHECK(image->rows == 2);
    CHECK(image->columns == 3);
    CHECK(image->bytes == std::vector<uint8_t>{10, 40, 70, 1, 4, 7, 20, 50, 80, 2, 5, 8, 30, 60, 90, 3, 6, 9});
    const Result<Image> grey = read_image(png(1, 2, 1, {0, 200}), "file.x", false);
    REQUIRE(static_cast<bool>(grey));
    CHECK(grey->channels == 1);
    CHECK(grey->bytes == std::vector<uint8_t>{0, 200});
  }

  TEST_CASE("C1: the grey of (30, 60, 90) is 60, and what is transparent is white") {
    const Result<Image> grey = read_image(png(1, 1, 3, {30, 60, 90}), "file.x", true);
    REQUIRE(static_cast<bool>(grey));
    CHECK(grey->bytes == std::vector<uint8_t>{60});
    const Result<Image> clear = read_image(png(1, 3, 4, {0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 51}), "file.x", true);
    REQUIRE(static_cast<bool>(clear));
    CHECK(clear->bytes == std::vector<uint8_t>{255, 0, 204});
  }

  TEST_CASE("a JPEG is read nearly") {
    std::vector<uint8_t> pixels;
    for (int i = 0; i < 32 * 24; ++i) pixels.push_back(static_cast<uint8_t>(40 + 5 * (i % 24)));
    const Result<Image> image = read_image(jpeg(32, 24, 1, pixels), "file.x", true);
    REQUIRE(static_cast<bool>(image));
    CHECK(image->rows == 32);
    CHECK(image->columns == 24);
    int worst = 0;
    for (size_t i = 0; i < pixels.size(); ++i) worst = std::max(worst, std::abs(image->bytes[i] - pixels[i]));
    CHECK(worst <= 4);
  }

  TEST_CASE("images that are no images, too large, or bombs") {
    const Bytes good = png(4, 4, 1, std::vector<uint8_t>(16, 9));
    CHECK(contains(error_of(read_image({}, "file.x", true)), "neither PNG nor JPEG"));
    CHECK(contains(error_of(read_image(bytes_of("GIF89a and so on"), "file.x", true)), "neither PNG nor JPEG"));
    CHECK(contains(error_of(read_image(good, "file.x", true, {.side = 3})), "too large"));
    CHECK(contains(error_of(read_image(good, "file.x", true, {.pixels = 15})), "too large"));
    CHECK(contains(error_of(read_image(good, "file.x", true, {.file_bytes = 20})), "too large"));
    CHECK(static_cast<bool>(read_image(good, "file.x", true, {.side = 4, .pixels = 16})));
    // The header claims a large image, the data does not have it.
    Bytes claims = good;
    claims[18] = claims[22] = std::byte{0x1F};
    error_of(read_image(claims, "file.x", true));
    // The header claims 4 x 4, but the data would unpack to 64 MB.
    const std::vector<uint8_t> zeros(8192 * 8192);
    Bytes bomb = png(8192, 8192, 1, zeros);
    CHECK(bomb.size() < 1'000'000);
    bomb[18] = bomb[22] = std::byte{0};
    bomb[19] = bomb[23] = std::byte{4};
    CHECK(contains(error_of(read_image(bomb, "file.x", true)), "damaged"));
  }

  TEST_CASE("a JPEG whose Huffman table names too many codes never reaches the decoder") {
    Bytes file = jpeg(8, 8, 1, std::vector<uint8_t>(64, 100));
    constexpr std::byte kMark{0xFF}, kHuffman{0xC4};
    const auto marks = std::adjacent_find(file.begin(), file.end(), [&](std::byte a, std::byte b) { return a == kMark && b == kHuffman; });
    REQUIRE(marks != file.end());
    // Many long codes, where the segment has room for them: 2 + 1 + 16 + 255 + 45 bytes.
    const Bytes segment = [&] {
      Bytes bytes{kMark, kHuffman, std::byte{1}, std::byte{63}, std::byte{0}};
      for (int length = 1; length <= 16; ++length) bytes.push_back(static_cast<std::byte>(length == 16 ? 255 : length == 15 ? 45 : 0));
      bytes.resize(2 + 256 + 63);
      return bytes;
    }();
    file.insert(marks, segment.begin(), segment.end());
    CHECK(contains(error_of(read_image(file, "file.x", true)), "damaged"));
  }

  TEST_CASE("damaged images give an image of the claimed size or an error, never a crash") {
    std::vector<uint8_t> pixels(16 * 16 * 3);
    const Rng random(4, Stream::data);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(random.bits(i));
    int accepted = 0;
    for (const Bytes& good : {png(16, 16, 3, pixels), jpeg(16, 16, 3, pixels)}) {
      for (size_t length = 0; length < good.size(); length += 7) read_image(std::span(good).first(length), "file.x", false);
      for (uint64_t round = 0; round < 1500; ++round) {
        Bytes bad = good;
        for (uint64_t change = 0; change < 2; ++change) {
          const uint32_t span = static_cast<uint32_t>(round % 2 == 0 ? std::min<size_t>(bad.size(), 200) : bad.size());
          bad[random.below(round * 8 + change, span)] = static_cast<std::byte>(random.bits(round * 8 + 4 + change));
        }
        const Result<Image> image = read_image(bad, "file.x", false, {.side = 256});
        if (!image) continue;
        ++accepted;
        REQUIRE(image->bytes.size() == static_cast<size_t>(image->channels * image->rows * image->columns));
      }
    }
    CHECK(accepted > 0);
  }

  TEST_CASE("resizing averages what lies under each pixel") {
    const Image image{.channels = 1, .rows = 2, .columns = 4, .bytes = {0, 10, 20, 30, 40, 50, 60, 70}};
    CHECK(files::resized(image, 1, 2).bytes == std::vector<uint8_t>{25, 45});
    CHECK(files::resized(image, 2, 4).bytes == image.bytes);
    CHECK(files::resized(image, 4, 8).bytes[9] == 0);
    const Image third = files::resized({.channels = 3, .rows = 3, .columns = 3, .bytes = std::vector<uint8_t>(27, 77)}, 2, 5);
    CHECK(third.bytes == std::vector<uint8_t>(30, 77));
  }

  TEST_CASE("files are read whole, unpacked, and bounded") {
    const Folder folder;
    folder.write("plain", bytes_of("abc"));
    folder.write("packed.gz", gzip(bytes_of("hello")));
    CHECK(files::read_file(folder.path("plain")).value() == bytes_of("abc"));
    CHECK(files::read_file(folder.path("packed.gz")).value() == bytes_of("hello"));
    CHECK_FALSE(files::read_file(folder.path("plain"), 2));
    CHECK_FALSE(files::read_file(folder.path("none")));
    CHECK_FALSE(files::read_file(folder.path()));
    CHECK_FALSE(files::read_file("/dev/zero"));
  }

  TEST_CASE("a folder of images: a class per folder, one size, grey when all are; the order is that of the names") {
    const Folder folder;
    for (const char* name : {"zebras", "apes"}) std::filesystem::create_directories(folder.path(name));
    folder.write("zebras/b.png", png(1, 1, 1, {40}));
    folder.write("zebras/a.PNG", png(2, 2, 1, {0, 10, 20, 30}));
    folder.write("apes/only.png", png(1, 1, 1, {7}));
    folder.write("apes/notes.txt", bytes_of("not an image"));
    folder.write("apes/.hidden.png", bytes_of("not an image"));
    const files::ImageFolderChoice small{.rows = 2, .columns = 2};
    const Result<Dataset> grey = files::dataset_from_folder(folder.path(), small);
    REQUIRE(static_cast<bool>(grey));
    CHECK(grey->count == 3);
    CHECK(grey->task == Task::binary);
    CHECK(grey->class_names[0].en == "apes");
    CHECK(grey->input_shape == Shape{1, 2, 2});
    CHECK(pixels_of(grey.value()) == std::vector<uint8_t>{7, 7, 7, 7, 0, 10, 20, 30, 40, 40, 40, 40});
    CHECK(grey->targets == std::vector<double>{0, 1, 1});
    CHECK(grey->input(1, 3) == doctest::Approx(30.0 / 255));

    std::filesystem::create_directories(folder.path("cats"));
    folder.write("cats/colour.png", png(1, 1, 3, {30, 60, 90}));
    const Result<Dataset> colour = files::dataset_from_folder(folder.path(), {.rows = 1, .columns = 1});
    REQUIRE(static_cast<bool>(colour));
    CHECK(colour->task == Task::classes);
    CHECK(colour->input_shape == Shape{3, 1, 1});
    CHECK(pixels_of(colour.value()) == std::vector<uint8_t>{7, 7, 7, 30, 60, 90, 15, 15, 15, 40, 40, 40});
    const Result<Dataset> turned = files::dataset_from_folder(folder.path(), {.rows = 1, .columns = 1, .grey = true});
    REQUIRE(static_cast<bool>(turned));
    CHECK(pixels_of(turned.value()) == std::vector<uint8_t>{7, 60, 15, 40});

    folder.write("cats/damaged.jpg", bytes_of("not an image"));
    CHECK_FALSE(static_cast<bool>(files::dataset_from_folder(folder.path(), small)));
    CHECK_FALSE(static_cast<bool>(files::dataset_from_folder(folder.path("cats"), small)));
    CHECK_FALSE(static_cast<bool>(files::dataset_from_folder(folder.path("nowhere"), small)));
    CHECK_FALSE(static_cast<bool>(files::dataset_from_folder(folder.path(), {.rows = 4000, .columns = 4000})));
  }

  TEST_CASE("large data sets are found under our names and under those they are published with, packed or not") {
    const Folder folder;
    const std::string name = "fashion-train-labels.idx.gz";
    CHECK(files::find_data(folder.path(), name).empty());
    folder.write("train-labels-idx1-ubyte.gz", gzip(bytes_of("published")));
    CHECK(files::find_data(folder.path(), name) == bytes_of("published"));
    folder.write("fashion-train-labels.idx", bytes_of("ours"));
    CHECK(files::find_data(folder.path(), name) == bytes_of("ours"));
    folder.write("fashion-train-labels.idx.gz", gzip(bytes_of("packed")));
    CHECK(files::find_data(folder.path(), name) == bytes_of("packed"));
  }
}

}  // namespace myelin
