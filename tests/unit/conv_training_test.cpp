// Convolutional networks in training: they learn, allocate nothing, and keep frozen filters as they were.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/allocations.h"
#include "support/sanitized.h"
#include "support/support.h"

namespace myelin {
namespace {

// LeNet's idea on the 8x8 digits.
const std::string kSmallLeNet =
    "data=digits&net=conv2d(filters:6,padding:same,activation:tanh)pool2d(mode:average)conv2d(filters:16,activation:tanh)"
    "dense(units:32)dense(units:10,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.003&train.batch=32";
// An encoder and a decoder with a skip connection, every spatial layer once.
const std::string kHourglass =
    "data=digits&net=conv2d(filters:4,padding:same)pool2d(mode:max_min,size:3,padding:same)conv2d(filters:8,dilation:2,padding:same)"
    "conv2d(filters:8,groups:0,padding:same,activation:silu)conv_transpose2d(filters:4,kernel:2)upsample@2()concat@1,5,6()"
    "conv2d(filters:2,kernel:1)global_pool()dense(units:10,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.003&train.batch=32";

}  // namespace

TEST_SUITE("convolutional training") {
  TEST_CASE("a small LeNet reads digits after ten epochs" * doctest::skip(test::kSanitized)) {
    test::Training<float> t(kSmallLeNet);
    while (t.trainer->epoch() < 10) REQUIRE(t.trainer->step());
    CHECK(t.trainer->evaluate(SplitPart::test).accuracy > 0.95);
  }

  TEST_CASE("a step through spatial layers allocates nothing, and threads do not change a bit") {
    for (const std::string& link : {kSmallLeNet, kHourglass}) {
      uint64_t hashes[2] = {};
      for (const int threads : {1, 3}) {
        test::Training<float> t(link, threads);
        REQUIRE(t.trainer->step());
        const int64_t before = test::allocations();
        for (int step = 0; step < 20; ++step) t.trainer->step();
        CHECK(test::allocations() - before == 0);
        hashes[threads == 3] = test::hash_of(t.trainer->params());
      }
      CHECK(hashes[0] == hashes[1]);
    }
  }

  TEST_CASE("frozen filters stay bit for bit while the head learns") {
    const std::string frozen =
        "data=digits&net=conv2d(filters:6,frozen:1)pool2d()dense(units:10,activation:softmax)&loss=cross_entropy&opt=adam&train.l2=0.01";
    test::Training<float> t(frozen);
    const std::vector<float> before(t.trainer->params().begin(), t.trainer->params().end());
    for (int step = 0; step < 50; ++step) REQUIRE(t.trainer->step());
    constexpr std::ptrdiff_t kFilters = 6 * 9 + 6;
    CHECK(std::equal(before.begin(), before.begin() + kFilters, t.trainer->params().begin()));
    CHECK_FALSE(std::equal(before.begin() + kFilters, before.end(), t.trainer->params().begin() + kFilters));
  }
}

}  // namespace myelin
