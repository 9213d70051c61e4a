// The experiment as a link, readable and made only of characters that a URL fragment keeps as they are:
//   v=1&data=spiral&data.noise=10&in=x1,x2&net=dense(units:8)add@0,1()&loss=mse&opt=adam&opt.rate=0.003&prep.test=50&w=0.5,-1
// Kinds are always written (but for a constant schedule), fields only when they differ from their defaults, so keys, kinds and defaults are frozen.
// The order of keys in a link never matters.
#include <algorithm>

#include "base/number.h"
#include "io/entries.h"
#include "io/reader.h"

namespace myelin {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Other programs escape more than they must. A broken escape stays as it is.
std::string unescaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      result += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

// Calls use(piece) for each piece between separators; an empty text has no piece.
template <class Use>
void split(std::string_view text, char separator, Use use) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::vector<Entry> entries_of(std::string_view link) {
  std::vector<Entry> entries;
  split(link, '&', [&](std::string_view piece) {
    if (piece.empty()) return;
    const size_t equals = std::min(piece.find('='), piece.size());
    entries.push_back({unescaped(piece.substr(0, equals)), unescaped(piece.substr(std::min(equals + 1, piece.size())))});
  });
  return entries;
}

// --- The network: one kind@input,input(key:value,key:value) after the other. Without '@' a node reads the one before. ------

bool is_key_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

Error unreadable(std::string_view network, size_t at, size_t node) {
  const std::string rest = shown(network.substr(at));
  const std::string number = std::to_string(node);
  if (rest.empty()) {
    return {{"The network ends in the middle of node " + number + ".", "Le réseau s’arrête au milieu du nœud " + number + "."},
            static_cast<int>(node)};
  }
  return {{"The network cannot be read at node " + number + ", from '" + rest + "' on.",
           "Le réseau est illisible au nœud " + number + ", à partir de « " + rest + " »."},
          static_cast<int>(node)};
}

Status read_network(ExperimentReader& reader, std::string_view text) {
  reader.begin_network();
  size_t at = 0;
  const auto take = [&](char wanted) {
    if (at >= text.size() || text[at] != wanted) return false;
    ++at;
    return true;
  };
  while (at < text.size()) {
    const std::vector<NodeSpec>& nodes = reader.experiment().nodes;
    const size_t kind_at = at;
    while (at < text.size() && is_key_character(text[at])) ++at;
    const std::string_view kind = text.substr(kind_at, at - kind_at);
    // The input node need not be written: what stands first is then node 1.
    const size_t number = nodes.empty() && kind != "input" ? 1 : nodes.size();
    if (kind.empty()) return unreadable(text, at, number);
    std::vector<int> inputs;
    if (take('@')) {
      do {
        const size_t digits_at = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - digits_at < 4) ++at;
        double input = 0;
        if (!parse_number(text.substr(digits_at, at - digits_at), input) || inputs.size() > kMostNodes) {
          return unreadable(text, digits_at, number);
        }
        inputs.push_back(static_cast<int>(input));
      } while (take(','));
    }
    ExperimentReader::AddedNode added = reader.add_node(kind, inputs);
    if (added.error) return added.error;
    if (!take('(')) return unreadable(text, at, number);
    const size_t end = text.find(')', at);
    if (end == std::string_view::npos) return unreadable(text, text.size(), number);
    const std::string where = "net " + std::to_string(number) + " " + std::string(kind) + ".";
    split(text.substr(at, end - at), ',', [&](std::string_view field) {
      const size_t colon = std::min(field.find(':'), field.size());
      reader.set(*added.settings, where, field.substr(0, colon), field.substr(std::min(colon + 1, field.size())));
    });
    at = end + 1;
  }
  return reader.end_network();
}

// --- Sections ---------------------------------------------------------------------------------------------------------

