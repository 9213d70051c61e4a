// The fuzzers' examples as an ordinary test: each file, its beginnings, and each with one bit turned.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/targets.h"

namespace myelin {
namespace {

std::vector<std::byte> read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_SUITE("fuzz") {
  TEST_CASE("every example of every reader is read or refused, whole, cut off and with a bit turned") {
    std::vector<fuzz::Target> targets(fuzz::targets().begin(), fuzz::targets().end());
    targets.insert(targets.end(), fuzz::native_targets().begin(), fuzz::native_targets().end());
    for (const fuzz::Target& target : targets) {
      INFO(std::string(target.name));
      int files = 0;
      std::vector<std::filesystem::path> paths;
      for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(MYELIN_SOURCE_FOLDER) / "tests/fuzz/corpus" / target.name)) {
        paths.push_back(entry.path());
      }
      std::sort(paths.begin(), paths.end());
      for (const std::filesystem::path& path : paths) {
        INFO(path.string());
        std::vector<std::byte> bytes = read_all(path);
        target.run(bytes);
        // About 64 places, evenly spread.
        const size_t stride = std::max<size_t>(1, bytes.size() / 64);
        for (size_t at = 0; at < bytes.size(); at += stride) {
          target.run(std::span(bytes).first(at));
          bytes[at] ^= std::byte{1} << (at % 8);
          target.run(bytes);
          bytes[at] ^= std::byte{1} << (at % 8);
        }
        ++files;
      }
      CHECK(files >= 3);
    }
  }
}

}  // namespace myelin
