# What a person may choose when configuring, in one place.
option(MYELIN_WERROR "Treat warnings as errors (the test run does)" OFF)
option(MYELIN_TESTS "Build the unit tests" ${PROJECT_IS_TOP_LEVEL})
option(MYELIN_FUZZ "Build the fuzzers instead of the unit tests (Clang with libFuzzer)" OFF)
option(MYELIN_RELAXED_SIMD "Web: use relaxed SIMD (fused multiply-add)" OFF)
option(MYELIN_WEB_FAST_LINK "Web: link without heavy optimisation and Closure, for the inner loop" OFF)
set(MYELIN_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")
set(MYELIN_SDL2_SOURCE "$ENV{MYELIN_SDL2_SOURCE}" CACHE PATH "Unpacked SDL2 sources, for the web build's headers")
set(MYELIN_IMGUI_SOURCE "$ENV{MYELIN_IMGUI_SOURCE}" CACHE PATH "Unpacked Dear ImGui sources")
