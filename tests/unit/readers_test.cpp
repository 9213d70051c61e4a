#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/rows.h"
#include "support/contains.h"
#include "support/data_files.h"
#include "support/support.h"

namespace myelin {
namespace {

using data::CsvLimits;
using data::CsvTable;
using data::IdxArray;
using test::as_bytes;
using test::contains;
using test::read_asset;
using Bytes = std::vector<std::byte>;

Bytes idx_bytes(std::initializer_list<int> header, size_t body, int value = 7) {
  Bytes bytes;
  for (const int byte : header) bytes.push_back(static_cast<std::byte>(byte));
  bytes.insert(bytes.end(), body, static_cast<std::byte>(value));
  return bytes;
}

// An error has a sentence in both languages that names the file.
void check_error(const Error& error) {
  CHECK(error.text.en.find("file.x") != std::string::npos);
  CHECK(error.text.fr.find("file.x") != std::string::npos);
  CHECK(error.text.en != error.text.fr);
}

void check_bad_idx(const Bytes& bytes) {
  const Result<IdxArray> array = data::read_idx(bytes, "file.x");
  REQUIRE(!array);
  check_error(array.error());
}

Result<CsvTable> csv(std::string_view text, const CsvLimits& limits = {}) {
  return data::read_csv(as_bytes(text), "file.x", limits);
}

// The English sentence of the error that the text causes.
std::string csv_error(std::string_view text, const CsvLimits& limits = {}) {
  const Result<CsvTable> table = csv(text, limits);
  REQUIRE(!table);
  check_error(table.error());
  return table.error().text.en;
}

// What a browser may deliver instead of a file: cut off at every place, then with single bytes changed.
template <class Check>
void damage(const Bytes& good, uint64_t seed, Check check) {
  for (size_t length = 0; length < good.size(); length += 1 + length / 16) {
    check(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)));
  }
  const Rng random(seed, Stream::data);
  const uint64_t rounds = good.size() > 200'000 ? 60 : 500;  // copies of large files take their time
  for (uint64_t round = 0; round < rounds; ++round) {
    Bytes bad = good;
    for (uint64_t change = 0; change < 3; ++change) {
      const size_t span = round % 2 == 0 ? std::min<size_t>(bad.size(), 20) : bad.size();
      bad[random.below(round * 8 + change, static_cast<uint32_t>(span))] = static_cast<std::byte>(random.bits(round * 8 + 4 + change));
    }
    check(bad);
  }
}

}  // namespace

TEST_SUITE("idx files") {
  TEST_CASE("a file gives its sizes and its values in place") {
    Bytes bytes = idx_bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3}, 6);
    bytes.back() = std::byte{255};
    const Result<IdxArray> array = data::read_idx(bytes, "file.x");
    REQUIRE(static_cast<bool>(array));
    CHECK(array->rank == 2);
    CHECK(array->dims[0] == 2);
    CHECK(array->dims[1] == 3);
    CHECK(array->values.size() == 6);
    CHECK(array->values.data() == bytes.data() + 12);
    CHECK(array.value()[0] == 7);
    CHECK(array.value()[5] == 255);
  }

  TEST_CASE("every wrong header is an error, never a read outside the file") {
    check_bad_idx({});
    check_bad_idx(idx_bytes({0, 0, 8}, 0));
    check_bad_idx(idx_bytes({0, 0, 8, 1, 0, 0, 0}, 0));                                    // header cut off
    check_bad_idx(idx_bytes({0, 0, 8, 1, 0, 0, 0, 5}, 4));                                 // a value is missing
    check_bad_idx(idx_bytes({0, 0, 8, 1, 0, 0, 0, 5}, 6));                                 // a value too many
    check_bad_idx(idx_bytes({0, 0, 8, 1, 0, 0, 0, 0}, 0));                                 // no values
    check_bad_idx(idx_bytes({0, 0, 8, 0}, 1));                                             // rank 0
    check_bad_idx(idx_bytes({0, 0, 8, 5, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, 1));  // rank 5
    check_bad_idx(idx_bytes({0, 0, 8, 255}, 2000));
    check_bad_idx(idx_bytes({0, 0, 13, 1, 0, 0, 0, 1}, 4));                                // floats
    check_bad_idx(idx_bytes({1, 0, 8, 1, 0, 0, 0, 1}, 1));
    check_bad_idx(idx_bytes({0x1f, 0x8b, 8, 0, 0, 0, 0, 0}, 20));                          // still compressed
  }

  TEST_CASE("sizes whose product wraps around 32 or 64 bits are an error") {
    check_bad_idx(idx_bytes({0, 0, 8, 1, 255, 255, 255, 255}, 8));
    check_bad_idx(idx_bytes({0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 0}, 0));                     // 2^32
    check_bad_idx(idx_bytes({0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 1}, 65536));                 // 2^32 + 2^16
    check_bad_idx(idx_bytes({0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0}, 0));  // 2^64
    check_bad_idx(idx_bytes({0, 0, 8, 3, 127, 255, 255, 255, 127, 255, 255, 255, 127, 255, 255, 255}, 64));
  }
}

