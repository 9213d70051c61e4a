// Ways of training: the perceptron's rule on the truth tables and on clouds, early stopping, varied samples.
#include "catalog/presets.h"

namespace myelin::presets {

// Curriculum N8: zero weights, rate 0.01, one example at a time in the order 00, 01, 10, 11.
#define MYELIN_RULE_ON(table)                                                                                            \
  "data=" table "&prep.test=0&prep.validation=0&net=dense(units:1,activation:heaviside,initializer:zeros)&loss=perceptron" \
  "&opt=sgd&opt.rate=0.01&train.batch=1&train.shuffle=0&train.arithmetic=f64"

constinit const PresetRow kPerceptronAnd = {
    .row = {.key = "perceptron-and",
            .label = {"Perceptron learns AND", "Le perceptron apprend ET"},
            .help = {"Step example by example: the weights move only on errors, 1, 3, 3, 2, 1, 0 of them per epoch.",
                     "Avancez exemple par exemple : les poids ne bougent qu’aux erreurs, 1, 3, 3, 2, 1, 0 par époque."},
            .formula = "w ← w + α (y − H(w · x + b)) x"},
    .link = MYELIN_RULE_ON("and_table")};

constinit const PresetRow kPerceptronOr = {
    .row = {.key = "perceptron-or",
            .label = {"Perceptron learns OR", "Le perceptron apprend OU"},
            .help = {"Predict by hand which examples move the weights, then step and compare: four epochs are enough.",
                     "Prévoyez à la main quels exemples font bouger les poids, puis avancez et comparez : quatre époques suffisent."},
            .formula = "w ← w + α (y − H(w · x + b)) x"},
    .link = MYELIN_RULE_ON("or_table")};

constinit const PresetRow kPerceptronNand = {
    .row = {.key = "perceptron-nand",
            .label = {"Perceptron learns NAND", "Le perceptron apprend NON-ET"},
            .help = {"The weights end with the opposite signs of AND: see why the number of epochs is the same.",
                     "Les poids finissent avec les signes opposés de ET : voyez pourquoi il faut autant d’époques."},
            .formula = "w ← w + α (y − H(w · x + b)) x"},
    .link = MYELIN_RULE_ON("nand_table")};

constinit const PresetRow kPerceptronXor = {
    .row = {.key = "perceptron-xor",
            .label = {"Perceptron fails on XOR", "Le perceptron échoue sur XOR"},
            .help = {"No line separates the corners: the rule errs on all four examples again and again and never stops.",
                     "Aucune droite ne sépare les coins : la règle se trompe sans fin sur les quatre exemples."},
            .formula = "w ← w + α (y − H(w · x + b)) x"},
    .link = MYELIN_RULE_ON("xor_table")};

// Curriculum N9 and N10.
constinit const PresetRow kPerceptronClouds = {
    .row = {.key = "perceptron-clouds",
            .label = {"Perceptron and two clouds", "Le perceptron et deux nuages"},
            .help = {"Reach an epoch without an error, then add noise until the clouds touch: the rule no longer stops.",
                     "Obtenez une époque sans erreur, puis ajoutez du bruit jusqu’à mêler les nuages : la règle ne s’arrête plus."},
            .formula = "w ← w + α (y − H(w · x + b)) x"},
    .link = "data=gauss&data.samples=100&prep.test=0&prep.validation=0&net=dense(units:1,activation:heaviside,initializer:zeros)"
            "&loss=perceptron&opt=sgd&opt.rate=0.01&train.batch=1"};

#undef MYELIN_RULE_ON

// Curriculum R8.
constinit const PresetRow kEarlyStopping = {
    .row = {.key = "early-stopping",
            .label = {"Early stopping", "Arrêt anticipé"},
            .help = {"The run stops 10 epochs after the lowest validation loss and takes those weights: set the patience to 0 and compare.",
                     "L’apprentissage s’arrête 10 époques après le plus petit coût de validation et reprend ces poids : mettez la patience à 0 et comparez."},
            .formula = ""},
    .link = "data=circle&data.noise=40&data.samples=60&prep.test=20&prep.validation=30&net=dense(units:16,activation:tanh)"
            "dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.02&train.batch=4&stop.patience=10"};

// Curriculum R9 and M6.
constinit const PresetRow kVariedDigits = {
    .row = {.key = "varied-digits",
            .label = {"Digits, varied", "Chiffres variés"},
            .help = {"Every digit is shifted and turned a little each time it is shown: the training loss stays higher, the test gains.",
                     "Chaque chiffre est un peu décalé et tourné à chaque passage : le coût d’apprentissage reste plus haut, le test y gagne."},
            .formula = "64 → 64 → 10"},
    .link = "data=digits&prep.test=50&prep.validation=0&aug.shift=10&aug.rotate=10&aug.scale=10"
            "&net=dense(units:64,activation:relu,initializer:he)dense(units:10,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.003"
            "&train.batch=32"};

}  // namespace myelin::presets
