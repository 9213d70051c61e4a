// One build of the engine with one number of threads, measured entry by entry in a worker, so that the page stays alive. It is
// told {build, threads, words, seconds, repetitions} and answers with messages until {finished} or {problem}.

/** Pages that are not isolated have no SharedArrayBuffer by name, but the program's memory is one. */
function name_shared_memory() {
  globalThis.SharedArrayBuffer ??= new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true }).buffer.constructor;
}

async function measure({ build, threads, words, seconds, repetitions }) {
  name_shared_memory();
  const { default: create } = await import(new URL(`bench-${build}.mjs`, import.meta.url).href);
  const program = await create({ threads: threads - 1 });
  const bench = program._myelin_bench_open(threads, repetitions, seconds);
  const read = (text) => JSON.parse(program.UTF8ToString(text));
  const { names, ...run } = read(program._myelin_bench_describe(bench));
  const wanted = new Set();
  for (const word of words) {
    const text = program.stringToNewUTF8(word);
    const found = read(program._myelin_bench_select(bench, text));
    program._free(text);
    found.forEach((entry) => wanted.add(entry));
  }
  const chosen = names.map((name, entry) => ({ name, entry })).filter(({ entry }) => wanted.has(entry));
  postMessage({ begin: run, names: chosen.map(({ name }) => name) });
  for (const { entry } of chosen) postMessage({ entry: read(program._myelin_bench_measure(bench, entry)) });
  postMessage({ finished: true });
}

addEventListener('message', ({ data }) => {
  measure(data).catch((error) => postMessage({ problem: String(error?.message ?? error) }));
}, { once: true });
