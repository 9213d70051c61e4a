// Setup: versions are compared as numbers, the stamp is valid only for the same inputs, cache folders follow XDG.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { with_lock } from '../../tools/setup/lock.mjs';
import { input_hash, read_stamp, write_stamp } from '../../tools/setup/stamp.mjs';
import { at_least, cache_folder, parse_version } from '../../tools/setup/versions.mjs';
import { count_doctest, count_node_tests } from '../../tools/test/run.mjs';

let folder;
before(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'myelin-setup-')); });
after(() => fs.rmSync(folder, { recursive: true }));

test('a version is found in what programs print', () => {
  assert.deepEqual(parse_version('emcc (Emscripten gcc/clang-like replacement) 3.1.69 (abc)'), [3, 1, 69]);
  assert.deepEqual(parse_version('cmake version 3.25.1\n\nCMake suite'), [3, 25, 1]);
  assert.deepEqual(parse_version('3.1.69~dfsg-5'), [3, 1, 69]);
  assert.equal(parse_version('none'), null);
  assert.equal(parse_version(null), null);
});

test('versions are compared as numbers, not as text', () => {
  assert.ok(at_least('3.1.69', '3.1.69'));
  assert.ok(at_least('3.1.100', '3.1.69'));
  assert.ok(at_least('4.0', '3.1.69'));
  assert.ok(!at_least('3.1.6', '3.1.69'));
  assert.ok(!at_least('2.99.99', '3.1.69'));
  assert.ok(!at_least(null, '3.1.69'));
});

test('the cache is below XDG_CACHE_HOME, or below ~/.cache', () => {
  assert.equal(cache_folder({ XDG_CACHE_HOME: '/x', HOME: '/h' }), path.join('/x', 'myelin'));
  assert.equal(cache_folder({ HOME: '/h' }), path.join('/h', '.cache', 'myelin'));
});

test('a stamp holds for the same inputs only, and while what it names exists', () => {
  const input = path.join(folder, 'input');
  const product = path.join(folder, 'product');
  const stamp = path.join(folder, 'deep/stamp.json');
  fs.writeFileSync(input, 'a');
  fs.writeFileSync(product, '');
  const hash = input_hash([input]);
  assert.equal(read_stamp(stamp, hash), null, 'no stamp yet');
  write_stamp(stamp, hash, { answer: 42 }, [product]);
  assert.deepEqual(read_stamp(stamp, hash), { answer: 42 });
  fs.writeFileSync(input, 'b');
  assert.notEqual(input_hash([input]), hash);
  assert.equal(read_stamp(stamp, input_hash([input])), null, 'changed input');
  fs.rmSync(product);
  assert.equal(read_stamp(stamp, hash), null, 'missing product');
  fs.writeFileSync(stamp, '{ half a fi');
  assert.equal(read_stamp(stamp, hash), null, 'damaged stamp');
});

test('the stamp depends on the toolchain\'s environment, not on what npm adds to PATH', () => {
  const plain = input_hash([], { PATH: '/usr/bin' });
  assert.equal(input_hash([], { PATH: `/repo/node_modules/.bin${path.delimiter}/usr/bin` }), plain);
  assert.notEqual(input_hash([], { PATH: '/usr/bin', EMSDK: '/emsdk' }), plain);
  assert.notEqual(input_hash([], { PATH: '/usr/bin', CHROME: '/chrome' }), plain);
});

test('tests are counted from doctest\'s and Node\'s summaries', () => {
  assert.deepEqual(count_doctest('[doctest] test cases:  12 |  10 passed |  2 failed | 3 skipped\n'), { passed: 10, failed: 2 });
  assert.deepEqual(count_node_tests('ℹ tests 7\nℹ pass 6\nℹ fail 1\n'), { passed: 6, failed: 1 });
  assert.deepEqual(count_node_tests('# pass 2\n# fail 0\n'), { passed: 2, failed: 0 });
});

test('two holders of a lock follow each other, and a dead owner\'s lock is taken over', async () => {
  const file = path.join(folder, 'lock');
  let inside = 0;
  const work = async () => {
    assert.equal(++inside, 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    --inside;
  };
  await Promise.all([with_lock(file, work), with_lock(file, work)]);
  assert.ok(!fs.existsSync(file));
  fs.writeFileSync(file, '999999999');
  assert.equal(await with_lock(file, async () => 5), 5);
  await assert.rejects(with_lock(file, async () => { throw new Error('inside'); }), /inside/);
  assert.ok(!fs.existsSync(file), 'released after a failure too');
});
