// The commands of the program. Each returns the exit code; they use only the public headers of the engine.
#pragma once

#include <cstdint>
#include <string>

#include "terminal.h"

namespace myelin::cli {

struct TrainOptions {
  std::string experiment;
  int64_t epochs = 100;
  int threads = 1;
  std::string out;         // folder for the results; empty: none
  bool log_lines = false;  // one JSON object per epoch on standard output
};
int train(const Terminal& terminal, const TrainOptions& options);

int summary(const Terminal& terminal, const std::string& experiment, bool json);

int list(const Terminal& terminal, const std::string& kind, bool json);

}  // namespace myelin::cli
