# The newest Clang on the machine: distributions suffix its name with the version.
find_program(MYELIN_CLANGXX NAMES clang++-21 clang++-20 clang++-19 clang++-18 clang++-17 clang++-16 clang++ REQUIRED)
string(REPLACE "clang++" "clang" clang_c "${MYELIN_CLANGXX}")
set(CMAKE_CXX_COMPILER ${MYELIN_CLANGXX})
set(CMAKE_C_COMPILER ${clang_c})
