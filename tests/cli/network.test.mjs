// The commands about a network with given weights: evaluate, predict, gradients, check-gradients; and training that starts
// from a file, aims at a goal, or is cross-validated.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { good, json_of, kRoot, log_of, place, read_safetensors, refused, run } from './helpers.mjs';

const kGolden = path.join(kRoot, 'tests/golden/gradients');
const at = (name) => path.join(place.folder, name);
const write = (name, text) => {
  fs.writeFileSync(at(name), text);
  return at(name);
};
let weights, experiment;

before(() => {
  good(['train', 'preset=iris&prep.scaling=standardize', '--epochs', '20', '--out', at('iris')]);
  [weights, experiment] = [at('iris/weights.safetensors'), at('iris/experiment.json')];
});

/** Little-endian float64, as numpy.save writes it. */
function write_npy(name, shape, values) {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(text.padEnd(128 - 10 - 1) + '\n');
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  fs.writeFileSync(at(name), Buffer.concat([start, header, Buffer.from(Float64Array.from(values).buffer)]));
  return at(name);
}

test('evaluate measures what training measured, and more', () => {
  const last = JSON.parse(fs.readFileSync(at('iris/log.jsonl'), 'utf8').trim().split('\n').at(-1));
  const found = json_of(['evaluate', experiment, '--weights', weights]);
  assert.deepEqual(Object.keys(found), ['train', 'validation', 'test', 'samples', 'parameters']);
  for (const part of ['train', 'validation', 'test']) {
    assert.equal(found[part].loss, last[part].loss);
    assert.ok(Math.abs(found[part].accuracy - last[part].accuracy) < 1e-12);
    assert.ok(Math.abs(found[part].accuracy + found[part].error - 1) < 1e-12);
    const { confusion, per_class } = found[part];
    const total = confusion.flat().reduce((a, b) => a + b);
    assert.equal(total, found.samples[part]);
    assert.equal(confusion.reduce((sum, row, i) => sum + row[i], 0) / total, found[part].accuracy);
    per_class.forEach((one, i) => assert.equal(one.samples, confusion[i].reduce((a, b) => a + b)));
    assert.ok(found[part].auc > 0.5 && found[part].top['2'] >= found[part].accuracy && found[part].top['3'] === 1);
  }
  const regression = (good(['train', 'plane', '--epochs', '5', '--out', at('plane')]), json_of(['evaluate', at('plane/experiment.json'), '--weights', at('plane/weights.safetensors')]));
  assert.deepEqual(Object.keys(regression.test), ['loss', 'rmse', 'r2']);
  assert.ok(regression.test.r2 <= 1 && regression.test.rmse > 0);
  assert.match(good(['evaluate', experiment, '--weights', weights]).out, /^accuracy .*\n[\s\S]*versicolor/m);
  assert.match(good(['evaluate', experiment, '--weights', weights, '--lang', 'fr']).out, /^exactitude +0,\d{4}/m);
});

test('the ROC curves of a file have the areas that evaluate states, class by class', () => {
  for (const [name, classes] of [['iris', [0, 1, 2]], ['breast_cancer', [1]]]) {
    good(['train', name, '--epochs', '3', '--out', at(name + '-roc')]);
    const words = ['evaluate', name, '--weights', at(name + '-roc/weights.safetensors')];
    const found = json_of([...words, '--roc', at('roc.csv')]);
    const [head, ...lines] = fs.readFileSync(at('roc.csv'), 'utf8').trim().split('\n');
    assert.equal(head, 'part,class,false_positive_rate,true_positive_rate,threshold');
    for (const part of ['train', 'validation', 'test']) {
      const areas = classes.map((one) => {
        const points = lines.map((line) => line.split(',')).filter((cells) => cells[0] === part && cells[1] === String(one));
        assert.deepEqual([points[0].slice(2), points.at(-1).slice(2, 4)], [['0', '0', 'inf'], ['1', '1']]);
        const at_rate = points.map(([, , x, y]) => [Number(x), Number(y)]);
        return at_rate.slice(1).reduce((sum, [x, y], i) => sum + ((x - at_rate[i][0]) * (y + at_rate[i][1])) / 2, 0);
      });
      assert.ok(Math.abs(areas.reduce((a, b) => a + b) / areas.length - found[part].auc) < 1e-7, `${name} ${part}`);
    }
    assert.deepEqual([...new Set(lines.map((line) => Number(line.split(',')[1])))], classes);
  }
  refused(['evaluate', at('iris/experiment.json'), '--weights', weights, '--roc', '/dev/null/x'], /cannot be written/);
  good(['train', 'plane', '--epochs', '1', '--out', at('plane-roc')]);
  refused(['evaluate', 'plane', '--weights', at('plane-roc/weights.safetensors'), '--roc', at('none.csv')], /only classes/);
});

