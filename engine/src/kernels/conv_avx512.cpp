// The inner loops of convolutions for x86 processors with AVX-512. This file alone is compiled for them.
#include "kernels/conv_tile.h"

namespace myelin {

constinit const ConvTarget<float> kConvAvx512Float = make_conv_target<Block<float, 64, 8, 2>>(&kGemmAvx512Float, 2.16);
constinit const ConvTarget<double> kConvAvx512Double = make_conv_target<Block<double, 64, 8, 2>>(&kGemmAvx512Double, 2.16);

}  // namespace myelin
