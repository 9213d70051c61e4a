// What handing out an operation costs: an empty tile for each worker, until all have said that they are done. It is also a look at the
// machine: where two processors share no cache, a word takes five times as long from one to the other.
#include "bench/work.h"

namespace myelin::bench {
namespace {

class Forks final : public Work {
 public:
  explicit Forks(Executor& executor) : executor_(executor) { items = 1; }
  bool run(int64_t calls) override {
    for (int64_t call = 0; call < calls; ++call) executor_.run(executor_.workers(), [](int, int) {});
    return true;
  }

 private:
  Executor& executor_;
};

}  // namespace

void add_fork(std::vector<Entry>& entries) {
  entries.push_back({"executor/fork", "forks/s", Bound::none, [](Executor& executor) { return std::make_unique<Forks>(executor); }});
}

}  // namespace myelin::bench
