# Third-party code as SYSTEM targets deps::*, pinned by version: installed on the machine, else fetched.
# A local copy of any of them can be given by FETCHCONTENT_SOURCE_DIR_<NAME> (CMake's own variable).
include(FetchContent)
include(build/toolchain.cmake OPTIONAL)  # what tools/setup.mjs found, relative to the source folder

# Header-only library: looks for `probe` on the machine, else downloads `url`. The one folder or file that is wanted is
# linked into a folder of its own, because Emscripten must never see -I/usr/include.
function(myelin_header_library name probe url)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "ARCHIVE_SUBFOLDER" "SUFFIXES")
  string(TOUPPER ${name} upper)
  add_library(deps_${name} INTERFACE)
  add_library(deps::${name} ALIAS deps_${name})
  find_path(MYELIN_${upper}_INCLUDE ${probe} PATH_SUFFIXES ${arg_SUFFIXES}
    PATHS /usr/include /usr/local/include /opt/homebrew/include NO_CMAKE_FIND_ROOT_PATH)
  set(folder ${MYELIN_${upper}_INCLUDE})
  if(NOT folder OR FETCHCONTENT_SOURCE_DIR_${upper})
    # A SOURCE_SUBDIR that does not exist means: download, but don't run its own CMakeLists.txt.
    FetchContent_Declare(${name} URL ${url} SOURCE_SUBDIR none DOWNLOAD_EXTRACT_TIMESTAMP OFF)
    FetchContent_MakeAvailable(${name})
    set(folder ${${name}_SOURCE_DIR}/${arg_ARCHIVE_SUBFOLDER})
  endif()
  string(REGEX REPLACE "/.*" "" first ${probe})
  set(staged ${PROJECT_BINARY_DIR}/headers/${name})
  file(MAKE_DIRECTORY ${staged})
  if(IS_DIRECTORY ${folder}/${first})
    file(CREATE_LINK ${folder}/${first} ${staged}/${first} SYMBOLIC)
    target_include_directories(deps_${name} SYSTEM INTERFACE ${staged})
  else()
    target_include_directories(deps_${name} SYSTEM INTERFACE ${folder})
  endif()
endfunction()

myelin_header_library(eigen Eigen/Core https://gitlab.com/libeigen/eigen/-/archive/3.4.0/eigen-3.4.0.tar.gz SUFFIXES eigen3)
myelin_header_library(json nlohmann/json.hpp https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz ARCHIVE_SUBFOLDER include)
myelin_header_library(cli11 CLI/CLI.hpp https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.3.2.tar.gz ARCHIVE_SUBFOLDER include)
myelin_header_library(stb stb_image_write.h https://github.com/nothings/stb/archive/5736b15f7ea0ffb08dd38af21067c314d6a3aae9.tar.gz SUFFIXES stb)
if(MYELIN_TESTS)
  myelin_header_library(doctest doctest/doctest.h https://github.com/doctest/doctest/archive/refs/tags/v2.4.9.tar.gz)
endif()
# The engine is compiled without exceptions: a parse error must be a value, never a throw.
target_compile_definitions(deps_json INTERFACE JSON_USE_IMPLICIT_CONVERSIONS=0)

# SDL2 and GL: the page links the library that setup compiled; the desktop window takes the system's.
add_library(deps_sdl2 INTERFACE)
add_library(deps::sdl2 ALIAS deps_sdl2)
set(MYELIN_GLES 1)
if(EMSCRIPTEN)
  if(NOT EXISTS "${MYELIN_SETUP_SDL2_LIBRARY}")
    message(FATAL_ERROR "SDL2 for the page has not been compiled yet; run `node tools/setup.mjs` first.")
  endif()
  target_include_directories(deps_sdl2 SYSTEM INTERFACE ${MYELIN_SETUP_SDL2_INCLUDE})
  target_link_libraries(deps_sdl2 INTERFACE ${MYELIN_SETUP_SDL2_LIBRARY})
  set(MYELIN_DESKTOP OFF)
else()
  find_package(SDL2 CONFIG QUIET)
  find_path(MYELIN_GLES_INCLUDE GLES3/gl3.h)
  find_library(MYELIN_GLES_LIBRARY NAMES GLESv2)
  find_package(OpenGL QUIET)
  set(desktop_possible OFF)
  if(TARGET SDL2::SDL2 AND MYELIN_GLES_INCLUDE AND MYELIN_GLES_LIBRARY)
    target_link_libraries(deps_sdl2 INTERFACE SDL2::SDL2 ${MYELIN_GLES_LIBRARY})
    set(desktop_possible ON)
  elseif(TARGET SDL2::SDL2 AND OPENGL_FOUND)
    set(MYELIN_GLES 0)
    target_link_libraries(deps_sdl2 INTERFACE SDL2::SDL2 OpenGL::GL)
    set(desktop_possible ON)
  endif()
  option(MYELIN_DESKTOP "Build the desktop window" ${desktop_possible})
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/myelin_gl.h.in ${PROJECT_BINARY_DIR}/config/myelin_gl.h @ONLY)

# Dear ImGui with its SDL2 and OpenGL 3 backends, without what a release never shows.
if(EMSCRIPTEN OR MYELIN_DESKTOP)
  set(imgui ${MYELIN_IMGUI_SOURCE})
  if(NOT imgui)
    set(imgui ${MYELIN_SETUP_IMGUI_SOURCE})
  endif()
  if(NOT EXISTS "${imgui}/imgui.h")
    FetchContent_Declare(imgui URL https://github.com/ocornut/imgui/archive/refs/tags/v1.90.1.tar.gz SOURCE_SUBDIR none
      DOWNLOAD_EXTRACT_TIMESTAMP OFF)
    FetchContent_MakeAvailable(imgui)
    set(imgui ${imgui_SOURCE_DIR})
  endif()
  add_library(deps_imgui STATIC ${imgui}/imgui.cpp ${imgui}/imgui_draw.cpp ${imgui}/imgui_tables.cpp ${imgui}/imgui_widgets.cpp
    ${imgui}/backends/imgui_impl_sdl2.cpp ${imgui}/backends/imgui_impl_opengl3.cpp)
  add_library(deps::imgui ALIAS deps_imgui)
  target_include_directories(deps_imgui SYSTEM PUBLIC ${imgui} ${imgui}/backends)
  target_compile_definitions(deps_imgui PUBLIC IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS
    IMGUI_DISABLE_OBSOLETE_FUNCTIONS "ImDrawIdx=unsigned int"  # a layer of weight pictures has more than 65,536 corners
    $<$<BOOL:${MYELIN_GLES}>:IMGUI_IMPL_OPENGL_ES3>)
  target_compile_options(deps_imgui PRIVATE -w $<$<BOOL:${EMSCRIPTEN}>:-Oz>)
  target_link_libraries(deps_imgui PRIVATE myelin_platform myelin_no_exceptions PUBLIC deps::sdl2 ${CMAKE_DL_LIBS})
endif()
