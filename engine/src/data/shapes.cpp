// Synthetic images: circles, squares, triangles and crosses to be named (`shapes`) or to be found pixel by pixel (`shapes_mask`).
// Sample i depends on (settings except `samples`, i) alone, so that more samples never move the first ones.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/rng.h"
#include "data/fields.h"
#include "data/plane.h"
#include "data/rows.h"
#include "kernels/fmath.h"

namespace myelin::data {
namespace {

constexpr Text kShapes[] = {{"circle", "cercle"}, {"square", "carré"}, {"triangle", "triangle"}, {"cross", "croix"}};
constexpr int kShapeCount = 4;
constexpr int kWhite = 255;

struct Figure {
  int kind = 0;  // index into kShapes
  double x = 0, y = 0, radius = 1;
  double cosine = 1, sine = 0;  // of its rotation
  double ink = 1;
};

// The point lies inside, in units of the radius from the centre. The four have about the same size on the eye.
bool inside(int kind, double u, double v) {
  switch (kind) {
    case 0: return u * u + v * v <= 0.9 * 0.9;
    case 1: return std::fabs(u) <= 0.78 && std::fabs(v) <= 0.78;
    case 2: {
      constexpr double kHalfRoot3 = 0.8660254037844386;  // cos 30°: the three sides face 90°, 210° and 330°
      return v <= 0.5 && kHalfRoot3 * u - v / 2 <= 0.5 && -kHalfRoot3 * u - v / 2 <= 0.5;
    }
    default: {
      const double a = std::fabs(u), b = std::fabs(v);
      return (a <= 0.28 && b <= 1) || (b <= 0.28 && a <= 1);
    }
  }
}

// The share of the pixel that the figure covers, from 3 x 3 points.
double coverage(const Figure& figure, int row, int column) {
  int hits = 0;
  for (int i = 0; i < 9; ++i) {
    const double dx = column + (i % 3 + 0.5) / 3 - figure.x;
    const double dy = row + (i / 3 + 0.5) / 3 - figure.y;
    const double u = (figure.cosine * dx + figure.sine * dy) / figure.radius;
    const double v = (figure.cosine * dy - figure.sine * dx) / figure.radius;
    hits += inside(figure.kind, u, v);
  }
  return hits / 9.0;
}

// Uses six draws from `first` on. The whole figure lies in the picture.
Figure draw_figure(const Rng& draws, uint64_t first, int side, double least, double most) {
  Figure figure;
  figure.kind = static_cast<int>(draws.below(first, kShapeCount));
  figure.radius = side * draws.uniform(first + 1, least, most);
  figure.x = draws.uniform(first + 2, figure.radius, side - figure.radius);
  figure.y = draws.uniform(first + 3, figure.radius, side - figure.radius);
  const double angle = draws.uniform(first + 4, -0.4, 0.4);
  figure.cosine = fmath::cos(angle);
  figure.sine = fmath::sin(angle);
  figure.ink = draws.uniform(first + 5, 0.6, 1);
  return figure;
}

// Values 0 (black) to 1; the figure covers what lies below it.
void paint(const Figure& figure, int side, std::vector<double>& picture, double* mask) {
  const double reach = 1.1 * figure.radius;  // a cross's corners lie a little outside
  const auto first = [](double from) { return std::max(0, static_cast<int>(std::floor(from))); };
  const auto last = [&](double to) { return std::min(side - 1, static_cast<int>(std::floor(to))); };
  for (int row = first(figure.y - reach); row <= last(figure.y + reach); ++row) {
    for (int column = first(figure.x - reach); column <= last(figure.x + reach); ++column) {
      const double covered = coverage(figure, row, column);
      const size_t at = static_cast<size_t>(row * side + column);
      picture[at] += covered * (figure.ink - picture[at]);
      if (mask != nullptr && covered > 0.5) mask[at] = 1;
    }
  }
}

// Brightness that noise takes out of [0, 1] is mirrored, so that a dark picture is noisy, too.
void store(const std::vector<double>& picture, double deviation, const Rng& noise, uint8_t* bytes) {
  for (size_t i = 0; i < picture.size(); ++i) {
    double value = picture[i];
    if (deviation > 0) value = std::fabs(value + deviation * noise.normal(i));
    if (value > 1) value = std::max(0.0, 2 - value);
    bytes[i] = static_cast<uint8_t>(std::floor(value * kWhite + 0.5));
  }
}

constexpr Choice kSides[] = {{"16", {"16 × 16", "16 × 16"}}, {"28", {"28 × 28", "28 × 28"}}};

// The frame of both data sets; the caller fills picture and target of one sample after the other.
Dataset make_images(const Settings& settings, FunctionRef<void(int sample, const Rng& draws, std::vector<double>& picture, Dataset&)> draw) {
  Dataset data;
  const int side = settings.choice("side") == "16" ? 16 : 28;
  data.input_shape = Shape{1, side, side};
  data.count = settings.integer("samples");
  data.byte_scale = 1.0 / kWhite;
  const size_t count = static_cast<size_t>(data.count);
  const size_t pixels = static_cast<size_t>(data.input_shape.size());
  data.part.assign(count, SplitPart::train);
  std::vector<uint8_t> bytes(count * pixels);
  const double deviation = settings["noise"] / 100;
  const Rng random(seed_of(settings), Stream::data), noise(seed_of(settings), Stream::noise);
  std::vector<double> picture(pixels);
  for (size_t i = 0; i < count; ++i) {
    std::fill(picture.begin(), picture.end(), 0.0);
    draw(static_cast<int>(i), random.child(i), picture, data);
    store(picture, deviation, noise.child(i), bytes.data() + i * pixels);
  }
  data.bytes = std::move(bytes);
  return data;
}

Result<Dataset> make_shapes(const Settings& settings, std::span<const std::span<const std::byte>>) {
  Dataset made = make_images(settings, [](int sample, const Rng& draws, std::vector<double>& picture, Dataset& data) {
    const int side = data.input_shape[1];
    Figure figure = draw_figure(draws, 0, side, 0.25, 0.45);
    figure.kind = sample % kShapeCount;
    paint(figure, side, picture, nullptr);
    data.targets.push_back(figure.kind);
  });
  made.task = Task::classes;
  for (const Text& name : kShapes) made.class_names.push_back({name.en, name.fr});
  return made;
}

// Lines as bright as the shapes but thin: what is a shape shows in its neighbourhood only.
void paint_line(const Rng& draws, uint64_t first, int side, std::vector<double>& picture) {
  const double angle = draws.uniform(first, 0, kTwoPi / 2);
  const double across_x = fmath::sin(angle), across_y = fmath::cos(angle);
  const double x = draws.uniform(first + 1, 0, side), y = draws.uniform(first + 2, 0, side);
  const double ink = draws.uniform(first + 3, 0.5, 1);
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      const double distance = std::fabs((column + 0.5 - x) * across_x + (row + 0.5 - y) * across_y);
      const double covered = std::clamp(1.1 - distance, 0.0, 1.0);
      double& pixel = picture[static_cast<size_t>(row * side + column)];
      pixel += covered * (ink - pixel);
    }
  }
}

