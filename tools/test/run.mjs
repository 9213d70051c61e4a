// Running one program of a test stage: its output is shown as it comes and kept for counting.
import { spawn } from 'node:child_process';
import { kRoot } from '../setup.mjs';

/** A stage failed: what to tell, and the tests that had been counted by then. */
export class StageError extends Error {
  constructor(message, counts = { passed: 0, failed: 0 }) {
    super(message);
    this.counts = counts;
  }
}

const add = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed });

/** Sums doctest's "test cases: 12 | 12 passed | 0 failed" lines. */
export function count_doctest(output) {
  let counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(/test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed/g)) {
    counts = add(counts, { passed: Number(passed), failed: Number(failed) });
  }
  return counts;
}

/** Sums the "pass 12" / "fail 0" lines of Node's own test runner. */
export function count_node_tests(output) {
  const sum = (word) => [...output.matchAll(new RegExp(`^\\S+ ${word} (\\d+)$`, 'gm'))].reduce((all, [, n]) => all + Number(n), 0);
  return { passed: sum('pass'), failed: sum('fail') };
}

/** Resolves to everything the program printed, or throws a StageError that names the command. */
export function run_program(program, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: kRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (stream) => (chunk) => {
      output += chunk;
      stream.write(chunk);
    };
    child.stdout.on('data', keep(process.stdout));
    child.stderr.on('data', keep(process.stderr));
    child.on('error', (error) => reject(new StageError(`${program} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const counts = add(count_doctest(output), count_node_tests(output));
      return reject(new StageError(`\`${[program, ...words].join(' ')}\` ended with ${signal ?? `status ${code}`}`, counts));
    });
  });
}
