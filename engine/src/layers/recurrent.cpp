// The recurrent layers: simple (Elman 1990), GRU (Cho et al. 2014) and LSTM (Hochreiter and Schmidhuber 1997; forget gates by Gers
// et al. 2000). One class walks through time; a cell says what happens in one neuron. Parameters in PyTorch's names, layouts and
// gate order; the state before the first step is 0.
#include <cmath>

#include "kernels/fmath.h"
#include "kernels/gemm.h"
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Choice kOutputs[] = {
    {"last", {"after the last step", "après le dernier pas"}},
    {"sequence", {"after every step", "après chaque pas"}},
};
constexpr Choice kNonlinearities[] = {{"tanh", {"tanh", "tanh"}}, {"relu", {"ReLU", "ReLU"}}};

constexpr Field kUnitsField = {
    .key = "units",
    .label = {"Neurons", "Neurones"},
    .help = {"The number of neurons, which is the size of the memory.", "Le nombre de neurones, donc la taille de la mémoire."},
    .control = Control::stepper,
    .min = 1,
    .max = 1024,
    .step = 1,
    .fallback = 8};
constexpr Field kOutputField = {
    .key = "output",
    .label = {"Output", "Sortie"},
    .help = {"What is handed on: the state after the whole sequence, or the states after all steps as a sequence.",
             "Ce qui est transmis : l’état après toute la séquence, ou la suite des états après chaque pas."},
    .control = Control::choice,
    .choices = kOutputs};

constexpr Field kRnnFields[] = {
    kUnitsField,
    {.key = "nonlinearity",
     .label = {"Activation", "Activation"},
     .help = {"The function that each neuron applies to its weighted sum at every step.",
              "La fonction que chaque neurone applique à sa somme pondérée, à chaque pas."},
     .control = Control::choice,
     .choices = kNonlinearities},
    kOutputField,
    kFrozenField,
};
constexpr Field kGatedFields[] = {kUnitsField, kOutputField, kFrozenField};

enum class Cell { tanh, relu, gru, lstm };

// Blocks of `units` rows of weight_hh, and the blocks of columns of the sums to which they belong. The GRU's new gate keeps what
// comes from the input and from the state apart, because its reset gate multiplies the latter alone.
struct Part {
  int row, column, count;
};

std::vector<ParamSpec> recurrent_params(int gates, int units, int channels) {
  const int rows = gates * units;
  const double width = 1 / std::sqrt(static_cast<double>(units));  // PyTorch's start
  std::vector<ParamSpec> specs = {{.name = "weight_ih_l0", .shape = {rows, channels}, .fan_in = channels, .decays = true},
                                  {.name = "weight_hh_l0", .shape = {rows, units}, .fan_in = units, .decays = true},
                                  {.name = "bias_ih_l0", .shape = {rows}},
                                  {.name = "bias_hh_l0", .shape = {rows}}};
  for (ParamSpec& spec : specs) {
    spec.fan_out = rows;
    spec.initializer = "uniform";
    spec.scale = width;
  }
  return specs;
}

Result<Shape> state_shape(std::span<const Shape> inputs, int units, bool sequence) {
  const Result<Axes> axes = sequence_of(inputs);
  if (!axes) return axes.error();
  if (Status wrong = check_values(int64_t{units} * axes->positions)) return *wrong;
  return sequence ? Shape{units, axes->positions} : Shape{units};
}

template <class Real>
class Recurrent final : public Layer<Real> {
 public:
  Recurrent(Cell cell, const Settings& settings)
      : cell_(cell), units_(settings.integer("units")), sequence_(settings.choice("output") == "sequence") {}

