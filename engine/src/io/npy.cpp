// NumPy's array files (format versions 1 to 3, NumPy enhancement proposal 1). Only what the header says and the file has is read:
// nothing is allocated from a size that has not been compared with the file's own.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "myelin/files.h"

namespace myelin {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they stand in the file");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMostHeader = 4096;  // NumPy writes 118 bytes for any shape we read
constexpr size_t kAlignment = 64;

struct Type {
  std::string_view name;
  size_t bytes;
  double (*read)(const std::byte* at);
};

template <class T>
double read_as(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return static_cast<double>(value);
}

constexpr Type kTypes[] = {{"<f4", 4, read_as<float>}, {"<f8", 8, read_as<double>}, {"|u1", 1, read_as<uint8_t>},
                           {"<u1", 1, read_as<uint8_t>}, {"<i4", 4, read_as<int32_t>}, {"<i8", 8, read_as<int64_t>}};

Error npy_error(std::string_view name, const std::string& en, const std::string& fr) {
  const std::string file(name);
  return {{file + " cannot be read: " + en, file + " est illisible : " + fr}};
}

Error bad_header(std::string_view name) {
  return npy_error(name, "the header of this NPY file is damaged.", "l’en-tête de ce fichier NPY est abîmé.");
}

// Reads the one form that NumPy writes: a Python dictionary of three known keys, in any order.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  bool read() {
    if (!take('{')) return false;
    while (!take('}')) {
      std::string_view key;
      if (!word(key) || !take(':') || !value(key)) return false;
      if (!take(',') && peek() != '}') return false;
    }
    skip();
    return at_ == text_.size() && !type.empty() && has_order_ && has_shape_;
  }

  std::string_view type;
  bool fortran = false;
  int rank = 0;
  std::array<uint64_t, NumberArray::kMaxRank> shape{};
  bool too_many_sizes = false;

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view& out) {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return false;
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return false;
    out = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }
  bool value(std::string_view key) {
    if (key == "descr") return type.empty() && word(type) && !type.empty();
    if (key == "fortran_order") return !has_order_ && order();
    return key == "shape" && !has_shape_ && sizes();
  }
  bool order() {
    has_order_ = true;
    skip();
    for (const std::string_view text : {std::string_view("True"), std::string_view("False")}) {
      if (text_.substr(at_, text.size()) != text) continue;
      at_ += text.size();
      fortran = text == "True";
      return true;
    }
    return false;
  }
  bool sizes() {
    has_shape_ = true;
    if (!take('(')) return false;
    while (!take(')')) {
      uint64_t size = 0;
      size_t digits = 0;
      for (peek(); at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++digits) {
        size = size * 10 + static_cast<uint64_t>(text_[at_] - '0');
      }
      if (digits == 0 || digits > 18) return false;
      if (rank == NumberArray::kMaxRank) {
        too_many_sizes = true;
      } else {
        shape[static_cast<size_t>(rank++)] = size;
      }
      if (!take(',') && peek() != ')') return false;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool has_order_ = false, has_shape_ = false;
};

}  // namespace

bool is_npy(std::span<const std::byte> file) {
  return file.size() >= kMagic.size() && std::memcmp(file.data(), kMagic.data(), kMagic.size()) == 0;
}

