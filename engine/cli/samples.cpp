// Tables and arrays of numbers become rows of samples; what does not fit is an error that names line and column.
#include "samples.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "files/read.h"
#include "myelin/files.h"

namespace myelin::cli {
namespace {

// Rows of equal length, and for tables what their cells said.
struct Rows {
  std::string name;
  size_t columns = 0;
  std::vector<double> values;  // NaN where a cell is no number
  CsvTable table;              // empty for arrays
  size_t count() const { return columns == 0 ? 0 : values.size() / columns; }
};

// Cells are read with a point or with the table's comma; the program keeps the locale "C".
double number_of(std::string cell, const CsvFormat& format) {
  constexpr std::string_view kSpace = " \t";
  const size_t first = cell.find_first_not_of(kSpace);
  if (first == std::string::npos) return std::nan("");
  cell = cell.substr(first, cell.find_last_not_of(kSpace) - first + 1);
  if (format.decimal_comma) std::replace(cell.begin(), cell.end(), ',', '.');
  if (cell.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nan("");
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  return *end == '\0' && std::isfinite(value) ? value : std::nan("");
}

Result<Rows> read_rows(const std::string& path) {
  const Result<std::vector<std::byte>> file = files::read_file(path);
  if (!file) return file.error();
  Rows rows;
  rows.name = path.substr(path.find_last_of('/') + 1);
  if (is_npy(file.value())) {
    Result<NumberArray> array = read_npy(file.value(), rows.name);
    if (!array) return array.error();
    rows.values = std::move(array->values);
    const auto count = static_cast<size_t>(array->shape[0]);
    rows.columns = count == 0 ? 0 : rows.values.size() / count;
    return rows;
  }
  Result<CsvTable> table = read_table(file.value(), rows.name);
  if (!table) return table.error();
  rows.table = std::move(table.value());
  rows.columns = rows.table.header.size();
  for (const std::string& cell : rows.table.cells) rows.values.push_back(number_of(cell, rows.table.format));
  return rows;
}

Error no_number(const Rows& rows, size_t row, size_t column) {
  const std::string line = std::to_string(rows.table.lines[row]), place = std::to_string(column + 1);
  return {{rows.name + ", line " + line + ", column " + place + ": this is not a number.",
           rows.name + ", ligne " + line + ", colonne " + place + " : ce n’est pas un nombre."}};
}

Error wrong_width(const Rows& rows, size_t wanted) {
  const std::string has = std::to_string(rows.columns), asks = std::to_string(wanted);
  return {{rows.name + ": each row has " + has + " values, but " + asks + " are needed.",
           rows.name + " : chaque ligne a " + has + " valeurs, mais il en faut " + asks + "."}};
}

// Where each input of the data set stands in the table, by the names of the header; empty when one of them is not there.
std::vector<size_t> named_columns(const Rows& rows, const std::vector<Message>& names) {
  std::vector<size_t> columns;
  if (rows.table.header.empty() || !rows.table.format.header) return columns;
  for (const Message& name : names) {
    int found = rows.table.find_column(name.en);
    if (found < 0) found = rows.table.find_column(name.fr);
    if (found < 0) return {};
    columns.push_back(static_cast<size_t>(found));
  }
  return columns;
}

int class_named(const Dataset& data, const std::string& name) {
  for (size_t i = 0; i < data.class_names.size(); ++i) {
    if (data.class_names[i].en == name || data.class_names[i].fr == name) return static_cast<int>(i);
  }
  return -1;
}

// The class of a row with one column per class, of which exactly one holds a 1; -1 when it is anything else.
int one_hot(const double* row, size_t classes) {
  int found = -1;
  for (size_t i = 0; i < classes; ++i) {
    if (row[i] == 0) continue;
    if (row[i] != 1 || found >= 0) return -1;
    found = static_cast<int>(i);
  }
  return found;
}

}  // namespace

Result<std::vector<double>> read_samples(const std::string& path, const Problem& problem) {
  Result<Rows> read = read_rows(path);
  if (!read) return read.error();
  Rows& rows = read.value();
  const auto width = static_cast<size_t>(problem.data.input_shape.size());
  const bool is_table = !rows.table.header.empty();
  if (!is_table) {
    // One sample may come without the dimension that counts samples.
    if (rows.columns != width && rows.values.size() != width) return wrong_width(rows, width);
    return std::move(rows.values);
  }
  std::vector<size_t> columns = named_columns(rows, problem.data.input_names);
  if (columns.empty()) {
    if (rows.columns != width) return wrong_width(rows, width);
    for (size_t i = 0; i < width; ++i) columns.push_back(i);
  }
  std::vector<double> samples;
  for (size_t row = 0; row < rows.count(); ++row) {
    for (size_t column : columns) {
      samples.push_back(rows.values[row * rows.columns + column]);
      if (std::isnan(samples.back())) return no_number(rows, row, column);
    }
  }
  return samples;
}

Result<std::vector<double>> read_targets(const std::string& path, const Problem& problem) {
  Result<Rows> read = read_rows(path);
  if (!read) return read.error();
  Rows& rows = read.value();
  const Dataset& data = problem.data;
  const auto width = static_cast<size_t>(data.target_shape.size());
  const size_t classes = data.class_names.size();
  const bool is_table = !rows.table.header.empty();
  // In a column of nothing but texts no reader can tell a name from a value; what names a class is a target.
  if (is_table && rows.table.format.header && rows.columns == 1 && data.task != Task::regression && class_named(data, rows.table.header[0]) >= 0) {
    rows.table.cells.insert(rows.table.cells.begin(), rows.table.header[0]);
    rows.table.lines.insert(rows.table.lines.begin(), 1);
    rows.values.insert(rows.values.begin(), std::nan(""));
  }
  const bool spread = data.task != Task::regression && width == 1 && classes > 1 && rows.columns == classes;
  if (rows.columns != width && !spread) return wrong_width(rows, width);
  std::vector<double> targets;
  for (size_t row = 0; row < rows.count(); ++row) {
    const double* values = rows.values.data() + row * rows.columns;
    if (spread) {
      const int found = one_hot(values, classes);
      if (found < 0) {
        const std::string number = std::to_string(row + 1);
        return Error{{rows.name + ", row " + number + ": exactly one of the classes must be 1, the others 0.",
                      rows.name + ", rangée " + number + " : une seule des classes doit valoir 1, les autres 0."}};
      }
      targets.push_back(found);
      continue;
    }
    for (size_t column = 0; column < width; ++column) {
      double value = values[column];
      if (is_table && std::isnan(value) && data.task != Task::regression) {
        const int named = class_named(data, rows.table.cell(static_cast<int>(row), static_cast<int>(column)));
        if (named >= 0) value = named;
      }
      if (std::isnan(value)) return no_number(rows, row, column);
      targets.push_back(value);
    }
  }
  return targets;
}

}  // namespace myelin::cli
