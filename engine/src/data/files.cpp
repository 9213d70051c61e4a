#include "data/files.h"

#include <algorithm>
#include <string>

namespace myelin::data {
namespace {

void fit_range(const Dataset& data, int input, double& low, double& high) {
  low = high = data.input(0, input);
  for (int i = 1; i < data.count; ++i) {
    low = std::min(low, data.input(i, input));
    high = std::max(high, data.input(i, input));
  }
  const double margin = low < high ? (high - low) / 10 : 1;  // a constant input has a picture, too
  low -= margin;
  high += margin;
}

}  // namespace

Status check_files(std::span<const char* const> assets, std::span<const std::span<const std::byte>> files) {
  for (size_t i = 0; i < assets.size(); ++i) {
    if (i < files.size() && !files[i].empty()) continue;
    const std::string name = assets[i];
    return Error{{"The data file " + name + " could not be loaded. Check the connection and try again.",
                  "Le fichier de données " + name + " n’a pas pu être chargé. Vérifiez la connexion et réessayez."}};
  }
  return {};
}

void span_plane(Dataset& data, int x_input, int y_input) {
  data.plane = {.dimensions = 2, .x_input = x_input, .y_input = y_input};
  fit_range(data, x_input, data.plane.x_min, data.plane.x_max);
  fit_range(data, y_input, data.plane.y_min, data.plane.y_max);
}

}  // namespace myelin::data
