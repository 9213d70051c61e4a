// What every row of the layer catalog promises, over its settings, several wirings and batch sizes. A new layer is tested
// here without another line.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "support/layer_run.h"

namespace myelin {
namespace {

using test::Guarded;
using test::LayerRun;

struct Variant {
  const LayerRow* row;
  Settings settings;
  std::vector<Shape> shapes;
  std::string name;
};

// Wirings that a layer may accept or refuse: rows of numbers, sequences and images, alike and different.
std::vector<std::vector<Shape>> wirings() {
  return {{Shape{5}},
          {Shape{3, 4}},
          {Shape{2, 5, 4}},
          {Shape{4, 3}},
          {Shape{6}, Shape{6}},
          {Shape{7}, Shape{7}, Shape{7}},
          {Shape{4}, Shape{9}},
          {Shape{2, 3, 5}, Shape{2, 3, 5}},
          {Shape{2, 3, 5}, Shape{2}},
          {Shape{3, 1}, Shape{3, 4}},
          {Shape{2, 3, 5}, Shape{4, 3, 5}, Shape{1, 3, 5}}};
}

// Defaults, each option of each choice, each toggle turned, and three random settings.
std::vector<Settings> settings_of(const LayerRow& row) {
  Settings usual(row.row.fields);
  usual.set("vocabulary", 9);  // the check by differences takes two passes per parameter
  std::vector<Settings> variants = {usual};
  for (const Field& field : row.row.fields) {
    const int options = field.control == Control::choice ? static_cast<int>(field.choices.size()) : field.control == Control::toggle ? 2 : 0;
    for (int option = 0; option < options; ++option) {
      Settings changed = usual;
      changed.set(field.key, option);
      if (changed != variants[0]) variants.push_back(changed);
    }
  }
  for (uint64_t round = 0; round < 3 && !row.row.fields.empty(); ++round) {
    const Rng random = Rng(61, Stream::data).child(round);
    Settings drawn(row.row.fields);
    for (size_t i = 0; i < row.row.fields.size(); ++i) {
      const Field& field = row.row.fields[i];
      double low = field.min, high = field.max;
      if (field.control == Control::stepper) high = std::min(high, low + 12);  // a check by differences of a large layer takes minutes
      if (field.control == Control::choice) low = 0, high = static_cast<double>(field.choices.size()) - 1;
      drawn.set(field.key, random.uniform(i, low, high));
    }
    variants.push_back(drawn);
  }
  return variants;
}

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const LayerRow* row : layer_rows()) {
    if (row->max_inputs == 0) continue;  // the input is not run
    const std::vector<Settings> settings = settings_of(*row);
    for (size_t i = 0; i < settings.size(); ++i) {
      for (const std::vector<Shape>& shapes : wirings()) {
        if (!row->make<double>(settings[i])->infer(shapes)) continue;
        std::string name = std::string(row->row.key) + " settings " + std::to_string(i) + " inputs";
        for (const Shape& shape : shapes) name += " " + shape.to_string();
        all.push_back({row, settings[i], shapes, name});
      }
    }
  }
  return all;
}

// |a - b| / (|a| + |b|) over all elements; 0 for two gradients that vanish.
struct Difference {
  double apart = 0, size = 0;
  void add(double a, double b) {
    apart += (a - b) * (a - b);
    size += a * a + b * b;
  }
  double relative() const { return size < 1e-18 ? 0 : std::sqrt(apart / size); }
};

double slope(LayerRun<double>& run, double& value, double step, bool training) {
  const double at = value;
  value = at + step;
  const double up = run.loss(training);
  value = at - step;
  const double down = run.loss(training);
  value = at;
  return (up - down) / (2 * step);
}

