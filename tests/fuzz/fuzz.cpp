// libFuzzer's entry. One program per target: MYELIN_FUZZ_TARGET is its name.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const auto targets : {myelin::fuzz::targets(), myelin::fuzz::native_targets()}) {
    for (const myelin::fuzz::Target& target : targets) {
      if (std::string_view(target.name) != MYELIN_FUZZ_TARGET) continue;
      target.run(std::as_bytes(std::span(data, size)));
      return 0;
    }
  }
  std::abort();  // no such target
}
