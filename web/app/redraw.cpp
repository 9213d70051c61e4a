// See redraw.h. The picture is cut into tiles; a tile has changed when the sequence of what touches it has.
#include "app/redraw.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "widgets/backdrop.h"

namespace myelin::web {
namespace {

constexpr float kTile = 32;        // CSS pixels
constexpr int kSpareTiles = 24;    // so many tiles too many cost less than one more area

constexpr uint64_t kOdd = 0x9E3779B97F4A7C15u;

[[gnu::always_inline]] inline uint64_t mixed(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * kOdd;
  return hash ^ (hash >> 32);
}

[[gnu::always_inline]] inline uint64_t hash_of(const ImDrawVert& corner) {
  uint32_t words[5];
  static_assert(sizeof words == sizeof corner);
  std::memcpy(words, &corner, sizeof words);
  const uint64_t place = static_cast<uint64_t>(words[0]) << 32 | words[1], texel = static_cast<uint64_t>(words[2]) << 32 | words[3];
  return mixed(mixed(mixed(kOdd, place), texel), words[4]);
}

// A command's clip rectangle in pixels, as ImGui's backend cuts it, or as clear_area does.
PixelRect clip_of(const ImDrawData& data, const ImDrawCmd& command, int height) {
  const ImVec2 scale = data.FramebufferScale;
  const float x0 = (command.ClipRect.x - data.DisplayPos.x) * scale.x, y0 = (command.ClipRect.y - data.DisplayPos.y) * scale.y;
  const float x1 = (command.ClipRect.z - data.DisplayPos.x) * scale.x, y1 = (command.ClipRect.w - data.DisplayPos.y) * scale.y;
  if (clears(command)) {
    return {static_cast<int>(std::lround(x0)), static_cast<int>(std::lround(y0)), static_cast<int>(std::lround(x1)), static_cast<int>(std::lround(y1))};
  }
  const int left = static_cast<int>(x0), bottom = height - static_cast<int>(static_cast<float>(height) - y1);
  return {left, bottom - static_cast<int>(y1 - y0), left + static_cast<int>(x1 - x0), bottom};
}

// The clip rectangle that the backend and clear_area cut to exactly these pixels, whatever the pixel ratio rounds.
ImVec4 clip_for(const ImDrawData& data, const PixelRect& area) {
  const ImVec2 scale = data.FramebufferScale;
  return {(static_cast<float>(area.x0) + 0.1f) / scale.x + data.DisplayPos.x, (static_cast<float>(area.y0) - 0.2f) / scale.y + data.DisplayPos.y,
          (static_cast<float>(area.x1) + 0.2f) / scale.x + data.DisplayPos.x, (static_cast<float>(area.y1) - 0.1f) / scale.y + data.DisplayPos.y};
}

uint64_t mixed(uint64_t hash, const PixelRect& area) {
  return mixed(mixed(hash, static_cast<uint64_t>(area.x0) << 32 | static_cast<uint32_t>(area.y0)), static_cast<uint64_t>(area.x1) << 32 | static_cast<uint32_t>(area.y1));
}

PixelRect common(const PixelRect& a, const PixelRect& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}
bool empty(const PixelRect& area) { return area.x0 >= area.x1 || area.y0 >= area.y1; }
int size_of(const PixelRect& area) { return (area.x1 - area.x0) * (area.y1 - area.y0); }

}  // namespace

std::span<const PixelRect> Redraw::reduce(ImDrawData& data, bool everything) {
  const int width = static_cast<int>(data.DisplaySize.x * data.FramebufferScale.x), height = static_cast<int>(data.DisplaySize.y * data.FramebufferScale.y);
  const int tile = std::max(1, static_cast<int>(kTile * data.FramebufferScale.x));
  everything = everything || width != width_ || height != height_ || tile != tile_;
  width_ = width;
  height_ = height;
  tile_ = tile;
  columns_ = (width + tile - 1) / tile;
  rows_ = (height + tile - 1) / tile;
  look(data);
  if (!everything) {
    find_areas();
    int pixels = 0;
    for (const PixelRect& area : areas()) pixels += size_of(area);
    everything = pixels > width / 4 * 3 * height;
  }
  tiles_.swap(last_);
  if (everything) {
    areas_[0] = {0, 0, width, height};
    area_count_ = 1;
  } else {
    cut(data);
  }
  return areas();
}

void Redraw::mark(const PixelRect& area, uint64_t hash) {
  for (int row = area.y0 / tile_; row * tile_ < area.y1; ++row)
    for (int column = area.x0 / tile_; column * tile_ < area.x1; ++column) {
      uint64_t& tile = tiles_[row * columns_ + column];
      tile = mixed(tile, hash);
    }
}

void Redraw::look(const ImDrawData& data) {
  tiles_.resize(columns_ * rows_);
  std::memset(tiles_.Data, 0, static_cast<size_t>(tiles_.size_in_bytes()));
  units_.resize(0);
  const PixelRect all{0, 0, width_, height_};
  const ImVec2 scale = data.FramebufferScale;
  for (const ImDrawList* list : data.CmdLists) {
    corners_.resize(list->VtxBuffer.Size);
    for (int i = 0; i < corners_.Size; ++i) corners_.Data[i] = hash_of(list->VtxBuffer.Data[i]);
    uint64_t state = 0;  // what callbacks have set
    for (const ImDrawCmd& command : list->CmdBuffer) {
      const PixelRect clip = common(clip_of(data, command, height_), all);
      if (command.UserCallback != nullptr) {
        const uint64_t effect = mixed(mixed(1, reinterpret_cast<uintptr_t>(command.UserCallback)), reinterpret_cast<uintptr_t>(command.UserCallbackData));
        if (clears(command)) mark(clip, mixed(effect, clip));
        else state = effect;
        continue;
      }
      const uint64_t seed = mixed(mixed(state, reinterpret_cast<uintptr_t>(command.GetTexID())), clip);
      const ImDrawIdx* index = list->IdxBuffer.Data + command.IdxOffset;
      for (unsigned at = 0; at < command.ElemCount; at += 6) {
        uint64_t hash = seed;
        ImVec2 low(1e9f, 1e9f), high(-1e9f, -1e9f);
        for (unsigned i = at; i < std::min(at + 6, command.ElemCount); ++i) {
          const size_t corner = index[i] + command.VtxOffset;
          hash = mixed(hash, corners_.Data[corner]);
          const ImVec2 place = list->VtxBuffer.Data[corner].pos;
          low = ImVec2(std::min(low.x, place.x), std::min(low.y, place.y));
          high = ImVec2(std::max(high.x, place.x), std::max(high.y, place.y));
        }
        const auto pixel = [](float place, float origin, float ratio, int most) { return static_cast<int>(std::clamp((place - origin) * ratio, 0.0f, static_cast<float>(most))); };
        PixelRect area{pixel(low.x, data.DisplayPos.x, scale.x, width_), pixel(low.y, data.DisplayPos.y, scale.y, height_),
                       pixel(high.x, data.DisplayPos.x, scale.x, width_) + 1, pixel(high.y, data.DisplayPos.y, scale.y, height_) + 1};
        area = common(area, clip);
        if (empty(area)) area = {};
        else mark(area, hash);
        units_.push_back({static_cast<short>(area.x0), static_cast<short>(area.y0), static_cast<short>(area.x1), static_cast<short>(area.y1)});
      }
    }
  }
}

// Not yet part of an area.
bool Redraw::changed(int column, int row) const {
  if (tiles_[row * columns_ + column] == last_[row * columns_ + column]) return false;
  for (int i = 0; i < area_count_; ++i) {
    const PixelRect& area = areas_[static_cast<size_t>(i)];
    if (column >= area.x0 && column < area.x1 && row >= area.y0 && row < area.y1) return false;
  }
  return true;
}

// Rectangles of changed tiles: as far right as they go, then as far down.
void Redraw::find_areas() {
  area_count_ = 0;
  for (int at = 0; at < columns_ * rows_; ++at) {
    const int column = at % columns_, row = at / columns_;
    if (!changed(column, row)) continue;
    if (area_count_ == kMostAreas) {
      areas_[0] = {0, 0, columns_, rows_};
      area_count_ = 1;
      break;
    }
    PixelRect area{column, row, column + 1, row + 1};
    while (area.x1 < columns_ && changed(area.x1, row)) ++area.x1;
    for (bool whole = true; whole && area.y1 < rows_; area.y1 += whole)
      for (int x = area.x0; x < area.x1 && whole; ++x) whole = changed(x, area.y1);
    areas_[static_cast<size_t>(area_count_++)] = area;
  }
  merge_areas();
  for (PixelRect& area : areas()) area = common({area.x0 * tile_, area.y0 * tile_, area.x1 * tile_, area.y1 * tile_}, {0, 0, width_, height_});
}

void Redraw::merge_areas() {
  for (int i = 0; i < area_count_; ++i)
    for (int k = i + 1; k < area_count_; ++k) {
      PixelRect &a = areas_[static_cast<size_t>(i)], &b = areas_[static_cast<size_t>(k)];
      const PixelRect both{std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
      if (empty(common(a, b)) && size_of(both) > size_of(a) + size_of(b) + kSpareTiles) continue;
      a = both;
      b = areas_[static_cast<size_t>(--area_count_)];
      i = k = 0;  // the larger one may meet those before it
    }
}

// The last clear that covers all of an area hides what comes before it.
void Redraw::find_covers(const ImDrawData& data) {
  int number = 0;
  for (const ImDrawList* list : data.CmdLists)
    for (const ImDrawCmd& command : list->CmdBuffer) {
      ++number;
      if (!clears(command)) continue;
      const PixelRect clip = clip_of(data, command, height_);
      for (PixelRect& area : areas()) {
        if (size_of(common(clip, area)) == size_of(area) && !empty(common(clip, area))) area.cover = number;
      }
    }
}

void Redraw::cut(const ImDrawData& data) {
  find_covers(data);
  int first = 0, before = 0;  // unit of the list; commands before it
  for (ImDrawList* list : data.CmdLists) {
    commands_.resize(0);
    indices_.resize(0);
    int next = first;
    for (const PixelRect& area : areas()) {
      next = first;
      int number = before;
      const ImDrawCmd *wanted = nullptr, *set = nullptr;  // a callback replaces the effect of the one before
      for (const ImDrawCmd& command : list->CmdBuffer) {
        const bool hidden = ++number < area.cover;
        ImDrawCmd copy = command;
        const PixelRect clip = common(clip_of(data, command, height_), area);
        copy.ClipRect = clip_for(data, clip);
        if (clears(command)) {
          if (!hidden && !empty(clip)) commands_.push_back(copy);
          continue;
        }
        if (command.UserCallback != nullptr) {
          wanted = &command;
          continue;
        }
        if (hidden) {
          next += static_cast<int>(command.ElemCount + 5) / 6;
          continue;
        }
        copy.IdxOffset = static_cast<unsigned>(indices_.Size);
        for (unsigned at = 0; at < command.ElemCount; at += 6, ++next) {
          const Unit& unit = units_[next];
          if (unit.x0 >= area.x1 || unit.x1 <= area.x0 || unit.y0 >= area.y1 || unit.y1 <= area.y0) continue;
          for (unsigned i = at; i < std::min(at + 6, command.ElemCount); ++i) indices_.push_back(list->IdxBuffer.Data[command.IdxOffset + i]);
        }
        copy.ElemCount = static_cast<unsigned>(indices_.Size) - copy.IdxOffset;
        if (copy.ElemCount == 0) continue;
        if (wanted != set) commands_.push_back(*wanted);
        set = wanted;
        commands_.push_back(copy);
      }
      if (set != nullptr && wanted != set) commands_.push_back(*wanted);
    }
    first = next;
    before += list->CmdBuffer.Size;
    list->CmdBuffer.swap(commands_);
    list->IdxBuffer.swap(indices_);
    if (list->CmdBuffer.Size == 0) list->VtxBuffer.resize(0);
  }
}

}  // namespace myelin::web
