// Small networks that the courses print, and their tables of numbers.
#include "catalog/presets.h"

namespace myelin::presets {

// Curriculum N5, by hand: H(x + y - 1.5) and H(x + y - 0.5).
constinit const PresetRow kAnd = {
    .row = {.key = "and",
            .label = {"AND by hand", "ET à la main"},
            .help = {"One threshold neuron computes AND: move its bias until it computes OR.",
                     "Un neurone à seuil calcule ET : déplacez son biais jusqu’à ce qu’il calcule OU."},
            .formula = "H(x + y − 1.5)"},
    .link = "data=and_table&prep.test=0&prep.validation=0&net=dense(units:1,activation:heaviside)&loss=mse&opt=sgd&train.batch=4&w=1,1,-1.5"};

constinit const PresetRow kOr = {
    .row = {.key = "or",
            .label = {"OR by hand", "OU à la main"},
            .help = {"One threshold neuron computes OR: find other weights that do the same.",
                     "Un neurone à seuil calcule OU : trouvez d’autres poids qui font de même."},
            .formula = "H(x + y − 0.5)"},
    .link = "data=or_table&prep.test=0&prep.validation=0&net=dense(units:1,activation:heaviside)&loss=mse&opt=sgd&train.batch=4&w=1,1,-0.5"};

// Curriculum N3: the line x - 2y + 1 = 0, w = (1, -2, 1).
constinit const PresetRow kLine = {
    .row = {.key = "line",
            .label = {"A line by hand", "Une droite à la main"},
            .help = {"One neuron is one line: change its weights until it separates the two clouds.",
                     "Un neurone est une droite : changez ses poids jusqu’à séparer les deux nuages."},
            .formula = "F(x, y) = H(x − 2y + 1)"},
    .link = "data=gauss&net=dense(units:1,activation:heaviside)&loss=mse&opt=sgd&w=1,-2,1"};

// Curriculum M2: d-3-4-2-1 with d = 3.
constinit const PresetRow kFiveLayers = {
    .row = {.key = "five-layers",
            .label = {"Five layers, 3-4-2-1", "Cinq couches, 3-4-2-1"},
            .help = {"Count the parameters by hand, with and without biases: 41 or 31?",
                     "Comptez les paramètres à la main, avec et sans biais : 41 ou 31 ?"},
            .formula = "3 → 3 → 4 → 2 → 1"},
    .link = "data=circle&in=x1,x2,x1_x2&net=dense(units:3,activation:tanh)dense(units:4,activation:tanh)dense(units:2,activation:tanh)"
            "dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.02"};

// Curriculum M5.
constinit const PresetRow kTemplateRegression = {
    .row = {.key = "template-regression",
            .label = {"Regression template", "Modèle de régression"},
            .help = {"ReLU inside, linear output, squared error: choose other data and keep this pattern.",
                     "ReLU à l’intérieur, sortie linéaire, erreur quadratique : changez de données et gardez ce schéma."},
            .formula = "ReLU → linear → MSE"},
    .link = "data=multi_gauss&net=dense(units:16,activation:relu,initializer:he)dense(units:8,activation:relu,initializer:he)"
            "dense(units:1,activation:linear)&loss=mse&opt=adam&opt.rate=0.01"};

constinit const PresetRow kTemplateClasses = {
    .row = {.key = "template-classes",
            .label = {"Classification template", "Modèle de classification"},
            .help = {"ReLU inside, softmax output, cross-entropy: choose other data and keep this pattern.",
                     "ReLU à l’intérieur, sortie softmax, entropie croisée : changez de données et gardez ce schéma."},
            .formula = "ReLU → softmax → −ln p"},
    .link = "data=spiral&data.arms=3&net=dense(units:16,activation:relu,initializer:he)dense(units:16,activation:relu,initializer:he)"
            "dense(units:3,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.01&train.batch=20"};

// Curriculum N11: all samples in one batch, so that gradient descent ends at the least squares solution.
constinit const PresetRow kBloodPressure = {
    .row = {.key = "blood_pressure",
            .label = {"Blood pressure by age", "Tension selon l’âge"},
            .help = {"One neuron is a regression line: how many mmHg does it add for each year, and what remains as error?",
                     "Un neurone est une droite de régression : combien de mmHg par année, et quelle erreur reste-t-il ?"},
            .formula = "ŷ = w·x + b"},
    .link = "data=blood_pressure&prep.scaling=standardize&net=dense(units:1,activation:linear)&loss=mse&opt=sgd&opt.rate=0.1&train.batch=100"};

constinit const PresetRow kCarCo2 = {
    .row = {.key = "car_co2",
            .label = {"CO₂ of cars", "CO₂ des voitures"},
            .help = {"Heavy cars have large engines: see the prediction settle long before the two weights do.",
                     "Les voitures lourdes ont de gros moteurs : la prédiction se fixe bien avant les deux poids."},
            .formula = "ŷ = w₁x₁ + w₂x₂ + b"},
    .link = "data=car_co2&prep.scaling=standardize&net=dense(units:1,activation:linear)&loss=mse&opt=sgd&opt.rate=0.3&train.batch=100"};

// Curriculum M3.
constinit const PresetRow kFashionDense = {
    .row = {.key = "fashion_dense",
            .label = {"Clothing, dense network", "Vêtements, réseau dense"},
            .help = {"109,386 parameters for 2,000 images: compare with the convolutional networks, which need far fewer.",
                     "109 386 paramètres pour 2 000 images : comparez aux réseaux à convolutions, qui en demandent bien moins."},
            .formula = "784 → 128 → 64 → 10"},
    .link = "data=fashion&prep.test=20&prep.validation=0&net=dense(units:128,activation:relu,initializer:he)"
            "dense(units:64,activation:relu,initializer:he)dense(units:10,activation:softmax)"
            "&loss=cross_entropy&opt=adam&opt.rate=0.001&train.batch=32"};

constinit const PresetRow kWine = {
    .row = {.key = "wine",
            .label = {"Wine", "Vins"},
            .help = {"Set the scaling of the inputs to none: why does the network learn almost nothing any more?",
                     "Retirez la mise à l’échelle des entrées : pourquoi le réseau n’apprend-il presque plus rien ?"},
            .formula = "13 → 8 → 3"},
    .link = "data=wine&prep.scaling=standardize&net=dense(units:8,activation:tanh)dense(units:3,activation:softmax)"
            "&loss=cross_entropy&opt=adam&opt.rate=0.01"};

constinit const PresetRow kBreastCancer = {
    .row = {.key = "breast_cancer",
            .label = {"Breast cancer", "Cancer du sein"},
            .help = {"Look at the confusion matrix: which of the two mistakes would be worse for a patient?",
                     "Regardez la matrice de confusion : laquelle des deux erreurs serait la pire pour une patiente ?"},
            .formula = "30 → 8 → 1"},
    .link = "data=breast_cancer&prep.scaling=standardize&net=dense(units:8,activation:relu,initializer:he)dense(units:1,activation:sigmoid)"
            "&loss=binary_cross_entropy&opt=adam&opt.rate=0.005"};

constinit const PresetRow kDiabetes = {
    .row = {.key = "diabetes",
            .label = {"Diabetes", "Diabète"},
            .help = {"Few patients, much chance: add neurons and see the test loss rise while the training loss falls.",
                     "Peu de patients, beaucoup de hasard : ajoutez des neurones et voyez le coût de test monter quand celui d’apprentissage baisse."},
            .formula = "10 → 4 → 1"},
    .link = "data=diabetes&prep.scaling=standardize&net=dense(units:4,activation:relu,initializer:he)"
            "dense(units:1,activation:linear)&loss=mse&opt=adam&opt.rate=0.03"};

}  // namespace myelin::presets
