// The command-line program: reads its arguments and calls a command. Bad input ends with code 2 and one sentence.
#include <myelin_config.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "commands.h"

namespace {

using namespace myelin;
using namespace myelin::cli;

constexpr int64_t kMostEpochs = 1'000'000'000;
constexpr int kMostThreads = 64;

constexpr int64_t kMostFolds = 100;
constexpr int64_t kMostChecked = 1'000'000;
constexpr int64_t kMostRepetitions = 1000;
constexpr int64_t kMostSide = 1024;
constexpr int64_t kMostWords = 100'000;
constexpr int64_t kMostLength = 4096;

struct Arguments {
  std::string experiment, kind, epochs, threads, out, log, lang, data;
  std::string weights, goal, folds, junit, input, target, roc, step, samples, parameters, repetitions, seconds;
  std::string side, vocabulary, length;
  OwnDataOptions own;
  std::vector<std::string> names;
  bool json = false, partial = false, stratified = false, f64 = false, processor_time = false;
};

// Numbers are read here and not by the parser's library, whose sentences know no French.
bool read_whole(const std::string& text, int64_t most, int64_t& value) {
  if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != std::string::npos) return false;
  value = std::stoll(text);
  return value >= 1 && value <= most;
}

// What the commands take, with numbers read. The first wrong one is refused.
struct Numbers {
  int64_t epochs = 0, threads = 1, folds = 0, samples = 0, parameters = 0, repetitions = 7, side = 0, vocabulary = 0, length = 0;
  double step = 0, seconds = 0.05;
};
bool read_numbers(const Terminal& terminal, const Arguments& arguments, Numbers& numbers) {
  struct Whole {
    const char* name;
    const std::string& text;
    int64_t most;
    int64_t& value;
  };
  const Whole wholes[] = {{"--epochs", arguments.epochs, kMostEpochs, numbers.epochs},
                          {"--threads", arguments.threads, kMostThreads, numbers.threads},
                          {"--folds", arguments.folds, kMostFolds, numbers.folds},
                          {"--samples", arguments.samples, kMostChecked, numbers.samples},
                          {"--parameters", arguments.parameters, kMostChecked, numbers.parameters},
                          {"--repetitions", arguments.repetitions, kMostRepetitions, numbers.repetitions},
                          {"--side", arguments.side, kMostSide, numbers.side},
                          {"--vocabulary", arguments.vocabulary, kMostWords, numbers.vocabulary},
                          {"--length", arguments.length, kMostLength, numbers.length}};
  for (const Whole& whole : wholes) {
    if (whole.text.empty() || read_whole(whole.text, whole.most, whole.value)) continue;
    const std::string name = whole.name, bound = std::to_string(whole.most);
    terminal.refuse({name + " takes a whole number from 1 to " + bound + ".", name + " attend un nombre entier de 1 à " + bound + "."});
    return false;
  }
  struct Real {
    const char* name;
    const std::string& text;
    const char *least_text, *most_text;
    double least, most;
    double& value;
  };
  const Real reals[] = {{"--step", arguments.step, "1e-12", "1", 1e-12, 1, numbers.step},
                        {"--seconds", arguments.seconds, "0.0001", "60", 1e-4, 60, numbers.seconds}};
  for (const Real& real : reals) {
    if (real.text.empty()) continue;
    char* end = nullptr;
    const double value = std::strtod(real.text.c_str(), &end);
    if (*end == '\0' && value >= real.least && value <= real.most) {
      real.value = value;
      continue;
    }
    const std::string name = real.name, least = real.least_text, most = real.most_text;
    terminal.refuse({name + " takes a number from " + least + " to " + most + ".", name + " attend un nombre de " + least + " à " + most + "."});
    return false;
  }
  return true;
}

