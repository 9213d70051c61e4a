// Maps of values over the plane, coloured by a shader: values are interpolated, then coloured, so borders stay sharp at any
// zoom and a change of theme needs no new upload. One atlas texture for the small maps, one texture for the large surface.
#pragma once

#include <span>

#include "app/theme.h"
#include "myelin/snapshot.h"

namespace myelin::web {

enum class MapColours { diverging, sequential };

// Creates and deletes GL objects; call create again after a lost context.
void heatmap_create();
void heatmap_destroy();

// Uploads the maps of a snapshot if its sequence changed.
void heatmap_upload(const Snapshot& snapshot);

// Draws one unit's map into a rectangle with rounded corners; false when the snapshot has no such map. Values in
// [low, high] span the colours; `steps` colours two halves only (discretise).
bool draw_unit_map(ImDrawList* list, int node, int unit, ImVec2 min, ImVec2 max, float low, float high, bool steps,
                   float rounding = 4);
// The output surface: one output diverging between low and high, several outputs in class colours by confidence.
bool draw_surface(ImDrawList* list, ImVec2 min, ImVec2 max, float low, float high, bool steps, float rounding = 6);
// The one unit under Watch::focus_*.
bool draw_focus(ImDrawList* list, ImVec2 min, ImVec2 max, float low, float high, bool steps, float rounding = 6);
// Any small grid (an image, weights as an image), pixels left square.
void draw_grid(ImDrawList* list, std::span<const float> values, int width, int height, ImVec2 min, ImVec2 max, float low,
               float high, MapColours colours);

}  // namespace myelin::web
