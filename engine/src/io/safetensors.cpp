// The safetensors format (github.com/huggingface/safetensors, "Format"): 8 bytes length, a JSON header, the data. Nothing of the
// header is believed before it is checked against the size of the file.
#include "io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "io/json_value.h"
#include "myelin/weights.h"

namespace myelin {
namespace {

static_assert(std::endian::native == std::endian::little, "the data of the format is little-endian, and copied as it is");

constexpr size_t kPrefix = 8;                        // the header's length
constexpr double kMostOffset = 9007199254740992.0;  // 2^53: whole numbers up to here are exact as JSON numbers
constexpr std::string_view kMetadata = "__metadata__";

struct Type {
  const char* name;
  size_t bytes;
};
constexpr Type kTypes[] = {{"F32", 4}, {"F64", 8}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"I32", 4},
                           {"I16", 2}, {"I8", 1},  {"U8", 1},  {"U16", 2},  {"U32", 4}, {"U64", 8}, {"BOOL", 1}};

size_t bytes_of(std::string_view type) {
  for (const Type& known : kTypes) {
    if (type == known.name) return known.bytes;
  }
  return 0;
}

Error wrong_file(std::string_view file, const std::string& en, const std::string& fr) {
  const std::string name(file);
  return {{name + ": " + en + ".", name + " : " + fr + "."}};
}

// Foreign text made fit to be shown: printable ASCII, and not too much of it.
std::string shown_name(std::string_view name) {
  std::string text;
  for (char c : name.substr(0, 60)) text += c >= 0x20 && c < 0x7F ? c : '?';
  return name.size() > 60 ? text + "..." : text;
}

std::string shape_text(std::span<const int64_t> shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

// A tensor as the header describes it: offsets in bytes from the start of the data.
struct Entry {
  Tensor tensor;
  size_t begin = 0, end = 0;
};

bool whole_number(double value) { return value >= 0 && value <= kMostOffset && value == std::floor(value); }

bool whole_numbers(const JsonValue* list) {
  if (list == nullptr || list->type != JsonValue::Type::array || !list->items.empty()) return false;
  return std::all_of(list->numbers.begin(), list->numbers.end(), whole_number);
}

// False when the product does not fit into `most`.
bool count_values(std::span<const int64_t> shape, size_t most, size_t& count) {
  count = 1;
  for (int64_t size : shape) {
    if (size == 0) {
      count = 0;
      return true;
    }
  }
  for (int64_t size : shape) {
    if (static_cast<uint64_t>(size) > most / count) return false;
    count *= static_cast<size_t>(size);
  }
  return true;
}

class HeaderReader {
 public:
  HeaderReader(std::string_view file, size_t data_bytes) : file_(file), data_bytes_(data_bytes) {}

  Result<std::vector<Entry>> read(const JsonValue& header) {
    if (header.type != JsonValue::Type::object) return wrong("the header is not a JSON object", "l’en-tête n’est pas un objet JSON");
    for (size_t i = 0; i < header.keys.size(); ++i) {
      if (Status bad = header.keys[i] == kMetadata ? metadata(header.items[i]) : tensor(header.keys[i], header.items[i])) return *bad;
    }
    if (Status bad = check_names(header.keys)) return *bad;
    if (Status bad = check_places()) return *bad;
    return std::move(entries_);
  }

 private:
  Error wrong(const std::string& en, const std::string& fr) const { return wrong_file(file_, en, fr); }
  Error wrong_tensor(std::string_view name, const char* en, const char* fr) const {
    const std::string shown = shown_name(name);
    return wrong("the tensor '" + shown + "' " + en, "le tenseur « " + shown + " » " + fr);
  }

  // Read and forgotten: a map from text to text.
  Status metadata(const JsonValue& value) const {
    bool good = value.type == JsonValue::Type::object;
    for (const JsonValue& item : value.items) good = good && item.type == JsonValue::Type::string;
    if (good) return {};
    return wrong("its metadata is not a list of texts", "ses métadonnées ne sont pas une liste de textes");
  }

  Status tensor(const std::string& name, const JsonValue& value) {
    const JsonValue* type = value.find("dtype");
    const JsonValue* shape = value.find("shape");
    const JsonValue* offsets = value.find("data_offsets");
    // Exactly these three, each once: what two readers could understand in two ways is refused.
    if (value.type != JsonValue::Type::object || value.keys.size() != 3 || type == nullptr || type->type != JsonValue::Type::string ||
        !whole_numbers(shape) || !whole_numbers(offsets) || offsets->numbers.size() != 2) {
      return wrong_tensor(name, "is not described by dtype, shape and data_offsets", "n’est pas décrit par dtype, shape et data_offsets");
    }
    if (name.empty() || name.size() > kMostTensorName) return wrong_tensor(name, "has no usable name", "n’a pas de nom utilisable");
    const size_t bytes = bytes_of(type->string);
    if (bytes == 0) return wrong_tensor(name, "has an unknown dtype", "a un dtype inconnu");
    if (shape->numbers.size() > kMostTensorRank) return wrong_tensor(name, "has too many dimensions", "a trop de dimensions");
    Entry entry;
    entry.tensor.name = name;
    entry.tensor.type = type->string;
    for (double size : shape->numbers) entry.tensor.shape.push_back(static_cast<int64_t>(size));
    const double begin = offsets->numbers[0], end = offsets->numbers[1];
    if (begin > end || end > static_cast<double>(data_bytes_)) {
      return wrong_tensor(name, "lies outside of the file", "se trouve hors du fichier");
    }
    entry.begin = static_cast<size_t>(begin);
    entry.end = static_cast<size_t>(end);
    size_t count = 0;
    if (!count_values(entry.tensor.shape, data_bytes_ / bytes, count) || count * bytes != entry.end - entry.begin) {
      return wrong_tensor(name, "has a shape that does not fit its data", "a une forme qui ne correspond pas à ses données");
    }
    entries_.push_back(std::move(entry));
    return {};
  }

  Status check_names(std::vector<std::string> names) const {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return {};
    return wrong_tensor(*twice, "is there twice", "apparaît deux fois");
  }

  // As the format asks: one tensor after the other, from the first byte to the last, without gaps.
  Status check_places() {
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    size_t at = 0;
    for (const Entry& entry : entries_) {
      if (entry.begin < at) return wrong_tensor(entry.tensor.name, "overlaps another one", "en recouvre un autre");
      if (entry.begin > at) return wrong_tensor(entry.tensor.name, "leaves a gap before it", "laisse un vide avant lui");
      at = entry.end;
    }
    if (at == data_bytes_) return {};
    return wrong("bytes follow the last tensor", "des octets suivent le dernier tenseur");
  }

  std::string_view file_;
  size_t data_bytes_;
  std::vector<Entry> entries_;
};

template <class Stored>
void unpack(const std::byte* data, std::vector<double>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, data + i * sizeof(Stored), sizeof(Stored));
    values[i] = static_cast<double>(stored);
  }
}

