// Values are interpolated first and coloured afterwards, so borders are as sharp as the screen at any zoom.
in vec2 place;
in float coverage;
flat in vec2 map_span;         // middle, 1 / half range
out vec4 result;

uniform sampler2D values;
uniform vec2 style;           // 1 = two colours only; strength of the line at the middle
uniform vec3 negative;
uniform vec3 zero;
uniform vec3 positive;
uniform vec3 ink;
uniform vec2 squash;          // low and range of a value stored as log odds; range 0: stored as it is
uniform int classes;          // 0: one output; else that many maps below one another (logarithms if squash.y is not 0)
uniform float layer;          // distance between them in texture coordinates
uniform vec3 class_colours[8];

vec3 one_output() {
  float stored = texture(values, place).r;
  bool squashed = squash.y != 0.0;
  float value = squashed ? squash.x + squash.y / (1.0 + exp(-stored)) : stored;
  float t = clamp((value - map_span.x) * map_span.y, -1.0, 1.0);
  // Distance to the border in pixels, measured before squashing: a sure network's values are flat on both sides.
  float border = squashed ? stored : t;
  float pixel = max(fwidth(border), 1e-5);
  if (style.x > 0.5) {
    // Under samples (where the border line is drawn) never the full colour: they would vanish.
    float strength = style.y > 0.0 ? 0.72 : 1.0;
    return mix(zero, mix(negative, positive, clamp(border / pixel + 0.5, 0.0, 1.0)), strength);
  }
  vec3 shade = t < 0.0 ? mix(zero, negative, -t) : mix(zero, positive, t);
  float line = (1.0 - smoothstep(0.25, 1.0, abs(border) / pixel)) * step(2e-5, pixel);
  return mix(shade, ink, line * style.y);
}

vec3 many_outputs() {
  float best = -1e9;
  float second = -1e9;
  int winner = 0;
  int runner_up = 0;
  for (int i = 0; i < classes; ++i) {
    float value = texture(values, place + vec2(0.0, layer * float(i))).r;
    if (value > best) {
      second = best;
      runner_up = winner;
      best = value;
      winner = i;
    } else if (value > second) {
      second = value;
      runner_up = i;
    }
  }
  float border = best - second;
  float lead = border;
  if (squash.y != 0.0) {
    float sum = 0.0;
    for (int i = 0; i < classes; ++i) sum += exp(texture(values, place + vec2(0.0, layer * float(i))).r - best);
    lead = (1.0 - exp(-border)) / sum;
  }
  // Each class fades to neutral where it is unsure; the two borders meet in one blended pixel.
  // Never the full colour: samples in the same colour lie on top.
  float confidence = style.x > 0.5 ? 0.6 : 0.1 + 0.48 * smoothstep(0.0, 1.0, clamp(lead, 0.0, 1.0));
  vec3 own = mix(zero, class_colours[winner % 8], confidence);
  vec3 other = mix(zero, class_colours[runner_up % 8], confidence);
  float pixel = max(fwidth(border), 1e-5);
  return mix(0.5 * (own + other), own, clamp(border / pixel, 0.0, 1.0));
}

void main() {
  vec3 colour = classes > 0 ? many_outputs() : one_output();
  result = vec4(colour, coverage);
}
