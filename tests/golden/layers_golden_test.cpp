// Layers against an independent implementation: the values that torch_*.py wrote once, replayed in double and in float.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "support/layer_fixture.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

using test::Guarded;
using test::LayerFixture;
using test::LayerRun;

template <class Real>
void put(const std::vector<double>& from, Guarded<Real>& to) {
  REQUIRE(from.size() == to.size());
  for (size_t i = 0; i < from.size(); ++i) to[i] = static_cast<Real>(from[i]);
}

// The largest deviation, as a share of the largest expected value (or of 1, where all are smaller). Not a number: infinite.
template <class Real>
double deviation(const Guarded<Real>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  double size = 1, apart = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double off = std::fabs(static_cast<double>(got[i]) - expected[i]);
    if (!(off <= 1e300)) return std::numeric_limits<double>::infinity();
    size = std::max(size, std::fabs(expected[i]));
    apart = std::max(apart, off);
  }
  return apart / size;
}

template <class Real>
void replay(const LayerFixture& fixture, double tolerance) {
  const std::unique_ptr<Executor> executor = make_executor(1);
  REQUIRE(static_cast<bool>(fixture.row->make<Real>(fixture.settings)->infer(fixture.shapes)));
  LayerRun<Real> run(*fixture.row, fixture.settings, fixture.shapes, fixture.batch, *executor, 1);
  REQUIRE(fixture.inputs.size() == run.inputs.size());
  REQUIRE(fixture.d_inputs.size() == run.inputs.size());
  put(fixture.params, run.params);
  put(fixture.d_output, run.weights);
  for (size_t i = 0; i < run.inputs.size(); ++i) put(fixture.inputs[i], run.inputs[i]);
  run.forward(true, Arithmetic::exact, fixture.training);
  CHECK(deviation(run.output, fixture.output) < tolerance);
  run.backward(run.all(GradMode::overwrite), Arithmetic::exact, fixture.training);
  CHECK(deviation(run.d_params, fixture.d_params) < tolerance);
  for (size_t i = 0; i < run.inputs.size(); ++i) CHECK(deviation(run.d_inputs[i], fixture.d_inputs[i]) < tolerance);
  CHECK(run.intact());
}

}  // namespace

TEST_SUITE("golden layers") {
  TEST_CASE("layers give the outputs and gradients that PyTorch gives") {
    const std::vector<LayerFixture> fixtures = test::layer_fixtures();
    CHECK(fixtures.size() > 50);
    for (const LayerFixture& fixture : fixtures) {
      INFO(fixture.file << ": " << std::string(fixture.row->row.key) << ", " << fixture.name);
      replay<double>(fixture, 1e-10);
      replay<float>(fixture, 1e-4);
    }
  }
}

}  // namespace myelin
