// Brings the tables together under one face. It lists nothing itself but the kinds and the layers: every other row stands in
// its own table.
#include "catalog/catalog.h"

#include <array>

#include "base/assert.h"
#include "layers/layers.h"
#include "myelin/experiment.h"

namespace myelin {
namespace {

// New layers at the end of their group: the order is the order of menus.
constexpr const LayerRow* kLayers[] = {
    &kInputLayer,
    &kDenseLayer, &kActivationLayer, &kPreluLayer,
    &kConv1dLayer, &kConv2dLayer, &kPool1dLayer, &kPool2dLayer, &kGlobalPoolLayer, &kUpsampleLayer, &kConvTranspose2dLayer,
    &kFlattenLayer, &kReshapeLayer,
    &kAddLayer, &kConcatLayer, &kMultiplyLayer,
    &kBatchNormLayer, &kLayerNormLayer, &kLocalResponseNormLayer,
    &kDropoutLayer, &kNoiseLayer,
    &kBagLayer, &kEmbeddingLayer, &kRnnLayer, &kGruLayer, &kLstmLayer, &kAttentionLayer, &kPositionsLayer,
};

constexpr Kind kKinds[] = {Kind::layer,    Kind::activation,  Kind::loss,    Kind::optimizer,
                           Kind::schedule, Kind::initializer, Kind::dataset, Kind::preset};

// The public face of each row of a table. The tables live in other files, so their addresses meet here on first use; plain
// pointers, nothing to destroy.
struct Faces {
  static constexpr size_t kMost = 128;
  std::array<const Row*, kMost> rows{};
  size_t count = 0;

  template <class Table>
  explicit Faces(Table table) {
    MYELIN_ASSERT(table.size() <= kMost);
    for (const auto* row : table) rows[count++] = &row->row;
  }
  std::span<const Row* const> span() const { return {rows.data(), count}; }
};

template <class Table>
auto find_in(Table table, std::string_view key) -> typename Table::value_type {
  for (auto* row : table) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

}  // namespace

std::span<const LayerRow* const> layer_rows() { return kLayers; }

const LayerRow* find_layer(std::string_view key) { return find_in(layer_rows(), key); }
const PresetRow* find_preset(std::string_view key) { return find_in(preset_rows(), key); }

std::span<const Row* const> rows(Kind kind) {
  switch (kind) {
    case Kind::layer: {
      static const Faces faces{layer_rows()};
      return faces.span();
    }
    case Kind::activation: {
      static const Faces faces{activation_rows()};
      return faces.span();
    }
    case Kind::loss: {
      static const Faces faces{loss_rows()};
      return faces.span();
    }
    case Kind::optimizer: {
      static const Faces faces{optimizer_rows()};
      return faces.span();
    }
    case Kind::schedule: {
      static const Faces faces{schedule_rows()};
      return faces.span();
    }
    case Kind::initializer: {
      static const Faces faces{initializer_rows()};
      return faces.span();
    }
    case Kind::dataset: {
      static const Faces faces{dataset_rows()};
      return faces.span();
    }
    case Kind::preset: {
      static const Faces faces{preset_rows()};
      return faces.span();
    }
  }
  return {};
}

const Row* find_row(Kind kind, std::string_view key) {
  for (const Row* row : rows(kind)) {
    if (key == row->key) return row;
  }
  return nullptr;
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::layer: return "layers";
    case Kind::activation: return "activations";
    case Kind::loss: return "losses";
    case Kind::optimizer: return "optimizers";
    case Kind::schedule: return "schedules";
    case Kind::initializer: return "initializers";
    case Kind::dataset: return "datasets";
    case Kind::preset: return "presets";
  }
  return "";
}

std::span<const Kind> all_kinds() { return kKinds; }

Part make_part(Kind kind, std::string_view key) {
  const Row* row = find_row(kind, key);
  MYELIN_ASSERT(row != nullptr);
  return {row->key, Settings(row->fields)};
}

}  // namespace myelin
