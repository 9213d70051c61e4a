// The rows that the files of this folder bring to the catalog, one per layer.
#pragma once

#include "nn/layer.h"

namespace myelin {

extern const LayerRow kInputLayer;
extern const LayerRow kDenseLayer;
extern const LayerRow kActivationLayer;
extern const LayerRow kFlattenLayer;
extern const LayerRow kAddLayer;
extern const LayerRow kConcatLayer;
extern const LayerRow kConv1dLayer;
extern const LayerRow kConv2dLayer;
extern const LayerRow kPool1dLayer;
extern const LayerRow kPool2dLayer;
extern const LayerRow kGlobalPoolLayer;
extern const LayerRow kUpsampleLayer;
extern const LayerRow kConvTranspose2dLayer;
extern const LayerRow kBatchNormLayer;
extern const LayerRow kLayerNormLayer;
extern const LayerRow kLocalResponseNormLayer;
extern const LayerRow kDropoutLayer;
extern const LayerRow kNoiseLayer;
extern const LayerRow kPreluLayer;
extern const LayerRow kMultiplyLayer;
extern const LayerRow kReshapeLayer;
extern const LayerRow kBagLayer;
extern const LayerRow kEmbeddingLayer;
extern const LayerRow kPositionsLayer;
extern const LayerRow kRnnLayer;
extern const LayerRow kGruLayer;
extern const LayerRow kLstmLayer;
extern const LayerRow kAttentionLayer;

}  // namespace myelin
