// Losses, optimisers and schedules against PyTorch's values (torch_training.py wrote them): f64 to 1e-12, f32 to 1e-5.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "support/support.h"

namespace myelin {
namespace {

using Json = nlohmann::json;

Json golden(const std::string& name) {
  std::ifstream file(std::string(MYELIN_SOURCE_FOLDER) + "/tests/golden/torch_training/" + name + ".json");
  REQUIRE(file.good());
  return Json::parse(file);
}

std::vector<double> doubles(const Json& json) { return json.get<std::vector<double>>(); }

// The row's settings with those of the case.
Settings settings_of(const Row& row, const Json& given) {
  Settings settings(row.fields);
  for (const auto& item : given.items()) {
    INFO("field " << item.key());
    REQUIRE(settings.set(item.key(), item.value().get<double>()));
    REQUIRE(settings[item.key()] == item.value().get<double>());
  }
  return settings;
}

template <class Real>
constexpr double kTolerance = sizeof(Real) == sizeof(float) ? 1e-5 : 1e-12;

template <class Real>
void check_close(Real value, double expected) {
  CHECK(std::fabs(static_cast<double>(value) - expected) <= kTolerance<Real> * std::max(1.0, std::fabs(expected)));
}

template <class Real>
void check_loss(const Json& one) {
  const LossRow* row = find_loss(one["key"].get<std::string>());
  REQUIRE(row != nullptr);
  const LossOptions options = loss_options(settings_of(row->row, one["settings"]));
  const std::vector<double> outputs = doubles(one["outputs"]), targets = doubles(one["targets"]);
  const std::vector<Real> z(outputs.begin(), outputs.end()), y(targets.begin(), targets.end());
  const int rows = one["rows"].get<int>();
  const View<const Real> view{z.data(), rows, Shape{static_cast<int>(z.size()) / rows}};
  std::vector<double> losses(static_cast<size_t>(rows));
  std::vector<Real> gradient(z.size());
  row->kernels<Real>().losses(options, view, y.data(), losses.data());
  row->kernels<Real>().gradient(options, view, y.data(), Real(1), gradient.data());
  for (size_t i = 0; i < losses.size(); ++i) check_close(static_cast<Real>(losses[i]), one["losses"][i].get<double>());
  for (size_t i = 0; i < gradient.size(); ++i) check_close(gradient[i], one["gradient"][i].get<double>());
}

template <class Real>
void check_optimizer(const Json& one) {
  const OptimizerRow* row = find_optimizer(one["key"].get<std::string>());
  REQUIRE(row != nullptr);
  const OptimizerOptions options = optimizer_options(settings_of(row->row, one["settings"]));
  const std::vector<double> start = doubles(one["start"]), all = doubles(one["gradients"]);
  std::vector<Real> w(start.begin(), start.end()), first(w.size()), second(w.size());
  const std::vector<Real> gradients(all.begin(), all.end());
  for (size_t step = 0; step < one["path"].size(); ++step) {
    if (options.decay > 0) decay_weights(options, w.data(), static_cast<int>(w.size()));
    row->step<Real>({options, static_cast<int64_t>(step) + 1, w.data(), gradients.data() + step * w.size(),
                     {first.data(), second.data()}, static_cast<int>(w.size())});
    for (size_t i = 0; i < w.size(); ++i) check_close(w[i], one["path"][step][i].get<double>());
  }
}

}  // namespace

TEST_SUITE("golden training") {
  TEST_CASE("every loss and its gradient are PyTorch's") {
    std::set<std::string> seen;
    for (const Json& one : golden("losses")) {
      INFO(one["key"].get<std::string>() << " " << one["settings"].dump());
      check_loss<double>(one);
      check_loss<float>(one);
      seen.insert(one["key"].get<std::string>());
    }
    for (const LossRow* row : loss_rows()) CHECK((row->is_rule || seen.count(row->row.key) == 1));
  }

  TEST_CASE("every optimiser takes PyTorch's 20 steps") {
    std::set<std::string> seen;
    for (const Json& one : golden("optimizers")) {
      INFO(one["key"].get<std::string>() << " " << one["settings"].dump());
      check_optimizer<double>(one);
      check_optimizer<float>(one);
      seen.insert(one["key"].get<std::string>());
    }
    for (const OptimizerRow* row : optimizer_rows()) CHECK(seen.count(row->row.key) == 1);
  }

  TEST_CASE("every schedule gives PyTorch's rates for 50 epochs") {
    std::set<std::string> seen;
    for (const Json& one : golden("schedules")) {
      const ScheduleRow* row = find_schedule(one["key"].get<std::string>());
      REQUIRE(row != nullptr);
      INFO(one["key"].get<std::string>() << " " << one["settings"].dump());
      const ScheduleOptions options = schedule_options(settings_of(row->row, one["settings"]));
      ScheduleState state;
      REQUIRE(one["rates"].size() == 50);
      for (size_t epoch = 0; epoch < 50; ++epoch) {
        INFO("epoch " << epoch);
        const double factor = row->watches_loss ? state.factor : row->factor(options, static_cast<int64_t>(epoch));
        CHECK(std::fabs(one["rate"].get<double>() * factor - one["rates"][epoch].get<double>()) < 1e-12);
        if (row->watches_loss) observe_loss(options, one["losses"][epoch].get<double>(), state);
      }
      seen.insert(row->row.key);
    }
    for (const ScheduleRow* row : schedule_rows()) CHECK(seen.count(row->row.key) == 1);
  }
}

}  // namespace myelin
