// Numbers, shapes and scores as JSON.
#include "json.h"

namespace myelin::cli {

Json shape_json(const Shape& shape) {
  Json json = Json::array();
  for (int axis = 0; axis < shape.rank; ++axis) json.push_back(shape[axis]);
  return json;
}

Json scores_json(const Scores& scores) {
  if (std::isnan(scores.loss)) return nullptr;
  Json json = {{"loss", number_json(scores.loss)}};
  if (!std::isnan(scores.rmse)) {
    json["rmse"] = number_json(scores.rmse);
    json["r2"] = number_json(scores.r2);
    return json;
  }
  json["accuracy"] = number_json(scores.accuracy);
  json["error"] = number_json(scores.error);
  json["precision"] = number_json(scores.precision);
  json["recall"] = number_json(scores.recall);
  json["f1"] = number_json(scores.f1);
  json["macro_precision"] = number_json(scores.macro_precision);
  json["macro_recall"] = number_json(scores.macro_recall);
  json["macro_f1"] = number_json(scores.macro_f1);
  json["auc"] = number_json(scores.auc);
  Json& top = json["top"] = Json::object();
  for (size_t k = 2; k < scores.top.size(); ++k) {
    if (std::isfinite(scores.top[k])) top[std::to_string(k)] = scores.top[k];
  }
  const size_t classes = scores.per_class.size();
  Json& confusion = json["confusion"] = Json::array();
  for (size_t row = 0; row < classes && scores.confusion.size() == classes * classes; ++row) {
    const auto first = scores.confusion.begin() + static_cast<std::ptrdiff_t>(row * classes);
    confusion.push_back(std::vector<int>(first, first + static_cast<std::ptrdiff_t>(classes)));
  }
  Json& per_class = json["per_class"] = Json::array();
  for (const ClassScores& one : scores.per_class) {
    per_class.push_back({{"samples", one.samples}, {"precision", number_json(one.precision)}, {"recall", number_json(one.recall)}, {"f1", number_json(one.f1)}});
  }
  return json;
}

}  // namespace myelin::cli
