// The loops of elementwise.h for what every target has: 128-bit vectors (SSE2, NEON, WebAssembly).
#include "kernels/elementwise_tile.h"

namespace myelin {
namespace {

bool available() { return true; }

}  // namespace

constinit const ElementwiseTarget<float> kElementwisePortableFloat = make_elementwise<float, 16>("128-bit", available);
constinit const ElementwiseTarget<double> kElementwisePortableDouble = make_elementwise<double, 16>("128-bit", available);

}  // namespace myelin
