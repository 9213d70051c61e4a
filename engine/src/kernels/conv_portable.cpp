// The inner loops of convolutions for what every target has: 128-bit vectors.
#include "kernels/conv_tile.h"

namespace myelin {

constinit const ConvTarget<float> kConvPortableFloat = make_conv_target<Block<float, 16, 4, 2>>(&kGemmPortableFloat);
constinit const ConvTarget<double> kConvPortableDouble = make_conv_target<Block<double, 16, 4, 2>>(&kGemmPortableDouble);

}  // namespace myelin
