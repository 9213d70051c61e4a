#include "files/read.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "files/gzip.h"

namespace myelin::files {
namespace {

Error read_error(const std::string& path, const std::string& en, const std::string& fr) {
  return {{"The file " + path + " " + en, "Le fichier " + path + " " + fr}};
}

struct Alias {
  std::string_view name;
  const char* published;
};
constexpr Alias kAliases[] = {{"fashion-train-images.idx.gz", "train-images-idx3-ubyte.gz"}, {"fashion-train-labels.idx.gz", "train-labels-idx1-ubyte.gz"},
                              {"fashion-test-images.idx.gz", "t10k-images-idx3-ubyte.gz"},   {"fashion-test-labels.idx.gz", "t10k-labels-idx1-ubyte.gz"}};

}  // namespace

Result<std::vector<std::byte>> read_file(const std::string& path, size_t most_bytes) {
  std::error_code ignored;
  const Error unreadable = read_error(path, "cannot be read.", "ne peut pas être lu.");
  if (!std::filesystem::is_regular_file(path, ignored)) return unreadable;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr) return unreadable;
  std::vector<std::byte> bytes;
  std::array<std::byte, 65536> block;
  while (const size_t read = std::fread(block.data(), 1, block.size(), file.get())) {
    if (read > most_bytes - bytes.size()) {
      const std::string most = std::to_string(most_bytes >> 20);
      return read_error(path, "is larger than " + most + " MiB.", "dépasse " + most + " Mio.");
    }
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(read));
  }
  if (std::ferror(file.get()) != 0) return unreadable;
  if (!is_gzip(bytes)) return bytes;
  return gunzip(bytes, path, most_bytes);
}

std::vector<std::byte> find_data(const std::string& folder, const std::string& name) {
  std::vector<std::string> names{name};
  for (const Alias& alias : kAliases) {
    if (alias.name == name) names.emplace_back(alias.published);
  }
  for (const std::string& one : names) {
    const std::string unpacked = one.ends_with(".gz") ? one.substr(0, one.size() - 3) : one;
    for (const std::string& candidate : {one, unpacked}) {
      Result<std::vector<std::byte>> bytes = read_file((std::filesystem::path(folder) / candidate).string());
      if (bytes) return std::move(bytes.value());
    }
  }
  return {};
}

std::vector<std::string> data_folders() {
  std::vector<std::string> folders;
  if (const char* folder = std::getenv("MYELIN_DATA")) folders.emplace_back(folder);
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache != '\0') {
    folders.push_back(std::string(cache) + "/myelin/data");
  } else if (const char* home = std::getenv("HOME")) {
    folders.push_back(std::string(home) + "/.cache/myelin/data");
  }
  folders.emplace_back("/usr/share/datasets/fashion-mnist");
  return folders;
}

}  // namespace myelin::files
