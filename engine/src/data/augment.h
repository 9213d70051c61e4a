// Variations of training samples: shift, rotation, scale, mirror, circular shift, cut-out and noise, drawn from (seed, step, row).
// Works on raw samples, before features and scaling, so that a moved pixel is scaled like the place it moves to.
#pragma once

#include <span>
#include <vector>

#include "base/rng.h"
#include "data/prepare.h"
#include "myelin/dataset.h"
#include "myelin/settings.h"

namespace myelin {

class Augmenter {
 public:
  // `train`: the samples whose deviations measure the noise. The data must outlive the augmenter; every allocation is here.
  Augmenter(const Dataset& data, std::span<const int> train);

  // Which of the fields matter: images (rank 3) take all but the circular shift, signals (rank 2) all but the rotation,
  // columns of a table and points of the plane only noise, words nothing.
  void configure(const Settings& augmentation);
  bool active() const { return active_; }

  // One varied sample as network input. `rebuilt`, unless null, gets the same without noise and cut-out: what an autoencoder
  // is to answer. The variation stays valid for target().
  template <class Real>
  void input(int sample, const Rng& random, const InputTransform& transform, Real* input, Real* rebuilt);
  // The mask of that sample moves with its image; targets of another size stay as they are. `outside` fills what moves in.
  template <class Real>
  void target(const Real* from, Real outside, Real* to) const;

 private:
  // From a point of the varied sample to the one it shows, both from the centre.
  struct Motion {
    double xx = 1, xy = 0, yx = 0, yy = 1, x = 0, y = 0;
  };
  void draw(const Rng& random);
  void move();
  void roll(const Rng& random);
  void cut(const Rng& random);
  void add_noise(const Rng& random);

  const Dataset* data_;
  int channels_ = 1, height_ = 1, width_ = 1;
  bool image_ = false, signal_ = false;
  bool active_ = false, moves_ = false;
  bool flips_x_ = false, flips_y_ = false;
  double shift_ = 0, rotate_ = 0, scale_ = 0, noise_ = 0, cutout_ = 0, circular_ = 0;
  std::vector<double> deviations_;  // per column of a table; one for images and signals
  std::vector<double> raw_, varied_;
  Motion motion_;
};

}  // namespace myelin
