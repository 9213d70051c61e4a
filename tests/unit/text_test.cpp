// Curriculum items X3 and T6: sentences to words, words to indices, indices to bags; and the reviews.
#include "data/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/rng.h"
#include "data/prepare.h"
#include "data/utf8.h"
#include "myelin/facts.h"
#include "support/contains.h"
#include "support/data_files.h"
#include "support/support.h"

namespace myelin {
namespace {

using data::bag_of_words;
using data::fixed_length;
using data::split_words;
using data::Vocabulary;
using test::as_bytes;
using test::contains;
using test::make_data;
using Strings = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text_error(std::string_view text, const data::TextLimits& limits = {}) {
  const auto lines = data::read_labelled_text(as_bytes(text), "file.x", limits);
  REQUIRE(!lines);
  CHECK(lines.error().text.en != lines.error().text.fr);
  return lines.error().text.en;
}

std::string reviews_text() {
  const std::vector<std::byte> bytes = test::read_asset("reviews.tsv");
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

TEST_SUITE("text") {
  TEST_CASE("X3: indices of words to a bag of words") {
    CHECK(bag_of_words(std::vector{2, 1, 4}, 10) == Numbers{1, 1, 0, 1, 0, 0, 0, 0, 0, 0});
    CHECK(bag_of_words(std::vector{1, 2}, 10) == Numbers{1, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(bag_of_words(std::vector{0, 0, 11, -1}, 10) == Numbers(10, 0.0));
  }

  TEST_CASE("T6: the sentence of the course, with “très” as sixth word of the list") {
    const Vocabulary words({"film", "bon", "mauvais", "acteur", "histoire", "très", "long", "beau", "moyen", "fin"});
    const std::vector<int> indices = words.encode("Début moyen mais après c'est très mauvais");
    CHECK(indices == std::vector{9, 6, 3});
    CHECK(bag_of_words(indices, 9) == Numbers{0, 0, 1, 0, 0, 1, 0, 0, 1});
    CHECK(bag_of_words(indices, 10) == Numbers{0, 0, 1, 0, 0, 1, 0, 0, 1, 0});
  }

  TEST_CASE("words: small letters, accents, apostrophes") {
    CHECK(split_words("Le CŒUR, l’Été et ÇA !") == Strings{"le", "cœur", "l'", "été", "et", "ça"});
    CHECK(split_words("J'ai vu qu'il n'y a rien d'autre aujourd'hui.") ==
          Strings{"j'", "ai", "vu", "qu'", "il", "n'", "y", "a", "rien", "d'", "autre", "aujourd'hui"});
    CHECK(split_words("Don't stop; it’s 9/10 'quoted' rock'n'roll") ==
          Strings{"don't", "stop", "it's", "9", "10", "quoted", "rock'n'roll"});
    CHECK(split_words("chef-d'œuvre") == Strings{"chef", "d'", "œuvre"});
    CHECK(split_words("«Ÿ»…—Łódź ΑΘΗΝΑ Москва 日本") == Strings{"ÿ", "łódź", "αθηνα", "москва", "日本"});
    CHECK(split_words(" ... ' '' ") == Strings{});
    CHECK(split_words("l' ") == Strings{"l"});
    CHECK(split_words("") == Strings{});
    CHECK(split_words("a\xFF" "b\xE2\x82") == Strings{"a", "b"});  // broken bytes are no letters
  }

  TEST_CASE("the vocabulary: most frequent first, of equals the one that stands first") {
    const Strings sentences{"b a c a", "c a d", "b"};
    CHECK(Vocabulary::of(sentences, 10).words() == Strings{"a", "b", "c", "d"});
    CHECK(Vocabulary::of(sentences, 2).words() == Strings{"a", "b"});
    const Vocabulary words = Vocabulary::of(sentences, 3);
    CHECK(words.index("a") == 1);
    CHECK(words.index("c") == 3);
    CHECK(words.index("d") == 0);
    CHECK(words.encode("d C x B") == std::vector{3, 2});
    CHECK(fixed_length({3, 2}, 4) == std::vector{3, 2, 0, 0});
    CHECK(fixed_length({3, 2, 1}, 2) == std::vector{3, 2});
    CHECK(Vocabulary::of({}, 5).words().empty());
    CHECK(Vocabulary().index("a") == 0);
  }

  TEST_CASE("labelled lines: two or three columns, any line end; errors name the line") {
    const auto two = data::read_labelled_text(as_bytes("good\tA fine day.\r\n\nbad\t\"Rain\", again\n"), "file.x");
    REQUIRE(static_cast<bool>(two));
    CHECK(two->size() == 2);
    CHECK(two.value()[0].label == "good");
    CHECK(two.value()[0].language.empty());
    CHECK(two.value()[0].sentence == "A fine day.");
    CHECK(two.value()[1].sentence == "\"Rain\", again");
    const auto windows = data::read_labelled_text(as_bytes("a\tfr\tc\x9Cur \xE9t\xE9"), "file.x");
    REQUIRE(static_cast<bool>(windows));
    CHECK(windows.value()[0].sentence == "cœur été");
    CHECK(windows.value()[0].language == "fr");

    CHECK(contains(text_error(""), "empty"));
    CHECK(contains(text_error("a\tb\nno tab\n"), "line 2: there is no tab"));
    CHECK(contains(text_error("a\tb\na\tb\tc\n"), "line 2: 3 columns where"));
    CHECK(contains(text_error("a\tb\tc\td\n"), "line 1: there are more than three"));
    CHECK(contains(text_error("a\tb\n \tc\n"), "line 2: the label is missing"));
    CHECK(contains(text_error(std::string_view("a\tb\na\t\0\n", 8)), "line 2: this is no text"));
    CHECK(contains(text_error("a\tb\nc\td\n", {.lines = 1}), "line 2: there are more than 1 lines"));
    CHECK(contains(text_error(std::string(100, 'x'), {.bytes = 10}), "larger"));
  }

  TEST_CASE("a text file becomes a data set of word indices") {
    const std::string text = "sun\ten\tblue blue sky\nrain\ten\tgrey sky\nsun\tfr\tciel bleu\nfog\tfr\tgris\n";
    const Result<Dataset> data = dataset_from_text(as_bytes(text), "file.x", {.vocabulary = 10, .length = 3, .language = {}});
    REQUIRE(static_cast<bool>(data));
    CHECK(data->task == Task::classes);
    CHECK(data->input_shape == Shape{3});
    CHECK(data->words == Strings{"blue", "sky", "grey", "ciel", "bleu", "gris"});
    CHECK(data->values == Numbers{1, 1, 2, 3, 2, 0, 4, 5, 0, 6, 0, 0});
    CHECK(data->targets == Numbers{2, 1, 2, 0});  // fog, rain, sun
    const Result<Dataset> english = dataset_from_text(as_bytes(text), "file.x", {.vocabulary = 10, .length = 3, .language = "en"});
    REQUIRE(static_cast<bool>(english));
    CHECK(english->count == 2);
    CHECK(english->task == Task::binary);
    CHECK_FALSE(dataset_from_text(as_bytes(text), "file.x", {.language = "de"}));
    CHECK_FALSE(dataset_from_text(as_bytes("a\tx\na\ty\n"), "file.x", {}));
    CHECK_FALSE(dataset_from_text(as_bytes(text), "file.x", {.length = 1 << 30}));
  }

  TEST_CASE("damaged texts give lines or an error, never a crash") {
    const std::string good = reviews_text().substr(0, 3000);
    const Rng random(9, Stream::data);
    for (uint64_t round = 0; round < 600; ++round) {
      std::string bad = good.substr(0, 1 + random.below(round * 16, static_cast<uint32_t>(good.size())));
      for (uint64_t change = 1; change < 5; ++change) {
        bad[random.below(round * 16 + change, static_cast<uint32_t>(bad.size()))] = static_cast<char>(random.bits(round * 16 + 8 + change));
      }
      const Result<Dataset> data = dataset_from_text(as_bytes(bad), "file.x", {.vocabulary = 50, .length = 8, .language = {}});
      if (!data) continue;
      REQUIRE(data->values.size() == static_cast<size_t>(data->count) * 8);
      for (const double value : data->values) REQUIRE((value >= 0 && value <= static_cast<double>(data->words.size())));
    }
  }

  TEST_CASE("UTF-8 is read strictly and written back") {
    for (const char* good : {"", "abc", "é", "€", "日本", "😀"}) {
      CHECK(data::is_utf8(good));
      std::string again;
      for (size_t at = 0; at < std::string_view(good).size();) data::append_utf8(again, data::next_code_point(good, at));
      CHECK(again == good);
    }
    // Cut off, overlong, surrogate, beyond the last code point, a lone continuation.
    for (const char* bad : {"\xC3", "\xE2\x82", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xFF", "\xC3x"}) {
      CHECK_FALSE(data::is_utf8(bad));
    }
    CHECK(data::is_utf8("\xEF\xBF\xBD"));
    CHECK(data::from_windows("\x80 \x9C \xE9") == "€ œ é");
  }
}

TEST_SUITE("film reviews") {
  TEST_CASE("four hundred different sentences, half of each language, half of each opinion") {
    const auto lines = data::read_labelled_text(as_bytes(reviews_text()), "reviews.tsv");
    REQUIRE(static_cast<bool>(lines));
    REQUIRE(lines->size() == 400);
    std::set<std::string> sentences;
    int counts[2][2] = {};
    for (const data::LabelledText& line : lines.value()) {
      CHECK(sentences.insert(line.sentence).second);
      CHECK((line.label == "positive" || line.label == "negative"));
      CHECK((line.language == "en" || line.language == "fr"));
      ++counts[line.label == "positive"][line.language == "en"];
      CHECK(split_words(line.sentence).size() >= 4);
    }
    for (const auto& row : counts) {
      for (const int count : row) CHECK(count == 100);
    }
  }

  TEST_CASE("settings choose language, vocabulary and length") {
    const Dataset both = make_data("reviews");
    CHECK(both.count == 400);
    CHECK(both.input_shape == Shape{20});
    CHECK(both.words.size() == 500);
    CHECK(both.class_names[0].en == "negative");
    const Dataset french = make_data("reviews", "language=fr&vocabulary=60&length=8");
    CHECK(french.count == 200);
    CHECK(french.input_shape == Shape{8});
    CHECK(french.words.size() == 60);
    CHECK(std::find(french.words.begin(), french.words.end(), "film") != french.words.end());
    CHECK(std::find(french.words.begin(), french.words.end(), "the") == french.words.end());
    CHECK(*std::max_element(french.values.begin(), french.values.end()) <= 60);
    CHECK(std::count(french.targets.begin(), french.targets.end(), 1.0) == 100);

    Part part = make_part(Kind::dataset, "reviews");
    part.settings.set("length", 13);
    const Result<DatasetFacts> facts = dataset_facts(part);
    REQUIRE(static_cast<bool>(facts));
    CHECK(facts->input_shape == Shape{13});
  }

  TEST_CASE("word indices are never scaled") {
    const Dataset data = make_data("reviews");
    Settings preparation(preparation_fields());
    preparation.set_choice("scaling", "standardize");
    const InputTransform transform(data, preparation, Settings(feature_fields()));
    std::vector<double> input(20);
    transform.apply(data.values.data(), input.data());
    CHECK(input == Numbers(data.values.begin(), data.values.begin() + 20));
  }
}

}  // namespace myelin
