// What every row and every field of the catalog promises: keys for ever, words in two languages, bounds that hold, text that
// reads back. A new row or field is tested here without another line.
#include "catalog/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "myelin/experiment.h"

namespace myelin {
namespace {

struct Table {
  std::string name;
  std::span<const Field> fields;
};

// All field tables: of the experiment's sections and of every row of every kind.
std::vector<Table> tables() {
  std::vector<Table> all = {{"features", feature_fields()}, {"preparation", preparation_fields()}, {"training", training_fields()},
                            {"augmentation", augmentation_fields()}, {"stop", stop_fields()}};
  for (Kind kind : all_kinds()) {
    for (const Row* row : rows(kind)) {
      if (!row->fields.empty()) all.push_back({std::string(kind_name(kind)) + "." + row->key, row->fields});
    }
  }
  return all;
}

bool is_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Presets are names in links too, but nothing is set in them: a hyphen reads better.
bool is_preset_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// What look.md asks of every text of the page.
void check_words(const Text& text, bool sentence) {
  for (const char* one : {text.en, text.fr}) {
    REQUIRE(one != nullptr);
    CHECK_FALSE(std::string_view(one).empty());
    CHECK_FALSE(contains(one, "!"));
    CHECK_FALSE(contains(one, "  "));
    CHECK_FALSE(contains(one, "'"));  // the typographic apostrophe
  }
  const std::string_view fr = text.fr;
  for (size_t at = 1; at < fr.size(); ++at) {
    const bool double_sign = fr[at] == ':' || fr[at] == ';' || fr[at] == '?';
    // French sets a space before these; which space it is belongs to the typesetter.
    if (double_sign) CHECK((fr[at - 1] == ' ' || static_cast<unsigned char>(fr[at - 1]) >= 0x80));
  }
  if (!sentence) return;
  CHECK(std::string_view(text.en) != text.fr);
  CHECK((std::string_view(text.en).back() == '.' || std::string_view(text.en).back() == '?'));
  CHECK(fr.back() == std::string_view(text.en).back());
  CHECK(std::string_view(text.en).size() >= 20);
  CHECK(fr.size() >= 20);
}

bool is_legal(const Field& field, double value) {
  switch (field.control) {
    case Control::toggle: return value == 0 || value == 1;
    case Control::choice: return value == std::floor(value) && value >= 0 && value < static_cast<double>(field.choices.size());
    case Control::stepper: return value == std::floor(value) && value >= field.min && value <= field.max;
    case Control::slider:
    case Control::log_slider: return value >= field.min && value <= field.max;
  }
  return false;
}

}  // namespace

TEST_SUITE("catalog conformance") {
  TEST_CASE("kinds have distinct names and rows distinct keys, found by key alone") {
    std::set<std::string> names;
    for (Kind kind : all_kinds()) {
      CHECK(is_key(kind_name(kind)));
      CHECK(names.insert(kind_name(kind)).second);
      INFO(std::string(kind_name(kind)));
      CHECK_FALSE(rows(kind).empty());
      std::set<std::string> keys;
      for (const Row* row : rows(kind)) {
        INFO(std::string(row->key));
        CHECK((kind == Kind::preset ? is_preset_key(row->key) : is_key(row->key)));
        CHECK(keys.insert(row->key).second);
        CHECK(find_row(kind, row->key) == row);
        CHECK(make_part(kind, row->key).kind == row->key);
      }
      CHECK(find_row(kind, "") == nullptr);
      CHECK(find_row(kind, "no_such_row") == nullptr);
    }
    CHECK(names.size() == 8);
  }

  TEST_CASE("the tables of rows and their typed lists are the same rows") {
    const auto same = [](Kind kind, auto list) {
      REQUIRE(rows(kind).size() == list.size());
      for (size_t i = 0; i < list.size(); ++i) CHECK(rows(kind)[i] == &list[i]->row);
    };
    same(Kind::layer, layer_rows());
    same(Kind::activation, activation_rows());
    same(Kind::loss, loss_rows());
    same(Kind::optimizer, optimizer_rows());
    same(Kind::initializer, initializer_rows());
    same(Kind::dataset, dataset_rows());
    same(Kind::preset, preset_rows());
    for (const LayerRow* row : layer_rows()) CHECK(find_layer(row->row.key) == row);
    for (const DatasetRow* row : dataset_rows()) CHECK(find_dataset(row->row.key) == row);
    for (const PresetRow* row : preset_rows()) CHECK(find_preset(row->row.key) == row);
    for (size_t i = 0; i < activation_choices().size(); ++i) CHECK(activation_choices()[i].key == rows(Kind::activation)[i]->key);
    for (size_t i = 0; i < initializer_choices().size(); ++i) CHECK(initializer_choices()[i].key == rows(Kind::initializer)[i]->key);
  }

  TEST_CASE("every row has a label and one sentence of help in both languages") {
    for (Kind kind : all_kinds()) {
      for (const Row* row : rows(kind)) {
        INFO(std::string(kind_name(kind)) << "." << std::string(row->key));
        check_words(row->label, false);
        check_words(row->help, true);
        CHECK(row->formula != nullptr);
        // A formula has no words, so it needs no language.
        for (const char* word : {" if ", " si ", "else", "sinon"}) CHECK_FALSE(contains(row->formula, word));
      }
    }
  }

  TEST_CASE("every field has a key, words in both languages, sound bounds and a legal default") {
    for (const Table& table : tables()) {
      std::set<std::string> keys;
      for (const Field& field : table.fields) {
        INFO(table.name << "." << std::string(field.key));
        CHECK(is_key(field.key));
        CHECK(keys.insert(field.key).second);
        CHECK(std::string_view(field.key) != "kind");  // files write the row's key and a node's inputs under these names
        CHECK(std::string_view(field.key) != "inputs");
        check_words(field.label, false);
        check_words(field.help, true);
        CHECK((field.control == Control::choice) == !field.choices.empty());
        if (field.control == Control::choice) {
          std::set<std::string> options;
          for (const Choice& choice : field.choices) {
            CHECK(is_key(choice.key));
            CHECK(options.insert(choice.key).second);
            check_words(choice.label, false);
          }
          CHECK(options.size() >= 2);
        } else if (field.control != Control::toggle) {
          CHECK(field.min < field.max);
          CHECK(field.step > 0);
          CHECK(field.step <= field.max - field.min);
        }
        if (field.control == Control::log_slider) {
          CHECK(field.min >= 0);
          if (field.min == 0) CHECK(field.step > 0);  // the smallest value above 0
        }
        CHECK(is_legal(field, field.fallback));
      }
    }
  }

  TEST_CASE("settings start at their defaults and say so") {
    for (const Table& table : tables()) {
      const Settings settings(table.fields);
      for (int i = 0; i < static_cast<int>(table.fields.size()); ++i) {
        INFO(table.name << "." << std::string(table.fields[static_cast<size_t>(i)].key));
        CHECK(settings.is_default(i));
        CHECK(settings.value(i) == table.fields[static_cast<size_t>(i)].fallback);
        CHECK(settings.index_of(table.fields[static_cast<size_t>(i)].key) == i);
      }
      CHECK(settings == Settings(table.fields));
    }
  }

  TEST_CASE("whatever is stored is legal, and reads back exactly from its text") {
    uint64_t round = 0;
    for (const Table& table : tables()) {
      for (size_t i = 0; i < table.fields.size(); ++i) {
        const Field& field = table.fields[i];
        INFO(table.name << "." << std::string(field.key));
        const Rng random = Rng(51, Stream::data).child(++round);
        std::vector<double> tries = {field.min, field.max, field.fallback, field.min - 1, field.max + 1, 0.0, -0.0, 1e300, -1e300,
                                     1e-300, 0.1, 0.5, 1.0 / 3, std::nextafter(field.max, field.min)};
        for (uint64_t draw = 0; draw < 40; ++draw) {
          tries.push_back(random.uniform(2 * draw, field.min, field.max));
          tries.push_back(std::ldexp(random.uniform(2 * draw + 1, -1, 1), static_cast<int>(draw) - 20));
        }
        for (double value : tries) {
          Settings settings(table.fields);
          REQUIRE(settings.set(field.key, value));
          const double stored = settings[field.key];
          CHECK(is_legal(field, stored));
          CHECK_FALSE((stored == 0 && std::signbit(stored)));
          if (is_legal(field, value)) CHECK(stored == value);
          // The nearest legal value: nothing legal lies between.
          if (field.control == Control::slider || field.control == Control::log_slider) {
            CHECK(stored == std::clamp(value, field.min, field.max));
          }
          if (field.control == Control::stepper && value >= field.min && value <= field.max) CHECK(std::fabs(stored - value) <= 0.5);
          const std::string text = settings.text(static_cast<int>(i));
          Settings copy(table.fields);
          CHECK(copy.set_text(field.key, text) == Settings::Parsed::ok);
          CHECK(copy == settings);
          CHECK(copy.is_default(static_cast<int>(i)) == (stored == field.fallback));
          CHECK_FALSE(contains(text, " "));
        }
      }
    }
  }

  TEST_CASE("text that is out of bounds is brought in and reported; text that is no value changes nothing") {
    for (const Table& table : tables()) {
      for (const Field& field : table.fields) {
        INFO(table.name << "." << std::string(field.key));
        const Settings before(table.fields);
        Settings settings = before;
        for (const char* text : {"", " ", "nan", "inf", "-inf", "0x10", "1,5", "1 ", " 1", "1e", "--1", "no_such_option", "1e999"}) {
          INFO("text '" << std::string(text) << "'");
          CHECK(settings.set_text(field.key, text) == Settings::Parsed::bad_value);
          CHECK(settings == before);
        }
        CHECK_FALSE(settings.set(field.key, std::numeric_limits<double>::quiet_NaN()));
        CHECK_FALSE(settings.set(field.key, std::numeric_limits<double>::infinity()));
        CHECK(settings == before);
        if (field.control == Control::choice) {
          CHECK_FALSE(settings.set_choice(field.key, "no_such_option"));
          for (const Choice& choice : field.choices) {
            REQUIRE(settings.set_choice(field.key, choice.key));
            CHECK(settings.choice(field.key) == choice.key);
          }
        } else {
          CHECK(settings.set_text(field.key, "1e30") == Settings::Parsed::clamped);
          CHECK(is_legal(field, settings[field.key]));
          CHECK(settings.set_text(field.key, "-1e30") == Settings::Parsed::clamped);
          CHECK(is_legal(field, settings[field.key]));
          CHECK_FALSE(settings.set_choice(field.key, "1"));
        }
      }
    }
    Settings settings(training_fields());
    CHECK(settings.set_text("no_such_field", "1") == Settings::Parsed::unknown_key);
    CHECK_FALSE(settings.set("no_such_field", 1));
    CHECK_FALSE(settings.set_choice("no_such_field", "f32"));
    CHECK_FALSE(settings.has("no_such_field"));
    CHECK(settings.set_text("shuffle", "false") == Settings::Parsed::ok);
    CHECK_FALSE(settings.on("shuffle"));
  }

  TEST_CASE("settings of different tables are never equal, even with equal values") {
    const Settings mse(find_loss("mse")->row.fields), again(find_loss("mse")->row.fields);
    CHECK(mse == again);
    CHECK_FALSE(Settings(find_loss("binary_cross_entropy")->row.fields) == Settings(find_optimizer("sgd")->row.fields));
    CHECK(Settings() == Settings());
    CHECK_FALSE(Settings() == mse);
  }

  TEST_CASE("losses say whom they serve and what they contain") {
    for (const LossRow* row : loss_rows()) {
      INFO(std::string(row->row.key));
      CHECK((row->regression || row->binary || row->classes || row->rebuilds));
      CHECK((std::string_view(row->contains).empty() || find_activation(row->contains) != nullptr));
      CHECK(Settings(row->row.fields).has("reduction"));
    }
    const auto served = [](bool LossRow::*task) {
      return std::any_of(loss_rows().begin(), loss_rows().end(), [&](const LossRow* row) { return row->*task; });
    };
    CHECK(served(&LossRow::regression));
    CHECK(served(&LossRow::binary));
    CHECK(served(&LossRow::classes));
  }
}

}  // namespace myelin
