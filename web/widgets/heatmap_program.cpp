// See heatmap_program.h.
#include "widgets/heatmap_program.h"

#include <algorithm>
#include <string>

#include "app/theme.h"
#include "embedded/myelin_assets.h"
#include "imgui.h"

namespace myelin::web {
namespace {

constexpr std::array<const char*, 4> kDefines = {"#define SQUASHED\n", "#define STEPS\n", "#define LINE\n", "#define CLASSES\n"};

GLuint compile(GLenum stage, const char* file, unsigned kind) {
  const auto bytes = assets::embedded_file(file);
  std::string source = MYELIN_GLSL_VERSION;
  for (unsigned i = 0; i < kDefines.size(); ++i) {
    if ((kind >> i & 1) != 0) source += kDefines[i];
  }
  source.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const char* text = source.c_str();
  const GLuint shader = glCreateShader(stage);
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  return shader;
}

void set_colour(GLuint program, const char* name, Colour colour, ImVec4 from = {}) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  glUniform3f(glGetUniformLocation(program, name), c.x - from.x, c.y - from.y, c.z - from.z);
}

void set_frame(MapProgram& program) {
  const ImDrawData& data = *ImGui::GetDrawData();
  glUniform4f(glGetUniformLocation(program.name, "frame"), data.DisplayPos.x, data.DisplayPos.y, 2 / data.DisplaySize.x, 2 / data.DisplaySize.y);
  const Theme& t = theme();
  const ImVec4 zero = ImGui::ColorConvertU32ToFloat4(t.zero);
  set_colour(program.name, "zero", t.zero);
  set_colour(program.name, "to_negative", t.negative, zero);
  set_colour(program.name, "to_positive", t.positive, zero);
  set_colour(program.name, "ink", t.text);
  std::array<float, 24> colours{};
  for (size_t i = 0; i < t.classes.size(); ++i) {
    const ImVec4 c = ImGui::ColorConvertU32ToFloat4(t.classes[i]);
    colours[i * 3] = c.x;
    colours[i * 3 + 1] = c.y;
    colours[i * 3 + 2] = c.z;
  }
  glUniform3fv(glGetUniformLocation(program.name, "class_colours"), 8, colours.data());
  program.coloured_frame = ImGui::GetFrameCount();
}

}  // namespace

// Links for the vertex layout that ImGui's program has bound; called within ImGui's rendering.
void MapPrograms::link(MapProgram& made, unsigned kind) {
  if (imgui_program_ == 0) {  // later the current one may be another kind of map's
    GLint current = 0;
    glGetIntegerv(GL_CURRENT_PROGRAM, &current);
    imgui_program_ = static_cast<GLuint>(current);
    if (current == 0) return;  // the context is lost, and its event on the way: nothing is drawn until it is back
  }
  made.name = glCreateProgram();
  const GLuint vertex = compile(GL_VERTEX_SHADER, "heatmap.vert", kind), fragment = compile(GL_FRAGMENT_SHADER, "heatmap.frag", kind);
  glAttachShader(made.name, vertex);
  glAttachShader(made.name, fragment);
  constexpr std::array<std::array<const char*, 2>, 3> kNames = {{{"Position", "position"}, {"UV", "uv"}, {"Color", "colour"}}};
  for (const auto& pair : kNames) {
    const GLint location = glGetAttribLocation(imgui_program_, pair[0]);
    glBindAttribLocation(made.name, static_cast<GLuint>(std::max(0, location)), pair[1]);
  }
  glLinkProgram(made.name);
  glDeleteShader(vertex);
  glDeleteShader(fragment);
  made.spans = glGetUniformLocation(made.name, "spans");
  made.strength = glGetUniformLocation(made.name, "strength");
  made.squash = glGetUniformLocation(made.name, "squash");
  made.classes = glGetUniformLocation(made.name, "classes");
  made.layer = glGetUniformLocation(made.name, "layer");
}

const MapProgram& MapPrograms::use(unsigned kind) {
  MapProgram& program = made_[kind];
  if (program.name == 0) link(program, kind);
  glUseProgram(program.name);
  if (program.coloured_frame != ImGui::GetFrameCount()) set_frame(program);
  return program;
}

void MapPrograms::destroy() {
  for (const MapProgram& program : made_) {
    if (program.name != 0) glDeleteProgram(program.name);
  }
  *this = {};
}

}  // namespace myelin::web
