// Positions of axis ticks. Std only, so that tests reach it.
#pragma once

namespace myelin::web {

// Round tick positions for an axis: 1, 2 or 5 times a power of ten. Returns how many were written, at most `capacity`.
int ticks(double low, double high, int wanted, double* positions, int capacity);
// For a logarithmic axis: powers of ten, and 2 and 5 times them where the range is short. low must be > 0.
int log_ticks(double low, double high, int wanted, double* positions, int capacity);
// Digits after the decimal point that tell neighbouring ticks apart.
int tick_decimals(const double* positions, int count);

}  // namespace myelin::web
