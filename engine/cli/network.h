// A network with the weights of a file, opened from the arguments of a command.
#pragma once

#include <memory>

#include "commands.h"
#include "myelin/network.h"

namespace myelin::cli {

// Null after a refusal, which was said already.
std::unique_ptr<Network> open(const Terminal& terminal, const NetworkOptions& options, bool f64 = false);

}  // namespace myelin::cli
