#include "data/csv.h"

#include <algorithm>
#include <iterator>

#include "base/number.h"
#include "data/utf8.h"

namespace myelin::data {

Error csv_error(std::string_view name, int line, const std::string& en, const std::string& fr) {
  const std::string file(name);
  if (line == 0) return {{file + ": " + en, file + " : " + fr}};
  const std::string number = std::to_string(line);
  return {{file + ", line " + number + ": " + en, file + ", ligne " + number + " : " + fr}};
}

namespace {

// Splits one row after the other off the text; knows nothing of headers and of how many cells a row should have.
class RowReader {
 public:
  RowReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  bool at_end() const { return at_ == text_.size(); }
  int line() const { return line_; }

  enum class Outcome { ok, too_many_cells, open_quote, text_after_quote };
  // A blank line gives one empty cell.
  Outcome next(std::vector<std::string>& cells, size_t most_cells) {
    cells.clear();
    while (true) {
      if (cells.size() == most_cells) return Outcome::too_many_cells;
      cells.emplace_back();
      const Outcome outcome = peek() == '"' ? quoted(cells.back()) : plain(cells.back());
      if (outcome != Outcome::ok) return outcome;
      if (at_end()) return Outcome::ok;
      if (text_[at_] == delimiter_) {
        ++at_;
        continue;
      }
      end_line();
      return Outcome::ok;
    }
  }

 private:
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool at_line_end() const { return at_end() || text_[at_] == '\n' || text_[at_] == '\r'; }

  // "\n", "\r\n", or the lone "\r" of old spreadsheets.
  void end_line() {
    const bool carriage_return = text_[at_++] == '\r';
    if (carriage_return && peek() == '\n') ++at_;
    ++line_;
  }

  Outcome plain(std::string& cell) {
    const size_t first = at_;
    while (!at_line_end() && text_[at_] != delimiter_) ++at_;
    cell.assign(text_.substr(first, at_ - first));
    return Outcome::ok;
  }

  Outcome quoted(std::string& cell) {
    const int opened = line_;
    ++at_;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '"') {
        if (peek() != '"') return at_line_end() || (!at_end() && peek() == delimiter_) ? Outcome::ok : Outcome::text_after_quote;
        ++at_;  // two quotes stand for one
      } else if (c == '\n') {
        ++line_;
      }
      cell.push_back(c);
    }
    line_ = opened;
    return Outcome::open_quote;
  }

  std::string_view text_;
  char delimiter_;
  size_t at_ = 0;
  int line_ = 1;
};

bool is_blank(const std::vector<std::string>& cells) {
  return cells.size() == 1 && cells[0].find_first_not_of(" \t") == std::string::npos;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Enough of a cell to recognise it, cut between two UTF-8 characters.
std::string excerpt(std::string_view text) {
  constexpr size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string(text);
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string_view without_mark(std::span<const std::byte> file) {
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  return text;
}

constexpr size_t kRowsToGuessFrom = 50;
constexpr size_t kColumnsToGuessFrom = 10'000;

// The first rows of a text that are not blank; fewer when the text does not fit the delimiter.
std::vector<std::vector<std::string>> first_rows(std::string_view text, char delimiter) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> cells;
  size_t columns = 0;
  RowReader reader(text, delimiter);
  while (!reader.at_end() && rows.size() < kRowsToGuessFrom && columns < kColumnsToGuessFrom) {
    if (reader.next(cells, kColumnsToGuessFrom) != RowReader::Outcome::ok) break;
    columns += cells.size();
    if (!is_blank(cells)) rows.push_back(cells);
  }
  return rows;
}

// How many rows have as many cells as the first, which must have two at least.
size_t rows_of_one_size(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty() || rows[0].size() < 2) return 0;
  return static_cast<size_t>(std::count_if(rows.begin(), rows.end(), [&](const auto& row) { return row.size() == rows[0].size(); }));
}

// "1,5" or "-12,25", but not "1,5,2" and not "1.2,5".
bool has_decimal_comma(std::string_view cell) {
  double ignored = 0;
  return cell.find(',') != std::string_view::npos && parse_cell(cell, {.decimal_comma = true}, ignored);
}

bool has_decimal_point(std::string_view cell) {
  double ignored = 0;
  return cell.find('.') != std::string_view::npos && parse_cell(cell, {}, ignored);
}

// Names of columns are no numbers; below at least one of them stand numbers.
bool looks_like_header(const std::vector<std::vector<std::string>>& rows, const CsvFormat& format) {
  double ignored = 0;
  const auto number = [&](const std::string& cell) { return parse_cell(cell, format, ignored); };
  if (rows.size() < 2 || std::any_of(rows[0].begin(), rows[0].end(), number)) return false;
  if (std::any_of(rows.begin() + 1, rows.end(), [&](const auto& row) { return std::any_of(row.begin(), row.end(), number); })) return true;
  // Texts only: a header does not come again below itself, and all its cells differ.
  std::vector<std::string> names = rows[0];
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end() || is_missing(names[0])) return false;
  for (size_t row = 1; row < rows.size(); ++row) {
    for (size_t column = 0; column < std::min(rows[0].size(), rows[row].size()); ++column) {
      if (rows[row][column] == rows[0][column]) return false;
    }
  }
  return true;
}

}  // namespace

