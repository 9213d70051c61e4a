// `myelin bench [NAMES...]`: how fast this program is on this machine, beside what the machine can do at most.
#include "bench/bench.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "commands.h"

namespace myelin::cli {
namespace {

// Three digits, or none behind the point where there are more: 0.0312, 12.3, 41200.
std::string digits(const Terminal& terminal, double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::fabs(value);
  return terminal.number(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4);
}

std::string percent(const Terminal& terminal, double share) {
  if (!std::isfinite(share)) return "-";
  return terminal.number(100 * share, 0) + (terminal.language() == Language::french ? "\u202f%" : " %");
}

std::vector<std::string> row_of(const Terminal& terminal, const bench::Measurement& m) {
  return {m.name,
          m.unit,
          digits(terminal, m.median),
          digits(terminal, m.minimum),
          digits(terminal, m.maximum),
          digits(terminal, m.gflops),
          digits(terminal, m.ceiling),
          percent(terminal, m.share)};
}

}  // namespace

int bench(const Terminal& terminal, const std::vector<std::string>& words, const BenchOptions& options) {
  if (options.processor_time && (options.threads > 1 || !bench::knows_processor_time())) {
    return terminal.refuse({"--processor-time needs one thread, and Linux.", "--processor-time demande un seul fil d’exécution, et Linux."});
  }
  const bench::Options settings = {options.threads, options.repetitions, options.seconds, options.processor_time};
  bench::Bench bench(settings);
  std::vector<size_t> wanted;
  for (const std::string& word : words) {
    const std::vector<size_t> found = bench.select(word);
    if (found.empty()) {
      std::string known;
      for (const std::string& group : bench.groups()) known += (known.empty() ? "" : ", ") + group;
      return terminal.refuse({"There is nothing called '" + word + "' to measure; there are " + known + " and their parts, such as gemm/128 or conv/fast.",
                              "Il n’y a rien à mesurer sous le nom « " + word + " » ; il y a " + known +
                                  " et leurs parties, par exemple gemm/128 ou conv/fast."});
    }
    for (const size_t entry : found) {
      if (std::find(wanted.begin(), wanted.end(), entry) == wanted.end()) wanted.push_back(entry);
    }
  }
  if (words.empty()) {
    for (size_t entry = 0; entry < bench.names().size(); ++entry) wanted.push_back(entry);
  }
  std::vector<std::vector<std::string>> rows = {{terminal.word({"name", "nom"}), terminal.word({"unit", "unité"}),
                                                 terminal.word({"median", "médiane"}), terminal.word({"lowest", "minimum"}),
                                                 terminal.word({"highest", "maximum"}), "GFLOP/s", terminal.word({"ceiling", "plafond"}),
                                                 terminal.word({"share", "part"})}};
  std::string json = "{" + bench::run_json(settings) + ", \"entries\": [";
  for (size_t i = 0; i < wanted.size(); ++i) {
    terminal.progress(std::to_string(i + 1) + "/" + std::to_string(wanted.size()) + " " + bench.names()[wanted[i]]);
    const bench::Measurement m = bench.measure(wanted[i]);
    rows.push_back(row_of(terminal, m));
    json += (i == 0 ? "\n  " : ",\n  ") + bench::to_json(m);
  }
  terminal.progress("");
  if (options.json) {
    terminal.print(json + "]}\n");
    return kGood;
  }
  terminal.print(table(rows));
  const std::string count = std::to_string(options.threads);
  terminal.print(terminal.word({"Threads: ", "Fils d’exécution : "}) + count +
                 terminal.word({". The ceiling is measured between slices of each repetition: multiply-adds with hardly a load (GFLOP/s), or one pass over as "
                                "much memory (GB/s).\n",
                                ". Le plafond est mesuré entre les tranches de chaque répétition : multiplications-additions presque sans lecture (GFLOP/s), ou un "
                                "passage sur autant de mémoire (Go/s).\n"}));
  return kGood;
}

}  // namespace myelin::cli
