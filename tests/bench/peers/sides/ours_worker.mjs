// Holds one program with one number of threads and measures one entry of its list, once for each message. See ours.mjs.
let measure_once = null;

async function start({ program: address, threads, entry, seconds }) {
  const { default: create } = await import(new URL(address, self.location.href).href);
  const program = await create({ threads: threads - 1 });
  const read = (text) => JSON.parse(program.UTF8ToString(text));
  const bench = program._myelin_bench_open(threads, 1, seconds);
  const index = read(program._myelin_bench_describe(bench)).names.indexOf(entry);
  if (index < 0) throw new Error(`this build has no ${entry}`);
  measure_once = () => {
    const { median, ceiling, share } = read(program._myelin_bench_measure(bench, index));
    if (!(median > 0)) throw new Error(`${entry} went wrong`);
    return { speed: median, ceiling, share };
  };
  return {};
}

addEventListener('message', async ({ data }) => {
  try {
    postMessage(measure_once ? measure_once() : await start(data));
  } catch (error) {
    postMessage({ problem: String(error?.message ?? error) });
  }
});
