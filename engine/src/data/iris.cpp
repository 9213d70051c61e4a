// Fisher's iris flowers, from a CSV file in assets/data: four measures in centimetres, three species.
#include <algorithm>
#include <iterator>
#include <string>

#include "data/csv.h"
#include "data/fields.h"
#include "data/files.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

constexpr const char* kAssets[] = {"iris.csv"};

struct Column {
  const char* key;
  Text name;
};

constexpr Column kInputs[] = {
    {"sepal_length", {"sepal length (cm)", "longueur du sépale (cm)"}},
    {"sepal_width", {"sepal width (cm)", "largeur du sépale (cm)"}},
    {"petal_length", {"petal length (cm)", "longueur du pétale (cm)"}},
    {"petal_width", {"petal width (cm)", "largeur du pétale (cm)"}},
};
constexpr int kInputCount = static_cast<int>(std::size(kInputs));
constexpr const char* kSpeciesColumn = "species";
constexpr const char* kSpecies[] = {"setosa", "versicolor", "virginica"};
constexpr int kSpeciesCount = static_cast<int>(std::size(kSpecies));

// The petals tell the species apart best, so they span the picture.
constexpr int kPictureX = 2;
constexpr int kPictureY = 3;

constexpr Field kFields[] = {kSplitSeed};

Error wrong_contents() {
  const std::string file = kAssets[0];
  return {{file + " does not hold the iris flowers that this program expects.",
           file + " ne contient pas les iris que ce programme attend."}};
}

Result<Dataset> make_iris(const Settings&, std::span<const std::span<const std::byte>> files) {
  if (Status missing = check_files(kAssets, files)) return *missing;
  const Result<CsvTable> table = read_csv(files[0], kAssets[0]);
  if (!table) return table.error();
  const int species_column = table->find_column(kSpeciesColumn);
  if (species_column < 0) return wrong_contents();

  Dataset data;
  data.task = Task::classes;
  data.input_shape = Shape{kInputCount};
  for (const char* species : kSpecies) data.class_names.push_back({species, species});
  data.count = table->rows();
  data.values.resize(static_cast<size_t>(data.count) * kInputCount);
  data.targets.resize(static_cast<size_t>(data.count));
  for (int input = 0; input < kInputCount; ++input) {
    const Column& wanted = kInputs[input];
    data.input_names.push_back({wanted.name.en, wanted.name.fr});
    const int column = table->find_column(wanted.key);
    if (column < 0) return wrong_contents();
    for (int row = 0; row < data.count; ++row) {
      const Result<double> value = csv_number(table.value(), row, column, kAssets[0]);
      if (!value) return value.error();
      data.values[static_cast<size_t>(row) * kInputCount + static_cast<size_t>(input)] = value.value();
    }
  }
  for (int row = 0; row < data.count; ++row) {
    const auto* const found = std::find(std::begin(kSpecies), std::end(kSpecies), table->cell(row, species_column));
    if (found == std::end(kSpecies)) return wrong_contents();
    data.targets[static_cast<size_t>(row)] = static_cast<double>(found - std::begin(kSpecies));
  }
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  span_plane(data, kPictureX, kPictureY);
  return data;
}

}  // namespace

constinit const DatasetRow kIris = {
    .row = {.key = "iris",
            .label = {"Iris flowers", "Fleurs d’iris"},
            .help = {"150 iris flowers, four measures each, in three species (Fisher, 1936).",
                     "150 fleurs d’iris, quatre mesures chacune, en trois espèces (Fisher, 1936)."},
            .formula = "",
            .fields = kFields},
    .assets = kAssets,
    .make = make_iris,
    .known = {.task = Task::classes, .outputs = kSpeciesCount, .input_shape = Shape{kInputCount}, .plane_dimensions = 2},
};

}  // namespace myelin::data
