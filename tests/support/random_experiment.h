// Experiments that nobody would write: any rows, any legal settings, any small graph. They need not run, only survive.
#pragma once

#include <cstdint>

#include "myelin/experiment.h"

namespace myelin::test {

// The same seed gives the same experiment.
Experiment random_experiment(uint64_t seed);

// Bit for bit: unlike ==, it tells -0 from 0.
bool same_bits(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace myelin::test
