// A user's own files in place of an experiment's data: tables, IDX, NPY, folders of images, sentences.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { good, json_of, kRoot, log_of, place, refused, run } from './helpers.mjs';

const kData = path.join(kRoot, 'assets/data');
const asset = (name) => path.join(kData, name);
const at = (name) => path.join(place.folder, name);
const write = (name, contents) => {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), contents);
  return at(name);
};

test('a table of one\'s own trains like the same table among ours', () => {
  const settings = 'net=dense(units:6)dense(units:3,activation:softmax)&loss=cross_entropy&prep.scaling=standardize';
  const own = json_of(['train', settings, '--table', asset('iris.csv'), '--epochs', '15']);
  const ours = json_of(['train', `data=iris&${settings}`, '--epochs', '15']);
  assert.deepEqual({ ...own, seconds: 0 }, { ...ours, seconds: 0 });
});

test('what was trained on a file is written, and goes on with that file only', () => {
  const table = ['--table', asset('wine.csv')];
  good(['train', ...table, '--epochs', '30', '--out', at('wine')]);
  const experiment = at('wine/experiment.json'), weights = at('wine/weights.safetensors');
  assert.deepEqual(JSON.parse(fs.readFileSync(experiment, 'utf8')).data,
    { kind: 'own', channels: 0, rows: 0, columns: 13, task: 'classes', outputs: 3, seed: 1 });
  const last = JSON.parse(fs.readFileSync(at('wine/log.jsonl'), 'utf8').trim().split('\n').at(-1));
  const found = json_of(['evaluate', experiment, '--weights', weights, ...table]);
  assert.equal(found.test.loss, last.test.loss);
  assert.ok(found.test.accuracy > 0.85, `${found.test.accuracy}`);
  assert.equal(json_of(['summary', experiment]).totals.parameters, 13 * 4 + 4 + 4 * 3 + 3);
  assert.ok(json_of(['check-gradients', experiment, ...table]).good);
  assert.equal(json_of(['predict', experiment, '--weights', weights, '--input', asset('wine.csv'), ...table]).predictions.length, 178);
  refused(['train', experiment], /choose that file again/);
  refused(['evaluate', experiment, '--weights', weights], /choose that file again/);
  refused(['train', experiment, '--lang', 'fr'], /choisissez à nouveau ce fichier/);
  // Other data: the network follows it, so the weights no longer fit.
  refused(['evaluate', experiment, '--weights', weights, '--table', asset('iris.csv')], /needs \[4, 4\]/);
  const graded = run(['grade', experiment, ...table, '--goal', 'test.accuracy>=0.8', '--epochs', '30']);
  assert.equal(graded.code, 0, graded.out + graded.err);
});

test('columns are chosen by name, and what is wrong with a table is said', () => {
  const table = write('people.csv', 'size;weight;team\n1,7;60;blue\n1,8;80;red\n1,6;;red\n1,9;90;blue\n1,5;50;red\n1,75;70;blue\n');
  const words = ['summary', '--table', table];
  const samples = (more) => Object.values(json_of([...words, ...more]).samples).reduce((a, b) => a + b);
  assert.equal(samples([]), 5);
  assert.equal(samples(['--target-column', 'size', '--columns', 'weight']), 5);
  assert.equal(json_of([...words, '--target-column', 'size', '--columns', 'weight']).layers.at(-1).output_shape[0], 1);
  assert.match(run([...words, '--target-column', 'size']).err, /team.*left out/);
  refused([...words, '--columns', 'colour'], /no column “colour”; it has size, weight, team/);
  refused([...words, '--target-column', 'team', '--columns', 'team'], /chosen twice/);
  refused([...words, '--task', 'guess'], /classes and values/);
  refused([...words, '--labels', 'x'], /--labels belongs to --images/);
  refused([...words, '--sentences', asset('reviews.tsv')], /one of/);
  refused(['summary', '--table', at('absent.csv')], /cannot be read/);
  refused(['train'], /Say which experiment/);
  refused(['train', '--columns', 'a'], /Say which experiment/);
  refused(['train', 'iris', '--columns', 'a'], /--columns belongs to --table/);
  refused(['list', 'layers', '--table', table], /not understood/);
});

