// The inner loops of convolutions for what every target has: 128-bit vectors.
#include "kernels/conv_tile.h"

namespace myelin {

constinit const ConvTarget<float> kConvPortableFloat = make_conv_target<Block<float, 16, 4, 2>>(&kGemmPortableFloat, 1);
constinit const ConvTarget<double> kConvPortableDouble = make_conv_target<Block<double, 16, 4, 2>>(&kGemmPortableDouble, 1);
// For few rows, 5, 6 or 9 for example: less work that nobody asked for, more loads for each product.
constinit const ConvTarget<float> kConvPortableSquareFloat = make_conv_target<Block<float, 16, 3, 3>>(&kGemmPortableFloat, 0.9);

}  // namespace myelin
