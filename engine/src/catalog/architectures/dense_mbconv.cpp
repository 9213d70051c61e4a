// Networks that save parameters: DenseNet reuses all earlier maps, EfficientNet splits convolutions into channels and pixels.
#include "catalog/architectures/net.h"
#include "catalog/architectures/rows.h"
#include "catalog/presets.h"

namespace myelin {
namespace {

// --- DenseNet: Huang et al. 2017 ---------------------------------------------------------------------------------------------

// H(x) = BN, ReLU, 1 x 1, BN, ReLU, 3 x 3: adds `growth` channels to what it reads.
int dense_layer(Net& net, int from, int growth, int width) {
  const int narrow = net.conv_bn(net.bn(from), {.filters = width * growth});
  const int grown = net.conv(narrow, {.filters = growth, .kernel = 3, .padding = 1, .bias = false}, "linear");
  return net.concat({from, grown});
}

// Halves channels, rows and columns.
int transition(Net& net, int from) {
  const int fewer = net.conv(net.bn(from), {.filters = net.channels(from) / 2, .bias = false}, "linear");
  return net.pool("average", fewer, 2, 2);
}

Experiment make_densenet121() {
  Net net(3, kImageNet);
  int at = net.conv_bn(Net::kInput, {.filters = 64, .kernel = 7, .stride = 2, .padding = 3});
  at = net.pool("max", at, 3, 2, 1);
  const int depths[] = {6, 12, 24, 16};
  for (int block = 0; block < 4; ++block) {
    if (block > 0) at = transition(net, at);
    for (int i = 0; i < depths[block]; ++i) at = dense_layer(net, at, 32, 4);
  }
  net.dense(net.global_average(net.bn(at)), 1000, "softmax");
  return std::move(net).experiment();
}

Experiment make_tiny_densenet() {
  Net net(1, kTinyData);
  int at = net.conv_bn(Net::kInput, {.filters = 12, .kernel = 3, .stride = 2, .padding = 1});
  for (int i = 0; i < 3; ++i) at = dense_layer(net, at, 6, 2);
  at = transition(net, at);
  for (int i = 0; i < 3; ++i) at = dense_layer(net, at, 6, 2);
  net.dense(net.global_average(net.bn(at)), 10, "softmax");
  return std::move(net).experiment();
}

// --- EfficientNet: Tan and Le 2019, table 1 ------------------------------------------------------------------------------------

struct Stage {
  int expand, kernel, stride, filters, depth;
};

// MBConv (Sandler et al. 2018, with squeeze and excitation): widen, one kernel per channel, weight the channels, narrow.
int mbconv(Net& net, int from, const Stage& stage, int stride) {
  int at = from;
  if (stage.expand > 1) at = net.conv_bn(at, {.filters = net.channels(from) * stage.expand}, "silu");
  at = net.depthwise_bn(at, stage.kernel, stride, "silu");
  at = net.squeeze_excite(at, net.channels(from) / 4, "silu");
  at = net.conv_bn(at, {.filters = stage.filters}, "");
  return stride == 1 && net.channels(from) == stage.filters ? net.add(at, from) : at;
}

Experiment make_efficientnet_b0() {
  Net net(3, kImageNet);
  int at = net.conv_bn(Net::kInput, {.filters = 32, .kernel = 3, .stride = 2, .padding = 1}, "silu");
  for (const Stage& stage : {Stage{1, 3, 1, 16, 1}, Stage{6, 3, 2, 24, 2}, Stage{6, 5, 2, 40, 2}, Stage{6, 3, 2, 80, 3},
                             Stage{6, 5, 1, 112, 3}, Stage{6, 5, 2, 192, 4}, Stage{6, 3, 1, 320, 1}}) {
    for (int i = 0; i < stage.depth; ++i) at = mbconv(net, at, stage, i == 0 ? stage.stride : 1);
  }
  at = net.conv_bn(at, {.filters = 1280}, "silu");
  net.dense(net.dropout(net.global_average(at), 0.2), 1000, "softmax");
  return std::move(net).experiment();
}

Experiment make_tiny_mbconv() {
  Net net(1, kTinyData);
  int at = net.conv_bn(Net::kInput, {.filters = 8, .kernel = 3, .stride = 2, .padding = 1}, "silu");
  for (const Stage& stage : {Stage{3, 3, 1, 8, 1}, Stage{4, 3, 2, 16, 1}, Stage{4, 3, 1, 16, 1}}) at = mbconv(net, at, stage, stage.stride);
  at = net.conv_bn(at, {.filters = 48}, "silu");
  net.dense(net.global_average(at), 10, "softmax");
  return std::move(net).experiment();
}

}  // namespace

constinit const PresetRow kDenseNet121 = {
    .row = {.key = "densenet121",
            .label = {"DenseNet-121 (2016)", "DenseNet-121 (2016)"},
            .help = {"Every layer reads all earlier ones: watch the channels grow by 32.",
                     "Chaque couche lit toutes les précédentes : voyez les canaux croître de 32 en 32."},
            .formula = "k₀ + L·k"},
    .make = make_densenet121,
    .only_described = true};

constinit const PresetRow kEfficientNetB0 = {
    .row = {.key = "efficientnet_b0",
            .label = {"EfficientNet-B0 (2019)", "EfficientNet-B0 (2019)"},
            .help = {"Compare its multiplications with those of ResNet-18, which answers less well.",
                     "Comparez ses multiplications à celles de ResNet-18, qui répond moins bien."},
            .formula = "224 → 112 → 56 → 28 → 14 → 7 → 1"},
    .make = make_efficientnet_b0,
    .only_described = true};

constinit const PresetRow presets::kTinyDenseNet = {
    .row = {.key = "tiny_densenet",
            .label = {"Tiny DenseNet", "Mini DenseNet"},
            .help = {"Every layer adds six maps to all earlier ones: follow the channels through the network.",
                     "Chaque couche ajoute six cartes à toutes les précédentes : suivez les canaux dans le réseau."},
            .formula = "k₀ + L·k"},
    .make = make_tiny_densenet};

constinit const PresetRow presets::kTinyMbconv = {
    .row = {.key = "tiny_mbconv",
            .label = {"Tiny EfficientNet", "Mini EfficientNet"},
            .help = {"One kernel per channel, then 1 × 1: compare its multiplications with those of the tiny VGG.",
                     "Un noyau par canal, puis 1 × 1 : comparez ses multiplications à celles du mini VGG."},
            .formula = ""},
    .make = make_tiny_mbconv};

}  // namespace myelin
