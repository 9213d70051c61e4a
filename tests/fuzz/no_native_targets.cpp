// For programs without files/.
#include "fuzz/targets.h"

namespace myelin::fuzz {

std::span<const Target> native_targets() { return {}; }

}  // namespace myelin::fuzz
