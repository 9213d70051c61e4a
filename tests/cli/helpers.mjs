// The program under test, run in a folder of its own. MYELIN_CLI names another program than build/native/myelin.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

export const kRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kProgram = process.env.MYELIN_CLI ?? path.join(kRoot, 'build/native/myelin');

/** The folder of this file's tests, filled in before the first one. */
export const place = { folder: '' };

before(() => {
  assert.ok(fs.existsSync(kProgram), `${kProgram} is missing: build it with cmake --build --preset native`);
  place.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'myelin-cli-'));
});
after(() => fs.rmSync(place.folder, { recursive: true }));

export function run(words, { input = '', env = {} } = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(LC_|LANG|MYELIN)/.test(name)));
  const result = spawnSync(kProgram, words, { input, encoding: 'utf8', env: { ...clean, ...env }, cwd: place.folder, timeout: 60_000 });
  assert.equal(result.signal, null, `killed by ${result.signal}: ${result.stderr}`);
  return { code: result.status, out: result.stdout, err: result.stderr };
}

export function good(words, options) {
  const result = run(words, options);
  assert.equal(result.code, 0, result.err);
  return result;
}

export const json_of = (words, options) => JSON.parse(good([...words, '--json'], options).out);

/** Exit code 2, nothing on standard output, exactly one sentence on standard error. */
export function refused(words, pattern, options) {
  const { code, out, err } = run(words, options);
  assert.equal(code, 2, `${words.join(' ')}: ${err}`);
  assert.equal(out, '');
  assert.match(err, /^myelin: [^\n]+\.\n$/);
  assert.match(err, pattern);
}

export const log_of = (words) => good(['train', ...words, '--log', 'jsonl']).out.split('\n').slice(0, -1).map((line) => JSON.parse(line));

/** A safetensors file: {name: {dtype, shape, values}}, read from the description of the format. */
export function read_safetensors(file) {
  const bytes = fs.readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  delete header.__metadata__;
  for (const tensor of Object.values(header)) {
    const [begin, end] = tensor.data_offsets;
    const data = Uint8Array.from(bytes.subarray(8 + length + begin, 8 + length + end)).buffer;
    tensor.values = [...(tensor.dtype === 'F64' ? new Float64Array(data) : new Float32Array(data))];
  }
  return header;
}
