// exp, log, tanh, sigmoid, sin and cos made of + - * / and bit operations only, so that they give the same bits natively and
// in every WebAssembly build (libm's differ between C libraries). Error bounds are stated per function in fmath.cpp
// and tested. Array forms are what layers use; they take the widest vectors at hand.
#pragma once

#include <cstddef>

namespace myelin::fmath {

double exp(double x);
float exp(float x);
double log(double x);  // x > 0; log(0) = -inf, negative = NaN
float log(float x);
double tanh(double x);
float tanh(float x);
double sigmoid(double x);
float sigmoid(float x);
double log1p_exp(double x);  // log(1 + e^x) without overflow
float log1p_exp(float x);
double sin(double x);  // |x| <= 1e5
double cos(double x);

// In place.
template <class Real> void exp(Real* values, size_t count);
template <class Real> void tanh(Real* values, size_t count);
template <class Real> void sigmoid(Real* values, size_t count);

}  // namespace myelin::fmath
