// The list of entries and the stop-watch: warm-up, repetitions, and between their slices the machine's ceiling, because shared
// machines change their speed from one moment to the next.
#include "bench/bench.h"

#include <myelin_config.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

#if defined(__linux__)
#include <ctime>
#endif

#include "bench/ceiling.h"
#include "bench/work.h"

namespace myelin::bench {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
// A slice of work, then a burst of the ceiling: seconds. Waking threads costs some 20 us, and browsers' clocks step by 0.1 ms
// where pages are not isolated.
constexpr double kSlice = 0.004, kThreadedSlice = 0.012;
constexpr double kBurstShare = 0.2, kShortestBurst = 0.0005;  // of a slice, and seconds
// A browser compiles what runs often a second time, and better, beside it: 0.1 s in which a product has a tenth of its speed.
#if defined(__EMSCRIPTEN__)
constexpr double kWarmUp = 0.06;
#else
constexpr double kWarmUp = 0;
#endif

class Clock {
 public:
  explicit Clock(bool processor_time) : processor_time_(processor_time) {}
  double now() const {
#if defined(__linux__)
    if (processor_time_) {
      timespec time{};
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
      return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }
#endif
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  // Seconds, or not-a-number when the work went wrong.
  double time_of(Work& work, int64_t calls) const {
    const double begin = now();
    const bool good = work.run(calls);
    const double seconds = now() - begin;
    return good ? seconds : kUnknown;
  }

 private:
  [[maybe_unused]] bool processor_time_;
};

// Calls that take about so long, and how long they took. Running them is the warm-up. Every time is the shorter of two: who is
// interrupted while a single short call runs must not take it for a long one.
struct Pace {
  int64_t calls;
  double seconds;
};
Pace pace_of(const Clock& clock, Work& work, double seconds) {
  for (int64_t calls = 1;;) {
    const double took = std::min(clock.time_of(work, calls), clock.time_of(work, calls));
    if (!(took < seconds)) {
      const double share = seconds / took;  // not-a-number where the work went wrong
      if (!(share < 0.9)) return {calls, took};
      const auto fewer = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(static_cast<double>(calls) * share)));
      return {fewer, took * static_cast<double>(fewer) / static_cast<double>(calls)};
    }
    const double factor = std::clamp(1.05 * seconds / std::max(took, 1e-9), 1.05, 16.0);
    calls = static_cast<int64_t>(std::ceil(static_cast<double>(calls) * factor));
  }
}

double median_of(std::vector<double> values) {
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) return kUnknown;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find('/');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// All parts of the word occur in the name, in order: "conv/fast" means "conv/lenet1/forward/fast".
bool means(std::string_view word, std::string_view name) {
  const std::vector<std::string_view> wanted = parts_of(word), there = parts_of(name);
  size_t found = 0;
  for (const std::string_view part : there) {
    if (found < wanted.size() && part == wanted[found]) ++found;
  }
  return found == wanted.size();
}

void append(std::string& json, const char* key, double value) {
  std::array<char, 64> text{};
  if (std::isfinite(value)) std::snprintf(text.data(), text.size(), ", \"%s\": %.6g", key, value);
  else std::snprintf(text.data(), text.size(), ", \"%s\": null", key);
  json += text.data();
}

}  // namespace

struct Bench::State {
  explicit State(const Options& given)
      : options(given), clock(given.processor_time && given.threads == 1), executor(make_executor(given.threads)) {}

  double slice() const { return options.threads > 1 ? kThreadedSlice : kSlice; }

  // The faster one of all widths: what a kernel could use if it were perfect.
  const Ceiling* best_ceiling(bool fused) {
    const Ceiling*& best = best_[fused];
    if (best != nullptr) return best;
    double highest = 0;
    for (const Ceiling& ceiling : ceilings()) {
      if (ceiling.fused != fused) continue;
      const std::unique_ptr<Work> work = arithmetic_ceiling(ceiling, *executor);
      const int64_t calls = pace_of(clock, *work, slice() * kBurstShare).calls;
      for (int repetition = 0; repetition < 5; ++repetition) {
        const double speed = static_cast<double>(calls) * work->flops / clock.time_of(*work, calls);
        if (speed <= highest) continue;
        highest = speed;
        best = &ceiling;
      }
    }
    return best;
  }

  Options options;
  Clock clock;
  std::unique_ptr<Executor> executor;
  std::vector<Entry> entries;

 private:
  const Ceiling* best_[2] = {nullptr, nullptr};
};

Bench::Bench(const Options& options) : state_(std::make_unique<State>(options)) {
  const auto known = ceilings();
  const bool fused = std::any_of(known.begin(), known.end(), [](const Ceiling& ceiling) { return ceiling.fused; });
  std::vector<Entry>& entries = state_->entries;
  add_ceilings(entries);
  add_workloads(entries, fused);
  add_gemm(entries, fused);
  add_layers(entries, fused);
  add_optimizers(entries);
  add_fork(entries);
  add_growth(entries);
  for (const Entry& entry : entries) names_.push_back(entry.name);
}

