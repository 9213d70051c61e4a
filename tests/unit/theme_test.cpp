// Colours: every pair that the interface uses can be read, in both themes; maps keep their order without colour vision.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/palette.h"

using namespace myelin::web;

namespace {

struct Pair {
  const char* name;
  Colour ink, ground;
};

// Words; the list follows the widgets: whoever uses a new pair adds it here.
std::vector<Pair> words(const Theme& t) {
  const Colour trough = mix(t.panel, t.line, 0.55f);  // of segmented()
  std::vector<Pair> pairs = {
      {"text on page", t.text, t.page},
      {"text on panel", t.text, t.panel},
      {"text on raised", t.text, t.raised},
      {"text on hover", t.text, t.accent_soft},
      {"text on pressed", t.text, mix(t.accent_soft, t.accent, 0.18f)},
      {"muted on page", t.muted, t.page},
      {"muted on panel", t.muted, t.panel},
      {"muted on raised", t.muted, t.raised},
      {"muted on hover", t.muted, t.accent_soft},
      {"accent on panel", t.accent, t.panel},
      {"accent on page", t.accent, t.page},
      {"on accent", t.on_accent, t.accent},
      {"on accent, hovered", t.on_accent, mix(t.accent, t.text, 0.12f)},
      {"on accent, pressed", t.on_accent, mix(t.accent, t.text, 0.25f)},
      {"option of a row", mix(t.muted, t.text, 0.25f), trough},
      {"hovered option of a row", t.text, trough},
  };
  for (const Colour ground : {t.page, t.panel, t.raised}) {
    pairs.push_back({"good", t.good, ground});
    pairs.push_back({"warning", t.warning, ground});
    pairs.push_back({"bad", t.bad, ground});
  }
  return pairs;
}

std::vector<Pair> graphics(const Theme& t) {
  return {
      {"switch that is off", t.line_strong, t.panel}, {"switch that is on", t.accent, t.panel},
      {"focus ring on page", t.accent, t.page},       {"focus ring on panel", t.accent, t.panel},
      {"negative", t.negative, t.panel},              {"positive", t.positive, t.panel},
      {"training curve", t.train, t.panel},           {"validation curve", t.validation, t.panel},
      {"test curve", t.test, t.panel},                {"knob of a switch", t.panel, t.line_strong},
      {"knob of a switch that is on", t.on_accent, t.accent},
  };
}

double brightness(Colour colour) { return static_cast<double>(contrast(colour, 0xFF000000u)); }

}  // namespace

TEST_SUITE_BEGIN("theme");

TEST_CASE("contrast is WCAG's: black on white is 21, a colour on itself 1, and known greys in between") {
  CHECK(contrast(0xFF000000u, 0xFFFFFFFFu) == doctest::Approx(21));
  CHECK(contrast(0xFF336699u, 0xFF336699u) == doctest::Approx(1));
  CHECK(contrast(0xFF767676u, 0xFFFFFFFFu) == doctest::Approx(4.54).epsilon(0.005));
  CHECK(contrast(0xFF0000FFu, 0xFFFFFFFFu) == doctest::Approx(4.0).epsilon(0.005));  // red stands in the low byte
}

TEST_CASE("words stand out from their ground by 4.5 in both themes") {
  for (const Theme* t : {&light_theme(), &dark_theme()}) {
    for (const Pair& pair : words(*t)) {
      CAPTURE(t->dark);
      CAPTURE(std::string(pair.name));
      CHECK(contrast(pair.ink, pair.ground) >= 4.5f);
    }
  }
}

TEST_CASE("graphics stand out from their ground by 3 in both themes") {
  for (const Theme* t : {&light_theme(), &dark_theme()}) {
    for (const Pair& pair : graphics(*t)) {
      CAPTURE(t->dark);
      CAPTURE(std::string(pair.name));
      CHECK(contrast(pair.ink, pair.ground) >= 3.0f);
    }
  }
}

TEST_CASE("no two classes share a colour, and none is the neutral one") {
  for (const Theme* t : {&light_theme(), &dark_theme()}) {
    for (size_t i = 0; i < t->classes.size(); ++i) {
      CHECK(t->classes[i] != t->zero);
      for (size_t j = 0; j < i; ++j) CHECK(t->classes[i] != t->classes[j]);
    }
  }
}

TEST_CASE("the diverging scale runs from orange over neutral to blue and survives what is no number") {
  for (const Theme* t : {&light_theme(), &dark_theme()}) {
    CHECK(diverging(*t, -1) == t->negative);
    CHECK(diverging(*t, 0) == t->zero);
    CHECK(diverging(*t, 1) == t->positive);
    CHECK(diverging(*t, -7) == t->negative);
    CHECK(diverging(*t, 0.0f / 0.0f) == t->zero);
  }
}

TEST_CASE("cividis grows brighter all the way, so it reads without colour") {
  double before = 0;
  for (int i = 0; i <= 200; ++i) {
    const double now = brightness(sequential(static_cast<float>(i) / 200));
    CHECK(now >= before);
    before = now;
  }
  CHECK(sequential(-1) == sequential(0));
  CHECK(sequential(2) == sequential(1));
}

TEST_CASE("mixing and fading keep their ends") {
  CHECK(mix(0xFF102030u, 0xFFA0B0C0u, 0) == 0xFF102030u);
  CHECK(mix(0xFF102030u, 0xFFA0B0C0u, 1) == 0xFFA0B0C0u);
  CHECK(with_alpha(0xFF102030u, 0) == 0x00102030u);
  CHECK(with_alpha(0x80102030u, 1) == 0x80102030u);
}

TEST_SUITE_END();
