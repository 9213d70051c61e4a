// Measures of finished predictions. Works on copies and in double: it is asked at the end of epochs, never inside a step.
#include "myelin/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "myelin/snapshot.h"
#include "nn/loss.h"

namespace myelin {
namespace {

double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

// Precision and recall of class c from the confusion matrix (rows: truth).
ClassScores class_scores(const std::vector<int>& confusion, size_t classes, size_t c) {
  double truly = 0, said = 0;
  for (size_t other = 0; other < classes; ++other) {
    truly += confusion[c * classes + other];
    said += confusion[other * classes + c];
  }
  const double right = confusion[c * classes + c];
  ClassScores scores;
  scores.samples = static_cast<int>(truly);
  scores.precision = ratio(right, said);
  scores.recall = ratio(right, truly);
  scores.f1 = ratio(2 * right, said + truly);
  return scores;
}

void score_confusion(size_t classes, Scores& scores) {
  double right = 0, all = 0, named = 0;
  for (size_t i = 0; i < scores.confusion.size(); ++i) all += scores.confusion[i];
  scores.macro_precision = scores.macro_recall = scores.macro_f1 = 0;
  for (size_t c = 0; c < classes; ++c) {
    right += scores.confusion[c * classes + c];
    scores.per_class.push_back(class_scores(scores.confusion, classes, c));
    const ClassScores& one = scores.per_class.back();
    double said = 0;
    for (size_t other = 0; other < classes; ++other) said += scores.confusion[other * classes + c];
    // As scikit-learn: a class that neither occurs nor is ever named does not count in the mean.
    if (one.samples == 0 && said == 0) continue;
    ++named;
    scores.macro_precision += one.precision;
    scores.macro_recall += one.recall;
    scores.macro_f1 += one.f1;
  }
  scores.macro_precision /= named;
  scores.macro_recall /= named;
  scores.macro_f1 /= named;
  scores.accuracy = right / all;
  scores.error = 1 - scores.accuracy;
  const bool two = classes == 2;
  scores.precision = two ? scores.per_class[1].precision : scores.macro_precision;
  scores.recall = two ? scores.per_class[1].recall : scores.macro_recall;
  scores.f1 = two ? scores.per_class[1].f1 : scores.macro_f1;
}

// A mask is as many two-class answers as it has pixels.
bool one_each(const Answers& answers) { return answers.outputs == 1 || answers.targets.size() == answers.predictions.size(); }

// One class against the rest.
struct Sides {
  std::vector<double> scores;
  std::vector<unsigned char> positive;
};
Sides sides_of(const Answers& answers, size_t one) {
  Sides sides;
  const size_t samples = answers.targets.size(), width = one_each(answers) ? 1 : static_cast<size_t>(answers.outputs);
  sides.scores.resize(samples);
  sides.positive.resize(samples);
  for (size_t i = 0; i < samples; ++i) {
    sides.scores[i] = answers.predictions[i * width + (width == 1 ? 0 : one)];
    sides.positive[i] = static_cast<size_t>(answers.targets[i]) == one;
  }
  return sides;
}

// One-versus-rest, averaged over the classes that have both sides.
double multi_class_area(const Answers& answers) {
  const auto outputs = static_cast<size_t>(answers.outputs);
  double sum = 0, counted = 0;
  for (size_t c = 0; c < outputs; ++c) {
    const Sides sides = sides_of(answers, c);
    const double area = roc_area(sides.scores, sides.positive);
    if (std::isnan(area)) continue;
    sum += area;
    ++counted;
  }
  return counted == 0 ? Scores::kNone : sum / counted;
}

void score_regression(const Answers& answers, Scores& scores) {
  const auto outputs = static_cast<size_t>(answers.outputs);
  const size_t samples = answers.targets.size() / outputs;
  double all = 0, r2 = 0;
  for (size_t i = 0; i < outputs; ++i) {
    double mean = 0, residual = 0, spread = 0;
    for (size_t s = 0; s < samples; ++s) mean += answers.targets[s * outputs + i];
    mean /= static_cast<double>(samples);
    for (size_t s = 0; s < samples; ++s) {
      const double truth = answers.targets[s * outputs + i], error = truth - answers.predictions[s * outputs + i];
      residual += error * error;
      spread += (truth - mean) * (truth - mean);
    }
    all += residual;
    // A constant target: perfect or without merit, as scikit-learn counts it.
    r2 += spread > 0 ? 1 - residual / spread : (residual == 0 ? 1 : 0);
  }
  scores.rmse = std::sqrt(all / static_cast<double>(samples * outputs));
  scores.r2 = samples < 2 ? Scores::kNone : r2 / static_cast<double>(outputs);
}

// Sorted by falling score; calls visit(score, true positives, false positives) after each group of equal scores.
template <class Visit>
void sweep(std::span<const double> scores, std::span<const unsigned char> positive, Visit visit) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
  double right = 0, wrong = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    (positive[order[i]] ? right : wrong) += 1;
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    visit(scores[order[i]], right, wrong);
  }
}

