// Activation settings and the sentences about wirings, shared by the layers.
#include "layers/common.h"

namespace myelin {

ChosenActivation chosen_activation(const Settings& settings) {
  ChosenActivation chosen;
  chosen.row = find_activation(settings.choice("activation"));
  chosen.options.leaky_slope = settings["leaky_slope"];
  chosen.options.elu_alpha = settings["elu_alpha"];
  const std::string_view at_zero = settings.choice("heaviside_at_zero");
  chosen.options.heaviside_at_zero = at_zero == "one" ? 1 : at_zero == "zero" ? 0 : 0.5;
  return chosen;
}

Message list_shapes(std::span<const Shape> shapes) {
  Message list;
  for (size_t i = 0; i < shapes.size(); ++i) {
    if (i > 0) {
      const bool last = i + 1 == shapes.size();
      list.en += last ? " and " : ", ";
      list.fr += last ? " et " : ", ";
    }
    list.en += shapes[i].to_string();
    list.fr += shapes[i].to_string();
  }
  return list;
}

Status check_input_count(std::span<const Shape> inputs, int at_least, int at_most) {
  const int count = static_cast<int>(inputs.size());
  const bool enough = count >= at_least;
  if (enough && (at_most == LayerRow::kAnyInputs || count <= at_most)) return {};
  const int bound = enough ? at_most : at_least;
  const std::string number = std::to_string(bound);
  const std::string have = std::to_string(count);
  return Error{{std::string("This layer takes ") + (enough ? "at most " : "at least ") + number + (bound == 1 ? " input" : " inputs") +
                    ", but " + have + (count == 1 ? " is" : " are") + " connected.",
                std::string("Cette couche prend ") + (enough ? "au plus " : "au moins ") + number +
                    (bound <= 1 ? " entrée" : " entrées") + ", mais " + have + (count <= 1 ? " est reliée." : " sont reliées.")}};
}

}  // namespace myelin
