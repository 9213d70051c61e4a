// Training steps as work to be measured. For the files of engine/bench only.
#pragma once

#include "bench/work.h"
#include "myelin/shape.h"

namespace myelin::bench {

struct Workload {
  Shape input;
  int classes = 0;  // 0: two classes coded as -1 and 1 for one output
  int samples = 0;  // fixed random ones
  std::string link;  // network, loss, optimiser, batch: an experiment without its data
};

// One call is one step: forward, backward, update. Its items are samples.
std::unique_ptr<Work> training_work(const Workload& workload, Arithmetic arithmetic, Executor& executor);

}  // namespace myelin::bench
