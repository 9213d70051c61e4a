// What a training step promises: no allocation, thread independence, batches as counted, gradients that finite differences
// confirm, divergence that is caught.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "support/allocations.h"
#include "support/sanitized.h"
#include "support/support.h"

namespace myelin {
namespace {

constexpr std::string_view kTiny = "data=spiral&net=dense(units:8,activation:tanh)dense(units:1,activation:tanh)&loss=mse";
constexpr std::string_view kDigits =
    "data=digits&net=dense(units:32,activation:relu)dense(units:10,activation:softmax)&loss=cross_entropy&train.batch=32";

}  // namespace

TEST_SUITE("training") {
  TEST_CASE("a training step allocates nothing, an evaluation neither") {
    for (std::string_view link : {kTiny, kDigits}) {
      for (int threads : {1, 3}) {
        test::Training<float> t(link, threads);
        REQUIRE(t.trainer->step());
        const int64_t before = test::allocations();
        const int64_t epoch = t.trainer->epoch();
        while (t.trainer->epoch() < epoch + 2) t.trainer->step();
        (void)t.trainer->evaluate(SplitPart::test);
        const int64_t after = test::allocations();
        INFO(link << " threads " << threads);
        CHECK(after - before == 0);
      }
    }
  }

  TEST_CASE("no loss, optimiser, schedule, clipping, class weight or variation allocates during training") {
    const std::string plane = "data=circle&net=dense(units:8,activation:tanh)dense(units:1,activation:";
    std::vector<std::string> links;
    for (const OptimizerRow* row : optimizer_rows()) links.push_back(plane + "tanh)&loss=mse&opt.rate=1e-4&opt=" + row->row.key);
    for (const ScheduleRow* row : schedule_rows()) links.push_back(plane + "tanh)&loss=mse&sched=" + row->row.key);
    for (const LossRow* row : loss_rows()) {
      std::string link = std::string("&opt.rate=1e-4&loss=") + row->row.key;
      if (row->rebuilds) link = "data=digits&net=dense(units:8,activation:tanh)dense(units:64,activation:sigmoid)" + link;
      else if (row->binary) link = plane + (row->contains[0] == '\0' ? "linear)" : std::string(row->contains) + ")") + link;
      else if (row->classes) link = std::string(kDigits) + link;
      else link = "data=plane&net=dense(units:1,activation:linear)" + link;
      links.push_back(link);
    }
    for (const char* extra : {"&train.clip_value=0.1", "&train.clip_norm=0.1", "&train.class_weights=balanced", "&train.l1=1e-3&train.l2=1e-3",
                              "&stop.patience=100&stop.gradient=1e-9", "&aug.shift=10&aug.rotate=20&aug.scale=10&aug.flip=both&aug.noise=10&aug.cutout=20"}) {
      links.push_back(std::string(kDigits) + extra);
    }
    for (const std::string& link : links) {
      INFO(link);
      test::Training<float> t(link);
      REQUIRE(t.trainer->step());
      const int64_t before = test::allocations();
      const int64_t epoch = t.trainer->epoch();
      while (t.trainer->epoch() < epoch + 2) t.trainer->step();
      CHECK(test::allocations() - before == 0);
    }
  }

  TEST_CASE("frozen weights keep every bit, whatever the optimiser, penalty, decay or stop rule does") {
    for (const OptimizerRow* row : optimizer_rows()) {
      test::Training<float> t("data=circle&data.noise=30&net=dense(units:6,activation:tanh,frozen:1)dense(units:1,activation:tanh)&loss=mse&opt.rate=0.01"
                              "&train.l1=0.01&train.l2=0.01&train.clip_norm=0.5&stop.patience=1&sched=cosine&opt=" + std::string(row->row.key));
      INFO(std::string(row->row.key));
      const std::vector<float> start(t.trainer->params().begin(), t.trainer->params().end());
      while (t.trainer->epoch() < 5) REQUIRE(t.trainer->step());
      size_t moved = 0;
      for (size_t i = 0; i < start.size(); ++i) {
        if (i < 18) CHECK(std::memcmp(&start[i], &t.trainer->params()[i], sizeof(float)) == 0);
        else moved += start[i] != t.trainer->params()[i];
      }
      CHECK(moved == 7);
    }
  }

  TEST_CASE("R1: many neurons on few noisy samples learn those by heart: training falls, validation rises") {
    test::Training<float> t("preset=early-stopping");
    double lowest = 1e9;
    while (t.trainer->epoch() < 300) {
      REQUIRE(t.trainer->step());
      if (t.trainer->batch_in_epoch() == 0) lowest = std::min(lowest, t.trainer->evaluate(SplitPart::validation).loss);
    }
    const double train = t.trainer->evaluate(SplitPart::train).loss, validation = t.trainer->evaluate(SplitPart::validation).loss;
    MESSAGE("training " << train << ", validation " << validation << ", at its best " << lowest);
    CHECK(train < lowest / 2);
    CHECK(validation > 2 * train);
    CHECK(validation > lowest);
  }

  TEST_CASE("every loss learns what it is for") {
    const auto accuracy = [](const std::string& link) {
      test::Training<float> t(link);
      while (t.trainer->epoch() < 40) REQUIRE(t.trainer->step());
      return t.trainer->evaluate(SplitPart::test).accuracy;
    };
    CHECK(accuracy("data=gauss&net=dense(units:1,activation:linear)&loss=hinge&opt.rate=0.01") > 0.95);
    CHECK(accuracy("data=iris&prep.scaling=standardize&net=dense(units:8,activation:tanh)dense(units:3,activation:linear)&loss=hinge&opt=adam&opt.rate=0.01") > 0.9);
    CHECK(accuracy("data=iris&prep.scaling=standardize&net=dense(units:8,activation:tanh)dense(units:3,activation:softmax)&loss=kl_divergence&opt=adam&opt.rate=0.01") > 0.9);
    for (const char* loss : {"mae", "huber"}) {
      test::Training<float> t(std::string("data=plane&net=dense(units:1,activation:linear)&opt=adam&opt.rate=0.01&loss=") + loss);
      const double before = t.trainer->evaluate(SplitPart::test).loss;
      while (t.trainer->epoch() < 40) REQUIRE(t.trainer->step());
      CHECK(t.trainer->evaluate(SplitPart::test).loss < before / 10);
    }
    // X2: an autoencoder's target is its input, whatever the data set's own task.
    test::Training<float> t("data=digits&net=dense(units:16,activation:tanh)dense(units:64,activation:linear)&loss=reconstruction&opt=adam&opt.rate=0.003&train.batch=32");
    const double before = t.trainer->evaluate(SplitPart::test).loss;
    while (t.trainer->epoch() < 10) REQUIRE(t.trainer->step());
    const Metrics after = t.trainer->evaluate(SplitPart::test);
    CHECK(after.loss < before / 4);
    CHECK(std::isnan(after.accuracy));
    double loss = 0;
    const int sample = t.trainer->part(SplitPart::test)[0];
    t.trainer->infer(t.trainer->input_row(sample), 1);
    const View<const float> out = t.trainer->inferred(2);
    for (int i = 0; i < 64; ++i) loss += std::pow(static_cast<double>(out.data[i] - t.trainer->input_row(sample)[i]), 2);
    t.trainer->predict(SplitPart::test, [&](int first, View<const float>, const double* losses) {
      if (first == 0) CHECK(losses[0] == doctest::Approx(loss).epsilon(1e-5));
    });
  }

  TEST_CASE("O4: 1437 samples in batches of 32 make 45 steps, or 44 when the last one is dropped") {
    const std::string link = std::string(kDigits) + "&prep.test=20&prep.validation=0";
    test::Training<float> kept(link);
    CHECK(kept.trainer->part(SplitPart::train).size() == 1437);
    CHECK(kept.trainer->batches_per_epoch() == 45);
    while (kept.trainer->epoch() < 1) kept.trainer->step();
    CHECK(kept.trainer->steps() == 45);
    test::Training<float> dropped(link + "&train.drop_partial=1");
    CHECK(dropped.trainer->batches_per_epoch() == 44);
    while (dropped.trainer->epoch() < 1) dropped.trainer->step();
    CHECK(dropped.trainer->steps() == 44);
  }

  TEST_CASE("the gradient of whole graphs, with penalties, agrees with central differences of the loss") {
    // Plain SGD with rate 1 moves every parameter by its gradient; full batch, so the loss is the training loss.
    for (std::string_view link :
         {std::string_view("data=spiral&data.samples=40&net=dense(units:5,activation:tanh)dense(units:4,activation:silu)dense(units:1,activation:tanh)&loss=mse"),
          std::string_view("data=circle&data.samples=33&net=dense(units:4,activation:sigmoid)dense(units:4,activation:elu)add@1,2()concat@3,0()dense(units:1,activation:sigmoid)&loss=binary_cross_entropy"),
          std::string_view("data=iris&prep.scaling=standardize&net=dense(units:6,activation:tanh)dense(units:3,activation:softmax)&loss=cross_entropy"),
          std::string_view("data=plane&data.samples=30&net=dense(units:3,activation:softmax)dense(units:1,activation:linear)&loss=mse&loss.half=1&loss.reduction=sum")}) {
      Experiment experiment = test::experiment_from(std::string(link) + "&opt=sgd&opt.rate=1&train.batch=65536&train.arithmetic=f64&prep.test=0&prep.validation=0");
      test::Training<double> t(experiment);
      const std::vector<double> start(t.trainer->params().begin(), t.trainer->params().end());
      REQUIRE(t.trainer->step());
      double difference = 0, size = 0;
      std::vector<double> gradient(start.size());
      for (size_t i = 0; i < start.size(); ++i) gradient[i] = start[i] - t.trainer->params()[i];
      const double eps = 1e-5;
      for (size_t i = 0; i < start.size(); ++i) {
        std::copy(start.begin(), start.end(), t.trainer->params().begin());
        t.trainer->params()[i] = start[i] + eps;
        const double up = t.trainer->evaluate(SplitPart::train).loss;
        t.trainer->params()[i] = start[i] - eps;
        const double numeric = (up - t.trainer->evaluate(SplitPart::train).loss) / (2 * eps);
        difference += (numeric - gradient[i]) * (numeric - gradient[i]);
        size += numeric * numeric + gradient[i] * gradient[i];
      }
      INFO(link);
      CHECK(size > 0);
      CHECK(std::sqrt(difference / size) < 1e-7);
    }
  }

  TEST_CASE("R5, T8: L2 shrinks weights and spares biases, by lambda or by lambda over the batch") {
    const std::string base = "data=xor_table&prep.test=0&prep.validation=0&net=dense(units:2,activation:tanh,bias_start:0.5)dense(units:1,activation:tanh)&opt=sgd&opt.rate=1&train.batch=4&train.arithmetic=f64";
    const auto moved = [&](const std::string& extra) {
      test::Training<double> t(base + extra);
      std::vector<double> result(t.trainer->params().begin(), t.trainer->params().end());
      REQUIRE(t.trainer->step());
      for (size_t i = 0; i < result.size(); ++i) result[i] -= t.trainer->params()[i];
      return result;
    };
    test::Training<double> start(base);
    const std::vector<double> plain = moved(""), l2 = moved("&train.l2=0.1"), over = moved("&train.l2=0.1&train.l2_convention=lambda_over_m"),
                              l1 = moved("&train.l1=0.1");
    for (size_t i = 0; i < plain.size(); ++i) {
      const bool bias = i == 4 || i == 5 || i == 8;
      const double weight = start.trainer->params()[i];
      CHECK(l2[i] - plain[i] == doctest::Approx(bias ? 0 : 0.1 * weight).epsilon(1e-9));
      CHECK(over[i] - plain[i] == doctest::Approx(bias ? 0 : 0.025 * weight).epsilon(1e-9));
      CHECK(l1[i] - plain[i] == doctest::Approx(bias ? 0 : (weight > 0 ? 0.1 : -0.1)).epsilon(1e-9));
    }
  }

  TEST_CASE("a step that overflows is caught, the weights go back and the first bad layer is named") {
    Experiment experiment = test::experiment_from("data=plane&net=dense(units:4,activation:relu)dense(units:1,activation:linear)&loss=mse&opt=sgd&opt.rate=10&train.seed=3");
    test::Training<float> t(experiment);
    bool fine = true;
    std::vector<float> good;
    int64_t epoch = -1;
    for (int i = 0; i < 5000 && fine; ++i) {
      if (t.trainer->epoch() != epoch) {
        epoch = t.trainer->epoch();
        good.assign(t.trainer->params().begin(), t.trainer->params().end());
      }
      fine = t.trainer->step();
    }
    REQUIRE_FALSE(fine);
    CHECK(t.trainer->bad_node() >= 1);
    CHECK(std::equal(good.begin(), good.end(), t.trainer->params().begin()));
    CHECK(std::isfinite(t.trainer->evaluate(SplitPart::train).loss));
  }

  TEST_CASE("M8: the course's network and settings read more than 95 % of the digits it has not seen" * doctest::skip(test::kSanitized)) {
    test::Training<float> t("preset=digits");
    CHECK(t.trainer->params().size() == 17226);
    CHECK(t.trainer->part(SplitPart::train).size() == 1437);
    CHECK(t.trainer->part(SplitPart::test).size() == 360);
    while (t.trainer->epoch() < 100) REQUIRE(t.trainer->step());
    const double accuracy = t.trainer->evaluate(SplitPart::test).accuracy;
    MESSAGE("test accuracy after 100 epochs: " << accuracy);
    CHECK(accuracy > 0.95);
  }

  TEST_CASE("N7: XOR by hand answers 0, 1, 1, 0") {
    Experiment experiment = test::experiment_from("preset=xor-by-hand");
    test::Training<float> t(experiment);
    const double inputs[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    const float answers[4] = {0, 1, 1, 0};
    for (int i = 0; i < 4; ++i) {
      const float x[2] = {static_cast<float>(inputs[i][0]), static_cast<float>(inputs[i][1])};
      t.trainer->infer(x, 1);
      CHECK(t.trainer->inferred(static_cast<int>(t.trainer->graph().nodes.size()) - 1).data[0] == answers[i]);
    }
  }

  TEST_CASE("N6: one neuron never gets all of XOR right") {
    test::Training<float> t("data=xor_table&prep.test=0&prep.validation=0&net=dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=sgd&opt.rate=0.5&train.batch=1");
    double best = 0;
    while (t.trainer->epoch() < 500) {
      REQUIRE(t.trainer->step());
      best = std::max(best, t.trainer->evaluate(SplitPart::train).accuracy);
    }
    CHECK(best <= 0.75);
  }
}

}  // namespace myelin
