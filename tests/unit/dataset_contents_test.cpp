// What single data sets hold: numbers of their sources, of the curriculum, and of their formulas.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "support/data_files.h"
#include "support/support.h"

namespace myelin {
namespace {

using test::hash_samples;
using test::make_data;

}  // namespace

TEST_SUITE("data sets") {
  TEST_CASE("N5: the truth tables stand in the order 00, 01, 10, 11") {
    const auto column = [](const char* key) { return make_data(key).targets; };
    CHECK(make_data("and_table").values == std::vector<double>{0, 0, 0, 1, 1, 0, 1, 1});
    CHECK(column("and_table") == std::vector<double>{0, 0, 0, 1});
    CHECK(column("or_table") == std::vector<double>{0, 1, 1, 1});
    CHECK(column("xor_table") == std::vector<double>{0, 1, 1, 0});
    CHECK(column("nand_table") == std::vector<double>{1, 1, 1, 0});
  }

  TEST_CASE("Q1: sixty points, blue, blue, red") {
    const Dataset data = make_data("seven_parameters");
    REQUIRE(data.count == 60);
    CHECK(data.task == Task::regression);
    CHECK(data.plane.dimensions == 1);
    for (int i = 0; i < 20; ++i) {
      CHECK(data.values[static_cast<size_t>(i)] == i / 10.0);
      CHECK(data.values[static_cast<size_t>(20 + i)] == 6 + i / 10.0);
      CHECK(data.values[static_cast<size_t>(40 + i)] == 3 + i / 10.0);
    }
    for (int i = 0; i < 60; ++i) CHECK(data.targets[static_cast<size_t>(i)] == (i < 40 ? 0.2 : 1.0));
  }

  TEST_CASE("N11: without scatter the made-up measures obey their laws; with it they differ by what the setting says") {
    struct Law { const char* key; double bias; std::vector<double> slopes, low, high; };
    for (const Law& law : {Law{"blood_pressure", 100, {0.6}, {20}, {80}}, Law{"car_co2", 20, {0.03, 0.06}, {900, 700}, {2400, 1700}}}) {
      INFO(std::string(law.key));
      const Dataset exact = make_data(law.key, "scatter=0&samples=5000"), spread = make_data(law.key, "scatter=10&samples=5000");
      CHECK(exact.values == spread.values);  // scatter moves targets only
      double sum = 0, squares = 0, largest = 0;
      for (int i = 0; i < exact.count; ++i) {
        double value = law.bias;
        for (size_t k = 0; k < law.slopes.size(); ++k) {
          const double input = exact.input(i, static_cast<int>(k));
          CHECK((input == std::floor(input) && input >= law.low[k] && input <= law.high[k]));
          value += law.slopes[k] * input;
        }
        CHECK(exact.targets[static_cast<size_t>(i)] == doctest::Approx(value).epsilon(1e-12));
        const double error = spread.targets[static_cast<size_t>(i)] - value;
        sum += error;
        squares += error * error;
        largest = std::max(largest, std::fabs(error));
      }
      CHECK(std::fabs(sum / exact.count) < 0.5);
      CHECK(std::sqrt(squares / exact.count) == doctest::Approx(10).epsilon(0.03));
      CHECK(largest <= 30);
      for (const Message& name : exact.input_names) CHECK(name.en.find('(') != std::string::npos);  // units
    }
  }

  TEST_CASE("the digits are the 1797 of the source, in its order") {
    const Dataset data = make_data("digits");
    CHECK(data.count == 1797);
    CHECK(data.input_shape == Shape{1, 8, 8});
    CHECK(data.output_units() == 10);
    std::vector<int> counts(10);
    for (const double target : data.targets) ++counts[static_cast<size_t>(target)];
    CHECK(counts == std::vector<int>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180});  // UCI's own table
    for (int i = 0; i < 10; ++i) CHECK(data.targets[static_cast<size_t>(i)] == i);
    const double second_row_of_first[] = {0, 0, 13, 15, 10, 15, 5, 0};
    for (int i = 0; i < 8; ++i) CHECK(data.input(0, 8 + i) == second_row_of_first[i] / 16);
    double sum = 0;
    for (size_t i = 0; i < data.bytes.size(); ++i) sum += data.bytes[i];
    CHECK(sum / static_cast<double>(data.bytes.size()) == doctest::Approx(4.884165));
  }

