// Who is measured for which workload: [{name, ours, start(workload name, workload)}], where start() resolves to {measure(seconds), close()}.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const kTorch = path.join(path.dirname(fileURLToPath(import.meta.url)), 'torch_peer.py');
const kTiny = ['W1', 'W1b'], kDense = ['W2', 'W2adam'];
// `threads` is what a row may use at once: only rows of one are measured by processor time.
const kPeers = [
  { name: 'TensorFlow Playground', side: 'playground', works: kTiny },
  { name: 'ConvNetJS', side: 'convnetjs', works: [...kTiny, 'W2', 'W3', 'W4'] },
  { name: 'jax-js wasm', side: 'jax', works: [...kDense, 'W3'], isolation: false },
  { name: 'jax-js wasm workers', side: 'jax', works: [...kDense, 'W3'], threads: 2 },
  { name: 'onnxruntime-web 1', side: 'onnxruntime', works: ['W5'], options: { threads: 1 } },
  { name: 'onnxruntime-web 2', side: 'onnxruntime', works: ['W5'], threads: 2, options: { threads: 2 } },
  { name: 'tfjs cpu', side: 'tfjs', works: ['W2', 'W5'], options: { backend: 'cpu' } },
  { name: 'tfjs wasm', side: 'tfjs', works: [...kDense, 'W5'], options: { backend: 'wasm' } },
];

function in_page(browser, { side, options, isolation }) {
  return (_, workload) => browser.open({ side, workload, options, isolation });
}

/** A line of JSON in, a line of JSON out. */
function torch(python, threads, processor_time) {
  return async (id) => {
    const words = [kTorch, '--pipe', '--threads', String(threads), ...(processor_time ? ['--processor-time'] : [])];
    const child = spawn(python, words, { stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) } });
    const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      async measure(seconds) {
        child.stdin.write(`${JSON.stringify({ workload: id, seconds })}\n`);
        const { value } = await lines.next();
        if (!value) throw new Error(`${python} ended`);
        return JSON.parse(value);
      },
      async close() { child.stdin.end(); },
    };
  };
}

/** `python` may be null: no PyTorch. `only` are parts of peers' names, or null for all. */
export function competitors(id, { browser, seconds, python, playground, only, processor_time }) {
  const list = [];
  const tiny = kTiny.includes(id);
  for (const build of ['relaxed', 'simd']) {
    const arithmetic = build === 'simd' || tiny ? 'exact' : 'fast';
    for (const threads of tiny ? [1] : [1, 2]) {
      list.push({ name: `${build} ${arithmetic} ${threads}`, ours: true, threads,
        start: in_page(browser, { side: 'ours', options: { build, threads, seconds, entry: `${id}/${arithmetic}` } }) });
    }
  }
  const wanted = (name) => !only || only.some((part) => name.toLowerCase().includes(part.toLowerCase()));
  for (const peer of kPeers) {
    if (!peer.works.includes(id) || !wanted(peer.name) || (peer.side === 'playground' && !playground)) continue;
    list.push({ name: peer.name, ours: false, threads: peer.threads ?? 1, start: in_page(browser, peer) });
  }
  for (const threads of python ? [1, 2] : []) {
    if (!wanted('PyTorch')) continue;
    list.push({ name: `PyTorch ${threads}`, ours: false, threads, own_clock: true, start: torch(python, threads, processor_time) });
  }
  return processor_time ? list.filter(({ threads }) => threads === 1) : list;
}