TEST_SUITE("csv files") {
  TEST_CASE("cells, quotes, line ends and a byte-order mark") {
    for (const char* text : {"a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y", "\xEF\xBB\xBF a ,b\n\n1,x\n  \n2,y",
                             "\"a\",\"b\"\n\"1\",\"x\"\n2,y"}) {
      const Result<CsvTable> table = csv(text);
      REQUIRE(static_cast<bool>(table));
      CHECK(table->header == std::vector<std::string>{"a", "b"});
      CHECK(table->cells == std::vector<std::string>{"1", "x", "2", "y"});
      CHECK(table->rows() == 2);
      CHECK(table->columns() == 2);
      CHECK(table->cell(1, 0) == "2");
      CHECK(table->find_column("b") == 1);
      CHECK(table->find_column("B") == -1);
    }
    const Result<CsvTable> table = csv("a,b\n\"one, two\",\"a \"\"word\"\"\nand a line\"\n,\"\"\n");
    REQUIRE(static_cast<bool>(table));
    CHECK(table->cells == std::vector<std::string>{"one, two", "a \"word\"\nand a line", "", ""});
    CHECK(table->lines == std::vector<int>{2, 4});
  }

  TEST_CASE("errors name the line") {
    CHECK(contains(csv_error("a,b\n1,2\n1,2,3\n"), "line 3: 3 values where the header has 2"));
    CHECK(contains(csv_error("a,b\n1,\"2\n3,4\n"), "line 2: a quotation mark"));
    CHECK(contains(csv_error("a,b\n\n\"1\"2,3"), "line 3: there is text after"));
    CHECK(contains(csv_error(""), "empty"));
    CHECK(contains(csv_error(" \n\n"), "empty"));
    CHECK(contains(csv_error("a,b\n"), "no row"));
    CHECK(contains(csv_error("a,b\n1,2", {.bytes = 4}), "larger"));
    CHECK(contains(csv_error("a,b,c\n1,2,3", {.columns = 2}), "line 1: more than 2 columns"));
    CHECK(contains(csv_error("a,b\n1,2\n3,4\n5,6", {.cells = 4}), "line 4: the table has more than 4"));
    CHECK(contains(csv_error("\""), "line 1"));
    CHECK(contains(csv_error(std::string(100'000, ',')), "columns"));
  }

  TEST_CASE("numbers: spaces are ignored, anything else is an error that names line, column and text") {
    const Result<CsvTable> table = csv("a,b\n 5.1\t,-2e3\ninf,1 2\n0x10,\nNaN,1;5\n" + std::string(300, 'x') + ",\xC3\xA9\n");
    REQUIRE(static_cast<bool>(table));
    CHECK(data::csv_number(table.value(), 0, 0, "file.x").value() == 5.1);
    CHECK(data::csv_number(table.value(), 0, 1, "file.x").value() == -2000);
    for (int row = 1; row < 5; ++row) {
      for (int column = 0; column < 2; ++column) {
        const Result<double> number = data::csv_number(table.value(), row, column, "file.x");
        REQUIRE(!number);
        check_error(number.error());
        CHECK(contains(number.error().text.en, "line " + std::to_string(row + 2)));
        CHECK(contains(number.error().text.en, column == 0 ? "“a”" : "“b”"));
        CHECK(number.error().text.en.size() < 200);
      }
    }
  }

  TEST_CASE("damaged texts give a table or an error, never a crash") {
    damage(read_asset("iris.csv"), 1, [](const Bytes& bytes) {
      const Result<CsvTable> table = data::read_csv(bytes, "file.x");
      if (table) CHECK(table->cells.size() == table->lines.size() * table->header.size());
    });
  }
}

TEST_SUITE("data sets from files") {
  TEST_CASE("a missing or empty file is an error that names it") {
    for (const DatasetRow* row : dataset_rows()) {
      for (size_t delivered = 0; delivered < row->assets.size(); ++delivered) {
        std::vector<Bytes> files;
        for (const char* asset : row->assets) files.push_back(read_asset(asset));
        files[delivered].clear();
        std::vector<std::span<const std::byte>> views(files.begin(), files.end());
        const Settings settings(row->row.fields);
        const Result<Dataset> with_empty = row->make(settings, views);
        REQUIRE(!with_empty);
        CHECK(contains(with_empty.error().text.en, row->assets[delivered] + std::string(" could not be loaded")));
        CHECK(contains(with_empty.error().text.fr, row->assets[delivered] + std::string(" n’a pas pu être chargé")));
        CHECK(!row->make(settings, std::span(views).first(delivered)));
      }
    }
  }

  TEST_CASE("damaged files give legal data or an error, never a crash") {
    for (const DatasetRow* row : dataset_rows()) {
      std::vector<Bytes> files;
      for (const char* asset : row->assets) files.push_back(read_asset(asset));
      for (size_t damaged = 0; damaged < files.size(); ++damaged) {
        std::vector<std::span<const std::byte>> views(files.begin(), files.end());
        int accepted = 0;
        damage(files[damaged], 2, [&](const Bytes& bytes) {
          views[damaged] = bytes;
          const Result<Dataset> made = row->make(Settings(row->row.fields), views);
          if (!made) {
            CHECK((!made.error().text.en.empty() && !made.error().text.fr.empty()));
            return;
          }
          ++accepted;
          bool legal = made->targets.size() == static_cast<size_t>(made->count);
          for (const double target : made->targets) {
            legal = legal && (made->task == Task::regression || (target >= 0 && target < static_cast<double>(made->class_names.size())));
          }
          for (size_t i = 0; i < made->bytes.size(); ++i) legal = legal && made->bytes[i] * made->byte_scale <= 1;
          CHECK(legal);
        });
        CHECK(accepted < 500);  // most damage is noticed; a changed digit of a measure cannot be
      }
    }
  }

  TEST_CASE("files that do not belong together are an error") {
    const Bytes images = read_asset("digits-images.idx"), labels = read_asset("digits-labels.idx"), iris = read_asset("iris.csv");
    const DatasetRow& digits = *find_dataset("digits");
    const Settings settings(digits.row.fields);
    const auto make = [&](const Bytes& first, const Bytes& second) {
      const std::vector<std::span<const std::byte>> files{first, second};
      return static_cast<bool>(digits.make(settings, files));
    };
    CHECK(make(images, labels));
    CHECK(!make(labels, images));
    CHECK(!make(images, images));
    CHECK(!make(iris, labels));
    CHECK(!make(images, idx_bytes({0, 0, 8, 1, 0, 0, 0, 2}, 2)));
    CHECK(!make(idx_bytes({0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8}, 64, 17), idx_bytes({0, 0, 8, 1, 0, 0, 0, 1}, 1)));
    CHECK(!make(idx_bytes({0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8}, 64, 16), idx_bytes({0, 0, 8, 1, 0, 0, 0, 1}, 1, 10)));
    CHECK(make(idx_bytes({0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8}, 64, 16), idx_bytes({0, 0, 8, 1, 0, 0, 0, 1}, 1, 9)));
  }
}

}  // namespace myelin
