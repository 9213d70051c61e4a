// Users' tables: what is guessed, what becomes a data set, and what every wrong file is answered.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/rng.h"
#include "data/csv.h"
#include "myelin/files.h"
#include "support/contains.h"
#include "support/data_files.h"
#include "support/support.h"

namespace myelin {
namespace {

using test::as_bytes;
using test::contains;
using Strings = std::vector<std::string>;

CsvTable table_of(std::string_view text) {
  Result<CsvTable> table = read_table(as_bytes(text), "file.x");
  REQUIRE(static_cast<bool>(table));
  return std::move(table.value());
}

std::string table_error(std::string_view text, const CsvLimits& limits = {}) {
  const Result<CsvTable> table = read_table(as_bytes(text), "file.x", limits);
  REQUIRE(!table);
  CHECK(table.error().text.fr.find("file.x") != std::string::npos);
  return table.error().text.en;
}

Dataset data_of(std::string_view text, const TableChoice& choice = {}, std::vector<Message>* warnings = nullptr) {
  Result<Dataset> data = dataset_from_table(table_of(text), choice, "file.x", warnings);
  REQUIRE(static_cast<bool>(data));
  return std::move(data.value());
}

std::string data_error(std::string_view text, const TableChoice& choice = {}) {
  const Result<Dataset> data = dataset_from_table(table_of(text), choice, "file.x");
  REQUIRE(!data);
  CHECK(data.error().text.en != data.error().text.fr);
  return data.error().text.en;
}

Strings names(const std::vector<Message>& messages) {
  Strings all;
  for (const Message& message : messages) all.push_back(message.en);
  return all;
}

// 30 rows of a number and its square, cut by this delimiter.
std::string squares(std::string_view delimiter) {
  std::string text = "x" + std::string(delimiter) + "y\n";
  for (int i = 0; i < 30; ++i) text += std::to_string(i) + ".5" + std::string(delimiter) + std::to_string(i * i) + "\n";
  return text;
}

}  // namespace

TEST_SUITE("tables of users") {
  TEST_CASE("the delimiter is guessed: comma, semicolon, tab, bar") {
    for (const char* delimiter : {",", ";", "\t", "|"}) {
      const CsvTable table = table_of(squares(delimiter));
      CHECK(table.format.delimiter == *delimiter);
      CHECK(table.header == Strings{"x", "y"});
      CHECK(table.rows() == 30);
      CHECK_FALSE(table.format.decimal_comma);
    }
    // Commas inside of texts and numbers do not win over the semicolons between them, nor do a bad row's.
    CHECK(table_of("a;b\n1,5;2,5\n3,5;4,5\n").format.delimiter == ';');
    CHECK(table_of("name,mark\n\"a;b\",1\n\"c;d\",2\n").format.delimiter == ',');
    CHECK(contains(table_error("a;b\n1;2\n3;4\n5;6;7\n"), "line 4: 3 values where the header has 2"));
    CHECK(table_of("height\n1\n2\n").header == Strings{"height"});
  }

  TEST_CASE("the header is guessed, and columns without a name get one") {
    CHECK(table_of("1,2\n3,4\n").header == Strings{"x1", "x2"});
    CHECK(table_of("1,2\n3,4\n").rows() == 2);
    CHECK(table_of("a,b\n3,4\n").rows() == 1);
    CHECK(table_of("a,\n3,4\n").header == Strings{"a", "x2"});
    CHECK(table_of("5.1,setosa\n4.9,setosa\n").header == Strings{"x1", "x2"});
    CHECK(table_of("name,town\nann,oslo\nbob,rome\n").header == Strings{"name", "town"});
    CHECK(table_of("yes,no\nno,yes\nyes,yes\n").header == Strings{"x1", "x2"});  // "yes" comes again below
    CHECK(contains(table_error("1,2\n3\n"), "line 2: 1 values where the first row has 2"));
  }

  TEST_CASE("a decimal comma is understood where no point says otherwise") {
    const CsvTable table = table_of("a;b\n1,5;-2,25\n3;4e1\n");
    CHECK(table.format.decimal_comma);
    CHECK(data::csv_number(table, 0, 0, "file.x").value() == 1.5);
    CHECK(data::csv_number(table, 0, 1, "file.x").value() == -2.25);
    CHECK(data::csv_number(table, 1, 1, "file.x").value() == 40);
    CHECK_FALSE(table_of("a;b\n1,5;2.5\n").format.decimal_comma);
    double value = 7;
    for (const char* cell : {"1,2,3", "1.000,5", ",", "1,5x", ""}) CHECK_FALSE(data::parse_cell(cell, {.decimal_comma = true}, value));
    CHECK(value == 7);
  }

  TEST_CASE("a byte-order mark, old Windows letters and all line ends are read") {
    CHECK(table_of("\xEF\xBB\xBF" "a,b\r\n1,2\r\n").header == Strings{"a", "b"});
    const CsvTable windows = table_of("\xE2ge;c\x9Cur\n1;2\n");  // "âge;cœur" as Windows-1252
    CHECK(windows.header == Strings{"âge", "cœur"});
    CHECK(table_of("âge;cœur\n1;2\n").header == Strings{"âge", "cœur"});
    CHECK(table_of("a,b\r1,2\r3,4").rows() == 2);
  }

  TEST_CASE("texts are classes, few whole numbers too, other numbers a value to predict") {
    const Dataset iris = data_of("a,b,kind\n1,2,red\n2,3,blue\n3,4,green\n4,5,red\n");
    CHECK(iris.task == Task::classes);
    CHECK(names(iris.class_names) == Strings{"blue", "green", "red"});
    CHECK(iris.targets == std::vector<double>{2, 0, 1, 2});
    CHECK(iris.input_shape == Shape{2});
    CHECK(names(iris.input_names) == Strings{"a", "b"});
    CHECK(iris.values == std::vector<double>{1, 2, 2, 3, 3, 4, 4, 5});
    CHECK(iris.plane.dimensions == 2);
    CHECK(iris.part == std::vector<SplitPart>(4, SplitPart::train));

    const Dataset logic = data_of("0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
    CHECK(logic.task == Task::binary);
    CHECK(logic.targets == std::vector<double>{0, 1, 1, 0});
    const Dataset labels = data_of("x,y\n1.5,10\n2.5,9\n3.5,9\n4.5,10.0\n");
    CHECK(names(labels.class_names) == Strings{"9", "10"});  // by size, and 10.0 is 10

    const Dataset line = data_of(squares(","));
    CHECK(line.task == Task::regression);
    CHECK(line.targets[5] == 25);
    CHECK(line.plane.dimensions == 1);
    CHECK(line.plane.y_min < 0);
    CHECK(line.plane.y_max > 841);
    CHECK(data_of("x,y\n1,0.5\n2,1.5\n3,0.5\n").task == Task::regression);  // few, but not whole
    CHECK(data_of("0,0,0\n0,1,1\n1,0,1\n1,1,0\n", {.task = TableChoice::Guess::regression}).task == Task::regression);
    CHECK(data_of("x,y\n1,5\n2,6\n3,7\n", {.task = TableChoice::Guess::classes}).class_names.size() == 3);
  }

  TEST_CASE("columns can be chosen, in any order") {
    const std::string text = "a,b,c,d\n1,2,3,0\n5,6,7,1\n";
    const Dataset data = data_of(text, {.inputs = {2, 0}, .target = 1, .task = TableChoice::Guess::regression});
    CHECK(names(data.input_names) == Strings{"c", "a"});
    CHECK(data.values == std::vector<double>{3, 1, 7, 5});
    CHECK(data.targets == std::vector<double>{2, 6});
    CHECK(contains(data_error(text, {.inputs = {0, 0}, .target = 1}), "“a” is chosen twice"));
    CHECK(contains(data_error(text, {.inputs = {1}, .target = 1}), "“b” is chosen twice"));
    CHECK(contains(data_error(text, {.inputs = {4}}), "no such column"));
    CHECK(contains(data_error(text, {.inputs = {-1}}), "no such column"));
    CHECK(contains(data_error(text, {.target = 9}), "no such column"));
    CHECK(contains(data_error("a,b\nx,1\ny,2\n", {.inputs = {0}, .target = 1}), "line 2: “x” in column “a” is not a number"));
  }

  TEST_CASE("rows with a missing value are left out and counted, empty columns do not matter") {
    std::vector<Message> warnings;
    const Dataset data = data_of("a;b;y;\n1;2;0;\n;3;1;\n4;NA;1;\n5;6;?;\n7;8;1;\n", {}, &warnings);
    CHECK(data.values == std::vector<double>{1, 2, 7, 8});
    CHECK(data.targets == std::vector<double>{0, 1});
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].en == "file.x: 3 of 5 rows are left out because a value is missing, the first on line 3.");
    CHECK(contains(warnings[0].fr, "3 lignes sur 5"));
    CHECK(contains(data_error("a,b\n1,\n,2\n", {.target = 1}), "every row has a missing value"));
  }

