// Reads comma-separated values (RFC 4180) and their relatives: quoted fields, any kind of line end, a byte-order mark. Texts may
// come from anybody: limits are checked before memory is taken, and every error names its line.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/files.h"

namespace myelin::data {

using myelin::CsvFormat;
using myelin::CsvLimits;
using myelin::CsvTable;

// An error about a line of a file; line 0: about the whole file.
Error csv_error(std::string_view name, int line, const std::string& en, const std::string& fr);

// Blank rows are skipped. `name` stands in the error's sentence.
Result<CsvTable> read_csv(std::span<const std::byte> file, std::string_view name, const CsvLimits& limits = {}, const CsvFormat& format = {});

// Delimiter: of tab, semicolon, bar and comma the one that cuts most of the first rows into the same number of cells, at least
// two; the first of equals. Header: the first row has no number although a column below has. Decimal comma: so written, and never with a point.
CsvFormat guess_csv_format(std::string_view text);

// "", "NA", "?" and the like.
bool is_missing(std::string_view cell);
bool parse_cell(std::string_view cell, const CsvFormat& format, double& value);  // spaces around it are ignored
// The number in a cell. The error names the line, the column and the text.
Result<double> csv_number(const CsvTable& table, int row, int column, std::string_view name);

}  // namespace myelin::data
