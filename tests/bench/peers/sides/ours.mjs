// Myelin: the program behind bench.html, in one worker that lives for all rounds. Unlike bench.html's own worker, which measures a
// list and ends.

function ask(worker, question) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.problem ? reject(new Error(data.problem)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message || 'the worker failed'));
    worker.postMessage(question);
  });
}

export async function create(_, { build, threads, entry, dist, seconds }) {
  const worker = new Worker(new URL('ours_worker.mjs', import.meta.url), { type: 'module' });
  await ask(worker, { program: `${dist}bench/bench-${build}.mjs`, threads, entry, seconds });
  return { measure: () => ask(worker, {}) };
}
