#include "data/text.h"

#include <algorithm>
#include <numeric>

#include "data/plane.h"
#include "data/utf8.h"

namespace myelin::data {
namespace {

constexpr size_t kMostLabels = 1000;
constexpr size_t kMostValues = size_t{1} << 24;

// Articles, pronouns and "que" that lose their vowel before another one.
constexpr std::string_view kElided[] = {"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu"};

bool is_apostrophe(char32_t code) { return code == '\'' || code == 0x2019 || code == 0x02BC; }

Error text_error(std::string_view name, size_t line, const std::string& en, const std::string& fr) {
  const std::string file(name), number = std::to_string(line);
  if (line == 0) return {{file + ": " + en, file + " : " + fr}};
  return {{file + ", line " + number + ": " + en, file + ", ligne " + number + " : " + fr}};
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

struct Occurrence {
  std::string word;
  size_t first;
  size_t count;
};

}  // namespace

std::vector<std::string> split_words(std::string_view sentence) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (size_t at = 0; at < sentence.size();) {
    const char32_t code = next_code_point(sentence, at);
    if (is_word_letter(code)) {
      append_utf8(word, lower_case(code));
      continue;
    }
    size_t behind = at;
    const bool joins = is_apostrophe(code) && !word.empty() && at < sentence.size() && is_word_letter(next_code_point(sentence, behind));
    if (!joins) {
      finish();
      continue;
    }
    const bool elided = std::find(std::begin(kElided), std::end(kElided), word) != std::end(kElided);
    word.push_back('\'');
    if (elided) finish();
  }
  finish();
  return words;
}

Vocabulary::Vocabulary(std::vector<std::string> words) : words_(std::move(words)), sorted_(words_.size()) {
  std::iota(sorted_.begin(), sorted_.end(), 0);
  std::sort(sorted_.begin(), sorted_.end(), [&](int a, int b) { return words_[static_cast<size_t>(a)] < words_[static_cast<size_t>(b)]; });
}

Vocabulary Vocabulary::of(std::span<const std::string> sentences, int most) {
  std::vector<Occurrence> all;
  for (const std::string& sentence : sentences) {
    for (std::string& word : split_words(sentence)) all.push_back({std::move(word), all.size(), 1});
  }
  std::sort(all.begin(), all.end(), [](const Occurrence& a, const Occurrence& b) {
    return a.word != b.word ? a.word < b.word : a.first < b.first;
  });
  size_t kept = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (kept > 0 && all[kept - 1].word == all[i].word) {
      ++all[kept - 1].count;
    } else {
      if (kept != i) all[kept] = std::move(all[i]);
      ++kept;
    }
  }
  all.resize(kept);
  std::sort(all.begin(), all.end(), [](const Occurrence& a, const Occurrence& b) {
    return a.count != b.count ? a.count > b.count : a.first < b.first;
  });
  if (all.size() > static_cast<size_t>(most)) all.resize(static_cast<size_t>(most));
  std::vector<std::string> words;
  for (Occurrence& one : all) words.push_back(std::move(one.word));
  return Vocabulary(std::move(words));
}

int Vocabulary::index(std::string_view word) const {
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), word,
                                      [&](int at, std::string_view wanted) { return words_[static_cast<size_t>(at)] < wanted; });
  return found != sorted_.end() && words_[static_cast<size_t>(*found)] == word ? *found + 1 : 0;
}

std::vector<int> Vocabulary::encode(std::string_view sentence) const {
  std::vector<int> indices;
  for (const std::string& word : split_words(sentence)) {
    if (const int known = index(word)) indices.push_back(known);
  }
  return indices;
}

std::vector<int> fixed_length(std::vector<int> indices, int length) {
  indices.resize(static_cast<size_t>(length));
  return indices;
}

std::vector<double> bag_of_words(std::span<const int> indices, int vocabulary) {
  std::vector<double> bag(static_cast<size_t>(vocabulary));
  for (const int index : indices) {
    if (index >= 1 && index <= vocabulary) bag[static_cast<size_t>(index - 1)] = 1;
  }
  return bag;
}

