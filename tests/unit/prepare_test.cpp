#include "data/prepare.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "data/inputs.h"
#include "kernels/fmath.h"
#include "myelin/catalog.h"
#include "support/data_files.h"

namespace myelin {
namespace {

using test::make_data;

Settings preparation(double test, double validation, std::string_view scaling = "none") {
  Settings settings(preparation_fields());
  settings.set("test", test);
  settings.set("validation", validation);
  REQUIRE(settings.set_choice("scaling", scaling));
  return settings;
}

Settings features(std::initializer_list<const char*> switched_on) {
  Settings settings(feature_fields());
  for (const Field& field : feature_fields()) settings.set(field.key, 0);
  for (const char* key : switched_on) REQUIRE(settings.set(key, 1));
  return settings;
}

Dataset numbers(int columns, std::vector<double> values) {
  Dataset data;
  data.task = Task::regression;
  data.input_shape = Shape{columns};
  data.count = static_cast<int>(values.size()) / columns;
  data.values = std::move(values);
  data.targets.assign(static_cast<size_t>(data.count), 0.5);
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  for (int i = 0; i < columns; ++i) data.input_names.push_back({"a", "a"});
  return data;
}

std::array<int, kSplitParts> sizes_after(Dataset data, double test, double validation, uint64_t seed = 1) {
  assign_parts(data, preparation(test, validation), seed);
  const auto indices = part_indices(data);
  return {static_cast<int>(indices[0].size()), static_cast<int>(indices[1].size()), static_cast<int>(indices[2].size())};
}

template <class Real = double>
std::vector<Real> transformed(const Dataset& data, const InputTransform& transform) {
  const NetworkInputs<Real> inputs(data, transform);
  std::vector<int> all(static_cast<size_t>(data.count));
  std::iota(all.begin(), all.end(), 0);
  std::vector<Real> rows(all.size() * static_cast<size_t>(transform.shape().size()));
  inputs.gather(all.data(), data.count, rows.data());
  return rows;
}

}  // namespace

TEST_SUITE("preparation") {
  TEST_CASE("R3: 60 samples at 80/10/10 are 48, 6 and 6; M8: the digits keep 1437 of 1797 at 20 %") {
    CHECK(sizes_after(make_data("seven_parameters"), 10, 10) == std::array{48, 6, 6});
    CHECK(sizes_after(make_data("digits"), 20, 0) == std::array{1437, 0, 360});
  }

  TEST_CASE("shares are rounded up, and training keeps at least one sample") {
    const auto points = [](int count) { return numbers(1, std::vector<double>(static_cast<size_t>(count), 1.0)); };
    CHECK(sizes_after(points(10), 1, 0) == std::array{9, 0, 1});
    CHECK(sizes_after(points(10), 30, 0) == std::array{7, 0, 3});
    CHECK(sizes_after(points(1000), 0.1, 0) == std::array{999, 0, 1});
    CHECK(sizes_after(points(250), 64.4, 0) == std::array{89, 0, 161});  // the product rounds to a little more than 161
    CHECK(sizes_after(points(4), 20, 10) == std::array{2, 1, 1});
    CHECK(sizes_after(points(4), 0, 0) == std::array{4, 0, 0});
    CHECK(sizes_after(points(10), 90, 90) == std::array{1, 0, 9});
    CHECK(sizes_after(points(10), 60, 90) == std::array{1, 3, 6});
    CHECK(sizes_after(points(1), 90, 90) == std::array{1, 0, 0});
    CHECK(sizes_after(points(0), 20, 10) == std::array{0, 0, 0});
    for (int count = 3; count < 200; ++count) {
      for (const double share : {5.0, 10.0, 20.0, 30.0}) {
        const auto sizes = sizes_after(points(count), share, share);
        CHECK(sizes[0] + sizes[1] + sizes[2] == count);
        CHECK(sizes[0] >= 1);
        CHECK(sizes[1] >= 1);
        CHECK(sizes[2] >= 1);
      }
    }
  }

  TEST_CASE("the split follows its seed, and the validation share leaves the test samples alone") {
    Dataset data = make_data("circle");
    const auto parts = [&](double validation, uint64_t seed) {
      assign_parts(data, preparation(20, validation), seed);
      return data.part;
    };
    CHECK(parts(10, 3) == parts(10, 3));
    CHECK(parts(10, 3) != parts(10, 4));
    const auto few = parts(0, 3), many = parts(40, 3);
    for (size_t i = 0; i < few.size(); ++i) CHECK((few[i] == SplitPart::test) == (many[i] == SplitPart::test));
  }

  TEST_CASE("every sample is a test sample for its share of the seeds") {
    Dataset data = numbers(1, std::vector<double>(20, 1.0));
    std::vector<int> tested(20);
    for (uint64_t seed = 0; seed < 10000; ++seed) {
      assign_parts(data, preparation(25, 0), seed);
      for (size_t i = 0; i < tested.size(); ++i) tested[i] += data.part[i] == SplitPart::test;
    }
    for (const int times : tested) CHECK(std::abs(times - 2500) < 217);  // five deviations
  }

  TEST_CASE("part indices are ascending and complete") {
    Dataset data = make_data("moons");
    assign_parts(data, preparation(30, 20), 5);
    size_t total = 0;
    for (const auto& indices : part_indices(data)) {
      CHECK(std::is_sorted(indices.begin(), indices.end()));
      total += indices.size();
    }
    CHECK(total == static_cast<size_t>(data.count));
  }

  TEST_CASE("each feature computes what it says, in the order of its table") {
    Dataset data = make_data("circle", "noise=10");
    const Settings all = features({"x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2", "radius"});
    const InputTransform transform(data, preparation(0, 0), all);
    REQUIRE(transform.shape() == Shape{8});
    REQUIRE(transform.labels().size() == 8);
    for (size_t i = 0; i < 8; ++i) CHECK(transform.labels()[i].en == feature_fields()[i].label.en);
    const std::vector<double> inputs = transformed(data, transform);
    for (int sample = 0; sample < data.count; ++sample) {
      const double a = data.input(sample, 0), b = data.input(sample, 1);
      const double expected[] = {a, b, a * a, b * b, a * b, fmath::sin(a), fmath::sin(b), std::sqrt(a * a + b * b)};
      CHECK(std::equal(std::begin(expected), std::end(expected), inputs.begin() + 8 * sample));
    }
  }

  TEST_CASE("only active features become inputs, and every feature of the catalog can be computed") {
    const Dataset data = make_data("xor");
    const InputTransform one(data, preparation(0, 0), features({"x1_x2"}));
    CHECK(one.shape() == Shape{1});
    CHECK(transformed(data, one)[0] == data.input(0, 0) * data.input(0, 1));
    for (const Field& field : feature_fields()) {
      CHECK(InputTransform(data, preparation(0, 0), features({field.key})).shape() == Shape{1});
    }
  }

  TEST_CASE("without any feature there is an error for the plane only") {
    const Status error = check_features(make_data("xor"), features({}));
    REQUIRE(error.has_value());
    CHECK(!error->text.en.empty());
    CHECK(!error->text.fr.empty());
    CHECK(!check_features(make_data("xor"), features({"radius"})));
    CHECK(!check_features(make_data("iris"), features({})));
    CHECK(!check_features(make_data("digits"), features({})));
  }

  TEST_CASE("data that is not on the plane keeps its columns and their names") {
    const Dataset iris = make_data("iris");
    const InputTransform transform(iris, preparation(0, 0), features({"radius"}));
    CHECK(transform.shape() == Shape{4});
    CHECK(transform.labels() == iris.input_names);
    CHECK(transformed(iris, transform) == iris.values);
    const Dataset digits = make_data("digits");
    const InputTransform pixels(digits, preparation(0, 0), features({}));
    CHECK(pixels.shape() == Shape{1, 8, 8});
    CHECK(pixels.labels().empty());
    const std::vector<float> images = transformed<float>(digits, pixels);
    for (size_t i = 0; i < 64; ++i) CHECK(images[i] == static_cast<float>(digits.bytes[i]) / 16);
  }

  TEST_CASE("images kept as bytes give the very numbers that the same images kept as numbers give") {
    Dataset bytes = make_data("digits");
    bytes.byte_scale = 1.0 / 255;  // not a power of two: rounding shows
    assign_parts(bytes, preparation(20, 10), 1);
    Dataset numbers = bytes;
    for (size_t i = 0; i < bytes.bytes.size(); ++i) numbers.values.push_back(bytes.bytes[i] * bytes.byte_scale);
    numbers.bytes = {};
    for (const char* scaling : {"none", "standardize", "min_max"}) {
      const InputTransform transform(bytes, preparation(20, 10, scaling), features({}));
      CHECK(NetworkInputs<float>::kept_bytes(bytes, transform) == 0);
      CHECK(NetworkInputs<float>::kept_bytes(numbers, transform) == 1797 * 64 * 4);
      CHECK(transformed<float>(bytes, transform) == transformed<float>(numbers, transform));
      CHECK(transformed<double>(bytes, transform) == transformed<double>(numbers, transform));
      const int picked[] = {1796, 0, 5, 5};
      std::vector<float> some(4 * 64);
      NetworkInputs<float>(bytes, transform).gather(picked, 4, some.data());
      const std::vector<float> all = transformed<float>(numbers, transform);
      for (size_t i = 0; i < some.size(); ++i) CHECK(some[i] == all[static_cast<size_t>(picked[i / 64]) * 64 + i % 64]);
    }
  }

  TEST_CASE("scaling gives the training part mean 0 and deviation 1, or the range 0 to 1") {
    Dataset data = make_data("iris");
    assign_parts(data, preparation(20, 10), 1);
    const std::vector<int> training = part_indices(data)[0];
    const double count = static_cast<double>(training.size());
    const std::vector<double> standard = transformed(data, InputTransform(data, preparation(20, 10, "standardize"), features({})));
    const std::vector<double> range = transformed(data, InputTransform(data, preparation(20, 10, "min_max"), features({})));
    for (size_t column = 0; column < 4; ++column) {
      double sum = 0, squares = 0, low = 9, high = -9;
      for (const int sample : training) {
        const size_t at = 4 * static_cast<size_t>(sample) + column;
        sum += standard[at];
        squares += standard[at] * standard[at];
        low = std::min(low, range[at]);
        high = std::max(high, range[at]);
      }
      CHECK(std::fabs(sum / count) < 1e-12);
      CHECK(squares / count == doctest::Approx(1).epsilon(1e-12));
      CHECK(low == 0);
      CHECK(high == doctest::Approx(1).epsilon(1e-12));
    }
  }

  TEST_CASE("scaling is fitted after the features") {
    Dataset data = make_data("circle");
    const std::vector<double> inputs =
        transformed(data, InputTransform(data, preparation(0, 0, "min_max"), features({"x1_squared"})));
    CHECK(*std::min_element(inputs.begin(), inputs.end()) == 0);
    CHECK(*std::max_element(inputs.begin(), inputs.end()) == doctest::Approx(1));
    CHECK(std::count_if(inputs.begin(), inputs.end(), [](double value) { return value < 0.1; }) > data.count / 10);
  }

  TEST_CASE("no validation or test sample has any influence on the scaling") {
    for (const char* scaling : {"standardize", "min_max"}) {
      Dataset data = make_data("iris");
      assign_parts(data, preparation(20, 10), 1);
      const InputTransform before(data, preparation(20, 10, scaling), features({}));
      Dataset spoilt = data;
      for (int i = 0; i < data.count; ++i) {
        if (data.part[static_cast<size_t>(i)] == SplitPart::train) continue;
        for (size_t column = 0; column < 4; ++column) spoilt.values[4 * static_cast<size_t>(i) + column] = 1e6;
      }
      const InputTransform after(spoilt, preparation(20, 10, scaling), features({}));
      CHECK(transformed(data, before) == transformed(data, after));
      Dataset other = data;
      other.values[4 * static_cast<size_t>(part_indices(data)[0][0])] = 1e6;
      CHECK(transformed(data, before) != transformed(data, InputTransform(other, preparation(20, 10, scaling), features({}))));
    }
  }

  TEST_CASE("a column that is constant in training becomes 0 everywhere, and no column becomes NaN") {
    for (const char* scaling : {"standardize", "min_max"}) {
      // 0.1 is no binary fraction: its mean over three samples is not exactly 0.1.
      Dataset data = numbers(2, {0.1, 1, 0.1, 2, 0.1, 4, 7, 8});
      data.part[3] = SplitPart::test;
      const std::vector<double> inputs = transformed(data, InputTransform(data, preparation(0, 0, scaling), features({})));
      for (size_t sample = 0; sample < 4; ++sample) CHECK(inputs[2 * sample] == 0);
      CHECK(inputs[1] != inputs[3]);

      constexpr double kHuge = std::numeric_limits<double>::max();
      constexpr double kTiny = std::numeric_limits<double>::denorm_min();
      Dataset extreme = numbers(2, {-kHuge, 0, kHuge, kTiny, kHuge, 0});
      const InputTransform transform(extreme, preparation(0, 0, scaling), features({}));
      for (const double value : transformed(extreme, transform)) CHECK(std::isfinite(value));
    }
    const Dataset digits = make_data("digits");  // its corner pixels are always 0
    for (const double value : transformed(digits, InputTransform(digits, preparation(0, 0, "standardize"), features({})))) {
      if (!std::isfinite(value)) FAIL("a pixel is no number");
    }
  }

  TEST_CASE("targets: two codes for one output, one-hot for several, values as they are") {
    const Dataset table = make_data("xor_table");
    const auto list = [](const Buffer<double>& targets) { return std::vector<double>(targets.span().begin(), targets.span().end()); };
    CHECK(list(make_targets<double>(table, 1, 0, 1)) == std::vector<double>{0, 1, 1, 0});
    CHECK(list(make_targets<double>(table, 1, -1, 1)) == std::vector<double>{-1, 1, 1, -1});
    CHECK(list(make_targets<double>(table, 2, -1, 1)) == std::vector<double>{1, 0, 0, 1, 0, 1, 1, 0});
    const Dataset line = make_data("seven_parameters");
    CHECK(list(make_targets<double>(line, 1, 0, 1)) == line.targets);
    const Dataset digits = make_data("digits");
    const Buffer<float> hot = make_targets<float>(digits, 10, 0, 1);
    REQUIRE(hot.size() == 17970);
    for (size_t sample = 0; sample < 1797; ++sample) {
      for (size_t unit = 0; unit < 10; ++unit) {
        const float expected = static_cast<double>(unit) == digits.targets[sample] ? 1.0f : 0.0f;
        if (hot.data()[10 * sample + unit] != expected) FAIL("wrong target for digit " << sample);
      }
    }
  }
}

}  // namespace myelin
