#include "files/image_folder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>
#include <vector>

#include "files/image.h"
#include "files/read.h"

namespace myelin::files {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostClasses = 1000;
constexpr size_t kMostValues = size_t{256} << 20;
constexpr int kMostSide = 1024;

Error folder_error(const std::string& folder, const std::string& en, const std::string& fr) {
  return {{"The folder " + folder + " " + en, "Le dossier " + folder + " " + fr}};
}

// Sorted, so that a run does not depend on the file system.
template <class Wanted>
std::vector<fs::path> entries(const fs::path& folder, Wanted wanted) {
  std::vector<fs::path> all;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->path().filename().string()[0] != '.' && wanted(*at)) all.push_back(at->path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool is_image(const fs::directory_entry& entry) {
  std::error_code ignored;
  std::string end = entry.path().extension().string();
  std::transform(end.begin(), end.end(), end.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return entry.is_regular_file(ignored) && (end == ".png" || end == ".jpg" || end == ".jpeg");
}

}  // namespace

Result<Dataset> dataset_from_folder(const std::string& folder, const ImageFolderChoice& choice) {
  if (choice.rows < 1 || choice.rows > kMostSide || choice.columns < 1 || choice.columns > kMostSide) {
    return folder_error(folder, "can give images of 1 to 1024 pixels a side.", "peut donner des images de 1 à 1024 pixels de côté.");
  }
  const std::vector<fs::path> classes = entries(folder, [](const fs::directory_entry& entry) {
    std::error_code ignored;
    return entry.is_directory(ignored);
  });
  if (classes.size() < 2 || classes.size() > kMostClasses) {
    return folder_error(folder, "must hold one folder of images for each class, 2 to 1000 of them.", "doit contenir un dossier d’images par classe, de 2 à 1000.");
  }
  const size_t pixels = static_cast<size_t>(choice.rows) * static_cast<size_t>(choice.columns);
  std::vector<Image> images;
  Dataset data;
  int channels = 1;
  for (size_t index = 0; index < classes.size(); ++index) {
    const std::string name = classes[index].filename().string();
    data.class_names.push_back({name, name});
    for (const fs::path& path : entries(classes[index], is_image)) {
      const Result<std::vector<std::byte>> file = read_file(path.string());
      if (!file) return file.error();
      const Result<Image> image = read_image(file.value(), path.string(), choice.grey);
      if (!image) return image.error();
      if ((images.size() + 1) * 3 * pixels > kMostValues) {
        return folder_error(folder, "holds more pixels than 256 MiB: choose a smaller --side.", "contient plus de 256 Mio de pixels : réduisez --side.");
      }
      images.push_back(resized(image.value(), choice.rows, choice.columns));
      channels = std::max(channels, images.back().channels);
      data.targets.push_back(static_cast<double>(index));
    }
  }
  if (images.empty()) return folder_error(folder, "holds no PNG or JPEG image.", "ne contient aucune image PNG ou JPEG.");
  data.task = classes.size() == 2 ? Task::binary : Task::classes;
  data.input_shape = Shape{channels, choice.rows, choice.columns};
  data.byte_scale = 1.0 / 255;
  data.count = static_cast<int>(images.size());
  data.part.assign(images.size(), SplitPart::train);
  std::vector<uint8_t> bytes;
  bytes.reserve(images.size() * static_cast<size_t>(data.input_shape.size()));
  for (const Image& image : images) {
    // A grey image among coloured ones has three equal channels.
    for (int copy = image.channels; copy <= channels; copy += image.channels) bytes.insert(bytes.end(), image.bytes.begin(), image.bytes.end());
  }
  data.bytes = std::move(bytes);
  return data;
}

}  // namespace myelin::files