Result<std::vector<LabelledText>> read_labelled_text(std::span<const std::byte> file, std::string_view name, const TextLimits& limits) {
  if (file.size() > limits.bytes) {
    const std::string most = std::to_string(limits.bytes >> 20);
    return text_error(name, 0, "the file is larger than " + most + " MiB.", "le fichier dépasse " + most + " Mio.");
  }
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::string converted;
  if (!is_utf8(text)) text = converted = from_windows(text);

  std::vector<LabelledText> lines;
  size_t columns = 0, number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find('\0') != std::string_view::npos) {
      return text_error(name, number, "this is no text: it holds a zero byte.", "ce n’est pas du texte : il contient un octet nul.");
    }
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (trimmed(line).empty()) continue;
    const size_t first = line.find('\t');
    if (first == std::string_view::npos) {
      return text_error(name, number, "there is no tab between a label and a sentence.", "il n’y a pas de tabulation entre une étiquette et une phrase.");
    }
    const size_t second = line.find('\t', first + 1);
    const size_t found = second == std::string_view::npos ? 2 : 3;
    if (found == 3 && line.find('\t', second + 1) != std::string_view::npos) {
      return text_error(name, number, "there are more than three columns.", "il y a plus de trois colonnes.");
    }
    if (columns == 0) columns = found;
    if (found != columns) {
      const std::string now = std::to_string(found), before = std::to_string(columns);
      return text_error(name, number, now + " columns where the lines before have " + before + ".",
                        now + " colonnes alors que les lignes précédentes en ont " + before + ".");
    }
    if (lines.size() == limits.lines) {
      const std::string most = std::to_string(limits.lines);
      return text_error(name, number, "there are more than " + most + " lines.", "il y a plus de " + most + " lignes.");
    }
    LabelledText one;
    one.label = trimmed(line.substr(0, first));
    if (found == 3) one.language = trimmed(line.substr(first + 1, second - first - 1));
    one.sentence = trimmed(line.substr(found == 3 ? second + 1 : first + 1));
    if (one.label.empty()) return text_error(name, number, "the label is missing.", "l’étiquette manque.");
    lines.push_back(std::move(one));
  }
  if (lines.empty()) return text_error(name, 0, "the file is empty.", "le fichier est vide.");
  return lines;
}

Result<Dataset> make_text_dataset(std::span<const LabelledText> lines, std::string_view name, const TextChoice& choice) {
  std::vector<std::string> labels, sentences, names;
  for (const LabelledText& line : lines) {
    if (!choice.language.empty() && line.language != choice.language) continue;
    labels.push_back(line.label);
    sentences.push_back(line.sentence);
  }
  names = labels;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() < 2) {
    return text_error(name, 0, "two different labels are needed at least.", "il faut au moins deux étiquettes différentes.");
  }
  if (names.size() > kMostLabels) {
    return text_error(name, 0, "there are more than 1,000 different labels.", "il y a plus de 1 000 étiquettes différentes.");
  }
  const size_t length = static_cast<size_t>(std::max(1, choice.length));
  if (length > kMostValues / labels.size()) {
    return text_error(name, 0, "the sentences give too many values; make them shorter.", "les phrases donnent trop de valeurs ; raccourcissez-les.");
  }
  Dataset data;
  data.task = names.size() == 2 ? Task::binary : Task::classes;
  data.input_shape = Shape{static_cast<int>(length)};
  data.input_names = numbered_inputs({"word", "mot"}, static_cast<int>(length));
  for (const std::string& label : names) data.class_names.push_back({label, label});
  data.count = static_cast<int>(labels.size());
  data.part.assign(labels.size(), SplitPart::train);
  const Vocabulary vocabulary = Vocabulary::of(sentences, std::max(1, choice.vocabulary));
  data.words = vocabulary.words();
  data.values.reserve(labels.size() * length);
  for (size_t i = 0; i < labels.size(); ++i) {
    for (const int index : fixed_length(vocabulary.encode(sentences[i]), static_cast<int>(length))) data.values.push_back(index);
    data.targets.push_back(static_cast<double>(std::lower_bound(names.begin(), names.end(), labels[i]) - names.begin()));
  }
  return data;
}

}  // namespace myelin::data

namespace myelin {

Result<Dataset> dataset_from_text(std::span<const std::byte> file, std::string_view name, const TextChoice& choice) {
  const Result<std::vector<data::LabelledText>> lines = data::read_labelled_text(file, name);
  if (!lines) return lines.error();
  return data::make_text_dataset(lines.value(), name, choice);
}

}  // namespace myelin
