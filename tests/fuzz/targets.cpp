#include "fuzz/targets.h"

#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "data/csv.h"
#include "data/idx.h"
#include "myelin/experiment.h"
#include "myelin/files.h"
#include "myelin/goal.h"
#include "myelin/weights.h"

namespace myelin::fuzz {

void promise(bool kept) {
  if (!kept) std::abort();
}

void promise_sentence(const Error& error) { promise(!error.text.en.empty() && !error.text.fr.empty()); }

namespace {

using Bytes = std::span<const std::byte>;

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Whatever was understood has a text form of its own that means the same, in both forms.
void promise_round_trip(const Result<ParsedExperiment>& read) {
  if (!read) return promise_sentence(read.error());
  const Experiment& experiment = read->experiment;
  const Result<ParsedExperiment> from_json = parse_json(to_json(experiment));
  promise(static_cast<bool>(from_json) && from_json->experiment == experiment);
  const std::string link = to_link(experiment);
  const Result<ParsedExperiment> from_link = parse_link(link);
  // Start weights beyond the link's limit are left out of it; everything else is there.
  promise(static_cast<bool>(from_link) && to_link(from_link->experiment) == link);
}

void link(Bytes bytes) { promise_round_trip(parse_link(text_of(bytes))); }

void json(Bytes bytes) { promise_round_trip(parse_json(text_of(bytes))); }

void csv(Bytes bytes) {
  const Result<data::CsvTable> table = data::read_csv(bytes, "fuzz.csv");
  if (!table) return promise_sentence(table.error());
  promise(table->cells.size() == static_cast<size_t>(table->rows()) * static_cast<size_t>(table->columns()));
  for (int row = 0; row < table->rows(); ++row) {
    for (int column = 0; column < table->columns(); ++column) {
      const Result<double> number = data::csv_number(table.value(), row, column, "fuzz.csv");
      if (number) promise(std::isfinite(number.value()));
      else promise_sentence(number.error());
    }
  }
}

void idx(Bytes bytes) {
  const Result<data::IdxArray> array = data::read_idx(bytes, "fuzz.idx");
  if (!array) return promise_sentence(array.error());
  size_t product = 1;
  for (int axis = 0; axis < array->rank; ++axis) product *= static_cast<size_t>(array->dims[static_cast<size_t>(axis)]);
  promise(product == array->values.size());
  unsigned sum = 0;
  for (size_t i = 0; i < product; ++i) sum += array.value()[i];
  promise(sum <= product * 255);
}

void goal(Bytes bytes) {
  const Result<Goal> goal = parse_goal(text_of(bytes));
  if (!goal) return promise_sentence(goal.error());
  promise(text_of(bytes).find_first_of("\"\\\n") == std::string_view::npos);  // it stands in files as it is
  promise(grade(goal.value(), {}).verdict == Verdict::unknown);                // nothing is known, so nothing is decided
  GoalValues values;
  values.parameters = values.epoch = values.step = values.seconds = 1;
  const GoalReport report = grade(goal.value(), values);
  promise(report.verdict == judge(goal.value(), values) && report.terms.size() <= Goal::kMostTerms);
}

// Weights: every tensor has the values of its shape, and what was read is written and read alike.
void safetensors(Bytes bytes) {
  const Result<std::vector<Tensor>> tensors = read_safetensors(bytes, "fuzz.safetensors");
  if (!tensors) return promise_sentence(tensors.error());
  for (const Tensor& tensor : tensors.value()) {
    if (!tensor.readable()) return;
    size_t count = 1;
    for (int64_t size : tensor.shape) count *= static_cast<size_t>(size);
    promise(count == tensor.values.size());
  }
  const std::vector<std::byte> file = write_safetensors(tensors.value());
  const Result<std::vector<Tensor>> again = read_safetensors(file, "fuzz.safetensors");
  promise(static_cast<bool>(again) && again->size() == tensors->size() && write_safetensors(again.value()) == file);
}

// What every data set promises to those who train on it.
void promise_dataset(const Result<Dataset>& read) {
  if (!read) return promise_sentence(read.error());
  const Dataset& data = read.value();
  const auto count = static_cast<size_t>(data.count);
  const size_t width = static_cast<size_t>(data.input_shape.size());
  promise(data.count > 0 && width > 0);
  promise((data.bytes.empty() ? data.values.size() : data.bytes.size()) == count * width);
  promise(data.targets.size() == count * static_cast<size_t>(data.target_shape.size()));
  for (const double value : data.values) promise(std::isfinite(value));
  for (const double target : data.targets) {
    promise(std::isfinite(target));
    if (data.task != Task::regression) promise(target >= 0 && target < static_cast<double>(data.class_names.size()));
  }
}

void table(Bytes bytes) {
  const Result<CsvTable> read = read_table(bytes, "fuzz.csv");
  if (!read) return promise_sentence(read.error());
  promise(describe_columns(read.value()).size() == static_cast<size_t>(read->columns()));
  for (const TableChoice::Guess task : {TableChoice::Guess::automatic, TableChoice::Guess::regression, TableChoice::Guess::classes}) {
    std::vector<Message> warnings;
    promise_dataset(dataset_from_table(read.value(), {.task = task}, "fuzz.csv", &warnings));
  }
}

void text(Bytes bytes) { promise_dataset(dataset_from_text(bytes, "fuzz.tsv", {.vocabulary = 50, .length = 8})); }

void npy(Bytes bytes) {
  const Result<NumberArray> array = read_npy(bytes, "fuzz.npy");
  if (!array) return promise_sentence(array.error());
  size_t product = 1;
  for (const int size : array->shape) product *= static_cast<size_t>(size);
  promise(product == array->values.size());
  const std::vector<std::byte> written = write_npy(array->shape, array->values, NpyType::f8);
  const Result<NumberArray> again = read_npy(written, "again.npy");
  promise(static_cast<bool>(again) && again->shape == array->shape && again->values == array->values);
  promise_dataset(dataset_from_arrays(array.value(), {{array->shape[0]}, std::vector<double>(static_cast<size_t>(array->shape[0]), 0.5)}));
}

constexpr Target kTargets[] = {
    {"csv", csv},
    {"goal", goal},
    {"idx", idx},
    {"json", json},
    {"link", link},
    {"npy", npy},
    {"safetensors", safetensors},
    {"table", table},
    {"text", text},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

}  // namespace myelin::fuzz
