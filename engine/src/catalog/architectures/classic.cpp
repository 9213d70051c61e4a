// Networks that are one chain: AlexNet, VGG and Network in Network.
#include "catalog/architectures/net.h"
#include "catalog/architectures/rows.h"
#include "catalog/presets.h"

namespace myelin {
namespace {

int classifier_of_4096(Net& net, int at) {
  at = net.flatten(at);
  at = net.dropout(net.dense(at, 4096, "relu"), 0.5);
  at = net.dropout(net.dense(at, 4096, "relu"), 0.5);
  return net.dense(at, 1000, "softmax");
}

// Krizhevsky, Sutskever and Hinton 2012, with its two groups; sizes and the order of pooling and normalisation as the courses
// (and Stanford's CS231n) print them. The published 224 rows only fit with 227.
Experiment make_alexnet() {
  Net net(3, "data=no_data&data.rows=227&data.columns=227&loss=cross_entropy");
  int at = net.conv(Net::kInput, {.filters = 96, .kernel = 11, .stride = 4});
  at = net.response_norm(net.pool("max", at, 3, 2));
  at = net.conv(at, {.filters = 256, .kernel = 5, .padding = 2, .groups = 2});
  at = net.response_norm(net.pool("max", at, 3, 2));
  at = net.conv(at, {.filters = 384, .kernel = 3, .padding = 1});
  at = net.conv(at, {.filters = 384, .kernel = 3, .padding = 1, .groups = 2});
  at = net.conv(at, {.filters = 256, .kernel = 3, .padding = 1, .groups = 2});
  classifier_of_4096(net, net.pool("max", at, 3, 2));
  return std::move(net).experiment();
}

// Simonyan and Zisserman 2015, configurations D and E: 3 x 3 throughout, twice the filters after each of the first three pools.
Experiment make_vgg(int late) {
  Net net(3, kImageNet);
  int at = Net::kInput;
  const int depths[] = {2, 2, late, late, late}, filters[] = {64, 128, 256, 512, 512};
  for (int stage = 0; stage < 5; ++stage) {
    for (int i = 0; i < depths[stage]; ++i) at = net.conv(at, {.filters = filters[stage], .kernel = 3, .padding = 1});
    at = net.pool("max", at, 2, 2);
  }
  classifier_of_4096(net, at);
  return std::move(net).experiment();
}
Experiment make_vgg16() { return make_vgg(3); }
Experiment make_vgg19() { return make_vgg(4); }

// Lin, Chen and Yan 2014, as the first author's ImageNet model for Caffe has it: after each convolution a small network of
// 1 x 1 convolutions at every pixel; the last maps are averaged to the classes.
Experiment make_nin() {
  Net net(3, kImageNet);
  int at = Net::kInput;
  const auto mlpconv = [&](const Net::Conv& first, int last_filters) {
    at = net.conv(at, first);
    at = net.conv(at, {.filters = first.filters});
    at = net.conv(at, {.filters = last_filters});
  };
  mlpconv({.filters = 96, .kernel = 11, .stride = 4}, 96);
  at = net.pool("max", at, 3, 2, Net::kCeil);
  mlpconv({.filters = 256, .kernel = 5, .padding = 2}, 256);
  at = net.pool("max", at, 3, 2, Net::kCeil);
  mlpconv({.filters = 384, .kernel = 3, .padding = 1}, 384);
  at = net.dropout(net.pool("max", at, 3, 2, Net::kCeil), 0.5);
  mlpconv({.filters = 1024, .kernel = 3, .padding = 1}, 1000);
  net.activation(net.global_average(at), "softmax");
  return std::move(net).experiment();
}

// LeCun et al. 1998 in the full-connection form: average pooling, tanh, two pixels of border that make 28 x 28 the paper's 32 x 32.
Experiment make_lenet5() {
  Net net(1, kTinyData);
  int at = net.conv(Net::kInput, {.filters = 6, .kernel = 5, .padding = 2}, "tanh");
  at = net.conv(net.pool("average", at, 2, 2), {.filters = 16, .kernel = 5}, "tanh");
  at = net.flatten(net.pool("average", at, 2, 2));
  net.dense(net.dense(net.dense(at, 120, "tanh"), 84, "tanh"), 10, "softmax");
  return std::move(net).experiment();
}

Experiment make_tiny_alexnet() {
  Net net(1, kTinyData);
  int at = net.conv(Net::kInput, {.filters = 12, .kernel = 5, .stride = 2, .padding = 2});
  at = net.response_norm(net.pool("max", at, 3, 2, 1));
  at = net.conv(at, {.filters = 24, .kernel = 5, .padding = 2, .groups = 2});
  at = net.response_norm(net.pool("max", at, 3, 2));
  at = net.conv(at, {.filters = 32, .kernel = 3, .padding = 1});
  at = net.conv(at, {.filters = 32, .kernel = 3, .padding = 1, .groups = 2});
  at = net.dropout(net.dense(net.flatten(at), 64, "relu"), 0.3);
  net.dense(at, 10, "softmax");
  return std::move(net).experiment();
}

Experiment make_tiny_vgg() {
  Net net(1, kTinyData);
  int at = Net::kInput;
  for (const int filters : {8, 16}) {
    for (int i = 0; i < 2; ++i) at = net.conv(at, {.filters = filters, .kernel = 3, .padding = 1});
    at = net.pool("max", at, 2, 2);
  }
  net.dense(net.dense(net.flatten(at), 48, "relu"), 10, "softmax");
  return std::move(net).experiment();
}

Experiment make_tiny_nin() {
  Net net(1, kTinyData);
  int at = net.conv(Net::kInput, {.filters = 16, .kernel = 5, .stride = 2, .padding = 2});
  at = net.pool("max", net.conv(at, {.filters = 16}), 2, 2);
  at = net.conv(net.conv(at, {.filters = 32, .kernel = 3, .padding = 1}), {.filters = 32});
  at = net.conv(at, {.filters = 10}, "linear");
  net.activation(net.global_average(at), "softmax");
  return std::move(net).experiment();
}

// Curriculum C15 (S0): 32 x 32 x 3, two convolutions of 5 x 5, a dense layer of ten classes.
Experiment make_conv_chain() {
  Net net(3, "data=no_data&data.rows=32&data.columns=32&data.classes=10&loss=cross_entropy");
  int at = net.conv(Net::kInput, {.filters = 6, .kernel = 5});
  at = net.conv(at, {.filters = 10, .kernel = 5});
  net.dense(net.flatten(at), 10, "softmax");
  return std::move(net).experiment();
}

}  // namespace

constinit const PresetRow kConvChain = {
    .row = {.key = "conv_chain",
            .label = {"Convolution sizes", "Tailles des convolutions"},
            .help = {"Compute sizes and parameters of each layer by hand, then compare with the table.",
                     "Calculez à la main la taille et les paramètres de chaque couche, puis comparez au tableau."},
            .formula = "32×32×3 → 28×28×6 → 24×24×10 → 10"},
    .make = make_conv_chain,
    .only_described = true};

constinit const PresetRow kAlexNet = {
    .row = {.key = "alexnet",
            .label = {"AlexNet (2012)", "AlexNet (2012)"},
            .help = {"Read the table: where are the parameters, and where are the multiplications?",
                     "Lisez le tableau : où sont les paramètres, et où sont les multiplications ?"},
            .formula = "227 → 55 → 27 → 27 → 13 → 13 → 13 → 13 → 6 → 9216 → 4096 → 4096 → 1000"},
    .make = make_alexnet,
    .only_described = true};

constinit const PresetRow kVgg16 = {
    .row = {.key = "vgg16",
            .label = {"VGG-16 (2014)", "VGG-16 (2014)"},
            .help = {"Only 3 × 3 kernels: find the one layer that holds three quarters of all parameters.",
                     "Rien que des noyaux 3 × 3 : trouvez la couche qui contient les trois quarts des paramètres."},
            .formula = "224 → 112 → 56 → 28 → 14 → 7"},
    .make = make_vgg16,
    .only_described = true};

constinit const PresetRow kVgg19 = {
    .row = {.key = "vgg19",
            .label = {"VGG-19 (2014)", "VGG-19 (2014)"},
            .help = {"Three layers more than VGG-16: compare what they add in parameters and in operations.",
                     "Trois couches de plus que VGG-16 : comparez ce qu’elles ajoutent en paramètres et en opérations."},
            .formula = "224 → 112 → 56 → 28 → 14 → 7"},
    .make = make_vgg19,
    .only_described = true};

constinit const PresetRow kNin = {
    .row = {.key = "nin",
            .label = {"Network in Network (2013)", "Network in Network (2013)"},
            .help = {"No dense layer at all: compare its parameters with those of AlexNet.",
                     "Aucune couche dense : comparez ses paramètres à ceux d’AlexNet."},
            .formula = "224 → 54 → 27 → 13 → 6 → 1"},
    .make = make_nin,
    .only_described = true};

namespace presets {

constinit const PresetRow kLeNet5 = {
    .row = {.key = "lenet5",
            .label = {"LeNet-5 (1998)", "LeNet-5 (1998)"},
            .help = {"The first network of its kind: replace tanh by ReLU and average by maximum, and compare.",
                     "Le premier réseau du genre : remplacez tanh par ReLU et la moyenne par le maximum, puis comparez."},
            .formula = "28×28 → 14×14×6 → 5×5×16 → 120 → 84 → 10"},
    .make = make_lenet5};

constinit const PresetRow kTinyAlexNet = {
    .row = {.key = "tiny_alexnet",
            .label = {"Tiny AlexNet", "Mini AlexNet"},
            .help = {"Two groups of filters, response normalisation, dropout: take one away and see what it was good for.",
                     "Deux groupes de filtres, normalisation de réponse, dropout : retirez-en un et voyez à quoi il servait."},
            .formula = ""},
    .make = make_tiny_alexnet};

constinit const PresetRow kTinyVgg = {
    .row = {.key = "tiny_vgg",
            .label = {"Tiny VGG", "Mini VGG"},
            .help = {"Two layers of 3 × 3 see what one of 5 × 5 sees: replace them and compare parameters and accuracy.",
                     "Deux couches 3 × 3 voient autant qu’une de 5 × 5 : remplacez-les et comparez paramètres et exactitude."},
            .formula = ""},
    .make = make_tiny_vgg};

constinit const PresetRow kTinyNin = {
    .row = {.key = "tiny_nin",
            .label = {"Tiny Network in Network", "Mini Network in Network"},
            .help = {"A 1 × 1 layer is a dense layer at every pixel: look at the ten maps that are averaged.",
                     "Une couche 1 × 1 est une couche dense à chaque pixel : regardez les dix cartes dont on fait la moyenne."},
            .formula = ""},
    .make = make_tiny_nin};

}  // namespace presets
}  // namespace myelin
