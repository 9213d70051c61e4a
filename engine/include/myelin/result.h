// Errors are values: whatever a user can cause (a graph, a file, a link) comes back as a Result, never as an abort.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "myelin/text.h"

namespace myelin {

// What went wrong, in a sentence a user can act on, and the graph node it is about (-1: none).
struct Error {
  Message text;
  int node = -1;
};

// Empty when all is well.
using Status = std::optional<Error>;

// A value or the reason why there is none. Ask before reading: the wrong side is a null pointer.
template <class T>
class Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  explicit operator bool() const { return state_.index() == 0; }
  T& value() { return *std::get_if<0>(&state_); }
  const T& value() const { return *std::get_if<0>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace myelin
