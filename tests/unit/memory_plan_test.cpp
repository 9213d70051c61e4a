#include "model/memory_plan.h"

#include <doctest/doctest.h>

#include "base/rng.h"

namespace myelin {

TEST_SUITE("memory plan") {
  TEST_CASE("buffers that live at the same time never overlap, and the slab is at least the peak") {
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const Rng random(seed, Stream::data);
      std::vector<Lifetime> buffers(2 + random.below(0, 30));
      uint64_t draw = 1;
      for (Lifetime& buffer : buffers) {
        buffer.first = static_cast<int>(random.below(draw++, 40));
        buffer.last = buffer.first + static_cast<int>(random.below(draw++, 12));
        buffer.size = 1 + random.below(draw++, 300);
      }
      const size_t total = plan_memory(buffers, 16);
      INFO("seed " << seed);
      size_t sum = 0;
      for (size_t i = 0; i < buffers.size(); ++i) {
        sum += (buffers[i].size + 15) / 16 * 16;
        CHECK(buffers[i].offset % 16 == 0);
        CHECK(buffers[i].offset + buffers[i].size <= total);
        for (size_t j = 0; j < i; ++j) {
          const bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
          const bool apart = buffers[i].offset + buffers[i].size <= buffers[j].offset ||
                             buffers[j].offset + buffers[j].size <= buffers[i].offset;
          if (together) CHECK(apart);
        }
      }
      size_t peak = 0;
      for (int time = 0; time < 60; ++time) {
        size_t alive = 0;
        for (const Lifetime& buffer : buffers) alive += buffer.first <= time && time <= buffer.last ? buffer.size : 0;
        peak = std::max(peak, alive);
      }
      CHECK(total >= peak);
      CHECK(total <= sum);
    }
  }

  TEST_CASE("a chain of equal buffers with neighbouring lives needs the room of two") {
    std::vector<Lifetime> chain;
    for (int i = 0; i < 10; ++i) chain.push_back({i, i + 1, 64, 0});
    CHECK(plan_memory(chain, 16) == 128);
  }
}

}  // namespace myelin
