// How the time of a step grows: the same network wider, deeper, in larger batches, on larger images. tests/bench/growth.mjs draws it.
#include "bench/workloads.h"

namespace myelin::bench {
namespace {

using Make = Workload (*)(int size);

std::string times(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string classifier(const std::string& hidden, int batch) {
  return "net=" + hidden + "dense(units:10,activation:softmax)&loss=cross_entropy&opt=sgd&opt.rate=0.01&train.batch=" + std::to_string(batch);
}

std::string dense(int units) { return "dense(units:" + std::to_string(units) + ",activation:relu)"; }

Workload by_width(int width) { return {{width}, 10, 256, classifier(times(dense(width), 2), 32)}; }
Workload by_depth(int depth) { return {{64}, 10, 256, classifier(times(dense(64), depth), 32)}; }
Workload by_batch(int batch) { return {{784}, 10, 1024, classifier(dense(128) + dense(64), batch)}; }
Workload by_image(int side) {
  return {{1, side, side}, 10, 64, classifier("conv2d(filters:16,padding:same)conv2d(filters:16,padding:same)global_pool()", 16)};
}

struct Family {
  const char* name;
  Make make;
  int first, last;  // doubled from one to the other
};

constexpr Family kFamilies[] = {
    {"width", by_width, 16, 1024}, {"depth", by_depth, 1, 32}, {"batch", by_batch, 1, 512}, {"image", by_image, 8, 128}};

class Steps final : public Work {
 public:
  explicit Steps(std::unique_ptr<Work> work) : work_(std::move(work)) {
    items = 1;
    flops = work_->flops;
  }
  bool run(int64_t calls) override { return work_->run(calls); }

 private:
  std::unique_ptr<Work> work_;
};

}  // namespace

void add_growth(std::vector<Entry>& entries) {
  for (const Family& family : kFamilies) {
    for (int size = family.first; size <= family.last; size *= 2) {
      entries.push_back({"growth/" + std::string(family.name) + "/" + std::to_string(size), "steps/s", Bound::arithmetic_exact,
                         [&family, size](Executor& executor) -> std::unique_ptr<Work> {
                           return std::make_unique<Steps>(training_work(family.make(size), Arithmetic::exact, executor));
                         }});
    }
  }
}

}  // namespace myelin::bench