test('predict answers for tables and arrays alike, with features and scaling as in training', () => {
  const rows = [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5], [5.9, 2.8, 4.3, 1.3]];
  const csv = write('x.csv', rows.map((row) => row.join(',')).join('\n'));
  const found = json_of(['predict', experiment, '--weights', weights, '--input', csv]);
  assert.deepEqual(found.classes, ['setosa', 'versicolor', 'virginica']);
  assert.deepEqual(found.predictions.map((one) => one.class), [0, 2, 1]);
  for (const { values } of found.predictions) assert.ok(Math.abs(values.reduce((a, b) => a + b) - 1) < 1e-6);
  const same = (file) => assert.deepEqual(json_of(['predict', experiment, '--weights', weights, '--input', file]), found, file);
  same(write_npy('x.npy', [3, 4], rows.flat()));
  same(write_npy('x4.npy', [3, 1, 2, 2], rows.flat()));
  same(write('x-fr.csv', rows.map((row) => row.join(';').replaceAll('.', ',')).join('\n')));
  assert.equal(json_of(['predict', experiment, '--weights', weights, '--input', write_npy('one.npy', [4], rows[1])]).predictions[0].class, 2);
  const lines = good(['predict', experiment, '--weights', weights, '--input', csv]).out.split('\n');
  assert.match(lines[1], /^1 +virginica +\d\.\d{4} /);
  // Columns are found by their names, in any order and among others.
  const names = ['petal width (cm)', 'note', 'sepal length (cm)', 'petal length (cm)', 'sepal width (cm)'];
  same(write('named.csv', [names, ...rows.map(([a, b, c, d]) => [d, 'x', a, c, b])].map((row) => row.join(',')).join('\n')));
});

test('the whole way from PyTorch and back: weights, samples and gradients of two networks, to 1e-9', () => {
  for (const name of ['dense', 'conv']) {
    const golden = JSON.parse(fs.readFileSync(path.join(kGolden, `${name}.json`), 'utf8'));
    const file = (end) => path.join(kGolden, `${name}${end}`);
    const words = ['gradients', golden.link, '--weights', file('.safetensors'), '--input', file('-input.npy'), '--target', file('-target.npy')];
    const found = json_of([...words, '--out', at('g.safetensors'), '--f64']);
    assert.ok(Math.abs(found.loss - golden.loss) < 1e-12);
    const [ours, theirs] = [read_safetensors(at('g.safetensors')), read_safetensors(file('-gradients.safetensors'))];
    assert.deepEqual(Object.keys(ours), Object.keys(theirs));
    for (const tensor of Object.keys(ours)) {
      assert.deepEqual([ours[tensor].shape, ours[tensor].dtype], [theirs[tensor].shape, 'F64'], tensor);
      ours[tensor].values.forEach((value, i) => assert.ok(Math.abs(value - theirs[tensor].values[i]) < 1e-9, `${name} ${tensor}`));
    }
    good([...words, '--out', at('g32.safetensors')]);
    const single = read_safetensors(at('g32.safetensors'));
    assert.ok(Object.values(single).every(({ dtype }) => dtype === 'F32'));
    assert.match(good(words).out, new RegExp(`^loss ${String(golden.loss).slice(0, 6)}`));
  }
  // Names of classes and one column per class mean the same as numbers of classes.
  const x = write('gx.csv', '5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5');
  const loss = (target) => json_of(['gradients', 'iris', '--input', x, '--target', target]).loss;
  const wanted = loss(write_npy('t.npy', [2], [0, 2]));
  assert.equal(loss(write('t1.csv', 'class\nsetosa\nvirginica\n')), wanted);
  assert.equal(loss(write('t4.csv', 'setosa\nvirginica\n')), wanted, 'a column of nothing but names of classes has no header');
  assert.equal(loss(write('t2.csv', '1,0,0\n0,0,1\n')), wanted);
  assert.notEqual(loss(write_npy('t3.npy', [2], [0, 1])), wanted);
});

