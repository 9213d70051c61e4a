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

struct Arguments {
  std::string experiment, kind, epochs, threads, out, log, lang, data;
  bool json = false;
};

// Numbers are read here and not by the parser's library, whose sentences know no French.
bool read_whole(const std::string& text, int64_t most, int64_t& value) {
  if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != std::string::npos) return false;
  value = std::stoll(text);
  return value >= 1 && value <= most;
}

int run_train(const Terminal& terminal, const Arguments& arguments) {
  TrainOptions options;
  options.experiment = arguments.experiment;
  options.out = arguments.out;
  int64_t threads = options.threads;
  const auto bad_number = [&](const char* option, int64_t most) {
    const std::string name = option, bound = std::to_string(most);
    return terminal.refuse({name + " takes a whole number from 1 to " + bound + ".", name + " attend un nombre entier de 1 à " + bound + "."});
  };
  if (!arguments.epochs.empty() && !read_whole(arguments.epochs, kMostEpochs, options.epochs)) return bad_number("--epochs", kMostEpochs);
  if (!arguments.threads.empty() && !read_whole(arguments.threads, kMostThreads, threads)) return bad_number("--threads", kMostThreads);
  options.threads = static_cast<int>(threads);
  if (!arguments.log.empty() && arguments.log != "jsonl") {
    return terminal.refuse({"--log knows one form: jsonl.", "--log ne connaît qu’un format : jsonl."});
  }
  options.log_lines = !arguments.log.empty();
  return train(terminal, options);
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

  ::CLI::App* train_command = app.add_subcommand("train", word("Train an experiment", "Entraîner une expérience"));
  train_command->group(commands);
  train_command->add_option("EXPERIMENT", arguments.experiment, experiment_help);
  train_command->add_option("--epochs", arguments.epochs, word("Epochs to train (100)", "Nombre d’époques (100)"));
  train_command->add_option("--threads", arguments.threads, word("Threads; results never depend on them (1)",
                                                                 "Fils d’exécution ; sans effet sur les résultats (1)"));
  train_command->add_option("--out", arguments.out, word("Write experiment.json, log.jsonl and weights.json into this folder",
                                                         "Écrire experiment.json, log.jsonl et weights.json dans ce dossier"));
  train_command->add_option("--log", arguments.log, word("jsonl: one JSON object per epoch on standard output",
                                                         "jsonl : un objet JSON par époque sur la sortie standard"));

  ::CLI::App* summary_command = app.add_subcommand("summary", word("Describe a network without training it",
                                                                   "Décrire un réseau sans l’entraîner"));
  summary_command->group(commands);
  summary_command->add_option("EXPERIMENT", arguments.experiment, experiment_help);
  summary_command->add_flag("--json", arguments.json, word("Print JSON", "Afficher du JSON"));

  ::CLI::App* list_command = app.add_subcommand("list", word("List what there is of a kind, such as layers or presets",
                                                             "Énumérer ce qui existe, par exemple layers ou presets"));
  list_command->group(commands);
  list_command->add_option("KIND", arguments.kind, word("layers, activations, losses, optimizers, presets ...",
                                                        "layers, activations, losses, optimizers, presets ..."));
  list_command->add_flag("--json", arguments.json, word("Print JSON", "Afficher du JSON"));

  try {
    app.parse(count, values);
  } catch (const ::CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const ::CLI::ParseError& error) {
    return refuse_arguments(terminal, app, error);
  }
  if (!arguments.lang.empty() && arguments.lang != "en" && arguments.lang != "fr") {
    return terminal.refuse({"--lang knows en and fr.", "--lang connaît en et fr."});
  }
  if (!arguments.data.empty()) setenv("MYELIN_DATA", arguments.data.c_str(), 1);
  if (*list_command) return list(terminal, arguments.kind, arguments.json);
  if (!*train_command && !*summary_command) {
    return terminal.refuse({"Say what to do: train, summary or list; see myelin --help.",
                            "Dites quoi faire : train, summary ou list ; voir myelin --help."});
  }
  if (arguments.experiment.empty()) {
    return terminal.refuse({"Say which experiment: a preset's name, a JSON file or a link.",
                            "Dites quelle expérience : le nom d’un préréglage, un fichier JSON ou un lien."});
  }
  return *train_command ? run_train(terminal, arguments) : summary(terminal, arguments.experiment, arguments.json);
}

}  // namespace

int main(int count, char** values) {
  const Terminal terminal(choose_language(count, values));
  return run(terminal, count, values);
}
