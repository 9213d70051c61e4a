// ConvNetJS: one sample after the other in double precision, an update at the end of each batch. It has no Adam: plain SGD, which is
// less work. Its regression layer ends in a linear unit after ours, so W1 has one link more and no more tanh.
import convnetjs from 'convnetjs';
import { make_data, shapes_of, size_of } from './common.mjs';

export function create(workload) {
  const { inputs, labels, classes } = make_data(workload);
  const [depth, sy, sx] = workload.input.length === 1 ? [workload.input[0], 1, 1] : workload.input;
  const layers = [{ type: 'input', out_sx: sx, out_sy: sy, out_depth: depth }];
  for (const { kind, to, kernel, same, last } of shapes_of(workload)) {
    const activation = workload.activation;
    if (kind === 'conv') layers.push({ type: 'conv', sx: kernel, filters: to[0], stride: 1, pad: same ? kernel >> 1 : 0, activation });
    else if (kind === 'pool') layers.push({ type: 'pool', sx: 2, stride: 2 });
    else if (!last || classes === 0) layers.push({ type: 'fc', num_neurons: to[0], activation });
  }
  layers.push(classes === 0 ? { type: 'regression', num_neurons: 1 } : { type: 'softmax', num_classes: classes });
  const net = new convnetjs.Net();
  net.makeLayers(layers);
  const trainer = new convnetjs.Trainer(net, { method: 'sgd', momentum: 0, learning_rate: workload.rate, batch_size: workload.batch });
  const size = size_of(workload.input);
  const samples = labels.map((label, i) => {
    const volume = new convnetjs.Vol(sx, sy, depth, 0);
    volume.w.set(inputs.subarray(i * size, (i + 1) * size));
    return { volume, label: classes === 0 ? [label] : label };
  });
  let at = 0, loss = 0;
  return {
    items: workload.batch,
    run(steps) {
      for (let i = 0; i < steps * workload.batch; ++i) {
        const { volume, label } = samples[at];
        at = (at + 1) % samples.length;
        loss = trainer.train(volume, label).loss;
      }
    },
    loss: () => loss,
  };
}