test('B8: check-gradients on presets; T3: a smaller step is worse', () => {
  for (const preset of ['spiral', 'digits', 'seven-parameters', 'plane', 'tiny_resnet']) {
    const found = json_of(['check-gradients', preset, '--parameters', '20', '--samples', '3']);
    assert.ok(found.good && found.worst < 1e-6 && found.checked >= 3, preset);
  }
  const worst = (step) => JSON.parse(run(['check-gradients', 'iris', '--step', step, '--json']).out).worst;
  assert.ok(worst('1e-5') < worst('1e-7'));
  // Inputs up to 1680 through a recurrent layer: the curvature is not the gradient's fault.
  const unscaled = 'data=wine&prep.scaling=none&net=reshape(channels:1,rows:13)rnn(units:6)dense(units:3,activation:softmax)&loss=cross_entropy&train.seed=7';
  const curved = json_of(['check-gradients', unscaled, '--step', '1e-4']);
  assert.ok(curved.good && curved.checked > 60 && curved.unclear < 10);
  const text = good(['check-gradients', 'spiral', '--lang', 'fr']).out;
  assert.match(text, /^tenseur .*\n1\.weight +\d+\/\d+/);
  assert.match(text, /Tous sont inférieurs à 1,0e-06\.\n$/);
  assert.match(good(['check-gradients', 'iris', '--weights', weights]).out, /All are below/);
});

test('training goes on from a file of weights, and says which of them start anew', () => {
  const link = 'preset=iris&prep.scaling=standardize';
  const [next] = log_of([link, '--epochs', '1', '--weights', weights]);
  const [fresh] = log_of([link, '--epochs', '1']);
  const last = JSON.parse(fs.readFileSync(at('iris/log.jsonl'), 'utf8').trim().split('\n').at(-1));
  assert.ok(Math.abs(next.train.loss - last.train.loss) < 0.05 && fresh.train.loss > last.train.loss + 0.1);
  const deeper = 'data=iris&prep.scaling=standardize&net=dense(units:8)dense(units:8)dense(units:3,activation:softmax)&loss=cross_entropy';
  refused(['train', deeper, '--weights', weights], /safetensors/);
  const head = 'data=iris&prep.scaling=standardize&net=dense(units:8,activation:tanh)dense(units:6)dense(units:3,activation:softmax)&loss=cross_entropy';
  const names = Object.keys(read_safetensors(weights));
  const shape = read_safetensors(weights)['1.weight'].shape;
  assert.deepEqual([names.length, shape], [4, [8, 4]], 'this test stands on the preset');
  refused(['train', head, '--weights', weights, '--partial'], /\[3, 8\].*\[6, 8\]/);
  const wide = 'data=iris&net=dense(units:8,activation:tanh)dense(units:3)dense(units:3,activation:softmax)&loss=cross_entropy';
  const { err } = good(['train', wide, '--weights', weights, '--partial', '--epochs', '1', '--out', at('wide')]);
  assert.match(err, /^myelin: warning: .*3\.weight, 3\.bias\.\n$/);
  // The experiment that is written holds the start weights: it can be run again without the file.
  const again = good(['train', at('wide/experiment.json'), '--epochs', '1', '--log', 'jsonl']).out;
  assert.equal(again, fs.readFileSync(at('wide/log.jsonl'), 'utf8'));
});

test('X1: digits 0-4, then a new head on 5-9 over frozen layers that stay bit for bit', () => {
  good(['train', 'transfer', '--epochs', '2', '--out', at('first')]);
  good(['train', 'transfer_head', '--epochs', '2', '--weights', at('first/weights.safetensors'), '--partial', '--out', at('second')]);
  const [before_it, after_it] = [read_safetensors(at('first/weights.safetensors')), read_safetensors(at('second/weights.safetensors'))];
  const frozen = JSON.parse(fs.readFileSync(at('second/experiment.json'), 'utf8')).network.flatMap((node, i) => (node.frozen ? [i] : []));
  assert.ok(frozen.length > 0);
  for (const name of Object.keys(after_it)) {
    const same = JSON.stringify(after_it[name].values) === JSON.stringify(before_it[name]?.values);
    assert.equal(same, frozen.includes(Number(name.split('.')[0])), name);
  }
});

