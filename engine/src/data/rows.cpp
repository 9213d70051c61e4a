// The one list of data sets. Keys are frozen: they stand in links.
#include "data/rows.h"

namespace myelin {
namespace {

constexpr const DatasetRow* kRows[] = {
    &data::kCircle,
    &data::kXor,
    &data::kGauss,
    &data::kSpiral,
    &data::kMoons,
    &data::kCheckerboard,
    &data::kPlane,
    &data::kMultiGauss,
    &data::kAndTable,
    &data::kOrTable,
    &data::kXorTable,
    &data::kNandTable,
    &data::kSevenParameters,
    &data::kBloodPressure,
    &data::kCarCo2,
    &data::kDigits,
    &data::kFashion,
    &data::kIris,
    &data::kWine,
    &data::kBreastCancer,
    &data::kDiabetes,
    &data::kShapesRow,
    &data::kShapesMask,
    &data::kSignals,
    &data::kSineNext,
    &data::kParity,
    &data::kReviews,
    &data::kNoData,
    &data::kOwn,
};

}  // namespace

std::span<const DatasetRow* const> dataset_rows() { return kRows; }

const DatasetRow* find_dataset(std::string_view key) {
  for (const DatasetRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

}  // namespace myelin
