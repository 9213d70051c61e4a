// Experiments to start from, and the list of all of them. Most are links, so that a preset is nothing that users could not write
// themselves. Keys are frozen; what a key stands for may only get better, never become another experiment.
#include "catalog/presets.h"

#include "catalog/architectures/rows.h"

namespace myelin {
namespace {

// The first visit. Tuned on 16 seeds of weights and 6 of the data: all reach a test loss below 0.05 within 37 to 82 epochs, and stay.
constexpr PresetRow kSpiral = {
    .row = {.key = "spiral",
            .label = {"Spiral", "Spirale"},
            .help = {"Press run and watch the network wind around the spiral; then switch the sines off and see how much longer it takes.",
                     "Lancez et voyez le réseau s’enrouler autour de la spirale ; puis retirez les sinus et voyez combien c’est plus long."},
            .formula = ""},
    .link = "data=spiral&in=x1,x2,sin_x1,sin_x2"
            "&net=dense(units:8,activation:tanh)dense(units:8,activation:tanh)dense(units:1,activation:sigmoid)"
            "&loss=binary_cross_entropy&opt=adam&opt.rate=0.005&train.batch=30",
};

constexpr PresetRow kCircle = {
    .row = {.key = "circle",
            .label = {"Circle", "Cercle"},
            .help = {"Remove hidden neurons one by one: with how few can the network still close a ring?",
                     "Retirez les neurones cachés un à un : combien en faut-il au moins pour fermer l’anneau ?"},
            .formula = ""},
    .link = "data=circle&net=dense(units:4,activation:tanh)dense(units:1,activation:sigmoid)"
            "&loss=binary_cross_entropy&opt=sgd&opt.rate=0.1",
};

constexpr PresetRow kXor = {
    .row = {.key = "xor",
            .label = {"XOR", "XOR (ou exclusif)"},
            .help = {"Without a hidden layer no line separates the classes: remove it and add the feature x₁·x₂ instead.",
                     "Sans couche cachée, aucune droite ne sépare les classes : retirez-la et ajoutez plutôt l’entrée x₁·x₂."},
            .formula = ""},
    .link = "data=xor&net=dense(units:4,activation:tanh)dense(units:1,activation:sigmoid)"
            "&loss=binary_cross_entropy&opt=sgd&opt.rate=0.1",
};

constexpr PresetRow kGauss = {
    .row = {.key = "gauss",
            .label = {"Two clouds", "Deux nuages"},
            .help = {"One neuron is enough here: raise the noise and see that more neurons do not help.",
                     "Un seul neurone suffit ici : augmentez le bruit et voyez que d’autres neurones n’y changent rien."},
            .formula = "ŷ = σ(w₁x₁ + w₂x₂ + b)"},
    .link = "data=gauss&net=dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=sgd&opt.rate=0.03",
};

constexpr PresetRow kPlane = {
    .row = {.key = "plane",
            .label = {"Plane", "Plan"},
            .help = {"Linear regression: the two weights settle on the slopes of the plane; then raise the learning rate until it diverges.",
                     "Régression linéaire : les deux poids rejoignent les pentes du plan ; puis augmentez le taux d’apprentissage jusqu’à la divergence."},
            .formula = "ŷ = w₁x₁ + w₂x₂ + b"},
    .link = "data=plane&net=dense(units:1,activation:linear)&loss=mse&opt=sgd&opt.rate=0.003",
};

// Curriculum N7: H(H(x - y - 1) + H(-x + y - 1) - 1), which needs H(0) = 1 (T4).
constexpr PresetRow kXorByHand = {
    .row = {.key = "xor-by-hand",
            .label = {"XOR by hand", "XOR à la main"},
            .help = {"Three threshold neurons compute XOR with weights set by hand: change one and see which corner breaks.",
                     "Trois neurones à seuil calculent XOR avec des poids choisis à la main : changez-en un et voyez quel coin cède."},
            .formula = "H(H(x − y − 1) + H(−x + y − 1) − 1)"},
    .link = "data=xor_table&prep.test=0&prep.validation=0&net=dense(units:2,activation:heaviside)dense(units:1,activation:heaviside)"
            "&loss=mse&opt=sgd&train.batch=4&w=1,-1,-1,1,-1,-1,1,1,-1",
};

// Curriculum Q1. The course's a1 ... a7 are W1 = [[a1], [a3]], B1 = [a2, a4], W2 = [[a5, a6]], B2 = [a7]; the start is
// a = (0, 1, 0, -1, 1, 1, -1).
constexpr PresetRow kSevenParameters = {
    .row = {.key = "seven-parameters",
            .label = {"Seven parameters", "Sept paramètres"},
            .help = {"Gradient descent on seven numbers: step through 300 epochs, then change the start and compare.",
                     "Descente du gradient sur sept nombres : avancez de 300 époques, puis changez le départ et comparez."},
            .formula = "F(x) = σ(a₅ σ(a₁x + a₂) + a₆ σ(a₃x + a₄) + a₇),  J = ½ Σ (F(x) − y)²"},
    .link = "data=seven_parameters&prep.test=0&prep.validation=0&net=dense(units:2,activation:sigmoid)dense(units:1,activation:sigmoid)"
            "&loss=mse&loss.half=1&loss.reduction=sum&opt=sgd&opt.rate=0.1&train.batch=60&train.shuffle=0&train.arithmetic=f64"
            "&w=0,0,1,-1,1,1,-1",
};

// Curriculum M8, the course's own network and settings.
constexpr PresetRow kDigits = {
    .row = {.key = "digits",
            .label = {"Handwritten digits", "Chiffres manuscrits"},
            .help = {"Train past 95 % on digits never seen, then look at the worst mistakes: would you do better?",
                     "Dépassez 95 % sur des chiffres jamais vus, puis regardez les pires erreurs : feriez-vous mieux ?"},
            .formula = "64 → 128 → 64 → 10"},
    .link = "data=digits&prep.test=20&prep.validation=0&net=dense(units:128,activation:relu,initializer:he)"
            "dense(units:64,activation:relu,initializer:he)dense(units:10,activation:softmax,initializer:he)"
            "&loss=cross_entropy&opt=sgd&opt.rate=0.1&train.batch=32",
};

constexpr PresetRow kIris = {
    .row = {.key = "iris",
            .label = {"Iris flowers", "Fleurs d’iris"},
            .help = {"Four measures, three species: find the flowers that the network confuses in the confusion matrix.",
                     "Quatre mesures, trois espèces : trouvez dans la matrice de confusion les fleurs que le réseau confond."},
            .formula = "4 → 8 → 3"},
    .link = "data=iris&prep.scaling=standardize&net=dense(units:8,activation:tanh)dense(units:3,activation:softmax)"
            "&loss=cross_entropy&opt=adam&opt.rate=0.01",
};

constexpr const PresetRow* kPresets[] = {
    &kSpiral, &kCircle, &kXor, &kGauss, &kPlane, &kXorByHand, &kSevenParameters, &kDigits, &kIris,
    // presets_course.cpp
    &presets::kAnd, &presets::kOr, &presets::kLine, &presets::kFiveLayers, &presets::kTemplateRegression, &presets::kTemplateClasses,
    &presets::kFashionDense, &presets::kWine, &presets::kBreastCancer, &presets::kDiabetes, &presets::kBloodPressure, &presets::kCarCo2,
    // presets_training.cpp
    &presets::kPerceptronAnd, &presets::kPerceptronOr, &presets::kPerceptronNand, &presets::kPerceptronXor, &presets::kPerceptronClouds,
    &presets::kEarlyStopping, &presets::kVariedDigits,
    // presets_images.cpp
    &presets::kLeNet5, &presets::kTinyAlexNet, &presets::kTinyVgg, &presets::kTinyNin, &presets::kTinyInception, &presets::kTinyResNet,
    &presets::kTinySeNet, &presets::kTinyDenseNet, &presets::kTinyMbconv, &presets::kSegmenter, &presets::kAutoencoder,
    // presets_transfer.cpp
    &presets::kTransfer, &presets::kTransferHead,
    // presets_sequences.cpp
    &presets::kSignalsConv, &presets::kParityRnn, &presets::kSineGru, &presets::kSineLstm, &presets::kReviewsBag,
    &presets::kReviewsEmbedding, &presets::kAttention,
    // architectures/
    &kConvChain, &kAlexNet, &kVgg16, &kVgg19, &kNin, &kGoogLeNet, &kInceptionV4, &kResNet18, &kResNet50, &kResNet152, &kSeNet154,
    &kDenseNet121, &kEfficientNetB0};

}  // namespace

std::span<const PresetRow* const> preset_rows() { return kPresets; }

}  // namespace myelin
