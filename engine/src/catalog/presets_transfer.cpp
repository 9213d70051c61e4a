// Curriculum X1, transfer: a network learns the digits 0 to 4; its first layer then stays as it is while a new head learns 5 to 9.
#include <cstdint>
#include <utility>

#include "base/assert.h"
#include "catalog/presets.h"

namespace myelin {
namespace {

constexpr const char* kFirst =
    "data=digits&data.classes=first&net=dense(units:12,activation:tanh)dense(units:5,activation:softmax)"
    "&loss=cross_entropy&opt=adam&opt.rate=0.01&train.batch=32";

// Weights and biases of the first layer after 30 epochs of `transfer`, in steps of 1/64. A test trains them again.
constexpr int8_t kFeatures[] = {
    13, 3, -8, 20, 16, 21, 31, -27, -5, -20, 2, 3, 1, 20, 29, -23, 9, 8, -7, 4, -11, 30, -13, -51, 43, 24, 1, 3, 2, -14, -36,
    -17, -11, -29, 5, -23, -31, 29, -6, -7, -18, -48, 12, -40, -23, 46, 40, -46, -28, -46, 12, -9, -18, -4, -12, -15, 6, -20,
    -3, 23, -11, -17, -40, -18, 26, -8, 6, -11, -8, -33, -25, 25, 7, 42, -16, -9, -20, -24, -37, 47, -36, -7, -4, 0, 18, -21,
    -3, 41, -62, 2, -11, -14, 23, 11, 39, 17, -2, 33, -8, 23, 29, -3, -2, -4, 13, 57, -3, 65, 14, -22, -33, 30, 16, 53, -15, 22,
    8, -1, 20, 4, -8, 2, 4, -33, -16, 7, 31, 23, 1, -26, -10, -17, -38, -17, -1, 9, -5, -19, -28, 0, -24, 9, -37, -8, 5, 6, 40,
    30, -2, 14, 30, 19, 0, 37, 65, 47, -39, -6, 53, 7, -10, 54, 40, 12, 8, 6, 29, 2, 8, 8, 20, -4, 14, 29, -14, -35, 24, -37,
    -9, -19, -16, -15, -7, 11, 5, -37, -23, 5, 18, -23, -25, 23, -3, 49, 16, 21, 26, 2, 3, 13, 14, 48, 62, -8, 1, 9, 18, 10,
    -20, -36, -28, -48, -4, 7, -23, 12, -32, -47, -25, -48, 17, 0, -69, -11, -4, -66, -56, -10, 19, 7, -48, -10, 0, -13, -8, 8,
    -34, -11, 13, 41, -10, 43, -4, 13, -11, 15, 25, -27, 1, 37, 28, 32, -20, 12, 9, -32, 9, 26, -3, 21, 20, 29, 42, -6, -1, 20,
    -1, 26, 39, 17, 9, -22, 46, -9, -32, 9, 22, -17, -15, -24, 44, -27, -35, -5, 6, -21, -32, -24, -3, -20, -5, -11, -13, -22,
    -71, -19, -3, -33, -16, -17, 0, -31, -20, 30, -31, -38, 24, 9, -3, 29, 37, 29, 2, 28, 6, 25, 22, 57, 45, 26, 4, -1, 0, 5,
    -2, 46, 22, -20, 13, -22, -15, 21, 28, -8, 29, -26, 33, 3, -10, 45, 19, 4, -5, -32, 40, -6, -22, 24, -1, -7, -40, -15, -7,
    -40, -16, -13, -28, -35, -70, -20, -27, -68, 5, -14, -10, -34, -65, 8, -13, -56, 23, 23, 15, 41, 12, 11, 4, 5, -18, -8, 10,
    32, 29, 27, -16, 28, 13, 20, 35, -1, -22, -6, -1, 22, 46, 0, 8, 29, 2, -10, -42, -18, -7, -45, -34, 18, -22, -22, -53, -30,
    -17, -23, 1, -17, -24, 0, 8, -3, -10, -8, -22, -4, -5, 10, -8, -11, 4, -27, -37, 15, 41, -2, -22, -28, 20, 6, -5, 1, 10,
    -16, -19, 28, 27, 30, 21, 3, -19, -18, 0, -46, 4, 2, -13, 53, 50, -14, -27, -33, -20, -12, -4, 11, 16, -28, 48, -13, -8, 34,
    15, -18, -10, -28, 53, 14, 3, 49, 32, -28, -44, -29, 1, -39, 1, 9, 30, 8, -39, 13, 3, -40, -21, -39, -1, 35, 17, -33, 0,
    -29, 4, -22, -6, -30, -9, 22, -12, -16, -8, 17, 10, 4, -16, -5, 3, 9, 13, 2, 20, 16, 24, 3, -27, -3, 7, -14, -3, 13, 18, 6,
    -19, -11, -35, -45, -11, 3, -36, -21, 18, -12, -24, 27, 28, -18, -47, -1, -2, -44, 4, -6, 17, 18, 5, 10, -18, 8, -24, -66,
    -11, 43, 27, -46, 1, -4, -6, -17, -20, -12, 22, -17, -4, 35, 7, 8, 22, -20, -7, -32, 19, -31, -24, -23, 6, 18, 54, -3, -20,
    -42, -25, -6, -14, -23, 11, -3, 23, 0, -5, 35, 30, -37, 2, -11, 36, 30, 15, 25, 19, 2, 4, 0, 1, 5, 4, 14, 15, 6, 1, 4, 14,
    -4, -9, -1, 24, 4, -27, -23, 34, -23, -16, 0, 0, -13, -38, 31, -2, -41, -12, -4, -2, -7, -4, 30, 11, 5, -2, 9, -20, -17,
    -36, 13, 3, 25, 21, -12, 42, 18, -36, -47, 12, 7, 32, -1, -30, 10, 15, -13, 1, -13, -19, -36, -51, 3, 5, -11, 0, -17, -5,
    -36, -42, -32, -53, 0, -6, -26, 43, 35, -18, -32, -52, 27, -12, -28, 20, 27, 26, 37, 2, 11, 5, -2, 3, 12, 6, 3, 14, 13, 7,
    -31, -17, -16, 2, -46, -28, 22, -11, -6, -26, -20, -7, -8, -32, 11, -42, -3, 19, -6, -33, -1, 7, 32, -48, 35, 25, -33, -27,
    3, 26, 39, -10, 40, 39, 7, 2, 21, 67, -6, 14, 48, 15, -12, 11, 14, 34, 0, -9, 26, 10, -16, 1, -8, -32, -13, -4, -32, -13, 0,
    6, -26, -25, -37, -6, 6, 0, -2, -22, -15, -2, -10, -2, -1, -16, 5,
};

Experiment make_transfer_head() {
  Result<ParsedExperiment> parsed = parse_link(kFirst);
  MYELIN_ASSERT(parsed && parsed->warnings.empty());
  Experiment experiment = std::move(parsed->experiment);
  experiment.data.settings.set_choice("classes", "last");
  experiment.nodes[1].settings.set("frozen", 1);
  for (const int8_t value : kFeatures) experiment.weights.push_back(value / 64.0);
  experiment.weights.resize(experiment.weights.size() + 12 * 5 + 5);  // a new head starts at 0
  return experiment;
}

}  // namespace

constinit const PresetRow presets::kTransfer = {
    .row = {.key = "transfer",
            .label = {"Transfer, first task", "Transfert, première tâche"},
            .help = {"Twelve neurons learn to tell 0 to 4 apart; the example of the second task uses what they found.",
                     "Douze neurones apprennent à distinguer 0 à 4 ; l’exemple de la seconde tâche réutilise ce qu’ils ont trouvé."},
            .formula = "64 → 12 → 5"},
    .link = kFirst};

constinit const PresetRow presets::kTransferHead = {
    .row = {.key = "transfer_head",
            .label = {"Transfer, second task", "Transfert, seconde tâche"},
            .help = {"The frozen neurons know 0 to 4 and a new head learns 5 to 9: thaw them, or draw them anew, and compare.",
                     "Les neurones gelés connaissent 0 à 4 et une nouvelle tête apprend 5 à 9 : dégelez-les, ou tirez-les à nouveau, et comparez."},
            .formula = "64 → 12 → 5"},
    .make = make_transfer_head};

}  // namespace myelin
