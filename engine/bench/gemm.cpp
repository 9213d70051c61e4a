// Matrix products: squares, and the shapes that LeNet-5 and a small VGG ask for (forward, weight gradient, input gradient).
#include <algorithm>
#include <iterator>

#include "bench/work.h"

namespace myelin::bench {
namespace {

struct Size {
  int m, n, k;
};
constexpr Size kSizes[] = {{32, 32, 32},    {64, 64, 64},    {128, 128, 128}, {256, 256, 256}, {512, 512, 512}, {16, 6400, 150},
                           {16, 150, 6400}, {150, 6400, 16}, {32, 6272, 288}, {64, 120, 400},  {6, 25088, 25},  {64, 10, 84}};

size_t area(int rows, int columns) { return static_cast<size_t>(rows) * static_cast<size_t>(columns); }

class GemmWork final : public Work {
 public:
  GemmWork(Size size, Arithmetic arithmetic, Executor& executor)
      : executor_(executor), a_(random_values(area(size.m, size.k))), b_(random_values(area(size.k, size.n))), c_(area(size.m, size.n)),
        scratch_(gemm_scratch<float>(size.m, size.n, size.k, executor.workers())),
        product_{.m = size.m, .n = size.n, .k = size.k, .a = a_.data(), .a_stride = size.k, .b = b_.data(), .b_stride = size.n,
                 .c = c_.data(), .c_stride = size.n, .arithmetic = arithmetic} {
    flops = 2.0 * size.m * size.n * size.k;
    items = flops / 1e9;
    bytes = 4.0 * static_cast<double>(a_.size() + b_.size() + c_.size());
  }
  bool run(int64_t calls) override {
    for (int64_t call = 0; call < calls; ++call) gemm(product_, scratch_.data(), executor_);
    return true;
  }

 private:
  Executor& executor_;
  Buffer<float> a_, b_, c_, scratch_;
  Gemm<float> product_;
};

}  // namespace

void add_gemm(std::vector<Entry>& entries, bool fused) {
  for (const Size size : kSizes) {
    const std::string m = std::to_string(size.m), n = std::to_string(size.n), k = std::to_string(size.k);
    const std::string name = size.m == size.n && size.n == size.k ? m : m + "x" + n + "x" + k;
    for (const Arithmetic arithmetic : {Arithmetic::exact, Arithmetic::fused}) {
      if (arithmetic == Arithmetic::fused && !fused) continue;
      entries.push_back({"gemm/" + name + "/" + name_of(arithmetic), "GFLOP/s", bound_of(arithmetic),
                         [size, arithmetic](Executor& executor) { return std::make_unique<GemmWork>(size, arithmetic, executor); }});
    }
  }
}

}  // namespace myelin::bench
