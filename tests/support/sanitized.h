// Whether this program is watched by a sanitizer: what is judged there is memory and arithmetic, not how well networks learn.
#pragma once

namespace myelin::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace myelin::test
