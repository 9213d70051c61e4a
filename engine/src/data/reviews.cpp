// Four hundred one-sentence film reviews in English and French, from assets/data/reviews.tsv (curriculum item X3).
#include "data/fields.h"
#include "data/files.h"
#include "data/rows.h"
#include "data/text.h"

namespace myelin::data {
namespace {

constexpr const char* kAssets[] = {"reviews.tsv"};

constexpr Choice kLanguages[] = {{"both", {"Both", "Les deux"}}, {"en", {"English", "Anglais"}}, {"fr", {"French", "Français"}}};

constexpr Field kFields[] = {
    {.key = "language",
     .label = {"Language", "Langue"},
     .help = {"Which reviews are used: English ones, French ones, or both.", "Les critiques utilisées : en anglais, en français, ou les deux."},
     .control = Control::choice,
     .choices = kLanguages},
    {.key = "vocabulary",
     .label = {"Vocabulary", "Vocabulaire"},
     .help = {"So many of the most frequent words are known; all others are passed over.",
              "Le nombre de mots connus, les plus fréquents ; tous les autres sont ignorés."},
     .control = Control::stepper,
     .min = 10,
     .max = 3000,
     .step = 1,
     .fallback = 500},
    length_field({"So many words of a review are read, in their order; shorter ones are filled up with 0.",
                  "Le nombre de mots lus par critique, dans l’ordre ; les plus courtes sont complétées par des 0."}, 4, 40, 20),
    kSplitSeed,
};

Shape shape_of(const Settings& settings) { return Shape{settings.integer("length")}; }

Result<Dataset> make_reviews(const Settings& settings, std::span<const std::span<const std::byte>> files) {
  if (Status missing = check_files(kAssets, files)) return *missing;
  const Result<std::vector<LabelledText>> lines = read_labelled_text(files[0], kAssets[0]);
  if (!lines) return lines.error();
  TextChoice choice{.vocabulary = settings.integer("vocabulary"), .length = settings.integer("length"), .language = {}};
  if (settings.choice("language") != "both") choice.language = settings.choice("language");
  Result<Dataset> data = make_text_dataset(lines.value(), kAssets[0], choice);
  if (!data) return data;
  std::vector<Message>& names = data->class_names;
  if (names.size() != 2 || names[0].en != "negative" || names[1].en != "positive") {
    const std::string file = kAssets[0];
    return Error{{file + " does not hold the reviews that this program expects.", file + " ne contient pas les critiques que ce programme attend."}};
  }
  names = {{"negative", "négative"}, {"positive", "positive"}};
  return data;
}

}  // namespace

constinit const DatasetRow kReviews = {
    .row = {.key = "reviews",
            .label = {"Film reviews", "Critiques de films"},
            .help = {"400 one-sentence film reviews in English and French, for or against; inputs are the numbers of their words.",
                     "400 critiques de films d’une phrase, en anglais et en français, pour ou contre ; les entrées sont les numéros des mots."},
            .formula = "",
            .fields = kFields},
    .assets = kAssets,
    .make = make_reviews,
    .known = {.task = Task::binary, .outputs = 1, .input_shape = Shape{20}},
    .choose_shape = shape_of,
};

}  // namespace myelin::data
