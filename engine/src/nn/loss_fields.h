// What the rows of losses share: fields whose keys are frozen, and the rows' names. For nn/loss*.cpp only.
#pragma once

#include "nn/loss.h"

namespace myelin {

inline constexpr Choice kReductions[] = {
    {"mean", {"mean over the batch", "moyenne sur le lot"}},
    {"sum", {"sum over the batch", "somme sur le lot"}},
};

inline constexpr Field kReduction = {
    .key = "reduction",
    .label = {"Reduction", "Réduction"},
    .help = {"Whether the losses of a batch are averaged or added up; with the sum, a larger batch takes larger steps.",
             "Si les coûts d’un lot sont moyennés ou additionnés ; avec la somme, un plus grand lot fait de plus grands pas."},
    .control = Control::choice,
    .choices = kReductions,
    .live = true};
inline constexpr Field kReductionOnly[] = {kReduction};

// Predictions that are the outputs themselves.
template <class Real>
void keep_outputs(Real*, int, int) {}

extern const LossRow kMseLoss, kMaeLoss, kHuberLoss, kReconstructionLoss;
extern const LossRow kBinaryLoss, kCrossEntropyLoss, kHingeLoss, kDivergenceLoss, kPerceptronLoss;

}  // namespace myelin
