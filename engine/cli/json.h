// How the commands write numbers, shapes and scores as JSON. What cannot be measured is null.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

#include "myelin/metrics.h"
#include "myelin/shape.h"

namespace myelin::cli {

using Json = nlohmann::ordered_json;

inline Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json shape_json(const Shape& shape);
// Of a classification or of a regression: whichever was measured. Null for a part without samples.
Json scores_json(const Scores& scores);

}  // namespace myelin::cli
