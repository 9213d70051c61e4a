// Handwritten digits of 8 x 8 pixels (UCI), from two IDX files in assets/data. The order of the samples is that of the source, which
// scikit-learn and the courses use.
#include <algorithm>
#include <string>

#include "data/fields.h"
#include "data/files.h"
#include "data/idx.h"
#include "data/plane.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

constexpr const char* kAssets[] = {"digits-images.idx", "digits-labels.idx"};
constexpr int kSide = 8;
constexpr int kClasses = 10;
constexpr uint8_t kBrightest = 16;  // each pixel counts the ink in a square of 4 x 4 scanned points

constexpr Field kFields[] = {kSplitSeed};

Error wrong_contents(const char* name) {
  const std::string file = name;
  return {{file + " does not hold the 8 × 8 digits that this program expects.",
           file + " ne contient pas les chiffres 8 × 8 que ce programme attend."}};
}

Result<Dataset> make_digits(const Settings&, std::span<const std::span<const std::byte>> files) {
  if (Status missing = check_files(kAssets, files)) return *missing;
  const Result<IdxArray> images = read_idx(files[0], kAssets[0]);
  if (!images) return images.error();
  const Result<IdxArray> labels = read_idx(files[1], kAssets[1]);
  if (!labels) return labels.error();
  if (images->rank != 3 || images->dims[1] != kSide || images->dims[2] != kSide) return wrong_contents(kAssets[0]);
  if (labels->rank != 1 || labels->dims[0] != images->dims[0]) return wrong_contents(kAssets[1]);

  Dataset data;
  data.task = Task::classes;
  data.input_shape = Shape{1, kSide, kSide};
  data.class_names = numbered_classes(kClasses);
  data.count = images->dims[0];
  data.byte_scale = 1.0 / kBrightest;
  data.bytes.resize(images->values.size());
  std::transform(images->values.begin(), images->values.end(), data.bytes.begin(),
                 [](std::byte value) { return static_cast<uint8_t>(value); });
  if (*std::max_element(data.bytes.begin(), data.bytes.end()) > kBrightest) return wrong_contents(kAssets[0]);
  data.targets.reserve(labels->values.size());
  for (const std::byte label : labels->values) {
    if (static_cast<int>(label) >= kClasses) return wrong_contents(kAssets[1]);
    data.targets.push_back(static_cast<double>(label));
  }
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  return data;
}

}  // namespace

constinit const DatasetRow kDigits = {
    .row = {.key = "digits",
            .label = {"Handwritten digits", "Chiffres manuscrits"},
            .help = {"1,797 handwritten digits of 8 × 8 pixels, in ten classes (UCI, Alpaydin and Kaynak).",
                     "1 797 chiffres manuscrits de 8 × 8 pixels, en dix classes (UCI, Alpaydin et Kaynak)."},
            .formula = "",
            .fields = kFields},
    .assets = kAssets,
    .make = make_digits,
    .known = {.task = Task::classes, .outputs = kClasses, .input_shape = Shape{1, kSide, kSide}},
};

}  // namespace myelin::data
