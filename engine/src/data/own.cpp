#include "data/own.h"

#include <string>

#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"
#include "myelin/experiment.h"

namespace myelin::data {
namespace {

constexpr Choice kTasks[] = {{"regression", {"Predict values", "Prédire des valeurs"}},
                             {"binary", {"Two classes", "Deux classes"}},
                             {"classes", {"Several classes", "Plusieurs classes"}}};

constexpr Field size_field(const char* key, Text label, Text help, double min, double max) {
  return {.key = key, .label = label, .help = help, .control = Control::stepper, .min = min, .max = max, .step = 1, .fallback = min};
}

// As large as the readers of files let a sample be, and no larger: a link must not ask for more.
constexpr Field kFields[] = {
    size_field("channels", {"Channels", "Canaux"}, {"Numbers a pixel or a moment has; 0: the samples have no channels.",
                                                    "Le nombre de valeurs par pixel ou par instant ; 0 : pas de canaux."}, 0, 4096),
    size_field("rows", {"Rows", "Lignes"}, {"The height of an image in pixels; 0: the samples are no images.",
                                            "La hauteur d’une image en pixels ; 0 : ce ne sont pas des images."}, 0, 4096),
    size_field("columns", {"Columns", "Colonnes"}, {"The width of an image in pixels, or how many values a row has.",
                                                    "La largeur d’une image en pixels, ou le nombre de valeurs d’une ligne."}, 1, 4096),
    {.key = "task",
     .label = {"Task", "Tâche"},
     .help = {"What is to be learnt about a sample.", "Ce qu’il faut apprendre d’un exemple."},
     .control = Control::choice,
     .choices = kTasks},
    size_field("outputs", {"Classes or values", "Classes ou valeurs"}, {"How many classes there are to tell apart, or values to predict.",
                                                                        "Le nombre de classes à distinguer, ou de valeurs à prédire."}, 1, 1000),
    kSplitSeed,
};

// Only the shape: enough for a summary, and for the controls of a page.
Result<Dataset> make_own(const Settings& settings, std::span<const std::span<const std::byte>>) {
  Dataset data;
  const int channels = settings.integer("channels"), rows = settings.integer("rows"), columns = settings.integer("columns");
  if (rows > 0) data.input_shape = Shape{channels > 0 ? channels : 1, rows, columns};
  else if (channels > 0) data.input_shape = Shape{channels, columns};
  else data.input_shape = Shape{columns};
  const int outputs = settings.integer("outputs");
  data.task = static_cast<Task>(settings.integer("task"));
  if (data.task == Task::regression) data.target_shape = Shape{outputs};
  else data.class_names = numbered_classes(data.task == Task::binary ? 2 : outputs < 3 ? 3 : outputs);
  return data;
}

std::string in_words(const Dataset& data, bool french) {
  const std::string outputs = std::to_string(data.task == Task::regression ? data.target_shape.size() : static_cast<int>(data.class_names.size()));
  const char* what = data.task == Task::regression ? (french ? " valeur(s) à prédire" : " value(s) to predict") : " classes";
  return data.input_shape.to_string() + (french ? " en entrée, " : " as input, ") + outputs + what;
}

}  // namespace

void describe_own(const Dataset& samples, Settings& settings) {
  const Shape& shape = samples.input_shape;
  settings.set("channels", shape.rank > 1 ? shape[0] : 0);
  settings.set("rows", shape.rank > 2 ? shape[1] : 0);
  settings.set("columns", shape[shape.rank - 1]);
  settings.set_choice("task", kTasks[static_cast<size_t>(samples.task)].key);
  settings.set("outputs", samples.task == Task::regression ? samples.target_shape.size() : static_cast<double>(samples.class_names.size()));
}

Result<Dataset> own_samples(const Settings& settings, const Dataset& samples) {
  const Result<Dataset> wanted = make_own(settings, {});
  if (wanted->input_shape == samples.input_shape && wanted->task == samples.task && wanted->output_units() == samples.output_units()) return samples;
  return Error{{"This experiment was made for other data: it wants " + in_words(wanted.value(), false) + ", but there is " + in_words(samples, false) + ".",
                "Cette expérience a été faite pour d’autres données : elle veut " + in_words(wanted.value(), true) + ", mais il y a " +
                    in_words(samples, true) + "."}};
}

constinit const DatasetRow kOwn = {
    .row = {.key = kOwnData.data(),
            .label = {"Own data", "Données personnelles"},
            .help = {"Samples from a file of one’s own; the experiment holds their shape, never the samples.",
                     "Des exemples tirés d’un fichier personnel ; l’expérience en contient la forme, jamais les exemples."},
            .formula = "",
            .fields = kFields},
    .make = make_own,
    .only_shapes = true,
};

}  // namespace myelin::data
