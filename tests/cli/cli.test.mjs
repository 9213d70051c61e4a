// The command-line program as scripts and people use it: exit codes, JSON, files, both languages.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { good, log_of, place, read_safetensors, refused, run } from './helpers.mjs';

test('bad input ends with code 2 and one sentence', () => {
  refused([], /train, evaluate.*summary or list/);
  refused(['dance'], /'dance'/);
  refused(['--bogus'], /'--bogus'/);
  refused(['train'], /which experiment/);
  refused(['train', 'nothing'], /'nothing'.*seven-parameters/);
  refused(['train', 'spiral', '--bogus'], /'--bogus'/);
  refused(['train', 'spiral', 'extra'], /'extra'/);
  for (const bad of ['0', '-1', '1.5', 'ten', '99999999999', '']) refused(['train', 'spiral', `--epochs=${bad}`], /--epochs/);
  refused(['train', 'spiral', '--epochs'], /--epochs needs a value/);
  refused(['train', 'spiral', '--threads', '65'], /--threads.*64/);
  refused(['train', 'spiral', '--log', 'csv'], /jsonl/);
  refused(['--lang', 'de', 'list', 'presets'], /en and fr/);
  refused(['train', 'missing.json'], /missing\.json cannot be read/);
  refused(['train', place.folder], /cannot be read/);
  refused(['train', 'v=2&data=spiral'], /version '2'/);
  refused(['train', 'net=dense(units:4'], /node 1/);
  refused(['train', 'data=plane&loss=cross_entropy'], /does not fit/);
  refused(['train', 'preset=digits&w=1,2,3'], /3 start weights.*17226/);
  refused(['train', '-'], /line 2, column 3/, { input: '{"version": 1,\n  oops}' });
  refused(['train', '-'], /Standard input is empty/, { input: ' \n' });
  fs.writeFileSync(path.join(place.folder, 'empty.json'), '');
  refused(['train', 'empty.json', '--lang', 'fr'], /Le fichier empty\.json est vide/);
  // A script's variable that is not set must not make a check pass.
  for (const option of ['--goal', '--out', '--weights', '--folds', '--log']) refused(['train', 'spiral', option, ''], new RegExp(`${option} needs a value`));
  refused(['grade', 'spiral', '--goal', ''], /--goal needs a value/);
  refused(['summary', 'nothing'], /'nothing'/);
  refused(['list'], /layers.*presets/);
  refused(['list', 'dances'], /'dances'.*layers/);
  refused(['train', 'spiral', '--out', '/dev/null/x'], /\/dev\/null\/x/);
});

test('train reports one JSON object per epoch with exactly the promised keys', () => {
  const lines = log_of(['spiral', '--epochs', '3']);
  assert.deepEqual(lines.map((line) => line.epoch), [1, 2, 3]);
  const batches = lines[0].step;
  assert.deepEqual(lines.map((line) => line.step), [batches, 2 * batches, 3 * batches]);
  for (const line of lines) {
    assert.deepEqual(Object.keys(line), ['epoch', 'step', 'train', 'validation', 'test']);
    for (const part of ['train', 'validation', 'test']) {
      assert.deepEqual(Object.keys(line[part]), ['loss', 'accuracy']);
      assert.ok(line[part].loss > 0);
      assert.ok(line[part].accuracy >= 0 && line[part].accuracy <= 1);
    }
  }
});

test('what cannot be measured is null', () => {
  const [plane] = log_of(['plane', '--epochs', '1']);
  assert.equal(plane.test.accuracy, null);
  assert.ok(plane.test.loss > 0);
  const [digits] = log_of(['digits', '--epochs', '1']);
  assert.deepEqual(digits.validation, { loss: null, accuracy: null });
});

test('Q1: the losses of the seven-parameter lesson, to 1e-9', () => {
  const lines = log_of(['seven-parameters', '--epochs', '300']);
  const wanted = { 1: 4.269836053896, 2: 4.267770307858, 3: 4.26695690585, 10: 4.2646984405, 100: 4.258937980385,
    150: 4.253824832439, 200: 4.228161394478, 250: 3.205646452426, 300: 2.399385379078 };
  for (const [epoch, loss] of Object.entries(wanted)) assert.ok(Math.abs(lines[epoch - 1].train.loss - loss) < 1e-9, `epoch ${epoch}`);
});

test('the number of threads changes nothing', () => {
  const once = good(['train', 'digits', '--epochs', '2', '--log', 'jsonl']).out;
  for (const threads of ['2', '5']) {
    assert.equal(good(['train', 'digits', '--epochs', '2', '--log', 'jsonl', '--threads', threads]).out, once);
  }
});

