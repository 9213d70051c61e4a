// How good answers are, from predictions and targets alone: accuracy, top-k, confusion, precision, recall, F1, ROC, AUC, R2, RMSE.
// Definitions are those of scikit-learn; where something is not defined (no positive sample, ...) the value is NaN.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <vector>

#include "myelin/dataset.h"

namespace myelin {

struct Problem;
struct Predictions;

// Predictions of a network and what is true.
struct Answers {
  Task task = Task::binary;
  int classes = 2;                  // of a classification
  int outputs = 1;                  // predictions per sample
  double threshold = 0.5;           // of a single output: above it lies class 1
  std::vector<double> predictions;  // samples x outputs
  std::vector<double> targets;      // class per sample (binary masks: per output), or samples x outputs values to predict
};

struct ClassScores {
  int samples = 0;                  // that truly belong to the class
  double precision = 0, recall = 0, f1 = 0;  // 0 where a denominator is 0, as scikit-learn's zero_division=0
};

struct Scores {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  static constexpr int kMostTop = 10;
  double loss = kNone;              // not computed here: it belongs to the run
  // Classification.
  double accuracy = kNone, error = kNone;  // error = 1 - accuracy (curriculum B2)
  // Of class 1 for two classes, otherwise the mean over the classes (macro).
  double precision = kNone, recall = kNone, f1 = kNone;
  double macro_precision = kNone, macro_recall = kNone, macro_f1 = kNone;
  double auc = kNone;               // two classes: area under the ROC curve; several: mean of one-versus-rest
  std::array<double, kMostTop + 1> top = [] {
    std::array<double, kMostTop + 1> none{};
    none.fill(kNone);
    return none;
  }();                              // top[k]: share of samples whose class is among the k largest outputs
  std::vector<int> confusion;       // classes x classes: row = true class, column = predicted
  std::vector<ClassScores> per_class;
  // Regression, over all predicted values.
  double r2 = kNone;                // mean over the outputs, each against its own mean
  double rmse = kNone;
};

Scores score(const Answers& answers);
// What a snapshot's predictions say about their part. Without targets for a loss that rebuilds its input.
Answers answers_of(const Problem& problem, const Predictions& predictions);

// The class that a prediction names: the largest output (the first of equals), or the side of the threshold for a single one.
int predicted_class(std::span<const double> prediction, double threshold);

struct RocPoint {
  double false_positive_rate = 0;
  double true_positive_rate = 0;
  double threshold = 0;             // scores >= threshold count as positive; +infinity for the first point
};
// From (0, 0) to (1, 1), one point for each different score: samples with equal scores move together, so ties never flatter.
// Empty when one of the classes is missing.
std::vector<RocPoint> roc_curve(std::span<const double> scores, std::span<const unsigned char> positive);
// The curve of one class against all others; of the single output of two classes or a mask, class 1 alone has one.
std::vector<RocPoint> roc_curve(const Answers& answers, int positive_class);
// The area under it: the share of (positive, negative) pairs in the right order, ties counting half. NaN without pairs.
double roc_area(std::span<const double> scores, std::span<const unsigned char> positive);

}  // namespace myelin