  Result<Shape> infer(std::span<const Shape> inputs) const override {
    return state_shape(inputs, units_, sequence_);
  }

  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override {
    return recurrent_params(gates(), units_, accepted_sequence(inputs[0]).channels);
  }

  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int workers) const override {
    const Axes axes = accepted_sequence(inputs[0]);
    const int rows = gates() * units_, all = batch * axes.positions;
    const size_t products = std::max({gemm_scratch<Real>(batch, rows, std::max(axes.channels, rows), workers),
                                      gemm_scratch<Real>(rows, std::max(axes.channels, units_), all, workers),
                                      gemm_scratch<Real>(all, axes.channels, rows, workers)});
    const size_t step = step_size(batch, axes.channels);
    return {.saved = step * static_cast<size_t>(axes.positions), .work = call_size(batch, axes.channels) + products};
  }

  int64_t multiply_adds(std::span<const Shape> inputs) const override {
    const Axes axes = accepted_sequence(inputs[0]);
    return static_cast<int64_t>(gates()) * units_ * (axes.channels + units_) * axes.positions;
  }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = accepted_sequence(x.shape);
    const int batch = x.batch, columns = this->columns() * units_;
    const Params<const Real> p = tensors(pass.params, axes.channels);
    const Tape tape = pass.saved != nullptr ? tape_in(pass.saved, batch, axes.channels, axes.positions) : tape_in(pass.work, batch, axes.channels, 0);
    Real* scratch = pass.work + call_size(batch, axes.channels);
    for (int t = 0; t < axes.positions; ++t) {
      const Step now = tape.at(t);
      const Step before = tape.at(t > 0 ? t - 1 : 0);
      for (int row = 0; row < batch; ++row) {
        const Real* from = x.rows(row, 1).data;
        for (int channel = 0; channel < axes.channels; ++channel) now.x[row * axes.channels + channel] = from[channel * axes.positions + t];
        fill_biases(p, now.sums + static_cast<ptrdiff_t>(row) * columns);
      }
      gemm<Real>({.m = batch, .n = gates() * units_, .k = axes.channels, .a = now.x, .a_stride = axes.channels,
                  .b = p.weight_ih, .b_stride = axes.channels, .b_op = Transpose::transposed,
                  .c = now.sums, .c_stride = columns, .accumulate = true, .arithmetic = pass.arithmetic}, scratch, pass.executor);
      for (const Part& part : parts()) {
        if (t == 0) break;
        gemm<Real>({.m = batch, .n = part.count * units_, .k = units_, .a = before.h, .a_stride = units_,
                    .b = p.weight_hh + square(part.row), .b_stride = units_, .b_op = Transpose::transposed,
                    .c = now.sums + part.column * units_, .c_stride = columns, .accumulate = true, .arithmetic = pass.arithmetic},
                   scratch, pass.executor);
      }
      for_row_shares(pass.executor, batch, columns, [&](int first, int count) {
        for (int row = first; row < first + count; ++row) {
          forward_cell(now.of(row, units_, columns), before.of(row, units_, columns), t == 0);
          const Real* h = now.h + static_cast<ptrdiff_t>(row) * units_;
          Real* to = pass.output.rows(row, 1).data;
          if (sequence_) for (int j = 0; j < units_; ++j) to[j * axes.positions + t] = h[j];
          else if (t + 1 == axes.positions) std::copy(h, h + units_, to);
        }
      });
    }
  }

  // Back through time: the sums of each step become their gradients in place, then all steps' share in the weights is one product.
  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = accepted_sequence(x.shape);
    const int batch = x.batch, columns = this->columns() * units_;
    const Params<const Real> p = tensors(pass.params, axes.channels);
    const Tape tape = tape_in(pass.saved, batch, axes.channels, axes.positions);
    const auto states = static_cast<size_t>(batch) * static_cast<size_t>(units_);
    Real* d_h = pass.work;
    Real* d_c = d_h + states;
    Real* scratch = pass.work + call_size(batch, axes.channels);
    std::fill_n(d_h, 2 * states, Real(0));
    for (int t = axes.positions - 1; t >= 0; --t) {
      const Step now = tape.at(t);
      const Step before = tape.at(t > 0 ? t - 1 : 0);
      for_row_shares(pass.executor, batch, columns, [&](int first, int count) {
        for (int row = first; row < first + count; ++row) {
          const Real* from = pass.d_output.rows(row, 1).data;
          Real* d_row = d_h + static_cast<ptrdiff_t>(row) * units_;
          if (sequence_) for (int j = 0; j < units_; ++j) d_row[j] += from[j * axes.positions + t];
          else if (t + 1 == axes.positions) std::copy(from, from + units_, d_row);
          backward_cell(now.of(row, units_, columns), before.of(row, units_, columns), t == 0, d_row, d_c + static_cast<ptrdiff_t>(row) * units_);
        }
      });
      for (const Part& part : parts()) {
        if (t == 0) break;
        gemm<Real>({.m = batch, .n = units_, .k = part.count * units_, .a = now.sums + part.column * units_, .a_stride = columns,
                    .b = p.weight_hh + square(part.row), .b_stride = units_,
                    .c = d_h, .c_stride = units_, .accumulate = true, .arithmetic = pass.arithmetic}, scratch, pass.executor);
      }
    }
    if (pass.d_params != nullptr) write_param_gradients(pass, tape, scratch);
    if (pass.modes[0] == GradMode::ignore) return;
    const int all = batch * axes.positions;
    gemm<Real>({.m = all, .n = axes.channels, .k = gates() * units_, .a = tape.start.sums, .a_stride = columns,
                .b = p.weight_ih, .b_stride = axes.channels,
                .c = tape.start.x, .c_stride = axes.channels, .arithmetic = pass.arithmetic}, scratch, pass.executor);
    for (int row = 0; row < batch; ++row) {
      Real* to = pass.d_inputs[0].rows(row, 1).data;
      for (int t = 0; t < axes.positions; ++t) {
        const Real* from = tape.at(t).x + static_cast<ptrdiff_t>(row) * axes.channels;
        for (int channel = 0; channel < axes.channels; ++channel) deliver(pass.modes[0], from + channel, to + channel * axes.positions + t, 1);
      }
    }
  }

 private:
  template <class Number>
  struct Params {
    Number *weight_ih, *weight_hh, *bias_ih, *bias_hh;
  };
  // Of one step: sums (later activations, then gradients) batch x columns, states batch x units, inputs batch x channels.
  struct Step {
    Real *sums, *h, *c, *x;
    Step of(int row, int units, int columns) const {
      const auto at = static_cast<ptrdiff_t>(row) * units;
      return {sums + static_cast<ptrdiff_t>(row) * columns, h + at, c + at, nullptr};
    }
  };
  // All steps' sums, then all states, ...; without a backward to come all steps use the place of one.
  struct Tape {
    Step start;
    ptrdiff_t sums, states, inputs;  // from one step to the next
    Step at(int t) const { return {start.sums + t * sums, start.h + t * states, start.c + t * states, start.x + t * inputs}; }
  };

  int gates() const { return cell_ == Cell::gru ? 3 : cell_ == Cell::lstm ? 4 : 1; }
  int columns() const { return cell_ == Cell::gru || cell_ == Cell::lstm ? 4 : 1; }
  std::span<const Part> parts() const {
    static constexpr Part kGru[] = {{0, 0, 2}, {2, 3, 1}};
    static constexpr Part kLstm[] = {{0, 0, 4}};
    static constexpr Part kSimple[] = {{0, 0, 1}};
    if (cell_ == Cell::gru) return kGru;
    if (cell_ == Cell::lstm) return kLstm;
    return kSimple;
  }
  // The first element of a block of rows of weight_hh.
  size_t square(int block) const { return static_cast<size_t>(block) * static_cast<size_t>(units_) * static_cast<size_t>(units_); }

  size_t step_size(int batch, int channels) const {
    const int states = cell_ == Cell::lstm ? 2 : 1;
    return static_cast<size_t>(batch) * static_cast<size_t>((columns() + states) * units_ + channels);
  }
  // Of one call: a step without a tape, or backward's d_h and d_c.
  size_t call_size(int batch, int channels) const {
    return std::max(step_size(batch, channels), 2 * static_cast<size_t>(batch) * static_cast<size_t>(units_));
  }
  Tape tape_in(Real* at, int batch, int channels, int kept) const {
    const int steps = std::max(1, kept);
    const ptrdiff_t sums = static_cast<ptrdiff_t>(batch) * columns() * units_, states = static_cast<ptrdiff_t>(batch) * units_;
    const ptrdiff_t inputs = static_cast<ptrdiff_t>(batch) * channels;
    Step start = {.sums = at, .h = at + steps * sums, .c = nullptr, .x = nullptr};
    start.c = start.h + (cell_ == Cell::lstm ? steps * states : 0);
    start.x = start.c + steps * states;
    if (kept == 0) return {start, 0, 0, 0};
    return {start, sums, states, inputs};
  }
  template <class Number>
  Params<Number> tensors(Number* at, int channels) const {
    const size_t rows = static_cast<size_t>(gates() * units_);
    Params<Number> p = {};
    p.weight_ih = at;
    p.weight_hh = p.weight_ih + rows * static_cast<size_t>(channels);
    p.bias_ih = p.weight_hh + rows * static_cast<size_t>(units_);
    p.bias_hh = p.bias_ih + rows;
    return p;
  }

  void fill_biases(const Params<const Real>& p, Real* sums) const {
    const int rows = gates() * units_, shared = cell_ == Cell::gru ? 2 * units_ : rows;
    std::copy(p.bias_ih, p.bias_ih + rows, sums);
    for (int i = 0; i < shared; ++i) sums[i] += p.bias_hh[i];
    std::copy(p.bias_hh + shared, p.bias_hh + rows, sums + rows);
  }

  // The rules of one step and sample. `first`: the state before is 0, whatever stands there. Without a tape `now` and `before`
  // are the same place, so a state is read before it is written.
  void forward_cell(const Step& now, const Step& before, bool first) const {
    const int n = units_;
    Real *a = now.sums, *b = a + n, *c = b + n, *d = c + n;
    const auto size = static_cast<size_t>(n);
    switch (cell_) {
      case Cell::tanh: fmath::tanh(a, size); break;
      case Cell::relu:
        for (int j = 0; j < n; ++j) a[j] = a[j] > 0 ? a[j] : Real(0);
        break;
      case Cell::gru:  // r, z, n = tanh(x's share + r * h's share); h = (1 - z) n + z h
        fmath::sigmoid(a, 2 * size);
        for (int j = 0; j < n; ++j) c[j] += a[j] * d[j];
        fmath::tanh(c, size);
        for (int j = 0; j < n; ++j) now.h[j] = (1 - b[j]) * c[j] + (first ? Real(0) : b[j] * before.h[j]);
        return;
      case Cell::lstm:  // i, f, g, o; c = f c + i g; h = o tanh(c)
        fmath::sigmoid(a, 2 * size);
        fmath::tanh(c, size);
        fmath::sigmoid(d, size);
        for (int j = 0; j < n; ++j) now.h[j] = now.c[j] = (first ? Real(0) : b[j] * before.c[j]) + a[j] * c[j];
        fmath::tanh(now.h, size);
        for (int j = 0; j < n; ++j) now.h[j] *= d[j];
        return;
    }
    std::copy(a, a + n, now.h);
  }

  // From d_h and d_c of this step to the gradients of its sums, and to what of d_h and d_c reaches the step before directly.
  void backward_cell(const Step& now, const Step& before, bool first, Real* d_h, Real* d_c) const {
    const int n = units_;
    Real *a = now.sums, *b = a + n, *c = b + n, *d = c + n;
    if (cell_ == Cell::lstm) fmath::tanh(now.c, static_cast<size_t>(n));  // nobody else reads this step's any more
    for (int j = 0; j < n; ++j) {
      const Real d_state = d_h[j];
      d_h[j] = 0;
      switch (cell_) {
        case Cell::tanh: a[j] = d_state * (1 - a[j] * a[j]); break;
        case Cell::relu: a[j] = a[j] > 0 ? d_state : Real(0); break;
        case Cell::gru: {
          const Real r = a[j], z = b[j], fresh = c[j], from_state = d[j];
          const Real d_fresh = d_state * (1 - z) * (1 - fresh * fresh);
          a[j] = d_fresh * from_state * r * (1 - r);
          b[j] = d_state * ((first ? Real(0) : before.h[j]) - fresh) * z * (1 - z);
          c[j] = d_fresh;
          d[j] = d_fresh * r;
          d_h[j] = d_state * z;
          break;
        }
        case Cell::lstm: {
          const Real in = a[j], forget = b[j], fresh = c[j], out = d[j];
          const Real shown = now.c[j];
          const Real d_cell = d_c[j] + d_state * out * (1 - shown * shown);
          a[j] = d_cell * fresh * in * (1 - in);
          b[j] = first ? Real(0) : d_cell * before.c[j] * forget * (1 - forget);
          c[j] = d_cell * in * (1 - fresh * fresh);
          d[j] = d_state * shown * out * (1 - out);
          d_c[j] = d_cell * forget;
          break;
        }
      }
    }
  }

  void write_param_gradients(const Backward<Real>& pass, const Tape& tape, Real* scratch) const {
    const Axes axes = accepted_sequence(pass.inputs[0].shape);
    const int batch = pass.inputs[0].batch, columns = this->columns() * units_, rows = gates() * units_, all = batch * axes.positions;
    const Params<Real> d = tensors(pass.d_params, axes.channels);
    gemm<Real>({.m = rows, .n = axes.channels, .k = all, .a = tape.start.sums, .a_stride = columns, .a_op = Transpose::transposed,
                .b = tape.start.x, .b_stride = axes.channels,
                .c = d.weight_ih, .c_stride = axes.channels, .arithmetic = pass.arithmetic}, scratch, pass.executor);
    add_up(tape.start.sums, all, columns, rows, d.bias_ih);
    for (const Part& part : parts()) {
      // The states before the steps 1, 2, ...; before step 0 there was nothing.
      gemm<Real>({.m = part.count * units_, .n = units_, .k = all - batch, .a = tape.at(1).sums + part.column * units_, .a_stride = columns,
                  .a_op = Transpose::transposed, .b = tape.start.h, .b_stride = units_,
                  .c = d.weight_hh + square(part.row), .c_stride = units_, .arithmetic = pass.arithmetic}, scratch, pass.executor);
      add_up(tape.start.sums + part.column * units_, all, columns, part.count * units_, d.bias_hh + part.row * units_);
    }
  }

  static void add_up(const Real* from, int rows, int stride, int columns, Real* to) {
    std::fill_n(to, columns, Real(0));
    for (int row = 0; row < rows; ++row, from += stride) {
      for (int i = 0; i < columns; ++i) to[i] += from[i];
    }
  }

  Cell cell_;
  int units_;
  bool sequence_;
};

