// What the data sets that are made from files share.
#pragma once

#include <cstddef>
#include <span>

#include "myelin/result.h"

namespace myelin::data {

// An error unless every asset the row names was delivered and is not empty.
Status check_files(std::span<const char* const> assets, std::span<const std::span<const std::byte>> files);

}  // namespace myelin::data