// Of more than `kMost` values about so many are drawn: a check takes two passes for each.
// `extrapolated`: two steps cancel the error of order step^2, which a strongly curved function shows (Richardson).
Difference numeric_difference(LayerRun<double>& run, Guarded<double>& values, const Guarded<double>& analytic, bool training,
                              const std::vector<bool>& chosen, bool extrapolated) {
  constexpr double kStep = 1e-5, kMost = 250;
  const Rng random(83, Stream::data);
  Difference difference;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!chosen.empty() && !chosen[i]) continue;
    if (random.uniform(i) * static_cast<double>(values.size()) > kMost) continue;
    double numeric = slope(run, values[i], kStep, training);
    if (extrapolated) numeric = (4 * slope(run, values[i], kStep / 2, training) - numeric) / 3;
    difference.add(analytic[i], numeric);
  }
  return difference;
}

// Layer normalisation of two nearly equal values is curved like 1 / eps; the plain difference is not good enough there.
double relative_difference(LayerRun<double>& run, Guarded<double>& values, const Guarded<double>& analytic, bool training,
                           const std::vector<bool>& chosen = {}) {
  const double plain = numeric_difference(run, values, analytic, training, chosen, false).relative();
  return plain < 1e-7 ? plain : numeric_difference(run, values, analytic, training, chosen, true).relative();
}

// Which parameters have a gradient: running statistics have a step of their own instead.
std::vector<bool> learned(const Variant& variant) {
  std::vector<bool> all;
  for (const ParamSpec& spec : variant.row->make<double>(variant.settings)->params(variant.shapes)) {
    all.insert(all.end(), static_cast<size_t>(spec.shape.size()), spec.trained);
  }
  return all;
}

// Everything a step leaves behind, for comparing bits.
template <class Real>
std::vector<Guarded<Real>> step_results(const Variant& variant, int batch, Executor& executor, Arithmetic arithmetic) {
  LayerRun<Real> run(*variant.row, variant.settings, variant.shapes, batch, executor, 71);
  run.forward(true, arithmetic);
  run.backward(run.all(GradMode::overwrite), arithmetic);
  std::vector<Guarded<Real>> results = {run.output, run.d_params};
  for (const Guarded<Real>& d_input : run.d_inputs) results.push_back(d_input);
  CHECK(run.intact());
  return results;
}

template <class Real>
void check_workers(const Variant& variant, int batch, Arithmetic arithmetic) {
  INFO(variant.name << " batch " << batch);
  const std::unique_ptr<Executor> one = make_executor(1);
  const std::vector<Guarded<Real>> expected = step_results<Real>(variant, batch, *one, arithmetic);
  for (int workers : {2, 3, 5}) {
    const std::unique_ptr<Executor> executor = make_executor(workers);
    const std::vector<Guarded<Real>> got = step_results<Real>(variant, batch, *executor, arithmetic);
    for (size_t i = 0; i < expected.size(); ++i) CHECK(got[i].same_bits(expected[i]));
  }
}

}  // namespace