template <class Real>
LayerPointer<Real> make_rnn(const Settings& settings) {
  return std::make_unique<const Recurrent<Real>>(settings.choice("nonlinearity") == "relu" ? Cell::relu : Cell::tanh, settings);
}
template <Cell kind, class Real>
LayerPointer<Real> make_gated(const Settings& settings) {
  return std::make_unique<const Recurrent<Real>>(kind, settings);
}

}  // namespace

constinit const LayerRow kRnnLayer = {
    .row = {.key = "rnn",
            .label = {"Recurrent layer", "Couche récurrente"},
            .help = {"Reads a sequence step by step; each step sees the input and the layer’s own state of before.",
                     "Lit une séquence pas à pas ; chaque pas voit l’entrée et l’état précédent de la couche."},
            .formula = "hₜ = f(W xₜ + U hₜ₋₁ + b)",
            .fields = kRnnFields},
    .make_float = make_rnn<float>,
    .make_double = make_rnn<double>};

constinit const LayerRow kGruLayer = {
    .row = {.key = "gru",
            .label = {"GRU layer", "Couche GRU"},
            .help = {"A recurrent layer with two gates that decide how much of its state is forgotten and renewed.",
                     "Une couche récurrente dont deux portes décident ce que son état oublie et renouvelle."},
            .formula = "hₜ = (1 − z) n + z hₜ₋₁",
            .fields = kGatedFields},
    .make_float = make_gated<Cell::gru, float>,
    .make_double = make_gated<Cell::gru, double>};

constinit const LayerRow kLstmLayer = {
    .row = {.key = "lstm",
            .label = {"LSTM layer", "Couche LSTM"},
            .help = {"A recurrent layer with a long-term memory that gates write, erase and read.",
                     "Une couche récurrente avec une mémoire à long terme que des portes écrivent, effacent et lisent."},
            .formula = "cₜ = f cₜ₋₁ + i g,  hₜ = o tanh(cₜ)",
            .fields = kGatedFields},
    .make_float = make_gated<Cell::lstm, float>,
    .make_double = make_gated<Cell::lstm, double>};

}  // namespace myelin
