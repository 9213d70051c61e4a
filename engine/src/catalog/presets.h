// The presets that stand in files of their own; the list is in presets.cpp.
#pragma once

#include "catalog/catalog.h"

namespace myelin::presets {

extern const PresetRow kAnd, kOr, kLine, kFiveLayers, kTemplateRegression, kTemplateClasses;  // presets_course.cpp
extern const PresetRow kFashionDense, kWine, kBreastCancer, kDiabetes, kBloodPressure, kCarCo2;
extern const PresetRow kLeNet5, kTinyAlexNet, kTinyVgg, kTinyNin, kTinyInception;             // presets_images.cpp
extern const PresetRow kTinyResNet, kTinySeNet, kTinyDenseNet, kTinyMbconv, kSegmenter, kAutoencoder;
extern const PresetRow kTransfer, kTransferHead;                                              // presets_transfer.cpp
extern const PresetRow kSignalsConv, kParityRnn, kSineGru, kSineLstm;                         // presets_sequences.cpp
extern const PresetRow kReviewsBag, kReviewsEmbedding, kAttention;
extern const PresetRow kPerceptronAnd, kPerceptronOr, kPerceptronNand, kPerceptronXor;         // presets_training.cpp
extern const PresetRow kPerceptronClouds, kEarlyStopping, kVariedDigits;

}  // namespace myelin::presets
