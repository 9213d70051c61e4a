// Wine, breast cancer and diabetes: tables of numbers in assets/data whose header names each column in both languages, "en|fr".
// The last column is the target. The rows keep the order of their source, which scikit-learn shares.
#include <algorithm>
#include <string>

#include "data/csv.h"
#include "data/fields.h"
#include "data/files.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

struct Table {
  const char* const* asset;
  int rows;
  int inputs;
  std::span<const Text> classes;  // the English name stands in the file; empty: the target is a number
  int picture_x;                  // the inputs that span the picture: those that tell most of the target
  int picture_y;
  double target_unit = 1;  // of a number to predict: near 1, so that the usual learning rates suit it
};

Error wrong_contents(const char* asset) {
  const std::string file = asset;
  return {{file + " does not hold the table that this program expects.",
           file + " ne contient pas le tableau que ce programme attend."}};
}

Result<Dataset> make_table(const Table& wanted, std::span<const std::span<const std::byte>> files) {
  const char* name = *wanted.asset;
  if (Status missing = check_files(std::span(wanted.asset, 1), files)) return *missing;
  const Result<CsvTable> table = read_csv(files[0], name);
  if (!table) return table.error();
  if (table->rows() != wanted.rows || table->columns() != wanted.inputs + 1) return wrong_contents(name);

  Dataset data;
  const int classes = static_cast<int>(wanted.classes.size());
  data.task = classes == 0 ? Task::regression : classes == 2 ? Task::binary : Task::classes;
  data.input_shape = Shape{wanted.inputs};
  for (const Text& one : wanted.classes) data.class_names.push_back({one.en, one.fr});
  data.count = wanted.rows;
  for (int column = 0; column < wanted.inputs; ++column) {
    const std::string& both = table->header[static_cast<size_t>(column)];
    const size_t bar = both.find('|');
    if (bar == 0 || bar == std::string::npos || bar + 1 == both.size()) return wrong_contents(name);
    data.input_names.push_back({both.substr(0, bar), both.substr(bar + 1)});
  }
  data.values.reserve(static_cast<size_t>(data.count) * static_cast<size_t>(wanted.inputs));
  data.targets.reserve(static_cast<size_t>(data.count));
  for (int row = 0; row < wanted.rows; ++row) {
    for (int column = 0; column < wanted.inputs; ++column) {
      const Result<double> value = csv_number(table.value(), row, column, name);
      if (!value) return value.error();
      data.values.push_back(value.value());
    }
    if (classes == 0) {
      const Result<double> value = csv_number(table.value(), row, wanted.inputs, name);
      if (!value) return value.error();
      data.targets.push_back(value.value() / wanted.target_unit);
      continue;
    }
    const std::string& label = table->cell(row, wanted.inputs);
    const auto found = std::find_if(wanted.classes.begin(), wanted.classes.end(), [&](const Text& one) { return label == one.en; });
    if (found == wanted.classes.end()) return wrong_contents(name);
    data.targets.push_back(static_cast<double>(found - wanted.classes.begin()));
  }
  data.part.assign(static_cast<size_t>(data.count), SplitPart::train);
  span_plane(data, wanted.picture_x, wanted.picture_y);
  return data;
}

constexpr Field kFields[] = {kSplitSeed};

constexpr const char* kWineAssets[] = {"wine.csv"};
constexpr Text kWines[] = {{"cultivar 1", "cépage 1"}, {"cultivar 2", "cépage 2"}, {"cultivar 3", "cépage 3"}};
constexpr Table kWineTable{kWineAssets, 178, 13, kWines, 6, 9};  // flavanoids, colour intensity

constexpr const char* kCancerAssets[] = {"breast_cancer.csv"};
constexpr Text kTumours[] = {{"malignant", "maligne"}, {"benign", "bénigne"}};
constexpr Table kCancerTable{kCancerAssets, 569, 30, kTumours, 22, 27};  // worst perimeter, worst concave points

constexpr const char* kDiabetesAssets[] = {"diabetes.csv"};
constexpr Table kDiabetesTable{kDiabetesAssets, 442, 10, {}, 2, 8, 100};  // body mass index, log of triglycerides

template <const Table& Wanted>
Result<Dataset> make(const Settings&, std::span<const std::span<const std::byte>> files) {
  return make_table(Wanted, files);
}

}  // namespace

constinit const DatasetRow kWine = {
    .row = {.key = "wine",
            .label = {"Wines", "Vins"},
            .help = {"178 Italian wines, thirteen chemical measures each, from three cultivars (UCI, Aeberhard and Forina).",
                     "178 vins italiens, treize mesures chimiques chacun, issus de trois cépages (UCI, Aeberhard et Forina)."},
            .formula = "",
            .fields = kFields},
    .assets = kWineAssets,
    .make = make<kWineTable>,
    .known = {.task = Task::classes, .outputs = 3, .input_shape = Shape{13}, .plane_dimensions = 2},
};

constinit const DatasetRow kBreastCancer = {
    .row = {.key = "breast_cancer",
            .label = {"Breast tumours", "Tumeurs du sein"},
            .help = {"569 breast tumours, thirty measures of cell nuclei each: malignant or benign (UCI, Wolberg and others).",
                     "569 tumeurs du sein, trente mesures de noyaux de cellules chacune : maligne ou bénigne (UCI, Wolberg et al.)."},
            .formula = "",
            .fields = kFields},
    .assets = kCancerAssets,
    .make = make<kCancerTable>,
    .known = {.task = Task::binary, .outputs = 1, .input_shape = Shape{30}, .plane_dimensions = 2},
};

constinit const DatasetRow kDiabetes = {
    .row = {.key = "diabetes",
            .label = {"Diabetes", "Diabète"},
            .help = {"442 patients, ten measures each; to predict: the progression of diabetes, in hundreds (Efron and others, 2004).",
                     "442 patients, dix mesures chacun ; à prédire : la progression du diabète, en centaines (Efron et al., 2004)."},
            .formula = "",
            .fields = kFields},
    .assets = kDiabetesAssets,
    .make = make<kDiabetesTable>,
    .known = {.task = Task::regression, .outputs = 1, .input_shape = Shape{10}, .plane_dimensions = 2},
};

}  // namespace myelin::data