test('the spiral and the digits reach their goals', () => {
  assert.ok(log_of(['spiral', '--epochs', '100']).at(-1).test.loss < 0.05);
  assert.ok(log_of(['digits', '--epochs', '20']).at(-1).test.accuracy > 0.95);
});

test('--out writes the experiment, the log and the weights; the experiment can be trained again with the same result', () => {
  const out = path.join(place.folder, 'deep/er');
  const first = good(['train', 'preset=spiral&seed=5', '--epochs', '2', '--out', out, '--log', 'jsonl']).out;
  assert.deepEqual(fs.readdirSync(out).sort(), ['experiment.json', 'log.jsonl', 'weights.safetensors']);
  assert.equal(fs.readFileSync(path.join(out, 'log.jsonl'), 'utf8'), first);
  const experiment = JSON.parse(fs.readFileSync(path.join(out, 'experiment.json'), 'utf8'));
  assert.equal(experiment.version, 1);
  assert.equal(experiment.training.seed, 5);
  assert.equal(good(['train', path.join(out, 'experiment.json'), '--epochs', '2', '--log', 'jsonl']).out, first);
  assert.equal(good(['train', '-', '--epochs', '2', '--log', 'jsonl'], { input: JSON.stringify(experiment) }).out, first);

  const weights = read_safetensors(path.join(out, 'weights.safetensors'));
  const names = ['1.weight', '1.bias', '2.weight', '2.bias', '3.weight', '3.bias'];
  assert.deepEqual(Object.keys(weights), names);
  assert.deepEqual([weights['1.weight'].shape, weights['1.bias'].shape, weights['1.bias'].dtype], [[8, 4], [8], 'F32']);
  for (const { shape, values } of Object.values(weights)) {
    assert.equal(values.length, shape.reduce((a, b) => a * b, 1));
    assert.ok(values.every(Number.isFinite));
  }
  // Going on from the written weights is a fresh start from exactly those.
  const flat = names.flatMap((name) => weights[name].values);
  const again = { ...experiment, weights: flat, optimizer: { kind: 'sgd', rate: 1e-5 } };
  const [next] = good(['train', '-', '--epochs', '1', '--log', 'jsonl'], { input: JSON.stringify(again) }).out.split('\n');
  assert.ok(Math.abs(JSON.parse(next).test.loss - JSON.parse(first.split('\n')[1]).test.loss) < 1e-3);
});

test('without --log there is one line of result and no progress bar outside a terminal', () => {
  const { out, err } = good(['train', 'spiral', '--epochs', '5']);
  assert.match(out, /^epoch 5, loss: training 0\.\d{4} \(\d+\.\d %\) · validation .* · test .*, \d+\.\d\d s\n$/);
  assert.equal(err, '');
});

test('a run that diverges ends with code 1, says where, and keeps the last good weights', () => {
  const out = path.join(place.folder, 'diverged');
  const result = run(['train', 'data=plane&net=dense(units:1,activation:linear)&opt=sgd&opt.rate=1', '--out', out]);
  assert.equal(result.code, 1);
  assert.match(result.err, /^myelin: .*layer 1.*learning rate.*\n$/);
  const weights = read_safetensors(path.join(out, 'weights.safetensors'));
  assert.ok(Object.values(weights).every(({ values }) => values.every(Number.isFinite)));
});

test('warnings go to standard error and name what they are about', () => {
  const { out, err } = good(['train', 'preset=plane&colour=red&data.noise=80', '--epochs', '1', '--log', 'jsonl']);
  assert.match(err, /^myelin: warning: .*'colour'.*\nmyelin: warning: data\.noise.*50.*\n$|^myelin: warning: data\.noise.*50.*\nmyelin: warning: .*'colour'.*\n$/);
  assert.equal(out.split('\n').length, 2);
});

test('M8, M2: summary counts parameters and multiply-adds', () => {
  const digits = JSON.parse(good(['summary', 'digits', '--json']).out);
  assert.deepEqual(digits.totals, { parameters: 17226, multiply_adds: 64 * 128 + 128 * 64 + 64 * 10 });
  assert.deepEqual(digits.layers.map((layer) => layer.parameters), [0, 8320, 8256, 650]);
  assert.deepEqual(digits.layers.map((layer) => layer.output_shape), [[1, 8, 8], [128], [64], [10]]);
  const d3421 = (bias) => `data=circle&in=x1,x2,x1_x2&net=dense(units:3${bias})dense(units:4${bias})dense(units:2${bias})dense(units:1${bias})`;
  assert.equal(JSON.parse(good(['summary', d3421(''), '--json']).out).totals.parameters, 41);
  assert.equal(JSON.parse(good(['summary', d3421(',bias:0'), '--json']).out).totals.parameters, 31);
  assert.match(good(['summary', 'digits']).out, /^total +17226 +17024$/m);
});

