// Experiments and assets as the command line finds them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "myelin/experiment.h"

namespace myelin::cli {

// A file, a preset's name, or a link; "-" is standard input.
Result<ParsedExperiment> read_experiment(const std::string& argument);

// The bytes of an asset: from the folder MYELIN_ASSETS, from the program itself, or from the folders of large data sets
// (files/read.h); empty when none has a file of that name.
std::vector<std::byte> load_asset(const std::string& name);
// Why an experiment could not be opened: `error`, unless it was for want of a data file; then what to do about that.
Error explained(const Error& error);

}  // namespace myelin::cli
