// Sequences and signals: waves to tell apart, the next value of a sine, the parity of bits. One channel, {1, length}. Sample i
// depends on (settings except `samples`, i) alone, so that more samples never move the first ones.
#include <cmath>

#include "base/function_ref.h"
#include "base/rng.h"
#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"
#include "kernels/fmath.h"

namespace myelin::data {
namespace {

// What one sample is made from: its place in the set and its own random numbers.
struct Sample {
  int index;
  Rng draws;
  double* values;  // `length` of them, to be filled
  double target = 0;
};

Dataset make_sequences(const Settings& settings, Task task, Text input, FunctionRef<void(Sample&, int length)> fill) {
  Dataset data;
  const int length = settings.integer("length");
  data.task = task;
  data.input_shape = Shape{1, length};
  data.input_names = numbered_inputs(input, length);
  data.count = settings.integer("samples");
  const size_t count = static_cast<size_t>(data.count);
  data.part.assign(count, SplitPart::train);
  data.values.resize(count * static_cast<size_t>(length));
  data.targets.reserve(count);
  const Rng random(seed_of(settings), Stream::data);
  for (int i = 0; i < data.count; ++i) {
    double* values = data.values.data() + static_cast<size_t>(i) * static_cast<size_t>(length);
    Sample sample{i, random.child(static_cast<uint64_t>(i)), values};
    fill(sample, length);
    data.targets.push_back(sample.target);
  }
  return data;
}

// Adds normal noise with this deviation.
void add_noise(const Settings& settings, const Sample& sample, int length, double deviation) {
  if (deviation == 0) return;
  const Rng noise = Rng(seed_of(settings), Stream::noise).child(static_cast<uint64_t>(sample.index));
  for (int t = 0; t < length; ++t) sample.values[t] += deviation * noise.normal(static_cast<uint64_t>(t));
}

// --- Waves ----------------------------------------------------------------------------------------------------------

constexpr Text kWaves[] = {{"sine", "sinus"}, {"square", "carré"}, {"chirp", "modulation"}};
constexpr int kWaveCount = 3;

double wave(int kind, double turns) {
  const double part = turns - std::floor(turns);
  if (kind == 1) return part < 0.5 ? 1 : -1;
  return fmath::sin(kTwoPi * part);
}

Result<Dataset> make_signals(const Settings& settings, std::span<const std::span<const std::byte>>) {
  const double deviation = settings["noise"] / 50;
  Dataset data = make_sequences(settings, Task::classes, {"time", "instant"}, [&](Sample& sample, int length) {
    const int kind = sample.index % kWaveCount;
    const double start = sample.draws.uniform(0);
    const double height = sample.draws.uniform(1, 0.6, 1);
    const double cycles = sample.draws.uniform(2, 2, 5);      // over the whole signal
    const double growth = sample.draws.uniform(3, 1.5, 2.5);  // of a chirp: from cycles / growth to cycles * growth
    for (int t = 0; t < length; ++t) {
      const double at = static_cast<double>(t) / length;
      double turns = cycles * at;
      // The turns are the integral of a frequency that grows in a straight line.
      if (kind == 2) turns = cycles * (at / growth + (growth - 1 / growth) * at * at / 2);
      sample.values[t] = height * wave(kind, start + turns);
    }
    add_noise(settings, sample, length, deviation);
    sample.target = kind;
  });
  for (const Text& name : kWaves) data.class_names.push_back({name.en, name.fr});
  return data;
}

constexpr Field kSignalFields[] = {
    noise_field({"Normal noise on each value; 50 %: as large as the signal.", "Bruit normal sur chaque valeur ; 50 % : aussi grand que le signal."}),
    length_field({"How many values a signal has.", "Le nombre de valeurs d’un signal."}, 32, 256, 64),
    samples_field(9, 5000, 600),
    kSeed,
};

// --- The next value of a sine -----------------------------------------------------------------------------------------

Result<Dataset> make_sine_next(const Settings& settings, std::span<const std::span<const std::byte>>) {
  const double deviation = settings["noise"] / 100;
  return make_sequences(settings, Task::regression, {"value", "valeur"}, [&](Sample& sample, int length) {
    const double start = sample.draws.uniform(0);
    const double pace = sample.draws.uniform(1, 0.04, 0.2);  // turns from one value to the next
    const auto value = [&](int t) { return fmath::sin(kTwoPi * (start + pace * t)); };
    for (int t = 0; t < length; ++t) sample.values[t] = value(t);
    add_noise(settings, sample, length, deviation);
    sample.target = value(length);
  });
}

constexpr Field kSineFields[] = {
    noise_field({"Normal noise on the values that are shown; the value to predict has none.",
                 "Bruit normal sur les valeurs montrées ; la valeur à prédire n’en a pas."}),
    length_field({"How many values are shown before the one to predict.", "Le nombre de valeurs montrées avant celle à prédire."}, 2, 64, 12),
    samples_field(10, 10000, 600),
    kSeed,
};

// --- Parity -----------------------------------------------------------------------------------------------------------

Result<Dataset> make_parity(const Settings& settings, std::span<const std::span<const std::byte>>) {
  Dataset data = make_sequences(settings, Task::binary, {"bit", "bit"}, [](Sample& sample, int length) {
    // All bits but the last are drawn; the last makes both classes equally frequent.
    const int target = sample.index % 2;
    int ones = 0;
    for (int t = 0; t + 1 < length; ++t) {
      const int bit = static_cast<int>(sample.draws.below(static_cast<uint64_t>(t), 2));
      sample.values[t] = bit;
      ones += bit;
    }
    sample.values[length - 1] = (ones + target) % 2;
    sample.target = target;
  });
  data.class_names = {{"even", "pair"}, {"odd", "impair"}};
  return data;
}

constexpr Field kParityFields[] = {
    length_field({"How many bits a sequence has.", "Le nombre de bits d’une suite."}, 2, 32, 8),
    samples_field(10, 10000, 500),
    kSeed,
};

}  // namespace

constinit const DatasetRow kSignals = {
    .row = {.key = "signals",
            .label = {"Signals", "Signaux"},
            .help = {"Sines, square waves and chirps of any phase and frequency, to be told apart.",
                     "Sinus, signaux carrés et modulations de phase et de fréquence quelconques, à distinguer."},
            .formula = "a·sin 2πφ(t), a·sgn sin 2πφ(t); φ = φ₀ + f·t, φ₀ + f₀·t + (f₁ − f₀)·t²/2",
            .fields = kSignalFields},
    .make = make_signals,
};

constinit const DatasetRow kSineNext = {
    .row = {.key = "sine_next",
            .label = {"Next value of a sine", "Valeur suivante d’un sinus"},
            .help = {"A few values of a sine of any frequency and phase; the next one is to be predicted.",
                     "Quelques valeurs d’un sinus de fréquence et de phase quelconques ; la suivante est à prédire."},
            .formula = "x(t) = sin 2π(φ₀ + f·t), y = x(length)",
            .fields = kSineFields},
    .make = make_sine_next,
};

constinit const DatasetRow kParity = {
    .row = {.key = "parity",
            .label = {"Parity", "Parité"},
            .help = {"Sequences of bits: is the number of ones even or odd? A network must remember what it has read.",
                     "Des suites de bits : le nombre de uns est-il pair ou impair ? Un réseau doit se souvenir de ce qu’il a lu."},
            .formula = "y = (x₁ + … + xₙ) mod 2",
            .fields = kParityFields},
    .make = make_parity,
};

}  // namespace myelin::data
