#include "data/rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <string>

#include "myelin/facts.h"
#include "support/data_files.h"

namespace myelin {
namespace {

using test::hash_samples;
using test::make_data;

bool is_drawn(const DatasetRow& row) { return row.assets.empty() && !row.only_shapes; }

// The rows that have samples.
std::vector<const DatasetRow*> filled_rows() {
  std::vector<const DatasetRow*> all;
  for (const DatasetRow* row : dataset_rows()) {
    if (!row->only_shapes) all.push_back(row);
  }
  return all;
}
bool has_field(const DatasetRow& row, std::string_view key) { return Settings(row.row.fields).has(key); }

Dataset make(const DatasetRow& row, const Settings& settings) {
  Result<Dataset> made = make_data(row, settings);
  REQUIRE(static_cast<bool>(made));
  return std::move(made.value());
}

std::vector<double> inputs(const Dataset& data) {
  std::vector<double> all;
  for (int i = 0; i < data.count; ++i) {
    for (int k = 0; k < data.input_shape.size(); ++k) all.push_back(data.input(i, k));
  }
  return all;
}

// The row with its defaults, one change, and seed 1.
Dataset make_with(const DatasetRow& row, std::string_view key, double value) {
  Settings settings(row.row.fields);
  settings.set(key, value);
  return make(row, settings);
}

// Every choice that changes the kind of data a row makes: 2 to 5 arms, odd and even boards.
std::vector<Settings> variants(const DatasetRow& row) {
  std::vector<Settings> all{Settings(row.row.fields)};
  for (const Field& field : row.row.fields) {
    const std::string_view key = field.key;
    if (key == "samples" || key == "seed") continue;
    if (field.control == Control::choice) {
      for (size_t option = 0; option < field.choices.size(); ++option) {
        Settings settings(row.row.fields);
        settings.set(key, static_cast<double>(option));
        // What is not in the repository is tested where a host has it (fashion_test in tests/cli).
        if (!row.assets.empty() && row.assets_for(settings).data() != row.assets.data()) continue;
        all.push_back(settings);
      }
      continue;
    }
    for (const double value : {field.min, field.min + 1, field.min + 3, field.max}) {
      Settings settings(row.row.fields);
      settings.set(key, value);
      all.push_back(settings);
    }
  }
  return all;
}

struct Golden {
  const char* key;
  const char* changes;
  uint64_t hash;
};

// Equal for every compiler and machine, natively and as WebAssembly: published links show the same points everywhere.
constexpr Golden kGolden[] = {
    {"circle", "", 0x1d756769ceba854bu},
    {"circle", "noise=25", 0xf10242b09a0bbe96u},
    {"xor", "", 0x92eadcabac237da6u},
    {"xor", "noise=25", 0x46dfdb86ae5f0f11u},
    {"gauss", "", 0x552ca0ddb80632d3u},
    {"gauss", "noise=25", 0x57aa35b888b211bdu},
    {"spiral", "", 0x268ca7d46deb598au},
    {"spiral", "noise=25&arms=3&turns=1", 0x3410e0583b9d3457u},
    {"moons", "", 0xfc752d983b664f73u},
    {"moons", "noise=25", 0xbba42f7f23f36a76u},
    {"checkerboard", "", 0xe142326b236e1c9bu},
    {"checkerboard", "noise=25&squares=5", 0xd59c80e545b70db7u},
    {"plane", "", 0x27171aa62b43c4f3u},
    {"plane", "noise=25", 0x7e27c67a7e5aea23u},
    {"multi_gauss", "", 0x8433bebfb8681d53u},
    {"multi_gauss", "noise=25", 0x5d4087797397ef53u},
    {"and_table", "", 0x132dc251ebe45fb8u},
    {"or_table", "", 0x60449d88ff75e598u},
    {"xor_table", "", 0xf1afa7a178447325u},
    {"nand_table", "", 0x891b1b45d61f3d38u},
    {"xor_table", "noise=25&samples=50", 0xe8867bf52145dd75u},
    {"seven_parameters", "", 0x193752aaf3b526d3u},
    {"seven_parameters", "noise=25", 0xd44876a7b7e07a00u},
    {"blood_pressure", "", 0x5dd23e193d768e23u},
    {"blood_pressure", "scatter=3", 0xb55eb3b7b261261du},
    {"car_co2", "", 0xd2f9775e1b99a4f7u},
    {"car_co2", "scatter=3", 0x54395533b1407076u},
    {"digits", "", 0x3fde5e36ea3a94a6u},
    {"iris", "", 0x809aba3bc85d15b3u},
    {"fashion", "", 0xa4dfd8ba03e1b9d1u},
    {"wine", "", 0x205243944de39514u},
    {"breast_cancer", "", 0xea83600109eeba92u},
    {"diabetes", "", 0xbdcf98e7a7d31860u},
    {"shapes", "", 0x3b3f5a0fcbe176b5u},
    {"shapes", "side=28&noise=25", 0x91f99b911b09f62cu},
    {"shapes_mask", "", 0xc9ec24ecb522dc72u},
    {"shapes_mask", "side=28&noise=25", 0x7eba8a460944a91au},
    {"signals", "", 0x862bccb36c9f7cf3u},
    {"signals", "noise=25&length=100", 0x0e61ee9b8be615e4u},
    {"sine_next", "", 0x274881f9da1097eeu},
    {"sine_next", "noise=25&length=30", 0x6ca02d7ea3877a97u},
    {"parity", "", 0xeca54d9d630d3905u},
    {"parity", "length=31", 0x5b18e27973bcf345u},
    {"reviews", "", 0x5e020151ca0de7ecu},
    {"reviews", "language=fr&vocabulary=40&length=10", 0x89c904181ce30f12u},
};

}  // namespace

TEST_SUITE("data sets") {
  TEST_CASE("every data set has a key of its own, words in both languages and explained settings") {
    std::set<std::string> keys;
    for (const DatasetRow* row : dataset_rows()) {
      INFO(std::string(row->row.key));
      CHECK(keys.insert(row->row.key).second);
      CHECK(find_dataset(row->row.key) == row);
      const auto said = [](const Text& text) { return *text.en != '\0' && *text.fr != '\0'; };
      CHECK(said(row->row.label));
      CHECK(said(row->row.help));
      CHECK(row->row.formula != nullptr);
      CHECK((row->only_shapes || has_field(*row, "seed")));
      for (const Field& field : row->row.fields) {
        INFO(std::string(field.key));
        CHECK(said(field.label));
        CHECK(said(field.help));
        CHECK(field.min <= field.fallback);
        CHECK(field.fallback <= field.max);
        if (field.control == Control::choice) continue;
        CHECK(field.min < field.max);
        CHECK(field.step > 0);
      }
    }
    CHECK(keys.size() == dataset_rows().size());
    CHECK(find_dataset("nothing like this") == nullptr);
  }

  TEST_CASE("a data set is complete: as many samples as asked, all finite, all for training, in the picture's frame") {
    for (const DatasetRow* row : filled_rows()) {
      for (const Settings& settings : variants(*row)) {
        const Dataset data = make(*row, settings);
        INFO(std::string(row->row.key));
        if (settings.has("samples")) CHECK(data.count == settings.integer("samples"));
        REQUIRE(data.count > 0);
        const size_t count = static_cast<size_t>(data.count);
        const size_t width = static_cast<size_t>(data.input_shape.size());
        CHECK((data.values.empty() != data.bytes.empty()));
        CHECK(data.values.size() + data.bytes.size() == count * width);
        REQUIRE(data.targets.size() == count * static_cast<size_t>(data.target_shape.size()));
        CHECK(data.part == std::vector<SplitPart>(count, SplitPart::train));
        CHECK(data.input_names.size() == (data.is_image() ? 0 : width));
        CHECK((data.task == Task::regression) == data.class_names.empty());
        if (data.task == Task::binary) CHECK(data.class_names.size() == 2);
        if (data.task == Task::classes) CHECK(data.class_names.size() > 2);
        for (const Message& name : data.class_names) CHECK((!name.en.empty() && !name.fr.empty()));
        for (const Message& name : data.input_names) CHECK((!name.en.empty() && !name.fr.empty()));

        bool finite = true, in_classes = true, in_picture = true;
        for (int i = 0; i < data.count; ++i) {
          const double target = data.targets[static_cast<size_t>(i)];
          for (int k = 0; k < data.input_shape.size(); ++k) finite = finite && std::isfinite(data.input(i, k));
          for (int k = 0; k < data.target_shape.size(); ++k) {
            const double value = data.targets[static_cast<size_t>(i * data.target_shape.size() + k)];
            finite = finite && std::isfinite(value);
            if (data.task == Task::regression) continue;
            in_classes = in_classes && value == std::floor(value) && value >= 0 && value < static_cast<double>(data.class_names.size());
          }
          const Plane& plane = data.plane;
          const auto inside = [](double value, double low, double high) { return value >= low && value <= high; };
          if (plane.dimensions >= 1) in_picture = in_picture && inside(data.input(i, plane.x_input), plane.x_min, plane.x_max);
          if (plane.dimensions == 1) in_picture = in_picture && inside(target, plane.y_min, plane.y_max);
          if (plane.dimensions == 2) in_picture = in_picture && inside(data.input(i, plane.y_input), plane.y_min, plane.y_max);
        }
        CHECK(finite);
        CHECK(in_classes);
        CHECK(in_picture);  // with any noise: points that would leave are mirrored at the edge
      }
    }
  }

  TEST_CASE("the classes of drawn data are balanced, whatever the count") {
    for (const DatasetRow* row : filled_rows()) {
      // A truth table has the classes that it has.
      if (!is_drawn(*row) || std::string(row->row.key).ends_with("_table")) continue;
      for (Settings settings : variants(*row)) {
        if (settings.has("samples")) settings.set("samples", 101);
        const Dataset data = make(*row, settings);
        if (data.task == Task::regression || data.target_shape.size() > 1) continue;
        std::vector<int> counts(data.class_names.size());
        for (const double target : data.targets) ++counts[static_cast<size_t>(target)];
        INFO(std::string(row->row.key));
        CHECK(*std::max_element(counts.begin(), counts.end()) - *std::min_element(counts.begin(), counts.end()) <= 1);
      }
    }
  }

  TEST_CASE("the same settings give the same bits, another seed gives other samples") {
    for (const DatasetRow* row : filled_rows()) {
      if (!is_drawn(*row)) continue;
      INFO(std::string(row->row.key));
      const Dataset one = make_with(*row, "noise", 30);
      const Dataset again = make_with(*row, "noise", 30);
      CHECK(inputs(one) == inputs(again));
      CHECK(one.targets == again.targets);
      Settings other(row->row.fields);
      other.set("noise", 30);
      other.set("seed", 2);
      CHECK(inputs(one) != inputs(make(*row, other)));
      if (row->row.key == std::string("seven_parameters") || std::string(row->row.key).ends_with("_table")) continue;
      CHECK(inputs(make_with(*row, "seed", 1)) != inputs(make_with(*row, "seed", 2)));  // without noise, too
    }
  }

  TEST_CASE("more samples never change the first ones") {
    for (const DatasetRow* row : filled_rows()) {
      if (!has_field(*row, "samples")) continue;
      for (Settings settings : variants(*row)) {
        settings.set("samples", 40);
        const Dataset few = make(*row, settings);
        settings.set("samples", 173);
        const Dataset many = make(*row, settings);
        INFO(std::string(row->row.key));
        CHECK(hash_samples(few, 40) == hash_samples(many, 40));
      }
    }
  }

  TEST_CASE("noise moves points and leaves their targets alone") {
    for (const DatasetRow* row : filled_rows()) {
      if (!has_field(*row, "noise")) continue;
      INFO(std::string(row->row.key));
      const Dataset clean = make_with(*row, "noise", 0);
      const Dataset noisy = make_with(*row, "noise", 50);
      CHECK(clean.targets == noisy.targets);
      int moved = 0;
      for (int i = 0; i < clean.count; ++i) {
        bool differs = false;  // a pixel may stay what it was
        for (int k = 0; k < clean.input_shape.size(); ++k) differs = differs || clean.input(i, k) != noisy.input(i, k);
        moved += differs;
      }
      CHECK(moved == clean.count);
    }
  }

  TEST_CASE("without noise every point lies where its formula says") {
    const auto check_all = [](const Dataset& data, auto holds) {
      int wrong = 0;
      for (int i = 0; i < data.count; ++i) {
        wrong += !holds(data.input(i, 0), data.input(i, 1), data.targets[static_cast<size_t>(i)]);
      }
      CHECK(wrong == 0);
    };
    const auto radius = [](double x1, double x2) { return std::sqrt(x1 * x1 + x2 * x2); };
    const double slack = 1e-9;
    check_all(make_data("circle"), [&](double x1, double x2, double target) {
      return target == 1 ? radius(x1, x2) < 2.5 + slack : radius(x1, x2) > 3.5 - slack && radius(x1, x2) < 5 + slack;
    });
    check_all(make_data("xor"), [&](double x1, double x2, double target) {
      return (x1 * x2 < 0) == (target == 1) && std::fabs(x1) >= 0.3 && std::fabs(x2) >= 0.3;
    });
    check_all(make_data("moons"), [&](double x1, double x2, double target) {
      const double u1 = x1 / 3.3 + 0.5, u2 = x2 / 3.3 + 0.25;
      const double distance = target == 0 ? radius(u1, u2) : radius(u1 - 1, u2 - 0.5);
      return std::fabs(distance - 1) < slack && (target == 0 ? u2 > -slack : u2 < 0.5 + slack);
    });
    check_all(make_data("plane"), [&](double x1, double x2, double target) {
      return std::fabs(target - (x1 + x2) / 12) < slack && std::fabs(target) <= 1;
    });
    for (int squares = 2; squares <= 8; ++squares) {
      const Dataset board = make_data("checkerboard", "samples=2000&squares=" + std::to_string(squares));
      std::set<int> used;
      check_all(board, [&](double x1, double x2, double target) {
        const int column = static_cast<int>((x1 + 6) / 12 * squares), row = static_cast<int>((x2 + 6) / 12 * squares);
        used.insert(row * squares + column);
        return (row + column) % 2 == static_cast<int>(target);
      });
      CHECK(static_cast<int>(used.size()) == squares * squares);
    }
    for (int arms = 2; arms <= 5; ++arms) {
      const Dataset spiral = make_data("spiral", "arms=" + std::to_string(arms));
      CHECK(spiral.task == (arms == 2 ? Task::binary : Task::classes));
      CHECK(spiral.output_units() == (arms == 2 ? 1 : arms));
      check_all(spiral, [&](double x1, double x2, double target) {
        const double r = radius(x1, x2), angle = 6.283185307179586 * (1.75 * r / 5 + target / arms);
        return std::fabs(x1 - r * std::cos(angle)) < slack && std::fabs(x2 - r * std::sin(angle)) < slack && r <= 5 + slack;
      });
    }
  }

  TEST_CASE("hills and hollows reach height 1 at their centres and 0 between them") {
    const Dataset hills = make_data("multi_gauss", "samples=20000");
    double highest = 0, lowest = 0;
    for (int i = 0; i < hills.count; ++i) {
      const double target = hills.targets[static_cast<size_t>(i)];
      highest = std::max(highest, target);
      lowest = std::min(lowest, target);
      if (std::fabs(hills.input(i, 1)) < 0.4) CHECK(target == 0);
    }
    CHECK(highest > 0.95);
    CHECK(highest <= 1);
    CHECK(lowest < -0.95);
    CHECK(lowest >= -1);
  }

  TEST_CASE("two Gaussians have the centres and the variance of their noise") {
    for (const double noise : {0.0, 10.0, 20.0}) {
      Settings settings(find_dataset("gauss")->row.fields);
      settings.set("noise", noise);
      settings.set("samples", 20000);
      const Dataset data = make(*find_dataset("gauss"), settings);
      double sum = 0, squares = 0;
      for (int i = 0; i < data.count; ++i) {
        const double offset = data.input(i, 0) - (data.targets[static_cast<size_t>(i)] == 1 ? 2 : -2);
        sum += offset;
        squares += offset * offset;
      }
      CHECK(sum / data.count == doctest::Approx(0).epsilon(0.05));
      CHECK(squares / data.count == doctest::Approx(0.5 + 3.5 * noise / 50).epsilon(0.06));
    }
  }

  TEST_CASE("what is known of a data set before its files are there is what they then hold") {
    for (const DatasetRow* row : filled_rows()) {
      if (is_drawn(*row)) continue;
      INFO(std::string(row->row.key));
      const Dataset data = make(*row, Settings(row->row.fields));
      CHECK(row->known.task == data.task);
      CHECK(row->known.outputs == data.output_units());
      CHECK(row->known.input_shape == data.input_shape);
      if (row->choose_shape != nullptr) {
        for (const Settings& settings : variants(*row)) CHECK(row->choose_shape(settings) == make(*row, settings).input_shape);
      }
      CHECK(row->known.uses_features == data.uses_features);
      CHECK(row->known.plane_dimensions == data.plane.dimensions);
    }
  }

  TEST_CASE("golden: the first fifty samples at seed 1") {
    for (const Golden& golden : kGolden) {
      const uint64_t hash = hash_samples(make_data(golden.key, golden.changes), 50);
      char line[128];
      std::snprintf(line, sizeof line, "{\"%s\", \"%s\", 0x%016llxu},", golden.key, golden.changes,
                    static_cast<unsigned long long>(hash));
      INFO("if the change is meant: " << std::string(line));
      CHECK(hash == golden.hash);
    }
    std::set<std::string> covered;
    for (const Golden& golden : kGolden) covered.insert(golden.key);
    CHECK(covered.size() == filled_rows().size());
  }
}

}  // namespace myelin
