// See window.h. ImGui never writes a settings file: without a file system that attempt breaks the page.
#include "app/window.h"

#include <SDL.h>
#include <myelin_gl.h>

#include <algorithm>
#include <cmath>
#include "app/platform.h"
#include "app/theme.h"
#include "imgui_impl_opengl3.h"
#include "imgui_impl_sdl2.h"

namespace myelin::web {
namespace {

const char* glsl_version() { return MYELIN_GLES ? "#version 300 es" : "#version 330 core"; }

void want_context() {
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, MYELIN_GLES ? SDL_GL_CONTEXT_PROFILE_ES : SDL_GL_CONTEXT_PROFILE_CORE);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
  SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, MYELIN_GLES ? 0 : 3);
  SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
  SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 0);
  SDL_GL_SetAttribute(SDL_GL_STENCIL_SIZE, 0);
}

}  // namespace

bool Window::open(const WindowOptions& options) {
  options_ = options;
  const bool offscreen = options.offscreen_scale > 0;
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return false;
  want_context();
  unsigned flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
  if (offscreen) flags = SDL_WINDOW_OPENGL | SDL_WINDOW_HIDDEN;
  window_ = SDL_CreateWindow("Myelin", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, options.width, options.height, flags);
  if (window_ == nullptr) return false;
  context_ = SDL_GL_CreateContext(window_);
  if (context_ == nullptr) return false;
  SDL_GL_SetSwapInterval(offscreen ? 0 : 1);

  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  io.MouseDragThreshold = 4;
  ImGui_ImplSDL2_InitForOpenGL(window_, context_);
  ImGui_ImplOpenGL3_Init(glsl_version());
  if (offscreen) make_target();
  return true;
}

void Window::close() {
  if (context_ == nullptr) return;
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplSDL2_Shutdown();
  ImGui::DestroyContext();
  SDL_GL_DeleteContext(context_);
  SDL_DestroyWindow(window_);
  SDL_Quit();
  context_ = nullptr;
  window_ = nullptr;
}

int Window::take_events() {
  int seen = 0;
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    ++seen;
    if (options_.offscreen_scale <= 0) ImGui_ImplSDL2_ProcessEvent(&event);
  }
  return seen;
}

void Window::begin_frame() {
  const float ratio = options_.offscreen_scale > 0 ? options_.offscreen_scale : pixel_ratio();
  ImGui_ImplSDL2_NewFrame();
  if (ratio != ratio_) {
    ratio_ = ratio;
    stale_ = true;
    bake_fonts(ratio);
    ImGui_ImplOpenGL3_DestroyFontsTexture();
  }
  ImGui_ImplOpenGL3_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  if (options_.offscreen_scale > 0) {
    io.DisplaySize = ImVec2(static_cast<float>(options_.width), static_cast<float>(options_.height));
    io.DisplayFramebufferScale = ImVec2(ratio, ratio);
    io.DeltaTime = 1.0f / 60;
  }
  io.DeltaTime = std::clamp(io.DeltaTime, 0.001f, 0.1f);  // a long sleep is no animation step
  ImGui::NewFrame();
}

void Window::end_frame(ImU32 background) {
  ImGui::Render();
  if (!drawable()) return;
  if (target_ != 0) glBindFramebuffer(GL_FRAMEBUFFER, target_);
  ImDrawData* data = ImGui::GetDrawData();
  glViewport(0, 0, static_cast<int>(data->DisplaySize.x * data->FramebufferScale.x), static_cast<int>(data->DisplaySize.y * data->FramebufferScale.y));
  // Colours of maps are no part of the draw data, but no theme has another's background.
  const bool stays = (target_ != 0 || picture_stays()) && !stale_ && background == background_;
  stale_ = false;
  background_ = background;
  const std::span<const PixelRect> areas = redraw_.reduce(*data, !stays);
  if (areas.empty()) return;
  const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(background);
  glClearColor(colour.x, colour.y, colour.z, 1);
  glEnable(GL_SCISSOR_TEST);
  const int height = static_cast<int>(data->DisplaySize.y * data->FramebufferScale.y);
  for (const PixelRect& area : areas) {
    if (area.cover != 0) continue;
    glScissor(area.x0, height - area.y1, area.x1 - area.x0, area.y1 - area.y0);
    glClear(GL_COLOR_BUFFER_BIT);
  }
  glDisable(GL_SCISSOR_TEST);
  ImGui_ImplOpenGL3_RenderDrawData(data);
  if (target_ == 0) SDL_GL_SwapWindow(window_);
}

void Window::graphics_lost() {
  lost_ = true;
  // Every object of the old context is gone. Now is the time to forget them: once there is a new context, deleting them
  // would be an error.
  ImGui_ImplOpenGL3_Shutdown();
}

void Window::graphics_restored() {
  // The backend makes its objects anew, fonts included.
  ImGui_ImplOpenGL3_Init(glsl_version());
  lost_ = false;
  ratio_ = 0;  // bakes the fonts, and with them draws everything
}

void Window::make_target() {
  const int width = static_cast<int>(std::lround(static_cast<float>(options_.width) * options_.offscreen_scale));
  const int height = static_cast<int>(std::lround(static_cast<float>(options_.height) * options_.offscreen_scale));
  glGenFramebuffers(1, &target_);
  glGenRenderbuffers(1, &target_colour_);
  glBindRenderbuffer(GL_RENDERBUFFER, target_colour_);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
  glBindFramebuffer(GL_FRAMEBUFFER, target_);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, target_colour_);
}

std::vector<unsigned char> Window::pixels(int& width, int& height) const {
  width = height = 0;
  if (target_ == 0) return {};
  width = static_cast<int>(std::lround(static_cast<float>(options_.width) * options_.offscreen_scale));
  height = static_cast<int>(std::lround(static_cast<float>(options_.height) * options_.offscreen_scale));
  std::vector<unsigned char> rgba(static_cast<size_t>(width) * static_cast<size_t>(height) * 4);
  glBindFramebuffer(GL_FRAMEBUFFER, target_);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
  for (size_t i = 3; i < rgba.size(); i += 4) rgba[i] = 255;
  return rgba;
}

}  // namespace myelin::web
