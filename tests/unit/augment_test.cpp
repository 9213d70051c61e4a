// Variations of training samples (R9): drawn by seed and step, on the training part only, and each does what it says.
#include "data/augment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "support/support.h"

namespace myelin {
namespace {

// One sample of this shape with values 1, 2, 3, ...
Dataset ramp(Shape shape) {
  Dataset data;
  data.task = Task::regression;
  data.input_shape = shape;
  data.count = 1;
  data.values.resize(static_cast<size_t>(shape.size()));
  std::iota(data.values.begin(), data.values.end(), 1.0);
  data.targets = {0};
  data.part = {SplitPart::train};
  return data;
}

struct Variation {
  Variation(Dataset given, std::vector<std::pair<const char*, double>> fields)
      : data(std::move(given)), transform(data, Settings(preparation_fields()), Settings(feature_fields())), augmenter(data, train) {
    Settings settings(augmentation_fields());
    for (const auto& field : fields) REQUIRE(settings.set(field.first, field.second));
    augmenter.configure(settings);
  }
  std::vector<double> draw(uint64_t seed) {
    std::vector<double> input(data.values.size());
    augmenter.input<double>(0, Rng(seed, Stream::augment), transform, input.data(), nullptr);
    return input;
  }
  Dataset data;
  std::vector<int> train = {0};
  InputTransform transform;
  Augmenter augmenter;
};

}  // namespace

TEST_SUITE("augment") {
  TEST_CASE("R9: switched off, or not meant for this data, nothing is active") {
    const Shape image{1, 4, 4}, signal{1, 8}, table{5};
    CHECK_FALSE(Variation(ramp(image), {}).augmenter.active());
    CHECK_FALSE(Variation(ramp(image), {{"circular", 50}}).augmenter.active());
    CHECK_FALSE(Variation(ramp(signal), {{"rotate", 50}}).augmenter.active());
    CHECK_FALSE(Variation(ramp(table), {{"shift", 50}, {"flip", 3}, {"cutout", 50}, {"circular", 50}}).augmenter.active());
    CHECK(Variation(ramp(table), {{"noise", 50}}).augmenter.active());
    Dataset words = ramp(table);
    words.words = {"one"};
    CHECK_FALSE(Variation(words, {{"noise", 50}}).augmenter.active());
  }

  TEST_CASE("R9: a mirror shows each row backwards or as it was, about half of the time") {
    Variation mirror(ramp(Shape{2, 3, 4}), {{"flip", 1}});
    std::vector<double> back;
    for (int row = 0; row < 6; ++row) {
      for (int x = 3; x >= 0; --x) back.push_back(row * 4 + x + 1);
    }
    int flipped = 0;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const std::vector<double> seen = mirror.draw(seed);
      CHECK((seen == back || seen == mirror.data.values));
      flipped += seen == back;
    }
    CHECK(flipped > 70);
    CHECK(flipped < 130);
  }

