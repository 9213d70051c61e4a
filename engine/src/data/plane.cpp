#include "data/plane.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace myelin::data {
namespace {

constexpr double kGoldenRatio = 0.6180339887498949;  // (sqrt(5) - 1) / 2
constexpr uint64_t kStartChild = 1;

uint64_t draw_index(int sample, int draw) {
  return static_cast<uint64_t>(sample) * Draws::kPerSample + static_cast<uint64_t>(draw);
}

double fold(double value) {
  // Noise may throw a point far; mirroring keeps the density of the noise instead of piling points up at the edge.
  constexpr double kPeriod = 4 * kEdge;
  double turn = value + kEdge;
  turn -= kPeriod * std::floor(turn / kPeriod);
  const double folded = turn <= 2 * kEdge ? turn : kPeriod - turn;
  return std::clamp(folded - kEdge, -kEdge, kEdge);
}

}  // namespace

Draws::Draws(uint64_t seed)
    : place_(seed, Stream::data), noise_(seed, Stream::noise), start_(Rng(seed, Stream::data).child(kStartChild)) {}

double Draws::uniform(int sample, int draw, double low, double high) const {
  return place_.uniform(draw_index(sample, draw), low, high);
}

double Draws::normal(int sample, int draw) const { return place_.normal(draw_index(sample, draw)); }

int Draws::below(int sample, int draw, int count) const {
  return static_cast<int>(place_.below(draw_index(sample, draw), static_cast<uint32_t>(count)));
}

double Draws::spread(int group, int member) const {
  const double position = start_.uniform(static_cast<uint64_t>(group)) + static_cast<double>(member) * kGoldenRatio;
  return position - std::floor(position);
}

Point Draws::jitter(int sample, Point point, double reach) const {
  return {point.x1 + noise_.uniform(draw_index(sample, 0), -reach, reach),
          point.x2 + noise_.uniform(draw_index(sample, 1), -reach, reach)};
}

Point fold_into_picture(Point point) {
  const auto inside = [](double value) { return value >= -kEdge && value <= kEdge; };
  if (inside(point.x1) && inside(point.x2)) return point;  // exact: folding would round
  return {inside(point.x1) ? point.x1 : fold(point.x1), inside(point.x2) ? point.x2 : fold(point.x2)};
}

std::vector<Message> numbered_classes(int count) {
  std::vector<Message> names;
  names.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) names.push_back({std::to_string(i), std::to_string(i)});
  return names;
}

std::vector<Message> numbered_inputs(Text word, int count) {
  std::vector<Message> names;
  for (int i = 1; i <= count; ++i) {
    const std::string number = " " + std::to_string(i);
    names.push_back({word.en + number, word.fr + number});
  }
  return names;
}

uint64_t seed_of(const Settings& settings) { return static_cast<uint64_t>(settings["seed"]); }

Dataset make_on_plane(const Settings& settings, Task task, int classes,
                      FunctionRef<PlaneSample(int sample, const Draws& draws)> make_sample) {
  Dataset data;
  data.task = task;
  data.input_shape = Shape{2};
  data.input_names = {{"x₁", "x₁"}, {"x₂", "x₂"}};
  if (task != Task::regression) data.class_names = numbered_classes(classes);
  data.count = settings.integer("samples");
  const size_t count = static_cast<size_t>(data.count);
  data.part.assign(count, SplitPart::train);
  data.values.resize(2 * count);
  data.targets.resize(count);
  data.plane = {.dimensions = 2, .x_input = 0, .y_input = 1, .x_min = -kEdge, .x_max = kEdge, .y_min = -kEdge, .y_max = kEdge};
  data.uses_features = true;
  const Draws draws(seed_of(settings));
  for (size_t i = 0; i < count; ++i) {
    const PlaneSample sample = make_sample(static_cast<int>(i), draws);
    data.values[2 * i] = sample.point.x1;
    data.values[2 * i + 1] = sample.point.x2;
    data.targets[i] = sample.target;
  }
  return data;
}

}  // namespace myelin::data