int run_train(const Terminal& terminal, const Arguments& arguments, const Numbers& numbers) {
  if (!arguments.log.empty() && arguments.log != "jsonl") {
    return terminal.refuse({"--log knows one form: jsonl.", "--log ne connaît qu’un format : jsonl."});
  }
  if (numbers.folds == 1) return terminal.refuse({"Cross-validation needs at least 2 folds.", "La validation croisée demande au moins 2 plis."});
  if (arguments.stratified && numbers.folds == 0) return terminal.refuse({"--stratified belongs to --folds.", "--stratified va avec --folds."});
  if (arguments.partial && arguments.weights.empty()) return terminal.refuse({"--partial belongs to --weights.", "--partial va avec --weights."});
  return train(terminal, {.experiment = arguments.experiment,
                          .own = arguments.own,
                          .epochs = numbers.epochs,
                          .threads = static_cast<int>(numbers.threads),
                          .out = arguments.out,
                          .log_lines = !arguments.log.empty(),
                          .json = arguments.json,
                          .weights = arguments.weights,
                          .partial = arguments.partial,
                          .goal = arguments.goal,
                          .folds = static_cast<int>(numbers.folds),
                          .stratified = arguments.stratified});
}

int missing(const Terminal& terminal, const char* option) {
  const std::string name = option;
  return terminal.refuse({"This command needs " + name + "; see myelin --help.", "Cette commande demande " + name + " ; voir myelin --help."});
}

// One sentence for whatever the parser rejects.
int refuse_arguments(const Terminal& terminal, const ::CLI::App& app, const ::CLI::ParseError& error) {
  const std::vector<std::string> extras = app.remaining(true);
  if (!extras.empty()) {
    const std::string what = extras.front();
    return terminal.refuse({"'" + what + "' is not understood here; see myelin --help.",
                            "« " + what + " » n’est pas compris ici ; voir myelin --help."});
  }
  if (dynamic_cast<const ::CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string what = error.what(), option = what.substr(0, what.find(':'));
    return terminal.refuse({option + " needs a value.", option + " attend une valeur."});
  }
  return terminal.refuse({std::string(error.what()) + ".", "Arguments incompris : " + std::string(error.what()) + "."});
}

