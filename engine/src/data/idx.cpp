#include "data/idx.h"

#include <algorithm>
#include <limits>
#include <string>

#include "data/plane.h"
#include "myelin/files.h"

namespace myelin::data {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;
constexpr size_t kMagicBytes = 4;
constexpr size_t kSizeBytes = 4;
constexpr uint64_t kMostValues = std::numeric_limits<int>::max();

Error idx_error(std::string_view name, const std::string& en, const std::string& fr) {
  const std::string file(name);
  return {{file + " cannot be read: " + en, file + " est illisible : " + fr}};
}

uint32_t big_endian(std::span<const std::byte> bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < kSizeBytes; ++i) value = (value << 8) | static_cast<uint32_t>(bytes[i]);
  return value;
}

}  // namespace

Result<IdxArray> read_idx(std::span<const std::byte> file, std::string_view name) {
  if (file.size() < kMagicBytes) {
    return idx_error(name, "it is too short for an IDX file.", "il est trop court pour un fichier IDX.");
  }
  if (file[0] != std::byte{0} || file[1] != std::byte{0}) {
    return idx_error(name, "it does not begin like an IDX file.", "il ne commence pas comme un fichier IDX.");
  }
  if (static_cast<uint8_t>(file[2]) != kUnsignedByte) {
    return idx_error(name, "only IDX files of unsigned bytes are supported.",
                     "seuls les fichiers IDX d’octets non signés sont acceptés.");
  }
  IdxArray array;
  array.rank = static_cast<int>(file[3]);
  if (array.rank < 1 || array.rank > IdxArray::kMaxRank) {
    return idx_error(name, "it has " + std::to_string(array.rank) + " dimensions; 1 to 4 are supported.",
                     "il a " + std::to_string(array.rank) + " dimensions ; de 1 à 4 sont acceptées.");
  }
  const size_t header = kMagicBytes + kSizeBytes * static_cast<size_t>(array.rank);
  if (file.size() < header) return idx_error(name, "its header is cut off.", "son en-tête est tronqué.");

  const uint64_t body = file.size() - header;
  uint64_t product = 1;
  for (int axis = 0; axis < array.rank; ++axis) {
    const uint32_t size = big_endian(file.subspan(kMagicBytes + kSizeBytes * static_cast<size_t>(axis)));
    if (size == 0) {
      return idx_error(name, "it has a dimension of size 0.",
                       "il a une dimension de taille 0.");
    }
    array.dims[static_cast<size_t>(axis)] = static_cast<int>(size);
    // Stops once the limit is passed, so that 2^31 * 2^32 is the most it can reach: no overflow.
    if (product <= kMostValues) product *= size;
  }
  if (product != body || product > kMostValues) {
    return idx_error(name, "its header does not agree with its " + std::to_string(body) + " bytes of values.",
                     "son en-tête ne s’accorde pas avec ses " + std::to_string(body) + " octets de valeurs.");
  }
  array.values = file.subspan(header);
  return array;
}

}  // namespace myelin::data

namespace myelin {

Result<Dataset> dataset_from_idx(std::span<const std::byte> images, std::span<const std::byte> labels) {
  constexpr const char* kImages = "images.idx";
  constexpr const char* kLabels = "labels.idx";
  constexpr int kMostSide = 4096;
  const Result<data::IdxArray> pixels = data::read_idx(images, kImages);
  if (!pixels) return pixels.error();
  const Result<data::IdxArray> classes = data::read_idx(labels, kLabels);
  if (!classes) return classes.error();
  const int rank = pixels->rank;
  if (rank < 2 || std::any_of(pixels->dims.begin() + 1, pixels->dims.begin() + rank, [](int size) { return size > kMostSide; })) {
    return Error{{"The images must be 2 to 4 dimensions, count first, of at most 4096 each.",
                  "Les images doivent avoir de 2 à 4 dimensions, le nombre d’abord, d’au plus 4096 chacune."}};
  }
  if (classes->rank != 1 || classes->dims[0] != pixels->dims[0]) {
    const std::string count = std::to_string(pixels->dims[0]);
    return Error{{"There must be one label for each of the " + count + " images.", "Il faut une étiquette pour chacune des " + count + " images."}};
  }
  Dataset data;
  data.count = pixels->dims[0];
  data.input_shape = rank == 2 ? Shape{pixels->dims[1]} : rank == 3 ? Shape{1, pixels->dims[1], pixels->dims[2]}
                                                                   : Shape{pixels->dims[1], pixels->dims[2], pixels->dims[3]};
  if (rank == 2) data.input_names = data::numbered_inputs({"value", "valeur"}, pixels->dims[1]);
  data.byte_scale = 1.0 / 255;
  const auto* bytes = reinterpret_cast<const uint8_t*>(pixels->values.data());
  data.bytes = std::vector<uint8_t>(bytes, bytes + pixels->values.size());
  int most = 0;
  for (const std::byte label : classes->values) {
    data.targets.push_back(static_cast<double>(label));
    most = std::max(most, static_cast<int>(label));
  }
  if (most == 0) return Error{{"All labels are 0: there is nothing to tell apart.", "Toutes les étiquettes valent 0 : il n’y a rien à distinguer."}};
  data.class_names = data::numbered_classes(most + 1);
  data.task = most == 1 ? Task::binary : Task::classes;
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  return data;
}

}  // namespace myelin
