// Fashion-MNIST: articles of clothing, 28 x 28 pixels. A small part travels with the program; all 70,000 images are files that a
// host may or may not have. The order is that of the source: its training images, then its test images.
#include <algorithm>
#include <array>
#include <string>

#include "data/fields.h"
#include "data/files.h"
#include "data/idx.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

constexpr const char* kSmall[] = {"fashion-small-images.idx", "fashion-small-labels.idx"};
// Hosts unpack what ends in .gz.
constexpr const char* kFull[] = {"fashion-train-images.idx.gz", "fashion-train-labels.idx.gz", "fashion-test-images.idx.gz", "fashion-test-labels.idx.gz"};
constexpr int kSide = 28;
constexpr int kWhite = 255;

constexpr Text kArticles[] = {{"T-shirt", "T-shirt"}, {"trousers", "pantalon"}, {"pullover", "pull"}, {"dress", "robe"}, {"coat", "manteau"},
                              {"sandal", "sandale"},  {"shirt", "chemise"},     {"trainer", "basket"}, {"bag", "sac"},   {"ankle boot", "bottine"}};
constexpr int kClasses = static_cast<int>(std::size(kArticles));

constexpr Choice kSizes[] = {{"small", {"2,000 images", "2 000 images"}}, {"full", {"70,000 images", "70 000 images"}}};

constexpr Field kFields[] = {
    {.key = "size",
     .label = {"Collection", "Collection"},
     .help = {"The small part comes with the program; the whole collection is a large download.",
              "La petite partie vient avec le programme ; la collection entière est un gros téléchargement."},
     .control = Control::choice,
     .choices = kSizes},
    {.key = "images",
     .label = {"Most images", "Images au plus"},
     .help = {"So many images are used at most, the first ones; more need more memory.",
              "Le nombre maximal d’images utilisées, les premières ; plus il y en a, plus il faut de mémoire."},
     .control = Control::stepper,
     .min = 100,
     .max = 70000,
     .step = 100,
     .fallback = 10000},
    kSplitSeed,
};

std::span<const char* const> assets_of(const Settings& settings) {
  if (settings.choice("size") == "full") return kFull;
  return kSmall;
}

Error wrong_contents(const char* name) {
  const std::string file = name;
  return {{file + " does not hold the images that this program expects.", file + " ne contient pas les images que ce programme attend."}};
}

Result<Dataset> make_fashion(const Settings& settings, std::span<const std::span<const std::byte>> files) {
  const std::span<const char* const> names = assets_of(settings);
  if (Status missing = check_files(names, files)) return *missing;
  Dataset data;
  data.task = Task::classes;
  data.input_shape = Shape{1, kSide, kSide};
  data.byte_scale = 1.0 / kWhite;
  for (const Text& name : kArticles) data.class_names.push_back({name.en, name.fr});
  const int most = settings.integer("images");
  std::array<SharedBytes::Span, 2> pieces;
  for (size_t pair = 0; pair < names.size(); pair += 2) {
    const Result<IdxArray> images = read_idx(files[pair], names[pair]);
    if (!images) return images.error();
    const Result<IdxArray> labels = read_idx(files[pair + 1], names[pair + 1]);
    if (!labels) return labels.error();
    if (images->rank != 3 || images->dims[1] != kSide || images->dims[2] != kSide) return wrong_contents(names[pair]);
    if (labels->rank != 1 || labels->dims[0] != images->dims[0]) return wrong_contents(names[pair + 1]);
    const int taken = std::min(images->dims[0], most - data.count);
    const auto* pixels = reinterpret_cast<const uint8_t*>(images->values.data());
    pieces[pair / 2] = {pixels, static_cast<size_t>(taken) * kSide * kSide};
    for (int i = 0; i < taken; ++i) {
      const int label = labels.value()[static_cast<size_t>(i)];
      if (label >= kClasses) return wrong_contents(names[pair + 1]);
      data.targets.push_back(label);
    }
    data.count += taken;
  }
  data.bytes = SharedBytes(pieces[0], pieces[1]);
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  return data;
}

}  // namespace

constinit const DatasetRow kFashion = {
    .row = {.key = "fashion",
            .label = {"Fashion-MNIST", "Fashion-MNIST"},
            .help = {"Articles of clothing, 28 × 28 pixels in grey, in ten classes (Zalando, 2017).",
                     "Des vêtements et accessoires, 28 × 28 pixels en gris, en dix classes (Zalando, 2017)."},
            .formula = "",
            .fields = kFields},
    .assets = kSmall,
    .make = make_fashion,
    .known = {.task = Task::classes, .outputs = kClasses, .input_shape = Shape{1, kSide, kSide}},
    .choose_assets = assets_of,
};

}  // namespace myelin::data
