#include "model/memory_plan.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace myelin {

size_t plan_memory(std::vector<Lifetime>& buffers, size_t alignment) {
  const auto padded = [alignment](size_t size) { return (size + alignment - 1) / alignment * alignment; };
  std::vector<size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), size_t{0});
  // Stable, so that equal sizes keep their order and a plan is a function of the graph alone.
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return buffers[a].size > buffers[b].size; });

  std::vector<const Lifetime*> placed;  // sorted by offset
  size_t total = 0;
  for (size_t index : order) {
    Lifetime& buffer = buffers[index];
    const size_t size = padded(buffer.size);
    size_t best_offset = 0;
    size_t best_gap = std::numeric_limits<size_t>::max();
    bool found = false;
    size_t cursor = 0;  // end of everything seen that lives at the same time
    for (const Lifetime* other : placed) {
      if (other->last < buffer.first || buffer.last < other->first) continue;
      if (other->offset > cursor) {
        const size_t gap = other->offset - cursor;
        if (gap >= size && gap < best_gap) {
          best_gap = gap;
          best_offset = cursor;
          found = true;
        }
      }
      cursor = std::max(cursor, other->offset + padded(other->size));
    }
    buffer.offset = found ? best_offset : cursor;
    total = std::max(total, buffer.offset + size);
    const auto at = std::upper_bound(placed.begin(), placed.end(), buffer.offset,
                                     [](size_t offset, const Lifetime* other) { return offset < other->offset; });
    placed.insert(at, &buffer);
  }
  return total;
}

}  // namespace myelin
