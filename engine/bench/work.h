// One thing to be repeated, and how much of it one call does. For the files of engine/bench only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/rng.h"
#include "kernels/gemm.h"
#include "tensor/buffer.h"

namespace myelin::bench {

class Work {
 public:
  virtual ~Work() = default;
  // False when the work went wrong (training diverged): such a measurement means nothing.
  virtual bool run(int64_t calls) = 0;

  // Of one call. Zero for what cannot be counted.
  double items = 0;  // in the entry's unit
  double flops = 0;  // multiply-adds count twice
  double bytes = 0;  // each value read or written once: the least that any implementation moves
};

enum class Bound { arithmetic_exact, arithmetic_fused, memory, none };

struct Entry {
  std::string name;
  const char* unit;
  Bound bound;
  std::function<std::unique_ptr<Work>(Executor&)> make;
};

constexpr const char* kArithmeticNames[] = {"exact", "fast"};
inline const char* name_of(Arithmetic arithmetic) { return kArithmeticNames[arithmetic == Arithmetic::fused]; }
inline Bound bound_of(Arithmetic arithmetic) { return arithmetic == Arithmetic::fused ? Bound::arithmetic_fused : Bound::arithmetic_exact; }

// Uniform in [low, high), the same in every run.
inline Buffer<float> random_values(size_t count, double low = -1, double high = 1) {
  Buffer<float> values(count);
  const Rng random(7, Stream::data);
  for (size_t i = 0; i < count; ++i) values.data()[i] = static_cast<float>(random.uniform(i, low, high));
  return values;
}

void add_ceilings(std::vector<Entry>& entries);
void add_workloads(std::vector<Entry>& entries, bool fused);
void add_gemm(std::vector<Entry>& entries, bool fused);
void add_layers(std::vector<Entry>& entries, bool fused);
void add_optimizers(std::vector<Entry>& entries);
void add_fork(std::vector<Entry>& entries);
void add_growth(std::vector<Entry>& entries);

}  // namespace myelin::bench
