// What web/bench/worker.mjs calls: the same list as on the command line, one entry a call. Texts are JSON and live until the next call.
#include <string>

#include "bench/bench.h"

namespace {

struct Program {
  myelin::bench::Options options;
  myelin::bench::Bench bench;
  std::string text;
};

}  // namespace

extern "C" {

Program* myelin_bench_open(int threads, int repetitions, double seconds) {
  const myelin::bench::Options options = {threads, repetitions, seconds, false};
  return new Program{options, myelin::bench::Bench(options), {}};
}

// {"program": ..., "names": [...]}
const char* myelin_bench_describe(Program* program) {
  std::string& text = program->text = "{" + myelin::bench::run_json(program->options) + ", \"names\": [";
  for (const std::string& name : program->bench.names()) text += (text.back() == '[' ? "\"" : ", \"") + name + "\"";
  text += "]}";
  return text.c_str();
}

// Indices of the entries that a word means.
const char* myelin_bench_select(Program* program, const char* word) {
  std::string& text = program->text = "[";
  for (const size_t entry : program->bench.select(word)) text += (text.back() == '[' ? "" : ", ") + std::to_string(entry);
  text += "]";
  return text.c_str();
}

const char* myelin_bench_measure(Program* program, int entry) {
  program->text = to_json(program->bench.measure(static_cast<size_t>(entry)));
  return program->text.c_str();
}

}  // extern "C"
