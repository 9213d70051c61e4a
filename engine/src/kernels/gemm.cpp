// Cuts a matrix product into tiles that are a function of its shape and the machine, never of the number of threads, and hands
// them to the widest kernel that suits. Must never allocate.
#include "kernels/gemm.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "kernels/gemm_target.h"

namespace myelin {
namespace {

// Multiply-adds per tile: an eighth of the product, but 1 to 10 us, well above the cost of handing a tile out.
constexpr int64_t kTileWork = 1 << 16;
// What is less is one tile.
constexpr int64_t kSharedWork = 1 << 17;

constexpr int round_up(int value, int unit) { return (value + unit - 1) / unit * unit; }
constexpr int divide_up(int value, int by) { return (value + by - 1) / by; }

// What this machine has, asked once.
template <class Real>
struct Targets {
  std::array<const GemmTarget<Real>*, 4> list{}, suited{};
  size_t count = 0, suited_count = 0;
  Targets() {
    const auto add = [this](const GemmTarget<Real>& target) {
      if (!target.available()) return;
      list[count++] = &target;
      if (target.suits()) suited[suited_count++] = &target;
    };
    if constexpr (sizeof(Real) == sizeof(float)) {
      add(kGemmPortableFloat);
#if defined(__x86_64__)
      add(kGemmAvx2Float);
      add(kGemmAvx512Float);
      add(kGemmAvx512HalvedFloat);
#endif
    } else {
      add(kGemmPortableDouble);
#if defined(__x86_64__)
      add(kGemmAvx2Double);
      add(kGemmAvx512Double);
#endif
    }
  }
};

template <class Real>
const Targets<Real>& targets_here() {
  static const Targets<Real> targets;
  return targets;
}

// Wide vectors on a narrow C would mostly compute columns that nobody asked for.
template <class Real>
const GemmTarget<Real>& target_for([[maybe_unused]] int n) {
#if !defined(__x86_64__)
  if constexpr (sizeof(Real) == sizeof(float)) return kGemmPortableFloat;
  else return kGemmPortableDouble;
#else
  const Targets<Real>& targets = targets_here<Real>();
  size_t best = 0;
  for (size_t i = 1; i < targets.suited_count; ++i) {
    if (targets.suited[i]->columns < 4 * n) best = i;
  }
  return *targets.suited[best];
#endif
}

// How C is cut. A function of the shape and the target.
struct Tiling {
  int row_tiles, column_tiles, tile_rows, tile_columns;
};

template <class Real>
Tiling tiling_of(const GemmTarget<Real>& target, int m, int n, int k) {
  Tiling tiling{};
  tiling.row_tiles = divide_up(m, m > kGemmTileRows ? kGemmTileRows : kGemmTileRows / 2);
  tiling.tile_rows = round_up(divide_up(m, tiling.row_tiles), target.row_unit);
  tiling.row_tiles = divide_up(m, tiling.tile_rows);
  const int64_t column_work = static_cast<int64_t>(std::min(tiling.tile_rows, m)) * k;
  const int64_t tile_work = std::clamp(column_work * n * tiling.row_tiles / 8, kTileWork, int64_t{target.most_work});
  const int64_t wanted = std::max<int64_t>(tile_work / std::max<int64_t>(1, column_work), target.columns);
  const int columns = static_cast<int>(std::min<int64_t>(n, wanted));
  tiling.column_tiles = divide_up(n, columns);
  tiling.tile_columns = round_up(divide_up(n, tiling.column_tiles), target.columns);
  tiling.column_tiles = divide_up(n, tiling.tile_columns);
  return tiling;
}

// The scratch of one worker on any target: a panel of B, then the rows of A of one tile.
template <class Real>
size_t scratch_per_worker(int m, int k) {
  constexpr int kLine = 64 / static_cast<int>(sizeof(Real));
  int most = 0;
  for (const GemmTarget<Real>* target : gemm_targets<Real>()) {
    const int rows = round_up(std::min(m, kGemmTileRows), target->rows);
    most = std::max({most, std::min(k, target->depth) * (target->columns + target->rows), std::min(k, kGemmPackedDepth<Real>) * (target->columns + rows)});
  }
  return static_cast<size_t>(round_up(most, kLine));
}

}  // namespace

template <class Real>
std::span<const GemmTarget<Real>* const> gemm_targets() {
  const Targets<Real>& targets = targets_here<Real>();
  return {targets.list.data(), targets.count};
}

template <class Real>
size_t gemm_scratch(int m, int, int k, int workers) {
  return scratch_per_worker<Real>(m, k) * static_cast<size_t>(workers);
}

// A product on its target, cut.
template <class Real>
struct Job {
  const Gemm<Real>* product;
  const GemmTarget<Real>* target;
  Tiling tiling;

