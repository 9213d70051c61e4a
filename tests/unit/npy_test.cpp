// NumPy files: what NumPy writes is read, what we write is what NumPy writes, and damaged headers are refused.
#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/rng.h"
#include "myelin/files.h"
#include "support/contains.h"
#include "support/data_files.h"

namespace myelin {
namespace {

using test::as_bytes;
using test::contains;
using Bytes = std::vector<std::byte>;
using Sizes = std::vector<int>;
using Numbers = std::vector<double>;

// A file with this header text, padded as NumPy does, and these bytes of values.
std::string npy(std::string header, std::string_view body, char version = 1) {
  const size_t prefix = version == 1 ? 10 : 12;
  while ((prefix + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file = std::string("\x93NUMPY", 6) + version + '\0';
  file += static_cast<char>(header.size() & 255);
  file += static_cast<char>(header.size() >> 8);
  if (version != 1) file += std::string(2, '\0');
  return file + header + std::string(body);
}

std::string header(const char* type, const char* shape, const char* order = "False") {
  return std::string("{'descr': '") + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

template <class T>
std::string body(std::initializer_list<T> values) {
  std::string text;
  for (const T value : values) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof value);
    text.append(bytes, sizeof bytes);
  }
  return text;
}

Result<NumberArray> read(const std::string& file, size_t most = 1000) { return read_npy(as_bytes(file), "file.x", most); }

std::string read_error(const std::string& file, size_t most = 1000) {
  const Result<NumberArray> array = read(file, most);
  REQUIRE(!array);
  CHECK(array.error().text.en.find("file.x") != std::string::npos);
  CHECK(array.error().text.en != array.error().text.fr);
  return array.error().text.en;
}

}  // namespace

TEST_SUITE("npy files") {
  TEST_CASE("every type is read, for 1 to 4 dimensions and all versions") {
    const auto check = [](const std::string& file, const Sizes& shape, const Numbers& values) {
      const Result<NumberArray> array = read(file);
      REQUIRE(static_cast<bool>(array));
      CHECK(array->shape == shape);
      CHECK(array->values == values);
    };
    check(npy(header("<f4", "(3,)"), body<float>({1.5f, -2, 0.25f})), {3}, {1.5, -2, 0.25});
    check(npy(header("<f8", "(1, 2)"), body<double>({0.1, -1e300}), 2), {1, 2}, {0.1, -1e300});
    check(npy(header("|u1", "(2, 1, 2)"), body<uint8_t>({0, 1, 254, 255}), 3), {2, 1, 2}, {0, 1, 254, 255});
    check(npy(header("<i4", "(1, 1, 2, 1)"), body<int32_t>({-5, 2147483647})), {1, 1, 2, 1}, {-5, 2147483647});
    check(npy(header("<i8", "(2,)"), body<int64_t>({-1, int64_t{1} << 40})), {2}, {-1, 1099511627776.0});
    // Keys in another order, double quotes, no comma at the end: Python would read them, too.
    check(npy("{\"shape\": (2), 'fortran_order':False,\"descr\":\"<u1\"}", body<uint8_t>({7, 8})), {2}, {7, 8});
  }

  TEST_CASE("what is written is what NumPy writes, and reads back") {
    const Bytes one = write_npy(Sizes{3}, Numbers{1, 2, 3}, NpyType::f4);
    const std::string expected = npy(header("<f4", "(3,)"), body<float>({1, 2, 3}));
    CHECK(std::string(reinterpret_cast<const char*>(one.data()), one.size()) == expected);
    CHECK(one.size() == 128 + 12);
    const Numbers values{0.1, 1.0 / 3, -1e-300, 1e300, 5, 6};
    const Bytes two = write_npy(Sizes{2, 3}, values, NpyType::f8);
    const Result<NumberArray> again = read_npy(two, "file.x");
    REQUIRE(static_cast<bool>(again));
    CHECK(again->shape == Sizes{2, 3});
    CHECK(again->values == values);
  }

  TEST_CASE("what is not supported is said") {
    CHECK(contains(read_error(npy(header("<f4", "(3,)", "True"), body<float>({1, 2, 3}))), "Fortran"));
    for (const char* type : {">f4", "<f2", "<c8", "|O", "|b1", "<U3", "<i2"}) {
      CHECK(contains(read_error(npy(header(type, "(1,)"), std::string(16, 'x'))), "type is not supported"));
    }
    CHECK(contains(read_error(npy(header("<f4", "()"), body<float>({1}))), "1 to 4"));
    CHECK(contains(read_error(npy(header("|u1", "(1, 1, 1, 1, 1)"), "x")), "1 to 4"));
    CHECK(contains(read_error(npy(header("|u1", "(0,)"), "")), "no values"));
    CHECK(contains(read_error(npy(header("<f4", "(2,)"), body<float>({1, std::numeric_limits<float>::infinity()}))), "value 1 "));
    CHECK(contains(read_error(npy(header("<f8", "(1,)"), body<double>({std::numeric_limits<double>::quiet_NaN()}))), "no finite"));
    CHECK(contains(read_error(npy(header("|u1", "(1,)"), "x", 4)), "version"));
  }

  TEST_CASE("hostile sizes and headers are refused before memory is taken") {
    for (const char* shape : {"(1000000000000,)", "(100000, 100000, 100000, 100000)", "(999999999999999999, 999999999999999999)", "(1001,)"}) {
      CHECK(contains(read_error(npy(header("|u1", shape), "x")), "more than 1000 values"));
    }
    CHECK(contains(read_error(npy(header("|u1", "(1000,)"), "x")), "1 bytes of values"));
    CHECK(contains(read_error(npy(header("|u1", "(1,)"), "xy")), "2 bytes of values"));
    const std::string good = npy(header("|u1", "(1,)"), "x");
    for (size_t length = 0; length < good.size(); ++length) read_error(good.substr(0, length));
    for (const char* bad : {"", "{}", "{'descr': '|u1'}", "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)", "{'descr': '|u1', 'shape': (1,)}",
                            "{'descr': '', 'fortran_order': False, 'shape': (1,)}", "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1,)}",
                            "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}", "{'descr': '|u1', 'fortran_order': False, 'shape': (1 1)}",
                            "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}", "{'other': '|u1'}",
                            "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999,)}", "{'descr': [('a', '|u1')], 'shape': (1,)}",
                            "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} + x", "{'descr': '|u1", "{{{{", "{'shape': ((((1"}) {
      CHECK(contains(read_error(npy(bad, "x")), "damaged"));
    }
    std::string claims = good;
    claims[8] = claims[9] = '\xFF';  // a header of 65,535 bytes
    CHECK(contains(read_error(claims), "damaged"));
    CHECK(contains(read_error("PK\x03\x04 an npz archive"), "does not begin"));

    const Rng random(3, Stream::data);
    const std::string whole = npy(header("<f4", "(2, 3)"), std::string(24, '\0'));
    for (uint64_t round = 0; round < 3000; ++round) {
      std::string bad = whole;
      for (uint64_t change = 0; change < 3; ++change) {
        bad[random.below(round * 8 + change, 80)] = static_cast<char>(random.bits(round * 8 + 4 + change));
      }
      const Result<NumberArray> array = read(bad);
      if (array) REQUIRE(array->values.size() <= 24);
    }
  }
}

}  // namespace myelin
