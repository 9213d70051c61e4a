// The table of schedules. Each factor is computed from the epoch alone, never from the factor before, so that a run that is
// taken up again at any epoch goes on with the same rate.
#include "nn/schedule.h"

#include <algorithm>
#include <array>

#include "kernels/fmath.h"

namespace myelin {
namespace {

double constant_factor(const ScheduleOptions&, int64_t) { return 1; }

// base^exponent by squaring: no call of the C library's pow, whose last digit differs between machines.
double power(double base, int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

double step_factor(const ScheduleOptions& options, int64_t epoch) {
  return power(options.factor, epoch / std::max<int64_t>(1, static_cast<int64_t>(options.every)));
}

double exponential_factor(const ScheduleOptions& options, int64_t epoch) { return power(options.factor, epoch); }

// Loshchilov and Hutter 2017, equation 5, without restarts: after the last epoch the rate stays at its floor.
double cosine_at(double share, double floor) {
  constexpr double kPi = 3.14159265358979323846;
  return floor + (1 - floor) * (1 + fmath::cos(kPi * std::min(share, 1.0))) / 2;
}

double cosine_factor(const ScheduleOptions& options, int64_t epoch) {
  return cosine_at(static_cast<double>(epoch) / options.epochs, options.floor);
}

double warm_up_factor(const ScheduleOptions& options, int64_t epoch) {
  const auto done = static_cast<double>(epoch);
  if (done < options.warm) return options.start + (1 - options.start) * done / options.warm;
  if (!options.then_cosine) return 1;
  return cosine_at((done - options.warm) / std::max(1.0, options.epochs - options.warm), options.floor);
}

constexpr Field factor_field(double fallback) {
  return {.key = "factor",
          .label = {"Factor", "Facteur"},
          .help = {"What the learning rate is multiplied by at each change.",
                   "Ce par quoi le taux d’apprentissage est multiplié à chaque changement."},
          .control = Control::slider,
          .min = 0.01,
          .max = 1,
          .step = 0.01,
          .fallback = fallback,
          .live = true};
}

constexpr Field epochs_field(const char* key, Text label, Text help, double min, double fallback) {
  return {.key = key,
          .label = label,
          .help = help,
          .control = Control::stepper,
          .min = min,
          .max = 100000,
          .step = 1,
          .fallback = fallback,
          .live = true};
}

constexpr Field kEnd = epochs_field("epochs", {"Last epoch", "Dernière époque"},
                                    {"The epoch at which the rate reaches its lowest value; it stays there.",
                                     "L’époque où le taux atteint sa plus petite valeur ; il y reste."},
                                    1, 100);
constexpr Field kFloor = {.key = "floor",
                          .label = {"Share at the end", "Part à la fin"},
                          .help = {"The share of the learning rate that is left at the last epoch.",
                                   "La part du taux d’apprentissage qui reste à la dernière époque."},
                          .control = Control::slider,
                          .min = 0,
                          .max = 1,
                          .step = 0.01,
                          .live = true};

constexpr Field kStepFields[] = {
    epochs_field("every", {"Every (epochs)", "Toutes les (époques)"},
                 {"The number of epochs between two changes.", "Le nombre d’époques entre deux changements."}, 1, 10),
    factor_field(0.1),
};
constexpr Field kExponentialFields[] = {factor_field(0.95)};
constexpr Field kCosineFields[] = {kEnd, kFloor};

constexpr Choice kAfter[] = {
    {"constant", {"constant", "constant"}},
    {"cosine", {"cosine", "cosinus"}},
};
constexpr Field kWarmUpFields[] = {
    epochs_field("warm", {"Warm-up (epochs)", "Échauffement (époques)"},
                 {"The number of epochs over which the rate rises in a straight line.",
                  "Le nombre d’époques pendant lesquelles le taux monte en ligne droite."},
                 1, 5),
    {.key = "start",
     .label = {"Share at the start", "Part au départ"},
     .help = {"The share of the learning rate with which the first epoch runs.",
              "La part du taux d’apprentissage utilisée à la première époque."},
     .control = Control::slider,
     .min = 0,
     .max = 1,
     .step = 0.01,
     .fallback = 0.1,
     .live = true},
    {.key = "after",
     .label = {"Afterwards", "Ensuite"},
     .help = {"What the rate does after the warm-up: stay, or fall along a cosine.",
              "Ce que fait le taux après l’échauffement : rester, ou descendre le long d’un cosinus."},
     .control = Control::choice,
     .choices = kAfter,
     .live = true},
    kEnd,
    kFloor,
};

constexpr Choice kWatched[] = {
    {"validation", {"validation", "validation"}},
    {"train", {"training", "apprentissage"}},
};
constexpr Field kPlateauFields[] = {
    factor_field(0.1),
    epochs_field("patience", {"Patience (epochs)", "Patience (époques)"},
                 {"How many epochs without progress are tolerated before the rate falls.",
                  "Le nombre d’époques sans progrès tolérées avant que le taux ne baisse."},
                 0, 10),
    {.key = "threshold",
     .label = {"Least progress", "Progrès minimal"},
     .help = {"The share by which the loss must fall below its best to count as progress.",
              "La part dont le coût doit passer sous son meilleur niveau pour compter comme un progrès."},
     .control = Control::log_slider,
     .min = 0,
     .max = 1,
     .step = 1e-6,
     .fallback = 1e-4,
     .live = true},
    {.key = "watched",
     .label = {"Watched loss", "Coût surveillé"},
     .help = {"The samples whose loss is watched; without validation samples, those of training.",
              "Les exemples dont le coût est surveillé ; sans exemples de validation, ceux d’apprentissage."},
     .control = Control::choice,
     .choices = kWatched,
     .live = true},
};

constexpr ScheduleRow kConstant = {
    .row = {.key = "constant",
            .label = {"Constant", "Constant"},
            .help = {"The learning rate stays as it is set.", "Le taux d’apprentissage reste tel qu’il est réglé."},
            .formula = "α"},
    .factor = constant_factor};

constexpr ScheduleRow kStep = {
    .row = {.key = "step",
            .label = {"Steps", "Paliers"},
            .help = {"Multiplies the learning rate by a factor every few epochs.",
                     "Multiplie le taux d’apprentissage par un facteur à intervalles d’époques réguliers."},
            .formula = "α · f^⌊t / n⌋",
            .fields = kStepFields},
    .factor = step_factor};

constexpr ScheduleRow kExponential = {
    .row = {.key = "exponential",
            .label = {"Exponential", "Exponentiel"},
            .help = {"Multiplies the learning rate by the same factor after every epoch.",
                     "Multiplie le taux d’apprentissage par un même facteur après chaque époque."},
            .formula = "α · f^t",
            .fields = kExponentialFields},
    .factor = exponential_factor};

constexpr ScheduleRow kCosine = {
    .row = {.key = "cosine",
            .label = {"Cosine", "Cosinus"},
            .help = {"Lets the learning rate fall along half a cosine: slowly, then fast, then slowly.",
                     "Fait descendre le taux d’apprentissage le long d’un demi-cosinus : lentement, vite, puis lentement."},
            .formula = "α · (m + (1 − m) · (1 + cos(πt / T)) / 2)",
            .fields = kCosineFields},
    .factor = cosine_factor};

constexpr ScheduleRow kWarmUp = {
    .row = {.key = "warm_up",
            .label = {"Warm-up", "Échauffement"},
            .help = {"Raises the learning rate in a straight line during the first epochs.",
                     "Fait monter le taux d’apprentissage en ligne droite pendant les premières époques."},
            .formula = "α · (s + (1 − s) · t / n)",
            .fields = kWarmUpFields},
    .factor = warm_up_factor};

constexpr ScheduleRow kPlateau = {
    .row = {.key = "plateau",
            .label = {"On a plateau", "Sur un plateau"},
            .help = {"Lowers the learning rate when the loss no longer falls, as AlexNet did by hand.",
                     "Baisse le taux d’apprentissage quand le coût ne descend plus, comme AlexNet à la main."},
            .formula = "α ← f · α",
            .fields = kPlateauFields},
    .watches_loss = true};

constexpr std::array<const ScheduleRow*, 6> kRows = {&kConstant, &kStep, &kExponential, &kCosine, &kWarmUp, &kPlateau};

}  // namespace

std::span<const ScheduleRow* const> schedule_rows() { return kRows; }

const ScheduleRow* find_schedule(std::string_view key) {
  for (const ScheduleRow* row : kRows) {
    if (key == row->row.key) return row;
  }
  return nullptr;
}

ScheduleOptions schedule_options(const Settings& settings) {
  ScheduleOptions options;
  const auto read = [&](const char* key, double& value) {
    if (settings.has(key)) value = settings[key];
  };
  read("every", options.every);
  read("factor", options.factor);
  read("epochs", options.epochs);
  read("floor", options.floor);
  read("warm", options.warm);
  read("start", options.start);
  read("patience", options.patience);
  read("threshold", options.threshold);
  options.then_cosine = settings.has("after") && settings.choice("after") == "cosine";
  options.on_training = settings.has("watched") && settings.choice("watched") == "train";
  return options;
}

void observe_loss(const ScheduleOptions& options, double loss, ScheduleState& state) {
  if (loss < state.best * (1 - options.threshold)) {
    state.best = loss;
    state.bad_epochs = 0;
    return;
  }
  if (++state.bad_epochs <= options.patience) return;
  state.factor *= options.factor;
  state.bad_epochs = 0;
}

}  // namespace myelin
