// Links of the network picture: collected from the flat parameters, the weakest drawn first, in colours of their sign.
#include <algorithm>
#include <cmath>

#include "app/frames.h"
#include "panels/network_view.h"
#include "widgets/ink.h"

namespace myelin::web {
namespace {

constexpr size_t kMostLinks = 420;   // between two layers; beyond, the strongest stand for all
constexpr size_t kMostOfUnit = 600;  // of the unit under the pointer
constexpr int kMostPlain = 64;         // of a node without weights
constexpr float kReach = 6;          // pixels from the pointer

size_t size_of(int index) { return static_cast<size_t>(index); }

// Where links leave and arrive: at the edge of the block, so that none crosses a tile of its own layer.
ImVec2 leaves(const NetworkView& view, int node, int unit) {
  const PlacedNode& placed = view.placed(node);
  if (placed.tiles.empty()) return view.at(placed.body.x1, placed.body.centre_y());
  const Box& tile = placed.tiles[std::min(size_of(unit), placed.tiles.size() - 1)];
  return view.at(placed.body.x1 + 1, tile.centre_y());
}

ImVec2 arrives(const NetworkView& view, int node, int unit) {
  const PlacedNode& placed = view.placed(node);
  if (placed.tiles.empty()) return view.at(placed.body.x0, placed.body.centre_y());
  const Box& tile = placed.tiles[std::min(size_of(unit), placed.tiles.size() - 1)];
  return view.at(placed.body.x0 - 1, tile.centre_y());
}

bool touches(const NetworkView& view, const Link& link, int source) {
  const Selection& focus = view.focus;
  if (focus.parameter >= 0 && focus.parameter == link.parameter) return true;
  if (focus.node < 0) return false;
  return (focus.node == link.node && focus.unit == link.unit) || (focus.node == source && focus.unit == link.input);
}

void weighted_links(const NetworkView& view, int node, const ParamInfo& weight, std::vector<Link>& links) {
  const NodeInfo& info = view.info(node);
  const int source = info.inputs.front();
  const int rows = weight.shape[0], columns = weight.count / std::max(1, rows);
  const bool single = view.placed(source).tiles.size() == 1;
  const bool image = shows_maps(view.problem, source) || view.placed(source).tiles.empty() || (single && view.info(source).shape.size() > 1);
  const size_t shown_rows = view.placed(node).tiles.size(), shown_columns = image ? 1 : view.placed(source).tiles.size();
  if (image) {
    // One strand for each neuron: how much it listens to the picture or the maps at all.
    for (size_t row = 0; row < std::min(shown_rows, size_of(rows)); ++row) {
      float sum = 0;
      for (int column = 0; column < columns; ++column) {
        const float w = parameter_value(view, weight.offset + static_cast<int>(row) * columns + column);
        sum += w * w;
      }
      const Box& from = view.placed(source).body;
      Link link{node, static_cast<int>(row), single ? 0 : -1, -1, std::sqrt(sum / static_cast<float>(columns)), view.at(from.x1 + 1, from.centre_y()), arrives(view, node, static_cast<int>(row))};
      links.push_back(link);
    }
    return;
  }
  std::vector<Link> all;
  for (int row = 0; row < rows && size_of(row) < shown_rows; ++row)
    for (int column = 0; column < columns && size_of(column) < shown_columns; ++column) {
      const int parameter = weight.offset + row * columns + column;
      all.push_back({node, row, column, parameter, parameter_value(view, parameter), {}, {}});
    }
  const auto stronger = [](const Link& a, const Link& b) { return std::fabs(a.value) > std::fabs(b.value); };
  const auto own = std::partition(all.begin(), all.end(), [&](const Link& link) { return touches(view, link, source); });
  const size_t owned = static_cast<size_t>(own - all.begin());
  if (all.size() > kMostLinks) {
    const size_t keep = std::min(all.size(), std::max(kMostLinks, std::min(owned, kMostOfUnit)));
    if (owned < keep) {
      std::nth_element(own, all.begin() + static_cast<std::ptrdiff_t>(keep), all.end(), stronger);
      all.resize(keep);
    }
  }
  for (Link& link : all) {
    link.from = leaves(view, source, link.input);
    link.to = arrives(view, node, link.unit);
    links.push_back(link);
  }
}

// From each map to each: how much of it the filter takes.
void map_links(const NetworkView& view, int node, const ParamInfo& weight, std::vector<Link>& links) {
  const int source = view.info(node).inputs.front(), channels = weight.shape[1], kernel = weight.count / std::max(1, weight.shape[0] * channels);
  const size_t first = links.size(), shown = view.placed(source).tiles.size(), own = view.placed(node).tiles.size();
  for (int unit = 0; unit < weight.shape[0] && size_of(unit) < own; ++unit)
    for (int channel = 0; channel < channels && size_of(channel) < shown; ++channel) {
      float sum = 0;
      for (int i = 0; i < kernel; ++i) {
        const float w = parameter_value(view, weight.offset + (unit * channels + channel) * kernel + i);
        sum += w * w;
      }
      links.push_back({node, unit, channel, -1, std::sqrt(sum / static_cast<float>(kernel)), leaves(view, source, channel), arrives(view, node, unit)});
    }
  if (links.size() - first <= kMostLinks) return;
  const auto begin = links.begin() + static_cast<std::ptrdiff_t>(first);
  const auto own_end = std::partition(begin, links.end(), [&](const Link& link) { return touches(view, link, source); });
  const auto keep = begin + static_cast<std::ptrdiff_t>(kMostLinks);
  if (own_end < keep) std::nth_element(own_end, keep, links.end(), [](const Link& a, const Link& b) { return a.value > b.value; });
  links.resize(first + kMostLinks);
}

// Every value of the sequence goes into every unit, one after the other and by the same weights.
void recurrent_links(const NetworkView& view, int node, std::vector<Link>& links) {
  const int source = view.info(node).inputs.front();
  const size_t shown = view.placed(source).tiles.size(), own = view.placed(node).tiles.size();
  constexpr float kQuiet = 0.3f;  // there are many, and they say nothing of their own
  const size_t each = std::max<size_t>(1, (shown * own + kMostLinks - 1) / kMostLinks);  // all, every second, ...
  for (size_t value = 0; value < shown; value += each)
    for (size_t unit = 0; unit < own; ++unit)
      links.push_back({node, static_cast<int>(unit), static_cast<int>(value), -1, kQuiet, leaves(view, source, static_cast<int>(value)), arrives(view, node, static_cast<int>(unit))});
}

// What makes another sequence of a sequence or numbers of words, or has too many values: a few strands say where they come from,
// not which goes where.
void strands(const NetworkView& view, int node, std::vector<Link>& links) {
  constexpr int kStrands = 7;
  const int source = view.info(node).inputs.front();
  const Box& left = view.placed(source).body;
  const Box& right = view.placed(node).body;
  for (int i = 0; i < kStrands; ++i) {
    const float share = (static_cast<float>(i) + 0.5f) / kStrands;
    links.push_back({node, -1, -1, -1, 0, view.at(left.x1 + 1, left.y0 + share * left.height()), view.at(right.x0 - 1, right.y0 + share * right.height())});
  }
}

bool is_recurrent(const NodeInfo& info) { return info.kind == "rnn" || info.kind == "gru" || info.kind == "lstm"; }

// Nodes without weights pass values on, unit by unit.
void plain_links(const NetworkView& view, int node, std::vector<Link>& links) {
  int offset = 0;
  const bool joins = view.info(node).kind == "concat";
  for (int source : view.info(node).inputs) {
    const size_t shown = view.placed(source).tiles.size(), own = view.placed(node).tiles.size();
    const size_t count = std::min<size_t>({shown, own == 0 ? shown : own, size_of(kMostPlain)});
    for (size_t unit = 0; unit < count; ++unit) {
      const int target = joins ? offset + static_cast<int>(unit) : static_cast<int>(unit);
      links.push_back({node, target, static_cast<int>(unit), -1, 0, leaves(view, source, static_cast<int>(unit)), arrives(view, node, target)});
    }
    if (joins) offset += view.placed(source).total;
  }
}

void control_points(const Link& link, ImVec2& a, ImVec2& b) {
  const float reach = std::max(12.f, (link.to.x - link.from.x) * 0.45f);
  a = ImVec2(link.from.x + reach, link.from.y);
  b = ImVec2(link.to.x - reach, link.to.y);
}

// While it trains, a small light moves along each strong link, in the direction in which values go.
void draw_pulse(const NetworkView& view, const Link& link, float width, ImU32 colour) {
  const double start = static_cast<double>(static_cast<unsigned>(link.parameter) * 2654435761u >> 8) / (1 << 24);
  const double turn = ImGui::GetTime() * 0.45 + start;
  const float t = static_cast<float>(turn - std::floor(turn));
  const float alpha = 0.8f * std::min(1.f, 6 * std::min(t, 1 - t));  // fades in and out at the tiles
  disc(view.list, link_point(link, t), 1.1f + width * 0.45f, with_alpha(mix(colour, theme().dark ? theme().text : theme().panel, 0.6f), alpha));
}

}  // namespace

bool is_dense(const NetworkView& view, int node) {
  const NodeInfo& info = view.info(node);
  const ParamInfo* weight = find_param(info, "weight");
  if (weight == nullptr || info.inputs.size() != 1 || weight->shape.rank < 2 || weight->shape[0] != info.shape.size()) return false;
  return weight->count == weight->shape[0] * view.info(info.inputs.front()).shape.size();
}

std::vector<Link> collect_links(const NetworkView& view) {
  std::vector<Link> links;
  for (int node = 1; node <= view.last(); ++node) {
    const NodeInfo& info = view.info(node);
    const PlacedNode& placed = view.placed(node);
    if (info.inputs.size() != 1) {
      plain_links(view, node, links);
      continue;
    }
    const int source = info.inputs.front();
    const PlacedNode& before = view.placed(source);
    const ParamInfo* weight = find_param(info, "weight");
    const Shape& read = view.info(source).shape;
    const bool mixes = weight != nullptr && weight->shape.rank >= 2;  // else a factor of each unit (PReLU)
    const bool filters = mixes && info.kind == "conv2d" && weight->shape[0] == placed.total && read.rank == 3 && weight->shape[1] == read[0];
    const bool unit_by_unit = !mixes && (placed.total == 0 || (before.total == placed.total && placed.total <= kMostPlain));
    if (is_dense(view, node) || (filters && source == 0)) weighted_links(view, node, *weight, links);
    else if (filters && !(placed.block && before.block)) map_links(view, node, *weight, links);
    else if (is_recurrent(info)) recurrent_links(view, node, links);
    else if (unit_by_unit) plain_links(view, node, links);
    else strands(view, node, links);
  }
  return links;
}

ImVec2 link_point(const Link& link, float t) {
  ImVec2 a, b;
  control_points(link, a, b);
  const float s = 1 - t, w0 = s * s * s, w1 = 3 * s * s * t, w2 = 3 * s * t * t, w3 = t * t * t;
  return {w0 * link.from.x + w1 * a.x + w2 * b.x + w3 * link.to.x, w0 * link.from.y + w1 * a.y + w2 * b.y + w3 * link.to.y};
}

void draw_links(const NetworkView& view, const std::vector<Link>& links, const Link* hovered) {
  const Theme& t = theme();
  // Focusing dims the others only when there is something of its own to see.
  bool any = false;
  for (const Link& link : links) {
    const NodeInfo& info = view.info(link.node);
    any = any || touches(view, link, info.inputs.empty() ? -1 : info.inputs.front());
  }
  std::vector<const Link*> order;
  order.reserve(links.size());
  for (const Link& link : links) order.push_back(&link);
  std::sort(order.begin(), order.end(), [](const Link* a, const Link* b) {
    const float left = std::fabs(a->value), right = std::fabs(b->value);
    return left != right ? left < right : a < b;  // equal ones keep their order: no flicker
  });
  const bool crowded = links.size() > 260;
  const bool flowing = view.snapshot.state == RunState::running && !view.ui.reduced_motion;
  for (const Link* link : order) {
    const NodeInfo& info = view.info(link->node);
    const bool own = any && touches(view, *link, info.inputs.empty() ? -1 : info.inputs.front());
    const float full = std::max(1e-6f, view.scale[size_of(link->node)]);
    const float strength = std::clamp(std::fabs(link->value) / full, 0.f, 1.f);
    ImU32 colour = t.line_strong;
    float width = 1, alpha = 0.5f;
    if (link->parameter >= 0) {
      const ImU32 base = link->value < 0 ? t.negative : t.positive;
      colour = mix(mix(t.panel, t.muted, 0.45f), base, std::clamp(0.25f + 1.5f * strength, 0.f, 1.f));
      // Logarithmic: a weight ten times as large must look stronger, not ten times as thick.
      width = 0.7f + 1.75f * std::log2(1 + std::fabs(link->value));
      width = std::min(width, crowded ? 1.5f : 6.5f);
      alpha = (crowded ? 0.05f : 0.4f) + (crowded ? 0.4f : 0.55f) * strength;
    } else if (link->value > 0) {
      alpha = 0.1f + 0.35f * strength;
    }
    if (any && !own) alpha *= 0.16f;
    if (own) {
      alpha = std::max(alpha, 0.85f);
      width = std::max(width, 1.4f);
    }
    if (link == hovered) {
      ImVec2 a, b;
      control_points(*link, a, b);
      stroke_bezier(view.list, link->from, a, b, link->to, with_alpha(t.accent, 0.28f), width + 6);
      alpha = 1;
    }
    ImVec2 a, b;
    control_points(*link, a, b);
    stroke_bezier(view.list, link->from, a, b, link->to, with_alpha(colour, alpha), width);
    if (flowing && !crowded && link->parameter >= 0 && strength > 0.15f && (!any || own)) draw_pulse(view, *link, width, colour);
  }
  if (flowing && !crowded) request_frame();
}

const Link* link_near(const std::vector<Link>& links, ImVec2 mouse) {
  const Link* nearest = nullptr;
  float best = kReach * kReach;
  for (const Link& link : links) {
    if (link.parameter < 0) continue;
    const float low = std::min(link.from.y, link.to.y) - kReach, high = std::max(link.from.y, link.to.y) + kReach;
    if (mouse.x < link.from.x || mouse.x > link.to.x || mouse.y < low || mouse.y > high) continue;
    constexpr int kPieces = 24;
    ImVec2 before = link.from;
    for (int i = 1; i <= kPieces; ++i) {
      const ImVec2 next = link_point(link, static_cast<float>(i) / kPieces);
      const float dx = next.x - before.x, dy = next.y - before.y, length = dx * dx + dy * dy;
      const float along = length > 0 ? std::clamp(((mouse.x - before.x) * dx + (mouse.y - before.y) * dy) / length, 0.f, 1.f) : 0;
      const float px = before.x + along * dx - mouse.x, py = before.y + along * dy - mouse.y;
      if (px * px + py * py < best) {
        best = px * px + py * py;
        nearest = &link;
      }
      before = next;
    }
  }
  return nearest;
}

}  // namespace myelin::web
