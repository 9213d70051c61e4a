// Runs the tiles of one operation on a fixed set of workers. A partition is a function of shapes, never of the worker
// count, and each output element has one writer: that is why results do not depend on the number of threads.
#pragma once

#include <cstdint>
#include <memory>

#include "base/function_ref.h"

namespace myelin {

class Executor {
 public:
  virtual ~Executor() = default;
  virtual int workers() const = 0;
  // Calls work(tile, worker) once for each tile in [0, tiles) and returns when all are done. The caller is worker 0.
  // One tile runs inline. Never nested; one caller at a time.
  virtual void run(int tiles, FunctionRef<void(int tile, int worker)> work) = 0;
};

// workers = 1 starts no thread.
std::unique_ptr<Executor> make_executor(int workers);

}  // namespace myelin