  TEST_CASE("the iris flowers have Fisher's means, and petals span the picture") {
    const Dataset data = make_data("iris");
    CHECK(data.count == 150);
    CHECK(data.output_units() == 3);
    const double means[] = {5.84333, 3.05733, 3.758, 1.19933};
    for (int input = 0; input < 4; ++input) {
      double sum = 0;
      for (int i = 0; i < 150; ++i) sum += data.input(i, input);
      CHECK(sum / 150 == doctest::Approx(means[input]).epsilon(1e-5));
    }
    CHECK(data.plane.x_input == 2);
    CHECK(data.plane.y_input == 3);
    CHECK(data.plane.x_min == doctest::Approx(1 - 0.59));
    CHECK(data.plane.x_max == doctest::Approx(6.9 + 0.59));
    CHECK(data.plane.y_min == doctest::Approx(0.1 - 0.24));
    CHECK(data.plane.y_max == doctest::Approx(2.5 + 0.24));
  }

  TEST_CASE("the tables from scikit-learn have the means and classes of their source") {
    // Means from scikit-learn's own description of the data (sklearn/datasets/descr) or by NumPy from its files.
    const auto mean = [](const Dataset& data, int input) {
      double sum = 0;
      for (int i = 0; i < data.count; ++i) sum += data.input(i, input);
      return sum / data.count;
    };
    const auto counts = [](const Dataset& data) {
      std::vector<int> all(data.class_names.size());
      for (const double target : data.targets) ++all[static_cast<size_t>(target)];
      return all;
    };
    const Dataset wine = make_data("wine");
    CHECK(counts(wine) == std::vector<int>{59, 71, 48});
    CHECK(mean(wine, 0) == doctest::Approx(13.0006).epsilon(1e-5));
    CHECK(wine.input(0, 12) == 1065);
    CHECK(wine.input_names[9] == Message{"colour intensity", "intensité de la couleur"});
    const Dataset tumours = make_data("breast_cancer");
    CHECK(counts(tumours) == std::vector<int>{212, 357});
    CHECK(mean(tumours, 0) == doctest::Approx(14.1273).epsilon(1e-5));
    CHECK(tumours.input(0, 29) == 0.1189);
    CHECK(tumours.input_names[29].en == "fractal dimension (worst)");
    const Dataset diabetes = make_data("diabetes");
    CHECK(diabetes.task == Task::regression);
    CHECK(diabetes.count == 442);
    CHECK(mean(diabetes, 0) == doctest::Approx(48.5181).epsilon(1e-5));
    CHECK(diabetes.targets[0] == 1.51);
    CHECK(diabetes.targets[441] == 0.57);
  }

