// Convolutions as matrix products: the input values under the windows of some output positions are laid out as columns
// (depth x positions) in scratch, then gemm() does the rest. Tiles and blocks follow from the shapes alone.
#include "kernels/conv.h"

#include <algorithm>
#include <cstdint>

#include "kernels/conv_taps.h"

namespace myelin {
namespace {

constexpr int kPatchElements = 1 << 16;  // of one block of columns: 256 KB of floats, about an L2 cache
constexpr int kTileWork = 1 << 18;       // multiply-adds worth handing out as a tile, as in gemm
constexpr int kGradientColumns = 8;      // weights of each filter that one tile of the weight gradient sums

// The matrix products of a tile run where the tile runs.
class Alone final : public Executor {
 public:
  int workers() const override { return 1; }
  void run(int tiles, FunctionRef<void(int, int)> work) override {
    for (int tile = 0; tile < tiles; ++tile) work(tile, 0);
  }
};

// A 1x1 kernel reads the planes as they are: they are the columns already.
bool reads_planes(const Conv& conv) {
  const auto plain = [](const WindowAxis& axis) { return axis.size == 1 && axis.stride == 1 && axis.begin == 0 && axis.in == axis.out; };
  return plain(conv.rows) && plain(conv.columns);
}

bool is_direct(const Conv& conv) { return conv.groups > 1 && conv.group_channels() == 1; }

// Output positions that are laid out at once when `depth` values belong to each.
int block_positions(const Conv& conv, int depth) {
  const int fit = std::max(16, kPatchElements / std::max(1, depth) / 16 * 16);
  return std::min(conv.out_plane(), fit);
}

// Samples that make a tile when one alone is little work.
int tile_samples(int64_t sample_work) { return static_cast<int>(std::max<int64_t>(1, kTileWork / std::max<int64_t>(1, sample_work))); }

int divide_up(int value, int by) { return (value + by - 1) / by; }

// Channels of a group whose input gradient is one tile's work.
int gradient_channels(const Conv& conv) {
  const int64_t work = static_cast<int64_t>(conv.taps()) * conv.group_filters() * conv.out_plane();
  const int64_t wanted = std::max<int64_t>(kTileWork / std::max<int64_t>(1, work), divide_up(32, conv.taps()));
  return static_cast<int>(std::min<int64_t>(conv.group_channels(), wanted));
}

size_t patch_size(const Conv& conv, int depth) {
  return static_cast<size_t>(depth) * static_cast<size_t>(block_positions(conv, depth));
}

// Scratch of one worker: a block of columns, then what its matrix products need.
template <class Real>
struct Scratch {
  size_t patches, total;
};
template <class Real>
Scratch<Real> scratch_of(const Conv& conv) {
  if (is_direct(conv)) return {0, 0};
  const int depth = conv.depth(), filters = conv.group_filters(), positions = conv.out_plane();
  const int gradient_rows = gradient_channels(conv) * conv.taps();
  const size_t patches = reads_planes(conv) ? 0
                                            : std::max({patch_size(conv, depth), patch_size(conv, gradient_rows),
                                                        patch_size(conv, std::min(depth, kGradientColumns))});
  const size_t product = std::max({gemm_scratch<Real>(filters, positions, depth, 1), gemm_scratch<Real>(gradient_rows, positions, filters, 1),
                                   gemm_scratch<Real>(filters, kGradientColumns, positions, 1)});
  constexpr size_t kLine = 64 / sizeof(Real);
  const size_t aligned = (patches + kLine - 1) / kLine * kLine;
  return {aligned, (aligned + product + kLine - 1) / kLine * kLine};
}

// Rows [k, k + depth) of the columns of output positions [first, last): depth x (last - first). `planes`: of the group.
template <class Real>
void lay_out(const Conv& conv, const Real* planes, int k, int depth, int first, int last, Real* patches) {
  const int stride = conv.columns.stride, width = last - first;
  for (int row = k; row < k + depth; ++row, patches += width) {
    const Real* from = planes + static_cast<ptrdiff_t>(row / conv.taps()) * conv.in_plane();
    int done = 0;  // outside the input: 0
    for_tap(conv, row % conv.taps(), first, last, [&](int at, ptrdiff_t start, int count) {
      std::fill(patches + done, patches + at - first, Real(0));
      Real* to = patches + at - first;
      if (stride == 1) std::copy(from + start, from + start + count, to);
      else for (int i = 0; i < count; ++i) to[i] = from[start + static_cast<ptrdiff_t>(i) * stride];
      done = at - first + count;
    });
    std::fill(patches + done, patches + width, Real(0));
  }
}

// The opposite: adds the columns to the planes they came from.
template <class Real>
void add_back(const Conv& conv, const Real* patches, int depth, int first, int last, Real* planes) {
  const int stride = conv.columns.stride, width = last - first;
  for (int row = 0; row < depth; ++row, patches += width) {
    Real* to = planes + static_cast<ptrdiff_t>(row / conv.taps()) * conv.in_plane();
    for_tap(conv, row % conv.taps(), first, last, [&](int at, ptrdiff_t start, int count) {
      const Real* from = patches + at - first;
      for (int i = 0; i < count; ++i) to[start + static_cast<ptrdiff_t>(i) * stride] += from[i];
    });
  }
}

}  // namespace

template <class Real>
size_t conv_scratch(const Conv& conv, int workers) {
  return scratch_of<Real>(conv).total * static_cast<size_t>(workers);
}

// Tiles: a few samples x a block of output positions.
template <class Real>
void conv_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, Real* output, bool accumulate) {
  const Conv& conv = call.conv;
  if (is_direct(conv)) return conv_direct_forward(call, input, weights, output, accumulate);
  const Scratch<Real> scratch = scratch_of<Real>(conv);
  const int depth = conv.depth(), filters = conv.group_filters(), positions = conv.out_plane(), plane = conv.in_plane();
  const int block = block_positions(conv, depth), blocks = divide_up(positions, block);
  const int samples = tile_samples(static_cast<int64_t>(conv.filters) * depth * block);
  const bool planes_are_columns = reads_planes(conv);
  call.executor.run(divide_up(call.batch, samples) * blocks, [&](int tile, int worker) {
    Alone alone;
    Real* patches = call.scratch + scratch.total * static_cast<size_t>(worker);
    const int first_sample = tile / blocks * samples, last_sample = std::min(call.batch, first_sample + samples);
    const int first = tile % blocks * block, last = std::min(positions, first + block);
    for (int sample = first_sample; sample < last_sample; ++sample) {
      for (int group = 0; group < conv.groups; ++group) {
        const Real* from = input + static_cast<size_t>(sample) * conv.in_size() + static_cast<ptrdiff_t>(group) * conv.group_channels() * plane;
        if (!planes_are_columns) lay_out(conv, from, 0, depth, first, last, patches);
        gemm<Real>({.m = filters,
                    .n = last - first,
                    .k = depth,
                    .a = weights + static_cast<ptrdiff_t>(group) * filters * depth,
                    .a_stride = depth,
                    .b = planes_are_columns ? from + first : patches,  // depth x positions
                    .b_stride = planes_are_columns ? plane : last - first,
                    .c = output + static_cast<size_t>(sample) * conv.out_size() + static_cast<ptrdiff_t>(group) * filters * positions + first,
                    .c_stride = positions,
                    .accumulate = accumulate,
                    .arithmetic = call.arithmetic},
                   patches + scratch.patches, alone);
      }
    }
  });
}

