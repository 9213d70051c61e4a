#include "catalog/architectures/net.h"

#include <utility>

#include "base/assert.h"

namespace myelin {

Net::Net(int channels, std::string_view link) : channels_{channels} {
  Result<ParsedExperiment> parsed = parse_link(link);
  MYELIN_ASSERT(parsed && parsed->warnings.empty());
  experiment_ = std::move(parsed->experiment);
  experiment_.nodes.resize(1);
}

Experiment Net::experiment() && { return std::move(experiment_); }

Settings& Net::node(std::string_view kind, std::vector<int> from, int channels) {
  Settings& settings = append_node(experiment_, kind);
  experiment_.nodes.back().inputs = std::move(from);
  channels_.push_back(channels);
  return settings;
}

void Net::set_padding(Settings& settings, int padding) {
  if (padding == 0) return;
  if (padding == kCeil) {
    settings.set("ceil", 1);
    return;
  }
  settings.set_choice("padding", padding == kSame ? "same" : "number");
  if (padding != kSame) settings.set("pad", padding);
}

int Net::conv(int from, const Conv& c, std::string_view key) {
  Settings& settings = node("conv2d", {from}, c.filters);
  settings.set("filters", c.filters);
  settings.set("kernel", c.kernel);
  settings.set("kernel_columns", c.kernel_columns);
  settings.set("stride", c.stride);
  set_padding(settings, c.padding);
  settings.set("groups", c.groups);
  settings.set("bias", c.bias);
  settings.set_choice("activation", key);
  return last();
}

int Net::conv_bn(int from, Conv c, std::string_view key) {
  c.bias = false;
  return bn(conv(from, c, "linear"), key);
}

int Net::bn(int from, std::string_view key) {
  node("batch_norm", {from}, channels(from));
  return key.empty() ? last() : activation(last(), key);
}

int Net::depthwise_bn(int from, int kernel, int stride, std::string_view key) {
  return conv_bn(from, {.filters = channels(from), .kernel = kernel, .stride = stride, .padding = kernel / 2, .groups = channels(from)}, key);
}

int Net::activation(int from, std::string_view key) {
  node("activation", {from}, channels(from)).set_choice("activation", key);
  return last();
}

int Net::pool(std::string_view mode, int from, int size, int stride, int padding) {
  Settings& settings = node("pool2d", {from}, channels(from));
  settings.set_choice("mode", mode);
  settings.set("size", size);
  settings.set("stride", stride);
  set_padding(settings, padding);
  return last();
}

int Net::global_average(int from) {
  node("global_pool", {from}, channels(from));
  return last();
}

int Net::concat(std::vector<int> from) {
  int sum = 0;
  for (int one : from) sum += channels(one);
  node("concat", std::move(from), sum);
  return last();
}

int Net::add(int a, int b) {
  node("add", {a, b}, channels(a));
  return last();
}

int Net::squeeze_excite(int from, int squeezed, std::string_view key) {
  const int factors = dense(dense(global_average(from), squeezed, key), channels(from), "sigmoid");
  node("multiply", {from, factors}, channels(from));
  return last();
}

int Net::response_norm(int from) {
  node("local_response_norm", {from}, channels(from));
  return last();
}

int Net::flatten(int from) {
  node("flatten", {from}, 0);
  return last();
}

int Net::dropout(int from, double rate) {
  node("dropout", {from}, channels(from)).set("rate", rate);
  return last();
}

int Net::dense(int from, int units, std::string_view key) {
  Settings& settings = node("dense", {from}, units);
  settings.set("units", units);
  settings.set_choice("activation", key);
  return last();
}

}  // namespace myelin
