// Golden values of one layer, as tests/golden/torch_fixture.py writes them. That script describes the format.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace myelin::test {

struct LayerFixture {
  std::string file, name;
  const LayerRow* row = nullptr;
  Settings settings;
  std::vector<Shape> shapes;
  int batch = 0;
  bool training = true;
  std::vector<double> params, output, d_output, d_params;
  std::vector<std::vector<double>> inputs, d_inputs;
};

// Settings as links write them: "filters:3,padding:same". Fails the test when a key or a value is not understood.
Settings settings_from(const LayerRow& row, std::string_view text);

// All cases of all files tests/golden/torch/*.json; fails the test when one cannot be read.
std::vector<LayerFixture> layer_fixtures();

}  // namespace myelin::test