// Tiles: a few samples x some channels of a group; blocks of positions one after the other, since their windows overlap.
template <class Real>
void conv_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate) {
  const Conv& conv = call.conv;
  if (is_direct(conv)) return conv_direct_backward_input(call, d_output, weights, d_input, accumulate);
  const Scratch<Real> scratch = scratch_of<Real>(conv);
  const int filters = conv.group_filters(), positions = conv.out_plane(), plane = conv.in_plane();
  const int share = gradient_channels(conv), shares = divide_up(conv.group_channels(), share);
  const int block = block_positions(conv, share * conv.taps());
  const int samples = tile_samples(static_cast<int64_t>(share) * conv.taps() * filters * positions);
  const bool planes_are_columns = reads_planes(conv);
  const int tiles_per_sample = conv.groups * shares;
  call.executor.run(divide_up(call.batch, samples) * tiles_per_sample, [&](int tile, int worker) {
    Alone alone;
    Real* patches = call.scratch + scratch.total * static_cast<size_t>(worker);
    const int first_sample = tile / tiles_per_sample * samples, last_sample = std::min(call.batch, first_sample + samples);
    const int group = tile % tiles_per_sample / shares, channel = tile % shares * share;
    const int channels = std::min(share, conv.group_channels() - channel), depth = channels * conv.taps();
    for (int sample = first_sample; sample < last_sample; ++sample) {
      Real* to = d_input + static_cast<size_t>(sample) * conv.in_size() +
                 static_cast<ptrdiff_t>(group * conv.group_channels() + channel) * plane;
      if (!accumulate && !planes_are_columns) std::fill(to, to + static_cast<ptrdiff_t>(channels) * plane, Real(0));
      for (int first = 0; first < positions; first += block) {
        const int last = std::min(positions, first + block);
        gemm<Real>({.m = depth,
                    .n = last - first,
                    .k = filters,
                    .a = weights + static_cast<ptrdiff_t>(group) * filters * conv.depth() + channel * conv.taps(),
                    .a_stride = conv.depth(),
                    .a_op = Transpose::transposed,
                    .b = d_output + static_cast<size_t>(sample) * conv.out_size() + static_cast<ptrdiff_t>(group) * filters * positions + first,
                    .b_stride = positions,
                    .c = planes_are_columns ? to + first : patches,  // depth x positions
                    .c_stride = planes_are_columns ? plane : last - first,
                    .accumulate = planes_are_columns && accumulate,
                    .arithmetic = call.arithmetic},
                   patches + scratch.patches, alone);
        if (!planes_are_columns) add_back(conv, patches, depth, first, last, to);
      }
    }
  });
}

