// One sample at a time, in double, into two rows of scratch. Every draw has an index of its own, so that switching one variation
// on never changes another.
#include "data/augment.h"

#include <algorithm>
#include <cmath>

#include "kernels/fmath.h"

namespace myelin {
namespace {

// Indices of draws: frozen, they decide the numbers of published links.
enum Draw : uint64_t { kAngle, kScale, kShiftX, kShiftY, kFlipX, kFlipY, kCutX, kCutY, kRoll, kNoise };

double deviation_of(const Dataset& data, std::span<const int> samples, int first, int count) {
  double mean = 0, squares = 0;
  const double values = static_cast<double>(samples.size()) * count;
  for (const int sample : samples) {
    for (int i = first; i < first + count; ++i) mean += data.input(sample, i);
  }
  mean /= values;
  for (const int sample : samples) {
    for (int i = first; i < first + count; ++i) squares += (data.input(sample, i) - mean) * (data.input(sample, i) - mean);
  }
  const double deviation = std::sqrt(squares / values);
  return std::isfinite(deviation) ? deviation : 0;
}

}  // namespace

Augmenter::Augmenter(const Dataset& data, std::span<const int> train)
    : data_(&data), image_(data.input_shape.rank == 3), signal_(data.input_shape.rank == 2) {
  const Shape& shape = data.input_shape;
  if (image_ || signal_) channels_ = shape[0];
  if (image_) height_ = shape[1];
  width_ = image_ ? shape[2] : signal_ ? shape[1] : shape.size();
  const auto size = static_cast<size_t>(shape.size());
  raw_.resize(size);
  varied_.resize(size);
  if (image_ || signal_) {
    deviations_ = {deviation_of(data, train, 0, shape.size())};
  } else {
    for (int i = 0; i < shape.size(); ++i) deviations_.push_back(deviation_of(data, train, i, 1));
  }
}

void Augmenter::configure(const Settings& settings) {
  constexpr double kDegrees = 3.14159265358979323846 / 180;
  const bool spread = image_ || signal_;
  shift_ = spread ? settings["shift"] / 100 : 0;
  scale_ = spread ? settings["scale"] / 100 : 0;
  rotate_ = image_ ? settings["rotate"] * kDegrees : 0;
  const std::string_view flip = settings.choice("flip");
  flips_x_ = spread && (flip == "horizontal" || flip == "both");
  flips_y_ = image_ && (flip == "vertical" || flip == "both");
  circular_ = signal_ ? settings["circular"] / 100 : 0;
  cutout_ = spread ? settings["cutout"] / 100 : 0;
  noise_ = data_->words.empty() ? settings["noise"] / 100 : 0;
  moves_ = shift_ > 0 || scale_ > 0 || rotate_ > 0 || flips_x_ || flips_y_;
  active_ = moves_ || circular_ > 0 || cutout_ > 0 || noise_ > 0;
}

// The sample is turned, enlarged and mirrored about its centre and then shifted; the motion goes the other way.
void Augmenter::draw(const Rng& random) {
  const double angle = random.uniform(kAngle, -rotate_, rotate_);
  const double grow = 1 / (1 + random.uniform(kScale, -scale_, scale_));
  const double mirror_x = flips_x_ && random.uniform(kFlipX) < 0.5 ? -1 : 1;
  const double mirror_y = flips_y_ && random.uniform(kFlipY) < 0.5 ? -1 : 1;
  const double cosine = fmath::cos(angle), sine = fmath::sin(angle);
  motion_.xx = mirror_x * grow * cosine;
  motion_.xy = mirror_x * grow * sine;
  motion_.yx = -mirror_y * grow * sine;
  motion_.yy = mirror_y * grow * cosine;
  motion_.x = random.uniform(kShiftX, -shift_, shift_) * width_;
  motion_.y = image_ ? random.uniform(kShiftY, -shift_, shift_) * height_ : 0;
  if (!image_) {
    motion_.xy = motion_.yx = 0;
    motion_.yy = 1;
  }
}

// Bilinear; beyond the border lies 0.
void Augmenter::move() {
  const double centre_x = (width_ - 1) / 2.0, centre_y = (height_ - 1) / 2.0;
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      const double dx = x - centre_x - motion_.x, dy = y - centre_y - motion_.y;
      const double from_x = motion_.xx * dx + motion_.xy * dy + centre_x;
      const double from_y = motion_.yx * dx + motion_.yy * dy + centre_y;
      const double left = std::floor(from_x), top = std::floor(from_y);
      const double right_share = from_x - left, bottom_share = from_y - top;
      const double shares[4] = {(1 - right_share) * (1 - bottom_share), right_share * (1 - bottom_share),
                                (1 - right_share) * bottom_share, right_share * bottom_share};
      for (int channel = 0; channel < channels_; ++channel) {
        const double* plane = raw_.data() + static_cast<size_t>(channel) * static_cast<size_t>(width_ * height_);
        double sum = 0;
        for (int corner = 0; corner < 4; ++corner) {
          const double at_x = left + corner % 2, at_y = top + corner / 2;
          const bool inside = at_x >= 0 && at_x < width_ && at_y >= 0 && at_y < height_;
          if (inside) sum += shares[corner] * plane[static_cast<size_t>(at_y) * static_cast<size_t>(width_) + static_cast<size_t>(at_x)];
        }
        varied_[static_cast<size_t>((channel * height_ + y) * width_ + x)] = sum;
      }
    }
  }
}

