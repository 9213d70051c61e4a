// jax-js on its wasm device: one jitted function from parameters and a batch to new parameters. In an isolated page it uses workers, one
// for each processor; else it computes in the page. (Its arrays are owned: a function consumes what it is given, .ref keeps it.)
import { blockUntilReady, defaultDevice, grad, init, jit, lax, nn, numpy as np, tree } from '@jax-js/jax';
import { make_data, shapes_of, size_of, weights_of } from './common.mjs';

function forward(layers, params, x) {
  let h = x, at = 0;
  for (const { kind, from, to, same, last } of layers) {
    if (kind === 'pool') {
      h = np.max(h.reshape([h.shape[0], from[0], to[1], 2, to[2], 2]), [3, 5]);
      continue;
    }
    const { w, b } = params[at++];
    if (kind === 'conv') h = lax.convGeneralDilated(h, w, [1, 1], same ? 'SAME' : 'VALID').add(b.reshape([1, to[0], 1, 1]));
    else h = np.matmul(h.reshape([h.shape[0], size_of(from)]), w).add(b);
    if (!last) h = nn.relu(h);
  }
  return h;
}

export async function create(workload) {
  await init('wasm');
  defaultDevice('wasm');
  const layers = shapes_of(workload), { batch, rate } = workload;
  const { inputs, labels, classes } = make_data(workload);
  const size = size_of(workload.input);
  const batches = [];
  for (let i = 0; i + batch <= workload.samples; i += batch) {
    const hot = new Float32Array(batch * classes);
    for (let j = 0; j < batch; ++j) hot[j * classes + labels[i + j]] = 1;
    batches.push([np.array(inputs.slice(i * size, (i + batch) * size)).reshape([batch, ...workload.input]), np.array(hot).reshape([batch, classes])]);
  }
  let params = layers.filter(({ kind }) => kind !== 'pool').map((layer, index) => {
    const shape = layer.kind === 'dense' ? [size_of(layer.from), layer.to[0]] : [layer.to[0], layer.from[0], layer.kernel, layer.kernel];
    return { w: np.array(weights_of(layer, 20 + index)).reshape(shape), b: np.zeros([layer.to[0]]) };
  });
  const loss = (p, x, y) => y.mul(nn.logSoftmax(forward(layers, p, x), 1)).sum().mul(-1 / batch);
  const loss_now = jit(loss);
  const gradient = grad(loss);
  const sgd = jit((p, x, y) => tree.map((a, g) => a.sub(g.mul(rate)), p, gradient(tree.ref(p), x, y)));
  const adam = jit((p, m, v, correction, x, y) => {
    const g = gradient(tree.ref(p), x, y);
    const m2 = tree.map((a, b) => a.mul(0.9).add(b.mul(0.1)), m, tree.ref(g));
    const v2 = tree.map((a, b) => a.mul(0.999).add(np.square(b).mul(0.001)), v, g);
    const p2 = tree.map((a, b, c) => a.sub(b.div(np.sqrt(c).add(1e-8)).mul(correction.ref)), p, tree.ref(m2), tree.ref(v2));
    correction.dispose();
    return [p2, m2, v2];
  });
  const zeros = () => tree.map((a) => np.zeros(a.shape), params);
  let m = zeros(), v = zeros(), at = 0, step_number = 0;
  return {
    items: batch,
    async run(steps) {
      for (let step = 0; step < steps; ++step) {
        const [x, y] = batches[at];
        at = (at + 1) % batches.length;
        if (workload.optimizer === 'sgd') {
          params = sgd(params, x.ref, y.ref);
        } else {
          step_number += 1;
          const correction = np.array([(rate * Math.sqrt(1 - 0.999 ** step_number)) / (1 - 0.9 ** step_number)]);
          [params, m, v] = adam(params, m, v, correction, x.ref, y.ref);
        }
        // Often enough that nothing piles up, seldom enough that it costs nothing.
        if (step % 8 === 7) await blockUntilReady(params);
      }
      await blockUntilReady(params);
    },
    async loss() {
      const [x, y] = batches[0];
      return (await loss_now(tree.ref(params), x.ref, y.ref).data())[0];
    },
  };
}
