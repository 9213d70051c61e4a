// A goal is a condition on what a run has reached, as people write it: "test.accuracy>=95% && parameters<=500". Lessons,
// grading and the end of a run read the same grammar:
//   goal := all { ("||" | "or") all }      all := one { ("&&" | "and") one }      one := "(" goal ")" | metric op number ["%"]
// metric: parameters, multiply_adds, epoch, step, seconds, or train|validation|test "." loss|accuracy|error|f1|precision|
// recall|auc|r2|rmse|top2..top10. op: < <= > >= == !=
#pragma once

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/dataset.h"
#include "myelin/metrics.h"
#include "myelin/result.h"

namespace myelin {

struct Snapshot;

// What of a run a term speaks of. The first group belongs to one part of the data.
enum class GoalMetric { loss, accuracy, error, f1, precision, recall, auc, r2, rmse, top, parameters, multiply_adds, epoch, step, seconds };
enum class GoalOperator { less, less_equal, greater, greater_equal, equal, not_equal };

struct GoalTerm {
  GoalMetric metric = GoalMetric::loss;
  SplitPart part = SplitPart::test;
  int top = 0;                 // k of top-k
  GoalOperator comparison = GoalOperator::less;
  double number = 0;
  std::string text;            // as it was written
};

struct Goal {
  static constexpr size_t kMostCharacters = 500;
  static constexpr size_t kMostTerms = 32;
  static constexpr int kAnd = -1, kOr = -2;
  std::vector<GoalTerm> terms;
  std::vector<int> postfix;    // indices of terms, kAnd, kOr

  // Whether anything about this part must be measured, and whether loss and accuracy are not enough.
  bool reads(SplitPart part) const;
  bool reads_scores(SplitPart part) const;
};

// An error says at which character the text stops making sense, and what was expected there.
Result<Goal> parse_goal(std::string_view text);

// What is known; NaN where nothing is.
struct GoalValues {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  std::array<Scores, kSplitParts> parts;
  double parameters = kUnknown, multiply_adds = kUnknown, epoch = kUnknown, step = kUnknown, seconds = kUnknown;
};

// What a snapshot knows: losses, accuracies and counts; the other scores come from score().
GoalValues goal_values(const Snapshot& snapshot);

enum class Verdict { missed, met, unknown };

struct GoalReport {
  Verdict verdict = Verdict::unknown;
  struct Term {
    std::string text;
    double value = GoalValues::kUnknown;
    Verdict verdict = Verdict::unknown;
  };
  std::vector<Term> terms;  // in the order in which they were written
};

// A goal with unknown terms is met or missed where the known ones decide it.
GoalReport grade(const Goal& goal, const GoalValues& values);
// The verdict alone.
Verdict judge(const Goal& goal, const GoalValues& values);

}  // namespace myelin
