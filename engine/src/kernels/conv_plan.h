// How a convolution pass lies in memory: which source values a result sums over, how results are cut into tiles, what is copied.
// All passes are one operation on planes, so this knows no forward or backward beyond the two functions that make it.
#pragma once

#include <cstdint>

#include "kernels/conv.h"

namespace myelin {

// Along one axis: result t in [0, count) stands at out_first + t * out_step and reads the source at t * step + offset +
// i * offset_step through kernel position first_tap + i * tap_step, i in [0, taps). Outside the source: zeros.
struct ConvAxis {
  int in = 1, count = 1, step = 1;
  int out_first = 0, out_step = 1;
  int taps = 1, first_tap = 0, tap_step = 1;
  int offset = 0, offset_step = 1;

  int last_offset() const { return offset + (taps - 1) * offset_step; }
  int low() const { return offset_step < 0 ? last_offset() : offset; }
  int high() const { return offset_step < 0 ? offset : last_offset(); }
  struct Range {
    int first, last;
  };
  // Kernel positions i in [first, last) of a result that fall on the source.
  Range taps_inside(int result) const;
  // Source positions that `results` neighbouring results read, from the first to the last.
  int span(int results) const { return (results - 1) * step + high() - low() + 1; }
};

struct ConvPass {
  int groups = 1;
  int channels = 1, filters = 1;  // of a group: planes read, planes written
  ConvAxis rows, columns;
  int out_columns = 1, out_plane = 1;
  int kernel_columns = 1;
  ptrdiff_t group_weights = 0, filter_weights = 0, channel_weights = 0;  // from one to the next

  int taps() const { return rows.taps * columns.taps; }
  int depth() const { return channels * taps(); }
  int in_plane() const { return rows.in * columns.in; }
  // Neighbouring results of a row are neighbours in the output, and rows follow each other without a gap.
  bool plain_output() const { return rows.out_step == 1 && columns.out_step == 1; }
};

// A 1x1 kernel knows no rows: longer ones suit vectors better.
Conv with_long_rows(const Conv& conv);

ConvPass forward_pass(const Conv& conv);
// Of the inputs at row_phase + i * stride, column_phase + j * stride: they meet the same kernel positions. None: taps() is 0.
ConvPass backward_pass(const Conv& conv, int row_phase, int column_phase);

// The values a tile reads: planes with their padding, copied to scratch, or in place where they need none. Columns of a step
// larger than 1 are sorted by their rest, so that neighbouring results always read neighbouring values.
struct ConvSource {
  bool in_place = false;
  int tile_rows = 1;       // result rows that are copied for at once
  int pitch = 1;           // from one source row to the next
  int rest_pitch = 1;      // from one rest to the next
  ptrdiff_t plane = 1;     // from one channel to the next
  int row_step = 1;        // from one result row to the next

  size_t copied(const ConvPass& pass) const;  // elements of scratch
};
inline constexpr int kConvSlack = 32;  // readable elements behind the last: a vector may look there

// `width`: of the vectors that read along a row; 1 where none does.
ConvSource source_of(const ConvPass& pass, int width, int64_t row_work);

// Where kernel position k of depth() lies, from a result's first value: by kernel rows, channels, kernel columns (`by_rows`), or
// as weights lie: by channels, kernel rows, kernel columns. Where every `each`-th
// result lies: row by row, from the tile's first. Both in units of `bytes`.
void write_steps(const ConvPass& pass, const ConvSource& source, bool by_rows, int bytes, int* steps);
void write_positions(const ConvPass& pass, const ConvSource& source, int each, int bytes, int* positions);

// What results in rows [first, last) read: the planes of a group of one sample as they are, or their copy in `scratch`. Unless
// `fresh`, scratch already holds a copy for the same rows: its padding stays.
template <class Real>
const Real* read_source(const ConvTarget<Real>& target, const ConvPass& pass, const ConvSource& source, const Real* planes, int first, int last, bool fresh,
                        Real* scratch);

// to[c][r] = from[r][c].
template <class Real>
void transpose(const Real* from, ptrdiff_t from_stride, int rows, int columns, Real* to, ptrdiff_t to_stride);

}  // namespace myelin
