#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

namespace myelin {

TEST_SUITE("rng") {
  TEST_CASE("draws are a function of seed, stream, child and index, and nothing else") {
    const Rng a(7, Stream::weights), b(7, Stream::weights);
    (void)b.bits(123);
    CHECK(a.bits(5) == b.bits(5));
    std::set<uint64_t> different{a.bits(5), a.bits(6), a.child(0).bits(5), a.child(1).bits(5),
                                 Rng(8, Stream::weights).bits(5), Rng(7, Stream::shuffle).bits(5)};
    CHECK(different.size() == 6);
  }

  // Computed from the definition in rng.h by an independent program (Python).
  TEST_CASE("published links depend on these bits") {
    CHECK(Rng(1, Stream::weights).bits(0) == 0xb18a02f46d8d86c3u);
    CHECK(Rng(1, Stream::data).child(3).bits(9) == 0x280e06fb0e1ec67bu);
  }

  TEST_CASE("uniform and normal draws have the moments they claim") {
    const Rng random(3, Stream::data);
    const int n = 200'000;
    double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0;
    for (int i = 0; i < n; ++i) {
      const double u = random.uniform(static_cast<uint64_t>(i));
      REQUIRE(u >= 0);
      REQUIRE(u < 1);
      sum += u;
      squares += u * u;
      const double z = random.child(1).normal(static_cast<uint64_t>(i));
      normal_sum += z;
      normal_squares += z * z;
    }
    // Five standard errors of each mean.
    CHECK(std::fabs(sum / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
    CHECK(std::fabs(squares / n - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
    CHECK(std::fabs(normal_sum / n) < 5 / std::sqrt(n));
    CHECK(std::fabs(normal_squares / n - 1) < 5 * std::sqrt(2.0 / n));
  }

  TEST_CASE("below() fills its range evenly") {
    const Rng random(4, Stream::shuffle);
    int counts[7] = {};
    for (uint64_t i = 0; i < 70'000; ++i) ++counts[random.below(i, 7)];
    for (int count : counts) CHECK(std::abs(count - 10'000) < 500);
  }
}

}  // namespace myelin
