// Myelin beside other programs in the same browser, alternating round by round; prints ratios. By hand only: see README.md.
//   node tests/bench/peers/run.mjs [--only W3,W5] [--rounds 7] [--seconds 0.5] [--peers jax,torch] [--torch /usr/bin/python3]
//                                  [--playground nn.ts] [--dist dist] [--json FILE] [--processor-time]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open_browser } from './browser.mjs';
import { competitors } from './competitors.mjs';
import { goal_of } from './goals.mjs';
import { bundle, install, playground_source } from './install.mjs';
import { knows_processor_time, with_slowdown } from './processor_time.mjs';
import { digits, ratio, spread, summary, table } from './statistics.mjs';

const kHere = path.dirname(fileURLToPath(import.meta.url));
const kWorkloads = JSON.parse(fs.readFileSync(path.join(kHere, 'workloads.json'), 'utf8'));
const kPause = 60;  // ms between two sides: workers of the one before go to sleep

const tell = (text) => process.stderr.write(`${text}\n`);
const load = () => os.loadavg()[0];

/** Speed of one measurement; by processor time it is what it would have been alone. (PyTorch's child reads that clock itself.) */
async function measure(one, { seconds, processor_time }) {
  if (!processor_time || one.own_clock) return one.side.measure(seconds);
  const { result, slowdown } = await with_slowdown(() => one.side.measure(seconds));
  return { ...result, speed: result.speed * slowdown };
}

/** Starts and warms up; who cannot take part is named and left out. */
async function start_all(list, id, seconds) {
  const started = [];
  for (const { start, ...who } of list) {
    let side = null;
    try {
      side = await start(id, kWorkloads[id]);
      await side.measure(seconds);
      started.push({ ...who, side, speeds: [], losses: [], shares: [] });
    } catch (error) {
      await side?.close();
      tell(`[peers] ${id}: ${who.name} is left out: ${error.message.split('\n')[0]}`);
    }
  }
  return started;
}

async function one_workload(id, options) {
  const started = await start_all(competitors(id, options), id, options.seconds);
  try {
    for (let round = 0; round < options.rounds; ++round) {
      // Another one begins each round, and the order turns around: nobody is always measured after the same neighbour.
      const turn = started.map((_, i) => started[(i + round) % started.length]);
      if (round % 2 === 1) turn.reverse();
      for (const one of turn) {
        await new Promise((done) => { setTimeout(done, kPause); });
        const { speed, loss, share } = await measure(one, options);
        one.speeds.push(speed);
        if (loss != null) one.losses.push(loss);
        if (share != null) one.shares.push(share);
      }
      tell(`[peers] ${id}: round ${round + 1} of ${options.rounds}, load ${load().toFixed(1)}`);
    }
  } finally {
    for (const one of started) await one.side.close();
  }
  return started.map(({ side: _, ...rest }) => rest);
}

/** What is compared with what: our builds with all peers, and two threads with one. */
function compare(id, found) {
  const ours = found.filter((one) => one.ours), ratios = [];
  for (const own of ours) {
    const twin = ours.find((other) => own.name.endsWith(' 2') && other.name === own.name.replace(/ 2$/, ' 1'));
    for (const peer of [...found.filter((one) => !one.ours), ...(twin ? [twin] : [])]) {
      ratios.push({ workload: id, ours: own.name, peer: peer.name, ...ratio(own.speeds, peer.speeds), goal: goal_of(id, own.name, peer.name) });
    }
  }
  return ratios;
}

function print(id, found, ratios) {
  const ours = found.filter((one) => one.ours);
  const rows = [['', `${id === 'W5' ? 'images' : 'samples'}/s`, ...ours.map(({ name }) => `ratio of ${name}`)]];
  for (const one of found) {
    const cells = ours.map((own) => {
      const entry = ratios.find((r) => r.ours === own.name && r.peer === one.name);
      return entry ? `${spread(entry, 'x')}${entry.goal === null ? '' : entry.median >= entry.goal ? ' ✓' : ` < ${entry.goal}`}` : '';
    });
    rows.push([`${one.ours ? 'Myelin ' : ''}${one.name}`, spread(summary(one.speeds)), ...cells]);
  }
  process.stdout.write(`\n${id}: ${kWorkloads[id].title}\n${table(rows)}\n`);
  const shares = ours.filter((one) => one.shares.length > 0).map((one) => `${one.name} ${digits(100 * summary(one.shares).median)} %`);
  if (shares.length > 0) process.stdout.write(`of the ceiling: ${shares.join(', ')}\n`);
}

async function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { only: text, rounds: text, seconds: text, peers: text, torch: text, playground: text, dist: text,
    json: text, 'processor-time': { type: 'boolean', default: false } } });
  const processor_time = values['processor-time'];
  if (processor_time && !knows_processor_time()) throw new Error('--processor-time needs Linux');
  const ids = values.only ? values.only.split(',') : Object.keys(kWorkloads);
  const unknown = ids.find((id) => !kWorkloads[id]);
  const rounds = Number(values.rounds ?? 7), seconds = Number(values.seconds ?? 0.5);
  if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${Object.keys(kWorkloads).join(', ')}`);
  if (!(rounds >= 1) || !(seconds > 0)) throw new Error('rounds and seconds are positive numbers');
  const dist = path.resolve(values.dist ?? process.env.MYELIN_DIST ?? path.join(kHere, '../../../dist'));
  if (!fs.existsSync(path.join(dist, 'bench'))) throw new Error(`${dist} has no bench/: run \`npm run build\``);
  const peers = install();
  const playground = await playground_source(peers, values.playground);
  await bundle(peers, playground);
  const browser = await open_browser({ dist, peers });
  const result = { date: new Date().toISOString(), browser: browser.version, processor: os.cpus()[0]?.model, processors: os.cpus().length,
    rounds, seconds, clock: processor_time ? 'processor' : 'wall', loads: [], workloads: {}, ratios: [] };
  try {
    for (const id of ids) {
      const before = load();
      const found = await one_workload(id, { browser, seconds, rounds, playground, processor_time, python: values.torch ?? null,
        only: values.peers?.split(',') ?? null });
      const ratios = compare(id, found);
      print(id, found, ratios);
      result.workloads[id] = found;
      result.ratios.push(...ratios);
      result.loads.push([before, load()]);
      if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);  // after each: a run may be stopped
    }
  } finally {
    await browser.close();
  }
  const loads = result.loads.flat().map((one) => one.toFixed(1)).join(' ');
  process.stdout.write(`\nMedian (lowest-highest) of ${rounds} rounds; a ratio is our speed over theirs in the same round; ✓ and < tell of a goal.\n`
    + `${processor_time ? 'Processor time, one thread. ' : ''}Chromium ${result.browser}, ${result.processors} processors (${result.processor}), `
    + `load ${loads}, ${result.date}.\n`);
}

main().catch((error) => {
  tell(`[peers] ${error.message}`);
  process.exitCode = 1;
});
