// Arrays of numbers, such as NumPy saves, become a data set: inputs count first, and what to learn of each.
#include <algorithm>
#include <cmath>
#include <string>

#include "data/files.h"
#include "data/plane.h"
#include "myelin/files.h"

namespace myelin {
namespace {

constexpr int kMostSide = 4096;
constexpr int kMostClasses = 1000;

bool is_class(double value) { return value >= 0 && value < kMostClasses && value == std::floor(value); }

}  // namespace

Result<Dataset> dataset_from_arrays(const NumberArray& inputs, const NumberArray& targets) {
  const std::vector<int>& sizes = inputs.shape;
  if (sizes.size() < 2 || sizes[0] < 1 || std::any_of(sizes.begin() + 1, sizes.end(), [](int size) { return size < 1 || size > kMostSide; })) {
    return Error{{"The inputs must be 2 to 4 dimensions, count first, of 1 to 4096 each.",
                  "Les entrées doivent avoir de 2 à 4 dimensions, le nombre d’abord, de 1 à 4096 chacune."}};
  }
  if (targets.shape.size() > 2 || targets.shape[0] != sizes[0]) {
    const std::string count = std::to_string(sizes[0]);
    return Error{{"There must be one row of targets for each of the " + count + " samples.", "Il faut une ligne de cibles pour chacun des " + count + " exemples."}};
  }
  Dataset data;
  data.count = sizes[0];
  data.input_shape = sizes.size() == 2 ? Shape{sizes[1]} : sizes.size() == 3 ? Shape{1, sizes[1], sizes[2]} : Shape{sizes[1], sizes[2], sizes[3]};
  if (sizes.size() == 2) data.input_names = data::numbered_inputs({"value", "valeur"}, sizes[1]);
  data.values = inputs.values;
  data.targets = targets.values;
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  const bool single = targets.shape.size() == 1;
  if (single && std::all_of(data.targets.begin(), data.targets.end(), is_class)) {
    const int classes = 1 + static_cast<int>(*std::max_element(data.targets.begin(), data.targets.end()));
    if (classes < 2) return Error{{"All labels are 0: there is nothing to tell apart.", "Toutes les étiquettes valent 0 : il n’y a rien à distinguer."}};
    data.class_names = data::numbered_classes(classes);
    data.task = classes == 2 ? Task::binary : Task::classes;
  } else {
    data.task = Task::regression;
    data.target_shape = Shape{single ? 1 : targets.shape[1]};
    if (data.target_shape.size() < 1 || data.target_shape.size() > kMostClasses) {
      return Error{{"A row of targets must have 1 to 1000 values.", "Une ligne de cibles doit avoir de 1 à 1000 valeurs."}};
    }
  }
  if (sizes.size() == 2 && sizes[1] >= 2) data::span_plane(data, 0, 1);
  return data;
}

}  // namespace myelin
