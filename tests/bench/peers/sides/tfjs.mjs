// TensorFlow.js 4 on its cpu or wasm backend: its core operations and its own optimisers. Images are NHWC, as it wants them.
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { check_convolution, make_data, shapes_of, size_of, weights_of } from './common.mjs';

function forward(layers, variables, x, activation) {
  let h = x, at = 0;
  for (const { kind, from, to, same, last } of layers) {
    if (kind === 'pool') {
      h = tf.maxPool(h, 2, 2, 'valid');
      continue;
    }
    const [w, b] = variables[at++];
    if (kind === 'conv') h = tf.add(tf.conv2d(h, w, 1, same ? 'same' : 'valid'), b);
    else h = tf.add(tf.matMul(tf.reshape(h, [-1, size_of(from)]), w), b);
    if (!last) h = tf[activation](h);
  }
  return h;
}

export async function create(workload, { backend, modules }) {
  setWasmPaths(`${modules}@tensorflow/tfjs-backend-wasm/dist/`);
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} here`);
  await tf.ready();
  const layers = shapes_of(workload), { batch, input } = workload;
  const { inputs, labels, classes } = make_data(workload);
  const variables = layers.filter(({ kind }) => kind !== 'pool').map((layer, index) => {
    const values = weights_of(layer, 20 + index), b = tf.variable(tf.zeros([layer.to[0]]));
    const w = layer.kind === 'dense' ? tf.tensor(values, [size_of(layer.from), layer.to[0]])
      : tf.transpose(tf.tensor(values, [layer.to[0], layer.from[0], layer.kernel, layer.kernel]), [2, 3, 1, 0]);
    return [tf.variable(w), b];
  });
  const images = (values) => {
    const given = tf.tensor(values, [batch, ...input]);
    return input.length === 1 ? given : tf.transpose(given, [0, 2, 3, 1]);
  };
  if (workload.inference) {
    const x = images(inputs), apply = () => tf.tidy(() => forward(layers, variables, x, workload.activation));
    const y = apply(), found = y.dataSync(), [filters, , width] = layers[0].to;
    check_convolution(workload, inputs, weights_of(layers[0], 20), ([o, row, column]) => found[(row * width + column) * filters + o]);
    y.dispose();
    return {
      items: batch,
      run(steps) {
        for (let step = 0; step < steps; ++step) apply().dispose();
      },
    };
  }
  const size = size_of(input), batches = [];
  for (let i = 0; i + batch <= workload.samples; i += batch) {
    const hot = tf.oneHot(tf.tensor1d(labels.slice(i, i + batch), 'int32'), classes);
    batches.push([images(inputs.slice(i * size, (i + batch) * size)), tf.cast(hot, 'float32')]);
  }
  const optimizer = tf.train[workload.optimizer](workload.rate);
  const loss = ([x, y]) => tf.losses.softmaxCrossEntropy(y, forward(layers, variables, x, workload.activation));
  let at = 0;
  return {
    items: batch,
    run(steps) {
      for (let step = 0; step < steps; ++step) {
        optimizer.minimize(() => loss(batches[at]));
        at = (at + 1) % batches.length;
      }
    },
    loss: () => tf.tidy(() => loss(batches[0]).dataSync()[0]),
  };
}