test('architectures: summaries of published networks are quick, and training one is refused in words', () => {
  const resnet = JSON.parse(good(['summary', 'resnet152', '--json']).out);
  assert.equal(resnet.totals.parameters, 60192808);
  assert.equal(resnet.layers.length, 515);
  assert.match(good(['summary', 'vgg16']).out, /^total +138357544 +15470264320$/m);
  assert.match(good(['summary', 'resnet152']).out, /nodes without multiplications are left out/);
  refused(['train', 'vgg16', '--epochs', '1'], /no samples.*not trained/);
  assert.match(good(['list', 'presets']).out, /densenet121/);
});

// Where Debian's package is installed there is nothing to miss.
const skip = fs.existsSync('/usr/share/datasets/fashion-mnist');
test('a data file that is nowhere: the sentence says how to name its folder', { skip }, () => {
  const env = { MYELIN_DATA: place.folder, XDG_CACHE_HOME: place.folder };
  for (const command of ['train', 'summary', 'check-gradients']) {
    const { code, err } = run([command, 'preset=lenet5&data.size=full'], { env });
    assert.equal(code, 2);
    assert.match(err, /^myelin: fashion-[a-z-]+\.idx\.gz is not part .*--data FOLDER.*\.\n$/);
  }
});

test('list names every row, with the bounds of its settings', () => {
  for (const kind of ['layers', 'activations', 'losses', 'optimizers', 'initializers', 'schedules', 'datasets', 'presets']) {
    const rows = JSON.parse(good(['list', kind, '--json']).out);
    assert.ok(rows.length > 0, kind);
    const lines = good(['list', kind]).out.trimEnd().split('\n');
    assert.equal(lines.length, rows.length);
    rows.forEach((row, index) => {
      assert.ok(lines[index].startsWith(row.key));
      assert.ok(row.label.en && row.label.fr && row.help.en && row.help.fr, row.key);
      for (const field of row.fields) {
        if (field.control === 'choice') assert.ok(field.choices.some(({ key }) => key === field.default), field.key);
        else if (field.control === 'toggle') assert.equal(typeof field.default, 'boolean');
        else assert.ok(field.min <= field.default && field.default <= field.max, field.key);
      }
    });
  }
  const noise = JSON.parse(good(['list', 'datasets', '--json']).out)[0].fields.find(({ key }) => key === 'noise');
  assert.deepEqual([noise.min, noise.max, noise.default], [0, 50, 0]);
});

test('it speaks French by --lang or by the environment', () => {
  for (const [words, env] of [[['--lang', 'fr'], {}], [['--lang=fr'], {}], [[], { LANG: 'fr_FR.UTF-8' }], [[], { LANG: 'en_GB', LC_ALL: 'fr' }]]) {
    refused([...words, 'train', 'nothing'], /Il n’y a pas de préréglage/, { env });
    assert.match(good([...words, 'train', 'spiral', '--epochs', '1'], { env }).out, /^époque 1, coût.*apprentissage 0,\d{4}/);
    assert.match(good([...words, '--help'], { env }).out, /Entraîner une expérience/);
    assert.match(good([...words, 'list', 'activations'], { env }).out, /Sigmoïde/);
    assert.match(good([...words, 'summary', 'digits'], { env }).out, /paramètres/);
  }
  refused(['--lang', 'en', 'train', 'nothing'], /There is no preset/, { env: { LANG: 'fr_FR.UTF-8' } });
  // Files and logs are the same in every language.
  assert.equal(good(['train', 'plane', '--epochs', '1', '--log', 'jsonl'], { env: { LANG: 'fr_FR.UTF-8', LC_ALL: 'fr_FR.UTF-8' } }).out,
    good(['train', 'plane', '--epochs', '1', '--log', 'jsonl']).out);
});

test('assets come from MYELIN_ASSETS where it is given, and a damaged one is refused', () => {
  const assets = path.join(place.folder, 'assets');
  fs.mkdirSync(assets);
  fs.writeFileSync(path.join(assets, 'iris.csv'), 'not,a,flower\n1,2,3\n');
  refused(['train', 'iris'], /iris\.csv/, { env: { MYELIN_ASSETS: assets } });
  good(['train', 'iris', '--epochs', '1'], { env: { MYELIN_ASSETS: path.join(place.folder, 'nowhere') } });
});

test('--help and --version are no errors', () => {
  assert.match(good(['--help']).out, /train.*\n[^]*summary.*\n.*list/);
  assert.match(good(['train', '--help']).out, /--epochs/);
  assert.match(good(['--version']).out, /^myelin \d+\.\d+\.\d+\n$/);
});