template <class Stored>
void pack(std::span<const double> values, std::vector<std::byte>& bytes) {
  for (double value : values) {
    const auto stored = static_cast<Stored>(value);
    std::byte raw[sizeof(Stored)];
    std::memcpy(raw, &stored, sizeof(Stored));
    bytes.insert(bytes.end(), raw, raw + sizeof(Stored));
  }
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char kHex[] = "0123456789abcdef";
      result += "\\u00";
      result += kHex[static_cast<unsigned char>(c) >> 4];
      result += kHex[c & 15];
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string tensor_name(size_t node, const ParamInfo& info) { return std::to_string(node) + "." + info.name; }

std::vector<int64_t> tensor_shape(const ParamInfo& info) {
  std::vector<int64_t> shape;
  for (int axis = 0; axis < info.shape.rank; ++axis) shape.push_back(info.shape[axis]);
  return shape;
}

}  // namespace

Result<std::vector<Tensor>> read_safetensors(std::span<const std::byte> file, std::string_view file_name) {
  const auto cut = [&] { return wrong_file(file_name, "this is no whole safetensors file", "ce n’est pas un fichier safetensors entier"); };
  if (file.size() < kPrefix) return cut();
  uint64_t length = 0;
  std::memcpy(&length, file.data(), kPrefix);
  if (length > file.size() - kPrefix) return cut();
  if (length > kMostTensorHeader) return wrong_file(file_name, "the header is too long", "l’en-tête est trop long");
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + kPrefix, static_cast<size_t>(length));
  if (text.substr(0, 1) != "{") return cut();
  const Result<JsonValue> header = parse_json_value(text, {.depth = 4, .values = kMostTensorHeaderValues});
  if (!header) {
    const std::string name(file_name);
    return Error{{name + ": the header: " + header.error().text.en, name + " : l’en-tête : " + header.error().text.fr}};
  }
  const std::span<const std::byte> data = file.subspan(kPrefix + static_cast<size_t>(length));
  Result<std::vector<Entry>> entries = HeaderReader(file_name, data.size()).read(header.value());
  if (!entries) return entries.error();
  std::vector<Tensor> tensors;
  for (Entry& entry : entries.value()) {
    Tensor& tensor = tensors.emplace_back(std::move(entry.tensor));
    if (!tensor.readable()) continue;
    tensor.values.resize((entry.end - entry.begin) / bytes_of(tensor.type));
    if (tensor.type == "F32") unpack<float>(data.data() + entry.begin, tensor.values);
    else unpack<double>(data.data() + entry.begin, tensor.values);
  }
  return tensors;
}

