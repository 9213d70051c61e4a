// Broken invariants abort with a message. What a user can cause is never checked here: that is a Result.
#pragma once

#include <cstdio>
#include <cstdlib>

#define MYELIN_ASSERT(condition)                                                                     \
  do {                                                                                               \
    if (!(condition)) {                                                                              \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition);         \
      std::abort();                                                                                  \
    }                                                                                                \
  } while (false)

// Inside loops: only in debug builds.
#ifdef NDEBUG
#define MYELIN_DASSERT(condition) ((void)0)
#else
#define MYELIN_DASSERT(condition) MYELIN_ASSERT(condition)
#endif
