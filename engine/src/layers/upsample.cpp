// Makes an image or a sequence larger: every value becomes a block of equal ones (nearest neighbour).
#include "layers/layers.h"
#include "layers/windows.h"

namespace myelin {
namespace {

constexpr Field kFields[] = {stepper("factor", {"Factor", "Facteur"},
                                     {"How many times each value is repeated along each side.",
                                      "Le nombre de fois que chaque valeur est répétée, par côté."}, 1, 32, 2)};

Result<Shape> output_of(std::span<const Shape> inputs, int factor) {
  if (Status wrong = check_input_count(inputs, 1, 1)) return *wrong;
  const Shape& in = inputs[0];
  if (in.rank == 1) {
    return Error{{"This layer takes images or sequences, not " + in.to_string() + ".",
                  "Cette couche prend des images ou des séquences, et non " + in.to_string() + "."}};
  }
  const int rows = in.rank == 3 ? in[1] : 1;
  WindowPlan plan;
  plan.rows.out = in.rank == 3 ? rows * factor : 1;
  plan.columns.out = in[in.rank - 1] * factor;
  if (Status wrong = check_output_size(in[0], plan)) return *wrong;
  return in.rank == 3 ? Shape{in[0], plan.rows.out, plan.columns.out} : Shape{in[0], plan.columns.out};
}

template <class Real>
class Upsample final : public Layer<Real> {
 public:
  explicit Upsample(const Settings& settings) : factor_(settings.integer("factor")) {}

  Result<Shape> infer(std::span<const Shape> inputs) const override { return output_of(inputs, factor_); }
  std::vector<ParamSpec> params(std::span<const Shape>) const override { return {}; }
  ScratchSpec scratch(std::span<const Shape>, int, int) const override { return {}; }
  Needs needs() const override { return {.inputs = false, .output = false}; }
  int64_t multiply_adds(std::span<const Shape>) const override { return 0; }

  void forward(const Forward<Real>& pass) const override {
    const View<const Real>& x = pass.inputs[0];
    for_input_rows(x.shape, x.batch, pass.executor, [&](size_t from, size_t to, int rows, int columns) {
      Real* first = pass.output.data + to;
      const int width = columns * factor_;
      for (int column = 0; column < width; ++column) first[column] = x.data[from + static_cast<size_t>(column / factor_)];
      for (int row = 1; row < rows; ++row) std::copy(first, first + width, first + static_cast<ptrdiff_t>(row) * width);
    });
  }
  void backward(const Backward<Real>& pass) const override {
    if (pass.modes[0] == GradMode::ignore) return;
    const View<Real>& d_x = pass.d_inputs[0];
    for_input_rows(d_x.shape, d_x.batch, pass.executor, [&](size_t to, size_t from, int rows, int columns) {
      for (int column = 0; column < columns; ++column) {
        Real sum = 0;
        for (int row = 0; row < rows; ++row) {
          const Real* block = pass.d_output.data + from + (static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column)) * static_cast<size_t>(factor_);
          for (int i = 0; i < factor_; ++i) sum += block[i];
        }
        deliver(pass.modes[0], &sum, d_x.data + to + column, 1);
      }
    });
  }

 private:
  // Calls work(small, large, rows, columns) for each row of the small image: where it starts, where the rows it becomes start,
  // how many those are, and its own width.
  template <class Work>
  void for_input_rows(const Shape& small, int batch, Executor& executor, Work&& work) const {
    const int columns = small[small.rank - 1], repeat = small.rank == 3 ? factor_ : 1;
    const int rows = batch * (small.size() / columns), width = columns * factor_ * repeat;
    for_row_shares(executor, rows, width, [&](int first, int count) {
      for (int row = first; row < first + count; ++row) {
        work(static_cast<size_t>(row) * static_cast<size_t>(columns), static_cast<size_t>(row) * static_cast<size_t>(width), repeat, columns);
      }
    });
  }
  int factor_;
};

template <class Real>
LayerPointer<Real> make(const Settings& settings) {
  return std::make_unique<const Upsample<Real>>(settings);
}

}  // namespace

constinit const LayerRow kUpsampleLayer = {
    .row = {.key = "upsample",
            .label = {"Upsampling", "Agrandissement"},
            .help = {"Makes an image larger: every pixel becomes a square of its value.",
                     "Agrandit une image : chaque pixel devient un carré de sa valeur."},
            .formula = "y[i] = x[⌊i / f⌋]",
            .fields = kFields},
    .make_float = make<float>,
    .make_double = make<double>};

}  // namespace myelin
