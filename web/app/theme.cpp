// The theme in use and ImGui's whole style made of its tokens. No colour may be written down here: palette.cpp has them.
#include "app/theme.h"

namespace myelin::web {
namespace {

// What is in use is a property of the one ImGui context of the program, so it lives beside it.
constinit const Theme* g_theme = nullptr;
constinit bool g_coarse = false;

ImVec4 colour(ImU32 token) { return ImGui::ColorConvertU32ToFloat4(token); }

void set_colours(const Theme& t) {
  ImVec4* c = ImGui::GetStyle().Colors;
  const ImVec4 clear(0, 0, 0, 0);
  for (int i = 0; i < ImGuiCol_COUNT; ++i) c[i] = colour(t.text);
  c[ImGuiCol_TextDisabled] = colour(t.muted);
  c[ImGuiCol_WindowBg] = colour(t.page);
  c[ImGuiCol_ChildBg] = clear;
  c[ImGuiCol_PopupBg] = colour(t.raised);
  c[ImGuiCol_Border] = colour(t.line);
  c[ImGuiCol_BorderShadow] = clear;
  c[ImGuiCol_FrameBg] = colour(t.raised);
  c[ImGuiCol_FrameBgHovered] = c[ImGuiCol_FrameBgActive] = colour(t.accent_soft);
  c[ImGuiCol_TitleBg] = c[ImGuiCol_TitleBgActive] = c[ImGuiCol_TitleBgCollapsed] = colour(t.panel);
  c[ImGuiCol_MenuBarBg] = colour(t.panel);
  c[ImGuiCol_ScrollbarBg] = clear;
  c[ImGuiCol_ScrollbarGrab] = colour(with_alpha(t.line_strong, 0.45f));
  c[ImGuiCol_ScrollbarGrabHovered] = c[ImGuiCol_ScrollbarGrabActive] = colour(t.line_strong);
  c[ImGuiCol_CheckMark] = c[ImGuiCol_SliderGrab] = c[ImGuiCol_SliderGrabActive] = colour(t.accent);
  c[ImGuiCol_Button] = colour(t.raised);
  c[ImGuiCol_ButtonHovered] = c[ImGuiCol_ButtonActive] = colour(t.accent_soft);
  c[ImGuiCol_Header] = c[ImGuiCol_HeaderHovered] = c[ImGuiCol_HeaderActive] = colour(t.accent_soft);
  c[ImGuiCol_Separator] = colour(t.line);
  c[ImGuiCol_SeparatorHovered] = c[ImGuiCol_SeparatorActive] = colour(t.accent);
  c[ImGuiCol_ResizeGrip] = c[ImGuiCol_ResizeGripHovered] = c[ImGuiCol_ResizeGripActive] = clear;
  c[ImGuiCol_Tab] = clear;
  c[ImGuiCol_TabHovered] = c[ImGuiCol_TabActive] = colour(t.accent_soft);
  c[ImGuiCol_TabUnfocused] = clear;
  c[ImGuiCol_TabUnfocusedActive] = colour(t.accent_soft);
  c[ImGuiCol_PlotLines] = c[ImGuiCol_PlotHistogram] = colour(t.accent);
  c[ImGuiCol_PlotLinesHovered] = c[ImGuiCol_PlotHistogramHovered] = colour(t.text);
  c[ImGuiCol_TableHeaderBg] = clear;
  c[ImGuiCol_TableBorderStrong] = c[ImGuiCol_TableBorderLight] = colour(t.line);
  c[ImGuiCol_TableRowBg] = c[ImGuiCol_TableRowBgAlt] = clear;
  c[ImGuiCol_TextSelectedBg] = colour(with_alpha(t.accent, 0.3f));
  c[ImGuiCol_DragDropTarget] = c[ImGuiCol_NavHighlight] = colour(t.accent);
  c[ImGuiCol_NavWindowingHighlight] = clear;
  c[ImGuiCol_NavWindowingDimBg] = clear;
  c[ImGuiCol_ModalWindowDimBg] = ImVec4(0, 0, 0, 0.35f);
}

void set_measures() {
  ImGuiStyle& s = ImGui::GetStyle();
  s.WindowPadding = ImVec2(kPadding, kPadding);
  s.WindowRounding = s.ChildRounding = s.PopupRounding = kRadius;
  s.WindowBorderSize = 0;
  s.ChildBorderSize = s.PopupBorderSize = 1;
  s.FrameRounding = s.GrabRounding = s.TabRounding = kControlRadius;
  s.FrameBorderSize = 1;
  s.FramePadding = ImVec2(10, (control_height() - 18) * 0.5f);
  s.ItemSpacing = ImVec2(kGap, kGap);
  s.ItemInnerSpacing = ImVec2(6, 4);
  s.CellPadding = ImVec2(6, 4);
  s.ScrollbarSize = 10;
  s.ScrollbarRounding = 5;
  s.SeparatorTextBorderSize = 1;
  s.DisabledAlpha = 0.45f;
  s.HoverStationaryDelay = 0.1f;
  s.HoverDelayShort = 0.15f;
  s.HoverDelayNormal = 0.35f;
  s.AntiAliasedLinesUseTex = true;
  s.CircleTessellationMaxError = 0.15f;
  s.CurveTessellationTol = 0.6f;
}

}  // namespace

const Theme& theme() { return g_theme != nullptr ? *g_theme : light_theme(); }

void use_theme(bool dark) {
  g_theme = dark ? &dark_theme() : &light_theme();
  set_colours(*g_theme);
  set_measures();
}

float control_height() { return g_coarse ? 44.0f : 30.0f; }

bool coarse_pointer() { return g_coarse; }

void set_coarse_pointer(bool coarse) {
  g_coarse = coarse;
  if (ImGui::GetCurrentContext() != nullptr) set_measures();
}

ImU32 diverging(float t) { return diverging(theme(), t); }

}  // namespace myelin::web