Bench::~Bench() = default;

std::vector<size_t> Bench::select(std::string_view word) const {
  std::vector<size_t> found;
  for (size_t i = 0; i < names_.size(); ++i) {
    if (means(word, names_[i])) found.push_back(i);
  }
  return found;
}

std::vector<std::string> Bench::groups() const {
  std::vector<std::string> groups;
  for (const std::string& name : names_) {
    const std::string group(parts_of(name).front());
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  return groups;
}

Measurement Bench::measure(size_t index) {
  const Options& options = state_->options;
  const Clock& clock = state_->clock;
  const Entry& entry = state_->entries[index];
  const std::unique_ptr<Work> work = entry.make(*state_->executor);
  const double slice = std::min(state_->slice(), options.seconds);
  if (kWarmUp > 0) pace_of(clock, *work, kWarmUp);  // twice as long, and what led to it
  const Pace pace = pace_of(clock, *work, slice);
  const int64_t calls = pace.calls;
  const double slice_seconds = std::isfinite(pace.seconds) ? std::max(pace.seconds, slice / 2) : options.seconds;
  const int slices = std::max(1, static_cast<int>(std::ceil(options.seconds / slice_seconds)));

  std::unique_ptr<Work> ceiling;
  Measurement result;
  const bool by_memory = entry.bound == Bound::memory;
  if (by_memory) {
    ceiling = memory_ceiling(work->bytes, *state_->executor);
    result.ceiling_name = "ceiling/memory";
  } else if (entry.bound != Bound::none) {
    const Ceiling* best = state_->best_ceiling(entry.bound == Bound::arithmetic_fused);
    ceiling = arithmetic_ceiling(*best, *state_->executor);
    result.ceiling_name = best->name;
  }
  const int64_t burst_calls = ceiling ? pace_of(clock, *ceiling, std::max(kShortestBurst, slice_seconds * kBurstShare)).calls : 0;
  const double burst = ceiling ? static_cast<double>(burst_calls) * (by_memory ? ceiling->bytes : ceiling->flops) / 1e9 : kUnknown;

  const double repetition_calls = static_cast<double>(calls) * slices;
  std::vector<double> speeds, tops, shares;
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    double work_seconds = 0, ceiling_seconds = 0;
    for (int i = 0; i < slices; ++i) {
      work_seconds += clock.time_of(*work, calls);
      if (ceiling) ceiling_seconds += clock.time_of(*ceiling, burst_calls);
    }
    const double per_second = repetition_calls / work_seconds, top = burst * slices / ceiling_seconds;
    speeds.push_back(per_second * work->items);
    tops.push_back(top);
    shares.push_back(per_second * (by_memory ? work->bytes : work->flops) / 1e9 / top);
  }
  result.name = entry.name;
  result.unit = entry.unit;
  result.threads = options.threads;
  result.repetitions = options.repetitions;
  result.calls = calls * slices;
  result.median = median_of(speeds);
  result.minimum = std::isnan(result.median) ? kUnknown : *std::min_element(speeds.begin(), speeds.end());
  result.maximum = std::isnan(result.median) ? kUnknown : *std::max_element(speeds.begin(), speeds.end());
  const double per_second = result.median / work->items;
  result.gflops = work->flops > 0 ? per_second * work->flops / 1e9 : kUnknown;
  result.gigabytes = work->bytes > 0 ? per_second * work->bytes / 1e9 : kUnknown;
  result.intensity = work->flops > 0 && work->bytes > 0 ? work->flops / work->bytes : kUnknown;
  result.ceiling = median_of(tops);
  result.share = median_of(shares);
  return result;
}

bool knows_processor_time() {
#if defined(__linux__)
  return true;
#else
  return false;
#endif
}

std::string to_json(const Measurement& m) {
  std::string json = "{\"name\": \"" + m.name + "\", \"threads\": " + std::to_string(m.threads) + ", \"unit\": \"" + m.unit + "\"";
  append(json, "median", m.median);
  append(json, "minimum", m.minimum);
  append(json, "maximum", m.maximum);
  append(json, "gflops", m.gflops);
  append(json, "gigabytes", m.gigabytes);
  append(json, "intensity", m.intensity);
  json += ", \"ceiling_name\": " + (m.ceiling_name.empty() ? std::string("null") : "\"" + m.ceiling_name + "\"");
  append(json, "ceiling", m.ceiling);
  append(json, "share", m.share);
  append(json, "repetitions", m.repetitions);
  append(json, "calls", static_cast<double>(m.calls));
  return json + "}";
}

std::string run_json(const Options& options) {
  std::string json = "\"program\": \"myelin " MYELIN_VERSION "\", \"build\": \"" MYELIN_BUILD "\"";
  append(json, "threads", options.threads);
  append(json, "repetitions", options.repetitions);
  append(json, "seconds", options.seconds);
  json += options.processor_time ? ", \"clock\": \"processor\"" : ", \"clock\": \"wall\"";
  return json;
}

}  // namespace myelin::bench
