// Images of any size in any number of classes, and not one sample: enough to ask what a network would cost. Never trains.
#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"

namespace myelin::data {
namespace {

constexpr Field size_field(const char* key, Text label, Text help, double max, double fallback) {
  return {.key = key, .label = label, .help = help, .control = Control::stepper, .min = 1, .max = max, .step = 1, .fallback = fallback};
}

constexpr Field kFields[] = {
    size_field("channels", {"Channels", "Canaux"}, {"Numbers a pixel has: 3 for red, green and blue.", "Le nombre de valeurs par pixel : 3 pour rouge, vert et bleu."},
               64, 3),
    size_field("rows", {"Rows", "Lignes"}, {"The height of an image in pixels.", "La hauteur d’une image en pixels."}, 1024, 224),
    size_field("columns", {"Columns", "Colonnes"}, {"The width of an image in pixels.", "La largeur d’une image en pixels."}, 1024, 224),
    {.key = "classes",
     .label = {"Classes", "Classes"},
     .help = {"How many kinds of things there are to tell apart.", "Le nombre de catégories à distinguer."},
     .control = Control::stepper,
     .min = 3,
     .max = 10000,
     .step = 1,
     .fallback = 1000},
};

Result<Dataset> make_no_data(const Settings& settings, std::span<const std::span<const std::byte>>) {
  Dataset data;
  data.task = Task::classes;
  data.input_shape = Shape{settings.integer("channels"), settings.integer("rows"), settings.integer("columns")};
  data.class_names = numbered_classes(settings.integer("classes"));
  return data;
}

}  // namespace

constinit const DatasetRow kNoData = {
    .row = {.key = "no_data",
            .label = {"Shapes only", "Formes seules"},
            .help = {"No samples, only their shape: to count the parameters and operations of large networks.",
                     "Aucun exemple, seulement leur forme : pour compter les paramètres et les opérations de grands réseaux."},
            .formula = "",
            .fields = kFields},
    .make = make_no_data,
    .only_shapes = true,
};

}  // namespace myelin::data
