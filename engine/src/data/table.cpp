// A user's table becomes a data set: which columns are inputs, what the target is, which rows have gaps.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/number.h"
#include "data/csv.h"
#include "data/files.h"
#include "data/utf8.h"

namespace myelin {
namespace {

using data::csv_error;
using data::csv_number;
using data::is_missing;
using data::parse_cell;

constexpr int kMostClasses = 1000;
constexpr int kMostInputs = 4096;
constexpr double kLargest = 1e100;  // squares and sums of larger ones overflow
// Whole numbers are taken for classes when so few differ and each comes so often.
constexpr int kFewNumbers = 20;
constexpr int kRowsPerNumber = 3;

std::string number_of(size_t count) { return std::to_string(count); }

std::string quoted_en(const std::string& text) { return "“" + text + "”"; }
std::string quoted_fr(const std::string& text) { return "« " + text + " »"; }

// The name of a class: texts without the spaces around them, numbers in one form ("1" and "1.0" are one class).
std::string label_of(const CsvTable& table, int row, int column) {
  const std::string& cell = table.cell(row, column);
  double value = 0;
  if (parse_cell(cell, table.format, value)) return number_text(value);
  const size_t first = cell.find_first_not_of(" \t");
  return cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
}

// Numbers by size, then texts by their bytes.
bool before(const std::string& a, const std::string& b) {
  double x = 0, y = 0;
  const bool a_number = parse_number(a, x), b_number = parse_number(b, y);
  if (a_number != b_number) return a_number;
  if (a_number && x != y) return x < y;
  return a < b;
}

TableColumn describe_column(const CsvTable& table, int column) {
  TableColumn facts;
  facts.name = table.header[static_cast<size_t>(column)];
  std::vector<std::string> seen;  // sorted
  for (int row = 0; row < table.rows(); ++row) {
    const std::string& cell = table.cell(row, column);
    if (is_missing(cell)) {
      ++facts.missing;
      continue;
    }
    double value = 0;
    if (!parse_cell(cell, table.format, value)) {
      if (facts.texts++ == 0) facts.first_text = row;
    } else if (value != std::floor(value)) {
      facts.whole = false;
    }
    if (facts.distinct > TableColumn::kMostDistinct) continue;
    std::string label = label_of(table, row, column);
    const auto at = std::lower_bound(seen.begin(), seen.end(), label);
    if (at != seen.end() && *at == label) continue;
    seen.insert(at, std::move(label));
    ++facts.distinct;
  }
  return facts;
}

bool is_empty(const CsvTable& table, const TableColumn& column) { return column.missing == table.rows(); }

// The columns of the choice, or an error about it.
struct Columns {
  std::vector<int> inputs;
  int target = -1;
};

Result<Columns> choose(const CsvTable& table, const std::vector<TableColumn>& facts, const TableChoice& choice, std::string_view name,
                       std::vector<Message>& warnings) {
  Columns columns;
  const auto exists = [&](int column) { return column >= 0 && column < table.columns(); };
  if (choice.target == -1) {
    columns.target = table.columns() - 1;
    while (columns.target > 0 && is_empty(table, facts[static_cast<size_t>(columns.target)])) --columns.target;
  } else {
    columns.target = choice.target;
  }
  if (!exists(columns.target) || !std::all_of(choice.inputs.begin(), choice.inputs.end(), exists)) {
    return csv_error(name, 0, "there is no such column.", "cette colonne n’existe pas.");
  }
  std::vector<bool> used(static_cast<size_t>(table.columns()));
  used[static_cast<size_t>(columns.target)] = true;
  for (const int column : choice.inputs) {
    if (used[static_cast<size_t>(column)]) {
      const std::string& header = table.header[static_cast<size_t>(column)];
      return csv_error(name, 0, "the column " + quoted_en(header) + " is chosen twice.", "la colonne " + quoted_fr(header) + " est choisie deux fois.");
    }
    used[static_cast<size_t>(column)] = true;
    columns.inputs.push_back(column);
  }
  for (int column = 0; choice.inputs.empty() && column < table.columns(); ++column) {
    const TableColumn& one = facts[static_cast<size_t>(column)];
    if (column == columns.target || is_empty(table, one)) continue;
    if (one.texts == 0) {
      columns.inputs.push_back(column);
      continue;
    }
    const Error reason = csv_number(table, one.first_text, column, name).error();
    warnings.push_back({"The column " + quoted_en(one.name) + " is left out. " + reason.text.en,
                        "La colonne " + quoted_fr(one.name) + " est laissée de côté. " + reason.text.fr});
  }
  if (columns.inputs.empty()) {
    return csv_error(name, 0, "no column of numbers is left for the inputs.", "il ne reste aucune colonne de nombres pour les entrées.");
  }
  if (columns.inputs.size() > static_cast<size_t>(kMostInputs)) {
    const std::string most = number_of(kMostInputs);
    return csv_error(name, 0, "there are more than " + most + " inputs.", "il y a plus de " + most + " entrées.");
  }
  return columns;
}

// The rows whose chosen cells are all there.
std::vector<int> whole_rows(const CsvTable& table, const Columns& columns, std::string_view name, std::vector<Message>& warnings) {
  std::vector<int> rows;
  int first_gap = -1;
  for (int row = 0; row < table.rows(); ++row) {
    const bool gap = is_missing(table.cell(row, columns.target)) || std::any_of(columns.inputs.begin(), columns.inputs.end(), [&](int column) {
                       return is_missing(table.cell(row, column));
                     });
    if (!gap) rows.push_back(row);
    if (gap && first_gap < 0) first_gap = row;
  }
  const size_t left_out = static_cast<size_t>(table.rows()) - rows.size();
  if (left_out > 0) {
    const std::string count = number_of(left_out), all = number_of(static_cast<size_t>(table.rows()));
    const std::string line = std::to_string(table.lines[static_cast<size_t>(first_gap)]);
    const std::string file(name);
    warnings.push_back({file + ": " + count + " of " + all + " rows are left out because a value is missing, the first on line " + line + ".",
                        file + " : " + count + " lignes sur " + all + " sont laissées de côté, car une valeur manque ; la première à la ligne " + line + "."});
  }
  return rows;
}

Result<double> bounded_number(const CsvTable& table, int row, int column, std::string_view name) {
  Result<double> value = csv_number(table, row, column, name);
  if (!value || std::fabs(value.value()) <= kLargest) return value;
  const std::string& header = table.header[static_cast<size_t>(column)];
  return csv_error(name, table.lines[static_cast<size_t>(row)], "the number in column " + quoted_en(header) + " is too large.",
                   "le nombre dans la colonne " + quoted_fr(header) + " est trop grand.");
}

Status fill_classes(const CsvTable& table, int target, const std::vector<int>& rows, std::string_view name, Dataset& data) {
  std::vector<std::string> labels, names;
  for (const int row : rows) labels.push_back(label_of(table, row, target));
  names = labels;
  std::sort(names.begin(), names.end(), before);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string& header = table.header[static_cast<size_t>(target)];
  if (names.size() < 2 || names.size() > static_cast<size_t>(kMostClasses)) {
    const std::string count = number_of(names.size());
    return csv_error(name, 0, "the target " + quoted_en(header) + " has " + count + " classes; 2 to 1000 are possible.",
                     "la cible " + quoted_fr(header) + " a " + count + " classes ; il en faut de 2 à 1000.");
  }
  data.task = names.size() == 2 ? Task::binary : Task::classes;
  for (const std::string& label : names) data.class_names.push_back({label, label});
  for (const std::string& label : labels) {
    data.targets.push_back(static_cast<double>(std::lower_bound(names.begin(), names.end(), label, before) - names.begin()));
  }
  return {};
}

void fill_plane(Dataset& data) {
  if (data.input_shape[0] >= 2) return data::span_plane(data, 0, 1);
  data::span_plane(data, 0, 0);
  data.plane.dimensions = 1;
  const auto [low, high] = std::minmax_element(data.targets.begin(), data.targets.end());
  const double margin = *low < *high ? (*high - *low) / 10 : 1;
  data.plane.y_min = *low - margin;
  data.plane.y_max = *high + margin;
}

}  // namespace

Result<CsvTable> read_table(std::span<const std::byte> file, std::string_view name, const CsvLimits& limits) {
  if (file.size() > limits.bytes) return data::read_csv(file, name, limits);  // says so
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  const size_t zero = text.find('\0');
  if (zero != std::string_view::npos) {
    const int line = 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n'));
    return csv_error(name, line, "this is no text: it holds a zero byte.", "ce n’est pas du texte : il contient un octet nul.");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  std::string converted;
  if (!data::is_utf8(text)) text = converted = data::from_windows(text);
  CsvLimits rest = limits;
  rest.bytes = std::max(rest.bytes, text.size());  // signs of Windows take more bytes as UTF-8
  return data::read_csv(std::as_bytes(std::span(text)), name, rest, data::guess_csv_format(text));
}

std::vector<TableColumn> describe_columns(const CsvTable& table) {
  std::vector<TableColumn> all;
  for (int column = 0; column < table.columns(); ++column) all.push_back(describe_column(table, column));
  return all;
}

Result<Dataset> dataset_from_table(const CsvTable& table, const TableChoice& choice, std::string_view name, std::vector<Message>* warnings) {
  std::vector<Message> said;
  const std::vector<TableColumn> facts = describe_columns(table);
  const Result<Columns> columns = choose(table, facts, choice, name, said);
  if (!columns) return columns.error();
  const std::vector<int> rows = whole_rows(table, columns.value(), name, said);
  if (rows.empty()) {
    return csv_error(name, 0, "every row has a missing value.", "il manque une valeur dans chaque ligne.");
  }
  Dataset data;
  data.count = static_cast<int>(rows.size());
  data.input_shape = Shape{static_cast<int>(columns->inputs.size())};
  data.part.assign(rows.size(), SplitPart::train);
  for (const int column : columns->inputs) {
    const std::string& header = table.header[static_cast<size_t>(column)];
    data.input_names.push_back({header, header});
  }
  data.values.reserve(rows.size() * columns->inputs.size());
  for (const int row : rows) {
    for (const int column : columns->inputs) {
      const Result<double> value = bounded_number(table, row, column, name);
      if (!value) return value.error();
      data.values.push_back(value.value());
    }
  }
  const TableColumn& target = facts[static_cast<size_t>(columns->target)];
  const bool few = target.distinct <= 2 || (target.distinct <= kFewNumbers && table.rows() >= kRowsPerNumber * target.distinct);
  const bool classes = choice.task == TableChoice::Guess::automatic ? target.texts > 0 || (target.whole && few)
                                                                    : choice.task == TableChoice::Guess::classes;
  if (classes) {
    if (Status wrong = fill_classes(table, columns->target, rows, name, data)) return *wrong;
  } else {
    data.task = Task::regression;
    for (const int row : rows) {
      const Result<double> value = bounded_number(table, row, columns->target, name);
      if (!value) return value.error();
      data.targets.push_back(value.value());
    }
  }
  fill_plane(data);
  if (warnings != nullptr) warnings->insert(warnings->end(), said.begin(), said.end());
  return data;
}

}  // namespace myelin