// Tiles: a few neighbouring weights of all filters of a group, over the whole batch in order.
template <class Real>
void conv_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights) {
  const Conv& conv = call.conv;
  if (is_direct(conv)) return conv_direct_backward_weights(call, input, d_output, d_weights);
  const Scratch<Real> scratch = scratch_of<Real>(conv);
  const int filters = conv.group_filters(), positions = conv.out_plane(), plane = conv.in_plane();
  const int shares = divide_up(conv.depth(), kGradientColumns);
  const int block = block_positions(conv, std::min(conv.depth(), kGradientColumns));
  const bool planes_are_columns = reads_planes(conv);
  call.executor.run(conv.groups * shares, [&](int tile, int worker) {
    Alone alone;
    Real* patches = call.scratch + scratch.total * static_cast<size_t>(worker);
    const int group = tile / shares, k = tile % shares * kGradientColumns, depth = std::min(kGradientColumns, conv.depth() - k);
    for (int sample = 0; sample < call.batch; ++sample) {
      const Real* from = input + static_cast<size_t>(sample) * conv.in_size() + static_cast<ptrdiff_t>(group) * conv.group_channels() * plane;
      for (int first = 0; first < positions; first += block) {
        const int last = std::min(positions, first + block);
        if (!planes_are_columns) lay_out(conv, from, k, depth, first, last, patches);
        gemm<Real>({.m = filters,
                    .n = depth,
                    .k = last - first,
                    .a = d_output + static_cast<size_t>(sample) * conv.out_size() + static_cast<ptrdiff_t>(group) * filters * positions + first,
                    .a_stride = positions,
                    .b = planes_are_columns ? from + static_cast<ptrdiff_t>(k) * plane + first : patches,  // depth x positions
                    .b_stride = planes_are_columns ? plane : last - first,
                    .b_op = Transpose::transposed,
                    .c = d_weights + static_cast<ptrdiff_t>(group) * filters * conv.depth() + k,
                    .c_stride = conv.depth(),
                    .accumulate = sample > 0 || first > 0,
                    .arithmetic = call.arithmetic},
                   patches + scratch.patches, alone);
      }
    }
  });
}

template size_t conv_scratch<float>(const Conv&, int);
template size_t conv_scratch<double>(const Conv&, int);
template void conv_forward<float>(const ConvCall<float>&, const float*, const float*, float*, bool);
template void conv_forward<double>(const ConvCall<double>&, const double*, const double*, double*, bool);
template void conv_backward_input<float>(const ConvCall<float>&, const float*, const float*, float*, bool);
template void conv_backward_input<double>(const ConvCall<double>&, const double*, const double*, double*, bool);
template void conv_backward_weights<float>(const ConvCall<float>&, const float*, const float*, float*);
template void conv_backward_weights<double>(const ConvCall<double>&, const double*, const double*, double*);

}  // namespace myelin