std::vector<std::byte> write_safetensors(std::span<const Tensor> tensors) {
  std::string header = "{\"__metadata__\":{\"format\":\"pt\"}";
  size_t at = 0;
  for (const Tensor& tensor : tensors) {
    const size_t end = at + tensor.values.size() * bytes_of(tensor.type);
    header += "," + quoted(tensor.name) + ":{\"dtype\":\"" + tensor.type + "\",\"shape\":[";
    for (size_t i = 0; i < tensor.shape.size(); ++i) header += (i > 0 ? "," : "") + std::to_string(tensor.shape[i]);
    header += "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(end) + "]}";
    at = end;
  }
  header += '}';
  while (header.size() % kPrefix != 0) header += ' ';  // so that the data is aligned, as the format recommends
  const uint64_t length = header.size();
  std::vector<std::byte> bytes(kPrefix);
  bytes.reserve(kPrefix + header.size() + at);
  std::memcpy(bytes.data(), &length, kPrefix);
  const auto text = std::as_bytes(std::span<const char>(header));
  bytes.insert(bytes.end(), text.begin(), text.end());
  for (const Tensor& tensor : tensors) {
    if (tensor.type == "F32") pack<float>(tensor.values, bytes);
    else pack<double>(tensor.values, bytes);
  }
  return bytes;
}

std::vector<Tensor> tensors_of(std::span<const NodeInfo> nodes, std::span<const double> parameters, std::string_view type, bool trained_only) {
  std::vector<Tensor> tensors;
  for (size_t node = 0; node < nodes.size(); ++node) {
    for (const ParamInfo& info : nodes[node].params) {
      if (trained_only && (nodes[node].frozen || !info.trained)) continue;
      const std::span<const double> values = parameters.subspan(static_cast<size_t>(info.offset), static_cast<size_t>(info.count));
      tensors.push_back({tensor_name(node, info), tensor_shape(info), {values.begin(), values.end()}, std::string(type)});
    }
  }
  return tensors;
}

Result<AppliedWeights> apply_tensors(std::span<const Tensor> tensors, std::span<const NodeInfo> nodes, std::span<double> parameters,
                                     bool partial, std::string_view file_name) {
  AppliedWeights applied;
  std::vector<bool> used(tensors.size(), false);
  std::vector<double> next(parameters.begin(), parameters.end());
  for (size_t node = 0; node < nodes.size(); ++node) {
    const auto about_node = [&](Error error) {
      error.node = static_cast<int>(node);
      return error;
    };
    for (const ParamInfo& info : nodes[node].params) {
      const std::string name = tensor_name(node, info);
      const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const Tensor& tensor) { return tensor.name == name; });
      if (found == tensors.end()) {
        if (!partial) {
          return about_node(wrong_file(file_name, "the tensor '" + name + "' of the network is missing",
                                       "le tenseur « " + name + " » du réseau manque"));
        }
        applied.kept.push_back(name);
        continue;
      }
      used[static_cast<size_t>(found - tensors.begin())] = true;
      const std::vector<int64_t> wanted = tensor_shape(info);
      if (found->shape != wanted) {
        const std::string has = shape_text(found->shape), asks = shape_text(wanted);
        return about_node(wrong_file(file_name, "the tensor '" + name + "' has the shape " + has + ", but the network needs " + asks,
                                     "le tenseur « " + name + " » a la forme " + has + ", mais le réseau demande " + asks));
      }
      if (!found->readable()) {
        const std::string& type = found->type;
        return about_node(wrong_file(file_name, "the tensor '" + name + "' holds " + type + "; only F32 and F64 are read",
                                     "le tenseur « " + name + " » contient du " + type + " ; seuls F32 et F64 sont lus"));
      }
      if (!std::all_of(found->values.begin(), found->values.end(), [](double value) { return std::isfinite(value); })) {
        return about_node(wrong_file(file_name, "the tensor '" + name + "' holds a value that is not a number",
                                     "le tenseur « " + name + " » contient une valeur qui n’est pas un nombre"));
      }
      std::copy(found->values.begin(), found->values.end(), next.begin() + info.offset);
      ++applied.tensors;
    }
  }
  for (size_t i = 0; i < tensors.size(); ++i) {
    // PyTorch's normalisations count their batches; nothing here needs the count.
    constexpr std::string_view kCounter = ".num_batches_tracked";
    const std::string& name = tensors[i].name;
    if (used[i] || (name.size() > kCounter.size() && name.substr(name.size() - kCounter.size()) == kCounter)) continue;
    if (!partial) {
      const std::string shown = shown_name(name);
      return wrong_file(file_name, "the network has no tensor '" + shown + "'", "le réseau n’a pas de tenseur « " + shown + " »");
    }
    applied.unused.push_back(name);
  }
  std::copy(next.begin(), next.end(), parameters.begin());
  return applied;
}

}  // namespace myelin
