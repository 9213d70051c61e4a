// The table of losses. Each row's loss is summed in double; gradients are in the run's own arithmetic. Nothing is reduced
// here: the caller knows the batch.
#include "nn/loss.h"

#include <array>

#include "nn/loss_fields.h"

namespace myelin {
namespace {

constexpr std::array<const LossRow*, 9> kRows = {&kMseLoss,   &kBinaryLoss, &kCrossEntropyLoss,    &kMaeLoss,       &kHuberLoss,
                                                 &kHingeLoss, &kDivergenceLoss, &kReconstructionLoss, &kPerceptronLoss};

}  // namespace

std::span<const LossRow* const> loss_rows() { return kRows; }

const LossRow* find_loss(std::string_view key) {
  for (const LossRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

LossOptions loss_options(const Settings& settings) {
  LossOptions options;
  if (settings.has("half") && settings.on("half")) options.factor = 0.5;
  if (settings.has("delta")) options.delta = settings["delta"];
  if (settings.has("reduction")) options.sum = settings.choice("reduction") == "sum";
  return options;
}

}  // namespace myelin
