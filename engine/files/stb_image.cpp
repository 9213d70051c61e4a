// The body of stb_image: PNG and JPEG from memory only. Warnings are off for this one file (engine/CMakeLists.txt).
// Its assertions fail on damaged files, which are no bugs of ours; it checks its bounds without them (fuzzed that way).
#define STBI_ASSERT(x) ((void)0)
// Up to 2.27 a JPEG that names a Huffman table it never gave is decoded by what lay in memory: zeros are a table without codes.
#include <cstdlib>
#define STBI_MALLOC(size) std::calloc(1, size)
#define STBI_REALLOC(data, size) std::realloc(data, size)
#define STBI_FREE(data) std::free(data)
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_FAILURE_STRINGS
#define STBI_MAX_DIMENSIONS 65535
#include <stb_image.h>
