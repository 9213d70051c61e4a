// Everything that reads what anybody may have written, as functions of bytes. A target aborts when a promise is broken:
// what was read can be written and read again, and nothing hangs, overflows or takes memory that the bytes do not justify.
#pragma once

#include <cstddef>
#include <span>

#include "myelin/result.h"

namespace myelin::fuzz {

struct Target {
  const char* name;  // also its folder of examples: tests/fuzz/corpus/<name>
  void (*run)(std::span<const std::byte> bytes);
};

std::span<const Target> targets();
// Formats that only native programs open; empty in the page's build.
std::span<const Target> native_targets();

// For every target: aborts unless the promise is kept, in every build.
void promise(bool kept);
void promise_sentence(const Error& error);

}  // namespace myelin::fuzz
