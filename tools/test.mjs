// `npm test`: sets up what is missing, then runs every stage in order, prints the time of each, and stops at the first
// failure. Its last line is the count over all of them: "N passed, N failed".
//   npm test -- --list           names the stages
//   npm test -- native browser   runs only these
import './setup/newer_node.mjs';  // first: the rest needs it
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kLock } from './build.mjs';
import { with_lock } from './setup/lock.mjs';
import { setup_or_exit, kRoot } from './setup.mjs';
import { count_doctest, count_node_tests, run_program, StageError } from './test/run.mjs';
import { size_budget } from './test/size.mjs';

const kJobs = String(os.availableParallelism());
// Old V8s (Node 20) know relaxed SIMD only by a flag, newer ones refuse the flag.
const kRelaxedFlag = '--experimental-wasm-relaxed-simd';
const v8_options = () => spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).stdout ?? '';

/** Configures and builds a preset; only our own warnings are errors, and only here. */
function compile(preset, targets, settings = ['-DMYELIN_WERROR=ON']) {
  return with_lock(kLock, async () => {
    await run_program('cmake', ['--preset', preset, '--log-level=WARNING', ...settings]);
    await run_program('cmake', ['--build', '--preset', preset, '-j', kJobs, ...(targets.length ? ['--target', ...targets] : [])]);
  });
}

/** Runs doctest and returns its counts. A filter that matches nothing is a failure, not a success. */
async function doctest(command, words) {
  const counts = count_doctest(await run_program(command, [...words, '--no-colors=true']));
  if (counts.passed + counts.failed === 0) throw new StageError('no test case was run: the filter matches nothing');
  return counts;
}

async function node_tests(folder, options = []) {
  const directory = path.join(kRoot, folder);
  const files = fs.existsSync(directory) ? fs.readdirSync(directory).filter((name) => name.endsWith('.test.mjs')).sort() : [];
  if (files.length === 0) throw new StageError(`there is no test in ${folder}`);
  return count_node_tests(await run_program(process.execPath,
    ['--test', '--test-reporter=spec', ...options, ...files.map((name) => path.join(folder, name))]));
}

const binary = (preset) => path.join(kRoot, 'build', preset, 'myelin_tests');
// Threads meet only in these suites; under the thread sanitizer the others would cost minutes and prove nothing.
const kThreadedSuites = '--test-suite=*session*,*executor*,*hosts*';

const kStages = [
  ['rules', 'Who may include whom', async () => {
    await run_program(process.execPath, ['tests/include_rules.mjs']);
    return { passed: 1, failed: 0 };
  }],
  ['native', 'Native build by the system compiler, unit tests', async () => {
    await compile('native', []);
    return doctest(binary('native'), []);
  }],
  ['cli', 'The command-line program', async () => {
    await compile('native', ['myelin']);
    return node_tests('tests/cli');
  }],
  ['clang', 'Native build by Clang, the same tests and hashes', async () => {
    await compile('native-clang', ['myelin_tests']);
    return doctest(binary('native-clang'), []);
  }],
  ['asan', 'Address and undefined-behaviour sanitizers', async () => {
    await compile('asan', ['myelin_tests']);
    return doctest(binary('asan'), []);
  }],
  ['tsan', 'Thread sanitizer', async () => {
    await compile('tsan', ['myelin_tests']);
    return doctest(binary('tsan'), [kThreadedSuites]);
  }],
  ['web', 'WebAssembly build (SIMD128), unit tests in Node', async () => {
    await compile('web', [], []);
    return doctest(process.execPath, [`${binary('web')}.js`]);
  }],
  ['relaxed', 'WebAssembly build (relaxed SIMD), unit tests in Node', async () => {
    await compile('web-relaxed', [], []);
    return doctest(process.execPath, [...(v8_options().includes(kRelaxedFlag) ? [kRelaxedFlag] : []), `${binary('web-relaxed')}.js`]);
  }],
  ['tools', 'Tools and server', () => node_tests('tests/tools')],
  ['size', 'Size budget', async () => {
    await run_program(process.execPath, ['tools/build.mjs']);
    return size_budget(path.join(kRoot, 'dist'));
  }],
  ['browser', 'The page in a browser', async () => {
    await run_program(process.execPath, ['tools/build.mjs']);
    return node_tests('tests/browser', ['--test-concurrency=1']);
  }],
];

async function main() {
  const words = process.argv.slice(2);
  if (words.includes('--list')) {
    for (const [name, title] of kStages) process.stdout.write(`${name.padEnd(10)} ${title}\n`);
    return 0;
  }
  const unknown = words.find((word) => !kStages.some(([name]) => name === word));
  if (unknown) {
    process.stderr.write(`[test] there is no stage "${unknown}"; npm test -- --list names them.\n`);
    return 2;
  }
  const found = await setup_or_exit();
  if (found.browser) process.env.CHROME = found.browser;
  const total = { passed: 0, failed: 0 };
  const times = [];
  let stopped = null;
  for (const [name, title, work] of kStages) {
    if (words.length > 0 && !words.includes(name)) continue;
    process.stdout.write(`\n=== ${name}: ${title}\n`);
    const begin = Date.now();
    try {
      const { passed, failed } = await work();
      total.passed += passed;
      total.failed += failed;
      if (failed > 0) stopped = name;
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      process.stderr.write(`[test] ${error.message}\n`);
      total.passed += error.counts.passed;
      total.failed += Math.max(1, error.counts.failed);
      stopped = name;
    }
    times.push(`${name} ${((Date.now() - begin) / 1000).toFixed(1)} s`);
    process.stdout.write(`=== ${name}: ${stopped ? 'FAILED' : 'passed'} in ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
    if (stopped) break;
  }
  process.stdout.write(`\n${times.join(', ')}\n`);
  if (stopped) process.stdout.write(`Stopped at the stage "${stopped}"; run it alone with: npm test -- ${stopped}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return stopped ? 1 : 0;
}

process.exitCode = await main();
