// What can be changed in the network picture: neurons and activation above each layer, and any single weight or bias.
#include <algorithm>
#include <cmath>
#include <string>

#include "myelin/edits.h"
#include "panels/network_view.h"
#include "widgets/controls.h"
#include "widgets/heatmap.h"
#include "widgets/dropdown.h"
#include "widgets/paint.h"

namespace myelin::web {
namespace {

constexpr int kUndoableParameters = 2000;  // a link that carries more start weights would be too long

float mini_side() { return coarse_pointer() ? 36.f : 24.f; }

bool mini_button(const char* id, Icon icon, const char* tooltip, bool enabled) {
  const Theme& t = theme();
  const float side = mini_side();
  ImGui::PushID(id);
  if (!enabled) ImGui::BeginDisabled();
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton("mini", ImVec2(side, side));
  const bool hovered = ImGui::IsItemHovered() && enabled;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 to(from.x + side, from.y + side);
  list->AddRectFilled(from, to, hovered ? t.accent_soft : t.raised, side / 2);
  list->AddRect(from, to, hovered ? t.accent : t.line, side / 2);
  draw_icon(list, icon, ImVec2((from.x + to.x) / 2, (from.y + to.y) / 2), 11, enabled ? (hovered ? t.accent : t.text) : with_alpha(t.muted, 0.4f));
  focus_outline(side / 2);
  if (!enabled) ImGui::EndDisabled();
  tooltip_on_hover(tooltip);
  ImGui::PopID();
  return pressed && enabled;
}

// As far as halfway to the next columns: names are longer than columns are wide.
void title(const NetworkView& view, const Box& header, const std::string& text) {
  constexpr float kMost = 90, kGap = 4, kSecondLine = 3;
  const float axis = header.centre_x();
  if (!ImGui::IsRectVisible(view.at(axis - kMost, header.y0), view.at(axis + kMost, header.y1))) return;  // some networks have 400 columns
  float half = kMost;
  for (const PlacedNode& other : view.picture.nodes) {
    const float apart = std::fabs(other.body.centre_x() - axis);
    if (apart > 1) half = std::min(half, apart / 2 - kGap);
  }
  const ImRect room(view.at(axis - half, header.y0 - kSecondLine), view.at(axis + half, header.y0 + mini_side() + kSecondLine));
  draw_text_in(fonts().medium, room, theme().text, text.c_str(), Align::centre);
}

void neurons_row(NetworkView& view, int node, const Box& header, float axis) {
  const UiState& ui = view.ui;
  const Settings& settings = ui.experiment.nodes[static_cast<size_t>(node)].settings;
  const int units = settings.integer("units");
  const bool free = can_set_units(ui.experiment, node);
  const float side = mini_side(), number = 34;
  ImGui::SetCursorScreenPos(view.at(axis - side - number / 2, header.y0));
  const char* bound = ui.tr("Its width is bound to another layer.", "Sa largeur est liée à une autre couche.");
  // From ten neurons on, a step of one would be a long way.
  const int step = units >= 64 ? 16 : units > 16 ? 4 : 1;
  if (mini_button("fewer", Icon::minus, free ? ui.tr("Fewer neurons", "Moins de neurones") : bound, free && units > 1))
    view.outbox.edit(set_units(ui.experiment, node, std::max(1, units - step)), "units " + std::to_string(node));
  ImGui::SameLine(0, number);
  if (mini_button("more", Icon::plus, free ? ui.tr("More neurons", "Plus de neurones") : bound, free))
    view.outbox.edit(set_units(ui.experiment, node, units + (units >= 64 ? 16 : units >= 16 ? 4 : 1)), "units " + std::to_string(node));
  const std::string text = count(units, ui.language);
  ImGui::PushFont(fonts().medium);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const ImVec2 at = view.at(axis - size.x / 2, header.y0 + (side - size.y) / 2);
  view.list->AddText(ImVec2(std::round(at.x), std::round(at.y)), theme().text, text.c_str());
  ImGui::PopFont();
}

std::string activation_help(const Row& row, const UiState& ui) {
  std::string text = ui.tr(row.help);
  if (row.formula != nullptr && row.formula[0] != 0) text += std::string("\n") + row.formula;
  return text;
}

void activation_row(NetworkView& view, int node, const Box& header, float axis) {
  const UiState& ui = view.ui;
  const Settings& settings = ui.experiment.nodes[static_cast<size_t>(node)].settings;
  const Row* chosen = find_row(Kind::activation, settings.choice("activation"));
  if (chosen == nullptr) return;
  const float width = std::clamp(header.width(), 74.f, 104.f);
  ImGui::SetCursorScreenPos(view.at(axis - width / 2, header.y0 + mini_side() + 5));
  const bool output = node == view.last();
  const std::string_view wanted = loss_facts(ui.experiment.loss.kind).contains;
  std::string help = activation_help(*chosen, ui);
  if (output && !wanted.empty() && wanted == chosen->key)
    help += std::string("\n") + ui.tr("It belongs to the loss, which computes both at once, exactly.", "Elle va avec le coût, qui calcule les deux ensemble, exactement.");
  if (!begin_dropdown("activation", nullptr, ui.tr(chosen->label), width, help.c_str(), true)) return;
  for (const Row* row : rows(Kind::activation)) {
    const bool softmax = std::string_view(row->key) == "softmax";
    const bool enabled = !softmax || output;
    const std::string why = enabled ? activation_help(*row, ui) : std::string(ui.tr("Softmax belongs to the output: it shares 1 among all classes.", "Softmax va à la sortie : elle partage 1 entre toutes les classes."));
    if (dropdown_item(row->key, ui.tr(row->label), row == chosen, why.c_str(), enabled)) view.outbox.edit(set_activation(ui.experiment, node, row->key));
  }
  end_dropdown();
}

std::string subscript(int number) {
  static constexpr const char* kDigits[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  std::string text;
  for (char digit : std::to_string(number)) text += kDigits[digit - '0'];
  return text;
}

std::string source_name(const NetworkView& view, int node, int unit) {
  if (node == 0) return input_label(view.problem, unit, view.ui);
  std::string name(1, 'a');
  return name += subscript(unit + 1);
}

// "tanh(0.53·x₁ − 1.2·x₂ + 0.31)": what the neuron computes, with its numbers of now.
std::string formula(const NetworkView& view, int node, int unit) {
  const NodeInfo& info = view.info(node);
  const ParamInfo* weight = find_param(info, "weight");
  if (weight == nullptr || info.inputs.size() != 1 || !is_dense(view, node)) return {};  // only a neuron is one sum
  const Settings& settings = view.problem.experiment.nodes[static_cast<size_t>(node)].settings;
  const Row* activation = settings.has("activation") ? find_row(Kind::activation, settings.choice("activation")) : nullptr;
  const int columns = weight->count / std::max(1, weight->shape[0]);
  constexpr int kTerms = 8;
  std::string sum;
  for (int column = 0; column < std::min(columns, kTerms); ++column) {
    const double w = static_cast<double>(parameter_value(view, weight->offset + unit * columns + column));
    if (column > 0) sum += std::string(column % 3 == 0 ? "\n   " : "") + (w < 0 ? " − " : " + ");
    else if (w < 0) sum += "−";
    sum += number(std::fabs(w), view.ui.language, 3);
    sum += "·";
    sum += source_name(view, info.inputs.front(), column);
  }
  if (columns > kTerms) sum += fill_in(view.ui.tr(" + … (%s terms)", " + … (%s termes)"), {std::to_string(columns)});
  if (const int bias = bias_parameter(view, node, unit); bias >= 0) {
    const double b = static_cast<double>(parameter_value(view, bias));
    sum += (b < 0 ? " − " : " + ") + number(std::fabs(b), view.ui.language, 3);
  }
  const std::string name = activation == nullptr || std::string_view(activation->key) == "linear" ? "" : view.ui.tr(activation->label);
  return name.empty() ? sum : name + "(" + sum + ")";
}

constexpr int kShownKernels = 4;

// The kernels that make a map, one for each map that they read; the first of many.
const ParamInfo* kernels_of(const NetworkView& view, int node, int unit) {
  const ParamInfo* weight = find_param(view.info(node), "weight");
  // A transposed convolution has them the other way round.
  const bool known = weight != nullptr && weight->shape.rank == 4 && view.info(node).kind == "conv2d" && unit < weight->shape[0];
  return known && shows_maps(view.problem, node) ? weight : nullptr;
}

void draw_kernels(const NetworkView& view, int node, int unit, const ParamInfo& weight, float width) {
  constexpr float kBetween = 4, kSide = 34;
  const int channels = weight.shape[1], rows = weight.shape[2], columns = weight.shape[3];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  std::vector<float> values(static_cast<size_t>(rows * columns));
  const float extent = std::max(1e-6f, view.scale[static_cast<size_t>(node)]);
  for (int channel = 0; channel < std::min(channels, kShownKernels); ++channel) {
    const int first = weight.offset + (unit * channels + channel) * rows * columns;
    for (int i = 0; i < rows * columns; ++i) values[static_cast<size_t>(i)] = parameter_value(view, first + i);
    const ImVec2 from(at.x + static_cast<float>(channel) * (kSide + kBetween), at.y), to(from.x + kSide, from.y + kSide);
    draw_grid(view.list, values, columns, rows, from, to, -extent, extent, MapColours::diverging);
    view.list->AddRect(from, to, theme().line);
  }
  ImGui::Dummy(ImVec2(width, kSide));
}

std::string kernel_text(const ParamInfo& weight, const UiState& ui) {
  const std::string text = fill_in(ui.tr("Filter: %s × %s × %s weights", "Filtre : %s × %s × %s poids"),
                                   {std::to_string(weight.shape[1]), std::to_string(weight.shape[3]), std::to_string(weight.shape[2])});
  return weight.shape[1] > kShownKernels ? text + ui.tr(", the first four kernels above", ", les quatre premiers noyaux ci-dessus") : text;
}

std::string parameter_name(const NetworkView& view, const ParameterPlace& place) {
  const UiState& ui = view.ui;
  const std::string target = unit_name(view.problem, place.node, place.unit, ui);
  if (place.bias) return fill_in(ui.tr("Bias of %s", "Biais : %s"), {target});
  const NodeInfo& info = view.info(place.node);
  return fill_in(ui.tr("Weight from %s to %s", "Poids de %s vers %s"), {unit_name(view.problem, info.inputs.front(), place.input, ui), target});
}

void set_value(NetworkView& view, int parameter, double value) {
  const bool at_start = view.snapshot.step == 0 && view.snapshot.state != RunState::running;
  if (at_start && view.editable && view.problem.parameters <= kUndoableParameters)
    view.outbox.edit(set_start_weight(view.ui.experiment, view.snapshot.parameters, parameter, value), "weight " + std::to_string(parameter));
  else
    view.outbox.post(SetWeight{parameter, value});
}

}  // namespace

void headers(NetworkView& view) {
  const UiState& ui = view.ui;
  for (int node = 0; node <= view.last(); ++node) {
    const PlacedNode& placed = view.placed(node);
    const Box& header = placed.header;
    const float axis = placed.body.centre_x();
    ImGui::PushID(node);
    // Labels may make one side wider; the controls stand over the tiles.
    const float half = std::min(axis - header.x0, header.x1 - axis);
    const Box centred{axis - half, header.y0, axis + half, header.y1};
    const bool known = view.editable && static_cast<size_t>(node) < ui.experiment.nodes.size();
    const bool hidden = node > 0 && node < view.last();
    if (node == 0) title(view, centred, ui.tr("Inputs", "Entrées"));
    else if (known && hidden && ui.experiment.nodes[static_cast<size_t>(node)].settings.has("units")) neurons_row(view, node, centred, axis);
    else if (node == view.last()) title(view, centred, ui.tr("Output", "Sortie"));
    else {
      const Row* row = find_row(Kind::layer, view.info(node).kind);
      title(view, centred, row == nullptr ? view.info(node).kind : ui.tr(row->label));
    }
    if (known && node > 0 && ui.experiment.nodes[static_cast<size_t>(node)].settings.has("activation")) activation_row(view, node, centred, axis);
    ImGui::PopID();
  }
}

void unit_tooltip(const NetworkView& view, int node, int unit) {
  const UiState& ui = view.ui;
  const bool picture = view.problem.data.plane.dimensions > 0 || find_param(view.info(node), "weight") != nullptr || node == 0 || shows_maps(view.problem, node);
  const ParamInfo* kernels = kernels_of(view, node, unit);
  if (!ImGui::BeginTooltip()) return;
  if (picture) {
    const float side = 148;
    const ImVec2 from = ImGui::GetCursorScreenPos(), to(from.x + side, from.y + side);
    NetworkView large = view;
    large.list = ImGui::GetWindowDrawList();
    draw_unit(large, node, unit, from, to, 6);
    large.list->AddRect(from, to, theme().line, 6);
    ImGui::Dummy(ImVec2(side, side));
    if (kernels != nullptr) draw_kernels(large, node, unit, *kernels, side);
  }
  ImGui::PushFont(fonts().medium);
  std::string name = node == 0 && view.problem.data.is_image() ? std::string(ui.tr("The picture that the network reads", "L’image que lit le réseau")) : unit_name(view.problem, node, unit, ui);
  if (static_cast<unsigned char>(name[0]) < 0x80 && node > 0) name[0] = static_cast<char>(std::toupper(name[0]));
  ImGui::TextUnformatted(name.c_str());
  if (kernels != nullptr) quiet_text(kernel_text(*kernels, ui).c_str());
  if (const std::string text = formula(view, node, unit); !text.empty()) quiet_text(text.c_str());
  const Probe& probe = view.snapshot.probe;
  if (probe.sample >= 0 && static_cast<size_t>(node) < probe.values.size() && static_cast<size_t>(unit) < probe.values[static_cast<size_t>(node)].size() &&
      !(node == 0 && view.problem.data.is_image()) && !shows_maps(view.problem, node)) {
    const double value = static_cast<double>(probe.values[static_cast<size_t>(node)][static_cast<size_t>(unit)]);
    quiet_text(fill_in(ui.tr("Value for the chosen sample: %s", "Valeur pour l’exemple choisi : %s"), {number(value, ui.language)}).c_str());
  }
  ImGui::PopFont();
  ImGui::EndTooltip();
}

void parameter_tooltip(const NetworkView& view, int parameter) {
  const ParameterPlace place = parameter_place(view.problem, parameter);
  if (place.node < 0 || !ImGui::BeginTooltip()) return;
  ImGui::PushFont(fonts().strong);
  ImGui::TextUnformatted(number(static_cast<double>(parameter_value(view, parameter)), view.ui.language, 4).c_str());
  ImGui::PopFont();
  quiet_text(parameter_name(view, place).c_str());
  quiet_text(view.ui.tr("Click to change it.", "Cliquer pour le modifier."));
  ImGui::EndTooltip();
}

void weight_popover(NetworkView& view) {
  UiState& ui = view.ui;
  ImGui::SetNextWindowSize(ImVec2(268, 0));
  if (!ImGui::BeginPopup("weight")) {
    return;
  }
  const int parameter = ui.selected.parameter;
  const ParameterPlace place = parameter_place(view.problem, parameter);
  if (place.node < 0) {
    ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    return;
  }
  ImGuiStorage* storage = ImGui::GetStateStorage();
  float* shown = storage->GetFloatRef(ImGui::GetID("value"));
  float* until = storage->GetFloatRef(ImGui::GetID("until"));
  float* reach = storage->GetFloatRef(ImGui::GetID("reach"));
  const float now = static_cast<float>(ImGui::GetTime());
  const float current = parameter_value(view, parameter);
  if (ImGui::IsWindowAppearing()) {
    *until = 0;
    *reach = std::max(5.f, 2 * std::ceil(std::fabs(current)));
  }
  // A snapshot is a moment behind the hand: what was just set stays on show until it has come back.
  if (now >= *until) *shown = current;
  muted_text(parameter_name(view, place).c_str());
  double value = static_cast<double>(*shown);
  const std::string text = number(value, ui.language, 4);
  bool changed = slider(ui.tr("Value", "Valeur"), &value, -static_cast<double>(*reach), static_cast<double>(*reach), text.c_str());
  if (button(ui.tr("Set to 0", "Mettre à 0"), ButtonStyle::normal, 0, value != 0)) {
    value = 0;
    changed = true;
  }
  if (changed) {
    set_value(view, parameter, value);
    *shown = static_cast<float>(value);
    *until = now + 0.4f;
  }
  ImGui::EndPopup();
}

}  // namespace myelin::web
