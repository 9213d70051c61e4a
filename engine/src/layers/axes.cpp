// What wirings several layers accept; outside their templates, because sentences weigh.
#include "layers/axes.h"

#include "layers/common.h"

namespace myelin {

Result<Shape> same_shape(std::span<const Shape> inputs) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  return inputs[0];
}

Result<Axes> sequence_of(std::span<const Shape> inputs) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  if (inputs[0].rank <= 2) return accepted_sequence(inputs[0]);
  const std::string shape = inputs[0].to_string();
  return Error{{"This layer reads a sequence, channels x length, but its input is " + shape + ": put a reshape layer before it.",
                "Cette couche lit une séquence, canaux x longueur, mais son entrée est " + shape +
                    " : placez une couche de changement de forme avant elle."}};
}

Status check_values(int64_t values) {
  if (values <= int64_t{1} << 24) return {};
  return Error{{"This layer would make more than 16 million values of one sample.",
                "Cette couche ferait plus de 16 millions de valeurs d’un exemple."}};
}

}  // namespace myelin
