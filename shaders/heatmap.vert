// Corners of a map in ImGui's vertex format. The version line is added by the program: GLSL ES 3.00 or GLSL 3.30.
in vec2 position;
in vec2 uv;
in vec4 colour;
uniform vec4 frame;  // origin and 2 / size of the picture, in CSS pixels
uniform vec2 spans[32];  // of the maps drawn together: middle, 1 / half range; red says which
flat out vec3 map_span;
out vec2 place;

void main() {
  place = uv;
  map_span = vec3(spans[int(colour.r * 255.0 + 0.5)], colour.a);
  vec2 at = (position - frame.xy) * frame.zw;
  gl_Position = vec4(at.x - 1.0, 1.0 - at.y, 0.0, 1.0);
}