// Whole places, the same for all channels.
void Augmenter::roll(const Rng& random) {
  const int most = static_cast<int>(circular_ * width_);
  const int by = static_cast<int>(random.below(kRoll, static_cast<uint32_t>(2 * most + 1))) - most;
  const int first = ((-by % width_) + width_) % width_;  // of the old places, the one that comes to the front
  for (int channel = 0; channel < channels_; ++channel) {
    const auto begin = varied_.begin() + static_cast<std::ptrdiff_t>(channel) * width_;
    std::rotate(begin, begin + first, begin + width_);
  }
}

// DeVries and Taylor 2017: a square about any point, cut at the border.
void Augmenter::cut(const Rng& random) {
  const auto range = [&](Draw draw, int size, int& first, int& last) {
    const double half = cutout_ * size / 2, centre = random.uniform(draw, 0, size);
    first = std::max(0, static_cast<int>(std::floor(centre - half + 0.5)));
    last = std::min(size, static_cast<int>(std::floor(centre + half + 0.5)));
  };
  int left = 0, right = 0, top = 0, bottom = 1;
  range(kCutX, width_, left, right);
  if (image_) range(kCutY, height_, top, bottom);
  for (int channel = 0; channel < channels_; ++channel) {
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) varied_[static_cast<size_t>((channel * height_ + y) * width_ + x)] = 0;
    }
  }
}

void Augmenter::add_noise(const Rng& random) {
  const Rng draws = random.child(kNoise);
  for (size_t i = 0; i < varied_.size(); ++i) {
    const double deviation = deviations_.size() == 1 ? deviations_[0] : deviations_[i];
    varied_[i] += noise_ * deviation * draws.normal(i);
  }
}

template <class Real>
void Augmenter::input(int sample, const Rng& random, const InputTransform& transform, Real* input, Real* rebuilt) {
  for (size_t i = 0; i < raw_.size(); ++i) raw_[i] = data_->input(sample, static_cast<int>(i));
  if (moves_) {
    draw(random);
    move();
  } else {
    std::copy(raw_.begin(), raw_.end(), varied_.begin());
  }
  if (circular_ > 0) roll(random);
  if (rebuilt != nullptr) transform.apply(varied_.data(), rebuilt);
  if (cutout_ > 0) cut(random);
  if (noise_ > 0) add_noise(random);
  transform.apply(varied_.data(), input);
}

// The nearest pixel: a mask knows no halves.
template <class Real>
void Augmenter::target(const Real* from, Real outside, Real* to) const {
  const Shape& shape = data_->target_shape;
  const bool follows = moves_ && image_ && shape.rank == 3 && shape[1] == height_ && shape[2] == width_;
  if (!follows) {
    std::copy(from, from + shape.size(), to);
    return;
  }
  const double centre_x = (width_ - 1) / 2.0, centre_y = (height_ - 1) / 2.0;
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      const double dx = x - centre_x - motion_.x, dy = y - centre_y - motion_.y;
      const double at_x = std::floor(motion_.xx * dx + motion_.xy * dy + centre_x + 0.5);
      const double at_y = std::floor(motion_.yx * dx + motion_.yy * dy + centre_y + 0.5);
      const bool inside = at_x >= 0 && at_x < width_ && at_y >= 0 && at_y < height_;
      const size_t place = inside ? static_cast<size_t>(at_y) * static_cast<size_t>(width_) + static_cast<size_t>(at_x) : 0;
      for (int channel = 0; channel < shape[0]; ++channel) {
        const size_t plane = static_cast<size_t>(channel) * static_cast<size_t>(width_ * height_);
        to[plane + static_cast<size_t>(y * width_ + x)] = inside ? from[plane + place] : outside;
      }
    }
  }
}

template void Augmenter::input<float>(int, const Rng&, const InputTransform&, float*, float*);
template void Augmenter::input<double>(int, const Rng&, const InputTransform&, double*, double*);
template void Augmenter::target<float>(const float*, float, float*) const;
template void Augmenter::target<double>(const double*, double, double*) const;

}  // namespace myelin
