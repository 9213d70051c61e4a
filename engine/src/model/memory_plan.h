// Places buffers with known lifetimes into one slab: largest first, each into the tightest gap that is free for its whole
// life. Idea: XNNPACK's memory planner and ggml's measure-then-place.
#pragma once

#include <cstddef>
#include <vector>

namespace myelin {

// Alive at every time in [first, last]. Sizes and offsets in elements.
struct Lifetime {
  int first = 0;
  int last = 0;
  size_t size = 0;
  size_t offset = 0;  // the answer
};

// Sets the offsets, multiples of `alignment`, and returns the slab's size.
size_t plan_memory(std::vector<Lifetime>& buffers, size_t alignment);

}  // namespace myelin