test('a goal decides the exit code and ends the run', () => {
  const met = run(['train', 'iris', '--epochs', '200', '--goal', 'test.accuracy>=0.9 && parameters<=500', '--json']);
  const report = JSON.parse(met.out);
  assert.equal(met.code, 0);
  assert.ok(report.epoch < 200 && report.stop === 'goal' && report.test.accuracy >= 0.9);
  assert.deepEqual([report.goal.verdict, report.goal.terms.length, report.goal.terms[1].verdict], ['met', 2, 'met']);
  const missed = run(['train', 'iris', '--epochs', '2', '--goal', 'test.loss<0']);
  assert.equal(missed.code, 1);
  assert.match(missed.out, /test\.loss<0: 0\.\d{4}, missed\n$/);
  refused(['train', 'iris', '--goal', 'test.beauty>1'], /character 1/);
  // Where a network rebuilds its input, the input is what it is measured against.
  assert.equal(run(['train', 'autoencoder', '--epochs', '1', '--goal', 'test.rmse<0.5 && test.rmse>0.01']).code, 0);
  // The experiment's own rules end a run, too.
  const patient = JSON.parse(good(['train', 'preset=spiral&stop.patience=5&stop.min_delta=0.5', '--epochs', '300', '--json']).out);
  assert.ok(patient.stop === 'patience' && patient.epoch < 20);
});

test('R4: k folds test each sample once, and mean and deviation are of what the folds say', () => {
  const found = json_of(['train', 'iris', '--epochs', '5', '--folds', '5', '--stratified']);
  assert.deepEqual(found.folds.map((fold) => fold.fold), [1, 2, 3, 4, 5]);
  const values = found.folds.map((fold) => fold.test.accuracy);
  const mean = values.reduce((a, b) => a + b) / 5;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
  assert.ok(Math.abs(found.test.accuracy.mean - mean) < 1e-12 && Math.abs(found.test.accuracy.deviation - deviation) < 1e-12);
  assert.ok(new Set(found.folds.map((fold) => fold.test.loss)).size > 1);
  assert.match(good(['train', 'iris', '--epochs', '2', '--folds', '3']).out, /^fold 1\/3 .*\n.*\n.*\ntest, mean and deviation: 0\.\d+ ± 0\.\d+ \(\d/);
});

test('what does not fit is refused with a sentence', () => {
  const x = write('good.csv', '5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5');
  const with_weights = ['--weights', weights];
  refused(['evaluate', experiment], /--weights/);
  refused(['predict', experiment, '--input', x], /--weights/);
  refused(['predict', experiment, ...with_weights], /--input/);
  refused(['gradients', experiment], /--input/);
  refused(['evaluate', experiment, '--weights', at('none.safetensors')], /none\.safetensors/);
  refused(['evaluate', experiment, '--weights', x], /no whole safetensors file/);
  refused(['evaluate', 'digits', ...with_weights], /\[8, 4\].*\[128, 64\]/);
  refused(['predict', experiment, ...with_weights, '--input', at('none.csv')], /none\.csv/);
  refused(['predict', experiment, ...with_weights, '--input', write('narrow.csv', '1,2,3\n4,5,6')], /3 values.*4 are needed/);
  refused(['predict', experiment, ...with_weights, '--input', write('text.csv', '1,2,3,4\n5,six,7,8\n')], /line 2, column 2/);
  refused(['predict', experiment, ...with_weights, '--input', write_npy('odd.npy', [2, 3], [1, 2, 3, 4, 5, 6])], /3 values/);
  refused(['gradients', experiment, '--input', x, '--target', write_npy('short.npy', [1], [0])], /1 targets.*2/);
  refused(['gradients', experiment, '--input', x, '--target', write_npy('big.npy', [2], [0, 7])], /from 0 to 2/);
  refused(['gradients', experiment, '--input', x, '--target', write('hot.csv', '1,1,0\n0,0,1\n')], /exactly one/);
  refused(['gradients', experiment, '--input', x, '--target', write_npy('t.npy', [2], [0, 1]), '--out', '/dev/null/g'], /cannot be written/);
  refused(['check-gradients', 'spiral', '--step', '0'], /--step/);
  refused(['check-gradients', 'spiral', '--step', 'x'], /--step/);
  refused(['check-gradients', 'spiral', '--samples', '-1'], /--samples/);
  refused(['train', 'iris', '--folds', '1'], /2 folds/);
  refused(['train', 'iris', '--folds', '101'], /--folds/);
  refused(['train', 'perceptron-and', '--folds', '5', '--epochs', '1'], /fewer samples than folds/);
  refused(['train', 'iris', '--stratified'], /--folds/);
  refused(['train', 'iris', '--partial'], /--weights/);
  refused(['evaluate', experiment, '--weights', x, '--lang', 'fr'], /ce n’est pas un fichier safetensors entier/);
});
