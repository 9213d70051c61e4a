// The user's own files as the data of an experiment: a table, arrays, images or labelled sentences.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "input.h"
#include "myelin/dataset.h"
#include "terminal.h"

namespace myelin::cli {

// At most one of `table`, `images` and `sentences` is given; empty texts and zeros were not.
struct OwnDataOptions {
  std::string table, target_column, columns, task;
  std::string images, labels;
  int64_t side = 0;
  bool grey = false;
  std::string sentences, language;
  int64_t vocabulary = 0, length = 0;

  bool any() const { return !table.empty() || !images.empty() || !sentences.empty(); }
};

// An experiment with the samples it is about; `own` is null unless the data are the user's.
struct Opened {
  Experiment experiment;
  std::shared_ptr<const Dataset> own;
};

// Reads the experiment, says its warnings, and puts the user's data in place of its own: output, loss and, where nothing else is
// possible, the network follow. An empty argument (with data of the user's) means a small dense network on standardised inputs.
Result<Opened> open_experiment(const Terminal& terminal, const std::string& argument, const OwnDataOptions& own);

}  // namespace myelin::cli
