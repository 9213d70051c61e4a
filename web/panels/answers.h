// What the network answers, sample by sample: for the lists of images, sequences and sentences. Draws nothing, so that tests reach it.
#pragma once

#include <string>
#include <vector>

#include "myelin/snapshot.h"

namespace myelin::web {

// An autoencoder answers with its input, and so with no class, whatever the data.
bool rebuilds(const Problem& problem);
bool classifies(const Problem& problem);  // samples or their pixels: there is an accuracy
bool names_outputs(const Problem& problem);  // one output a class
// A class for each pixel: the answer is a picture, neither right nor wrong as a whole.
bool cuts_out(const Problem& problem);
// Sequences and sentences: there is neither a plane nor a picture to show them on.
bool lists_samples(const Problem& problem);
// The most likely class, or for one output the side of the middle.
int predicted_class(const Problem& problem, const float* values, int outputs);

struct Answer {
  int row = 0;  // in Predictions
  int sample = 0;
  int predicted = 0;  // class; 0 where a sample has none
  bool right = true;
};
// In the order of the predictions or, worst first, mistakes before what is right and each by falling loss.
std::vector<Answer> list_answers(const Problem& problem, const Predictions& predictions, bool worst_first);

// The known words of a sample of text.
std::string sentence_of(const Dataset& data, int sample);

// What sequences are drawn over, from the first few hundred of those that are listed.
struct SequenceRange {
  double low = 0, high = 1;
  bool bits = false;  // all values are 0 or 1
  bool next = false;  // the value to predict is of the same size: it may stand behind the sequence
};
SequenceRange sequence_range(const Problem& problem, const Predictions& predictions);

}  // namespace myelin::web
