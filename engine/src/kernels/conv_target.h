// The convolution's inner parts, once for each kind of processor, as the matrix product has them (gemm_target.h). Knows padded
// planes, tables of offsets (in bytes; formulas below count in elements) and packed weights; knows no borders, batches, threads.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/gemm_target.h"

namespace myelin {

// c[row][column] = start + sum over k of source[rows[row] + steps[k]] * panel[k][column], a column for each lane. Forward: rows
// are output positions, steps kernel positions, columns filters. Weight gradient: steps are output positions, rows kernel positions
// and columns filters, or the other way round. All rows up to the next multiple of the register block's are written.
template <class Real>
struct ConvPanel {
  const Real* source;
  const int* rows;
  int row_count;
  const int* steps;
  int depth;            // of a run
  const Real* panel;    // of a run: depth x columns, `panel_step` apart
  ptrdiff_t panel_step;
  int runs;             // that follow each other, the panels `run_step` apart
  ptrdiff_t run_step;
  const Real* start;    // a value for each column; null: what c holds
  Real* c;              // rows x columns
  int columns;          // lanes or width of the target
};

// Along output rows, a lane for each of some neighbouring columns: c[row][column] = start + sum over k of weight[k] *
// source[steps[k] + column]. Either a row of c is a filter, with weights of its own, or (`one_filter`) a row of the image,
// with a source of its own.
template <class Real>
struct ConvStrips {
  bool one_filter;
  const Real* source;
  ptrdiff_t source_row;   // one_filter: from one row of c to the next
  const int* steps;
  int depth;
  const Real* weights;    // groups of the register block's rows: depth x rows; one_filter: depth
  ptrdiff_t group_weights;
  int row_count;
  const Real* start;      // a value for each filter; null: 0
  bool from_c;            // goes on from what c holds instead
  Real* c;
  ptrdiff_t c_row;
  int c_step;             // from one column to the next
  int columns;
};

// As a strip of one filter, for kernels of 3 or 5 rows, each source row a neighbour of the one before: c[row][column] = start +
// sum over kernel rows r and k of weights[k][r] * source[(row + r) * source_row + steps[k] + column].
template <class Real>
struct ConvSlide {
  int kernel_rows;
  const Real* source;     // of result row 0 and kernel row 0
  ptrdiff_t source_row;
  int first, last;        // source rows that matter: others hold zeros. first < kernel_rows, last >= row_count
  const int* steps;
  int depth;              // of a kernel row
  const Real* weights;    // depth x kernel rows
  int row_count;
  Real start;
  bool from_c;            // goes on from what c holds instead
  Real* c;
  ptrdiff_t c_row;
  int c_step;
  int columns;
};

inline constexpr int kSlideVectors = 3;  // that it reads of a row at a time, at most

// Weight gradients where few values meet: sums[filter][k][lane] += d[filter][8 * block + lane] * source[steps[k] + blocks[block]
// + lane], over the blocks in order.
template <class Real>
struct ConvLanes {
  const Real* source;
  const int* steps;
  int count;              // of steps
  const int* blocks;
  int block_count;
  const Real* d;
  ptrdiff_t d_filter;     // from one filter to the next
  int filters;            // 1 up to the target's lane_filters
  Real* sums;             // filters x count x kConvLanes
};
inline constexpr int kConvLanes = 8;

// Weight gradient of one kernel position of one channel: sums[filter][column % kLoneLanes] += d[filter][row][column] *
// source[row][column], over the rows in order.
template <class Real>
struct ConvLoneTap {
  const Real* source;
  ptrdiff_t source_row;
  const Real* d;          // rows x columns for each filter
  ptrdiff_t d_filter;     // from one filter to the next
  int filters;            // 1 to kLoneFilters
  int rows, columns;
  bool fresh;             // starts from 0
  Real* sums;             // kLoneFilters x kLoneLanes
};
inline constexpr int kLoneFilters = 6, kLoneLanes = 4;

// Weight gradient of a kernel row, a lane for a sample of each chunk: sums[filter][tap] += d[filter][row][column] * source[row][column +
// tap], over rows and columns in order; all of these are `lanes` values of the target. As a lone tap: sums[filter][column % kLoneLanes].
template <class Real>
struct ConvChunks {
  const Real* source;
  ptrdiff_t source_row;
  const Real* d;          // rows x columns for each filter
  ptrdiff_t d_filter;     // from one filter to the next
  int rows, columns;
  int filters;            // 1 to kChunkFilters
  int taps;               // 1 to kChunkTaps
  Real* sums;
  ptrdiff_t sums_filter;
};
inline constexpr int kChunkFilters = 3, kChunkTaps = 5;

// to[value][lane] = from[lane * sample + value], 0 beyond the last sample.
template <class Real>
struct ConvToLanes {
  const Real* from;
  ptrdiff_t sample;       // from one sample to the next
  int samples, values;
  Real* to;
};

// What the output columns read of the rows of a plane: to[column][row][tap] = source[row][column + tap]. Up to
// kConvExpandSlack elements behind each column are written, too.
template <class Real>
struct ConvExpansion {
  const Real* source;
  ptrdiff_t pitch;
  int rows, columns, taps;
  Real* to;
  ptrdiff_t to_step;      // from one column to the next
};
inline constexpr int kConvExpandSlack = 8;

// to[row][column] = from[row][column].
template <class Real>
struct ConvRows {
  const Real* from;
  ptrdiff_t from_step;    // from one row to the next
  int rows, columns;
  Real* to;
  ptrdiff_t to_step;
};

template <class Real>
struct ConvTarget {
  const GemmTarget<Real>* gemm;  // says where it runs and suits
  double speed;                  // multiply-adds in a time, against the first target
  int rows, lanes, width;        // of the register block; a vector; all its vectors
  int lane_filters;              // of the register block of lane_sums
  void (*panel)(const ConvPanel<Real>&, Arithmetic);
  void (*strips)(const ConvStrips<Real>&, Arithmetic);
  void (*slide)(const ConvSlide<Real>&, Arithmetic);
  void (*lane_sums)(const ConvLanes<Real>&, Arithmetic);
  void (*lone_tap)(const ConvLoneTap<Real>&);
  void (*expand)(const ConvExpansion<Real>&);
  void (*chunks)(const ConvChunks<Real>&, Arithmetic);  // null: chunks of the batch do not lie along its lanes
  void (*chunks_of_lone)(const ConvChunks<Real>&);
  void (*to_lanes)(const ConvToLanes<Real>&);
  void (*copy_rows)(const ConvRows<Real>&);
};

extern const ConvTarget<float> kConvPortableFloat, kConvPortableSquareFloat, kConvAvx2Float, kConvAvx512HalvedFloat, kConvAvx512Float, kConvAvx512FewFloat;
extern const ConvTarget<double> kConvPortableDouble, kConvAvx2Double, kConvAvx512Double;

// What this machine can run, the narrowest first; at least one.
template <class Real>
std::span<const ConvTarget<Real>* const> conv_targets();

}  // namespace myelin
