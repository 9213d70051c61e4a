// Values are interpolated first and coloured afterwards, so borders are as sharp as the screen at any zoom.
in vec2 place;
in float coverage;
out vec4 result;

uniform sampler2D values;
uniform vec4 span;            // middle, 1 / half range, 1 = two colours only, strength of the line at the middle
uniform vec3 negative;
uniform vec3 zero;
uniform vec3 positive;
uniform vec3 ink;
uniform int classes;          // 0: one output; else that many maps below one another
uniform float layer;          // distance between them in texture coordinates
uniform vec3 class_colours[8];

vec3 one_output() {
  float t = clamp((texture(values, place).r - span.x) * span.y, -1.0, 1.0);
  // How much t changes within one pixel; never 0, flat regions have no border.
  float pixel = max(fwidth(t), 1e-5);
  if (span.z > 0.5) return mix(negative, positive, clamp(t / pixel + 0.5, 0.0, 1.0));
  vec3 shade = t < 0.0 ? mix(zero, negative, -t) : mix(zero, positive, t);
  float line = (1.0 - smoothstep(0.25, 1.0, abs(t) / pixel)) * step(2e-5, pixel);
  return mix(shade, ink, line * span.w);
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
  float lead = best - second;
  // Each class fades to neutral where it is unsure; the two borders meet in one blended pixel.
  // Never the full colour: samples in the same colour lie on top.
  float confidence = span.z > 0.5 ? 0.6 : 0.1 + 0.48 * smoothstep(0.0, 1.0, clamp(lead, 0.0, 1.0));
  vec3 own = mix(zero, class_colours[winner % 8], confidence);
  vec3 other = mix(zero, class_colours[runner_up % 8], confidence);
  float pixel = max(fwidth(lead), 1e-5);
  return mix(0.5 * (own + other), own, clamp(lead / pixel, 0.0, 1.0));
}

void main() {
  vec3 colour = classes > 0 ? many_outputs() : one_output();
  result = vec4(colour, coverage);
}
