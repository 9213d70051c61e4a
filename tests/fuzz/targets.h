// Everything that reads what anybody may have written, as functions of bytes. A target aborts when a promise is broken:
// what was read can be written and read again, and nothing hangs, overflows or takes memory that the bytes do not justify.
#pragma once

#include <cstddef>
#include <span>

namespace myelin::fuzz {

struct Target {
  const char* name;  // also its folder of examples: tests/fuzz/corpus/<name>
  void (*run)(std::span<const std::byte> bytes);
};

std::span<const Target> targets();

}  // namespace myelin::fuzz
