// `myelin bench` as people and scripts use it, with repetitions too short to mean anything: the shape of what it says, not the speed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { good, json_of, refused } from './helpers.mjs';

const kShort = ['--seconds', '0.0005', '--repetitions', '3'];
const kKeys = ['name', 'threads', 'unit', 'median', 'minimum', 'maximum', 'gflops', 'gigabytes', 'intensity', 'ceiling_name', 'ceiling', 'share',
  'repetitions', 'calls'];
const positive = (value) => Number.isFinite(value) && value > 0;

test('bench measures what it is asked for, and every figure is a positive number', () => {
  const found = json_of(['bench', 'W1', 'gemm/32/exact', 'activation/relu', ...kShort]);
  assert.deepEqual([found.build, found.threads, found.repetitions, found.seconds, found.clock], ['native', 1, 3, 0.0005, 'wall']);
  assert.deepEqual(found.entries.map((entry) => [entry.name, entry.unit]), [['W1/exact', 'samples/s'], ['gemm/32/exact', 'GFLOP/s'],
    ['activation/relu/forward', 'Gvalues/s'], ['activation/relu/input_gradient', 'Gvalues/s']]);
  for (const entry of found.entries) {
    assert.deepEqual(Object.keys(entry), kKeys);
    for (const key of ['median', 'minimum', 'maximum', 'ceiling', 'share', 'calls']) assert.ok(positive(entry[key]), `${entry.name}: ${key}`);
    assert.ok(entry.minimum <= entry.median && entry.median <= entry.maximum, entry.name);
    assert.equal(entry.repetitions, 3);
    assert.match(entry.ceiling_name, /^ceiling\/(\d+\/exact|memory)$/);
  }
  const [w1, gemm, relu] = found.entries;
  assert.ok(positive(w1.gflops) && positive(gemm.gflops) && relu.gflops === null && positive(relu.gigabytes));
  // 32^3 multiply-adds count twice; three matrices of 4 KB each are read or written once.
  assert.ok(Math.abs(gemm.intensity - 65536 / 12288) < 1e-3);
  assert.equal(gemm.gflops, gemm.median);
  // 2-8-8-1: 16 + 64 + 8 multiply-adds forward and for the weights, 64 + 8 for the inputs of the later layers.
  // Both figures have six digits.
  assert.ok(Math.abs(w1.gflops / w1.median / (2 * (2 * 88 + 72) / 1e9) - 1) < 1e-4);
});

test('every entry runs, with one thread and with two', { timeout: 240_000 }, () => {
  const all = json_of(['bench', '--seconds', '0.0001', '--repetitions', '1']);
  for (const entry of all.entries) assert.ok(positive(entry.median), entry.name);
  for (const name of ['W2/exact', 'W2adam/exact', 'W3/exact', 'W4/exact', 'W5/exact', 'gemm/512/exact', 'conv/lenet1/weight_gradient/exact', 'optimizer/adam', 'executor/fork']) {
    assert.equal(all.entries.filter((entry) => entry.name === name).length, 1, name);
  }
  assert.ok(all.entries.every((entry, i) => all.entries.findIndex(({ name }) => name === entry.name) === i), 'names are unique');
  for (const entry of all.entries) assert.equal(entry.share === null, /^(ceiling|executor)\//.test(entry.name), entry.name);
  const two = json_of(['bench', 'W2/exact', 'ceiling/128/exact', '--threads', '2', ...kShort]);
  assert.deepEqual(two.entries.map(({ name, threads }) => [name, threads]), [['W2/exact', 2], ['ceiling/128/exact', 2]]);
});

test('words choose entries by any of their parts, each entry once', () => {
  const names = (...words) => json_of(['bench', ...words, '--seconds', '0.0001', '--repetitions', '1']).entries.map(({ name }) => name);
  assert.deepEqual(names('gemm/64/exact', 'gemm/64', 'W1').slice(0, 1), ['gemm/64/exact']);
  assert.equal(names('gemm/64/exact', 'gemm/64').filter((name) => name === 'gemm/64/exact').length, 1);
  assert.deepEqual(names('conv/lenet2/exact'), ['forward', 'input_gradient', 'weight_gradient'].map((pass) => `conv/lenet2/${pass}/exact`));
  assert.ok(!names('W1').includes('W1b/exact'));
});

test('a table for people, in both languages; bad input is one sentence', () => {
  const table = good(['bench', 'pool', '--processor-time', ...kShort]).out.split('\n');
  assert.match(table[0], /^name +unit +median +lowest +highest +GFLOP\/s +ceiling +share$/);
  assert.match(table[1], /^pool\/lenet1\/forward +Gvalues\/s( +\d+(\.\d+)?){3} +- +\d+(\.\d+)? +\d+ %$/);
  assert.match(good(['bench', 'activation/softmax', '--lang', 'fr', ...kShort]).out,
    /^nom +unité +médiane[^\n]*\nactivation\/softmax\/forward +Gvalues\/s +\d,\d+ [^\n]*\u202f%\n/);
  refused(['bench', 'W3', 'dance'], /'dance'.*ceiling, W1, W1b, W2.*gemm, conv/);
  refused(['bench', '--seconds', '0'], /--seconds.*60/);
  refused(['bench', '--seconds', 'soon'], /--seconds/);
  refused(['bench', '--repetitions', '0'], /--repetitions.*1000/);
  refused(['bench', '--processor-time', '--threads', '2'], /one thread/);
});
