// onnxruntime-web, wasm provider, 1 or 2 threads: inference only. Its speed includes handing the input over and the output back,
// which is how it is used.
import * as ort from 'onnxruntime-web/wasm';
import { check_convolution, make_data, shapes_of, weights_of } from './common.mjs';
import { convolution_model } from './onnx_model.mjs';

export async function create(workload, { threads, modules }) {
  ort.env.wasm.wasmPaths = `${modules}onnxruntime-web/dist/`;
  ort.env.wasm.numThreads = threads;
  const [layer] = shapes_of(workload);
  const weights = weights_of(layer, 20), { batch, input } = workload, filters = layer.to[0];
  const model = convolution_model({ batch, input, filters, kernel: layer.kernel, weights, biases: new Float32Array(filters) });
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  const { inputs } = make_data(workload);
  const feeds = { x: new ort.Tensor('float32', inputs, [batch, ...input]) };
  const { y } = await session.run(feeds);
  check_convolution(workload, inputs, weights, ([o, row, column]) => y.data[(o * layer.to[1] + row) * layer.to[2] + column]);
  if (ort.env.wasm.numThreads !== threads) throw new Error(`onnxruntime-web took ${ort.env.wasm.numThreads} threads, not ${threads}`);
  return {
    items: batch,
    async run(steps) {
      for (let step = 0; step < steps; ++step) (await session.run(feeds)).y.dispose();
    },
  };
}
