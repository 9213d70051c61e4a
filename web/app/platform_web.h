// What only the page's bridge asks of the platform.
#pragma once

#include <cstddef>
#include <span>

namespace myelin::web {

// Draws inside the current task, before the browser paints: after a change of size the canvas would flash otherwise.
void draw_now();
// The answer to a load_asset; empty when the asset cannot be had.
void asset_arrived(void* ticket, std::span<const std::byte> bytes);

}  // namespace myelin::web
