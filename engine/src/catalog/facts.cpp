// Answers from the rows themselves, so that no control needs a list of keys of its own.
#include "myelin/facts.h"

#include <algorithm>

#include "base/assert.h"
#include "catalog/catalog.h"

namespace myelin {

Result<DatasetFacts> dataset_facts(const Part& data) {
  const DatasetRow* row = find_dataset(data.kind);
  MYELIN_ASSERT(row != nullptr);
  if (!row->assets.empty()) {
    DatasetFacts known = row->known;
    if (row->choose_shape != nullptr) known.input_shape = row->choose_shape(data.settings);
    if (row->choose_outputs != nullptr) known.outputs = row->choose_outputs(data.settings);
    return known;
  }
  Settings settings = data.settings;
  settings.set("samples", 0);  // the fewest it can make: the facts do not depend on the count
  const Result<Dataset> made = row->make(settings, {});
  if (!made) return made.error();
  return DatasetFacts{.task = made->task,
                      .outputs = made->output_units(),
                      .input_shape = made->input_shape,
                      .uses_features = made->uses_features,
                      .plane_dimensions = made->plane.dimensions};
}

bool only_described(Kind kind, std::string_view key) {
  if (kind == Kind::dataset) {
    const DatasetRow* row = find_dataset(key);
    return row != nullptr && row->only_shapes;
  }
  const PresetRow* preset = kind == Kind::preset ? find_preset(key) : nullptr;
  return preset != nullptr && preset->only_described;
}

LossFacts loss_facts(std::string_view key) {
  const LossRow* row = find_loss(key);
  MYELIN_ASSERT(row != nullptr);
  return {.contains = row->contains, .regression = row->regression, .binary = row->binary, .classes = row->classes, .rebuilds = row->rebuilds};
}

int input_width(const DatasetFacts& facts, const Settings& features) {
  if (!facts.uses_features) return facts.input_shape.size();
  int active = 0;
  for (int field = 0; field < static_cast<int>(features.fields().size()); ++field) active += features.value(field) != 0;
  return active;
}

}  // namespace myelin
