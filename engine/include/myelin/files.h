// Users' files as bytes, read into tables, arrays and data sets. They may come from anybody: limits are checked before memory is
// taken, and every error says what is wrong and where. Compressed files and images are opened by the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/dataset.h"
#include "myelin/result.h"

namespace myelin {

// --- Tables (CSV and its relatives) -----------------------------------------------------------------------------------

struct CsvFormat {
  char delimiter = ',';        // or ';', a tab, '|'
  bool header = true;          // the first row names the columns
  bool decimal_comma = false;  // 1,5 is a number
};

// All rows have as many cells as the header. Texts are UTF-8.
struct CsvTable {
  std::vector<std::string> header;  // "x1", "x2", ... where the file names no columns
  std::vector<std::string> cells;   // rows x columns
  std::vector<int> lines;           // per row: the line it starts on, for errors about its contents; the first line is 1
  CsvFormat format;

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

// Guesses encoding, delimiter, header and decimal comma. `name` stands in the error's sentence.
Result<CsvTable> read_table(std::span<const std::byte> file, std::string_view name, const CsvLimits& limits = {});

struct TableColumn {
  std::string name;
  int missing = 0;       // empty cells, "NA", "?" and the like
  int texts = 0;         // cells that are no numbers and not missing
  int first_text = -1;   // row of the first of them
  int distinct = 0;      // different values, counted up to kMostDistinct + 1
  bool whole = true;     // all numbers are whole
  static constexpr int kMostDistinct = 1000;
};
std::vector<TableColumn> describe_columns(const CsvTable& table);

struct TableChoice {
  std::vector<int> inputs = {};  // columns; empty: every column of numbers but the target
  int target = -1;               // -1: the last column that is not empty
  enum class Guess { automatic, regression, classes };
  Guess task = Guess::automatic;  // automatic: texts and few whole numbers are classes
};

// Rows with missing values are left out. Each thing left out gives a warning.
Result<Dataset> dataset_from_table(const CsvTable& table, const TableChoice& choice, std::string_view name,
                                   std::vector<Message>* warnings = nullptr);

// --- Labelled sentences -------------------------------------------------------------------------------------------------

struct TextChoice {
  int vocabulary = 1000;      // so many of the most frequent words are known
  int length = 20;            // words of a sentence that count; shorter ones are filled up with 0
  std::string language = {};  // only lines of this language, where the file says it; empty: all
};

// Lines "label <tab> sentence" or "label <tab> language <tab> sentence". Inputs are indices of words from 1, most frequent first.
Result<Dataset> dataset_from_text(std::span<const std::byte> file, std::string_view name, const TextChoice& choice);

// --- Arrays ---------------------------------------------------------------------------------------------------------------

// Numbers in row-major order.
struct NumberArray {
  static constexpr int kMaxRank = 4;
  std::vector<int> shape;  // 1 to 4 sizes
  std::vector<double> values;
};

// NumPy's format: little-endian f4, f8, u1, i4 or i8 in C order. Values that are not finite are an error.
Result<NumberArray> read_npy(std::span<const std::byte> file, std::string_view name, size_t most_values = size_t{1} << 24);
enum class NpyType { f4, f8 };
std::vector<std::byte> write_npy(std::span<const int> shape, std::span<const double> values, NpyType type);

bool is_npy(std::span<const std::byte> file);

// Inputs {count, values}, {count, rows, columns} or {count, channels, rows, columns}; targets {count} of whole numbers from 0 to 999
// are classes, other numbers and {count, values} are values to predict.
Result<Dataset> dataset_from_arrays(const NumberArray& inputs, const NumberArray& targets);

// Images and labels as MNIST has them: bytes {count, rows, columns} or {count, values}, and {count}.
Result<Dataset> dataset_from_idx(std::span<const std::byte> images, std::span<const std::byte> labels);

}  // namespace myelin
