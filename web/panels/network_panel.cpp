// The centre piece: the graph with live pictures of every neuron. This file gathers the view, finds what the pointer is on,
// and leaves drawing, words and edits to the network_*.cpp beside it.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "myelin/edits.h"
#include "panels/network_view.h"
#include "widgets/controls.h"

namespace myelin::web {
namespace {

constexpr float kMapSide = 36;  // where there is room: smaller ones say less

std::vector<GraphNode> graph_of(const Problem& problem, const UiState& ui, bool compact) {
  std::vector<GraphNode> nodes;
  const bool image = problem.data.is_image();
  const int last = static_cast<int>(problem.nodes.size()) - 1;
  ImGui::PushFont(fonts().medium);
  for (int i = 0; i <= last; ++i) {
    const NodeInfo& info = problem.nodes[static_cast<size_t>(i)];
    GraphNode node;
    node.inputs = info.inputs;
    const bool maps = shows_maps(problem, i);
    node.units = info.kind == "flatten" ? 0 : maps ? info.shape[0] : info.shape.size();
    node.image = i == 0 && image;
    node.natural_block = i > 0 && image && info.inputs.size() == 1 && info.inputs.front() == 0 ? 26.f : 20.f;
    if (maps) node.least = node.natural_block = kMapSide;
    if (i == 0 && !image) {
      float widest = 0;
      for (int unit = 0; unit < info.shape.size(); ++unit) widest = std::max(widest, ImGui::CalcTextSize(input_label(problem, unit, ui).c_str()).x);
      node.left_label = std::min(kInputLabel, widest) + 10;
    }
    if (i == last && info.shape.size() > 1 && names_outputs(problem)) {
      float widest = 0;
      for (int unit = 0; unit < info.shape.size(); ++unit) widest = std::max(widest, ImGui::CalcTextSize(class_name(problem, unit, ui).c_str()).x);
      node.column = true;
      node.right_label = std::min(100.f, widest) + 12 + (image ? 40.f : 0.f);
    }
    if (i > 0) node.min_width = coarse_pointer() ? 108.f : compact ? 74.f : 100.f;
    if (i > 0 && i < last && find_param(info, "weight") == nullptr) {  // its name stands above it
      const Row* row = find_row(Kind::layer, info.kind);
      node.min_width = std::max(60.f, ImGui::CalcTextSize(row == nullptr ? info.kind.c_str() : ui.tr(row->label)).x + 6);
    }
    nodes.push_back(std::move(node));
  }
  ImGui::PopFont();
  return nodes;
}

// The weight that is drawn at full strength: near the largest, but one outlier must not fade all others.
float full_strength(const NetworkView& view, int node) {
  const ParamInfo* weight = find_param(view.info(node), "weight");
  if (weight == nullptr || weight->count == 0) return 1;
  double sum = 0;
  for (int i = 0; i < weight->count; ++i) {
    const double w = static_cast<double>(parameter_value(view, weight->offset + i));
    sum += w * w;
  }
  const double spread = std::sqrt(sum / weight->count);
  return static_cast<float>(std::max(0.05, 2.2 * spread));
}

// The largest value of a node for the sample that is looked at: what is drawn in full colour.
float probe_extent(const Probe& probe, int node) {
  float most = 1e-3f;
  if (probe.sample >= 0 && static_cast<size_t>(node) < probe.values.size())
    for (const float value : probe.values[static_cast<size_t>(node)]) most = std::max(most, std::fabs(value));
  return most;
}

struct Hit {
  int node = -1, unit = -1, parameter = -1;
};

Hit hit_test(const NetworkView& view, const std::vector<Link>& links, const Link** link) {
  const ImVec2 mouse = ImGui::GetMousePos();
  const float x = mouse.x - view.origin.x, y = mouse.y - view.origin.y;
  for (int node = 0; node <= view.last(); ++node) {
    const PlacedNode& placed = view.placed(node);
    for (size_t unit = 0; unit < placed.tiles.size(); ++unit) {
      Box mark = bias_mark(view, node, static_cast<int>(unit));
      const float grow = coarse_pointer() ? 8.f : 3.f;
      if (mark.width() > 0 && Box{mark.x0 - grow, mark.y0 - grow, mark.x1 + grow, mark.y1 + grow}.contains(x, y))
        return {node, static_cast<int>(unit), bias_parameter(view, node, static_cast<int>(unit))};
    }
    for (size_t unit = 0; unit < placed.tiles.size(); ++unit)
      if (placed.tiles[unit].contains(x, y)) return {node, static_cast<int>(unit), -1};
  }
  *link = link_near(links, mouse);
  if (*link != nullptr) return {-1, -1, (*link)->parameter};
  return {};
}

// A small network may show larger pictures; a layer of eight has the size that suits a page of 1280 x 800.
float natural_tile(const std::vector<GraphNode>& graph, const GraphOptions& options) {
  int most = 1;
  for (const GraphNode& node : graph)
    if (!node.image) most = std::max(most, node.units);
  const float room = options.height - options.header - options.footer;
  return std::clamp(std::floor(room / (static_cast<float>(most) * 1.25f)), 40.f, 60.f);
}

// What the tallest column takes: the controls above must not float far from a small network.
float needed_height(const std::vector<GraphNode>& graph, const GraphOptions& options) {
  const GraphPicture picture = place_graph(graph, options);
  std::vector<float> columns(static_cast<size_t>(std::max(1, picture.columns)), 0);
  for (const PlacedNode& node : picture.nodes) columns[static_cast<size_t>(node.column)] += node.body.height() + options.header + options.footer;
  return *std::max_element(columns.begin(), columns.end()) + 8;
}

void layers_row(UiState& ui, Outbox& outbox, ImVec2 start) {
  // Beside the card's title, so that the picture keeps the height.
  ImGui::PushFont(fonts().strong);
  const float title = ImGui::CalcTextSize(ui.tr("Network", "Réseau")).x;
  ImGui::PopFont();
  const int layers = hidden_layers(ui.experiment);
  const std::string text = std::to_string(layers) + " " + (layers > 1 ? ui.tr("hidden layers", "couches cachées") : layers == 1 ? ui.tr("hidden layer", "couche cachée") : ui.tr("hidden layers", "couche cachée"));
  const float side = coarse_pointer() ? 36.f : 26.f;
  ImGui::PushFont(fonts().medium);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const float width = std::max(size.x, ImGui::CalcTextSize(ui.tr("24 hidden layers", "24 couches cachées")).x);
  ImGui::PopFont();
  const float x = start.x + title + 20, y = start.y - kGap - 22 + (22 - side) / 2;
  const Experiment less = remove_layer(ui.experiment), more = add_layer(ui.experiment);
  const auto round_button = [&](const char* id, float at, Icon icon, const char* tip, bool enabled) {
    const Theme& t = theme();
    ImGui::SetCursorScreenPos(ImVec2(at, y));
    if (!enabled) ImGui::BeginDisabled();
    const bool pressed = ImGui::InvisibleButton(id, ImVec2(side, side));
    const bool hovered = ImGui::IsItemHovered() && enabled;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 centre(at + side / 2, y + side / 2);
    list->AddCircleFilled(centre, side / 2 - 1, hovered ? t.accent_soft : t.raised, 32);
    list->AddCircle(centre, side / 2 - 1, hovered ? t.accent : t.line, 32);
    draw_icon(list, icon, centre, 12, enabled ? (hovered ? t.accent : t.text) : with_alpha(t.muted, 0.4f));
    focus_outline(side / 2);
    if (!enabled) ImGui::EndDisabled();
    tooltip_on_hover(tip);
    return pressed && enabled;
  };
  if (round_button("less", x, Icon::minus, ui.tr("Remove the last hidden layer", "Retirer la dernière couche cachée"), less != ui.experiment)) outbox.edit(less);
  if (round_button("more", x + side + 8 + width + 8, Icon::plus, ui.tr("Add a hidden layer before the output", "Ajouter une couche cachée avant la sortie"), more != ui.experiment)) outbox.edit(more);
  ImGui::PushFont(fonts().medium);
  ImGui::GetWindowDrawList()->AddText(ImVec2(std::round(x + side + 8 + (width - size.x) / 2), std::round(y + (side - size.y) / 2)), theme().text, text.c_str());
  ImGui::PopFont();
}

}  // namespace

void network_panel(const Snapshot& snapshot, UiState& ui, Outbox& outbox) {
  const Problem* problem = snapshot.problem.get();
  if (problem == nullptr || problem->nodes.size() < 2) {
    muted_text(ui.tr("The network appears as soon as its data is here.", "Le réseau apparaît dès que ses données sont là."));
    return;
  }
  const ImVec2 start = ImGui::GetCursorScreenPos();
  layers_row(ui, outbox, start);
  ImGui::SetCursorScreenPos(start);

  const ImVec2 room = ImGui::GetContentRegionAvail();
  ImGui::BeginChild("picture", room, 0, ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  GraphOptions options;
  options.width = room.x;
  options.header = coarse_pointer() ? 94.f : 66.f;
  options.footer = 22;
  options.height = std::max(160.f, room.y - 2);
  options.column_gap = 30;
  options.unit_min = 17;
  options.block_share = 0.25f;
  const std::vector<GraphNode> graph = graph_of(*problem, ui, false);
  options.unit = natural_tile(graph, options);
  const float spare = std::max(0.f, options.height - needed_height(graph, options));
  options.height -= spare;
  NetworkView view{snapshot, *problem, ui, outbox, place_graph(graph, options), ImGui::GetCursorScreenPos(), ImGui::GetWindowDrawList()};
  if (view.picture.width > room.x + 0.5f) {
    options.column_gap = 14;
    options.block_share = 0.2f;
    view.picture = place_graph(graph_of(*problem, ui, true), options);
  }
  if (view.picture.width > room.x + 0.5f) {  // a smaller picture to read rather than outputs out of sight
    options.image_side = 54;
    options.column_gap = 12;
    view.picture = place_graph(graph_of(*problem, ui, true), options);
  }
  if (view.picture.width > room.x + 0.5f) {  // a scroll bar takes height
    options.height -= ImGui::GetStyle().ScrollbarSize;
    view.picture = place_graph(graph_of(*problem, ui, true), options);
  }
  view.origin.y += std::round(spare * 0.4f);
  view.editable = in_step(*problem, ui);
  view.focus = ui.hovered_before.node >= 0 || ui.hovered_before.parameter >= 0 ? ui.hovered_before : ui.selected;
  for (int node = 0; node <= view.last(); ++node) {
    view.scale.push_back(full_strength(view, node));
    view.extent.push_back(probe_extent(snapshot.probe, node));
  }

  ImGui::SetNextItemAllowOverlap();
  ImGui::InvisibleButton("canvas", ImVec2(std::max(1.f, view.picture.width), std::max(1.f, options.height + spare)));
  const bool over = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked();
  const std::vector<Link> links = collect_links(view);
  const Link* link = nullptr;
  Hit hit;
  if (over && !ImGui::IsPopupOpen("weight")) hit = hit_test(view, links, &link);
  if (hit.node >= 0 && hit.parameter < 0) {
    ui.hovered.node = hit.node;
    ui.hovered.unit = hit.unit;
  }
  if (hit.parameter >= 0) ui.hovered.parameter = hit.parameter;
  if (ImGui::IsPopupOpen("weight") && ui.selected.parameter >= 0) view.focus.parameter = ui.selected.parameter;

  draw_links(view, links, link);
  draw_tiles(view);
  headers(view);

  if (over && (hit.node >= 0 || hit.parameter >= 0)) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (hit.parameter >= 0) parameter_tooltip(view, hit.parameter);
  else if (hit.node >= 0) unit_tooltip(view, hit.node, hit.unit);
  if (clicked && hit.parameter >= 0) {
    ui.selected.parameter = hit.parameter;
    ImGui::OpenPopup("weight");
  } else if (clicked && hit.node >= 0) {
    const bool same = ui.selected.node == hit.node && ui.selected.unit == hit.unit;
    ui.selected.node = same ? -1 : hit.node;
    ui.selected.unit = same ? -1 : hit.unit;
    ui.selected.parameter = -1;
  } else if (clicked) {
    ui.selected.node = ui.selected.unit = ui.selected.parameter = -1;
  }
  weight_popover(view);
  ImGui::EndChild();
}

}  // namespace myelin::web