void read_weights(ExperimentReader& reader, std::string_view text) {
  std::vector<double> weights;
  const char* consequence_en = "the start weights are drawn at random";
  const char* consequence_fr = "les poids de départ sont tirés au hasard";
  if (static_cast<size_t>(std::count(text.begin(), text.end(), ',')) >= kMostLinkWeights) {
    reader.drop_weights();
    const std::string most = std::to_string(kMostLinkWeights);
    return reader.warn({"A link holds at most " + most + " start weights; " + consequence_en + ".",
                        "Un lien contient au plus " + most + " poids de départ ; " + consequence_fr + "."});
  }
  bool good = true;
  split(text, ',', [&](std::string_view number) {
    double weight = 0;
    if (good && !parse_number(number, weight)) {
      reader.warn_bad_value("w", number, {consequence_en, consequence_fr});
      good = false;
    }
    weights.push_back(weight);
  });
  if (good) reader.set_weights(std::move(weights));
  else reader.drop_weights();
}

Settings* section(Experiment& experiment, std::string_view name) {
  if (name == "data") return &experiment.data.settings;
  if (name == "prep") return &experiment.preparation;
  if (name == "loss") return &experiment.loss.settings;
  if (name == "opt") return &experiment.optimizer.settings;
  if (name == "sched") return &experiment.schedule.settings;
  if (name == "aug") return &experiment.augmentation;
  if (name == "train") return &experiment.training;
  if (name == "stop") return &experiment.stop;
  return nullptr;
}

constexpr std::string_view kWholeKeys[] = {"v", "preset", "data", "in", "net", "loss", "opt", "sched", "goal", "w"};

// data.noise=10. Training rules also go by their bare names, so that people can write "seed=3".
void read_field(ExperimentReader& reader, const Entry& entry) {
  if (std::find(std::begin(kWholeKeys), std::end(kWholeKeys), entry.key) != std::end(kWholeKeys)) return;
  Experiment& experiment = reader.experiment();
  const std::string_view key = entry.key;
  const size_t dot = key.find('.');
  if (dot == std::string_view::npos) {
    if (experiment.training.has(key)) return reader.set(experiment.training, "", key, entry.value);
    return reader.warn_unknown_key(key);
  }
  Settings* settings = section(experiment, key.substr(0, dot));
  if (settings == nullptr) return reader.warn_unknown_key(key);
  reader.set(*settings, key.substr(0, dot + 1), key.substr(dot + 1), entry.value);
}

// By names that its page always writes and ours never.
bool is_playground(const std::vector<Entry>& entries) {
  for (const char* key : {"networkShape", "percTrainData", "regDataset", "xTimesY"}) {
    if (last_entry(entries, key) != nullptr) return true;
  }
  return false;
}

Result<ParsedExperiment> read_entries(const std::vector<Entry>& entries) {
  const Entry* version = last_entry(entries, "v");
  if (version != nullptr) {
    if (Status bad = check_version(version->value)) return *bad;
  }
  ExperimentReader reader;
  Experiment& experiment = reader.experiment();
  if (const Entry* preset = last_entry(entries, "preset")) {
    if (Status bad = reader.start_from_preset(preset->value)) return *bad;
  }
  if (const Entry* data = last_entry(entries, "data")) {
    reader.choose(experiment.data, Kind::dataset, data->key, data->value);
    reader.drop_weights();
  }
  if (const Entry* loss = last_entry(entries, "loss")) reader.choose(experiment.loss, Kind::loss, loss->key, loss->value);
  if (const Entry* optimizer = last_entry(entries, "opt")) {
    reader.choose(experiment.optimizer, Kind::optimizer, optimizer->key, optimizer->value);
  }
  if (const Entry* schedule = last_entry(entries, "sched")) {
    reader.choose(experiment.schedule, Kind::schedule, schedule->key, schedule->value);
  }
  if (const Entry* goal = last_entry(entries, "goal")) reader.set_goal(goal->value);
  if (const Entry* features = last_entry(entries, "in")) {
    std::vector<std::string> keys;
    split(features->value, ',', [&](std::string_view key) { keys.emplace_back(key); });
    reader.set_features("in ", keys);
    reader.drop_weights();
  }
  if (const Entry* network = last_entry(entries, "net")) {
    if (Status bad = read_network(reader, network->value)) return *bad;
  }
  if (const Entry* weights = last_entry(entries, "w")) read_weights(reader, weights->value);
  for (const Entry& entry : entries) read_field(reader, entry);
  return reader.finish();
}

// --- Writing ----------------------------------------------------------------------------------------------------------

