// Keys and defaults stand in published links: a change here is a change of every link that says nothing about them.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "myelin/experiment.h"

namespace myelin {

TEST_SUITE("link") {
  // A published link leaves out what equals a default, so none of these may ever change; a new field or row is
  // added here.
  TEST_CASE("defaults are frozen") {
    const auto defaults = [](const Settings& settings) {
      std::string text;
      for (int i = 0; i < static_cast<int>(settings.fields().size()); ++i) {
        if (i > 0) text += ' ';
        text += settings.fields()[static_cast<size_t>(i)].key;
        text += ':' + settings.text(i);
      }
      return text;
    };
    CHECK(defaults(Settings(training_fields())) == "batch:10 drop_partial:0 shuffle:1 l1:0 l2:0 l2_convention:lambda clip_value:0 clip_norm:0 class_weights:none seed:1 arithmetic:f32");
    CHECK(defaults(Settings(preparation_fields())) == "test:20 validation:10 scaling:none stratify:0 folds:0 fold:1");
    CHECK(defaults(Settings(augmentation_fields())) == "shift:0 rotate:0 scale:0 flip:none noise:0 cutout:0 circular:0");
    CHECK(defaults(Settings(stop_fields())) == "epochs:0 seconds:0 gradient:0 patience:0 min_delta:0 watched:validation restore:1");
    CHECK(defaults(Settings(feature_fields())) == "x1:1 x2:1 x1_squared:0 x2_squared:0 x1_x2:0 sin_x1:0 sin_x2:0 radius:0");
    const std::pair<Kind, std::pair<const char*, const char*>> parts[] = {
        {Kind::dataset, {"circle", "noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"xor", "noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"gauss", "noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"spiral", "arms:2 turns:1.75 noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"moons", "noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"checkerboard", "squares:4 noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"plane", "noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"multi_gauss", "noise:0 samples:500 seed:1"}},
        {Kind::dataset, {"and_table", "noise:0 samples:4 seed:1"}},
        {Kind::dataset, {"or_table", "noise:0 samples:4 seed:1"}},
        {Kind::dataset, {"xor_table", "noise:0 samples:4 seed:1"}},
        {Kind::dataset, {"nand_table", "noise:0 samples:4 seed:1"}},
        {Kind::dataset, {"seven_parameters", "noise:0 seed:1"}},
        {Kind::dataset, {"digits", "seed:1 classes:all"}},
        {Kind::dataset, {"iris", "seed:1"}},
        {Kind::layer, {"input", ""}},
        {Kind::layer, {"dense", "units:4 activation:tanh leaky_slope:0.01 elu_alpha:1 heaviside_at_zero:one initializer:xavier init_scale:1 bias:1 bias_start:0 frozen:0"}},
        {Kind::layer, {"activation", "activation:relu leaky_slope:0.01 elu_alpha:1 heaviside_at_zero:one"}},
        {Kind::layer, {"flatten", ""}},
        {Kind::layer, {"add", ""}},
        {Kind::layer, {"concat", ""}},
        {Kind::loss, {"mse", "half:0 reduction:mean"}},
        {Kind::loss, {"binary_cross_entropy", "reduction:mean"}},
        {Kind::loss, {"cross_entropy", "reduction:mean"}},
        {Kind::loss, {"mae", "reduction:mean"}},
        {Kind::loss, {"huber", "delta:1 reduction:mean"}},
        {Kind::loss, {"hinge", "reduction:mean"}},
        {Kind::loss, {"kl_divergence", "reduction:mean"}},
        {Kind::loss, {"reconstruction", "half:0 reduction:mean"}},
        {Kind::loss, {"perceptron", "reduction:mean"}},
        {Kind::optimizer, {"sgd", "rate:0.03"}},
        {Kind::optimizer, {"momentum", "rate:0.01 momentum:0.9 averaged:0"}},
        {Kind::optimizer, {"adam", "rate:0.001 beta1:0.9 beta2:0.999 epsilon:1e-8"}},
        {Kind::optimizer, {"nesterov", "rate:0.01 momentum:0.9"}},
        {Kind::optimizer, {"adagrad", "rate:0.01 epsilon:1e-10"}},
        {Kind::optimizer, {"rmsprop", "rate:0.001 rho:0.99 epsilon:1e-8"}},
        {Kind::optimizer, {"adadelta", "rate:1 rho:0.9 epsilon:1e-6"}},
        {Kind::optimizer, {"adamw", "rate:0.001 beta1:0.9 beta2:0.999 epsilon:1e-8 decay:0.01"}},
        {Kind::schedule, {"constant", ""}},
        {Kind::schedule, {"step", "every:10 factor:0.1"}},
        {Kind::schedule, {"exponential", "factor:0.95"}},
        {Kind::schedule, {"cosine", "epochs:100 floor:0"}},
        {Kind::schedule, {"warm_up", "warm:5 start:0.1 after:constant epochs:100 floor:0"}},
        {Kind::schedule, {"plateau", "factor:0.1 patience:10 threshold:0.0001 watched:validation"}},
    };
    for (const auto& part : parts) {
      INFO("row " << part.second.first);
      REQUIRE(find_row(part.first, part.second.first) != nullptr);
      CHECK(defaults(make_part(part.first, part.second.first).settings) == part.second.second);
    }
  }
}

}  // namespace myelin
