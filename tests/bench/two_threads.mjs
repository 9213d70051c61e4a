// What the second thread is worth: the same workloads with one thread and with two, in turn, in a browser or natively. By hand:
//   node tests/bench/two_threads.mjs [--only W2,W3,W4] [--rounds 20] [--in relaxed|simd|MYELIN] [--seconds S] [--repetitions N] [--json FILE]
// Shared machines do not always have two processors for us, or not two that share a cache. `bench` measures the ceiling between the
// slices of each entry: a measurement counts as undisturbed, whatever the speed of the workload was, where that ceiling was the
// machine's own and forks, measured just before, took at most twice as long as by the median of all rounds.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { open_browser } from '../browser/helpers.mjs';
import { digits, median, table } from './peers/statistics.mjs';

const kWhole = 0.98;  // of the best ceiling that one thread had in this run, times the number of threads
const kFork = 'executor/fork', kSlowest = 0.5;  // of the median round's forks a second
const kThreads = [1, 2];

/** {measure(threads): entries, close()} in pages of bench.html. */
async function in_browser(build, { only, seconds, repetitions }) {
  const tools = await open_browser();
  return {
    async measure(threads) {
      const hash = `only=${only}&builds=${build}&threads=${threads}&seconds=${seconds}&repetitions=${repetitions}&run`;
      const page = await tools.open({ path: 'bench.html', ready: false, hash });
      page.setDefaultTimeout(0);
      const { runs } = await page.evaluate(() => myelin_bench.finished);
      await page.finish();
      if (runs.length !== 1) throw new Error(`the page did not measure ${build} with ${threads} threads`);
      return runs[0].entries;
    },
    close: () => tools.close(),
  };
}

/** The same of a native program. */
function natively(program, { only, seconds, repetitions }) {
  const words = (threads) => ['bench', ...only.split(','), '--threads', threads, '--seconds', seconds, '--repetitions', repetitions, '--json'];
  return {
    measure: (threads) => new Promise((resolve, reject) => {
      const child = spawn(program, words(threads).map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (part) => { text += part; });
      child.on('error', reject);
      child.on('close', (status) => (status === 0 ? resolve(JSON.parse(text).entries) : reject(new Error(`${program} ended with ${status}`))));
    }),
    close() {},
  };
}

/** `found` is a list of {threads, entry, near}: ratios of medians, of all and of the undisturbed, and of the fastest slices. */
function summary(found) {
  const of = (threads) => found.filter((one) => one.threads === threads).map(({ entry }) => entry);
  const best = Math.max(...of(1).map(({ ceiling }) => ceiling));
  const whole = (threads) => found.filter((one) => one.threads === threads && one.near && one.entry.ceiling >= kWhole * threads * best).map(({ entry }) => entry);
  const middle = (entries) => median(entries.map((entry) => entry.median));
  const fastest = (threads) => Math.max(...of(threads).map(({ maximum }) => maximum));
  const counts = kThreads.map((threads) => whole(threads).length);
  return {
    all: middle(of(2)) / middle(of(1)),
    ceiling: median(of(2).map(({ ceiling }) => ceiling)) / median(of(1).map(({ ceiling }) => ceiling)),
    undisturbed: Math.min(...counts) > 0 ? middle(whole(2)) / middle(whole(1)) : null,
    counts,
    speeds: kThreads.map((threads) => (whole(threads).length > 0 ? middle(whole(threads)) : null)),
    fastest: fastest(2) / fastest(1),
  };
}

/** Sets `near` where the two processors of a round passed words to each other as fast as they mostly do. */
function mark_near(found) {
  const forks = new Map(found.get(kFork).filter(({ threads }) => threads === 2).map(({ round, entry }) => [round, entry.maximum]));
  const usual = median([...forks.values()]);
  process.stdout.write(`A fork takes ${digits(1e9 / usual)} ns by the median, ${digits(1e9 / Math.max(...forks.values()))} to ${digits(1e9 / Math.min(...forks.values()))}.\n`);
  for (const list of found.values()) {
    for (const one of list) one.near = one.threads === 1 || forks.get(one.round) >= kSlowest * usual;
  }
}

async function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { only: text, rounds: text, in: text, seconds: text, repetitions: text, json: text } });
  const options = { only: `${kFork},${values.only ?? 'W2,W3,W4'}`, seconds: Number(values.seconds ?? 0.02), repetitions: Number(values.repetitions ?? 7) };
  const rounds = Number(values.rounds ?? 20), where = values.in ?? 'relaxed';
  if (!(rounds >= 1) || !(options.seconds > 0) || !(options.repetitions >= 1)) throw new Error('rounds, seconds and repetitions are positive numbers');
  const side = where === 'relaxed' || where === 'simd' ? await in_browser(where, options) : natively(where, options);
  const found = new Map();
  try {
    for (let round = 0; round < rounds; ++round) {
      for (const threads of round % 2 === 0 ? kThreads : [...kThreads].reverse()) {
        for (const entry of await side.measure(threads)) found.set(entry.name, [...(found.get(entry.name) ?? []), { round, threads, entry }]);
      }
      process.stderr.write(`[two threads] round ${round + 1} of ${rounds}\n`);
    }
  } finally {
    await side.close();
  }
  mark_near(found);
  const rows = [['', 'undisturbed', 'of (1; 2)', 'speed 1; 2', 'fastest slices', 'all', 'ceiling, all']];
  for (const [name, list] of found) {
    if (name === kFork) continue;
    const { all, ceiling, undisturbed, counts, speeds, fastest } = summary(list);
    const ratio = (value) => (value === null ? '-' : `${value.toFixed(2)}x`);
    rows.push([name, ratio(undisturbed), counts.join('; '), speeds.map((speed) => (speed === null ? '-' : digits(speed))).join('; '), ratio(fastest), ratio(all), ratio(ceiling)]);
  }
  process.stdout.write(`${table(rows)}\nMedians of ${rounds} rounds, ${where}. Undisturbed: the ceiling between the slices had ${100 * kWhole} % of its best for each thread, forks ${100 * kSlowest} % of their median speed.\n`);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify([...found], null, 1)}\n`);
}

main().catch((error) => {
  process.stderr.write(`[two threads] ${error.message}\n`);
  process.exitCode = 1;
});
