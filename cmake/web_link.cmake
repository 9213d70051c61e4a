# Binaryen's wasm-split, which comes with Emscripten, or nothing: then the program stays in one piece.
function(myelin_find_wasm_split)
  execute_process(COMMAND ${EMSCRIPTEN_ROOT_PATH}/em-config BINARYEN_ROOT
    OUTPUT_VARIABLE binaryen OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  find_program(MYELIN_WASM_SPLIT NAMES wasm-split HINTS ${binaryen}/bin NO_CMAKE_FIND_ROOT_PATH)
  if(NOT MYELIN_WASM_SPLIT)
    message(STATUS "wasm-split (Binaryen) was not found: the page's program stays in one piece, which works but loads later")
  endif()
endfunction()

# How the page's program is linked (platform.md says why for each flag that is not self-evident).
# myelin_web_link(target [js-library ...]): libraries that do not exist yet are left out.
function(myelin_web_link target)
  set_target_properties(${target} PROPERTIES SUFFIX .mjs
    OUTPUT_NAME myelin-$<IF:$<BOOL:${MYELIN_RELAXED_SIMD}>,relaxed,simd>)
  list(JOIN MYELIN_WEB_RUNTIME_METHODS "," runtime_methods)
  target_link_options(${target} PRIVATE
    -sMODULARIZE -sEXPORT_ES6 -sEXPORT_NAME=createMyelin -sENVIRONMENT=web,worker
    -sFILESYSTEM=0 -sMALLOC=dlmalloc -sABORTING_MALLOC=0
    # Fixed memory: with growth every heap access in JavaScript costs 25 times more.
    -sINITIAL_MEMORY=256MB -sSTACK_SIZE=1MB -sDEFAULT_PTHREAD_STACK_SIZE=1MB
    # Workers start after the first frame; the loader sets Module['threads'], 0 in pages without isolation.
    "-sPTHREAD_POOL_SIZE=Module['threads']" -sPTHREAD_POOL_DELAY_LOAD=1
    -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2 -sGL_ENABLE_GET_PROC_ADDRESS=0
    -sSUPPORT_LONGJMP=0 -sDYNAMIC_EXECUTION=0
    -sEXPORTED_RUNTIME_METHODS=${runtime_methods})
  foreach(library IN LISTS ARGN)
    if(EXISTS ${library})
      target_link_options(${target} PRIVATE --js-library ${library})
      set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${library})
    endif()
  endforeach()
  if(MYELIN_WEB_FAST_LINK)
    target_link_options(${target} PRIVATE -O1)
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    myelin_find_wasm_split()
    if(MYELIN_WASM_SPLIT)
      # After every link the program is cut in two (tools/split.mjs), which needs the functions' names. The bytes below
      # GLOBAL_BASE are the room where an instrumented program counts its functions (tools/record_first_frame.mjs).
      set(split ${PROJECT_SOURCE_DIR}/tools/split.mjs)
      target_link_options(${target} PRIVATE --profiling-funcs -sGLOBAL_BASE=8192
        --pre-js ${PROJECT_SOURCE_DIR}/web/app/deferred.js)
      set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${split} ${PROJECT_SOURCE_DIR}/web/first_frame.txt
        ${PROJECT_SOURCE_DIR}/web/app/deferred.js)
      add_custom_command(TARGET ${target} POST_BUILD VERBATIM
        COMMAND ${MYELIN_NODE} ${split} $<TARGET_FILE_DIR:${target}>/$<TARGET_FILE_BASE_NAME:${target}>.wasm ${MYELIN_WASM_SPLIT})
    endif()
    # Smaller by 7 KB of the compressed download than -O3 from the same objects. Training the digits in Chromium, the
    # two could not be told apart over the noise of a busy machine (0.9 to 1.3 s against 1.0 to 1.6 s for 1500 steps).
    # A function with one caller would go into it whatever its size, and what comes after the first picture (the reader of other
    # programs' links) would come before it: 4 KB of the compressed download.
    target_link_options(${target} PRIVATE -Oz --closure 1 -sBINARYEN_EXTRA_PASSES=--one-caller-inline-max-function-size=150)
    if(MYELIN_SETUP_CLOSURE_COMPILER)
      set_target_properties(${target} PROPERTIES RULE_LAUNCH_LINK
        "\"${CMAKE_COMMAND}\" -E env \"EM_CLOSURE_COMPILER=${MYELIN_SETUP_CLOSURE_COMPILER}\"")
    endif()
  else()
    # A mutex wait on the browser's main thread is a busy wait: make it an error while developing.
    target_link_options(${target} PRIVATE -O1 -g -sALLOW_BLOCKING_ON_MAIN_THREAD=0 -sASSERTIONS=1)
  endif()
endfunction()

# The program behind bench.html: nothing but the engine, so that what is measured is what the page runs. It lives in a worker.
function(myelin_bench_link target)
  set_target_properties(${target} PROPERTIES SUFFIX .mjs
    OUTPUT_NAME bench-$<IF:$<BOOL:${MYELIN_RELAXED_SIMD}>,relaxed,simd>)
  target_link_options(${target} PRIVATE
    -sMODULARIZE -sEXPORT_ES6 -sEXPORT_NAME=createBench -sENVIRONMENT=web,worker --no-entry
    -sFILESYSTEM=0 -sMALLOC=dlmalloc -sABORTING_MALLOC=0
    -sINITIAL_MEMORY=256MB -sSTACK_SIZE=1MB -sDEFAULT_PTHREAD_STACK_SIZE=1MB
    # All there before the first call: the worker that measures never returns to its event loop to let one start.
    "-sPTHREAD_POOL_SIZE=Module['threads']"
    -sSUPPORT_LONGJMP=0 -sDYNAMIC_EXECUTION=0
    -sEXPORTED_FUNCTIONS=_myelin_bench_open,_myelin_bench_describe,_myelin_bench_select,_myelin_bench_measure,_free
    -sEXPORTED_RUNTIME_METHODS=UTF8ToString,stringToNewUTF8)
  if(MYELIN_WEB_FAST_LINK OR NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    target_link_options(${target} PRIVATE -O1)
  else()
    target_link_options(${target} PRIVATE -Oz)  # as the page
  endif()
endfunction()
