// Which reader a file needs, and which options belong to it. The readers themselves are the engine's.
#include "own_data.h"

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "files/image_folder.h"
#include "files/read.h"
#include "myelin/edits.h"
#include "myelin/files.h"

namespace myelin::cli {
namespace {

using Bytes = std::vector<std::byte>;

std::string name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

// An option without the file it speaks of, or two files at once.
Status check_options(const OwnDataOptions& own) {
  struct Needs {
    const char* option;
    bool given;
    const char* file;
    bool there;
  };
  const Needs all[] = {{"--target-column", !own.target_column.empty(), "--table", !own.table.empty()},
                       {"--columns", !own.columns.empty(), "--table", !own.table.empty()},
                       {"--task", !own.task.empty(), "--table", !own.table.empty()},
                       {"--labels", !own.labels.empty(), "--images", !own.images.empty()},
                       {"--side", own.side > 0, "--images", !own.images.empty()},
                       {"--grey", own.grey, "--images", !own.images.empty()},
                       {"--vocabulary", own.vocabulary > 0, "--sentences", !own.sentences.empty()},
                       {"--length", own.length > 0, "--sentences", !own.sentences.empty()},
                       {"--only-language", !own.language.empty(), "--sentences", !own.sentences.empty()}};
  for (const Needs& one : all) {
    if (!one.given || one.there) continue;
    const std::string option = one.option, file = one.file;
    return Error{{option + " belongs to " + file + ".", option + " va avec " + file + "."}};
  }
  if ((own.table.empty() ? 0 : 1) + (own.images.empty() ? 0 : 1) + (own.sentences.empty() ? 0 : 1) > 1) {
    return Error{{"Give one of --table, --images and --sentences, not several.", "Donnez une seule des options --table, --images et --sentences."}};
  }
  return std::nullopt;
}

Error no_column(const CsvTable& table, const std::string& file, const std::string& column) {
  std::string all;
  for (const std::string& name : table.header) all += (all.empty() ? "" : ", ") + name;
  return {{file + " has no column “" + column + "”; it has " + all + ".", file + " n’a pas de colonne « " + column + " » ; elle a " + all + "."}};
}

Result<Dataset> read_own_table(const Terminal& terminal, const OwnDataOptions& own) {
  const Result<Bytes> file = files::read_file(own.table);
  if (!file) return file.error();
  const std::string name = name_of(own.table);
  const Result<CsvTable> table = read_table(file.value(), name);
  if (!table) return table.error();
  TableChoice choice;
  if (own.task == "values") choice.task = TableChoice::Guess::regression;
  else if (own.task == "classes") choice.task = TableChoice::Guess::classes;
  else if (!own.task.empty()) return Error{{"--task knows classes and values.", "--task connaît classes et values."}};
  if (!own.target_column.empty()) {
    choice.target = table->find_column(own.target_column);
    if (choice.target < 0) return no_column(table.value(), name, own.target_column);
  }
  for (size_t from = 0; !own.columns.empty() && from <= own.columns.size();) {
    const size_t end = std::min(own.columns.find(',', from), own.columns.size());
    const std::string column = own.columns.substr(from, end - from);
    choice.inputs.push_back(table->find_column(column));
    if (choice.inputs.back() < 0) return no_column(table.value(), name, column);
    from = end + 1;
  }
  std::vector<Message> warnings;
  Result<Dataset> data = dataset_from_table(table.value(), choice, name, &warnings);
  for (const Message& warning : warnings) terminal.warn(warning);
  return data;
}

Result<Dataset> read_own_images(const OwnDataOptions& own) {
  std::error_code ignored;
  if (std::filesystem::is_directory(own.images, ignored)) {
    if (!own.labels.empty()) return Error{{"The folders of --images name the classes: leave --labels out.", "Les dossiers de --images nomment les classes : omettez --labels."}};
    files::ImageFolderChoice choice;
    choice.grey = own.grey;
    if (own.side > 0) choice.rows = choice.columns = static_cast<int>(own.side);
    return files::dataset_from_folder(own.images, choice);
  }
  if (own.side > 0 || own.grey) {
    return Error{{"--side and --grey belong to a folder of images.", "--side et --grey vont avec un dossier d’images."}};
  }
  if (own.labels.empty()) return Error{{"--images needs --labels, or a folder with one folder of images per class.",
                                        "--images demande --labels, ou un dossier avec un dossier d’images par classe."}};
  const Result<Bytes> images = files::read_file(own.images), labels = files::read_file(own.labels);
  if (!images) return images.error();
  if (!labels) return labels.error();
  if (!is_npy(images.value())) return dataset_from_idx(images.value(), labels.value());
  const Result<NumberArray> inputs = read_npy(images.value(), name_of(own.images)), targets = read_npy(labels.value(), name_of(own.labels));
  if (!inputs) return inputs.error();
  if (!targets) return targets.error();
  return dataset_from_arrays(inputs.value(), targets.value());
}

Result<Dataset> read_own_sentences(const OwnDataOptions& own) {
  const Result<Bytes> file = files::read_file(own.sentences);
  if (!file) return file.error();
  TextChoice choice;
  if (own.vocabulary > 0) choice.vocabulary = static_cast<int>(own.vocabulary);
  if (own.length > 0) choice.length = static_cast<int>(own.length);
  choice.language = own.language;
  return dataset_from_text(file.value(), name_of(own.sentences), choice);
}

Experiment small_network() {
  Experiment experiment = base_experiment();
  experiment.preparation.set_choice("scaling", "standardize");
  return experiment;
}

bool same_kinds(const Experiment& a, const Experiment& b) {
  return std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), [](const NodeSpec& one, const NodeSpec& other) { return one.kind == other.kind; });
}

}  // namespace

Result<Opened> open_experiment(const Terminal& terminal, const std::string& argument, const OwnDataOptions& own) {
  if (Status wrong = check_options(own)) return *wrong;
  Opened opened{small_network(), nullptr};
  if (!argument.empty()) {
    Result<ParsedExperiment> parsed = read_experiment(argument);
    if (!parsed) return parsed.error();
    for (const Message& warning : parsed->warnings) terminal.warn(warning);
    opened.experiment = std::move(parsed->experiment);
  }
  if (!own.any()) return opened;
  Result<Dataset> data = !own.table.empty() ? read_own_table(terminal, own) : !own.images.empty() ? read_own_images(own) : read_own_sentences(own);
  if (!data) return data.error();
  Experiment fitted = use_own_data(opened.experiment, data.value());
  if (!argument.empty() && !same_kinds(fitted, opened.experiment)) {
    Experiment kept = opened.experiment;
    kept.data = fitted.data;
    const Status why = check_network(kept);
    terminal.warn({"The network of this experiment does not fit these data, so a small one of dense layers takes its place. " + (why ? why->text.en : ""),
                   "Le réseau de cette expérience ne convient pas à ces données : un petit réseau de couches denses prend sa place. " + (why ? why->text.fr : "")});
  }
  opened.experiment = std::move(fitted);
  opened.own = std::make_shared<const Dataset>(std::move(data.value()));
  return opened;
}

}  // namespace myelin::cli
