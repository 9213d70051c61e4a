// From sentences to numbers (curriculum items X3 and T6): words, the vocabulary of the most frequent ones, sequences of indices,
// bags of words. Index 0 is no word; the most frequent word is 1.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myelin/files.h"

namespace myelin::data {

// Words in small letters. French elisions are words of their own ("l’acteur": l', acteur); other apostrophes belong to their
// word (don't, aujourd'hui). A typographic apostrophe becomes a plain one.
std::vector<std::string> split_words(std::string_view sentence);

class Vocabulary {
 public:
  Vocabulary() = default;
  // Word i of the list gets the index i + 1. Words must differ.
  explicit Vocabulary(std::vector<std::string> words);
  // The `most` most frequent words; of equally frequent ones the one that stands first.
  static Vocabulary of(std::span<const std::string> sentences, int most);

  const std::vector<std::string>& words() const { return words_; }
  int index(std::string_view word) const;  // 0: unknown
  // The indices of the known words, in the order of the sentence.
  std::vector<int> encode(std::string_view sentence) const;

 private:
  std::vector<std::string> words_;
  std::vector<int> sorted_;  // positions in words_, by word
};

// Cut off or filled up with 0.
std::vector<int> fixed_length(std::vector<int> indices, int length);
// Element i is 1 when index i + 1 occurs.
std::vector<double> bag_of_words(std::span<const int> indices, int vocabulary);

struct LabelledText {
  std::string label;
  std::string language;  // empty where the file has two columns
  std::string sentence;
};
struct TextLimits {
  size_t bytes = size_t{4} << 20;
  size_t lines = 200'000;
};
// Blank lines are skipped. All lines have the same number of columns, two or three.
Result<std::vector<LabelledText>> read_labelled_text(std::span<const std::byte> file, std::string_view name, const TextLimits& limits = {});

// What dataset_from_text does with its lines; each label is a class, in alphabetical order.
Result<Dataset> make_text_dataset(std::span<const LabelledText> lines, std::string_view name, const TextChoice& choice);

}  // namespace myelin::data