Result<NumberArray> read_npy(std::span<const std::byte> file, std::string_view name, size_t most_values) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  constexpr size_t kPrefix = 10;  // magic, version, two bytes of length
  if (bytes.size() < kPrefix + 2 || bytes.substr(0, kMagic.size()) != kMagic) {
    return npy_error(name, "it does not begin like an NPY file.", "il ne commence pas comme un fichier NPY.");
  }
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<uint8_t>(bytes[at])); };
  const size_t version = byte(6);
  if (version < 1 || version > 3) {
    return npy_error(name, "this version of NPY is not known.", "cette version de NPY n’est pas connue.");
  }
  size_t length = byte(8) + (byte(9) << 8), start = kPrefix;
  if (version > 1) {
    length += (byte(10) << 16) + (byte(11) << 24);
    start += 2;
  }
  if (length > kMostHeader || length > bytes.size() - start) return bad_header(name);
  HeaderReader header(bytes.substr(start, length));
  if (!header.read()) return bad_header(name);
  if (header.too_many_sizes || header.rank == 0) {
    return npy_error(name, "arrays of 1 to 4 dimensions are supported.", "les tableaux de 1 à 4 dimensions sont acceptés.");
  }
  if (header.fortran) {
    return npy_error(name, "the array is in Fortran order; save it in C order.", "le tableau est en ordre Fortran ; enregistrez-le en ordre C.");
  }
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const Type& one) { return one.name == header.type; });
  if (type == std::end(kTypes)) {
    return npy_error(name, "its type is not supported; use f4, f8, u1, i4 or i8, little-endian.",
                     "son type n’est pas accepté ; utilisez f4, f8, u1, i4 ou i8, petit-boutiste.");
  }
  NumberArray array;
  uint64_t product = 1;
  for (int axis = 0; axis < header.rank; ++axis) {
    const uint64_t size = header.shape[static_cast<size_t>(axis)];
    if (size == 0) return npy_error(name, "it holds no values.", "il ne contient aucune valeur.");
    if (size > most_values || product > most_values / size) {
      const std::string most = std::to_string(most_values);
      return npy_error(name, "it has more than " + most + " values.", "il a plus de " + most + " valeurs.");
    }
    product *= size;
    array.shape.push_back(static_cast<int>(size));
  }
  const std::span<const std::byte> body = file.subspan(start + length);
  if (body.size() != product * type->bytes) {
    const std::string found = std::to_string(body.size()), wanted = std::to_string(product * type->bytes);
    return npy_error(name, "it has " + found + " bytes of values where its header asks for " + wanted + ".",
                     "il a " + found + " octets de valeurs alors que son en-tête en demande " + wanted + ".");
  }
  array.values.resize(static_cast<size_t>(product));
  for (size_t i = 0; i < array.values.size(); ++i) {
    array.values[i] = type->read(body.data() + i * type->bytes);
    if (!std::isfinite(array.values[i])) {
      const std::string place = std::to_string(i);
      return npy_error(name, "value " + place + " (counted from 0) is no finite number.", "la valeur " + place + " (à partir de 0) n’est pas un nombre fini.");
    }
  }
  return array;
}

std::vector<std::byte> write_npy(std::span<const int> shape, std::span<const double> values, NpyType type) {
  size_t product = 1;
  std::string header = std::string("{'descr': '") + (type == NpyType::f4 ? "<f4" : "<f8") + "', 'fortran_order': False, 'shape': (";
  for (const int size : shape) {
    header += std::to_string(size);
    header += ", ";
    product *= static_cast<size_t>(size);
  }
  MYELIN_ASSERT(product == values.size() && !shape.empty());
  // As NumPy writes it: "(3,)" and "(3, 4)".
  header.pop_back();
  if (shape.size() > 1) header.pop_back();
  header += "), }";
  constexpr size_t kPrefix = 10;
  while ((kPrefix + header.size() + 1) % kAlignment != 0) header.push_back(' ');
  header.push_back('\n');

  const size_t value_bytes = type == NpyType::f4 ? sizeof(float) : sizeof(double);
  std::vector<std::byte> file(kPrefix + header.size() + values.size() * value_bytes);
  std::byte* at = file.data();
  const auto append = [&at](const void* from, size_t bytes) {
    std::memcpy(at, from, bytes);
    at += bytes;
  };
  append(kMagic.data(), kMagic.size());
  const std::array<uint8_t, 4> version_and_length{1, 0, static_cast<uint8_t>(header.size() & 255), static_cast<uint8_t>(header.size() >> 8)};
  append(version_and_length.data(), version_and_length.size());
  append(header.data(), header.size());
  for (const double value : values) {
    const float narrow = static_cast<float>(value);
    append(type == NpyType::f4 ? static_cast<const void*>(&narrow) : &value, value_bytes);
  }
  return file;
}

}  // namespace myelin