bool is_missing(std::string_view cell) {
  constexpr std::string_view kWords[] = {"", "?", "-", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "None"};
  return std::find(std::begin(kWords), std::end(kWords), trimmed(cell)) != std::end(kWords);
}

bool parse_cell(std::string_view cell, const CsvFormat& format, double& value) {
  const std::string_view text = trimmed(cell);
  const size_t comma = text.find(',');
  if (!format.decimal_comma || comma == std::string_view::npos) return parse_number(text, value);
  constexpr size_t kLongest = 64;  // longer than any number that is meant
  if (text.size() > kLongest || text.find('.') != std::string_view::npos) return false;
  std::string with_point(text);
  with_point[comma] = '.';
  return parse_number(with_point, value);
}

CsvFormat guess_csv_format(std::string_view text) {
  CsvFormat format;
  size_t best = 0;
  for (const char delimiter : {'\t', ';', '|', ','}) {
    const size_t fits = rows_of_one_size(first_rows(text, delimiter));
    if (fits <= best) continue;
    best = fits;
    format.delimiter = delimiter;
  }
  const auto rows = first_rows(text, format.delimiter);
  bool comma = false, point = false;
  for (const auto& row : rows) {
    for (const std::string& cell : row) {
      comma = comma || has_decimal_comma(cell);
      point = point || has_decimal_point(cell);
    }
  }
  format.decimal_comma = comma && !point;
  format.header = looks_like_header(rows, format);
  return format;
}

}  // namespace myelin::data

namespace myelin {

int CsvTable::find_column(std::string_view name) const {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace myelin

namespace myelin::data {

Result<CsvTable> read_csv(std::span<const std::byte> file, std::string_view name, const CsvLimits& limits, const CsvFormat& format) {
  if (file.size() > limits.bytes) {
    const std::string most = std::to_string(limits.bytes >> 20);
    return csv_error(name, 0, "the file is larger than " + most + " MiB.", "le fichier dépasse " + most + " Mio.");
  }
  const std::string_view text = without_mark(file);
  CsvTable table;
  table.format = format;
  RowReader reader(text, format.delimiter);
  std::vector<std::string> cells;
  while (!reader.at_end()) {
    const int line = reader.line();
    const size_t most_cells = static_cast<size_t>(limits.columns);
    switch (reader.next(cells, most_cells)) {
      case RowReader::Outcome::ok: break;
      case RowReader::Outcome::too_many_cells:
        return csv_error(name, line, "more than " + std::to_string(limits.columns) + " columns.",
                         "plus de " + std::to_string(limits.columns) + " colonnes.");
      case RowReader::Outcome::open_quote:
        return csv_error(name, reader.line(), "a quotation mark is never closed.", "un guillemet n’est jamais refermé.");
      case RowReader::Outcome::text_after_quote:
        return csv_error(name, reader.line(), "there is text after a closing quotation mark.",
                         "du texte suit un guillemet fermant.");
    }
    if (is_blank(cells)) continue;
    if (table.header.empty()) {
      for (const std::string& cell : cells) table.header.emplace_back(format.header ? trimmed(cell) : std::string_view());
      for (size_t i = 0; i < table.header.size(); ++i) {
        if (table.header[i].empty()) table.header[i] = "x" + std::to_string(i + 1);
      }
      if (format.header) continue;
    }
    if (cells.size() != table.header.size()) {
      const std::string found = std::to_string(cells.size());
      const std::string wanted = std::to_string(table.header.size());
      return csv_error(name, line, found + (format.header ? " values where the header has " : " values where the first row has ") + wanted + ".",
                       found + " valeurs au lieu des " + wanted + (format.header ? " de l’en-tête." : " de la première ligne."));
    }
    if (table.cells.size() + cells.size() > limits.cells) {
      const std::string most = std::to_string(limits.cells);
      return csv_error(name, line, "the table has more than " + most + " values.", "le tableau dépasse " + most + " valeurs.");
    }
    for (std::string& cell : cells) table.cells.push_back(std::move(cell));
    table.lines.push_back(line);
  }
  if (table.header.empty()) return csv_error(name, 0, "the file is empty.", "le fichier est vide.");
  if (table.lines.empty()) {
    return csv_error(name, 0, "there is a header but no row of values.", "il y a un en-tête mais aucune ligne de valeurs.");
  }
  return table;
}

Result<double> csv_number(const CsvTable& table, int row, int column, std::string_view name) {
  const std::string& cell = table.cell(row, column);
  double value = 0;
  if (parse_cell(cell, table.format, value)) return value;
  const int line = table.lines[static_cast<size_t>(row)];
  const std::string& header = table.header[static_cast<size_t>(column)];
  return csv_error(name, line, "“" + excerpt(cell) + "” in column “" + excerpt(header) + "” is not a number.",
                   "« " + excerpt(cell) + " » dans la colonne « " + excerpt(header) + " » n’est pas un nombre.");
}

}  // namespace myelin::data