  TEST_CASE("R9: a shift moves the picture by up to its share, keeps its sum inside and brings in zeros") {
    Dataset dot = ramp(Shape{1, 9, 9});
    std::fill(dot.values.begin(), dot.values.end(), 0.0);
    dot.values[40] = 1;  // the centre
    Variation shift(dot, {{"shift", 20}});
    double farthest = 0;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const std::vector<double> seen = shift.draw(seed);
      double sum = 0, x = 0, y = 0;
      for (int i = 0; i < 81; ++i) {
        sum += seen[static_cast<size_t>(i)];
        x += seen[static_cast<size_t>(i)] * (i % 9 - 4);
        y += seen[static_cast<size_t>(i)] * (i / 9 - 4);
      }
      CHECK(sum == doctest::Approx(1));
      CHECK(std::fabs(x) <= 1.8 + 1e-9);
      CHECK(std::fabs(y) <= 1.8 + 1e-9);
      farthest = std::max({farthest, std::fabs(x), std::fabs(y)});
    }
    CHECK(farthest > 1.5);
  }

  TEST_CASE("R9: rotation and scale keep the centre and move the rest as far as they may") {
    Dataset dot = ramp(Shape{1, 11, 11});
    std::fill(dot.values.begin(), dot.values.end(), 0.0);
    dot.values[5 * 11 + 8] = 1;  // three to the right of the centre
    const auto place = [](const std::vector<double>& seen) {
      double sum = 0, x = 0, y = 0;
      for (int i = 0; i < 121; ++i) {
        sum += seen[static_cast<size_t>(i)];
        x += seen[static_cast<size_t>(i)] * (i % 11 - 5);
        y += seen[static_cast<size_t>(i)] * (i / 11 - 5);
      }
      return std::pair(x / sum, y / sum);
    };
    Variation turn(dot, {{"rotate", 90}}), grow(dot, {{"scale", 30}});
    double highest = 0, widest = 0, nearest = 9;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const auto [x, y] = place(turn.draw(seed));
      CHECK(std::sqrt(x * x + y * y) == doctest::Approx(3).epsilon(0.12));  // the blur of four neighbours
      CHECK(x > -0.3);
      highest = std::max(highest, std::fabs(y));
      const auto [far, aside] = place(grow.draw(seed));
      CHECK(std::fabs(aside) < 1e-9);
      widest = std::max(widest, far);
      nearest = std::min(nearest, far);
    }
    CHECK(highest > 2.7);
    CHECK(widest > 3.5);
    CHECK(widest < 4.1);
    CHECK(nearest < 2.5);
    CHECK(nearest > 1.9);
  }

  TEST_CASE("R9: a circular shift loses nothing, and moves all channels alike") {
    Variation roll(ramp(Shape{2, 10}), {{"circular", 30}});
    std::vector<int> counts(10);
    for (uint64_t seed = 0; seed < 300; ++seed) {
      const std::vector<double> seen = roll.draw(seed);
      const int by = static_cast<int>(std::find(seen.begin(), seen.end(), 1.0) - seen.begin());
      REQUIRE(by < 10);
      for (int i = 0; i < 10; ++i) {
        CHECK(seen[static_cast<size_t>((i + by) % 10)] == i + 1);
        CHECK(seen[static_cast<size_t>(10 + (i + by) % 10)] == i + 11);
      }
      ++counts[static_cast<size_t>(by)];
    }
    for (int by = 0; by < 10; ++by) CHECK((counts[static_cast<size_t>(by)] > 0) == (by <= 3 || by >= 7));
  }

  TEST_CASE("R9: a cut-out blanks at most its square, noise has the deviation asked for") {
    Variation cut(ramp(Shape{1, 10, 10}), {{"cutout", 40}});
    int most = 0;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const std::vector<double> seen = cut.draw(seed);
      int blank = 0;
      for (size_t i = 0; i < 100; ++i) {
        CHECK((seen[i] == 0 || seen[i] == cut.data.values[i]));
        blank += seen[i] == 0;
      }
      most = std::max(most, blank);
    }
    CHECK(most == 16);
    Variation noisy(ramp(Shape{1, 50, 50}), {{"noise", 20}});
    const std::vector<double> seen = noisy.draw(7);
    double mean = 0, squares = 0;
    for (size_t i = 0; i < seen.size(); ++i) {
      mean += seen[i] - noisy.data.values[i];
      squares += (seen[i] - noisy.data.values[i]) * (seen[i] - noisy.data.values[i]);
    }
    const double deviation = 0.2 * 2500 / std::sqrt(12.0);  // of 1 ... 2500
    CHECK(std::fabs(mean / 2500) < deviation / 10);
    CHECK(std::sqrt(squares / 2500) == doctest::Approx(deviation).epsilon(0.05));
    CHECK(noisy.draw(7) == seen);
    CHECK(noisy.draw(8) != seen);
  }

  TEST_CASE("R9: a mask moves with its image") {
    Dataset data = ramp(Shape{1, 6, 6});
    for (size_t i = 0; i < 36; ++i) data.values[i] = i % 6 < 3 ? 1 : 0;
    data.task = Task::binary;
    data.target_shape = Shape{1, 6, 6};
    data.targets = data.values;
    Variation both(data, {{"flip", 3}});
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const std::vector<double> seen = both.draw(seed);
      std::vector<double> mask(36);
      both.augmenter.target(data.targets.data(), 0.0, mask.data());
      CHECK(mask == seen);
    }
  }

  TEST_CASE("R9: only training sees variations, the same ones for the same seed, and other ones at the next step") {
    const std::string link = "data=digits&net=dense(units:10,activation:softmax)&loss=cross_entropy&train.batch=100";
    test::Training<float> plain(link), varied(link + "&aug.shift=15&aug.rotate=10&aug.noise=10"), again(link + "&aug.shift=15&aug.rotate=10&aug.noise=10", 3);
    for (SplitPart part : {SplitPart::train, SplitPart::validation, SplitPart::test}) {
      CHECK(plain.trainer->evaluate(part).loss == varied.trainer->evaluate(part).loss);
    }
    for (int i = 0; i < 30; ++i) {
      REQUIRE(plain.trainer->step());
      REQUIRE(varied.trainer->step());
      REQUIRE(again.trainer->step());
    }
    CHECK_FALSE(std::equal(plain.trainer->params().begin(), plain.trainer->params().end(), varied.trainer->params().begin()));
    CHECK(std::equal(again.trainer->params().begin(), again.trainer->params().end(), varied.trainer->params().begin()));
  }

  TEST_CASE("R9: variations may be switched on and off during a run, and off is as if they had never been") {
    const std::string link = "data=digits&net=dense(units:10,activation:softmax)&loss=cross_entropy&train.batch=100";
    test::Training<float> plain(link), switched(link + "&aug.shift=15");
    REQUIRE_FALSE(switched.trainer->apply_live(test::experiment_from(link)));
    for (int i = 0; i < 5; ++i) {
      REQUIRE(plain.trainer->step());
      REQUIRE(switched.trainer->step());
    }
    CHECK(std::equal(plain.trainer->params().begin(), plain.trainer->params().end(), switched.trainer->params().begin()));
    REQUIRE_FALSE(plain.trainer->apply_live(test::experiment_from(link + "&aug.shift=15")));
    REQUIRE(plain.trainer->step());
    REQUIRE(switched.trainer->step());
    CHECK_FALSE(std::equal(plain.trainer->params().begin(), plain.trainer->params().end(), switched.trainer->params().begin()));
  }
}

}  // namespace myelin
