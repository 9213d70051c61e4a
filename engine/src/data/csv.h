// Reads comma-separated values (RFC 4180): quoted fields, either kind of line end, an optional byte-order mark. Texts may come
// from anybody: limits are checked before memory is taken, and every error names its line.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/result.h"

namespace myelin::data {

// All rows have as many cells as the header.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::string> cells;  // rows x columns
  std::vector<int> lines;          // per row: the line it starts on, for errors about its contents; the first line is 1

  int columns() const { return static_cast<int>(header.size()); }
  int rows() const { return static_cast<int>(lines.size()); }
  const std::string& cell(int row, int column) const {
    return cells[static_cast<size_t>(row) * header.size() + static_cast<size_t>(column)];
  }
  int find_column(std::string_view name) const;  // -1 when absent
};

struct CsvLimits {
  size_t bytes = size_t{32} << 20;
  int columns = 10'000;
  size_t cells = 2'000'000;
};

// The first row that is not blank is the header. `name` stands in the error's sentence.
Result<CsvTable> read_csv(std::span<const std::byte> file, std::string_view name, const CsvLimits& limits = {});

// The number in a cell: spaces around it are ignored. The error names the line, the column and the text.
Result<double> csv_number(const CsvTable& table, int row, int column, std::string_view name);

}  // namespace myelin::data
