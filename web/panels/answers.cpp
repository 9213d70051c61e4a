#include "panels/answers.h"

#include <algorithm>
#include <limits>

#include "myelin/facts.h"

namespace myelin::web {
namespace {

size_t at(int index) { return static_cast<size_t>(index); }

}  // namespace

bool rebuilds(const Problem& problem) { return loss_facts(problem.experiment.loss.kind).rebuilds; }
bool classifies(const Problem& problem) { return problem.data.task != Task::regression && !rebuilds(problem); }
bool names_outputs(const Problem& problem) { return problem.data.task == Task::classes && !rebuilds(problem); }
bool cuts_out(const Problem& problem) { return classifies(problem) && problem.data.target_shape.size() > 1; }
bool lists_samples(const Problem& problem) { return problem.data.plane.dimensions == 0 && !problem.data.is_image(); }

int predicted_class(const Problem& problem, const float* values, int outputs) {
  if (outputs == 1) return static_cast<double>(values[0]) > (problem.target_low + 1) / 2 ? 1 : 0;
  return static_cast<int>(std::max_element(values, values + outputs) - values);
}

std::vector<Answer> list_answers(const Problem& problem, const Predictions& predictions, bool worst_first) {
  std::vector<Answer> answers;
  const size_t outputs = at(std::max(1, predictions.outputs));
  for (size_t row = 0; row < predictions.samples.size(); ++row) {
    Answer answer{.row = static_cast<int>(row), .sample = predictions.samples[row]};
    if (answer.sample < 0 || answer.sample >= problem.data.count || (row + 1) * outputs > predictions.values.size()) continue;
    if (classifies(problem) && !cuts_out(problem)) {
      answer.predicted = predicted_class(problem, predictions.values.data() + row * outputs, predictions.outputs);
      answer.right = answer.predicted == static_cast<int>(problem.data.targets[at(answer.sample)]);
    }
    answers.push_back(answer);
  }
  // What is no number any more is worst of all.
  const auto cost = [&](const Answer& answer) {
    const float loss = predictions.losses[at(answer.row)];
    return loss == loss ? loss : std::numeric_limits<float>::infinity();
  };
  if (worst_first && predictions.losses.size() == predictions.samples.size())
    std::sort(answers.begin(), answers.end(), [&](const Answer& a, const Answer& b) {
      if (a.right != b.right) return b.right;
      const float left = cost(a), right = cost(b);
      return left != right ? left > right : a.row < b.row;
    });
  return answers;
}

std::string sentence_of(const Dataset& data, int sample) {
  std::string sentence;
  for (int i = 0; i < data.input_shape.size(); ++i) {
    const double word = data.input(sample, i);
    if (!(word >= 1) || word > static_cast<double>(data.words.size())) continue;
    if (!sentence.empty()) sentence += ' ';
    sentence += data.words[static_cast<size_t>(word) - 1];
  }
  return sentence;
}

SequenceRange sequence_range(const Problem& problem, const Predictions& predictions) {
  constexpr size_t kLooked = 200;
  const Dataset& data = problem.data;
  SequenceRange range{.low = 0, .high = 0, .bits = true, .next = data.task == Task::regression && data.input_shape.size() > 1 && predictions.outputs == 1 && data.target_shape.size() == 1};
  const size_t looked = std::min(kLooked, predictions.samples.size());
  for (size_t row = 0; row < looked; ++row) {
    const int sample = predictions.samples[row];
    if (sample < 0 || sample >= data.count) continue;
    for (int i = 0; i < data.input_shape.size(); ++i) {
      const double value = data.input(sample, i);
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
      range.bits = range.bits && (value == 0 || value == 1);
    }
  }
  if (!(range.high > range.low)) range.high = range.low + 1;
  const double margin = (range.high - range.low) / 4;
  for (size_t row = 0; row < looked && range.next; ++row) {
    const int sample = predictions.samples[row];
    if (sample < 0 || sample >= data.count) continue;
    const double target = data.targets[at(sample)];
    range.next = target >= range.low - margin && target <= range.high + margin;
  }
  return range;
}

}  // namespace myelin::web
