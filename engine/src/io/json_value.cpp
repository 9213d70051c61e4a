// Recursive descent over JSON text. Never reads beyond the text, never nests deeper than its limit.
#include "io/json_value.h"

#include "base/number.h"

namespace myelin {
namespace {

void append_utf8(std::string& text, unsigned code) {
  const auto add = [&](unsigned byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      add(0xE0 | (code >> 12));
    } else {
      add(0xF0 | (code >> 18));
      add(0x80 | ((code >> 12) & 0x3F));
    }
    add(0x80 | ((code >> 6) & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

// The functions return false as soon as something is wrong; `why_` and `at_` then say what and where.
class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Result<JsonValue> read() {
    JsonValue value;
    skip_space();
    if (read_value(value, 0)) {
      skip_space();
      if (at_ == text_.size()) return value;
      fail({"something follows the end", "quelque chose suit la fin"});
    }
    return error();
  }

 private:
  bool fail(Text why) {
    why_ = why;
    return false;
  }

  Error error() const {
    int line = 1, column = 1;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
      if (text_[i] == '\n') {
        ++line;
        column = 1;
      } else if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) {
        ++column;
      }
    }
    const std::string l = std::to_string(line), c = std::to_string(column);
    return {{"This is not valid JSON: line " + l + ", column " + c + ": " + why_.en + ".",
             "Ce n’est pas du JSON valide : ligne " + l + ", colonne " + c + " : " + why_.fr + "."}};
  }

  bool ended() const { return at_ >= text_.size(); }
  char here() const { return ended() ? '\0' : text_[at_]; }
  bool take(char wanted) {
    if (ended() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (!ended() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }

  bool read_value(JsonValue& value, int depth) {
    if (++values_ > limits_.values) return fail({"there are too many values", "il y a trop de valeurs"});
    if (ended()) return fail({"the text ends too early", "le texte s’arrête trop tôt"});
    const char first = here();
    if (first == '{' || first == '[') {
      if (depth >= limits_.depth) return fail({"it is nested too deeply", "l’imbrication est trop profonde"});
      ++at_;
      return first == '{' ? read_object(value, depth + 1) : read_array(value, depth + 1);
    }
    if (first == '"') {
      value.type = JsonValue::Type::string;
      return read_string(value.string);
    }
    if (first == '-' || (first >= '0' && first <= '9')) {
      value.type = JsonValue::Type::number;
      return read_number(value.number);
    }
    return read_word(value);
  }

  bool read_word(JsonValue& value) {
    const auto word = [&](std::string_view name, JsonValue::Type type, double number) {
      if (text_.substr(at_, name.size()) != name) return false;
      at_ += name.size();
      value.type = type;
      value.number = number;
      return true;
    };
    return word("null", JsonValue::Type::null, 0) || word("true", JsonValue::Type::boolean, 1) ||
           word("false", JsonValue::Type::boolean, 0) || fail({"a value is expected here", "une valeur est attendue ici"});
  }

  bool read_number(double& number) {
    const size_t start = at_;
    const auto digits = [&] {
      const size_t first = at_;
      while (here() >= '0' && here() <= '9') ++at_;
      return at_ - first;
    };
    take('-');
    const bool zero = here() == '0';
    const size_t whole = digits();
    bool good = whole > 0 && !(zero && whole > 1);
    if (good && take('.')) good = digits() > 0;
    if (good && (take('e') || take('E'))) {
      if (!take('-')) take('+');
      good = digits() > 0;
    }
    if (good && parse_number(text_.substr(start, at_ - start), number)) return true;
    at_ = start;
    return fail({"this is not a number that can be stored", "ce n’est pas un nombre représentable"});
  }

  bool read_hex(unsigned& code) {
    code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = here();
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) return fail({"four hexadecimal digits are expected", "quatre chiffres hexadécimaux sont attendus"});
      code = code * 16 + static_cast<unsigned>(digit);
    }
    return true;
  }

  bool read_escape(std::string& string) {
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const size_t known = ended() ? std::string_view::npos : kLetters.find(here());
    if (known != std::string_view::npos) {
      string += kMeanings[known];
      ++at_;
      return true;
    }
    if (!take('u')) return fail({"this escape is unknown", "cette séquence d’échappement est inconnue"});
    unsigned code = 0;
    if (!read_hex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {  // the first half of a pair
      unsigned low = 0;
      if (!take('\\') || !take('u')) return fail({"half of a character is missing", "il manque la moitié d’un caractère"});
      if (!read_hex(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return fail({"half of a character is missing", "il manque la moitié d’un caractère"});
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
      return fail({"half of a character is missing", "il manque la moitié d’un caractère"});
    }
    append_utf8(string, code);
    return true;
  }

  bool read_string(std::string& string) {
    if (!take('"')) return fail({"a key in quotes is expected here", "une clé entre guillemets est attendue ici"});
    while (!ended() && here() != '"') {
      if (static_cast<unsigned char>(here()) < 0x20) {
        return fail({"a control character stands in a text", "un caractère de contrôle se trouve dans un texte"});
      }
      if (take('\\')) {
        if (!read_escape(string)) return false;
      } else {
        string += text_[at_++];
      }
    }
    return take('"') || fail({"a closing quote is missing", "il manque un guillemet fermant"});
  }

  bool read_object(JsonValue& value, int depth) {
    value.type = JsonValue::Type::object;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      value.keys.emplace_back();
      value.items.emplace_back();
      if (!read_string(value.keys.back())) return false;
      skip_space();
      if (!take(':')) return fail({"':' is expected here", "« : » est attendu ici"});
      skip_space();
      if (!read_value(value.items.back(), depth)) return false;
      skip_space();
    } while (take(','));
    return take('}') || fail({"',' or '}' is expected here", "« , » ou « } » est attendu ici"});
  }

  // Start weights are long lists of numbers: those stay plain numbers until something else appears.
  bool read_array(JsonValue& value, int depth) {
    value.type = JsonValue::Type::array;
    skip_space();
    if (take(']')) return true;
    do {
      skip_space();
      const bool number = here() == '-' || (here() >= '0' && here() <= '9');
      if (number && value.items.empty()) {
        double item = 0;
        if (!read_number(item)) return false;
        value.numbers.push_back(item);
      } else {
        if (!value.numbers.empty() && !unpack_numbers(value)) return false;
        value.items.emplace_back();
        if (!read_value(value.items.back(), depth)) return false;
      }
      skip_space();
    } while (take(','));
    return take(']') || fail({"',' or ']' is expected here", "« , » ou « ] » est attendu ici"});
  }

  bool unpack_numbers(JsonValue& value) {
    if (value.numbers.size() > static_cast<size_t>(limits_.values - values_)) {
      return fail({"there are too many values", "il y a trop de valeurs"});
    }
    values_ += static_cast<int>(value.numbers.size());
    for (double number : value.numbers) {
      value.items.emplace_back();
      value.items.back().type = JsonValue::Type::number;
      value.items.back().number = number;
    }
    value.numbers = {};
    return true;
  }

  std::string_view text_;
  JsonLimits limits_;
  size_t at_ = 0;
  int values_ = 0;
  Text why_;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  for (size_t i = keys.size(); i > 0; --i) {
    if (keys[i - 1] == key) return &items[i - 1];
  }
  return nullptr;
}

Result<JsonValue> parse_json_value(std::string_view text, const JsonLimits& limits) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // some editors put a mark there
  return JsonReader(text, limits).read();
}

}  // namespace myelin
