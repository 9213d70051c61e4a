// Networks that answer with an image: an autoencoder and a segmenter. The classifiers of images stand with their large siblings
// in architectures/.
#include "catalog/presets.h"

namespace myelin::presets {

// Curriculum X2: the code has two numbers, so that it can be drawn.
constinit const PresetRow kAutoencoder = {
    .row = {.key = "autoencoder",
            .label = {"Autoencoder", "Auto-encodeur"},
            .help = {"Each digit passes through two numbers: which digits can still be told apart?",
                     "Chaque chiffre passe par deux nombres : lesquels se distinguent encore ?"},
            .formula = "z = f(x),  J = ‖x − g(z)‖²"},
    .link = "data=digits&net=dense(units:32,activation:tanh)dense(units:2,activation:linear)dense(units:32,activation:tanh)"
            "dense(units:64,activation:sigmoid)&loss=reconstruction&opt=adam&opt.rate=0.003&train.batch=32"};

// After Ronneberger, Fischer and Brox 2015: down, up, and a shortcut for what pooling forgets.
constinit const PresetRow kSegmenter = {
    .row = {.key = "segmenter",
            .label = {"Cutting out shapes", "Découpage de formes"},
            .help = {"A small U-Net says of each pixel whether it belongs to a shape: remove the concatenation and look at the edges.",
                     "Un petit U-Net dit de chaque pixel s’il appartient à une forme : retirez la concaténation et regardez les bords."},
            .formula = ""},
    .link = "data=shapes_mask&data.samples=300&net=conv2d(padding:same)pool2d()conv2d(filters:16,padding:same)pool2d()"
            "conv2d(filters:16,padding:same)upsample()concat@6,3()conv2d(padding:same)upsample()concat@9,1()conv2d(padding:same)"
            "conv2d(filters:1,kernel:1,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.01&train.batch=16"};

}  // namespace myelin::presets