// What a fragment may not hold, or what separates the entries of a link, as %XX.
std::string escaped(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                       c == '-' || c == '(' || c == ')' || c == '=';
    if (plain) result += c;
    else result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return result;
}

void write_fields(std::string& link, std::string_view prefix, const Settings& settings) {
  for (int i = 0; i < static_cast<int>(settings.fields().size()); ++i) {
    if (settings.is_default(i)) continue;
    link += '&';
    link += prefix;
    link += settings.fields()[static_cast<size_t>(i)].key;
    link += '=' + settings.text(i);
  }
}

std::string node_text(const NodeSpec& node, int index) {
  std::string text = node.kind;
  if (index > 0 && node.inputs != std::vector<int>{index - 1}) {
    for (size_t i = 0; i < node.inputs.size(); ++i) text += (i == 0 ? '@' : ',') + std::to_string(node.inputs[i]);
  }
  std::string fields;
  for (int i = 0; i < static_cast<int>(node.settings.fields().size()); ++i) {
    if (node.settings.is_default(i)) continue;
    if (!fields.empty()) fields += ',';
    fields += node.settings.fields()[static_cast<size_t>(i)].key;
    fields += ':' + node.settings.text(i);
  }
  return text + '(' + fields + ')';
}

std::string network_text(const std::vector<NodeSpec>& nodes) {
  std::string text;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const std::string node = node_text(nodes[i], static_cast<int>(i));
    if (i > 0 || node != "input()") text += node;
  }
  return text;
}

std::string features_text(const Settings& features) {
  std::string text;
  for (const Field& field : features.fields()) {
    if (!features.on(field.key)) continue;
    if (!text.empty()) text += ',';
    text += field.key;
  }
  return text;
}

}  // namespace

const Entry* last_entry(const std::vector<Entry>& entries, std::string_view key) {
  const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.rend() ? nullptr : &*found;
}

Result<ParsedExperiment> parse_link(std::string_view link) {
  const size_t hash = link.find('#');
  if (hash != std::string_view::npos) link.remove_prefix(hash + 1);
  else if (link.find("://") != std::string_view::npos) link = {};  // an address that says nothing
  if (link.size() > kMostLinkBytes) {
    return Error{{"This link is longer than 64 KB; an experiment of that size is kept in a file.",
                  "Ce lien dépasse 64 Ko ; une expérience de cette taille se garde dans un fichier."}};
  }
  std::vector<Entry> entries = entries_of(link);
  Message note;
  if (is_playground(entries)) entries = from_playground(entries, note);
  Result<ParsedExperiment> result = read_entries(entries);
  if (result && !note.empty()) result->warnings.insert(result->warnings.begin(), std::move(note));
  return result;
}

std::string to_link(const Experiment& experiment) {
  std::string link = "v=" + std::to_string(kFormatVersion) + "&data=" + experiment.data.kind;
  write_fields(link, "data.", experiment.data.settings);
  write_fields(link, "prep.", experiment.preparation);
  write_fields(link, "aug.", experiment.augmentation);
  if (!(experiment.features == Settings(feature_fields()))) link += "&in=" + features_text(experiment.features);
  link += "&net=" + network_text(experiment.nodes);
  link += "&loss=" + experiment.loss.kind;
  write_fields(link, "loss.", experiment.loss.settings);
  link += "&opt=" + experiment.optimizer.kind;
  write_fields(link, "opt.", experiment.optimizer.settings);
  if (experiment.schedule.kind != "constant") link += "&sched=" + experiment.schedule.kind;
  write_fields(link, "sched.", experiment.schedule.settings);
  write_fields(link, "train.", experiment.training);
  write_fields(link, "stop.", experiment.stop);
  if (!experiment.goal.empty()) link += "&goal=" + escaped(experiment.goal);
  // More start weights than a link may hold are left out: such an experiment is kept in a file.
  if (!experiment.weights.empty() && experiment.weights.size() <= kMostLinkWeights) {
    link += "&w=";
    for (size_t i = 0; i < experiment.weights.size(); ++i) {
      if (i > 0) link += ',';
      link += number_text(experiment.weights[i]);
    }
  }
  return link;
}

}  // namespace myelin