Result<Dataset> make_shapes_mask(const Settings& settings, std::span<const std::span<const std::byte>>) {
  constexpr int kMostFigures = 3;
  constexpr int kLines = 2;
  constexpr uint64_t kPerObject = 8;  // draws
  Dataset made = make_images(settings, [](int, const Rng& draws, std::vector<double>& picture, Dataset& data) {
    const int side = data.input_shape[1];
    const double left = draws.uniform(0, 0, 0.3), right = draws.uniform(1, 0, 0.3);
    for (size_t i = 0; i < picture.size(); ++i) {
      picture[i] = left + (right - left) * static_cast<double>(static_cast<int>(i) % side) / side;
    }
    uint64_t object = 1;
    for (int line = 0; line < kLines; ++line) paint_line(draws, kPerObject * object++, side, picture);
    data.targets.resize(data.targets.size() + picture.size());
    double* mask = data.targets.data() + data.targets.size() - picture.size();
    const int figures = 1 + static_cast<int>(draws.below(2, kMostFigures));
    for (int figure = 0; figure < figures; ++figure) {
      paint(draw_figure(draws, kPerObject * object++, side, 0.15, 0.28), side, picture, mask);
    }
  });
  made.task = Task::binary;
  made.target_shape = made.input_shape;
  made.class_names = {{"background", "fond"}, {"shape", "forme"}};
  return made;
}

constexpr Field kSide = {.key = "side",
                         .label = {"Image size", "Taille des images"},
                         .help = {"Rows and columns of each image.", "Le nombre de lignes et de colonnes de chaque image."},
                         .control = Control::choice,
                         .choices = kSides};

constexpr Field kFields[] = {
    kSide,
    noise_field({"Normal noise on each pixel; 50 %: half the way from black to white.",
                 "Bruit normal sur chaque pixel ; 50 % : la moitié de l’écart entre noir et blanc."}),
    samples_field(12, 4000, 800),
    kSeed,
};

}  // namespace

constinit const DatasetRow kShapesRow = {
    .row = {.key = "shapes",
            .label = {"Shapes", "Formes"},
            .help = {"Drawn circles, squares, triangles and crosses of any place and size, to be named.",
                     "Des cercles, carrés, triangles et croix dessinés, de place et de taille quelconques, à nommer."},
            .formula = "",
            .fields = kFields},
    .make = make_shapes,
};

constinit const DatasetRow kShapesMask = {
    .row = {.key = "shapes_mask",
            .label = {"Shapes to cut out", "Formes à découper"},
            .help = {"Images with shapes and thin lines; the network says of each pixel whether it belongs to a shape.",
                     "Des images avec des formes et des traits fins ; le réseau dit de chaque pixel s’il appartient à une forme."},
            .formula = "",
            .fields = kFields},
    .make = make_shapes_mask,
};

}  // namespace myelin::data
