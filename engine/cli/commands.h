// The commands of the program. Each returns the exit code; they use only the public headers of the engine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "own_data.h"
#include "terminal.h"

namespace myelin::cli {

struct TrainOptions {
  std::string experiment;
  OwnDataOptions own;
  int64_t epochs = 0;      // 0: the experiment's own, or 100
  int threads = 1;
  std::string out;         // folder for the results; empty: none
  bool log_lines = false;  // one JSON object per epoch on standard output
  bool json = false;       // one JSON object at the end
  std::string weights;     // file to start from; empty: drawn
  bool partial = false;    // tensors that the file does not have are drawn
  std::string goal;
  int folds = 0;
  bool stratified = false;
};
int train(const Terminal& terminal, const TrainOptions& options);

struct GradeOptions {
  std::string experiment;
  OwnDataOptions own;
  std::string goal;
  int64_t epochs = 0;
  int threads = 1;
  std::string junit;  // file for the result; empty: none
  bool json = false;
};
int grade(const Terminal& terminal, const GradeOptions& options);

// What the commands about a network with given weights share.
struct NetworkOptions {
  std::string experiment;
  OwnDataOptions own;
  std::string weights;  // empty: as a run starts
  bool partial = false;
  int threads = 1;
  bool json = false;
};
// `roc`: file for the ROC curves; empty: none.
int evaluate(const Terminal& terminal, const NetworkOptions& options, const std::string& roc);
int predict(const Terminal& terminal, const NetworkOptions& options, const std::string& input);

struct GradientOptions {
  std::string input, target, out;
  bool f64 = false;
};
int gradients(const Terminal& terminal, const NetworkOptions& options, const GradientOptions& files);

struct CheckOptions {
  double step = 0;       // 0: the engine's choice
  int64_t samples = 0;   // as well
  int64_t parameters = 0;
};
int check_gradients(const Terminal& terminal, const NetworkOptions& options, const CheckOptions& check);

int summary(const Terminal& terminal, const std::string& experiment, const OwnDataOptions& own, bool json);

struct BenchOptions {
  int threads = 1;
  int repetitions = 7;
  double seconds = 0.05;  // of one repetition
  bool processor_time = false;
  bool json = false;
};
// No words: everything.
int bench(const Terminal& terminal, const std::vector<std::string>& words, const BenchOptions& options);

int list(const Terminal& terminal, const std::string& kind, bool json);

}  // namespace myelin::cli
