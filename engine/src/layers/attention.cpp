// Multi-head self-attention (Vaswani et al. 2017, section 3.2) over a sequence channels x length: every position asks all others
// and mixes what they answer. Parameters in PyTorch's names and layouts. Samples are independent, so a tile is one sample.
#include <cmath>

#include "kernels/fmath.h"
#include "kernels/gemm.h"
#include "layers/axes.h"
#include "layers/common.h"
#include "layers/layers.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {
    {.key = "heads",
     .label = {"Heads", "Têtes"},
     .help = {"How many attentions work side by side, each on its part of the channels.",
              "Le nombre d’attentions qui travaillent côte à côte, chacune sur sa part des canaux."},
     .control = Control::stepper,
     .min = 1,
     .max = 64,
     .step = 1,
     .fallback = 1},
    {.key = "causal",
     .label = {"Causal", "Causale"},
     .help = {"A position sees itself and what stands before it, nothing later: for predicting what comes next.",
              "Une position se voit elle-même et ce qui la précède, rien d’autre : pour prédire la suite."},
     .control = Control::toggle},
    kFrozenField,
};

// Products inside a tile must not start tiles of their own.
class Alone final : public Executor {
 public:
  int workers() const override { return 1; }
  void run(int tiles, FunctionRef<void(int, int)> work) override {
    for (int tile = 0; tile < tiles; ++tile) work(tile, 0);
  }
};

Result<Shape> attended_shape(std::span<const Shape> inputs, int head_count) {
  const Result<Axes> axes = sequence_of(inputs);
  if (!axes) return axes.error();
  if (axes->channels % head_count == 0) {
    if (Status wrong = check_values(int64_t{head_count} * axes->positions * axes->positions)) return *wrong;
    return Shape{axes->channels, axes->positions};
  }
  const std::string channels = std::to_string(axes->channels), heads = std::to_string(head_count);
  return Error{{"The channels are shared out among the heads, but " + channels + " cannot be divided by " + heads + ".",
                "Les canaux sont répartis entre les têtes, mais " + channels + " n’est pas divisible par " + heads + "."}};
}

std::vector<ParamSpec> projections(int width) {
  return {{.name = "in_proj_weight", .shape = {3 * width, width}, .fan_in = width, .fan_out = 3 * width, .initializer = "xavier_uniform", .decays = true},
          {.name = "in_proj_bias", .shape = {3 * width}},
          {.name = "out_proj.weight", .shape = {width, width}, .fan_in = width, .fan_out = width, .initializer = "xavier_uniform", .decays = true},
          {.name = "out_proj.bias", .shape = {width}}};
}

