// What setup says: one line per step, with its time, and errors that are one sentence
// naming what failed and what to do about it. Never prints a stack trace for a SetupError.
import { spawn, spawnSync } from 'node:child_process';

export class SetupError extends Error {}

export function fail(sentence) {
  throw new SetupError(sentence);
}

const started = Date.now();

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs `work` under a heading and prints how long it took. */
export async function step(title, work) {
  const begin = Date.now();
  process.stdout.write(`[setup] ${title} ...\n`);
  const result = await work();
  process.stdout.write(`[setup] ${title}: done in ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
  return result;
}

export function total_seconds() {
  return ((Date.now() - started) / 1000).toFixed(1);
}

/** Runs a program and returns its standard output, or fails with `advice` and the last lines it printed. */
export function capture(program, args, advice, options = {}) {
  const run = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (run.error || run.status !== 0) {
    const lines = `${run.stdout ?? ''}${run.stderr ?? ''}`.trim().split('\n');
    const said = (lines.length > 16 ? [...lines.slice(0, 8), '...', ...lines.slice(-8)] : lines).join('\n');
    fail(`\`${[program, ...args].join(' ').slice(0, 200)}\` failed; ${advice}${said ? `\n${said}` : ''}`);
  }
  return run.stdout;
}

/** Standard output of a program, or null when it is missing or fails: for asking, not for doing. */
export function ask(program, args, options = {}) {
  const run = spawnSync(program, args, { encoding: 'utf8', ...options });
  return run.error || run.status !== 0 ? null : run.stdout;
}

/** The same as `capture`, without blocking the event loop, so that several can run at once. */
export function run_async(program, args, advice, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let said = '';
    const keep = (chunk) => { said = (said + chunk).slice(-4000); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(new SetupError(`\`${program}\` could not be started (${error.code}); ${advice}`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(
      new SetupError(`\`${[program, ...args].join(' ').slice(0, 200)}\` failed; ${advice}\n${said.trim()}`))));
  });
}
