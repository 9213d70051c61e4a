// The goal grammar: a recursive descent over bounded text into postfix, and three-valued logic over it.
#include "myelin/goal.h"

#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "myelin/snapshot.h"

namespace myelin {
namespace {

constexpr int kMostDepth = 16;

struct Name {
  std::string_view text;
  GoalMetric metric;
};
constexpr Name kPartMetrics[] = {
    {"loss", GoalMetric::loss},           {"accuracy", GoalMetric::accuracy}, {"error", GoalMetric::error},
    {"f1", GoalMetric::f1},               {"precision", GoalMetric::precision}, {"recall", GoalMetric::recall},
    {"auc", GoalMetric::auc},             {"r2", GoalMetric::r2},             {"rmse", GoalMetric::rmse},
};
constexpr Name kRunMetrics[] = {
    {"parameters", GoalMetric::parameters}, {"multiply_adds", GoalMetric::multiply_adds}, {"epoch", GoalMetric::epoch},
    {"step", GoalMetric::step},             {"seconds", GoalMetric::seconds},
};
constexpr std::string_view kParts[] = {"train", "validation", "test"};
struct Sign {
  std::string_view text;
  GoalOperator comparison;
};
// Longer signs first: "<=" is not "<".
constexpr Sign kSigns[] = {{"<=", GoalOperator::less_equal}, {">=", GoalOperator::greater_equal}, {"==", GoalOperator::equal},
                           {"!=", GoalOperator::not_equal},  {"<", GoalOperator::less},           {">", GoalOperator::greater}};

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; }
bool is_numeral(char c) { return (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Goal> parse() {
    if (text_.size() > Goal::kMostCharacters) {
      return Error{{"A goal has at most 500 characters.", "Un objectif a au plus 500 caractères."}};
    }
    if (!parse_any(0)) return error_;
    skip();
    if (at_ < text_.size()) return expected({"'&&' or '||' was expected.", "« && » ou « || » était attendu."});
    return std::move(goal_);
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(std::string_view sign) {
    skip();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  // A word must end where its letters do.
  bool take_word(std::string_view word) {
    skip();
    const size_t end = at_ + word.size();
    if (text_.substr(at_, word.size()) != word || (end < text_.size() && is_word(text_[end]))) return false;
    at_ = end;
    return true;
  }

  Error expected(const Message& what) {
    std::string rest;
    for (const char c : text_.substr(std::min(at_, text_.size()), 16)) rest += c >= ' ' && c < 127 ? c : '?';
    const std::string position = std::to_string(at_ + 1);
    const std::string from_en = rest.empty() ? " (its end): " : " ('" + rest + "'): ";
    const std::string from_fr = rest.empty() ? " (la fin) : " : " (« " + rest + " ») : ";
    error_ = {{"The goal cannot be read at character " + position + from_en + what.en,
               "L’objectif est illisible au caractère " + position + from_fr + what.fr}};
    return error_;
  }

  bool fail(const Message& what) {
    expected(what);
    return false;
  }

  bool parse_any(int depth) {
    if (!parse_all(depth)) return false;
    while (take("||") || take_word("or")) {
      if (!parse_all(depth)) return false;
      goal_.postfix.push_back(Goal::kOr);
    }
    return true;
  }

  bool parse_all(int depth) {
    if (!parse_one(depth)) return false;
    while (take("&&") || take_word("and")) {
      if (!parse_one(depth)) return false;
      goal_.postfix.push_back(Goal::kAnd);
    }
    return true;
  }

  bool parse_one(int depth) {
    if (!take("(")) return parse_term();
    if (depth >= kMostDepth) return fail({"too many parentheses.", "trop de parenthèses."});
    if (!parse_any(depth + 1)) return false;
    return take(")") || fail({"')' was expected.", "« ) » était attendu."});
  }

  bool parse_metric(std::string_view name, GoalTerm& term) const {
    for (const Name& known : kRunMetrics) {
      if (name != known.text) continue;
      term.metric = known.metric;
      return true;
    }
    const size_t dot = std::min(name.find('.'), name.size());
    const auto* part = std::find(std::begin(kParts), std::end(kParts), name.substr(0, dot));
    if (part == std::end(kParts) || dot == name.size()) return false;
    term.part = static_cast<SplitPart>(part - std::begin(kParts));
    name.remove_prefix(dot + 1);
    for (const Name& known : kPartMetrics) {
      if (name != known.text) continue;
      term.metric = known.metric;
      return true;
    }
    double k = 0;
    if (name.substr(0, 3) != "top" || name.size() > 5 || !parse_number(name.substr(3), k) || k != std::floor(k)) return false;
    term.metric = GoalMetric::top;
    term.top = static_cast<int>(k);
    return k >= 2 && k <= Scores::kMostTop;
  }

  bool parse_term() {
    skip();
    const size_t first = at_;
    if (goal_.terms.size() >= Goal::kMostTerms) return fail({"a goal has at most 32 conditions.", "un objectif a au plus 32 conditions."});
    size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    GoalTerm term;
    if (!parse_metric(text_.substr(at_, end - at_), term)) {
      return fail({"a measure such as test.accuracy, train.loss or parameters was expected.",
                   "une mesure comme test.accuracy, train.loss ou parameters était attendue."});
    }
    at_ = end;
    const auto* sign = std::find_if(std::begin(kSigns), std::end(kSigns), [&](const Sign& one) { return take(one.text); });
    if (sign == std::end(kSigns)) return fail({"one of < <= > >= == != was expected.", "l’un de < <= > >= == != était attendu."});
    term.comparison = sign->comparison;
    skip();
    end = at_;
    while (end < text_.size() && is_numeral(text_[end])) ++end;
    if (!parse_number(text_.substr(at_, end - at_), term.number)) return fail({"a number was expected.", "un nombre était attendu."});
    at_ = end;
    if (at_ < text_.size() && text_[at_] == '%') {
      ++at_;
      term.number /= 100;
    }
    term.text = text_.substr(first, at_ - first);
    goal_.postfix.push_back(static_cast<int>(goal_.terms.size()));
    goal_.terms.push_back(std::move(term));
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  Goal goal_;
  Error error_;
};

double value_of(const GoalTerm& term, const GoalValues& values) {
  const Scores& part = values.parts[static_cast<size_t>(term.part)];
  switch (term.metric) {
    case GoalMetric::loss: return part.loss;
    case GoalMetric::accuracy: return part.accuracy;
    case GoalMetric::error: return std::isnan(part.error) ? 1 - part.accuracy : part.error;
    case GoalMetric::f1: return part.f1;
    case GoalMetric::precision: return part.precision;
    case GoalMetric::recall: return part.recall;
    case GoalMetric::auc: return part.auc;
    case GoalMetric::r2: return part.r2;
    case GoalMetric::rmse: return part.rmse;
    case GoalMetric::top: return part.top[static_cast<size_t>(term.top)];
    case GoalMetric::parameters: return values.parameters;
    case GoalMetric::multiply_adds: return values.multiply_adds;
    case GoalMetric::epoch: return values.epoch;
    case GoalMetric::step: return values.step;
    case GoalMetric::seconds: return values.seconds;
  }
  return GoalValues::kUnknown;
}

Verdict verdict_of(const GoalTerm& term, double value) {
  if (std::isnan(value)) return Verdict::unknown;
  bool met = false;
  switch (term.comparison) {
    case GoalOperator::less: met = value < term.number; break;
    case GoalOperator::less_equal: met = value <= term.number; break;
    case GoalOperator::greater: met = value > term.number; break;
    case GoalOperator::greater_equal: met = value >= term.number; break;
    case GoalOperator::equal: met = value == term.number; break;
    case GoalOperator::not_equal: met = value != term.number; break;
  }
  return met ? Verdict::met : Verdict::missed;
}

}  // namespace

bool Goal::reads(SplitPart part) const {
  return std::any_of(terms.begin(), terms.end(), [&](const GoalTerm& term) { return term.metric < GoalMetric::parameters && term.part == part; });
}

bool Goal::reads_scores(SplitPart part) const {
  return std::any_of(terms.begin(), terms.end(), [&](const GoalTerm& term) {
    return term.metric > GoalMetric::error && term.metric < GoalMetric::parameters && term.part == part;
  });
}

Result<Goal> parse_goal(std::string_view text) { return Parser(text).parse(); }

GoalValues goal_values(const Snapshot& snapshot) {
  GoalValues values;
  for (size_t part = 0; part < kSplitParts; ++part) {
    values.parts[part].loss = snapshot.metrics[part].loss;
    values.parts[part].accuracy = snapshot.metrics[part].accuracy;
  }
  values.epoch = static_cast<double>(snapshot.epoch);
  values.step = static_cast<double>(snapshot.step);
  values.seconds = snapshot.seconds;
  if (!snapshot.problem) return values;
  values.parameters = static_cast<double>(snapshot.problem->parameters);
  values.multiply_adds = static_cast<double>(snapshot.problem->multiply_adds);
  return values;
}

Verdict judge(const Goal& goal, const GoalValues& values) {
  std::array<Verdict, Goal::kMostTerms> stack{};  // each operator takes one away: never more than there are terms
  size_t depth = 0;
  for (const int code : goal.postfix) {
    if (code >= 0) {
      const GoalTerm& term = goal.terms[static_cast<size_t>(code)];
      stack[depth++] = verdict_of(term, value_of(term, values));
      continue;
    }
    const Verdict right = stack[--depth];
    Verdict& left = stack[depth - 1];
    const Verdict decides = code == Goal::kAnd ? Verdict::missed : Verdict::met;
    if (left == decides || right == decides) left = decides;
    else if (left == Verdict::unknown || right == Verdict::unknown) left = Verdict::unknown;
  }
  return depth == 1 ? stack[0] : Verdict::unknown;
}

GoalReport grade(const Goal& goal, const GoalValues& values) {
  GoalReport report;
  report.verdict = judge(goal, values);
  for (const GoalTerm& term : goal.terms) {
    const double value = value_of(term, values);
    report.terms.push_back({term.text, value, verdict_of(term, value)});
  }
  return report;
}

}  // namespace myelin
