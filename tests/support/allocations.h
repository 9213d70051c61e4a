// How often this program asked the heap for memory, over all threads.
#pragma once

#include <cstdint>

namespace myelin::test {

int64_t allocations();

}  // namespace myelin::test
