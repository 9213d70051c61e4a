// The convolution as its definition says it, kernel position by kernel position. One writer per output plane, input plane or
// filter, so bits do not depend on threads.
#include "kernels/conv_taps.h"

namespace myelin {
namespace {

template <class Real>
Real* plane(Real* values, int index, int size) {
  return values + static_cast<ptrdiff_t>(index) * size;
}

// Calls use(plane, tap) in the order of summation: kernel rows, then planes, then kernel columns.
template <class Use>
void for_weights(const Conv& conv, int planes, Use&& use) {
  for (int row = 0; row < conv.rows.size; ++row) {
    for (int index = 0; index < planes; ++index) {
      for (int column = 0; column < conv.columns.size; ++column) use(index, row * conv.columns.size + column);
    }
  }
}

// Sum of products in kLanes interleaved sums, joined in order: short chains of additions, one fixed order.
template <class Real>
struct LaneSum {
  static constexpr int kLanes = 8;
  Real lanes[kLanes] = {};
  void add(const Real* a, const Real* b, int b_stride, int count) {
    int i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += a[i + lane] * b[static_cast<ptrdiff_t>(i + lane) * b_stride];
    }
    for (; i < count; ++i) lanes[i % kLanes] += a[i] * b[static_cast<ptrdiff_t>(i) * b_stride];
  }
  Real sum() const {
    Real total = 0;
    for (Real lane : lanes) total += lane;
    return total;
  }
};

}  // namespace

template <class Real>
void conv_direct_forward(const ConvCall<Real>& call, const Real* input, const Real* weights, Real* output, bool accumulate) {
  const Conv& conv = call.conv;
  const int positions = conv.out_plane(), stride = conv.columns.stride;
  call.executor.run(call.batch * conv.filters, [&](int tile, int) {
    const int sample = tile / conv.filters, filter = tile % conv.filters;
    const int first_channel = filter / conv.group_filters() * conv.group_channels();
    Real* to = plane(output, tile, positions);
    if (!accumulate) std::fill(to, to + positions, Real(0));
    for_weights(conv, conv.group_channels(), [&](int channel, int tap) {
      const Real weight = plane(weights, filter, conv.depth())[channel * conv.taps() + tap];
      const Real* from = plane(input, sample * conv.channels + first_channel + channel, conv.in_plane());
      for_tap(conv, tap, 0, positions, [&](int at, ptrdiff_t start, int count) {
        for (int i = 0; i < count; ++i) to[at + i] += weight * from[start + static_cast<ptrdiff_t>(i) * stride];
      });
    });
  });
}

template <class Real>
void conv_direct_backward_input(const ConvCall<Real>& call, const Real* d_output, const Real* weights, Real* d_input, bool accumulate) {
  const Conv& conv = call.conv;
  const int positions = conv.out_plane(), stride = conv.columns.stride;
  call.executor.run(call.batch * conv.channels, [&](int tile, int) {
    const int sample = tile / conv.channels, channel = tile % conv.channels;
    const int first_filter = channel / conv.group_channels() * conv.group_filters();
    Real* to = plane(d_input, tile, conv.in_plane());
    if (!accumulate) std::fill(to, to + conv.in_plane(), Real(0));
    for_weights(conv, conv.group_filters(), [&](int index, int tap) {
      const int filter = first_filter + index;
      const Real* from = plane(d_output, sample * conv.filters + filter, positions);
      const Real weight = plane(weights, filter, conv.depth())[channel % conv.group_channels() * conv.taps() + tap];
      for_tap(conv, tap, 0, positions, [&](int at, ptrdiff_t start, int count) {
        for (int i = 0; i < count; ++i) to[start + static_cast<ptrdiff_t>(i) * stride] += weight * from[at + i];
      });
    });
  });
}

template <class Real>
void conv_direct_backward_weights(const ConvCall<Real>& call, const Real* input, const Real* d_output, Real* d_weights) {
  const Conv& conv = call.conv;
  const int positions = conv.out_plane(), stride = conv.columns.stride;
  call.executor.run(conv.filters, [&](int filter, int) {
    const int first_channel = filter / conv.group_filters() * conv.group_channels();
    for (int k = 0; k < conv.depth(); ++k) {
      LaneSum<Real> sum;
      for (int sample = 0; sample < call.batch; ++sample) {
        const Real* from = plane(input, sample * conv.channels + first_channel + k / conv.taps(), conv.in_plane());
        const Real* d = plane(d_output, sample * conv.filters + filter, positions);
        for_tap(conv, k % conv.taps(), 0, positions, [&](int at, ptrdiff_t start, int count) { sum.add(d + at, from + start, stride, count); });
      }
      plane(d_weights, filter, conv.depth())[k] = sum.sum();
    }
  });
}

template void conv_direct_forward<float>(const ConvCall<float>&, const float*, const float*, float*, bool);
template void conv_direct_forward<double>(const ConvCall<double>&, const double*, const double*, double*, bool);
template void conv_direct_backward_input<float>(const ConvCall<float>&, const float*, const float*, float*, bool);
template void conv_direct_backward_input<double>(const ConvCall<double>&, const double*, const double*, double*, bool);
template void conv_direct_backward_weights<float>(const ConvCall<float>&, const float*, const float*, float*);
template void conv_direct_backward_weights<double>(const ConvCall<double>&, const double*, const double*, double*);

}  // namespace myelin
