// Links of TensorFlow Playground: the hash of its page in our words. Judges no value: the reader of links does. A file of its own,
// because few visits need it: it stays out of the page's first download (web/first_frame.txt).
#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "io/entries.h"

namespace myelin {

// What it does and links do not say: 500 points (1,200 of a regression), shuffled once; squared error halved; a tanh at the output,
// linear for a regression; weights even in ±1/2, biases 0.1; L2 as λ/2 w². Its data sets and the unit of their noise are ours.
std::vector<Entry> from_playground(const std::vector<Entry>& theirs, Message& note) {
  const auto value = [&](std::string_view key, std::string_view fallback) -> std::string_view {
    const Entry* entry = last_entry(theirs, key);
    return entry != nullptr ? entry->value : fallback;
  };
  const auto on = [&](std::string_view key, bool fallback) {
    const std::string_view text = value(key, "");
    return text.empty() ? fallback : text != "false";
  };
  const bool regression = value("problem", "") == "regression";
  std::vector<Entry> ours = {{"loss", "mse"}, {"loss.half", "1"}, {"opt", "sgd"}, {"train.shuffle", "0"}, {"prep.validation", "0"}};
  const auto say = [&](std::string_view key, std::string_view text) { ours.push_back({std::string(key), std::string(text)}); };
  if (regression) say("data.samples", "1200");
  say("data", regression ? (value("regDataset", "") == "reg-gauss" ? "multi_gauss" : "plane") : value("dataset", "circle"));
  say("data.noise", value("noise", "0"));
  say("opt.rate", value("learningRate", "0.03"));
  say("train.batch", value("batchSize", "10"));
  const std::string_view penalty = value("regularization", "");
  if (penalty == "L1" || penalty == "L2") say(penalty == "L1" ? "train.l1" : "train.l2", value("regularizationRate", "0"));
  double share = 50, seed = 0;
  parse_number(value("percTrainData", ""), share);
  say("prep.test", number_text(100 - share));
  if (parse_number(value("seed", ""), seed)) {
    const std::string number = number_text(std::floor(seed < 1 ? seed * 1e5 + 0.5 : seed));  // 0.48261
    say("data.seed", number);
    say("train.seed", number);
  }
  constexpr const char* kInputs[][2] = {{"x", "x1"}, {"y", "x2"}, {"xTimesY", "x1_x2"}, {"xSquared", "x1_squared"}, {"ySquared", "x2_squared"},
                                        {"sinX", "sin_x1"}, {"sinY", "sin_x2"}, {"cosX", ""}, {"cosY", ""}};
  std::string features, lost;
  for (const auto& input : kInputs) {
    if (!on(input[0], input[1][0] == 'x' && input[1][2] == '\0')) continue;
    std::string& list = input[1][0] == '\0' ? lost : features;
    list += (list.empty() ? "" : ",") + std::string(input[1][0] == '\0' ? input[0] : input[1]);
  }
  say("in", features);
  std::string_view activation = value("activation", "tanh");
  if (activation.find_first_of("(),:@") != std::string_view::npos) activation = "tanh";  // it stands in the middle of a network
  const std::string start = on("initZero", false) ? ",initializer:zeros)" : ",initializer:uniform,init_scale:0.5,bias_start:0.1)";
  std::string network;
  for (std::string_view shape = value("networkShape", "4,2"); !shape.empty();) {
    const size_t end = std::min(shape.find(','), shape.size());
    double units = 0;
    parse_number(shape.substr(0, end), units);
    network += "dense(units:" + number_text(units) + ",activation:" + std::string(activation) + start;
    shape.remove_prefix(std::min(end + 1, shape.size()));
  }
  say("net", network + "dense(units:1,activation:" + (regression ? "linear" : "tanh") + start);
  note = {"Read from a TensorFlow Playground link: other points and first weights, drawn by the same rules.",
          "Lu d’un lien TensorFlow Playground : d’autres points et premiers poids, tirés selon les mêmes règles."};
  if (!lost.empty()) {
    note.en += " There is no " + lost + " here.";
    note.fr += " Il n’y a pas de " + lost + " ici.";
  }
  return ours;
}

}  // namespace myelin
