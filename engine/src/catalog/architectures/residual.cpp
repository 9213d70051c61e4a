// Networks of residual blocks, H(x) = F(x) + x: ResNet and SENet.
#include "catalog/architectures/net.h"
#include "catalog/architectures/rows.h"
#include "catalog/presets.h"

namespace myelin {
namespace {

// He et al. 2016, section 3.3: where size or width changes, the shortcut is a convolution, too.
int shortcut(Net& net, int from, int filters, int stride, int kernel) {
  if (stride == 1 && net.channels(from) == filters) return from;
  return net.conv_bn(from, {.filters = filters, .kernel = kernel, .stride = stride, .padding = kernel / 2}, "");
}

int basic_block(Net& net, int from, int filters, int stride) {
  const int x = shortcut(net, from, filters, stride, 1);
  const int first = net.conv_bn(from, {.filters = filters, .kernel = 3, .stride = stride, .padding = 1});
  const int f = net.conv_bn(first, {.filters = filters, .kernel = 3, .padding = 1}, "");
  return net.activation(net.add(f, x), "relu");
}

// The stride stands at the 3 x 3 layer, as in torchvision ("v1.5"; the paper has it at the first 1 x 1).
int bottleneck(Net& net, int from, int width, int stride) {
  const int x = shortcut(net, from, 4 * width, stride, 1);
  const int narrow = net.conv_bn(from, {.filters = width});
  const int middle = net.conv_bn(narrow, {.filters = width, .kernel = 3, .stride = stride, .padding = 1});
  return net.activation(net.add(net.conv_bn(middle, {.filters = 4 * width}, ""), x), "relu");
}

// Hu et al. 2018, section 6.4: grouped, with half the narrowing, and each channel weighted by what all channels show.
int senet_block(Net& net, int from, int width, int stride) {
  const int x = shortcut(net, from, 4 * width, stride, stride == 1 ? 1 : 3);
  const int narrow = net.conv_bn(from, {.filters = 2 * width});
  const int middle = net.conv_bn(narrow, {.filters = 4 * width, .kernel = 3, .stride = stride, .padding = 1, .groups = 64});
  const int f = net.conv_bn(middle, {.filters = 4 * width}, "");
  return net.activation(net.add(net.squeeze_excite(f, width / 4, "relu"), x), "relu");
}

using Block = int (*)(Net&, int from, int width, int stride);

int stages(Net& net, int at, Block block, const int (&depths)[4]) {
  for (int stage = 0; stage < 4; ++stage) {
    for (int i = 0; i < depths[stage]; ++i) at = block(net, at, 64 << stage, stage > 0 && i == 0 ? 2 : 1);
  }
  return at;
}

Experiment make_resnet(Block block, const int (&depths)[4]) {
  Net net(3, kImageNet);
  int at = net.conv_bn(Net::kInput, {.filters = 64, .kernel = 7, .stride = 2, .padding = 3});
  at = stages(net, net.pool("max", at, 3, 2, 1), block, depths);
  net.dense(net.global_average(at), 1000, "softmax");
  return std::move(net).experiment();
}
Experiment make_resnet18() { return make_resnet(basic_block, {2, 2, 2, 2}); }
Experiment make_resnet50() { return make_resnet(bottleneck, {3, 4, 6, 3}); }
Experiment make_resnet152() { return make_resnet(bottleneck, {3, 8, 36, 3}); }

Experiment make_senet154() {
  Net net(3, kImageNet);
  int at = net.conv_bn(Net::kInput, {.filters = 64, .kernel = 3, .stride = 2, .padding = 1});
  at = net.conv_bn(at, {.filters = 64, .kernel = 3, .padding = 1});
  at = net.conv_bn(at, {.filters = 128, .kernel = 3, .padding = 1});
  at = stages(net, net.pool("max", at, 3, 2, Net::kCeil), senet_block, {3, 8, 36, 3});
  net.dense(net.dropout(net.global_average(at), 0.2), 1000, "softmax");
  return std::move(net).experiment();
}

// Two stages of two blocks, at 14 x 14 and at 7 x 7.
int tiny_stages(Net& net, Block block) {
  int at = net.conv_bn(Net::kInput, {.filters = 8, .kernel = 3, .stride = 2, .padding = 1});
  at = block(net, block(net, at, 8, 1), 8, 1);
  return block(net, block(net, at, 16, 2), 16, 1);
}

Experiment make_tiny_resnet() {
  Net net(1, kTinyData);
  net.dense(net.global_average(tiny_stages(net, basic_block)), 10, "softmax");
  return std::move(net).experiment();
}

int tiny_senet_block(Net& net, int from, int filters, int stride) {
  const int x = shortcut(net, from, filters, stride, 1);
  const int first = net.conv_bn(from, {.filters = filters, .kernel = 3, .stride = stride, .padding = 1});
  const int f = net.conv_bn(first, {.filters = filters, .kernel = 3, .padding = 1}, "");
  return net.activation(net.add(net.squeeze_excite(f, filters / 4, "relu"), x), "relu");
}

Experiment make_tiny_senet() {
  Net net(1, kTinyData);
  net.dense(net.global_average(tiny_stages(net, tiny_senet_block)), 10, "softmax");
  return std::move(net).experiment();
}

}  // namespace

constinit const PresetRow kResNet18 = {
    .row = {.key = "resnet18",
            .label = {"ResNet-18 (2015)", "ResNet-18 (2015)"},
            .help = {"Each addition lets the input pass unchanged: find the eight shortcuts.",
                     "Chaque addition laisse passer l’entrée telle quelle : trouvez les huit raccourcis."},
            .formula = "H(x) = F(x) + x"},
    .make = make_resnet18,
    .only_described = true};

constinit const PresetRow kResNet50 = {
    .row = {.key = "resnet50",
            .label = {"ResNet-50 (2015)", "ResNet-50 (2015)"},
            .help = {"Narrow, look, widen: compare its blocks with those of ResNet-18.",
                     "Rétrécir, regarder, élargir : comparez ses blocs à ceux de ResNet-18."},
            .formula = "H(x) = F(x) + x"},
    .make = make_resnet50,
    .only_described = true};

constinit const PresetRow kResNet152 = {
    .row = {.key = "resnet152",
            .label = {"ResNet-152 (2015)", "ResNet-152 (2015)"},
            .help = {"Eight times as deep as VGG-19: does it have more parameters?",
                     "Huit fois plus profond que VGG-19 : a-t-il plus de paramètres ?"},
            .formula = "H(x) = F(x) + x"},
    .make = make_resnet152,
    .only_described = true};

constinit const PresetRow kSeNet154 = {
    .row = {.key = "senet154",
            .label = {"SENet-154 (2017)", "SENet-154 (2017)"},
            .help = {"Each block weights its channels: what do these small dense layers cost?",
                     "Chaque bloc pondère ses canaux : que coûtent ces petites couches denses ?"},
            .formula = "H(x) = s(F(x)) · F(x) + x"},
    .make = make_senet154,
    .only_described = true};

constinit const PresetRow presets::kTinyResNet = {
    .row = {.key = "tiny_resnet",
            .label = {"Tiny ResNet", "Mini ResNet"},
            .help = {"Remove the additions: does the network without shortcuts learn as fast?",
                     "Retirez les additions : sans raccourcis, le réseau apprend-il aussi vite ?"},
            .formula = "H(x) = F(x) + x"},
    .make = make_tiny_resnet};

constinit const PresetRow presets::kTinySeNet = {
    .row = {.key = "tiny_senet",
            .label = {"Tiny SENet", "Mini SENet"},
            .help = {"Click on an image and read the factors of the channels: which ones are switched off?",
                     "Cliquez sur une image et lisez les facteurs des canaux : lesquels sont éteints ?"},
            .formula = "H(x) = s(F(x)) · F(x) + x"},
    .make = make_tiny_senet};

}  // namespace myelin
