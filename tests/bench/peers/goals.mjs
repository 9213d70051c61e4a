// The goals, as ratios of ours to a peer of the same run: [workload, ours, peer, at least].
// 'ours' and 'peer' are names that run.mjs prints.
export const kGoals = [
  ['W1', 'relaxed exact 1', 'TensorFlow Playground', 15], ['W1b', 'relaxed exact 1', 'TensorFlow Playground', 15],
  ['W2', 'relaxed fast 2', 'ConvNetJS', 30], ['W2', 'relaxed fast 2', 'jax-js wasm', 3], ['W2', 'relaxed fast 2', 'PyTorch 1', 1],
  ['W3', 'relaxed fast 2', 'ConvNetJS', 60], ['W3', 'relaxed fast 2', 'PyTorch 1', 1.5],
  ['W4', 'relaxed fast 2', 'ConvNetJS', 60], ['W4', 'relaxed fast 2', 'PyTorch 1', 0.8],
  ['W5', 'relaxed fast 1', 'onnxruntime-web 1', 1.2], ['W5', 'relaxed fast 2', 'onnxruntime-web 2', 1.2],
  ...['W2', 'W3', 'W4'].map((workload) => [workload, 'relaxed fast 2', 'relaxed fast 1', 1.7]),
];

export const goal_of = (workload, ours, peer) => kGoals.find(([a, b, c]) => a === workload && b === ours && c === peer)?.[3] ?? null;