TEST_SUITE("layer conformance") {
  TEST_CASE("every layer accepts some wiring and refuses, in both languages, what does not fit") {
    for (const LayerRow* row : layer_rows()) {
      INFO(std::string(row->row.key));
      const LayerPointer<float> layer = row->make<float>(Settings(row->row.fields));
      int accepted = 0;
      std::vector<std::vector<Shape>> all = wirings();
      all.push_back({});
      for (const std::vector<Shape>& shapes : all) {
        const Result<Shape> result = layer->infer(shapes);
        if (result) {
          ++accepted;
          CHECK(result->rank >= 1);
          CHECK(result->size() >= 1);
          CHECK(static_cast<int>(shapes.size()) >= row->min_inputs);
          CHECK((row->max_inputs == LayerRow::kAnyInputs || static_cast<int>(shapes.size()) <= row->max_inputs));
        } else {
          const Message& text = result.error().text;
          CHECK(text.en.size() > 20);
          CHECK(text.fr.size() > 20);
          CHECK(text.en != text.fr);
          CHECK(text.en.back() == '.');
          CHECK(text.fr.back() == '.');
        }
      }
      CHECK((accepted > 0) == (row->max_inputs != 0));
    }
  }

  TEST_CASE("parameters are named, sized, drawn by an initialiser that exists, and the same in float and double") {
    for (const Variant& variant : variants()) {
      INFO(variant.name);
      const auto layer = variant.row->make<double>(variant.settings);
      const std::vector<ParamSpec> specs = layer->params(variant.shapes);
      CHECK(test::count_of(specs) == test::count_of(variant.row->make<float>(variant.settings)->params(variant.shapes)));
      CHECK(layer->infer(variant.shapes).value() == variant.row->make<float>(variant.settings)->infer(variant.shapes).value());
      CHECK(layer->multiply_adds(variant.shapes) >= 0);
      for (size_t i = 0; i < specs.size(); ++i) {
        CHECK(specs[i].shape.size() > 0);
        CHECK(find_initializer(specs[i].initializer) != nullptr);
        if (specs[i].decays) CHECK(std::string_view(specs[i].name).find("weight") != std::string_view::npos);
        for (size_t j = 0; j < i; ++j) CHECK(std::string_view(specs[i].name) != specs[j].name);
      }
    }
  }

  TEST_CASE("gradients of parameters and inputs agree with central differences") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (const Variant& variant : variants()) {
      for (int batch : {1, 7, 33}) {
        // The largest batch on small layers only: the check takes two passes per value.
        int values = 0;
        for (const Shape& shape : variant.shapes) values += shape.size();
        if (batch == 33 && values > 15) continue;
        // A transposed convolution of large settings: one sample is enough.
        const auto layer = variant.row->make<double>(variant.settings);
        const double passes = static_cast<double>(test::count_of(layer->params(variant.shapes))) + values * batch;
        if (batch > 1 && passes * batch * layer->infer(variant.shapes)->size() > 2e7) continue;
        for (const bool training : {true, false}) {
          INFO(variant.name << " batch " << batch << (training ? " training" : " inference"));
          LayerRun<double> run(*variant.row, variant.settings, variant.shapes, batch, *executor, 81);
          run.forward(true, Arithmetic::exact, training);
          run.backward(run.all(GradMode::overwrite), Arithmetic::exact, training);
          const Guarded<double> d_params = run.d_params;
          const std::vector<Guarded<double>> d_inputs = run.d_inputs;
          CHECK(relative_difference(run, run.params, d_params, training, learned(variant)) < 1e-7);
          for (size_t i = 0; i < d_inputs.size(); ++i) {
            if (variant.row->reads_indices) {
              for (size_t at = 0; at < d_inputs[i].size(); ++at) CHECK(d_inputs[i][at] == 0);
              continue;
            }
            CHECK(relative_difference(run, run.inputs[i], d_inputs[i], training) < 1e-7);
          }
          CHECK(run.intact());
        }
      }
    }
  }

  TEST_CASE("each input's gradient is written, added or left alone as its mode says, and the rest does not notice") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (const Variant& variant : variants()) {
      INFO(variant.name);
      LayerRun<double> written(*variant.row, variant.settings, variant.shapes, 7, *executor, 91);
      written.forward();
      written.backward(written.all(GradMode::overwrite));
      for (size_t chosen = 0; chosen < variant.shapes.size(); ++chosen) {
        for (GradMode mode : {GradMode::ignore, GradMode::accumulate}) {
          LayerRun<double> run(*variant.row, variant.settings, variant.shapes, 7, *executor, 91);
          Guarded<double> before(run.d_inputs[chosen].size());
          LayerRun<double>::fill(before, Rng(5, Stream::data), 1);
          run.d_inputs[chosen] = before;
          std::vector<GradMode> modes = run.all(GradMode::overwrite);
          modes[chosen] = mode;
          run.forward();
          run.backward(modes);
          CHECK(run.intact());
          CHECK(run.d_params.same_bits(written.d_params));
          for (size_t i = 0; i < variant.shapes.size(); ++i) {
            if (i != chosen) CHECK(run.d_inputs[i].same_bits(written.d_inputs[i]));
          }
          double largest = 0;
          for (size_t i = 0; i < before.size(); ++i) {
            const double share = mode == GradMode::ignore ? 0 : written.d_inputs[chosen][i];
            largest = std::max(largest, std::fabs(run.d_inputs[chosen][i] - (before[i] + share)));
          }
          if (mode == GradMode::ignore) CHECK(largest == 0);
          CHECK(largest < 1e-13);
        }
      }
    }
  }

  TEST_CASE("a forward pass that no backward follows gives the same bits without a place to save") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (const Variant& variant : variants()) {
      INFO(variant.name);
      LayerRun<float> training(*variant.row, variant.settings, variant.shapes, 7, *executor, 95);
      LayerRun<float> evaluating(*variant.row, variant.settings, variant.shapes, 7, *executor, 95);
      for (const bool in_training : {true, false}) {
        training.forward(true, Arithmetic::exact, in_training);
        evaluating.forward(false, Arithmetic::exact, in_training);
        CHECK(training.output.same_bits(evaluating.output));
        CHECK(evaluating.intact());
      }
    }
  }

  TEST_CASE("a frozen layer hands on the same gradients and writes none of its own") {
    const std::unique_ptr<Executor> executor = make_executor(1);
    for (const Variant& variant : variants()) {
      INFO(variant.name);
      LayerRun<float> free(*variant.row, variant.settings, variant.shapes, 7, *executor, 96);
      LayerRun<float> frozen(*variant.row, variant.settings, variant.shapes, 7, *executor, 96);
      const Guarded<float> untouched = frozen.d_params;
      for (LayerRun<float>* run : {&free, &frozen}) {
        run->forward(true, Arithmetic::exact, false);
        run->backward(run->all(GradMode::overwrite), Arithmetic::exact, false, run == &frozen);
        CHECK(run->intact());
      }
      CHECK(frozen.d_params.same_bits(untouched));
      for (size_t i = 0; i < variant.shapes.size(); ++i) CHECK(frozen.d_inputs[i].same_bits(free.d_inputs[i]));
      if (frozen.d_params.size() > 0) CHECK(variant.settings.has("frozen"));
    }
  }

  TEST_CASE("scratch planned for a full batch serves a partial one, with the same bits") {
    const std::unique_ptr<Executor> executor = make_executor(2);
    for (const Variant& variant : variants()) {
      for (int batch : {1, 7}) {
        INFO(variant.name << " batch " << batch);
        LayerRun<float> fitting(*variant.row, variant.settings, variant.shapes, batch, *executor, 97);
        LayerRun<float> roomy(*variant.row, variant.settings, variant.shapes, batch, *executor, 97, 33);
        for (LayerRun<float>* run : {&fitting, &roomy}) {
          run->forward();
          run->backward(run->all(GradMode::overwrite));
          CHECK(run->intact());
        }
        CHECK(fitting.output.same_bits(roomy.output));
        CHECK(fitting.d_params.same_bits(roomy.d_params));
      }
    }
  }

  TEST_CASE("O10: results do not depend on the number of workers, float and double, exact and fused") {
    for (const Variant& variant : variants()) {
      for (Arithmetic arithmetic : {Arithmetic::exact, Arithmetic::fused}) {
        check_workers<float>(variant, 33, arithmetic);
        check_workers<double>(variant, 33, arithmetic);
      }
    }
    // Large enough to be cut into many tiles.
    for (const LayerRow* row : layer_rows()) {
      if (row->max_inputs == 0) continue;
      Settings settings(row->row.fields);
      const bool activates = settings.has("activation"), recurs = settings.has("output");
      if (settings.has("units")) settings.set("units", recurs ? 24 : 150);
      for (const char* activation : {"tanh", "silu", "softmax"}) {
        if (activates) settings.set_choice("activation", activation);
        else if (activation != std::string_view("tanh")) break;
        for (const Shape& shape : {Shape{310}, Shape{6, 52}, Shape{4, 10, 11}}) {
          const std::vector<Shape> shapes(static_cast<size_t>(row->min_inputs), shape);
          if (!row->make<float>(settings)->infer(shapes)) continue;
          check_workers<float>({row, settings, shapes, row->row.key}, 133, Arithmetic::exact);
        }
      }
    }
  }
}

}  // namespace myelin
