// Handwritten digits of 8 x 8 pixels (UCI), from two IDX files in assets/data. The order of the samples is that of the source, which
// scikit-learn and the courses use.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

constexpr Choice kSelections[] = {
    {"all", {"0 to 9", "0 à 9"}},
    {"first", {"0 to 4", "0 à 4"}},
    {"last", {"5 to 9", "5 à 9"}},
};

constexpr Field kFields[] = {
    kSplitSeed,
    {.key = "classes",
     .label = {"Digits", "Chiffres"},
     .help = {"Which digits there are: half of them leave the other half for a second task.",
              "Les chiffres présents : la moitié laisse l’autre moitié pour une seconde tâche."},
     .control = Control::choice,
     .choices = kSelections},
};

// The digits from `first` on, `count` of them.
struct Selection {
  int first = 0;
  int count = kClasses;
};

Selection selection_of(const Settings& settings) {
  const std::string_view classes = settings.choice("classes");
  return classes == "all" ? Selection{} : Selection{classes == "first" ? 0 : kClasses / 2, kClasses / 2};
}

int count_classes(const Settings& settings) { return selection_of(settings).count; }

Error wrong_contents(const char* name) {
  const std::string file = name;
  return {{file + " does not hold the 8 × 8 digits that this program expects.",
           file + " ne contient pas les chiffres 8 × 8 que ce programme attend."}};
}

Result<Dataset> make_digits(const Settings& settings, std::span<const std::span<const std::byte>> files) {
  if (Status missing = check_files(kAssets, files)) return *missing;
  const Result<IdxArray> images = read_idx(files[0], kAssets[0]);
  if (!images) return images.error();
  const Result<IdxArray> labels = read_idx(files[1], kAssets[1]);
  if (!labels) return labels.error();
  if (images->rank != 3 || images->dims[1] != kSide || images->dims[2] != kSide) return wrong_contents(kAssets[0]);
  if (labels->rank != 1 || labels->dims[0] != images->dims[0]) return wrong_contents(kAssets[1]);

  const Selection selection = selection_of(settings);
  Dataset data;
  data.task = Task::classes;
  data.input_shape = Shape{1, kSide, kSide};
  for (int digit = selection.first; digit < selection.first + selection.count; ++digit) {
    const std::string name = std::to_string(digit);
    data.class_names.push_back({name, name});
  }
  data.byte_scale = 1.0 / kBrightest;
  const size_t pixels = static_cast<size_t>(kSide * kSide);
  const auto* bytes = reinterpret_cast<const uint8_t*>(images->values.data());
  if (*std::max_element(bytes, bytes + images->values.size()) > kBrightest) return wrong_contents(kAssets[0]);
  std::vector<uint8_t> chosen;
  for (size_t i = 0; i < labels->values.size(); ++i) {
    const int label = static_cast<int>(labels->values[i]);
    if (label >= kClasses) return wrong_contents(kAssets[1]);
    if (label < selection.first || label >= selection.first + selection.count) continue;
    data.targets.push_back(label - selection.first);
    chosen.insert(chosen.end(), bytes + i * pixels, bytes + (i + 1) * pixels);
    ++data.count;
  }
  data.bytes = std::move(chosen);
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
    .choose_outputs = count_classes,
};

}  // namespace myelin::data
