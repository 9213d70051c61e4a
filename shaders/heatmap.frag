// Values are interpolated first and coloured afterwards, so borders are as sharp as the screen at any zoom. The program compiles
// this once for each kind of map, by SQUASHED, STEPS, LINE and CLASSES: where a processor draws, what a map does not need, even
// behind a branch never taken, doubles the price of its pixels.
in vec2 place;
flat in vec3 map_span;         // middle, 1 / half range, opacity
out vec4 result;

uniform sampler2D values;
uniform vec2 squash;           // SQUASHED: low and range of a value stored as log odds
uniform float strength;        // LINE: of the line at the middle; STEPS: of the two colours
uniform vec3 zero;
uniform vec3 to_negative;      // from `zero`
uniform vec3 to_positive;
uniform vec3 ink;
uniform int classes;           // that many maps below one another (logarithms if SQUASHED)
uniform float layer;           // distance between them in texture coordinates
uniform vec3 class_colours[8];

#ifndef CLASSES
vec3 colour_here() {
  float stored = texture(values, place).r;
  float value = stored;
#ifdef SQUASHED
  value = squash.x + squash.y / (1.0 + exp(-stored));
#endif
  float t = clamp((value - map_span.x) * map_span.y, -1.0, 1.0);
  // Distance to the border in pixels, measured before squashing: a sure network's values are flat on both sides.
  float border = t;
#ifdef SQUASHED
  border = stored;
#endif
#ifdef STEPS
  float pixel = max(fwidth(border), 1e-5);
  return zero + strength * mix(to_negative, to_positive, clamp(border / pixel + 0.5, 0.0, 1.0));
#else
  vec3 shade = zero + max(t, 0.0) * to_positive + max(-t, 0.0) * to_negative;
#ifdef LINE
  float pixel = fwidth(border);
  // Full up to a quarter of a pixel from the middle, gone after a whole one; where nothing changes there is no line.
  float near = pixel > 2e-5 ? clamp((4.0 - 4.0 * abs(border) / pixel) / 3.0, 0.0, 1.0) : 0.0;
  shade = mix(shade, ink, near * near * (3.0 - 2.0 * near) * strength);
#endif
  return shade;
#endif
}
#else
vec3 colour_here() {
  float best = -1e9;
  float second = -1e9;
  float sum = 0.0;  // of the shares, in terms of the best one's
  int winner = 0;
  int runner_up = 0;
  for (int i = 0; i < classes; ++i) {
    float value = texture(values, place + vec2(0.0, layer * float(i))).r;
    bool wins = value > best;
    bool follows = value > second;
#ifdef SQUASHED
    float share = exp(-abs(value - best));
    sum = wins ? sum * share + 1.0 : sum + share;
#endif
    runner_up = wins ? winner : follows ? i : runner_up;
    second = wins ? best : max(second, value);
    winner = wins ? i : winner;
    best = max(best, value);
  }
  float border = best - second;
  float lead = border;
#ifdef SQUASHED
  lead = (1.0 - exp(-border)) / sum;
#endif
  // Each class fades to neutral where it is unsure; the two borders meet in one blended pixel.
  // Never the full colour: samples in the same colour lie on top.
#ifdef STEPS
  float confidence = 0.6;
#else
  float confidence = 0.1 + 0.48 * smoothstep(0.0, 1.0, clamp(lead, 0.0, 1.0));
#endif
  vec3 own = mix(zero, class_colours[winner % 8], confidence);
  vec3 other = mix(zero, class_colours[runner_up % 8], confidence);
  float pixel = max(fwidth(border), 1e-5);
  return mix(0.5 * (own + other), own, clamp(border / pixel, 0.0, 1.0));
}
#endif

void main() {
  result = vec4(colour_here(), map_span.z);
}