  Job(const GemmTarget<Real>& on, const Gemm<Real>& what)
      : product(&what), target(&on), tiling(tiling_of(on, what.m, what.n, what.k)) {}
  int tiles() const { return tiling.row_tiles * tiling.column_tiles; }
  // Follows: nothing but the tile before was computed in this scratch since.
  void run(int index, Real* scratch, bool follows = false) const {
    const int row = index / tiling.column_tiles * tiling.tile_rows;
    const int column = index % tiling.column_tiles * tiling.tile_columns;
    target->run(*product, {row, std::min(tiling.tile_rows, product->m - row), column, std::min(tiling.tile_columns, product->n - column), follows && column > 0}, scratch);
  }
};

// The last tile of each worker, on a cache line of its own. Workers beyond these are not remembered.
class LastTiles {
 public:
  explicit LastTiles(int workers) {
    for (int worker = 0; worker < std::min(workers, kWorkers); ++worker) last_[worker].tile = -2;
  }
  // Whether the worker's last tile was the one before.
  bool follows(int tile, int worker) {
    return worker < kWorkers && std::exchange(last_[worker].tile, tile) == tile - 1;
  }

 private:
  static constexpr int kWorkers = 16;
  struct alignas(64) Last {
    int tile;
  };
  Last last_[kWorkers];
};

template <class Real>
void gemm_on(const GemmTarget<Real>& target, const Gemm<Real>& product, Real* scratch, Executor& executor) {
  if (product.m <= 0 || product.n <= 0) return;
  const Job<Real> job(target, product);
  const size_t per_worker = scratch_per_worker<Real>(product.m, product.k);
  LastTiles last(executor.workers());
  executor.run(job.tiles(), [&](int tile, int worker) {
    job.run(tile, scratch + per_worker * static_cast<size_t>(worker), last.follows(tile, worker));
  });
}

// What is surely one tile is spared the divisions that cut it: they take as long as a tiny product.
template <class Real>
bool is_small(const Gemm<Real>& product) {
  return product.m <= kGemmTileRows && static_cast<int64_t>(product.m) * product.n * product.k <= kSharedWork;
}

template <class Real>
void gemm(const Gemm<Real>& product, Real* scratch, Executor& executor) {
  if (product.m <= 0 || product.n <= 0) return;
  const GemmTarget<Real>& target = target_for<Real>(product.n);
  if constexpr (sizeof(Real) == sizeof(float)) {
    if (&target == &kGemmPortableFloat && is_tiny(product)) return gemm_tiny(product);
  }
  if (!is_small(product)) gemm_on(target, product, scratch, executor);
  else target.run(product, {0, product.m, 0, product.n}, scratch);
}

template <class Real>
void gemm_both(const Gemm<Real>& first, const Gemm<Real>& second, Real* scratch, Executor& executor) {
  if (is_small(first) || is_small(second)) {
    gemm(first, scratch, executor);
    gemm(second, scratch, executor);
    return;
  }
  const Job<Real> jobs[2] = {{target_for<Real>(first.n), first}, {target_for<Real>(second.n), second}};
  const size_t per_worker = std::max(scratch_per_worker<Real>(first.m, first.k), scratch_per_worker<Real>(second.m, second.k));
  // In turns, so that each worker gets a part of both: what it writes of one is about what it reads of the other, or reads next.
  const int tiles = jobs[0].tiles(), all = tiles + jobs[1].tiles();
  executor.run(all, [&](int tile, int worker) {
    Real* own = scratch + per_worker * static_cast<size_t>(worker);
    const auto of_first = [&](int done) { return static_cast<int>(static_cast<int64_t>(done) * tiles / all); };
    const int begun = of_first(tile);
    of_first(tile + 1) > begun ? jobs[0].run(begun, own) : jobs[1].run(tile - begun, own);
  });
}

template std::span<const GemmTarget<float>* const> gemm_targets<float>();
template std::span<const GemmTarget<double>* const> gemm_targets<double>();
template size_t gemm_scratch<float>(int, int, int, int);
template size_t gemm_scratch<double>(int, int, int, int);
template void gemm_on<float>(const GemmTarget<float>&, const Gemm<float>&, float*, Executor&);
template void gemm_on<double>(const GemmTarget<double>&, const Gemm<double>&, double*, Executor&);
template void gemm<float>(const Gemm<float>&, float*, Executor&);
template void gemm<double>(const Gemm<double>&, double*, Executor&);
template void gemm_both<float>(const Gemm<float>&, const Gemm<float>&, float*, Executor&);
template void gemm_both<double>(const Gemm<double>&, const Gemm<double>&, double*, Executor&);

}  // namespace myelin
