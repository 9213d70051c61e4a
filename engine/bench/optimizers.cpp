// The optimisers' pass over the flat arrays of a network of a quarter of a million parameters.
#include <string_view>

#include "base/assert.h"
#include "bench/work.h"
#include "nn/optimizer.h"

namespace myelin::bench {
namespace {

constexpr int kParameters = 1 << 18;

class OptimizerWork final : public Work {
 public:
  explicit OptimizerWork(std::string_view key)
      : row_(find_optimizer(key)), options_(optimizer_options(Settings(row_->row.fields))), params_(random_values(kParameters)),
        grads_(random_values(kParameters, -1e-3, 1e-3)) {
    for (int slot = 0; slot < row_->states; ++slot) state_[slot] = Buffer<float>(kParameters);
    items = kParameters / 1e9;
    // Reads the gradient; reads and writes the parameter and each state.
    bytes = 4.0 * kParameters * (3 + 2 * row_->states);
  }
  bool run(int64_t calls) override {
    for (int64_t call = 0; call < calls; ++call) {
      row_->step<float>({options_, ++step_, params_.data(), grads_.data(), {state_[0].data(), state_[1].data()}, kParameters});
    }
    return true;
  }

 private:
  const OptimizerRow* row_;
  OptimizerOptions options_;
  Buffer<float> params_, grads_, state_[2];
  int64_t step_ = 0;
};

}  // namespace

void add_optimizers(std::vector<Entry>& entries) {
  for (const char* key : {"sgd", "momentum", "adam"}) {
    entries.push_back({std::string("optimizer/") + key, "Gvalues/s", Bound::memory,
                       [key](Executor&) { return std::make_unique<OptimizerWork>(key); }});
  }
}

}  // namespace myelin::bench
