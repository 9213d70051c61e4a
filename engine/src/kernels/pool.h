// Pooling: one number for each window of each plane. Padding never wins a maximum.
#pragma once

#include "kernels/windows.h"
#include "tensor/view.h"

namespace myelin {

enum class PoolKind { max, average, sum, max_min };

struct Pool {
  PoolKind kind = PoolKind::max;
  WindowAxis rows, columns;     // dilation is not used; every window holds at least one input value
  bool count_padding = true;    // average: divides by the window's part of the padded input, else of the input alone
  int padded_rows = 1, padded_columns = 1;  // where the padded input ends, counted from the input's first position

  int in_plane() const { return rows.in * columns.in; }
  int out_plane() const { return rows.out * columns.out; }
  // What backward needs of each output: where its maximum and its minimum stood. Counted within the window, so that a float
  // holds it exactly.
  int saved_per_output() const { return kind == PoolKind::max ? 1 : kind == PoolKind::max_min ? 2 : 0; }
};

// One plane. `saved`: out_plane() * saved_per_output() values, null when no backward follows. Of equal values the first counts,
// and not-a-number counts as the largest and as the smallest: what diverged must stay visible.
template <class Real>
void pool_forward(const Pool& pool, const Real* plane, Real* output, Real* saved);

// Adds to d_plane.
template <class Real>
void pool_backward(const Pool& pool, const Real* d_output, const Real* saved, Real* d_plane);

}  // namespace myelin
