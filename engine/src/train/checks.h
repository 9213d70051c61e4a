// What must fit before training starts, as sentences for the user.
#pragma once

#include "myelin/dataset.h"
#include "myelin/experiment.h"
#include "myelin/result.h"

namespace myelin {

// Known rows.
Status check_kinds(const Experiment& experiment);
// Those, at least one input feature and at least one training sample.
Status check_parts(const Experiment& experiment, const Dataset& data);
Status check_start_weights(const Experiment& experiment, int64_t parameters);
// Of a network in which every layer is frozen or has no weights: there is no gradient then, and nobody may ask for one.
Error nothing_learns();

// The class that a prediction names: the largest output, or the side of the threshold for a single one.
template <class Real>
int predicted_class(const Real* prediction, int outputs, Real threshold) {
  if (outputs == 1) return prediction[0] > threshold ? 1 : 0;
  int best = 0;
  for (int i = 1; i < outputs; ++i) {
    if (prediction[i] > prediction[best]) best = i;
  }
  return best;
}

}  // namespace myelin