template <class Real>
class Attention final : public Layer<Real> {
 public:
  explicit Attention(const Settings& settings) : heads_(settings.integer("heads")), causal_(settings.on("causal")) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return attended_shape(inputs, heads_); }
  std::vector<ParamSpec> params(std::span<const Shape> inputs) const override { return projections(accepted_sequence(inputs[0]).channels); }

  ScratchSpec scratch(std::span<const Shape> inputs, int batch, int workers) const override {
    const Axes axes = accepted_sequence(inputs[0]);
    return {.saved = static_cast<size_t>(batch) * sample_size(axes),
            .work = std::max(static_cast<size_t>(workers) * worker_size(axes),
                             gemm_scratch<Real>(3 * axes.channels, axes.channels, axes.positions, workers))};
  }

  int64_t multiply_adds(std::span<const Shape> inputs) const override {
    const Axes axes = accepted_sequence(inputs[0]);
    const int64_t width = axes.channels, length = axes.positions;
    return 4 * width * width * length + 2 * width * length * length;
  }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = accepted_sequence(x.shape);
    pass.executor.run(x.batch, [&](int row, int worker) {
      Real* work = pass.work + static_cast<size_t>(worker) * worker_size(axes);
      const Sample sample = sample_in(pass.saved != nullptr ? pass.saved + static_cast<size_t>(row) * sample_size(axes) : work, axes);
      const Products run(pass.arithmetic, work + sample_size(axes) + backward_size(axes));
      forward_sample(axes, tensors(pass.params, axes.channels), x.rows(row, 1).data, sample, pass.output.rows(row, 1).data, run);
    });
  }

  void backward(const Backward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = accepted_sequence(x.shape);
    pass.executor.run(x.batch, [&](int row, int worker) {
      Real* work = pass.work + static_cast<size_t>(worker) * worker_size(axes) + sample_size(axes);
      const Sample sample = sample_in(pass.saved + static_cast<size_t>(row) * sample_size(axes), axes);
      const Products run(pass.arithmetic, work + backward_size(axes));
      const Params<const Real> p = tensors(pass.params, axes.channels);
      backward_sample(axes, p, sample, pass.d_output.rows(row, 1).data, work, run);
      if (pass.modes[0] == GradMode::ignore) return;
      const int length = axes.positions;
      run({.m = axes.channels, .n = length, .k = 3 * axes.channels, .a = p.in_weight, .a_stride = axes.channels,
           .a_op = Transpose::transposed, .b = sample.queries, .b_stride = length,
           .c = pass.d_inputs[0].rows(row, 1).data, .c_stride = length, .accumulate = pass.modes[0] == GradMode::accumulate});
    });
    if (pass.d_params != nullptr) write_param_gradients(pass);
  }

 private:
  template <class Number>
  struct Params {
    Number *in_weight, *in_bias, *out_weight, *out_bias;
  };
  // Queries, keys and values: each channels x length (backward: their gradients). weights: heads x length x length, a row
  // for each position that asks. mixed: channels x length, what the heads found.
  struct Sample {
    Real *queries, *keys, *values, *weights, *mixed;
  };
  // Calls gemm on one worker with that worker's scratch.
  class Products {
   public:
    Products(Arithmetic arithmetic, Real* scratch) : arithmetic_(arithmetic), scratch_(scratch) {}
    void operator()(Gemm<Real> product) const {
      Alone alone;
      product.arithmetic = arithmetic_;
      gemm<Real>(product, scratch_, alone);
    }

   private:
    Arithmetic arithmetic_;
    Real* scratch_;
  };

  static size_t plane(Axes axes) { return static_cast<size_t>(axes.size()); }
  static size_t square(Axes axes) { return static_cast<size_t>(axes.positions) * static_cast<size_t>(axes.positions); }
  size_t sample_size(Axes axes) const { return 4 * plane(axes) + static_cast<size_t>(heads_) * square(axes); }
  // d_mixed, d_weights of one head, d_queries and d_keys of one head.
  size_t backward_size(Axes axes) const { return 3 * plane(axes) + square(axes); }
  size_t worker_size(Axes axes) const {
    const int longest = std::max(3 * axes.channels, axes.positions);
    return sample_size(axes) + backward_size(axes) + gemm_scratch<Real>(longest, longest, longest, 1);
  }
  Sample sample_in(Real* at, Axes axes) const {
    const size_t step = plane(axes);
    return {at, at + step, at + 2 * step, at + 3 * step, at + 3 * step + static_cast<size_t>(heads_) * square(axes)};
  }
  template <class Number>
  static Params<Number> tensors(Number* at, int width) {
    const auto size = static_cast<size_t>(width);
    return {at, at + 3 * size * size, at + 3 * size * size + 3 * size, at + 4 * size * size + 3 * size};
  }

  // Row by row; the largest exponent is 0.
  static void softmax(Real* row, int count, int length) {
    Real top = row[0], sum = 0;
    for (int j = 1; j < count; ++j) top = std::max(top, row[j]);
    for (int j = 0; j < count; ++j) row[j] -= top;
    fmath::exp(row, static_cast<size_t>(count));
    for (int j = 0; j < count; ++j) sum += row[j];
    for (int j = 0; j < count; ++j) row[j] /= sum;
    std::fill(row + count, row + length, Real(0));
  }

  void forward_sample(Axes axes, const Params<const Real>& p, const Real* x, const Sample& sample, Real* y, const Products& run) const {
    const int width = axes.channels, length = axes.positions, part = width / heads_;
    fill_rows(p.in_bias, 3 * width, length, sample.queries);
    run({.m = 3 * width, .n = length, .k = width, .a = p.in_weight, .a_stride = width, .b = x, .b_stride = length,
         .c = sample.queries, .c_stride = length, .accumulate = true});
    const auto scale = static_cast<Real>(1 / std::sqrt(static_cast<double>(part)));
    for (int head = 0; head < heads_; ++head) {
      const auto at = static_cast<ptrdiff_t>(head) * part * length;
      Real* weights = sample.weights + static_cast<size_t>(head) * square(axes);
      run({.m = length, .n = length, .k = part, .a = sample.queries + at, .a_stride = length, .a_op = Transpose::transposed,
           .b = sample.keys + at, .b_stride = length, .c = weights, .c_stride = length});
      for (int i = 0; i < length; ++i) {
        Real* row = weights + static_cast<ptrdiff_t>(i) * length;
        for (int j = 0; j < length; ++j) row[j] *= scale;
        softmax(row, causal_ ? i + 1 : length, length);
      }
      run({.m = part, .n = length, .k = length, .a = sample.values + at, .a_stride = length, .b = weights, .b_stride = length,
           .b_op = Transpose::transposed, .c = sample.mixed + at, .c_stride = length});
    }
    fill_rows(p.out_bias, width, length, y);
    run({.m = width, .n = length, .k = width, .a = p.out_weight, .a_stride = width, .b = sample.mixed, .b_stride = length,
         .c = y, .c_stride = length, .accumulate = true});
  }

  // Leaves in `sample` the gradients of queries, keys and values in their place; weights and mixed stay.
  void backward_sample(Axes axes, const Params<const Real>& p, const Sample& sample, const Real* d_y, Real* work, const Products& run) const {
    const int width = axes.channels, length = axes.positions, part = width / heads_;
    Real *d_mixed = work, *d_weights = d_mixed + plane(axes), *d_queries = d_weights + square(axes), *d_keys = d_queries + plane(axes);
    run({.m = width, .n = length, .k = width, .a = p.out_weight, .a_stride = width, .a_op = Transpose::transposed, .b = d_y,
         .b_stride = length, .c = d_mixed, .c_stride = length});
    const auto scale = static_cast<Real>(1 / std::sqrt(static_cast<double>(part)));
    for (int head = 0; head < heads_; ++head) {
      const auto at = static_cast<ptrdiff_t>(head) * part * length;
      const Real* weights = sample.weights + static_cast<size_t>(head) * square(axes);
      Real *queries = sample.queries + at, *keys = sample.keys + at, *values = sample.values + at;
      run({.m = length, .n = length, .k = part, .a = d_mixed + at, .a_stride = length, .a_op = Transpose::transposed,
           .b = values, .b_stride = length, .c = d_weights, .c_stride = length});
      run({.m = part, .n = length, .k = length, .a = d_mixed + at, .a_stride = length, .b = weights, .b_stride = length,
           .c = values, .c_stride = length});
      // Through softmax and scale: d_s = w * (d_w - sum(d_w w)).
      for (int i = 0; i < length; ++i) {
        const Real* w = weights + static_cast<ptrdiff_t>(i) * length;
        Real* d_w = d_weights + static_cast<ptrdiff_t>(i) * length;
        Real sum = 0;
        for (int j = 0; j < length; ++j) sum += d_w[j] * w[j];
        for (int j = 0; j < length; ++j) d_w[j] = w[j] * (d_w[j] - sum) * scale;
      }
      run({.m = part, .n = length, .k = length, .a = keys, .a_stride = length, .b = d_weights, .b_stride = length,
           .b_op = Transpose::transposed, .c = d_queries, .c_stride = length});
      run({.m = part, .n = length, .k = length, .a = queries, .a_stride = length, .b = d_weights, .b_stride = length,
           .c = d_keys, .c_stride = length});
      std::copy_n(d_queries, part * length, queries);
      std::copy_n(d_keys, part * length, keys);
    }
  }

  // One product after the other, each adding a sample: one order of summation whatever the workers.
  void write_param_gradients(const Backward<Real>& pass) const {
    const View<const Real>& x = pass.inputs[0];
    const Axes axes = accepted_sequence(x.shape);
    const int width = axes.channels, length = axes.positions;
    const Params<Real> d = tensors(pass.d_params, width);
    std::fill_n(d.in_bias, 3 * width, Real(0));
    std::fill_n(d.out_bias, width, Real(0));
    for (int row = 0; row < x.batch; ++row) {
      const Sample sample = sample_in(pass.saved + static_cast<size_t>(row) * sample_size(axes), axes);
      const Real* d_y = pass.d_output.rows(row, 1).data;
      Gemm<Real> product = {.m = 3 * width, .n = width, .k = length, .a = sample.queries, .a_stride = length,
                            .b = x.rows(row, 1).data, .b_stride = length, .b_op = Transpose::transposed,
                            .c = d.in_weight, .c_stride = width, .accumulate = row > 0, .arithmetic = pass.arithmetic};
      gemm<Real>(product, pass.work, pass.executor);
      product.m = width;
      product.a = d_y;
      product.b = sample.mixed;
      product.c = d.out_weight;
      gemm<Real>(product, pass.work, pass.executor);
      add_rows(sample.queries, 3 * width, length, d.in_bias);
      add_rows(d_y, width, length, d.out_bias);
    }
  }

  static void fill_rows(const Real* bias, int rows, int length, Real* to) {
    for (int row = 0; row < rows; ++row, to += length) std::fill_n(to, length, bias[row]);
  }
  static void add_rows(const Real* from, int rows, int length, Real* to) {
    for (int row = 0; row < rows; ++row) {
      for (int i = 0; i < length; ++i) to[row] += *from++;
    }
  }

  int heads_;
  bool causal_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Attention<Real>>(settings);
}

}  // namespace

constinit const LayerRow kAttentionLayer = {
    .row = {.key = "attention",
            .label = {"Self-attention", "Auto-attention"},
            .help = {"Every position of a sequence looks at all others and takes over what suits it.",
                     "Chaque position d’une séquence regarde toutes les autres et reprend ce qui lui convient."},
            .formula = "softmax(QKᵀ / √d) V",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
