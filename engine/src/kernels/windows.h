// How windows (kernels of a convolution, fields of a pooling) lie along one axis of an image or a sequence.
#pragma once

namespace myelin {

// Output position o covers the input positions o * stride - begin + i * dilation, i in [0, size). What lies outside the input
// is padding.
struct WindowAxis {
  int in = 1, out = 1;
  int size = 1, stride = 1, dilation = 1;
  int begin = 0;  // positions of padding before the input; those behind it follow from the rest
};

}  // namespace myelin
