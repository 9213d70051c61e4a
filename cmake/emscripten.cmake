# Finds Emscripten (option or environment, what tools/setup.mjs found, EMSDK, PATH) and hands over to its own
# toolchain file, so that a plain `cmake --preset web` works after setup.
include(${CMAKE_CURRENT_LIST_DIR}/../build/toolchain.cmake OPTIONAL)

if(NOT MYELIN_EMSCRIPTEN_ROOT)
  find_program(MYELIN_EMCC NAMES emcc NO_CMAKE_FIND_ROOT_PATH)
  if(DEFINED ENV{MYELIN_EMSCRIPTEN_ROOT})
    set(MYELIN_EMSCRIPTEN_ROOT $ENV{MYELIN_EMSCRIPTEN_ROOT})
  elseif(MYELIN_SETUP_EMSCRIPTEN_ROOT AND EXISTS ${MYELIN_SETUP_EMSCRIPTEN_ROOT}/emcc)
    set(MYELIN_EMSCRIPTEN_ROOT ${MYELIN_SETUP_EMSCRIPTEN_ROOT})
  elseif(DEFINED ENV{EMSDK})
    set(MYELIN_EMSCRIPTEN_ROOT $ENV{EMSDK}/upstream/emscripten)
  elseif(MYELIN_EMCC)
    execute_process(COMMAND ${MYELIN_EMCC}/../em-config EMSCRIPTEN_ROOT
      OUTPUT_VARIABLE MYELIN_EMSCRIPTEN_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT MYELIN_EMSCRIPTEN_ROOT)
      get_filename_component(MYELIN_EMCC_REAL ${MYELIN_EMCC} REALPATH)
      get_filename_component(MYELIN_EMSCRIPTEN_ROOT ${MYELIN_EMCC_REAL} DIRECTORY)
    endif()
  else()
    message(FATAL_ERROR "Emscripten was not found; run `node tools/setup.mjs` first, or put emcc on the PATH.")
  endif()
endif()

# try_compile runs this file again in a project of its own and must find the same Emscripten.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MYELIN_EMSCRIPTEN_ROOT)
include(${MYELIN_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake)

# Old V8s (Node 20) know relaxed SIMD only by a flag, newer ones refuse the flag.
find_program(MYELIN_NODE NAMES node NO_CMAKE_FIND_ROOT_PATH REQUIRED)
execute_process(COMMAND ${MYELIN_NODE} --v8-options OUTPUT_VARIABLE MYELIN_NODE_OPTIONS)
set(CMAKE_CROSSCOMPILING_EMULATOR ${MYELIN_NODE})
if(MYELIN_NODE_OPTIONS MATCHES "experimental-wasm-relaxed-simd")
  list(APPEND CMAKE_CROSSCOMPILING_EMULATOR --experimental-wasm-relaxed-simd)
endif()
unset(MYELIN_NODE_OPTIONS)
