# Compiler flags and platform facts, as INTERFACE targets: nothing global, nothing appended to CMAKE_CXX_FLAGS.
#   myelin_platform   what every object of the program needs, third-party code too (threads, SIMD, sanitizers)
#   myelin_flags      myelin_platform + language rules and warnings, for our own code
#   <myelin_config.h> the one header with platform #if's answers; <myelin_gl.h> comes from dependencies.cmake
include(CheckCXXCompilerFlag)
find_package(Threads REQUIRED)

add_library(myelin_platform INTERFACE)
target_compile_options(myelin_platform INTERFACE -pthread)
target_link_options(myelin_platform INTERFACE -pthread)
if(EMSCRIPTEN)
  # f32 results must equal the native ones, so relaxed SIMD is only reached by explicit intrinsics.
  target_compile_options(myelin_platform INTERFACE -msimd128 $<$<BOOL:${MYELIN_RELAXED_SIMD}>:-mrelaxed-simd>)
  target_link_options(myelin_platform INTERFACE -msimd128 $<$<BOOL:${MYELIN_RELAXED_SIMD}>:-mrelaxed-simd>)
endif()
if(MYELIN_SANITIZE)
  target_compile_options(myelin_platform INTERFACE -fsanitize=${MYELIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(myelin_platform INTERFACE -fsanitize=${MYELIN_SANITIZE})
endif()

add_library(myelin_flags INTERFACE)
target_link_libraries(myelin_flags INTERFACE myelin_platform)
target_compile_features(myelin_flags INTERFACE cxx_std_20)
target_compile_options(myelin_flags INTERFACE
  # The promise "same bits everywhere" stands on this line; the two flags below it change no value.
  -ffp-contract=off
  -fno-math-errno -fno-trapping-math
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion
  # Clang reports libstdc++'s own use of a deprecated function (std::stable_sort) at our call.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  # g++ 12 warns of overlaps inside its own std::string (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${MYELIN_WERROR}>:-Werror>)

# Exceptions and RTTI stay off in everything that reaches the page; the command-line parser needs them.
add_library(myelin_no_exceptions INTERFACE)
target_compile_options(myelin_no_exceptions INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)

if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # CMake's default for this build type switches assertions off; our sanitizer builds want them.
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O1 -g")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g")
endif()

set(MYELIN_CONFIG_WEB 0)
set(MYELIN_CONFIG_RELAXED 0)
set(MYELIN_CONFIG_ASSERTS 1)
set(MYELIN_CONFIG_BUILD native)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "MinSizeRel")
  set(MYELIN_CONFIG_ASSERTS 0)
endif()
if(EMSCRIPTEN)
  set(MYELIN_CONFIG_WEB 1)
  set(MYELIN_CONFIG_BUILD simd)
  if(MYELIN_RELAXED_SIMD)
    set(MYELIN_CONFIG_RELAXED 1)
    set(MYELIN_CONFIG_BUILD relaxed)
  endif()
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/myelin_config.h.in ${PROJECT_BINARY_DIR}/config/myelin_config.h @ONLY)
target_include_directories(myelin_flags INTERFACE ${PROJECT_BINARY_DIR}/config)