test('images as IDX, as NPY and in folders', () => {
  const idx = ['--images', asset('digits-images.idx'), '--labels', asset('digits-labels.idx')];
  const trained = json_of(['train', 'net=conv2d(filters:4)flatten()dense()&prep.scaling=standardize&opt=adam&opt.rate=0.01', ...idx, '--epochs', '3']);
  assert.ok(trained.test.accuracy > 0.6, `${trained.test.accuracy}`);
  assert.deepEqual(json_of(['summary', 'net=conv2d(filters:4)flatten()dense()', ...idx]).layers[0].output_shape, [1, 8, 8]);

  const npy = (name, type, shape, bytes) => {
    const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
    const header = Buffer.from(text.padEnd(128 - 10 - 1) + '\n');
    const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
    return write(name, Buffer.concat([start, header, Buffer.from(bytes)]));
  };
  // Which half is bright, of images of two rows and four columns.
  const pixels = [], labels = [], noise = (i) => (i * 7919) % 97;
  for (let i = 0; i < 60; ++i) {
    labels.push(i % 2);
    for (let k = 0; k < 8; ++k) pixels.push(noise(8 * i + k) + (k % 4 >= 2 === (i % 2 === 1) ? 150 : 0));
  }
  const arrays = ['--images', npy('x.npy', '|u1', [60, 2, 4], pixels), '--labels', npy('y.npy', '|u1', [60], labels)];
  const learnt = json_of(['train', 'net=dense(units:4)dense()&prep.scaling=standardize', ...arrays, '--epochs', '40']);
  assert.ok(learnt.train.accuracy > 0.95, `${learnt.train.accuracy}`);

  // The smallest PNGs there are: one grey pixel.
  const png = (grey) => {
    const chunk = (type, body) => {  // with a checksum of 0: the reader does not ask for it
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return Buffer.concat([length, Buffer.from(type), body, Buffer.alloc(4)]);
    };
    return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
      chunk('IDAT', zlib.deflateSync(Buffer.from([0, grey]))), chunk('IEND', Buffer.alloc(0))]);
  };
  for (let i = 0; i < 10; ++i) {
    write(`pictures/dark/${i}.png`, png(i));
    write(`pictures/light/${i}.png`, png(255 - i));
  }
  const folder = ['--images', at('pictures')];
  assert.deepEqual(json_of(['summary', ...folder]).layers[0].output_shape, [1, 28, 28]);
  assert.equal(json_of(['train', ...folder, '--side', '4', '--epochs', '30']).train.accuracy, 1);
  refused(['train', ...folder, '--labels', 'x'], /name the classes/);
  refused(['train', ...idx, '--side', '4'], /belong to a folder/);
  refused(['train', ...idx.slice(0, 2)], /needs --labels/);
  refused(['train', ...folder, '--side', '4096'], /from 1 to 1024/);
});

test('sentences train a network of words, in one language', () => {
  const words = ['net=embedding(vocabulary:300,size:8)flatten()dense()&opt=adam&opt.rate=0.01', '--sentences', asset('reviews.tsv'), '--only-language', 'fr', '--length', '12'];
  const done = json_of(['train', ...words, '--epochs', '30']);
  assert.ok(done.train.accuracy > 0.9, `${done.train.accuracy}`);
  assert.deepEqual(json_of(['summary', ...words]).layers[0].output_shape, [12]);
  assert.equal(log_of([...words, '--epochs', '2']).length, 2);
  refused(['train', '--sentences', asset('reviews.tsv'), '--only-language', 'de'], /two different labels/);
});
