// The same experiment gives the same bits: for any number of threads, with g++ and clang, natively and as WebAssembly. The
// hashes in hashes.txt are compared on all of them; MYELIN_REGENERATE=1 writes the file anew, to be reviewed as a diff.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "support/support.h"

namespace myelin {
namespace {

struct Case {
  const char* name;
  const char* link;
  int steps;
};
constexpr Case kCases[] = {
    {"spiral_tanh_sgd", "data=spiral&data.noise=10&net=dense(units:8,activation:tanh)dense(units:8,activation:tanh)dense(units:1,activation:tanh)&loss=mse&opt=sgd", 2000},
    {"spiral5_adam", "data=spiral&data.arms=5&net=dense(units:17,activation:silu)dense(units:5,activation:softmax)&loss=cross_entropy&opt=adam&train.batch=33", 500},
    {"circle_residual", "data=circle&net=dense(units:6,activation:elu)dense(units:6,activation:sigmoid)add@1,2()concat@3,0()dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=momentum&train.l2=0.001", 500},
    {"digits_relu", "data=digits&net=dense(units:128,activation:relu,initializer:he)dense(units:64,activation:relu,initializer:he)dense(units:10,activation:softmax)&loss=cross_entropy&opt=sgd&opt.rate=0.1&train.batch=257", 60},
    {"iris_f64", "data=iris&prep.scaling=standardize&net=dense(units:8,activation:leaky_relu)dense(units:3,activation:softmax)&loss=cross_entropy&opt=adam&train.arithmetic=f64", 300},
    {"moons_plane_features", "data=moons&in=x1,x2,x1_squared,x2_squared,x1_x2,sin_x1,sin_x2,radius&net=dense(units:4,activation:tanh)dense(units:1,activation:tanh)&loss=mse&opt=adam", 500},
    {"digits_convolution", "data=digits&net=conv2d(filters:6,padding:same)pool2d()conv2d(filters:12,groups:2,activation:silu)conv2d(filters:24,groups:0,kernel:2)dense(units:10,activation:softmax)&loss=cross_entropy&opt=adam&train.batch=33", 60},
    {"digits_hourglass", "data=digits&net=conv2d(filters:4,stride:2,padding:same)pool2d(mode:average,size:3,stride:1,padding:number)conv_transpose2d(filters:3,activation:tanh)upsample()conv2d(filters:2,dilation:2,kernel:2,kernel_columns:3)global_pool(mode:max)dense(units:10,activation:softmax)&loss=cross_entropy&opt=sgd&train.batch=50", 40},
    {"digits_batch_norm", "data=digits&net=conv2d(filters:19,kernel:3)batch_norm()activation(activation:relu)pool2d()flatten()dense(units:21,activation:linear)batch_norm()dense(units:10,activation:softmax)&loss=cross_entropy&opt=sgd&opt.rate=0.1&train.batch=48", 40},
    {"digits_varied_nesterov", "data=digits&prep.stratify=1&aug.shift=15&aug.rotate=20&aug.scale=10&aug.flip=both&aug.noise=10&aug.cutout=20&net=dense(units:16,activation:relu)dense(units:10,activation:softmax)&loss=cross_entropy&opt=nesterov&sched=cosine&sched.epochs=3&train.batch=64&train.clip_norm=1&train.class_weights=balanced", 60},
    {"signals_hinge_rmsprop", "data=signals&prep.folds=5&prep.fold=2&aug.circular=50&aug.noise=5&net=dense(units:12,activation:tanh)dense(units:3,activation:linear)&loss=hinge&opt=rmsprop&sched=warm_up&sched.after=cosine&sched.epochs=9&train.clip_value=0.01", 120},
    {"plane_huber_adadelta", "data=plane&net=dense(units:8,activation:tanh)dense(units:1,activation:linear)&loss=huber&opt=adadelta&sched=plateau&sched.patience=0&sched.factor=0.5&stop.patience=2", 400},
    {"digits_rebuilt_adamw", "data=digits&aug.noise=20&net=dense(units:9,activation:tanh)dense(units:64,activation:sigmoid)&loss=reconstruction&opt=adamw&sched=exponential&train.batch=50", 60},
    {"digits_wide_penalties", "data=digits&net=dense(units:320,activation:relu)dense(units:60,activation:tanh)dense(units:10,activation:softmax)&loss=cross_entropy&opt=adamw&opt.decay=0.1&train.l1=0.0001&train.l2=0.01&train.l2_convention=lambda_over_m&train.clip_value=0.01&train.batch=50", 40},
    {"digits_wide_clipped", "data=digits&net=dense(units:320,activation:relu)dense(units:60,activation:relu)dense(units:10,activation:softmax)&loss=cross_entropy&opt=momentum&opt.rate=0.1&train.l2=0.01&train.clip_value=0.05&train.clip_norm=0.2&train.batch=50", 40},
    {"iris_divergence_adagrad", "data=iris&prep.scaling=min_max&net=dense(units:7,activation:tanh)dense(units:3,activation:softmax)&loss=kl_divergence&opt=adagrad&sched=step&sched.every=3", 200},
};

template <class Real>
uint64_t trained_hash(const Case& c, int threads) {
  test::Training<Real> t(c.link, threads);
  for (int step = 0; step < c.steps; ++step) REQUIRE(t.trainer->step());
  const double losses[] = {t.trainer->evaluate(SplitPart::train).loss, t.trainer->evaluate(SplitPart::test).loss};
  return test::fnv1a(std::as_bytes(std::span(losses)), test::hash_of(t.trainer->params()));
}

uint64_t trained_hash(const Case& c, int threads) {
  return std::string_view(c.link).find("f64") == std::string_view::npos ? trained_hash<float>(c, threads) : trained_hash<double>(c, threads);
}

const std::string kFile = MYELIN_SOURCE_FOLDER "/tests/golden/hashes.txt";

std::map<std::string, uint64_t> read_golden() {
  std::map<std::string, uint64_t> golden;
  if (std::FILE* file = std::fopen(kFile.c_str(), "r")) {
    char name[64];
    unsigned long long hash = 0;
    while (std::fscanf(file, "%63s %llx", name, &hash) == 2) golden[name] = hash;
    std::fclose(file);
  }
  return golden;
}

}  // namespace

TEST_SUITE("determinism") {
  TEST_CASE("golden hashes hold for 1, 2, 3, 5, 8 and 16 threads") {
    if (std::getenv("MYELIN_REGENERATE") != nullptr) {
      std::FILE* file = std::fopen(kFile.c_str(), "w");
      REQUIRE(file != nullptr);
      for (const Case& c : kCases) std::fprintf(file, "%s %016llx\n", c.name, static_cast<unsigned long long>(trained_hash(c, 1)));
      std::fclose(file);
    }
    const std::map<std::string, uint64_t> golden = read_golden();
    for (const Case& c : kCases) {
      REQUIRE(golden.count(c.name) == 1);
      for (int threads : {1, 2, 3, 5, 8, 16}) {
        INFO(c.name << " with " << threads << " threads");
        CHECK(trained_hash(c, threads) == golden.at(c.name));
      }
    }
  }
}

}  // namespace myelin