  TEST_CASE("the small Fashion-MNIST has 200 images of each class, and fewer when fewer are asked for") {
    const Dataset data = make_data("fashion");
    CHECK(data.count == 2000);
    CHECK(data.input_shape == Shape{1, 28, 28});
    std::vector<int> counts(10);
    for (const double target : data.targets) ++counts[static_cast<size_t>(target)];
    CHECK(counts == std::vector<int>(10, 200));
    CHECK(data.targets[0] == 9);  // the first image of the source is an ankle boot
    CHECK(data.class_names[9].en == "ankle boot");
    const Dataset few = make_data("fashion", "images=300");
    CHECK(few.count == 300);
    CHECK(hash_samples(few, 300) == hash_samples(data, 300));
    Settings full(find_dataset("fashion")->row.fields);
    full.set_choice("size", "full");
    CHECK(find_dataset("fashion")->assets_for(full).size() == 4);
    // The whole collection fills a fifth of a page's memory: it stays where the files are, whichever of them it needs.
    std::vector<std::vector<std::byte>> files;
    for (const char* name : find_dataset("fashion")->assets) files.push_back(test::read_asset(name));
    full.set("images", 3000);
    const std::vector<std::span<const std::byte>> twice = {files[0], files[1], files[0], files[1]};
    const Result<Dataset> both = find_dataset("fashion")->make(full, twice);
    REQUIRE(both);
    CHECK(both->count == 3000);
    CHECK(both->bytes.held() == 0);
    CHECK(both->bytes.at(0) == reinterpret_cast<const uint8_t*>(files[0].data()) + 16);
    for (int i = 0; i < 784; ++i) CHECK(both->input(2000, i) == both->input(0, i));
    CHECK(both->bytes.at(2999 * 784) == reinterpret_cast<const uint8_t*>(files[0].data()) + 16 + 999 * 784);
    CHECK(both->bytes.size() == 3000 * 784);
  }

  TEST_CASE("shapes: ink inside, black outside; a mask says which pixels a shape covers") {
    const Dataset shapes = make_data("shapes", "samples=400");
    int black_corners = 0, filled = 0;
    for (int i = 0; i < shapes.count; ++i) {
      double ink = 0;
      for (int k = 0; k < 256; ++k) ink += shapes.input(i, k);
      filled += ink > 10;
      black_corners += shapes.input(i, 0) == 0 || shapes.input(i, 255) == 0;
    }
    CHECK(filled == 400);
    CHECK(black_corners == 400);  // no shape reaches two opposite corners
    const Dataset masks = make_data("shapes_mask", "samples=200");
    CHECK(masks.target_shape == Shape{1, 16, 16});
    CHECK(masks.output_units() == 256);
    double inside = 0, outside = 0, covered = 0;
    for (int i = 0; i < masks.count; ++i) {
      for (int k = 0; k < 256; ++k) {
        const double target = masks.targets[static_cast<size_t>(i * 256 + k)];
        covered += target;
        (target == 1 ? inside : outside) += masks.input(i, k);
        if (target == 1) CHECK(masks.input(i, k) > 0.25);
      }
    }
    const double share = covered / (200 * 256);
    CHECK(share > 0.1);
    CHECK(share < 0.5);
    CHECK(inside / covered > 2 * outside / (200 * 256 - covered));
  }

  TEST_CASE("signals and sequences are what their formulas say") {
    const Dataset parity = make_data("parity", "samples=300&length=9");
    CHECK(parity.input_shape == Shape{1, 9});
    for (int i = 0; i < parity.count; ++i) {
      int ones = 0;
      for (int k = 0; k < 9; ++k) ones += static_cast<int>(parity.input(i, k));
      CHECK(ones % 2 == parity.targets[static_cast<size_t>(i)]);
    }
    // Three values of a sine at equal distances: x(t+1) = 2 cos(w) x(t) - x(t-1), so the target follows from the inputs.
    const Dataset sine = make_data("sine_next", "samples=200&length=4");
    for (int i = 0; i < sine.count; ++i) {
      const double a = sine.input(i, 0), b = sine.input(i, 1), c = sine.input(i, 2), d = sine.input(i, 3);
      const double target = sine.targets[static_cast<size_t>(i)];
      CHECK(std::fabs((target + c) * b - (a + c) * d) < 1e-9);
    }
    const Dataset signals = make_data("signals", "samples=90");
    for (int i = 0; i < signals.count; ++i) {
      double highest = 0;
      std::set<double> levels;
      for (int k = 0; k < 64; ++k) {
        highest = std::max(highest, std::fabs(signals.input(i, k)));
        levels.insert(signals.input(i, k));
      }
      CHECK(highest <= 1);
      CHECK(highest >= 0.5);
      CHECK((levels.size() == 2) == (signals.targets[static_cast<size_t>(i)] == 1));  // a square wave has two levels
    }
  }
}

}  // namespace myelin
