// The inner loops of convolutions for x86 processors with AVX-512. This file alone is compiled for them.
#include "kernels/conv_tile.h"

namespace myelin {

constinit const ConvTarget<float> kConvAvx512HalvedFloat = make_conv_target<Block<float, 64, 8, 2, simd::HalvedFloat>>(&kGemmAvx512HalvedFloat, 2.16);
constinit const ConvTarget<float> kConvAvx512Float = make_conv_target<Block<float, 64, 8, 2>>(&kGemmAvx512Float, 3.6);
// For few rows, as among the portable ones.
constinit const ConvTarget<float> kConvAvx512FewFloat = make_conv_target<Block<float, 64, 6, 2>>(&kGemmAvx512Float, 3.4);
constinit const ConvTarget<double> kConvAvx512Double = make_conv_target<Block<double, 64, 8, 2>>(&kGemmAvx512Double, 2.16);

}  // namespace myelin
