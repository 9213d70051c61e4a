// What the machine can do at most: multiply-adds with hardly a load, and one pass over memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "bench/work.h"

namespace myelin::bench {

struct Ceiling {
  const char* name;  // "ceiling/256/fast": bits of a vector, and which arithmetic
  bool fused;        // one instruction for product and sum
  int lanes;
  int steps;         // multiply-adds of a round in each lane
  float (*run)(int64_t rounds);
};

// Those that this machine has.
std::span<const Ceiling> ceilings();

std::unique_ptr<Work> arithmetic_ceiling(const Ceiling& ceiling, Executor& executor);
// y = a y + x over `bytes` of memory in all, cut among the workers.
std::unique_ptr<Work> memory_ceiling(double bytes, Executor& executor);

}  // namespace myelin::bench
