// The body of stb_image: PNG and JPEG from memory only. Warnings are off for this one file (engine/CMakeLists.txt).
// Its assertions fail on damaged files, which are no bugs of ours; it checks its bounds without them (fuzzed that way).
#define STBI_ASSERT(x) ((void)0)
// Two things it leaves to its allocator. A JPEG that names a Huffman table it never gave is decoded by what lay in memory (up to
// 2.27): zeros are a table without codes. And a PNG's chunk gets the bytes it claims before they are looked for: none that
// ImageLimits lets through needs this many.
#include <cstdlib>
namespace {
constexpr std::size_t kMostBytes = std::size_t{1} << 28;
void* allocate(std::size_t size) { return size > kMostBytes ? nullptr : std::calloc(1, size); }
void* grow(void* data, std::size_t size) { return size > kMostBytes ? nullptr : std::realloc(data, size); }
}  // namespace
#define STBI_MALLOC(size) allocate(size)
#define STBI_REALLOC(data, size) grow(data, size)
#define STBI_FREE(data) std::free(data)
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_FAILURE_STRINGS
#define STBI_MAX_DIMENSIONS 65535
#include <stb_image.h>
