// TensorFlow Playground's own trainer (src/nn.ts, fetched by run.mjs): the training step alone, as its page calls it, without drawing
// and without the losses that the page computes after each epoch.
import * as nn from 'playground';
import { make_data } from './common.mjs';

export function create(workload) {
  const { inputs, labels } = make_data(workload);
  const points = labels.map((label, i) => ({ input: [inputs[2 * i], inputs[2 * i + 1]], label }));
  const { TANH } = nn.Activations;
  const network = nn.buildNetwork([2, ...workload.layers.map(([, units]) => units)], TANH, TANH, null, ['x', 'y']);
  let at = 0;
  return {
    items: workload.batch,
    run(steps) {
      for (let step = 0; step < steps; ++step) {
        for (let i = 0; i < workload.batch; ++i) {
          const point = points[at];
          at = (at + 1) % points.length;
          nn.forwardProp(network, point.input);
          nn.backProp(network, point.label, nn.Errors.SQUARE);
        }
        nn.updateWeights(network, workload.rate, 0);
      }
    },
    loss: () => points.reduce((sum, { input, label }) => sum + nn.Errors.SQUARE.error(nn.forwardProp(network, input), label), 0) / points.length,
  };
}
