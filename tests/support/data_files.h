// Data sets for tests: rows made with the files of assets/data, as a host would deliver them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "data/rows.h"

namespace myelin::test {

// What the row's generator gives, with its files.
Result<Dataset> make_data(const DatasetRow& row, const Settings& settings);
// With default settings but these, as in links: "noise=20&arms=3". Aborts when there is no such row or setting.
Dataset make_data(std::string_view key, std::string_view changes = "");

// FNV-1a over the bits of the first samples' inputs and targets.
uint64_t hash_samples(const Dataset& data, int samples);

std::span<const std::byte> as_bytes(std::string_view text);

}  // namespace myelin::test
