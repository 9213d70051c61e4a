// What the generators of points (x1, x2) share: randomness by sample number, noise that stays in the picture, and the frame of
// a data set on the plane. Sample i must depend on (settings except `samples`, i) alone, so that more samples never move the
// first ones.
#pragma once

#include <cstdint>

#include "base/function_ref.h"
#include "base/rng.h"
#include "myelin/dataset.h"
#include "myelin/settings.h"

namespace myelin::data {

inline constexpr double kTwoPi = 6.283185307179586;
inline constexpr double kEdge = 6;  // the picture is [-6, 6] x [-6, 6], as in TensorFlow Playground, whose sizes we follow

struct Point {
  double x1 = 0;
  double x2 = 0;
};

struct PlaneSample {
  Point point;
  double target = 0;  // a class index, or the value to predict
};

// Every random number of a data set is named by the sample it belongs to and its place among that sample's draws.
class Draws {
 public:
  static constexpr int kPerSample = 8;
  explicit Draws(uint64_t seed);
  double uniform(int sample, int draw, double low, double high) const;
  double normal(int sample, int draw) const;
  int below(int sample, int draw, int count) const;
  // In [0, 1): the member'th point of an even but irregular covering (golden-ratio sequence, start drawn by seed), so that
  // a curve has no holes however few points it gets.
  double spread(int group, int member) const;
  // The point moved by up to `reach` in each direction.
  Point jitter(int sample, Point point, double reach) const;

 private:
  Rng place_, noise_, start_;
};

// The point, mirrored at the edges of the picture until it lies inside.
Point fold_into_picture(Point point);

// All samples of the settings' count; the picture is the plane. Class names are the digits 0, 1, ...
Dataset make_on_plane(const Settings& settings, Task task, int classes,
                      FunctionRef<PlaneSample(int sample, const Draws& draws)> make_sample);

// {"0", "0"}, {"1", "1"}, ...: the name of a class is the number that stands in the targets.
std::vector<Message> numbered_classes(int count);

// {"bit 1", "bit 1"}, {"bit 2", "bit 2"}, ...
std::vector<Message> numbered_inputs(Text word, int count);

uint64_t seed_of(const Settings& settings);

}  // namespace myelin::data
