// The inner loops of convolutions for x86 processors with AVX2 and FMA. This file alone is compiled for them.
#include "kernels/conv_tile.h"

namespace myelin {

constinit const ConvTarget<float> kConvAvx2Float = make_conv_target<Block<float, 32, 6, 2>>(&kGemmAvx2Float, 1.8);
constinit const ConvTarget<double> kConvAvx2Double = make_conv_target<Block<double, 32, 6, 2>>(&kGemmAvx2Double, 1.8);

}  // namespace myelin
