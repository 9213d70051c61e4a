// The data sets by key. A new family is one file with its row and one line in rows.cpp.
#pragma once

#include <span>
#include <string_view>

#include "nn/dataset_row.h"

namespace myelin {

// In the order in which they are shown.
std::span<const DatasetRow* const> dataset_rows();
// Null when there is no such key.
const DatasetRow* find_dataset(std::string_view key);

namespace data {

extern const DatasetRow kCircle, kXor, kGauss, kSpiral, kMoons, kCheckerboard;  // plane_classification.cpp
extern const DatasetRow kPlane, kMultiGauss;                                    // plane_regression.cpp
extern const DatasetRow kAndTable, kOrTable, kXorTable, kNandTable;             // truth_tables.cpp
extern const DatasetRow kSevenParameters;                                       // seven_parameters.cpp
extern const DatasetRow kBloodPressure, kCarCo2;                                // regression_lines.cpp
extern const DatasetRow kDigits;                                                // digits.cpp
extern const DatasetRow kIris;                                                  // iris.cpp
extern const DatasetRow kWine, kBreastCancer, kDiabetes;                        // tables.cpp
extern const DatasetRow kSignals, kSineNext, kParity;                           // sequences.cpp
extern const DatasetRow kShapesRow, kShapesMask;                                // shapes.cpp
extern const DatasetRow kFashion;                                               // fashion.cpp
extern const DatasetRow kNoData;                                                // no_data.cpp
extern const DatasetRow kOwn;                                                   // own.cpp
extern const DatasetRow kReviews;                                               // reviews.cpp

}  // namespace data
}  // namespace myelin
