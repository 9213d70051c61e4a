// Networks whose blocks look at several sizes side by side: GoogLeNet and Inception-v4.
#include "catalog/architectures/net.h"
#include "catalog/architectures/rows.h"
#include "catalog/presets.h"

namespace myelin {
namespace {

// --- GoogLeNet: Szegedy et al. 2015 in torchvision's form ----------------------------------------------------------------
// Batch normalisation, no auxiliary heads, and 3 x 3 where the paper has 5 x 5: its weights came from a TensorFlow model that did so.

struct Widths {
  int one, reduce_three, three, reduce_five, five, pool;
};

int inception(Net& net, int from, const Widths& w) {
  const int a = net.conv_bn(from, {.filters = w.one});
  const int b = net.conv_bn(net.conv_bn(from, {.filters = w.reduce_three}), {.filters = w.three, .kernel = 3, .padding = 1});
  const int c = net.conv_bn(net.conv_bn(from, {.filters = w.reduce_five}), {.filters = w.five, .kernel = 3, .padding = 1});
  const int d = net.conv_bn(net.pool("max", from, 3, 1, 1), {.filters = w.pool});
  return net.concat({a, b, c, d});
}

Experiment make_googlenet() {
  Net net(3, kImageNet);
  int at = net.conv_bn(Net::kInput, {.filters = 64, .kernel = 7, .stride = 2, .padding = 3});
  at = net.pool("max", at, 3, 2, Net::kCeil);
  at = net.conv_bn(net.conv_bn(at, {.filters = 64}), {.filters = 192, .kernel = 3, .padding = 1});
  at = net.pool("max", at, 3, 2, Net::kCeil);
  at = inception(net, at, {64, 96, 128, 16, 32, 32});
  at = inception(net, at, {128, 128, 192, 32, 96, 64});
  at = net.pool("max", at, 3, 2, Net::kCeil);
  at = inception(net, at, {192, 96, 208, 16, 48, 64});
  at = inception(net, at, {160, 112, 224, 24, 64, 64});
  at = inception(net, at, {128, 128, 256, 24, 64, 64});
  at = inception(net, at, {112, 144, 288, 32, 64, 64});
  at = inception(net, at, {256, 160, 320, 32, 128, 128});
  at = net.pool("max", at, 2, 2);
  at = inception(net, at, {256, 160, 320, 32, 128, 128});
  at = inception(net, at, {384, 192, 384, 48, 128, 128});
  net.dense(net.dropout(net.global_average(at), 0.2), 1000, "softmax");
  return std::move(net).experiment();
}

Experiment make_tiny_inception() {
  Net net(1, kTinyData);
  int at = net.conv_bn(Net::kInput, {.filters = 12, .kernel = 3, .stride = 2, .padding = 1});
  at = inception(net, at, {6, 6, 8, 4, 4, 6});
  at = inception(net, net.pool("max", at, 2, 2), {12, 12, 16, 6, 8, 12});
  net.dense(net.global_average(at), 10, "softmax");
  return std::move(net).experiment();
}

// --- Inception-v4: Szegedy et al. 2017, figures 3 to 9 -----------------------------------------------------------------------

// rows x columns, keeping the size.
int wide(Net& net, int from, int filters, int rows, int columns) {
  return net.conv_bn(from, {.filters = filters, .kernel = rows, .padding = Net::kSame, .kernel_columns = columns});
}
int reduced(Net& net, int from, int filters) { return net.conv_bn(from, {.filters = filters}); }
int halved(Net& net, int from, int filters) { return net.conv_bn(from, {.filters = filters, .kernel = 3, .stride = 2}); }
int pooled(Net& net, int from, int filters) { return reduced(net, net.pool("average", from, 3, 1, 1), filters); }

int stem(Net& net) {
  int at = halved(net, Net::kInput, 32);
  at = net.conv_bn(at, {.filters = 32, .kernel = 3});
  at = wide(net, at, 64, 3, 3);
  const int pool = net.pool("max", at, 3, 2);
  at = net.concat({pool, halved(net, at, 96)});
  const int short_branch = net.conv_bn(reduced(net, at, 64), {.filters = 96, .kernel = 3});
  const int long_branch = wide(net, wide(net, reduced(net, at, 64), 64, 1, 7), 64, 7, 1);
  at = net.concat({short_branch, net.conv_bn(long_branch, {.filters = 96, .kernel = 3})});
  const int convolved = halved(net, at, 192);
  return net.concat({convolved, net.pool("max", at, 3, 2)});
}

int block_a(Net& net, int from) {
  const int a = reduced(net, from, 96);
  const int b = wide(net, reduced(net, from, 64), 96, 3, 3);
  const int c = wide(net, wide(net, reduced(net, from, 64), 96, 3, 3), 96, 3, 3);
  return net.concat({a, b, c, pooled(net, from, 96)});
}

int reduction_a(Net& net, int from) {
  const int a = halved(net, from, 384);
  const int b = halved(net, wide(net, reduced(net, from, 192), 224, 3, 3), 256);
  return net.concat({a, b, net.pool("max", from, 3, 2)});
}

int block_b(Net& net, int from) {
  const int a = reduced(net, from, 384);
  const int b = wide(net, wide(net, reduced(net, from, 192), 224, 1, 7), 256, 7, 1);
  int c = wide(net, wide(net, reduced(net, from, 192), 192, 7, 1), 224, 1, 7);
  c = wide(net, wide(net, c, 224, 7, 1), 256, 1, 7);
  return net.concat({a, b, c, pooled(net, from, 128)});
}

int reduction_b(Net& net, int from) {
  const int a = halved(net, reduced(net, from, 192), 192);
  const int b = halved(net, wide(net, wide(net, reduced(net, from, 256), 256, 1, 7), 320, 7, 1), 320);
  return net.concat({a, b, net.pool("max", from, 3, 2)});
}

int block_c(Net& net, int from) {
  const int a = reduced(net, from, 256);
  const int b = reduced(net, from, 384);
  const int b1 = wide(net, b, 256, 1, 3), b2 = wide(net, b, 256, 3, 1);
  const int c = wide(net, wide(net, reduced(net, from, 384), 448, 3, 1), 512, 1, 3);
  const int c1 = wide(net, c, 256, 1, 3), c2 = wide(net, c, 256, 3, 1);
  return net.concat({a, b1, b2, c1, c2, pooled(net, from, 256)});
}

Experiment make_inception_v4() {
  Net net(3, "data=no_data&data.rows=299&data.columns=299&loss=cross_entropy");
  int at = stem(net);
  for (int i = 0; i < 4; ++i) at = block_a(net, at);
  at = reduction_a(net, at);
  for (int i = 0; i < 7; ++i) at = block_b(net, at);
  at = reduction_b(net, at);
  for (int i = 0; i < 3; ++i) at = block_c(net, at);
  net.dense(net.dropout(net.global_average(at), 0.2), 1000, "softmax");
  return std::move(net).experiment();
}

}  // namespace

constinit const PresetRow kGoogLeNet = {
    .row = {.key = "googlenet",
            .label = {"GoogLeNet (2014)", "GoogLeNet (2014)"},
            .help = {"Follow one inception block: the 1 × 1 layers make the dear ones cheap.",
                     "Suivez un bloc inception : les couches 1 × 1 rendent bon marché les couches chères."},
            .formula = "224 → 112 → 56 → 28 → 14 → 7 → 1"},
    .make = make_googlenet,
    .only_described = true};

constinit const PresetRow kInceptionV4 = {
    .row = {.key = "inception_v4",
            .label = {"Inception-v4 (2016)", "Inception-v4 (2016)"},
            .help = {"Compare a 7 × 7 kernel with 1 × 7 followed by 7 × 1: 49 weights or 14?",
                     "Comparez un noyau 7 × 7 à 1 × 7 suivi de 7 × 1 : 49 poids ou 14 ?"},
            .formula = "299 → 149 → 73 → 35 → 17 → 8 → 1"},
    .make = make_inception_v4,
    .only_described = true};

constinit const PresetRow presets::kTinyInception = {
    .row = {.key = "tiny_inception",
            .label = {"Tiny Inception", "Mini Inception"},
            .help = {"Four branches look at different sizes: cut one off and see whether it is missed.",
                     "Quatre branches regardent à des échelles différentes : coupez-en une et voyez si elle manque."},
            .formula = ""},
    .make = make_tiny_inception};

}  // namespace myelin
