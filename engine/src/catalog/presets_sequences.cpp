// Networks for signals, sequences and sentences.
#include "catalog/presets.h"

namespace myelin::presets {

constinit const PresetRow kSignalsConv = {
    .row = {.key = "signals_conv",
            .label = {"Signals, convolutions", "Signaux, convolutions"},
            .help = {"Filters slide along the signal: raise the noise until sines and chirps are confused.",
                     "Les filtres glissent le long du signal : augmentez le bruit jusqu’à confondre sinus et modulations."},
            .formula = ""},
    .link = "data=signals&net=conv1d(filters:8,kernel:7,padding:same)pool1d()conv1d(filters:12,kernel:5,padding:same)pool1d()"
            "global_pool(mode:average)dense(units:3,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.01&train.batch=20"};

constinit const PresetRow kParityRnn = {
    .row = {.key = "parity_rnn",
            .label = {"Parity, recurrent", "Parité, récurrent"},
            .help = {"The network reads one bit at a time and has to remember: make the sequences longer.",
                     "Le réseau lit un bit à la fois et doit se souvenir : allongez les suites."},
            .formula = "hₜ = tanh(W xₜ + U hₜ₋₁ + b)"},
    .link = "data=parity&data.length=6&net=rnn(units:8)dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.02&train.batch=20"};

constinit const PresetRow kSineGru = {
    .row = {.key = "sine_gru",
            .label = {"Next value, GRU", "Valeur suivante, GRU"},
            .help = {"Show fewer values: from how many on can the next one be known?",
                     "Montrez moins de valeurs : à partir de combien la suivante est-elle prévisible ?"},
            .formula = ""},
    .link = "data=sine_next&net=gru(units:8)dense(units:1,activation:linear)&loss=mse&opt=adam&opt.rate=0.01&train.batch=20"};

constinit const PresetRow kSineLstm = {
    .row = {.key = "sine_lstm",
            .label = {"Next value, LSTM", "Valeur suivante, LSTM"},
            .help = {"Compare with the GRU: more parameters, but is the prediction better?",
                     "Comparez au GRU : plus de paramètres, mais la prévision est-elle meilleure ?"},
            .formula = ""},
    .link = "data=sine_next&net=lstm(units:8)dense(units:1,activation:linear)&loss=mse&opt=adam&opt.rate=0.01&train.batch=20"};

constinit const PresetRow kReviewsBag = {
    .row = {.key = "reviews_bag",
            .label = {"Film reviews, bag of words", "Critiques de films, sac de mots"},
            .help = {"One weight per word: find the words that speak most for and against a film.",
                     "Un poids par mot : trouvez les mots qui parlent le plus pour ou contre un film."},
            .formula = ""},
    .link = "data=reviews&net=bag()dense(units:1,activation:sigmoid)&loss=binary_cross_entropy&opt=adam&opt.rate=0.01&train.batch=20"};

constinit const PresetRow kReviewsEmbedding = {
    .row = {.key = "reviews_embedding",
            .label = {"Film reviews, embedding", "Critiques de films, plongement"},
            .help = {"Words become points: see whether good and excellent move close to each other.",
                     "Les mots deviennent des points : voyez si bon et excellent se rapprochent."},
            .formula = ""},
    .link = "data=reviews&net=embedding(size:4)global_pool(mode:average)dense(units:1,activation:sigmoid)"
            "&loss=binary_cross_entropy&opt=adam&opt.rate=0.01&train.batch=20"};

// The idea of Dosovitskiy et al. 2021 in one dimension: pieces of the signal are embedded, told where they stand, and compared.
constinit const PresetRow kAttention = {
    .row = {.key = "attention",
            .label = {"Signals, attention", "Signaux, attention"},
            .help = {"Pieces of the signal look at each other: remove the attention or the positions and see what is lost.",
                     "Les morceaux du signal se regardent entre eux : retirez l’attention ou les positions et voyez ce qui se perd."},
            .formula = "softmax(Q Kᵀ / √d) V"},
    .link = "data=signals&net=conv1d(filters:8,kernel:8,stride:4)positions()attention(heads:2)add@2,3()layer_norm()global_pool(mode:average)"
            "dense(units:3,activation:softmax)&loss=cross_entropy&opt=adam&opt.rate=0.01&train.batch=20"};

}  // namespace myelin::presets
