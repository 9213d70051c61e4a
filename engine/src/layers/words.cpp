// The layers that read words by their numbers: 1..n are the n words of the vocabulary, 0 is no word (padding), and numbers beyond
// n are unknown words. Both give nothing. No gradient flows into a word's number.
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Field kVocabularyField = {
    .key = "vocabulary",
    .label = {"Vocabulary", "Vocabulaire"},
    .help = {"How many words are known: numbers 1 to n. 0 and larger numbers are passed over.",
             "Le nombre n de mots connus, numérotés de 1 à n. 0 et les numéros plus grands sont ignorés."},
    .control = Control::stepper,
    .min = 1,
    .max = 20000,
    .step = 1,
    .fallback = 500};

constexpr Choice kValues[] = {
    {"binary", {"present or not (1 or 0)", "présent ou non (1 ou 0)"}},
    {"count", {"how often", "nombre de fois"}},
};

constexpr Field kBagFields[] = {
    kVocabularyField,
    {.key = "values",
     .label = {"Value of a word", "Valeur d’un mot"},
     .help = {"Whether a word that comes twice counts as one or as two.", "Un mot présent deux fois compte pour un ou pour deux."},
     .control = Control::choice,
     .choices = kValues},
};

constexpr Field kEmbeddingFields[] = {
    kVocabularyField,
    {.key = "size",
     .label = {"Values per word", "Valeurs par mot"},
     .help = {"How many learned numbers stand for a word.", "Le nombre de valeurs apprises qui représentent un mot."},
     .control = Control::stepper,
     .min = 1,
     .max = 512,
     .step = 1,
     .fallback = 8},
    kFrozenField,
};

// From 0; -1 where there is no known word.
template <class Real>
int row_of_word(Real number, int vocabulary) {
  if (!(number >= Real(0.5) && number < static_cast<Real>(vocabulary) + Real(0.5))) return -1;
  return static_cast<int>(number + Real(0.5)) - 1;
}

// The gradient of word numbers.
template <class Real>
void deliver_zeros(const Backward<Real>& pass) {
  if (pass.modes[0] != GradMode::overwrite) return;
  std::fill_n(pass.d_inputs[0].data, static_cast<size_t>(pass.d_output.batch) * static_cast<size_t>(pass.d_inputs[0].shape.size()), Real(0));
}

// Curriculum item X3.
template <class Real>
class Bag final : public Layer<Real> {
 public:
  explicit Bag(const Settings& settings) : vocabulary_(settings.integer("vocabulary")), counts_(settings.choice("values") == "count") {}

  Result<Shape> infer(std::span<const Shape> inputs) const override {
    if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
    return Shape{vocabulary_};
  }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& words = pass.inputs[0];
    const int length = words.shape.size();
    for_row_shares(pass.executor, words.batch, vocabulary_ + length, [&](int first, int count) {
      for (int row = first; row < first + count; ++row) {
        const Real* word = words.rows(row, 1).data;
        Real* bag = pass.output.rows(row, 1).data;
        std::fill_n(bag, vocabulary_, Real(0));
        for (int i = 0; i < length; ++i) {
          const int at = row_of_word(word[i], vocabulary_);
          if (at >= 0) bag[at] = counts_ ? bag[at] + Real(1) : Real(1);
        }
      }
    });
  }
  void backward(const Backward<Real>& pass) const override { deliver_zeros(pass); }

 private:
  int vocabulary_;
  bool counts_;
};

Result<Shape> embedded_shape(std::span<const Shape> inputs, int size) {
  const Result<Axes> axes = sequence_of(inputs);
  if (!axes) return axes.error();
  if (axes->channels == 1) {
    if (Status wrong = check_values(int64_t{size} * axes->positions)) return *wrong;
    return Shape{size, axes->positions};
  }
  const std::string shape = inputs[0].to_string();
  return Error{{"An embedding reads one row of word numbers, but its input is " + shape + ".",
                "Un plongement lit une ligne de numéros de mots, mais son entrée est " + shape + "."}};
}

// weight: vocabulary x size, PyTorch's layout; word k has row k - 1, so there is no row for padding.
template <class Real>
class Embedding final : public Layer<Real> {
 public:
  explicit Embedding(const Settings& settings) : vocabulary_(settings.integer("vocabulary")), size_(settings.integer("size")) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return embedded_shape(inputs, size_); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override {
    return {{.name = "weight", .shape = {vocabulary_, size_}, .fan_in = vocabulary_, .fan_out = size_, .initializer = "normal", .decays = true}};
  }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& words = pass.inputs[0];
    const int length = words.shape.size();
    for_row_shares(pass.executor, words.batch, size_ * length, [&](int first, int count) {
      for (int row = first; row < first + count; ++row) {
        const Real* word = words.rows(row, 1).data;
        Real* to = pass.output.rows(row, 1).data;  // size x length
        for (int i = 0; i < length; ++i) {
          const int at = row_of_word(word[i], vocabulary_);
          for (int j = 0; j < size_; ++j) to[j * length + i] = at >= 0 ? pass.params[weight_at(at, j)] : Real(0);
        }
      }
    });
  }

  // Shares are columns of the weight: each reads all words, so that a word's gradient has one writer.
  void backward(const Backward<Real>& pass) const override {
    deliver_zeros(pass);
    if (pass.d_params == nullptr) return;
    const View<const Real>& words = pass.inputs[0];
    const int length = words.shape.size();
    for_row_shares(pass.executor, size_, vocabulary_ + words.batch * length, [&](int first, int count) {
      for (int at = 0; at < vocabulary_; ++at) std::fill_n(pass.d_params + weight_at(at, first), count, Real(0));
      for (int row = 0; row < words.batch; ++row) {
        const Real* word = words.rows(row, 1).data;
        const Real* gradient = pass.d_output.rows(row, 1).data;  // size x length
        for (int i = 0; i < length; ++i) {
          const int at = row_of_word(word[i], vocabulary_);
          if (at < 0) continue;
          for (int j = first; j < first + count; ++j) pass.d_params[weight_at(at, j)] += gradient[j * length + i];
        }
      }
    });
  }

 private:
  size_t weight_at(int row, int column) const { return static_cast<size_t>(row) * static_cast<size_t>(size_) + static_cast<size_t>(column); }

  int vocabulary_;
  int size_;
};

template <template <class> class Kind, class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Kind<Real>>(settings);
}

}  // namespace

constinit const LayerRow kBagLayer = {
    .row = {.key = "bag",
            .label = {"Bag of words", "Sac de mots"},
            .help = {"Turns the numbers of words into one value per word of the vocabulary; their order is forgotten.",
                     "Change les numéros des mots en une valeur par mot du vocabulaire ; leur ordre est oublié."},
            .formula = "(2, 1, 4) → (1, 1, 0, 1, …)",
            .fields = kBagFields},
    .reads_indices = true,
    .make_float = make<Bag, float>,
    .make_double = make<Bag, double>};

constinit const LayerRow kEmbeddingLayer = {
    .row = {.key = "embedding",
            .label = {"Embedding", "Plongement de mots"},
            .help = {"Gives every word a row of learned numbers; words used alike come to lie close together.",
                     "Donne à chaque mot une suite de nombres appris ; des mots d’usage voisin se rapprochent."},
            .formula = "n → d × n",
            .fields = kEmbeddingFields},
    .reads_indices = true,
    .make_float = make<Embedding, float>,
    .make_double = make<Embedding, double>};

}  // namespace myelin