int run(const Terminal& terminal, int count, char** values) {
  const auto word = [&](const char* en, const char* fr) { return std::string(terminal.word({en, fr})); };
  Arguments arguments;
  ::CLI::App app{word("Myelin trains small neural networks; the same experiments run in its page.",
                      "Myelin entraîne de petits réseaux de neurones ; les mêmes expériences tournent dans sa page."),
                 "myelin"};
  app.set_version_flag("--version", std::string("myelin ") + MYELIN_VERSION, word("Print the version", "Afficher la version"));
  app.set_help_flag("-h,--help", word("Print this help", "Afficher cette aide"));
  const auto formatter = app.get_formatter();
  formatter->label("Usage", word("Usage", "Utilisation"));
  formatter->label("SUBCOMMAND", word("COMMAND", "COMMANDE"));
  formatter->label("Positionals", "Arguments");
  formatter->label("TEXT", word("TEXT", "TEXTE"));
  const std::string commands = word("Commands", "Commandes");
  app.fallthrough();
  app.add_option("--lang", arguments.lang, word("Language: en or fr", "Langue : en ou fr"));
  app.add_option("--data", arguments.data, word("Folder with large data sets; also MYELIN_DATA", "Dossier des grands jeux de données ; aussi MYELIN_DATA"));
  const std::string experiment_help = word("A preset's name, a JSON file, a link, or - for standard input",
                                           "Nom d’un préréglage, fichier JSON, lien, ou - pour l’entrée standard");

  const auto command = [&](const char* name, const char* en, const char* fr) {
    ::CLI::App* made = app.add_subcommand(name, word(en, fr));
    made->group(commands);
    return made;
  };
  // Options that several commands have, with the same words everywhere.
  const std::string own_group = word("Own data, in place of the experiment's", "Données personnelles, à la place de celles de l’expérience");
  const auto with_experiment = [&](::CLI::App* to) {
    to->add_option("EXPERIMENT", arguments.experiment, experiment_help);
    const auto own = [&](const char* name, std::string& value, const char* en, const char* fr) { to->add_option(name, value, word(en, fr))->group(own_group); };
    own("--table", arguments.own.table, "CSV file: one sample a row", "Fichier CSV : un exemple par ligne");
    own("--target-column", arguments.own.target_column, "Its column to learn (the last)", "Sa colonne à apprendre (la dernière)");
    own("--columns", arguments.own.columns, "Its columns to learn from, A,B,C (all of numbers)", "Ses colonnes d’entrée, A,B,C (toutes celles de nombres)");
    own("--task", arguments.own.task, "classes or values (as the column looks)", "classes ou values (selon la colonne)");
    own("--images", arguments.own.images, "IDX or NPY file, or a folder with one folder of PNG or JPEG images per class",
        "Fichier IDX ou NPY, ou dossier avec un dossier d’images PNG ou JPEG par classe");
    own("--labels", arguments.own.labels, "IDX or NPY file of their classes, or in NPY of values to predict",
        "Fichier IDX ou NPY de leurs classes, ou en NPY de valeurs à prédire");
    own("--side", arguments.side, "Pixels of a side that images of a folder are brought to (28)", "Côté en pixels des images d’un dossier (28)");
    to->add_flag("--grey", arguments.own.grey, word("Images of a folder without colours", "Images d’un dossier sans couleurs"))->group(own_group);
    own("--sentences", arguments.own.sentences, "Text file: label, tab, sentence in each line", "Fichier texte : étiquette, tabulation, phrase par ligne");
    own("--vocabulary", arguments.vocabulary, "Most frequent words that are known (1000)", "Mots les plus fréquents connus (1000)");
    own("--length", arguments.length, "Words of a sentence that count (20)", "Mots d’une phrase qui comptent (20)");
    own("--only-language", arguments.own.language, "Only lines of this language, where the file says it", "Seulement les lignes de cette langue, si le fichier la donne");
  };
  const auto with_json = [&](::CLI::App* to) { to->add_flag("--json", arguments.json, word("Print JSON", "Afficher du JSON")); };
  const auto with_weights = [&](::CLI::App* to, const char* en, const char* fr) {
    to->add_option("--weights", arguments.weights, word(en, fr));
    to->add_flag("--partial", arguments.partial, word("Tensors that the file lacks keep their drawn values (transfer learning)",
                                                      "Les tenseurs absents du fichier gardent leurs valeurs tirées (transfert)"));
  };
  const auto with_threads = [&](::CLI::App* to) {
    to->add_option("--threads", arguments.threads, word("Threads; results never depend on them (1)", "Fils d’exécution ; sans effet sur les résultats (1)"));
  };
  const auto with_epochs = [&](::CLI::App* to) {
    to->add_option("--epochs", arguments.epochs, word("Epochs to train at most (the experiment's own, or 100)",
                                                      "Nombre d’époques au plus (celui de l’expérience, ou 100)"));
  };
  const auto with_input = [&](::CLI::App* to) {
    to->add_option("--input", arguments.input, word("CSV or NPY file: one sample a row, values by channel, row, column",
                                                    "Fichier CSV ou NPY : un exemple par ligne, valeurs par canal, ligne, colonne"));
  };
  constexpr const char* kGoalEn = "What must be reached, such as test.accuracy>=0.95; code 1 when it is not";
  constexpr const char* kGoalFr = "Ce qu’il faut atteindre, par exemple test.accuracy>=0.95 ; code 1 sinon";

  ::CLI::App* train_command = command("train", "Train an experiment", "Entraîner une expérience");
  with_experiment(train_command);
  with_epochs(train_command);
  with_threads(train_command);
  train_command->add_option("--out", arguments.out, word("Write experiment.json, log.jsonl and weights.safetensors into this folder",
                                                         "Écrire experiment.json, log.jsonl et weights.safetensors dans ce dossier"));
  train_command->add_option("--log", arguments.log, word("jsonl: one JSON object per epoch on standard output",
                                                         "jsonl : un objet JSON par époque sur la sortie standard"));
  with_json(train_command);
  with_weights(train_command, "Safetensors file to start from", "Fichier safetensors de départ");
  train_command->add_option("--goal", arguments.goal, word(kGoalEn, kGoalFr));
  train_command->add_option("--folds", arguments.folds, word("Cross-validation: one run for each of so many folds",
                                                             "Validation croisée : un apprentissage pour chacun de ces plis"));
  train_command->add_flag("--stratified", arguments.stratified, word("The same mix of classes in each fold",
                                                                     "La même proportion de classes dans chaque pli"));

  ::CLI::App* evaluate_command = command("evaluate", "Measure a network with given weights", "Mesurer un réseau avec des poids donnés");
  with_experiment(evaluate_command);
  with_weights(evaluate_command, "Safetensors file", "Fichier safetensors");
  evaluate_command->add_option("--roc", arguments.roc, word("Write the ROC curve of each class into this CSV file",
                                                            "Écrire la courbe ROC de chaque classe dans ce fichier CSV"));
  with_threads(evaluate_command);
  with_json(evaluate_command);

  ::CLI::App* predict_command = command("predict", "Answer for the samples of a file", "Répondre pour les exemples d’un fichier");
  with_experiment(predict_command);
  with_weights(predict_command, "Safetensors file", "Fichier safetensors");
  with_input(predict_command);
  with_threads(predict_command);
  with_json(predict_command);

  ::CLI::App* gradients_command = command("gradients", "Write the gradients of the loss for the samples of a file",
                                          "Écrire les gradients du coût pour les exemples d’un fichier");
  with_experiment(gradients_command);
  with_weights(gradients_command, "Safetensors file; without it, the weights a run starts from", "Fichier safetensors ; sinon, les poids de départ");
  with_input(gradients_command);
  gradients_command->add_option("--target", arguments.target, word("CSV or NPY file: a class or the values to predict for each sample",
                                                                   "Fichier CSV ou NPY : une classe ou les valeurs à prédire par exemple"));
  gradients_command->add_option("--out", arguments.out, word("Safetensors file to write", "Fichier safetensors à écrire"));
  gradients_command->add_flag("--f64", arguments.f64, word("Compute in 64 bits", "Calculer en 64 bits"));
  with_threads(gradients_command);
  with_json(gradients_command);

  ::CLI::App* check_command = command("check-gradients", "Compare backpropagation with finite differences",
                                      "Comparer la rétropropagation aux différences finies");
  with_experiment(check_command);
  with_weights(check_command, "Safetensors file; without it, the weights a run starts from", "Fichier safetensors ; sinon, les poids de départ");
  check_command->add_option("--step", arguments.step, word("Step of the differences (1e-5)", "Pas des différences (1e-5)"));
  check_command->add_option("--samples", arguments.samples, word("Training samples in the batch (8)", "Exemples d’apprentissage du lot (8)"));
  check_command->add_option("--parameters", arguments.parameters, word("Parameters checked of each tensor at most (200)",
                                                                       "Paramètres vérifiés par tenseur au plus (200)"));
  with_json(check_command);

  ::CLI::App* grade_command = command("grade", "Train a submitted experiment again and check a goal",
                                      "Réentraîner une expérience remise et vérifier un objectif");
  with_experiment(grade_command);
  grade_command->add_option("--goal", arguments.goal, word(kGoalEn, kGoalFr));
  with_epochs(grade_command);
  grade_command->add_option("--junit", arguments.junit, word("Write the result as JUnit XML", "Écrire le résultat en XML JUnit"));
  with_threads(grade_command);
  with_json(grade_command);

  ::CLI::App* summary_command = command("summary", "Describe a network without training it", "Décrire un réseau sans l’entraîner");
  with_experiment(summary_command);
  with_json(summary_command);

  ::CLI::App* list_command = command("list", "List what there is of a kind, such as layers or presets",
                                     "Énumérer ce qui existe, par exemple layers ou presets");
  list_command->add_option("KIND", arguments.kind, word("layers, activations, losses, optimizers, presets ...",
                                                        "layers, activations, losses, optimizers, presets ..."));
  with_json(list_command);

  ::CLI::App* bench_command = command("bench", "Measure how fast training is on this machine", "Mesurer la vitesse d’apprentissage sur cette machine");
  bench_command->add_option("NAMES", arguments.names, word("What to measure, such as W3, gemm or conv/fast (everything)",
                                                           "Ce qu’il faut mesurer, par exemple W3, gemm ou conv/fast (tout)"));
  with_threads(bench_command);
  bench_command->add_option("--repetitions", arguments.repetitions, word("Repetitions of each (7)", "Répétitions de chacun (7)"));
  bench_command->add_option("--seconds", arguments.seconds, word("Seconds of one repetition at least (0.05)", "Secondes d’une répétition au moins (0,05)"));
  bench_command->add_flag("--processor-time", arguments.processor_time, word("Count only while the program has the processor; one thread",
                                                                             "Compter seulement quand le programme a le processeur ; un seul fil"));
  with_json(bench_command);

  try {
    app.parse(count, values);
  } catch (const ::CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const ::CLI::ParseError& error) {
    return refuse_arguments(terminal, app, error);
  }
  // An option without its value is a mistake, such as a variable of a script that is not set.
  const auto empty_option = [](const ::CLI::App& of) {
    for (const ::CLI::Option* option : of.get_options()) {
      if (!option->get_lnames().empty() && option->get_items_expected_max() > 0 && option->count() > 0 && option->results().front().empty()) {
        return "--" + option->get_lnames().front();
      }
    }
    return std::string();
  };
  std::string unset = empty_option(app);
  for (const ::CLI::App* one : app.get_subcommands()) unset += unset.empty() ? empty_option(*one) : "";
  if (!unset.empty()) return terminal.refuse({unset + " needs a value.", unset + " attend une valeur."});
  if (!arguments.lang.empty() && arguments.lang != "en" && arguments.lang != "fr") {
    return terminal.refuse({"--lang knows en and fr.", "--lang connaît en et fr."});
  }
  if (!arguments.data.empty()) setenv("MYELIN_DATA", arguments.data.c_str(), 1);
  if (*list_command) return list(terminal, arguments.kind, arguments.json);
  if (app.get_subcommands().empty()) {
    return terminal.refuse({"Say what to do: train, evaluate, predict, gradients, check-gradients, grade, bench, summary or list; see myelin --help.",
                            "Dites quoi faire : train, evaluate, predict, gradients, check-gradients, grade, bench, summary ou list ; voir myelin --help."});
  }
  Numbers numbers;
  if (!read_numbers(terminal, arguments, numbers)) return kBadInput;
  if (*bench_command) {
    return bench(terminal, arguments.names, {.threads = static_cast<int>(numbers.threads),
                                             .repetitions = static_cast<int>(numbers.repetitions),
                                             .seconds = numbers.seconds,
                                             .processor_time = arguments.processor_time,
                                             .json = arguments.json});
  }
  if (arguments.experiment.empty() && !arguments.own.any()) {
    return terminal.refuse({"Say which experiment: a preset's name, a JSON file or a link.",
                            "Dites quelle expérience : le nom d’un préréglage, un fichier JSON ou un lien."});
  }
  arguments.own.side = numbers.side;
  arguments.own.vocabulary = numbers.vocabulary;
  arguments.own.length = numbers.length;
  const int threads = static_cast<int>(numbers.threads);
  const NetworkOptions network = {arguments.experiment, arguments.own, arguments.weights, arguments.partial, threads, arguments.json};
  if (*train_command) return run_train(terminal, arguments, numbers);
  if (*summary_command) return summary(terminal, arguments.experiment, arguments.own, arguments.json);
  if (*grade_command) return grade(terminal, {arguments.experiment, arguments.own, arguments.goal, numbers.epochs, threads, arguments.junit, arguments.json});
  if (*check_command) return check_gradients(terminal, network, {numbers.step, numbers.samples, numbers.parameters});
  if (arguments.weights.empty() && !*gradients_command) return missing(terminal, "--weights");
  if (*evaluate_command) return evaluate(terminal, network, arguments.roc);
  if (arguments.input.empty()) return missing(terminal, "--input");
  if (*predict_command) return predict(terminal, network, arguments.input);
  return gradients(terminal, network, {arguments.input, arguments.target, arguments.out, arguments.f64});
}

}  // namespace

int main(int count, char** values) {
  const Terminal terminal(choose_language(count, values));
  return run(terminal, count, values);
}
