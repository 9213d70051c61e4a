// What the data sets that are made from files share.
#pragma once

#include <cstddef>
#include <span>

#include "myelin/dataset.h"
#include "myelin/result.h"

namespace myelin::data {

// An error unless every asset the row names was delivered and is not empty.
Status check_files(std::span<const char* const> assets, std::span<const std::span<const std::byte>> files);

// The picture over two inputs: the range of each, with a tenth of it added on either side. The data must have samples.
void span_plane(Dataset& data, int x_input, int y_input);

}  // namespace myelin::data
