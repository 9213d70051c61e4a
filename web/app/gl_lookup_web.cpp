// SDL asks for OpenGL functions by name. Emscripten's own answer knows every entry point of WebGL, and so keeps all of them, in C
// and in JavaScript, in the download; this one knows those that SDL really calls.
#include <GLES3/gl3.h>

#include <cstring>

namespace {

struct Entry {
  const char* name;
  void* function;
};

}  // namespace

extern "C" void* eglGetProcAddress(const char* name) {
  const Entry entries[] = {
      {"glGetString", reinterpret_cast<void*>(glGetString)},
      {"glGetStringi", reinterpret_cast<void*>(glGetStringi)},
      {"glGetIntegerv", reinterpret_cast<void*>(glGetIntegerv)},
      {"glGetError", reinterpret_cast<void*>(glGetError)},
      {"glBindFramebuffer", reinterpret_cast<void*>(glBindFramebuffer)},
      {"glGetFramebufferAttachmentParameteriv", reinterpret_cast<void*>(glGetFramebufferAttachmentParameteriv)},
  };
  for (const Entry& entry : entries) {
    if (std::strcmp(entry.name, name) == 0) return entry.function;
  }
  return nullptr;
}