// Counts of both classes; false when there is nothing to order.
bool both_sides(std::span<const double> scores, std::span<const unsigned char> positive, double& positives, double& negatives) {
  positives = negatives = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) return false;
    (positive[i] ? positives : negatives) += 1;
  }
  return positives > 0 && negatives > 0;
}

}  // namespace

int predicted_class(std::span<const double> prediction, double threshold) {
  if (prediction.size() == 1) return prediction[0] > threshold ? 1 : 0;
  return static_cast<int>(std::max_element(prediction.begin(), prediction.end()) - prediction.begin());
}

std::vector<RocPoint> roc_curve(std::span<const double> scores, std::span<const unsigned char> positive) {
  double positives = 0, negatives = 0;
  if (!both_sides(scores, positive, positives, negatives)) return {};
  std::vector<RocPoint> points = {{0, 0, std::numeric_limits<double>::infinity()}};
  sweep(scores, positive, [&](double score, double right, double wrong) { points.push_back({wrong / negatives, right / positives, score}); });
  return points;
}

std::vector<RocPoint> roc_curve(const Answers& answers, int positive_class) {
  if (answers.task == Task::regression || answers.targets.empty()) return {};
  if (one_each(answers) && positive_class != 1) return {};
  const Sides sides = sides_of(answers, static_cast<size_t>(positive_class));
  return roc_curve(sides.scores, sides.positive);
}

double roc_area(std::span<const double> scores, std::span<const unsigned char> positive) {
  double positives = 0, negatives = 0;
  if (!both_sides(scores, positive, positives, negatives)) return Scores::kNone;
  // Trapezia in whole numbers: exact up to 2^53 pairs.
  double doubled = 0, right_before = 0, wrong_before = 0;
  sweep(scores, positive, [&](double, double right, double wrong) {
    doubled += (wrong - wrong_before) * (right + right_before);
    right_before = right;
    wrong_before = wrong;
  });
  return doubled / 2 / (positives * negatives);
}

Answers answers_of(const Problem& problem, const Predictions& predictions) {
  const Dataset& data = problem.data;
  Answers answers;
  answers.task = data.task;
  answers.classes = static_cast<int>(data.class_names.size());
  answers.outputs = predictions.outputs;
  answers.threshold = (problem.target_low + 1) / 2;
  const LossRow* loss = find_loss(problem.experiment.loss.kind);
  if (loss == nullptr || loss->rebuilds) return answers;
  answers.predictions.assign(predictions.values.begin(), predictions.values.end());
  const auto width = static_cast<std::ptrdiff_t>(data.target_shape.size());
  for (const int sample : predictions.samples) {
    const auto first = data.targets.begin() + sample * width;
    answers.targets.insert(answers.targets.end(), first, first + width);
  }
  return answers;
}

Scores score(const Answers& answers) {
  Scores scores;
  if (answers.targets.empty()) return scores;
  if (answers.task == Task::regression) {
    score_regression(answers, scores);
    return scores;
  }
  const auto classes = static_cast<size_t>(answers.classes), outputs = static_cast<size_t>(answers.outputs);
  const bool single = one_each(answers);
  const size_t width = single ? 1 : outputs, samples = answers.targets.size();
  scores.confusion.assign(classes * classes, 0);
  const std::span<const double> all = answers.predictions;
  std::array<double, Scores::kMostTop + 1> within{};
  for (size_t i = 0; i < samples; ++i) {
    const std::span<const double> row = all.subspan(i * width, width);
    const auto truth = static_cast<size_t>(answers.targets[i]);
    ++scores.confusion[truth * classes + static_cast<size_t>(predicted_class(row, answers.threshold))];
    if (single) continue;
    // The rank of the true class; equal outputs before it in the row come first, as in predicted_class().
    size_t before = 0;
    for (size_t c = 0; c < width; ++c) before += row[c] > row[truth] || (row[c] == row[truth] && c < truth);
    for (size_t k = before + 1; k < within.size(); ++k) within[k] += 1;
  }
  score_confusion(classes, scores);
  if (!single) {
    const size_t most = std::min(within.size() - 1, width);
    for (size_t k = 1; k <= most; ++k) scores.top[k] = within[k] / static_cast<double>(samples);
    scores.auc = multi_class_area(answers);
  } else {
    const Sides sides = sides_of(answers, 1);
    scores.auc = roc_area(sides.scores, sides.positive);
  }
  return scores;
}

}  // namespace myelin
