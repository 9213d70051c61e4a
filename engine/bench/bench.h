// What Myelin is measured by: workloads, kernels, and the ceilings of the machine they run on. One list for the command line and
// for bench.html. Only this library reads a clock; it is never part of the playground's program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myelin::bench {

struct Options {
  int threads = 1;
  int repetitions = 7;
  double seconds = 0.05;  // of one repetition, at least
  // Counts only while this program has the processor: for machines that others use, too. One thread, where the system can tell.
  bool processor_time = false;
};
bool knows_processor_time();

// Not-a-number stands for what is not known.
struct Measurement {
  std::string name;
  const char* unit = "";
  int threads = 1;
  int repetitions = 0;
  int64_t calls = 0;                            // in one repetition
  double median = 0, minimum = 0, maximum = 0;  // in units
  double gflops = 0;                            // of the median, where the work is countable
  double gigabytes = 0;                         // per second: what the work must read and write at least
  double intensity = 0;                         // floating-point operations per such byte
  std::string ceiling_name;                     // "" for ceilings themselves
  double ceiling = 0;                           // GFLOP/s, or GB/s of a memory ceiling, measured between slices of the repetitions
  double share = 0;                             // of the ceiling: the median of the shares of all repetitions
};

class Bench {
 public:
  explicit Bench(const Options& options);
  ~Bench();

  // What this program on this machine can measure, such as "gemm/128/fast". Ceilings come first.
  const std::vector<std::string>& names() const { return names_; }
  // Those that a word means: "gemm", "W3", "conv/lenet1", "conv/fast". None for a word that means nothing.
  std::vector<size_t> select(std::string_view word) const;
  // The words that people start with, one for each first part of a name.
  std::vector<std::string> groups() const;

  Measurement measure(size_t entry);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::vector<std::string> names_;
};

// One JSON object; null for what is not known.
std::string to_json(const Measurement& measurement);
// What the measurements of one run have in common, as members of a JSON object without its braces.
std::string run_json(const Options& options);

}  // namespace myelin::bench