  TEST_CASE("a column of texts is no input, and the warning names its line and text") {
    std::vector<Message> warnings;
    const Dataset data = data_of("name,a,y\nann,1,0\nbob,2,1\n", {}, &warnings);
    CHECK(names(data.input_names) == Strings{"a"});
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0].en, "The column “name” is left out. file.x, line 2: “ann”"));
    CHECK(contains(data_error("name,y\nann,0\nbob,1\n"), "no column of numbers"));
  }

  TEST_CASE("what cannot be learnt is an error") {
    CHECK(contains(data_error("a,b\n1,x\n2,x\n"), "has 1 classes"));
    std::string many = "a,b\n";
    for (int i = 0; i < 1001; ++i) many += "1,name" + std::to_string(i) + "\n";
    CHECK(contains(data_error(many), "has 1001 classes"));
    CHECK(contains(data_error("a,b\n1e200,0\n2,1\n"), "line 2: the number in column “a” is too large"));
    CHECK(contains(data_error("a,b\n1,1e300\n2,2.5\n"), "line 2: the number in column “b” is too large"));
    CHECK(contains(data_error("a,b\n1,x\n2,3\n", {.task = TableChoice::Guess::regression}), "line 2: “x” in column “b” is not a number"));
  }

  TEST_CASE("columns are described for whoever chooses among them") {
    const std::vector<TableColumn> columns = describe_columns(table_of("a,b,c\n1,x,\n1.5,y,\n1,x,NA\n"));
    REQUIRE(columns.size() == 3);
    CHECK(columns[0].name == "a");
    CHECK(columns[0].distinct == 2);
    CHECK_FALSE(columns[0].whole);
    CHECK(columns[0].texts == 0);
    CHECK(columns[1].texts == 3);
    CHECK(columns[1].first_text == 0);
    CHECK(columns[2].missing == 3);
    CHECK(columns[2].distinct == 0);
  }

  TEST_CASE("hostile files: zero bytes, a billion columns, endless cells, no rows") {
    CHECK(contains(table_error(std::string_view("a,b\n1,2\n3\0,4\n", 14)), "line 3: this is no text"));
    CHECK(contains(table_error(std::string(1'000'000, ',')), "more than 10000 columns"));
    CHECK(contains(table_error("\"" + std::string(1'000'000, 'x')), "never closed"));
    CHECK(contains(table_error(""), "empty"));
    CHECK(contains(table_error("\n\n \n"), "empty"));
    CHECK(contains(table_error(std::string(200, 'x'), {.bytes = 100}), "larger"));
    CHECK(contains(table_error(squares(","), {.cells = 20}), "more than 20 values"));
    // A huge cell of digits is a text or a number too large, never a crash; its error is short.
    const std::string digits = "a,b\n" + std::string(100'000, '9') + ",0\n1,1\n";
    CHECK(data_error(digits).size() < 300);
    const Rng random(5, Stream::data);
    const std::string good = squares(";");
    for (uint64_t round = 0; round < 1500; ++round) {
      std::string bad = good;
      for (uint64_t change = 0; change < 4; ++change) {
        const size_t at = random.below(round * 16 + change, static_cast<uint32_t>(round % 2 == 0 ? 30 : bad.size()));
        constexpr std::string_view kSigns = ";,\t|\"\n\r0.5-eNA?x\xE9\x80";
        bad[at] = kSigns[random.below(round * 16 + 8 + change, kSigns.size())];
      }
      const Result<CsvTable> table = read_table(as_bytes(bad), "file.x");
      if (!table) continue;
      REQUIRE(table->cells.size() == table->lines.size() * table->header.size());
      std::vector<Message> warnings;
      const Result<Dataset> data = dataset_from_table(table.value(), {}, "file.x", &warnings);
      if (!data) continue;
      const size_t count = static_cast<size_t>(data->count);
      REQUIRE(data->targets.size() == count);
      REQUIRE(data->values.size() == count * static_cast<size_t>(data->input_shape.size()));
      for (const double target : data->targets) {
        if (data->task != Task::regression) REQUIRE((target >= 0 && target < static_cast<double>(data->class_names.size())));
      }
    }
  }
}

}  // namespace myelin
