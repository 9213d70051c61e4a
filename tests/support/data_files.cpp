#include "support/data_files.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "support/support.h"

namespace myelin::test {

Result<Dataset> make_data(const DatasetRow& row, const Settings& settings) {
  const auto files = std::make_shared<std::vector<std::vector<std::byte>>>();
  for (const char* asset : row.assets_for(settings)) files->push_back(read_asset(asset));
  std::vector<std::span<const std::byte>> views(files->begin(), files->end());
  Result<Dataset> data = row.make(settings, views);
  if (data) data->bytes.keep(files);
  return data;
}

Dataset make_data(std::string_view key, std::string_view changes) {
  const DatasetRow* row = find_dataset(key);
  MYELIN_ASSERT(row != nullptr);
  Settings settings(row->row.fields);
  while (!changes.empty()) {
    const size_t end = std::min(changes.find('&'), changes.size());
    const size_t equals = changes.find('=');
    const Settings::Parsed parsed = settings.set_text(changes.substr(0, equals), changes.substr(equals + 1, end - equals - 1));
    MYELIN_ASSERT(parsed == Settings::Parsed::ok);
    changes.remove_prefix(std::min(end + 1, changes.size()));
  }
  Result<Dataset> made = make_data(*row, settings);
  MYELIN_ASSERT(static_cast<bool>(made));
  return std::move(made.value());
}

uint64_t hash_samples(const Dataset& data, int samples) {
  uint64_t hash = fnv1a({});
  for (int sample = 0; sample < std::min(samples, data.count); ++sample) {
    const auto target = data.targets.begin() + static_cast<std::ptrdiff_t>(sample) * data.target_shape.size();
    std::vector<double> values(target, target + data.target_shape.size());
    for (int i = 0; i < data.input_shape.size(); ++i) values.push_back(data.input(sample, i));
    hash = fnv1a(std::as_bytes(std::span(values)), hash);
  }
  return hash;
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace myelin::test
