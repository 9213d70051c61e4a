// What all sides share: random data, the shapes that a workload's layers ask for, and the stop-watch. Runs in the page.

/** Uniform in [-1, 1), the same in every run (xorshift32). */
export function random_values(count, seed = 7) {
  const values = new Float32Array(count);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < count; ++i) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = (state >>> 0) / 2 ** 31 - 1;
  }
  return values;
}

export const size_of = (shape) => shape.reduce((product, length) => product * length, 1);

/** {inputs: one Float32Array of all samples, labels: a class each (or -1 and 1), classes}. Channels come first. */
export function make_data(workload) {
  const classes = workload.loss === 'squared' ? 0 : workload.layers.at(-1)[1];
  const labels = Array.from(random_values(workload.samples, 11), (value) =>
    (classes === 0 ? (value < 0 ? -1 : 1) : Math.floor(((value + 1) / 2) * classes)));
  return { inputs: random_values(workload.samples * size_of(workload.input)), labels, classes };
}

/** Layers with what they read and give: {kind, from: [c, h, w] or [n], to, kernel, same, last}. */
export function shapes_of(workload) {
  let from = workload.input;
  return workload.layers.map(([kind, units, kernel, padding], index) => {
    const same = padding === 'same', lost = same ? 0 : (kernel ?? 1) - 1;
    const to = kind === 'dense' ? [units] : kind === 'pool' ? [from[0], from[1] >> 1, from[2] >> 1] : [units, from[1] - lost, from[2] - lost];
    const layer = { kind, from, to, kernel, same, last: index === workload.layers.length - 1 };
    from = to;
    return layer;
  });
}

/** He-uniform weights of a layer: [out, in] or [out, in, k, k]. */
export function weights_of({ kind, from, to, kernel }, seed) {
  const inputs = kind === 'dense' ? size_of(from) : from[0] * kernel * kernel;
  const bound = Math.sqrt(6 / inputs);
  return random_values(to[0] * inputs, seed).map((value) => value * bound);
}

/** The value of output channel `o` at (y, x) of the first image: what every convolution must give. */
export function convolution_at(workload, inputs, weights, [o, y, x]) {
  const [channels, height, width] = workload.input, kernel = workload.layers[0][2], half = kernel >> 1;
  let sum = 0;
  for (let c = 0; c < channels; ++c) {
    for (let dy = 0; dy < kernel; ++dy) {
      for (let dx = 0; dx < kernel; ++dx) {
        const row = y + dy - half, column = x + dx - half;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        sum += inputs[(c * height + row) * width + column] * weights[((o * channels + c) * kernel + dy) * kernel + dx];
      }
    }
  }
  return sum;
}

export const kProbes = [[0, 0, 0], [5, 13, 31], [63, 31, 7]];

/** Throws unless `read([o, y, x])` gives the convolution with zero biases. */
export function check_convolution(workload, inputs, weights, read) {
  for (const probe of kProbes) {
    const expected = convolution_at(workload, inputs, weights, probe), found = read(probe);
    if (!(Math.abs(found - expected) < 1e-3 * (1 + Math.abs(expected)))) throw new Error(`wrong convolution at ${probe}: ${found}, not ${expected}`);
  }
}

/**
 * Samples per second. `side.run(n)` does n batches and resolves when they are done. The warm-up (first call) also finds how
 * many batches fit between two looks at the clock, which steps by 0.1 ms in pages that are not isolated.
 */
export async function measure(side, seconds) {
  const time = async (steps) => {
    const begin = performance.now();
    await side.run(steps);
    return (performance.now() - begin) / 1000;
  };
  if (!side.steps) {
    side.steps = 1;
    for (let spent = 0; spent < Math.max(seconds, 0.5);) {
      const took = await time(side.steps);
      spent += took;
      if (took < seconds / 8) side.steps *= 2;
    }
  }
  let steps = 0, took = 0;
  while (took < seconds) {
    took += await time(side.steps);
    steps += side.steps;
  }
  const loss = side.loss ? await side.loss() : null;
  if (loss !== null && !Number.isFinite(loss)) throw new Error('the loss is not finite');
  return { speed: (steps * side.items) / took, loss };
}
