// The public face of the catalog: what exists, how it is called and which settings it has. See engine/src/catalog/.
#pragma once

#include <span>
#include <string_view>

#include "myelin/settings.h"
#include "myelin/text.h"

namespace myelin {

enum class Kind { layer, activation, loss, optimizer, schedule, initializer, dataset, preset };

// What every row of every table has. Keys are frozen once published (they stand in links); labels are not.
struct Row {
  const char* key;
  Text label;
  Text help;             // one sentence
  const char* formula;   // plain text with mathematical signs, "" where there is none
  std::span<const Field> fields = {};
};

// All rows of a kind, in the order in which they are shown.
std::span<const Row* const> rows(Kind kind);

// Null when there is no such row.
const Row* find_row(Kind kind, std::string_view key);

// "layers", "activations", ... as `myelin list` names them.
const char* kind_name(Kind kind);
std::span<const Kind> all_kinds();

// The tables of the experiment sections that are not a choice of row.
std::span<const Field> feature_fields();      // one toggle per input feature of the plane
std::span<const Field> preparation_fields();  // split shares, folds and scaling
std::span<const Field> augmentation_fields(); // what is done at random to training samples
std::span<const Field> training_fields();     // batch size, regularisation, clipping, seed, arithmetic
std::span<const Field> stop_fields();         // when a run ends by itself

}  // namespace myelin
