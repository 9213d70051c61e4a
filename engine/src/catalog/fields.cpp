// The field tables of the experiment sections that are not a choice of row: input features, preparation, training rules.
// Keys are frozen: they stand in links.
#include "catalog/catalog.h"

namespace myelin {
namespace {

constexpr Field feature(const char* key, Text label, Text help, double fallback = 0) {
  return {.key = key, .label = label, .help = help, .control = Control::toggle, .fallback = fallback};
}

constexpr Field kFeatures[] = {
    feature("x1", {"x₁", "x₁"}, {"The first coordinate of the point.", "La première coordonnée du point."}, 1),
    feature("x2", {"x₂", "x₂"}, {"The second coordinate of the point.", "La deuxième coordonnée du point."}, 1),
    feature("x1_squared", {"x₁²", "x₁²"},
            {"The square of the first coordinate: lets one neuron draw a parabola.",
             "Le carré de la première coordonnée : un seul neurone peut alors tracer une parabole."}),
    feature("x2_squared", {"x₂²", "x₂²"},
            {"The square of the second coordinate; with x₁², one neuron can draw a circle.",
             "Le carré de la deuxième coordonnée ; avec x₁², un seul neurone peut tracer un cercle."}),
    feature("x1_x2", {"x₁·x₂", "x₁·x₂"},
            {"The product of the coordinates: its sign alone solves XOR.",
             "Le produit des coordonnées : son signe suffit à résoudre XOR."}),
    feature("sin_x1", {"sin(x₁)", "sin(x₁)"},
            {"A wave along the first axis.", "Une onde le long du premier axe."}),
    feature("sin_x2", {"sin(x₂)", "sin(x₂)"},
            {"A wave along the second axis.", "Une onde le long du deuxième axe."}),
    feature("radius", {"√(x₁² + x₂²)", "√(x₁² + x₂²)"},
            {"The distance from the centre: its value alone separates the circle’s classes.",
             "La distance au centre : sa valeur suffit à séparer les classes du cercle."}),
};

constexpr Choice kScalings[] = {
    {"none", {"none", "aucune"}},
    {"standardize", {"mean 0, deviation 1", "moyenne 0, écart type 1"}},
    {"min_max", {"from 0 to 1", "de 0 à 1"}},
};

constexpr Field kPreparation[] = {
    {.key = "test",
     .label = {"Test share (%)", "Part de test (%)"},
     .help = {"The share of the samples that training never sees; it tells how well the network generalises.",
              "La part des exemples que l’apprentissage ne voit jamais ; elle dit si le réseau généralise."},
     .control = Control::slider,
     .min = 0,
     .max = 90,
     .step = 5,
     .fallback = 20},
    {.key = "validation",
     .label = {"Validation share (%)", "Part de validation (%)"},
     .help = {"The share of the samples that is kept to choose settings and to stop in time.",
              "La part des exemples réservée au choix des réglages et à l’arrêt anticipé."},
     .control = Control::slider,
     .min = 0,
     .max = 90,
     .step = 5,
     .fallback = 10},
    {.key = "scaling",
     .label = {"Scaling", "Mise à l’échelle"},
     .help = {"Brings all inputs to a common scale, measured on the training samples only.",
              "Ramène toutes les entrées à une même échelle, mesurée sur les seuls exemples d’apprentissage."},
     .control = Control::choice,
     .choices = kScalings},
};

constexpr Choice kL2Conventions[] = {
    {"lambda", {"λ/2 · Σw²", "λ/2 · Σw²"}},
    {"lambda_over_m", {"λ/(2m) · Σw²", "λ/(2m) · Σw²"}},
};

constexpr Choice kArithmetics[] = {
    {"f32", {"32 bits, same everywhere", "32 bits, identique partout"}},
    {"fast", {"32 bits, fast", "32 bits, rapide"}},
    {"f64", {"64 bits", "64 bits"}},
};

constexpr Field kTraining[] = {
    {.key = "batch",
     .label = {"Batch size", "Taille du lot"},
     .help = {"How many samples one update of the weights looks at.",
              "Le nombre d’exemples examinés pour chaque mise à jour des poids."},
     .control = Control::stepper,
     .min = 1,
     .max = 65536,
     .step = 1,
     .fallback = 10,
     .live = true},
    {.key = "drop_partial",
     .label = {"Drop the last partial batch", "Ignorer le dernier lot incomplet"},
     .help = {"Leaves out the samples that do not fill a whole batch at the end of an epoch.",
              "Laisse de côté, en fin d’époque, les exemples qui ne remplissent pas un lot entier."},
     .control = Control::toggle,
     .live = true},
    {.key = "shuffle",
     .label = {"Shuffle", "Mélanger"},
     .help = {"Draws a new order of the samples at the start of each epoch.",
              "Tire un nouvel ordre des exemples au début de chaque époque."},
     .control = Control::toggle,
     .fallback = 1,
     .live = true},
    {.key = "l1",
     .label = {"L1 regularisation", "Régularisation L1"},
     .help = {"Adds λ₁ · Σ|w| to the loss: pulls weights to exactly zero and leaves a sparse network.",
              "Ajoute λ₁ · Σ|w| au coût : attire les poids vers zéro et rend le réseau parcimonieux."},
     .control = Control::log_slider,
     .min = 0,
     .max = 10,
     .step = 1e-5,
     .live = true},
    {.key = "l2",
     .label = {"L2 regularisation", "Régularisation L2"},
     .help = {"Adds λ/2 · Σw² to the loss (weight decay): keeps weights small, against over-fitting.",
              "Ajoute λ/2 · Σw² au coût : garde les poids petits, contre le sur-apprentissage."},
     .control = Control::log_slider,
     .min = 0,
     .max = 10,
     .step = 1e-5,
     .live = true},
    {.key = "l2_convention",
     .label = {"L2 convention", "Convention L2"},
     .help = {"Whether λ is taken as it is or divided by the number m of samples of the batch: courses differ.",
              "Selon les cours, λ est pris tel quel ou divisé par le nombre m d’exemples du lot."},
     .control = Control::choice,
     .choices = kL2Conventions,
     .live = true},
    {.key = "seed",
     .label = {"Seed", "Graine"},
     .help = {"The number from which all randomness follows: the same seed gives the same run.",
              "Le nombre dont découle tout le hasard : la même graine redonne le même apprentissage."},
     .control = Control::stepper,
     .min = 0,
     .max = 999999999,
     .step = 1,
     .fallback = 1},
    {.key = "arithmetic",
     .label = {"Arithmetic", "Arithmétique"},
     .help = {"The precision of the numbers; the fast kind may differ in the last digits from one machine to another.",
              "La précision des nombres ; le mode rapide peut différer aux derniers chiffres d’une machine à l’autre."},
     .control = Control::choice,
     .choices = kArithmetics},
};

}  // namespace

std::span<const Field> feature_fields() { return kFeatures; }
std::span<const Field> preparation_fields() { return kPreparation; }
std::span<const Field> training_fields() { return kTraining; }

}  // namespace myelin
