// Names in choices: every one of the catalog can be read in full in the narrowest control that ever shows it.
#include <doctest/doctest.h>

#include <string>

#include "app/theme.h"
#include "myelin/catalog.h"
#include "widgets/fit_text.h"

using namespace myelin;
using namespace myelin::web;

namespace {

// What is left for words in a choice, in CSS pixels. On a phone (390 wide) the training card has two columns; the choice of an
// activation stands over its layer and is as narrow as the graph is crowded.
constexpr float kPanelChoice = 112, kPanelHeight = 30, kActivationChoice = 74 - 5 - 14, kActivationHeight = 24;

struct Letters {
  explicit Letters(float ratio) {
    ImGui::CreateContext();
    bake_fonts(ratio);
  }
  ~Letters() { ImGui::DestroyContext(); }
};

void check(const Text& text, float width, float height) {
  for (const Language language : {Language::english, Language::french}) {
    const char* words = text.in(language);
    INFO(std::string(words));
    CHECK_FALSE(fit_text(fonts().base, words, width, height).cut);
  }
}

void check_fields(std::span<const Field> fields) {
  for (const Field& field : fields)
    for (const Choice& choice : field.choices) check(choice.label, kPanelChoice, kPanelHeight);
}

}  // namespace

TEST_CASE("every name and every choice of the catalog can be read in full in the narrowest control that shows it") {
  for (const float ratio : {1.0f, 2.0f}) {
    const Letters letters(ratio);
    for (const Kind kind : {Kind::loss, Kind::optimizer, Kind::initializer, Kind::layer}) {
      for (const Row* row : rows(kind)) {
        check(row->label, kPanelChoice, kPanelHeight);
        check_fields(row->fields);
      }
    }
    for (const Row* row : rows(Kind::dataset)) check_fields(row->fields);
    for (const Row* row : rows(Kind::activation)) check(row->label, kActivationChoice, kActivationHeight);
  }
}

TEST_CASE("words get smaller letters, then two lines, then lose their end") {
  const Letters letters(1);
  const auto fit = [](const char* words, float width) { return fit_text(fonts().base, words, width, 30); };
  CHECK(fit("Adam", 100).font == fonts().base);
  CHECK(fit("Mean squared error", 130).font == fonts().medium);
  const char* long_name = "Mean squared error";
  const FittedText two = fit(long_name, 80);
  CHECK(two.second != nullptr);
  CHECK(std::string(long_name, two.end) == "Mean");
  CHECK(fit_text(fonts().base, long_name, 95, 24).size < fonts().small->FontSize);
  const char* one_word = "Unpronounceable";
  const FittedText cut = fit(one_word, 40);
  CHECK(cut.cut);
  CHECK(cut.end > one_word);
  CHECK(std::string(cut.end) != "");
}
