#include "data/csv.h"

#include "base/number.h"

namespace myelin::data {
namespace {

Error csv_error(std::string_view name, int line, const std::string& en, const std::string& fr) {
  const std::string file(name);
  if (line == 0) return {{file + ": " + en, file + " : " + fr}};
  const std::string number = std::to_string(line);
  return {{file + ", line " + number + ": " + en, file + ", ligne " + number + " : " + fr}};
}

// Splits one row after the other off the text; knows nothing of headers and of how many cells a row should have.
class RowReader {
 public:
  explicit RowReader(std::string_view text) : text_(text) {}

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
      if (text_[at_] == ',') {
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
    while (!at_line_end() && text_[at_] != ',') ++at_;
    cell.assign(text_.substr(first, at_ - first));
    return Outcome::ok;
  }

  Outcome quoted(std::string& cell) {
    const int opened = line_;
    ++at_;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '"') {
        if (peek() != '"') return at_line_end() || peek() == ',' ? Outcome::ok : Outcome::text_after_quote;
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

}  // namespace

int CsvTable::find_column(std::string_view name) const {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return static_cast<int>(i);
  }
  return -1;
}

Result<CsvTable> read_csv(std::span<const std::byte> file, std::string_view name, const CsvLimits& limits) {
  if (file.size() > limits.bytes) {
    const std::string most = std::to_string(limits.bytes >> 20);
    return csv_error(name, 0, "the file is larger than " + most + " MiB.", "le fichier dépasse " + most + " Mio.");
  }
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());

  CsvTable table;
  RowReader reader(text);
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
      for (const std::string& cell : cells) table.header.emplace_back(trimmed(cell));
      continue;
    }
    if (cells.size() != table.header.size()) {
      const std::string found = std::to_string(cells.size());
      const std::string wanted = std::to_string(table.header.size());
      return csv_error(name, line, found + " values where the header has " + wanted + ".",
                       found + " valeurs au lieu des " + wanted + " de l’en-tête.");
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
  if (parse_number(trimmed(cell), value)) return value;
  const int line = table.lines[static_cast<size_t>(row)];
  const std::string& header = table.header[static_cast<size_t>(column)];
  return csv_error(name, line, "“" + excerpt(cell) + "” in column “" + excerpt(header) + "” is not a number.",
                   "« " + excerpt(cell) + " » dans la colonne « " + excerpt(header) + " » n’est pas un nombre.");
}

}  // namespace myelin::data
