#include "train/checks.h"

#include <string>

#include "model/graph.h"
#include "nn/loss.h"
#include "nn/optimizer.h"
#include "train/trainer.h"

namespace myelin {

TargetCode target_code(const Experiment& experiment, const Dataset& data) {
  if (find_loss(experiment.loss.kind) != nullptr && find_loss(experiment.loss.kind)->signed_targets && data.task == Task::binary) return {-1, 1};
  if (data.task == Task::binary && output_activation(experiment.nodes) == "tanh") return {-1, 1};
  return {0, 1};
}

Status check_kinds(const Experiment& experiment) {
  if (find_loss(experiment.loss.kind) == nullptr) {
    return Error{{"There is no loss \"" + experiment.loss.kind + "\".", "Il n’existe pas de coût « " + experiment.loss.kind + " »."}};
  }
  if (find_optimizer(experiment.optimizer.kind) == nullptr) {
    return Error{{"There is no optimiser \"" + experiment.optimizer.kind + "\".",
                  "Il n’existe pas d’optimiseur « " + experiment.optimizer.kind + " »."}};
  }
  return std::nullopt;
}

Status check_parts(const Experiment& experiment, const Dataset& data) {
  if (Status wrong = check_kinds(experiment)) return wrong;
  if (data.count == 0 && experiment.data.kind == kOwnData) {
    return Error{{"This experiment was made with a file of its author’s own: choose that file again to train on it.",
                  "Cette expérience a été faite avec un fichier de son auteur : choisissez à nouveau ce fichier pour l’entraîner."}};
  }
  if (data.count == 0) {
    return Error{{"This data set has no samples, only their shape: a network on it can be summed up but not trained.",
                  "Ce jeu de données n’a aucun exemple, seulement leur forme : un réseau peut y être résumé, mais pas entraîné."}};
  }
  for (SplitPart part : data.part) {
    if (part == SplitPart::train) return check_features(data, experiment.features);
  }
  return Error{{"No sample is left for training: lower the shares of test and validation.",
                "Il ne reste aucun exemple pour l’apprentissage : réduisez les parts de test et de validation."}};
}

Status check_start_weights(const Experiment& experiment, int64_t parameters) {
  if (experiment.weights.empty() || static_cast<int64_t>(experiment.weights.size()) == parameters) return std::nullopt;
  const std::string given = std::to_string(experiment.weights.size()), wanted = std::to_string(parameters);
  return Error{{"The experiment brings " + given + " start weights, but the network has " + wanted + " parameters.",
                "L’expérience apporte " + given + " poids de départ, mais le réseau a " + wanted + " paramètres."}};
}

Error nothing_learns() {
  return {{"This network has no parameter that learns: add a layer with weights, or thaw one.",
           "Ce réseau n’a aucun paramètre qui apprend : ajoutez une couche avec des poids, ou dégelez-en une."}};
}

Status check_output(const Experiment& experiment, const Dataset& data, Shape input, Shape output) {
  const int last = static_cast<int>(experiment.nodes.size()) - 1;
  const LossRow* loss = find_loss(experiment.loss.kind);
  const bool serves = loss->rebuilds || (data.task == Task::regression ? loss->regression : data.task == Task::binary ? loss->binary : loss->classes);
  if (!serves) {
    const std::string en = loss->row.label.en, fr = loss->row.label.fr;
    return Error{{"The loss \"" + en + "\" does not fit this data set: choose another loss.",
                  "Le coût « " + fr + " » ne convient pas à ce jeu de données : choisissez-en un autre."}};
  }
  const int wanted = loss->rebuilds ? input.size() : data.output_units();
  if (output.size() != wanted) {
    const std::string has = std::to_string(output.size()), asks = std::to_string(wanted);
    return Error{{"The output layer has " + has + " neuron(s), but this data set asks for " + asks + ".",
                  "La couche de sortie a " + has + " neurone(s), mais ce jeu de données en demande " + asks + "."}, last};
  }
  const std::string_view activation = output_activation(experiment.nodes);
  if (loss->contains[0] != '\0' && activation != loss->contains && activation != "linear") {
    const std::string en = loss->row.label.en, fr = loss->row.label.fr, needs = loss->contains;
    return Error{{"\"" + en + "\" needs an output layer with the activation " + needs + ".",
                  "« " + fr + " » demande une couche de sortie avec l’activation " + needs + "."}, last};
  }
  return std::nullopt;
}

}  // namespace myelin
